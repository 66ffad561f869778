package record_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quitt/cases"
	"quitt/cases/record"
	"quitt/debt"
	"quitt/debt/debttest"
	"quitt/debt/fees"
	"quitt/debt/ledger"
	"quitt/debt/letter"
	"quitt/store"
	"quitt/store/expect"
	"quitt/store/letters"
	"quitt/store/looks"
	"quitt/store/messages"
	"quitt/store/storetest"
)

var (
	ctx   = context.Background()
	clerk = debt.Actor{Kind: "creditor", ID: "019aa9c0-7d3e-7c1a-9b52-3f6f2c1d8e41"}
)

// office is a creditor with one case of 1,000.00, worked on at a clock the test moves.
type office struct {
	t     testing.TB
	s     *store.Store
	watch *storetest.Watch
	desk  record.Desk
	at    record.At
	claim debt.ID
}

func newOffice(t testing.TB, s *store.Store) *office {
	t.Helper()
	o := &office{t: t, s: s, watch: storetest.NewWatch()}
	o.desk = record.Desk{Store: s, Now: o.watch.Now}
	o.at.Creditor, o.at.By = storetest.Creditor(t, s, "koeln").ID, clerk
	o.anew("R")
	return o
}

// anew goes on with another case.
func (o *office) anew(reference string) {
	o.t.Helper()
	f := storetest.File(o.at.Creditor, reference)
	o.must(o.s.Write(ctx, o.at.Creditor, func(t *store.Tx) error { return t.AddFiles([]store.NewFile{f}) }))
	o.at.Case, o.claim = f.File.Case.ID, f.File.Account.Claims[0].ID
}

func each(t *testing.T, test func(t *testing.T, o *office)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) { test(t, newOffice(t, s)) })
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) today() debt.Date { return debt.DateIn(o.watch.Now(), debt.Berlin) }

func (o *office) read() record.Record {
	o.t.Helper()
	c, err := o.desk.Read(ctx, o.at.Creditor, o.at.Case)
	o.must(err)
	return c
}

func (o *office) last() debt.Event {
	o.t.Helper()
	events := o.read().Events
	return events[len(events)-1]
}

func (o *office) verified() {
	o.t.Helper()
	_, err := o.s.Verify(ctx, func(f store.Finding) bool { o.t.Error(f); return true })
	o.must(err)
}

// pay books money that arrived today.
func (o *office) pay(amount debt.Cents) {
	o.t.Helper()
	stamp := ledger.Stamp{At: o.watch.Now(), NewID: store.NewID}
	o.must(o.s.Write(ctx, o.at.Creditor, func(t *store.Tx) error {
		f, err := t.LockOne(o.at.Case)
		if err != nil {
			return err
		}
		h, err := t.LoadHistory(f)
		if err != nil {
			return err
		}
		p := debt.Payment{ID: stamp.NewID(), CaseID: o.at.Case, Method: debt.MethodDirect, Status: debt.PaymentSucceeded, Amount: amount,
			ReceivedOn: o.today(), Source: "test", BookedAt: stamp.At}
		p.ExternalID = string(p.ID)
		b := store.Booking{File: f, Payments: []debt.Payment{p}, Events: []debt.Event{storetest.Event(f.Case, debt.PaymentSucceededEvent)}}
		if b.Entries, f.Account, err = h.Insert(p, stamp); err != nil {
			return err
		}
		f.Case.Paid(f.Account.Balance(), true)
		return t.Book(b)
	}))
}

func TestADebtorIsTakenOutOfDunning(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		until := o.today().AddDays(30)
		for name, c := range map[string]struct {
			rest record.Rest
			key  string
		}{
			"no kind":        {record.Rest{Reason: "talks", Until: until}, "hold_reason_missing"},
			"a plan's":       {record.Rest{Kind: debt.HoldPlan, Reason: "talks", Until: until}, "hold_reason_missing"},
			"no reason":      {record.Rest{Kind: debt.HoldRequest, Until: until}, "hold_reason_missing"},
			"words":          {record.Rest{Kind: debt.HoldRequest, Reason: "weil Frau Müller krank ist", Until: until}, "hold_reason_missing"},
			"no end":         {record.Rest{Kind: debt.HoldRequest, Reason: "talks"}, "record_rest_until"},
			"ends today":     {record.Rest{Kind: debt.HoldRequest, Reason: "talks", Until: o.today()}, "record_rest_until"},
			"too long":       {record.Rest{Kind: debt.HoldRequest, Reason: "talks", Until: o.today().AddDays(367)}, "record_rest_until"},
			"other, untold":  {record.Rest{Kind: debt.HoldRequest, Reason: "other", Until: until}, "record_other_note"},
			"a note too big": {record.Rest{Kind: debt.HoldRequest, Reason: "talks", Until: until, Note: debt.Personal(strings.Repeat("x", 4001))}, "words_too_long"},
		} {
			t.Run(name, func(t *testing.T) { debttest.WantKey(t, o.desk.Hold(ctx, o.at, c.rest), debt.Invalid, c.key) })
		}
		if c := o.read(); len(c.Case.Holds)+len(c.Notes) > 0 {
			t.Fatalf("a refusal left %+v", c.Case.Holds)
		}
		rest := record.Rest{Kind: debt.HoldRequest, Reason: "other", Until: until, Note: "Frau Müller ist im Krankenhaus"}
		o.must(o.desk.Hold(ctx, o.at, rest))
		c := o.read()
		if h := c.Case.Holds[0]; h.Until != until || h.Since != o.today() || c.Case.Processing != debt.Held || len(c.Notes) != 1 || c.Notes[0].By != clerk {
			t.Errorf("%+v %+v", h, c.Notes)
		}
		if e := o.last(); e.Type != debt.CaseHeld || e.Actor != clerk || e.Data["reason"] != "other" || strings.Contains(mustText(e), "Müller") {
			t.Errorf("%+v", e)
		}
		for _, s := range c.Steps {
			if s.Allowed != (s.Name == debt.StepClose) {
				t.Errorf("%+v", s)
			}
		}
		debttest.WantKey(t, o.desk.Hold(ctx, o.at, rest), debt.Conflict, "record_rests")
		o.must(o.desk.Release(ctx, o.at, c.Case.Holds[0].ID))
		debttest.WantKey(t, o.desk.Release(ctx, o.at, c.Case.Holds[0].ID), debt.Forbidden, "record_rest_bound")
		debttest.WantKey(t, o.desk.Release(ctx, o.at, store.NewID()), debt.NotFound, "hold_unknown")
		if c := o.read(); c.Case.Processing != debt.Running || o.last().Type != debt.CaseReleased {
			t.Errorf("%+v", c.Case)
		}
	})
}

// A hold that an event ends is not a person's to end: it would let dunning go on beside an open
// objection.
func TestHoldsThatWaitForSomethingStay(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.must(cases.Desk{Store: o.s, Now: o.watch.Now}.Apply(ctx, o.read().Case, debt.System, func(c *debt.Case, today debt.Date) ([]debt.Event, error) {
			return c.SetObjection(debt.ObjectionOpen, debt.Hold{Reason: "amount_wrong", Since: today, Until: today.AddDays(14)})
		}))
		h := o.read().Case.Holds[0]
		debttest.WantKey(t, o.desk.Release(ctx, o.at, h.ID), debt.Forbidden, "record_rest_bound")
		if !o.read().Case.Holds[0].Active(o.today().AddDays(99)) {
			t.Error("released")
		}
	})
}

func mustText(e debt.Event) string { return debt.E(debt.Invalid, "x", e.Data).Error() }

func (o *office) charge() {
	o.t.Helper()
	c := o.read()
	costs, err := cases.CollectionCosts(c.Creditor, 1000_00, fees.Simple, o.today())
	o.must(err)
	o.must(cases.Desk{Store: o.s, Now: o.watch.Now}.AddCosts(ctx, c.Case, costs...))
}

func correction(o *office, amount debt.Cents) record.Correction {
	return record.Correction{Key: string(store.NewID()), Lines: []ledger.Credit{{Line: o.claim, Amount: amount}}, Reason: "invoice_corrected"}
}

func TestACorrectionIsAnEntryAndTheCostsFollow(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.charge()
		entries := len(storedEntries(o))
		for name, c := range map[string]struct {
			change func(*record.Correction)
			key    string
		}{
			"no key":      {func(c *record.Correction) { c.Key = "" }, "credit_key_missing"},
			"nothing":     {func(c *record.Correction) { c.Lines = nil }, "record_correct_nothing"},
			"too much":    {func(c *record.Correction) { c.Lines[0].Amount = 1000_01 }, "credit_range"},
			"nothing off": {func(c *record.Correction) { c.Lines[0].Amount = 0 }, "credit_range"},
			"more":        {func(c *record.Correction) { c.Lines[0].Amount = -1 }, "credit_range"},
			"no line":     {func(c *record.Correction) { c.Lines[0].Line = store.NewID() }, "credit_range"},
			"no reason":   {func(c *record.Correction) { c.Reason = "" }, "record_reason_missing"},
			"untold":      {func(c *record.Correction) { c.Reason = "other" }, "record_other_note"},
		} {
			t.Run(name, func(t *testing.T) {
				x := correction(o, 1)
				c.change(&x)
				debttest.WantKey(t, o.desk.Correct(ctx, o.at, x), debt.Invalid, c.key)
			})
		}
		o.pay(900_00)
		x := correction(o, 600_00)
		o.must(o.desk.Correct(ctx, o.at, x))
		debttest.WantKey(t, o.desk.Correct(ctx, o.at, x), debt.Conflict, "booked_already")
		c := o.read()
		want, err := cases.CollectionCosts(c.Creditor, 400_00, fees.Simple, o.today())
		o.must(err)
		if s := c.Statement; s.Demanded.Principal != 400_00 || s.Demanded.Costs != want[0].Amount+want[1].Amount || c.Case.Payment != debt.StateOverpaid {
			t.Errorf("%+v, %s", s.Demanded, c.Case.Payment)
		}
		if len(c.Tasks) != 1 || c.Tasks[0].Kind != "refund_overpayment" || c.Tasks[0].Amount != c.Statement.Open.Overpaid {
			t.Errorf("%+v", c.Tasks)
		}
		if e := o.last(); e.Type != debt.CaseUpdated || e.Actor != clerk || e.Data["reason"] != "invoice_corrected" {
			t.Errorf("%+v", e)
		}
		if len(storedEntries(o)) <= entries {
			t.Error("no entry was added")
		}
		o.verified()
	})
}

func storedEntries(o *office) (list []ledger.Entry) {
	o.t.Helper()
	o.must(o.s.Read(ctx, o.at.Creditor, func(r *store.Reader) error {
		f, err := r.LoadFile(o.at.Case)
		if err != nil {
			return err
		}
		h, err := r.LoadHistory(f)
		list = h.Entries
		return err
	}))
	return list
}

// Whatever is paid and corrected in whatever order: what is demanded is what was handed over
// less what was corrected, nobody owes less than nothing, and the books agree.
func TestCorrectionsAndPaymentsNeverLoseACent(t *testing.T) {
	o := newOffice(t, storetest.Open(t, store.Options{URL: storetest.SQLite(t)}))
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		o.watch.Set(storetest.Now) // interest is known up to the end of the half-year
		o.anew(strings.Repeat("x", n))
		left, paid := debt.Cents(1000_00), debt.Cents(0)
		for range rapid.IntRange(1, 6).Draw(rt, "steps") {
			o.watch.Move(24 * time.Hour)
			amount := debt.Cents(rapid.Int64Range(1, 500_00).Draw(rt, "cents"))
			if rapid.Bool().Draw(rt, "pays") {
				o.pay(amount)
				paid += amount
				continue
			}
			err := o.desk.Correct(ctx, o.at, correction(o, amount))
			switch {
			case amount > left && debt.KindOf(err) != debt.Invalid:
				rt.Fatalf("%d of %d: %v", amount, left, err)
			case amount <= left:
				o.must(err)
				left -= amount
			}
		}
		s := o.read().Statement
		if s.Demanded.Principal != left || s.Open.Principal < 0 || s.Open.Interest < 0 || s.Open.Overpaid < 0 ||
			s.Demanded.Total()-s.Open.Total()+s.Open.Overpaid != paid {
			rt.Fatalf("left %d, paid %d: %+v %+v", left, paid, s.Demanded, s.Open)
		}
	})
	o.verified()
}

func TestACaseIsWithdrawn(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		debttest.WantKey(t, o.desk.End(ctx, o.at, "paid", ""), debt.Invalid, "close_reason_missing")
		debttest.WantKey(t, o.desk.End(ctx, o.at, "other", ""), debt.Invalid, "record_other_note")
		o.must(o.desk.Hold(ctx, o.at, record.Rest{Kind: debt.HoldRequest, Reason: "talks", Until: o.today().AddDays(9)}))
		o.must(o.desk.End(ctx, o.at, "withdrawn_by_creditor", "Irrtum der Buchhaltung"))
		c := o.read()
		if c.Case.Stage != debt.StageClosed || c.Case.CloseReason != "withdrawn_by_creditor" || c.Case.Holds[0].Active(o.today()) || len(c.Notes) != 1 {
			t.Errorf("%+v", c.Case)
		}
		for name, again := range map[string]error{
			"end": o.desk.End(ctx, o.at, "sold", ""), "correct": o.desk.Correct(ctx, o.at, correction(o, 1)),
			"hold": o.desk.Hold(ctx, o.at, record.Rest{Kind: debt.HoldRequest, Reason: "talks", Until: o.today().AddDays(9)}),
		} {
			t.Run(name, func(t *testing.T) { debttest.WantKey(t, again, debt.Forbidden, "case_over") })
		}
		o.must(o.desk.Write(ctx, o.at, "auch ein beendeter Vorgang nimmt Notizen"))
		o.verified()
	})
}

func TestANewCodeIsWantedOnce(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		wanted := func() (n int) {
			o.must(o.s.Read(ctx, o.at.Creditor, func(r *store.Reader) error {
				list, err := letters.Candidates(r, letters.Page{Kind: letter.NewCode, Most: 9, Now: o.watch.Now()})
				n = len(list)
				return err
			}))
			return n
		}
		if wanted() != 0 {
			t.Error("nobody asked")
		}
		o.must(o.desk.WantCode(ctx, o.at))
		o.must(o.desk.WantCode(ctx, o.at))
		tasks := o.read().Tasks
		if wanted() != 1 || len(tasks) != 1 {
			t.Errorf("%+v", tasks)
		}
		o.must(o.desk.Done(ctx, o.at.Creditor, tasks[0].ID))
		if wanted() != 0 {
			t.Error("it is done")
		}
		o.must(o.desk.WantCode(ctx, o.at))
		if wanted() != 1 {
			t.Error("a second time nobody writes it")
		}
	})
}

// Two who decide from the same page: one does, the other is told, nothing is lost.
func TestOfTwoClerksOneIsTold(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		seen := expect.Version(ctx, o.at.Case, o.read().Case.Version)
		var at sync.WaitGroup
		results := make([]error, 8)
		for i := range results {
			at.Go(func() { results[i] = o.desk.Correct(seen, o.at, correction(o, 10_00)) })
		}
		at.Wait()
		done := 0
		for _, err := range results {
			if err == nil {
				done++
			} else if !errors.Is(err, expect.Changed()) {
				t.Errorf("refused as %v", err)
			}
		}
		if c := o.read(); done != 1 || c.Statement.Demanded.Principal != 990_00 {
			t.Errorf("%d did, %+v", done, c.Statement.Demanded)
		}
		debttest.WantKey(t, o.desk.Write(seen, o.at, "aus einem alten Blatt"), debt.Conflict, "record_changed")
		o.must(o.desk.Write(expect.Version(ctx, o.at.Case, o.read().Case.Version), o.at, "aus einem neuen"))
		if n := o.read().Notes; len(n) != 1 || n[0].Text != "aus einem neuen" {
			t.Errorf("%+v", n)
		}
	})
}

func TestWhatWasSeenIsLoggedAndOfItsCreditor(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		subject := store.NewID()
		version := o.read().Case.Version
		o.must(o.desk.Looked(ctx, o.at, looks.Record, ""))
		o.watch.Move(time.Minute)
		o.must(o.desk.Looked(ctx, o.at, looks.Original, subject))
		c := o.read()
		if len(c.Looks) != 2 || c.Looks[0].What != looks.Original || c.Looks[0].Subject != subject || c.Looks[0].By != clerk || c.Case.Version != version {
			t.Errorf("%+v", c.Looks)
		}
		other := storetest.Creditor(t, o.s, "bonn").ID
		if _, err := o.desk.Find(ctx, other, c.Case.FileReference); !errors.Is(err, debt.E(debt.NotFound, "case_unknown", nil)) {
			t.Errorf("another creditor finds it: %v", err)
		}
		if id, err := o.desk.Find(ctx, o.at.Creditor, c.Case.CreditorReference); err != nil || id != o.at.Case {
			t.Errorf("%v", err)
		}
		_, err := o.desk.Read(ctx, other, o.at.Case)
		debttest.WantKey(t, err, debt.NotFound, "case_unknown")
		if list, err := o.desk.Waiting(ctx, other, 9); err != nil || len(list) > 0 {
			t.Errorf("%+v %v", list, err)
		}
	})
}

func TestWhatIsDueFirstStandsFirst(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.must(o.desk.WantCode(ctx, o.at))
		late := messages.Request{ID: store.NewID(), CaseID: o.at.Case, Kind: messages.Details, By: debt.Actor{Kind: "debtor"}, State: messages.Open, At: o.watch.Now(),
			DueOn: o.today().AddDays(-1)}
		soon := late
		soon.ID, soon.Kind, soon.DueOn = store.NewID(), messages.Other, o.today().AddDays(3)
		o.must(o.s.Write(ctx, o.at.Creditor, func(t *store.Tx) error {
			return errors.Join(messages.AddRequest(t, soon), messages.AddRequest(t, late))
		}))
		list, err := o.desk.Waiting(ctx, o.at.Creditor, 9)
		o.must(err)
		ids := []debt.ID{}
		for _, x := range list {
			ids = append(ids, x.ID)
			if x.File != "F-R" || x.Overdue != (x.ID == late.ID) {
				t.Errorf("%+v", x)
			}
		}
		if len(ids) != 3 || !slices.Equal(ids[:2], []debt.ID{late.ID, soon.ID}) || list[2].Matter != letter.Wanted {
			t.Errorf("%+v", list)
		}
	})
}
