package signin_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"quitt/cases/signin"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/store"
	"quitt/store/outbox"
	"quitt/store/storetest"
)

// sent gives the codes in the outbox, the oldest first.
func sent(t testing.TB, url string) (codes []string) {
	t.Helper()
	s := storetest.Open(t, store.Options{URL: url})
	read := func(creditor debt.ID, do func(r *store.Reader) error) {
		t.Helper()
		if err := s.Read(ctx, creditor, do); err != nil {
			t.Fatal(err)
		}
	}
	read("", func(r *store.Reader) error {
		creditors, err := r.Creditors()
		for _, c := range creditors {
			read(c.ID, func(r *store.Reader) error {
				list, err := outbox.List(r, "", 1000)
				for _, m := range slices.Backward(list) {
					if m.SentAt.IsZero() && m.Channel == outbox.Email && m.Recipient.Reveal() == mail && m.Template == signin.OneTimeMailBody {
						codes = append(codes, m.Args["code"])
					}
				}
				return err
			})
		}
		return err
	})
	return codes
}

func (h *house) send(cookie string) {
	h.t.Helper()
	if to, err := h.SendOneTimeCode(ctx, cookie, "de"); err != nil || to != "s•••@e•••.org" {
		h.t.Fatalf("%q, %v", to, err)
	}
}

func wrongCode(right string) string {
	if right == "000000" {
		return "000001"
	}
	return "000000"
}

func TestAOneTimeCodeOpensEverythingOnce(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		h := newHouse(t, storetest.Open(t, store.Options{URL: url}), onlyMail)
		o := h.in(check(access.CheckPostcode, postcode))
		if !slices.Equal(o.Raises, []access.CheckKind{access.CheckOneTime}) {
			t.Fatalf("%v", o.Raises)
		}
		_, err := h.RaiseByOneTimeCode(ctx, o.Cookie, "123456")
		h.refuses(err, debt.Expired, "one_time_expired")
		h.send(o.Cookie)
		code := sent(t, url)[0]
		_, err = h.RaiseByOneTimeCode(ctx, o.Cookie, wrongCode(code))
		h.refuses(err, debt.Forbidden, "access_refused")
		raised, err := h.RaiseByOneTimeCode(ctx, o.Cookie, " "+code[:3]+" "+code[3:]+" ")
		if err != nil || raised.Tier != access.FullView {
			t.Fatal(err)
		}
		again := h.in(check(access.CheckPostcode, postcode))
		_, err = h.RaiseByOneTimeCode(ctx, again.Cookie, code)
		h.refuses(err, debt.Expired, "one_time_expired")
		_, err = h.SendOneTimeCode(ctx, raised.Cookie, "de")
		h.refuses(err, debt.NotFound, "one_time_address_missing")
		if got := h.events(h.caseID); !slices.Equal(got, []debt.EventType{opened, failed, verified, opened}) {
			t.Errorf("%v", got)
		}
		h.verified()
	})
}

func TestAOneTimeCodeLivesTenMinutesAndANewOneVoidsIt(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		h := newHouse(t, storetest.Open(t, store.Options{URL: url}), onlyMail)
		o := h.in(check(access.CheckPostcode, postcode))
		h.send(o.Cookie)
		h.clock.Move(time.Second)
		h.send(o.Cookie)
		codes := sent(t, url)
		if codes[0] != codes[1] {
			_, err := h.RaiseByOneTimeCode(ctx, o.Cookie, codes[0])
			h.refuses(err, debt.Forbidden, "access_refused")
		}
		h.clock.Move(10 * time.Minute)
		_, err := h.RaiseByOneTimeCode(ctx, o.Cookie, codes[1])
		h.refuses(err, debt.Expired, "one_time_expired")
		h.send(o.Cookie)
		_, err = h.SendOneTimeCode(ctx, o.Cookie, "de")
		h.refuses(err, debt.Forbidden, "one_time_too_many")
		other := h.in(check(access.CheckPostcode, postcode))
		_, err = h.SendOneTimeCode(ctx, other.Cookie, "de")
		h.refuses(err, debt.Forbidden, "one_time_too_many")
		h.clock.Move(50 * time.Minute)
		h.send(h.in(check(access.CheckPostcode, postcode)).Cookie)
	})
}

// Five wrong codes also pause the letter: fifteen codes an hour of five tries each would
// otherwise open one in thirty letters within its 90 days.
func TestFiveWrongOneTimeCodesPauseTheLetter(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		h := newHouse(t, storetest.Open(t, store.Options{URL: url}), onlyMail)
		o := h.in(check(access.CheckPostcode, postcode))
		h.send(o.Cookie)
		code := sent(t, url)[0]
		for range 5 {
			_, err := h.RaiseByOneTimeCode(ctx, o.Cookie, wrongCode(code))
			h.refuses(err, debt.Forbidden, "access_refused")
		}
		_, err := h.RaiseByOneTimeCode(ctx, o.Cookie, code)
		h.refuses(err, debt.Expired, "one_time_expired")
		h.send(o.Cookie)
		codes := sent(t, url)
		_, err = h.RaiseByOneTimeCode(ctx, o.Cookie, codes[len(codes)-1])
		h.refuses(err, debt.Forbidden, "access_refused")
		h.clock.Move(14 * time.Minute)
		_, err = h.byToken(check(access.CheckPostcode, postcode))
		h.refuses(err, debt.Forbidden, "access_refused")
		if got := h.events(h.caseID); !slices.Equal(got, append([]debt.EventType{opened}, slices.Repeat([]debt.EventType{failed}, 5)...)) {
			t.Errorf("%v", got)
		}
	})
}

func TestNoOneTimeCodeWhereAnotherDatumIsKnownOrNoAddress(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		nowhere := h.issue(h.addCase("A-2", func(f *store.NewFile) { f.Debtor.BirthOn, f.Debtor.Email = "", "" }))
		for _, l := range []signin.Letter{h.letter, nowhere} {
			o, err := h.Open(ctx, signin.Attempt{Token: l.Token.Plain(), Check: check(access.CheckPostcode, postcode)})
			if err != nil {
				t.Fatal(err)
			}
			_, err = h.SendOneTimeCode(ctx, o.Cookie, "de")
			h.refuses(err, debt.NotFound, "one_time_address_missing")
		}
	})
}

func TestWhatIsNoOneTimeCodeIsNotCounted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s, onlyMail)
		o := h.in(check(access.CheckPostcode, postcode))
		h.send(o.Cookie)
		for _, typed := range []string{"", "12345", "1234567", "12345a", "12345\x00", "１２３４５６", "-12345", "' OR 1"} {
			_, err := h.RaiseByOneTimeCode(ctx, o.Cookie, typed)
			h.refuses(err, debt.Invalid, "one_time_invalid")
		}
		if got := h.events(h.caseID); len(got) != 1 {
			t.Errorf("%v", got)
		}
	})
}

// Where no e-mail can be used, a code goes to the telephone, if text messages go out.
func TestACodeGoesByTheWayThatWorks(t *testing.T) {
	phone := func(f *store.NewFile) { f.Debtor.BirthOn, f.Debtor.Phone = "", "+49 151 5550 12 34" }
	for name, tc := range map[string]struct {
		email       debt.Personal
		mail, phone debt.Stop
		texts       bool
		to, channel string
	}{
		"e-mail":                  {mail, "", "", true, "s•••@e•••.org", "email"},
		"declined mails":          {mail, debt.StopOptOut, "", true, "s•••@e•••.org", "email"},
		"bounced":                 {mail, debt.StopBounced, "", true, "••• 34", "sms"},
		"no e-mail":               {"", "", "", true, "••• 34", "sms"},
		"no text messages":        {"", "", "", false, "", ""},
		"bounced, no messages":    {mail, debt.StopBounced, "", false, "", ""},
		"neither can be reached":  {mail, debt.StopBounced, debt.StopBounced, true, "", ""},
		"number declined notices": {"", "", debt.StopOptOut, true, "••• 34", "sms"},
	} {
		t.Run(name, func(t *testing.T) {
			url := storetest.SQLite(t)
			h := newHouse(t, storetest.Open(t, store.Options{URL: url}), phone, func(f *store.NewFile) { f.Debtor.Email = tc.email })
			h.Texts = tc.texts
			err := h.Store.Write(ctx, h.creditor.ID, func(tx *store.Tx) error {
				f, err := tx.LockOne(h.caseID)
				if err != nil {
					return err
				}
				return tx.SaveStops(debt.Debtor{ID: f.Case.DebtorID, EmailStopped: tc.mail, PhoneStopped: tc.phone})
			})
			if err != nil {
				t.Fatal(err)
			}
			o := h.in(check(access.CheckPostcode, postcode))
			if slices.Contains(o.Raises, access.CheckOneTime) != (tc.to != "") {
				t.Fatalf("%v", o.Raises)
			}
			to, err := h.SendOneTimeCode(ctx, o.Cookie, "en")
			if to != tc.to || (err == nil) != (tc.to != "") {
				t.Errorf("%q %v", to, err)
			}
			if got := strings.Join(storetest.Column(t, url, "SELECT channel FROM outbox WHERE language = 'en' AND expires_at IS NOT NULL"), ""); got != tc.channel {
				t.Errorf("by %q", got)
			}
		})
	}
}
