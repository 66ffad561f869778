package letter_test

import (
	"context"
	"crypto/rand"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/ledger"
	"quitt/debt/letter"
	"quitt/debt/operator"
	runs "quitt/notifications/letter"
	"quitt/notifications/letter/sheet"
	"quitt/store"
	"quitt/store/expect"
	"quitt/store/grants"
	"quitt/store/letters"
	"quitt/store/storetest"
)

var ctx = context.Background()

// office is a desk that writes letters for one creditor.
type office struct {
	t testing.TB
	runs.Desk

	creditor debt.Creditor
	dir      string
	at       time.Time
	codes    int // prepared
}

func newOffice(t testing.TB, s *store.Store, code ...string) *office {
	t.Helper()
	press, err := sheet.NewPress()
	if err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, creditor: storetest.Creditor(t, s, append(code, "praxis")[0]), dir: t.TempDir(), at: storetest.Now}
	o.Desk = runs.Desk{Store: s, Now: func() time.Time { return o.at },
		Letterhead: runs.Letterhead{Press: press, Portal: "https://portal.example.de", NewAccess: o.access,
			Operator: operator.Profile{Name: "Muster Inkasso GmbH", Street: "Hauptstraße 1", Postcode: "10115", City: "Berlin",
				Phone: "030 5550100", Email: "hilfe@example.de", RDGNumber: "3712 E 1-1",
				Supervisor: operator.Authority{Name: "Bundesamt für Justiz", Address: "53113 Bonn", Contact: "rdg@bfj.bund.de"}}}}
	return o
}

// access prepares secrets as signing in does, but for the slow hash.
func (o *office) access(context.Context) (runs.Access, error) {
	o.codes++
	var token [16]byte
	var code [10]byte
	_, _ = rand.Read(token[:])
	_, _ = rand.Read(code[:])
	g := grants.Record{Grant: access.NewGrant(store.NewID(), "", "Apfel Birne", o.at),
		Secret: grants.Secret{Salt: strings.Repeat("0", 32), Hash: strings.Repeat("a", 64), Pepper: 1}}
	a := runs.Access{Link: "https://portal.example.de/#" + access.NewToken(token).Plain(), Code: access.NewCode(code),
		Words: g.Words, Until: debt.DateIn(g.ExpiresAt, debt.Berlin)}
	a.Store = func(t *store.Tx, f *store.File) (debt.Event, error) {
		old, err := grants.OfCase(&t.Reader, f.Case.ID)
		if err != nil {
			return debt.Event{}, err
		}
		for _, e := range old {
			if e.Revoke(access.Replaced, o.at) {
				if err := grants.Save(t, e); err != nil {
					return debt.Event{}, err
				}
			}
		}
		g.CaseID = f.Case.ID
		return f.Case.EventOf(debt.CaseUpdated, debt.Args{"access": "issued"}), grants.Add(t, g)
	}
	return a, nil
}

// addCase hands a case over that is due for a reminder; change makes it another one.
func (o *office) addCase(n int, change ...func(*store.NewFile)) debt.ID {
	o.t.Helper()
	f := storetest.File(o.creditor.ID, fmt.Sprintf("%06d", n))
	f.File.Case.FileReference = fmt.Sprintf("2026-%06d", n)
	for _, c := range change {
		c(&f)
	}
	o.write(func(t *store.Tx) error { return t.AddFiles([]store.NewFile{f}) })
	return f.File.Case.ID
}

func (o *office) write(do func(t *store.Tx) error) {
	o.t.Helper()
	if err := o.Store.Write(ctx, o.creditor.ID, do); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) order(k letter.Kind) runs.Order {
	return runs.Order{Creditor: o.creditor, Kind: k, Way: letters.Print, Dir: o.dir}
}

// run runs an order that must not fail as a whole.
func (o *office) run(order runs.Order) runs.Report {
	o.t.Helper()
	r, err := o.Run(ctx, order)
	if err != nil {
		o.t.Fatal(err)
	}
	return r
}

// kept lists the letters of a case, void ones included.
func (o *office) kept(caseID debt.ID) (list []letters.Kept) {
	o.t.Helper()
	err := o.Store.Read(ctx, o.creditor.ID, func(r *store.Reader) (err error) {
		list, err = letters.OfCase(r, caseID)
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return list
}

func (o *office) events(caseID debt.ID, want debt.EventType) (list []debt.Event) {
	o.t.Helper()
	err := o.Store.Read(ctx, o.creditor.ID, func(r *store.Reader) error {
		all, err := r.Events(caseID)
		for _, e := range all {
			if e.Type == want {
				list = append(list, e)
			}
		}
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return list
}

// tell books an event on a case.
func (o *office) tell(caseID debt.ID, e debt.EventType, data debt.Args, change ...func(*debt.Case)) debt.ID {
	o.t.Helper()
	id := store.NewID()
	o.write(func(t *store.Tx) error {
		f, err := t.LockOne(caseID)
		if err != nil {
			return err
		}
		for _, c := range change {
			c(&f.Case)
		}
		event := f.Case.EventOf(e, data)
		event.ID, event.At, event.Actor = id, o.at, debt.System
		return t.Book(store.Booking{File: f, Events: []debt.Event{event}})
	})
	return id
}

// pay books a payment as the room for payments does.
func (o *office) pay(caseID debt.ID, amount debt.Cents) debt.ID {
	o.t.Helper()
	p := debt.Payment{ID: store.NewID(), CaseID: caseID, Method: debt.MethodTransfer, Status: debt.PaymentSucceeded, Amount: amount,
		ReceivedOn: debt.DateIn(o.at, debt.Berlin), Source: "bank", BookedAt: o.at}
	p.ExternalID = string(p.ID)
	o.write(func(t *store.Tx) error {
		f, err := t.LockOne(caseID)
		if err != nil {
			return err
		}
		b := store.Booking{File: f, Payments: []debt.Payment{p}}
		if b.Entries, f.Account, err = f.Account.Settle(p, ledger.Stamp{At: o.at, NewID: store.NewID}); err != nil {
			return err
		}
		f.Case.Paid(f.Account.Balance(), true)
		e := f.Case.EventOf(debt.PaymentSucceededEvent, debt.Args{"payment": string(p.ID)})
		e.ID, e.At, e.Actor = store.NewID(), o.at, debt.System
		b.Events = []debt.Event{e}
		return t.Book(b)
	})
	return p.ID
}

// list reads a manifest.
func (o *office) list(path string) [][]string {
	o.t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		o.t.Fatal(err)
	}
	in := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(b), "\uFEFF")))
	in.Comma = ';'
	rows, err := in.ReadAll()
	if err != nil {
		o.t.Fatal(err)
	}
	return rows[1:]
}

func (o *office) spool() string {
	o.t.Helper()
	found, err := filepath.Glob(filepath.Join(o.dir, ".spool", "*", "*.pdf"))
	if err != nil {
		o.t.Fatal(err)
	}
	return strings.Join(found, "\n")
}

func isKey(err error, key string) bool {
	var e *debt.Error
	return errors.As(err, &e) && e.Key == key
}

func TestARunWritesEachDueLetterOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		ids := []debt.ID{o.addCase(1), o.addCase(2), o.addCase(3)}
		closed := o.addCase(4, func(f *store.NewFile) { f.File.Case.Stage, f.File.Case.Processing = debt.StageClosed, debt.Stopped })
		r := o.run(o.order(letter.Reminder))
		if r.Created != 3 || r.Sent != 3 || len(r.Problems) != 0 || len(r.PDFs) != 1 {
			t.Fatalf("%+v", r)
		}
		page := 1
		for i, row := range o.list(r.Manifests[0]) {
			k := o.kept(ids[i])[0]
			want := []string{fmt.Sprint(i + 1), fmt.Sprintf("2026-%06d", i+1), "reminder", fmt.Sprint(page), fmt.Sprint(page + k.Pages - 1),
				fmt.Sprint(k.Pages), "Änne O'Brien-Müller", "Weg 1", "50667 Köln", "", "", "", "DE", k.PDFHash}
			if strings.Join(row, "|") != strings.Join(want, "|") {
				t.Errorf("line %d: %q", i+1, row)
			}
			page += k.Pages
			if k.State != letters.Sent || k.Document.Hash() != k.Hash || k.On != debt.MustDate("2026-11-22") || k.Deadline.IsZero() {
				t.Errorf("letter %d: %+v", i+1, k)
			}
			if n := len(o.events(ids[i], debt.LetterCreated)); n != 1 || len(o.events(ids[i], debt.LetterSent)) != 1 {
				t.Errorf("events of letter %d", i+1)
			}
		}
		if len(o.kept(closed)) != 0 || o.spool() != "" {
			t.Error("a closed case got a letter, or the spool is left")
		}
		if r := o.run(o.order(letter.Reminder)); r.Created != 0 || r.Sent != 0 || r.Run != "" {
			t.Errorf("again: %+v", r)
		}
	})
}

// Collection begins with its first letter, not before and not without an event.
func TestAFirstNoticeEndsTheStageOfReminders(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		fresh := o.addCase(1)
		collected := o.addCase(2, func(f *store.NewFile) { f.File.Case.Stage = debt.StageCollection })
		if r := o.run(o.order(letter.FirstNotice)); r.Created != 2 || len(r.Problems) != 0 {
			t.Fatalf("%+v", r)
		}
		for id, changes := range map[debt.ID]int{fresh: 1, collected: 0} {
			moved := 0
			for _, e := range o.events(id, debt.CaseUpdated) {
				if e.Data["stage"] == string(debt.StageCollection) {
					moved++
				}
			}
			err := s.Read(ctx, o.creditor.ID, func(r *store.Reader) error {
				f, err := r.LoadFile(id)
				if err == nil && f.Case.Stage != debt.StageCollection {
					t.Errorf("the case is in stage %s", f.Case.Stage)
				}
				return err
			})
			if err != nil || moved != changes {
				t.Errorf("%d changes of the stage, %v", moved, err)
			}
		}
	})
}

// The secrets are on the print and nowhere else.
func TestNoSecretIsStored(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		o := newOffice(t, storetest.Open(t, store.Options{URL: url}))
		o.addCase(1)
		var secrets []string
		prepare := o.Letterhead.NewAccess
		o.Letterhead.NewAccess = func(ctx context.Context) (runs.Access, error) {
			a, err := prepare(ctx)
			secrets = append(secrets, a.Code.Grouped(), strings.ReplaceAll(a.Code.Grouped(), "-", ""), a.Link[strings.Index(a.Link, "#")+1:])
			return a, err
		}
		if r := o.run(o.order(letter.Reminder)); r.Sent != 1 {
			t.Fatalf("%+v", r)
		}
		dump := storetest.Dump(t, url)
		for _, secret := range secrets {
			if strings.Contains(dump, secret) {
				t.Error("a secret is in the database")
			}
		}
		if !strings.Contains(dump, "letters.text=") || len(secrets) != 3 {
			t.Error("the test looks at nothing")
		}
	})
}

// One letter that cannot be written does not keep the others.
func TestWhatIsWrongWithOneLetterIsReported(t *testing.T) {
	long := debt.Personal(strings.Repeat("Maximiliane-Alexandra ", 6)[:120])
	table := map[string]struct {
		change func(*store.NewFile)
		key    string // "" if the letter is written
		silent bool   // not due
	}{
		"a name of 120 characters": {change: func(f *store.NewFile) { f.Debtor.LastName = long }},
		"a name of one long word":  {change: func(f *store.NewFile) { f.Debtor.LastName = debt.Personal(strings.Repeat("ab", 60)) }},
		"a name in Arabic":         {change: func(f *store.NewFile) { f.Debtor.LastName = "محمد" }, key: "letter_characters"},
		"an emoji in a name":       {change: func(f *store.NewFile) { f.Debtor.LastName = "Löwe 🦁" }, key: "letter_characters"},
		"no street":                {change: func(f *store.NewFile) { f.Debtor.Street = "" }, silent: true},
		"an address abroad":        {change: func(f *store.NewFile) { f.Debtor.Country, f.Debtor.Postcode, f.Debtor.City = "FR", "75001", "Paris" }},
		"an unknown country":       {change: func(f *store.NewFile) { f.Debtor.Country = "XX" }, key: "letter_incomplete"},
		"ten million": {change: func(f *store.NewFile) {
			f.File.Account.Claims, f.Entries = nil, nil
			f.Entries = append(f.Entries, f.File.Account.OpenClaim(debt.Claim{ID: store.NewID(), CaseID: f.File.Case.ID, Principal: 10_000_000_00,
				Ground: debt.Contract, Object: "Bau", ArisenOn: debt.MustDate("2026-01-10"), DueOn: debt.MustDate("2026-03-01")}, storetest.Stamp))
		}},
		"no claim": {change: func(f *store.NewFile) { f.File.Account.Claims, f.Entries = nil, nil }, silent: true},
	}
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for name, c := range table {
			t.Run(name, func(t *testing.T) {
				o := newOffice(t, s, strings.ReplaceAll(name, " ", "-"))
				o.addCase(1)
				odd := o.addCase(2, c.change)
				o.addCase(3)
				r := o.run(o.order(letter.Reminder))
				want := 3
				if c.key != "" || c.silent {
					want = 2
				}
				switch {
				case r.Sent != want:
					t.Errorf("%d letters sent: %+v", r.Sent, r.Problems)
				case c.key == "" && len(r.Problems) != 0, c.key != "" && (len(r.Problems) != 1 || !isKey(r.Problems[0].Err, c.key)):
					t.Errorf("problems: %+v", r.Problems)
				case c.key != "" && (r.Problems[0].FileReference != "2026-000002" || len(o.kept(odd)) != 0):
					t.Errorf("problem: %+v, letters %d", r.Problems[0], len(o.kept(odd)))
				}
				if rows := o.list(r.Manifests[0]); len(rows) != want || rows[want-1][0] != fmt.Sprint(want) {
					t.Error("the numbers have a gap")
				}
			})
		}
	})
}

func TestAWrongIBANOrTextStopsEveryLetterButNothingElse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		o.creditor.ID, o.creditor.Code, o.creditor.IBAN = store.NewID(), "falsch", "DE00370400440532013000"
		o.write(func(t *store.Tx) error { return t.AddCreditor(o.creditor, o.at) })
		o.addCase(1)
		if r := o.run(o.order(letter.Reminder)); r.Sent != 0 || len(r.Problems) != 1 || !isKey(r.Problems[0].Err, "letter_incomplete") {
			t.Errorf("without an IBAN: %+v", r)
		}
		o = newOffice(t, s, "richtig")
		o.addCase(1)
		if found, err := o.SaveTexts(ctx, o.creditor.ID, runs.Wording{Kind: letter.Reminder, Texts: map[string]string{"subject": "An {niemand}"}, By: debt.Actor{Kind: "operator"}, Seen: runs.Newest}); len(found) == 0 || err != nil {
			t.Errorf("an unknown field is taken: %v", err)
		}
		o.write(func(t *store.Tx) error { // as an older version might have stored it
			return letters.SaveTexts(t, letter.Reminder, map[string]string{"subject": "An {niemand}"}, o.at)
		})
		if r := o.run(o.order(letter.Reminder)); r.Sent != 0 || len(r.Problems) != 1 || !isKey(r.Problems[0].Err, "letter_field_unknown") || r.Run != "" {
			t.Errorf("%+v", r)
		}
		if _, err := o.SaveTexts(ctx, o.creditor.ID, runs.Wording{Kind: letter.Reminder, Texts: nil, By: debt.Actor{Kind: "operator"}, Seen: runs.Newest}); err != nil {
			t.Fatal(err)
		}
		if r := o.run(o.order(letter.Reminder)); r.Sent != 1 {
			t.Errorf("after the correction: %+v", r)
		}
	})
}

// Two who word the same letter: the second is told, and every state stays on record.
func TestHowALetterWasWordedStaysKnown(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		member := debt.Actor{Kind: "creditor", ID: store.NewID()}
		first := runs.Wording{Kind: letter.Reminder, Texts: map[string]string{"subject": "Ihre Rechnung, Aktenzeichen {file}"}, By: member}
		if found, err := o.SaveTexts(ctx, o.creditor.ID, first); len(found) != 0 || err != nil {
			t.Fatal(found, err)
		}
		late := runs.Wording{Kind: letter.Reminder, Texts: map[string]string{"subject": "Noch offen, Aktenzeichen {file}"}, By: member}
		if _, err := o.SaveTexts(ctx, o.creditor.ID, late); !errors.Is(err, expect.Changed()) {
			t.Errorf("who comes second: %v", err)
		}
		late.Seen = 1
		if _, err := o.SaveTexts(ctx, o.creditor.ID, late); err != nil {
			t.Fatal(err)
		}
		list, err := o.Versions(ctx, o.creditor.ID, letter.Reminder, 9)
		if err != nil || len(list) != 2 || list[0].Number != 2 || list[1].Texts["subject"] != first.Texts["subject"] || list[0].By != member {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

func TestACreditorsOwnWordsAreOnTheLetter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		id := o.addCase(1)
		if found, err := o.SaveTexts(ctx, o.creditor.ID, runs.Wording{Kind: letter.Reminder, Texts: map[string]string{"subject": "Ihre Rechnung, Aktenzeichen {file}"}, By: debt.Actor{Kind: "operator"}, Seen: runs.Newest}); len(found) != 0 || err != nil {
			t.Fatal(found, err)
		}
		o.run(o.order(letter.Reminder))
		if got := o.kept(id)[0].Document.Subject; got != "Ihre Rechnung, Aktenzeichen 2026-000001" {
			t.Errorf("subject %q", got)
		}
		pdf, err := o.Preview(ctx, letter.Reminder, o.creditor)
		if err != nil || !strings.HasPrefix(string(pdf), "%PDF") {
			t.Error("preview", err)
		}
	})
}
