package signin_test

import (
	"context"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"quitt/cases/signin"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/store"
	"quitt/store/storetest"
)

var ctx = context.Background()

// peppers gives two keys that are not in use anywhere.
func peppers(t testing.TB, versions ...string) signin.Peppers {
	t.Helper()
	entries := make([]string, len(versions))
	for i, v := range versions {
		entries[i] = v + ":" + base64.StdEncoding.EncodeToString([]byte(strings.Repeat(v, signin.PepperSize)))
	}
	p, err := signin.ParsePeppers(strings.Join(entries, ","))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// house is a desk with one creditor and the letter of one case.
type house struct {
	t testing.TB
	signin.Desk
	clock    *storetest.Watch
	creditor debt.Creditor
	caseID   debt.ID
	letter   signin.Letter
}

const (
	postcode = "50667"
	born     = "1980-02-29"
	mail     = "sabine@example.org"
)

type change func(*store.NewFile)

func newHouse(t testing.TB, s *store.Store, changes ...change) *house {
	t.Helper()
	h := &house{t: t, clock: storetest.NewWatch()}
	h.Desk = signin.New(s, h.clock.Now, peppers(t, "1"))
	h.creditor = storetest.Creditor(t, s, "koeln")
	h.caseID = h.addCase("A-1", changes...)
	h.letter = h.issue(h.caseID)
	return h
}

func (h *house) addCase(reference string, changes ...change) debt.ID {
	h.t.Helper()
	f := storetest.File(h.creditor.ID, reference)
	f.Debtor.BirthOn, f.Debtor.Email = born, mail
	for _, c := range changes {
		c(&f)
	}
	if err := h.Store.Write(ctx, h.creditor.ID, func(t *store.Tx) error { return t.AddFiles([]store.NewFile{f}) }); err != nil {
		h.t.Fatal(err)
	}
	return f.File.Case.ID
}

func (h *house) issue(caseID debt.ID) signin.Letter {
	h.t.Helper()
	l, err := h.Issue(ctx, h.creditor.ID, caseID)
	if err != nil {
		h.t.Fatal(err)
	}
	return l
}

func company(f *store.NewFile) {
	f.Debtor.Kind, f.Debtor.CompanyName, f.Debtor.CustomerNumber, f.Debtor.BirthOn = debt.Company, "Löwe GmbH", "KD 4711", ""
}

func onlyMail(f *store.NewFile) { f.Debtor.BirthOn = "" }

func check(kind access.CheckKind, value string) signin.Check {
	return signin.Check{Kind: kind, Value: debt.Personal(value)}
}

func (h *house) byToken(c signin.Check) (signin.Opened, error) {
	return h.Open(ctx, signin.Attempt{Token: h.letter.Token.Plain(), Check: c})
}

func (h *house) byCode(c signin.Check) (signin.Opened, error) {
	return h.Open(ctx, signin.Attempt{Code: h.letter.Code.Grouped(), Check: c})
}

// in opens a visit that has to open.
func (h *house) in(c signin.Check) signin.Opened {
	h.t.Helper()
	o, err := h.byToken(c)
	if err != nil {
		h.t.Fatal(err)
	}
	return o
}

func (h *house) wrong(n int) {
	h.t.Helper()
	for range n {
		if _, err := h.byToken(check(access.CheckBirth, "1999-09-09")); !is(err, debt.Forbidden, "access_refused") {
			h.t.Fatal(err)
		}
	}
}

func is(err error, kind debt.Kind, key string) bool { return errors.Is(err, debt.E(kind, key, nil)) }

func (h *house) refuses(err error, kind debt.Kind, key string) {
	h.t.Helper()
	if !is(err, kind, key) {
		h.t.Errorf("%v, want %s %s", err, kind, key)
	}
}

// events lists the types of a case's events that are about access.
func (h *house) events(caseID debt.ID) (types []debt.EventType) {
	h.t.Helper()
	for _, e := range h.log(caseID) {
		if strings.HasPrefix(string(e.Type), "access.") {
			types = append(types, e.Type)
		}
	}
	return types
}

func (h *house) log(caseID debt.ID) (list []debt.Event) {
	h.t.Helper()
	err := h.Store.Read(ctx, h.creditor.ID, func(r *store.Reader) (err error) {
		list, err = r.Events(caseID)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return list
}

func (h *house) verified() {
	h.t.Helper()
	if _, err := h.Store.Verify(ctx, func(f store.Finding) bool {
		h.t.Errorf("verify: %+v", f)
		return true
	}); err != nil {
		h.t.Fatal(err)
	}
}

func TestWhatASecretAndACheckOpen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		firm := h.addCase("A-2", company)
		letters := map[debt.ID]signin.Letter{h.caseID: h.letter, firm: h.issue(firm)}
		for _, c := range []struct {
			caseID debt.ID
			check  signin.Check
			tier   access.Tier
			event  debt.EventType
			raises []access.CheckKind
		}{
			{h.caseID, check(access.CheckPostcode, " 50667"), access.LetterView, debt.AccessOpened, []access.CheckKind{access.CheckBirth}},
			{h.caseID, check(access.CheckBirth, "29.02.1980"), access.FullView, debt.AccessVerified, nil},
			{firm, check(access.CheckPostcode, postcode), access.LetterView, debt.AccessOpened, []access.CheckKind{access.CheckNumber}},
			{firm, check(access.CheckNumber, " kd4711 "), access.FullView, debt.AccessVerified, nil},
		} {
			l := letters[c.caseID]
			for _, a := range []signin.Attempt{{Token: l.Token.Plain(), Check: c.check}, {Code: strings.ToLower(l.Code.Grouped()), Check: c.check}} {
				o, err := h.Open(ctx, a)
				if err != nil {
					t.Fatal(err)
				}
				v, err := h.Visit(ctx, o.Cookie)
				if err != nil || v.Tier != c.tier || v.CaseID != c.caseID || v.CreditorID != h.creditor.ID || v.GrantID != l.GrantID ||
					v.Words != l.Words || !slices.Equal(v.Raises, c.raises) || v.Minor || !v.EndsAt.Equal(storetest.Now.Add(time.Hour)) {
					t.Errorf("%s: %+v, %v", c.check.Kind, v, err)
				}
				log := h.log(c.caseID)
				last := log[len(log)-1]
				if last.Type != c.event || last.Actor.Kind != "debtor" || last.Data["check"] != string(c.check.Kind) || len(last.Data) != 2 {
					t.Errorf("%s: %+v", c.check.Kind, last)
				}
			}
		}
		h.verified()
	})
}
