package objections_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"quitt/cases"
	"quitt/cases/objections"
	"quitt/debt"
	"quitt/debt/debttest"
	"quitt/debt/fees"
	"quitt/debt/ledger"
	"quitt/debt/objection"
	"quitt/debt/situation"
	"quitt/store"
	kept "quitt/store/objections"
	"quitt/store/storetest"
	"quitt/store/tasks"
)

var (
	debtor = debt.Actor{Kind: "debtor", ID: "019aa9c0-7d3e-7c1a-9b52-3f6f2c1d8e40"}
	clerk  = debt.Actor{Kind: "creditor"}
	ctx    = context.Background()
)

// office is a creditor with one case of 1,000.00, worked on at a clock the test moves.
type office struct {
	t     *testing.T
	s     *store.Store
	watch *storetest.Watch
	desk  objections.Desk
	at    objections.At
	claim debt.ID
}

func newOffice(t *testing.T, s *store.Store) *office {
	id := store.NewID()
	c := debt.Creditor{ID: id, Code: "koeln-" + string(id[24:]), Name: "Praxis Köln", State: "NW", IBAN: "DE89370400440532013000", AccountHolder: "Praxis Köln",
		Address: debt.Address{Street: "Musterweg 1", Postcode: "50667", City: "Köln", Country: "DE"}, Settings: debt.Settings{PromiseDays: 14}}
	o := &office{t: t, s: s, watch: storetest.NewWatch()}
	f := storetest.File(c.ID, "R")
	o.must(s.Write(ctx, c.ID, func(t *store.Tx) error {
		if err := t.AddCreditor(c, storetest.Now); err != nil {
			return err
		}
		return t.AddFiles([]store.NewFile{f})
	}))
	o.desk = objections.Desk{Store: s, Now: o.watch.Now}
	o.at, o.claim = objections.At{Creditor: c.ID, Case: f.File.Case.ID}, f.File.Account.Claims[0].ID
	return o
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) today() debt.Date { return debt.DateIn(o.watch.Now(), debt.Berlin) }

func (o *office) days(n int) { o.watch.Move(time.Duration(n) * 24 * time.Hour) }

func (o *office) cases() cases.Desk { return cases.Desk{Store: o.s, Now: o.watch.Now} }

func (o *office) view() cases.View {
	o.t.Helper()
	v, err := o.cases().View(ctx, o.at.Creditor, o.at.Case)
	o.must(err)
	return v
}

func (o *office) said() objections.Said {
	o.t.Helper()
	s, err := o.desk.Of(ctx, o.at)
	o.must(err)
	return s
}

// pay books money that arrived today.
func (o *office) pay(amount debt.Cents, to ...debt.Target) {
	o.t.Helper()
	o.must(o.tryPay(amount, to...))
}

func (o *office) tryPay(amount debt.Cents, to ...debt.Target) error {
	stamp := ledger.Stamp{At: o.watch.Now(), NewID: store.NewID}
	return o.s.Write(ctx, o.at.Creditor, func(t *store.Tx) error {
		f, err := t.LockOne(o.at.Case)
		if err != nil {
			return err
		}
		h, err := t.LoadHistory(f)
		if err != nil {
			return err
		}
		p := debt.Payment{ID: stamp.NewID(), CaseID: o.at.Case, Method: debt.MethodDirect, Status: debt.PaymentSucceeded, Amount: amount,
			ReceivedOn: o.today(), Source: "test", Designation: to, BookedAt: stamp.At}
		p.ExternalID = string(p.ID)
		entries, a, err := h.Insert(p, stamp)
		if err != nil {
			return err
		}
		f.Account = a
		f.Case.Paid(a.Balance(), true)
		e := f.Case.EventOf(debt.PaymentSucceededEvent, debt.Args{"payment": string(p.ID)})
		e.ID, e.At, e.Actor = stamp.NewID(), stamp.At, debt.System
		return t.Book(store.Booking{File: f, Payments: []debt.Payment{p}, Entries: entries, Events: []debt.Event{e}})
	})
}

func (o *office) events() (types []debt.EventType) {
	for _, e := range o.view().Events {
		types = append(types, e.Type)
	}
	return types
}

func (o *office) count(t debt.EventType) (n int) {
	for _, e := range o.events() {
		if e == t {
			n++
		}
	}
	return n
}

// open lists the kinds of open tasks.
func (o *office) open() (kinds []tasks.Kind) {
	o.t.Helper()
	o.must(o.s.Read(ctx, o.at.Creditor, func(r *store.Reader) error {
		list, err := tasks.List(r, 99)
		for _, k := range list {
			kinds = append(kinds, k.Kind)
		}
		return err
	}))
	return kinds
}

func (o *office) asks(want ...tasks.Kind) {
	o.t.Helper()
	got := o.open()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		o.t.Errorf("a person is asked for %v, want %v", got, want)
	}
}

// verified fails on any broken invariant.
func (o *office) verified() {
	o.t.Helper()
	_, err := o.s.Verify(ctx, func(f store.Finding) bool { o.t.Errorf("%+v", f); return true })
	o.must(err)
}

func (o *office) filing(amount debt.Cents) objections.Filing {
	return objections.Filing{Ground: objection.Faulty, Words: "undicht", Answers: objection.Answers{"complained_on": "2026-01-20"},
		Disputed: objection.Disputed{Lines: []objection.Line{{ID: o.claim, Account: debt.PrincipalAccount, Amount: amount}}}}
}

func (o *office) file(f objections.Filing) debt.ID {
	o.t.Helper()
	id, err := o.desk.File(ctx, o.at, debtor, f)
	o.must(err)
	return id
}

func (o *office) allowed(step debt.StepName) bool {
	o.t.Helper()
	for _, s := range o.view().Steps {
		if s.Name == step {
			return s.Allowed
		}
	}
	return false
}

func (o *office) rests() bool { return o.view().Case.Processing == debt.Held }

func each(t *testing.T, test func(t *testing.T, o *office)) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		test(t, o)
		o.verified()
	})
}

func TestAnObjectionRestsTheCaseUntilItIsAnswered(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		attached := ""
		f := o.filing(400_00)
		f.Attach = func(_ *store.Tx, subject string, id debt.ID) error { attached = subject + " " + string(id); return nil }
		id := o.file(f)
		v := o.view()
		if v.Case.Objection != debt.ObjectionOpen || !o.rests() || o.allowed(debt.StepNotice) || o.allowed(debt.StepCourt) || o.allowed(debt.StepBureau) {
			t.Errorf("%+v, %+v", v.Case, v.Steps)
		}
		if attached != "objection "+string(id) {
			t.Errorf("attached %q", attached)
		}
		filed := v.Events[len(v.Events)-2]
		if filed.Type != debt.ObjectionFiled || filed.Actor != debtor || filed.Data["fee_frame"] != "contested" || filed.Data["objection"] != string(id) {
			t.Errorf("%+v", filed)
		}
		got, ok := o.said().Open()
		if !ok || got.DueOn != debt.LastDayToAct(o.today().AddDays(14), "") || got.Total != 400_00 {
			t.Errorf("%+v", got)
		}
		o.asks(objections.TaskObjection)
		_, err := o.desk.File(ctx, o.at, debtor, o.filing(1))
		debttest.WantKey(t, err, debt.Conflict, "objection_open_already")

		// What is not disputed can be paid at once, and goes there.
		u, ok := o.said().Undisputed(v.Statement)
		if want := v.Statement.Payable - 400_00 - (v.Statement.Open.Interest*2+4)/5; !ok || u.Amount != want {
			t.Fatalf("%s undisputed, want %s", u.Amount, want)
		}
		o.pay(u.Amount, u.Designation...)
		if left := o.view().Statement.Open.Principal; left < 400_00 {
			t.Errorf("of 400.00 disputed %s are left", left)
		}
		o.must(o.desk.Answer(ctx, o.at.Creditor, id, clerk, objection.Answer{Outcome: debt.ObjectionRejected, Reason: "Geprüft: dicht"}))
		if v := o.view(); v.Case.Objection != debt.ObjectionRejected || o.rests() || !o.allowed(debt.StepNotice) {
			t.Errorf("%+v, %+v", v.Case, v.Steps)
		}
		o.asks()
		o.file(o.filing(1)) // and again
	})
}

func TestAWithdrawnObjectionLetsTheCaseGoOn(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		id := o.file(o.filing(1_00))
		o.must(o.desk.Withdraw(ctx, o.at, debtor))
		if o.rests() || o.view().Case.Objection != debt.ObjectionWithdrawn || o.said().Objections[0].State != debt.ObjectionWithdrawn {
			t.Error("it is not withdrawn")
		}
		o.asks()
		debttest.WantKey(t, o.desk.Withdraw(ctx, o.at, debtor), debt.Conflict, "objection_ended")
		debttest.WantKey(t, o.desk.Answer(ctx, o.at.Creditor, id, clerk, objection.Answer{Outcome: debt.ObjectionRejected, Reason: "x"}), debt.Conflict, "objection_ended")
	})
}

// charge demands a fee at a rate.
func (o *office) charge(rate fees.Rate) {
	o.t.Helper()
	v := o.view()
	costs, err := cases.CollectionCosts(v.Creditor, v.Statement.Demanded.Principal, rate, o.today())
	o.must(err)
	o.must(o.cases().AddCosts(ctx, v.Case, costs...))
}

func TestWhatIsUpheldInPartIsCreditedAndTheCostsFollow(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.charge(fees.Simple)
		o.pay(50_00)
		id := o.file(o.filing(700_00))
		a := objection.Answer{Outcome: debt.ObjectionPartly, Reason: "Ein Teil war schon ausgebaut", Credits: []objection.Given{{Line: o.claim, Amount: 600_00}}}
		o.must(o.desk.Answer(ctx, o.at.Creditor, id, clerk, a))
		v := o.view()
		want, err := cases.CollectionCosts(v.Creditor, 400_00, fees.Simple, o.today())
		o.must(err)
		if s := v.Statement; s.Demanded.Principal != 400_00 || s.Demanded.Costs != want[0].Amount+want[1].Amount || s.Paid != 50_00 {
			t.Errorf("%+v, want costs %+v", s.Demanded, want)
		}
		if got := o.said().Objections[0]; got.State != debt.ObjectionPartly || got.Credited != 600_00 || got.Reason != a.Reason {
			t.Errorf("%+v", got)
		}
		if v.Case.Stage == debt.StageClosed || v.Case.Payment != debt.StatePartPaid {
			t.Errorf("%+v", v.Case)
		}
	})
}

func TestACaseInWhichNothingWasOwedEndsAndGivesEverythingBack(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.charge(fees.Full)
		o.pay(150_00)
		id := o.file(objections.Filing{Ground: objection.NotMine, Disputed: objection.Disputed{Whole: true}})
		if u, ok := o.said().Undisputed(o.view().Statement); !ok || u.Amount != 0 {
			t.Errorf("%+v", u)
		}
		o.must(o.desk.Answer(ctx, o.at.Creditor, id, clerk, objection.Answer{Outcome: debt.ObjectionUpheld, Reason: "Verwechselt"}))
		v := o.view()
		if v.Case.Stage != debt.StageClosed || v.Case.CloseReason != "upheld_objection" || v.Case.Payment != debt.StateOverpaid ||
			v.Statement.Open != (debt.Balance{Overpaid: 150_00}) || v.Statement.Demanded.Total() != 0 {
			t.Errorf("%+v, %+v", v.Case, v.Statement)
		}
		o.asks(objections.TaskRefund)
		_, err := o.desk.File(ctx, o.at, debtor, o.filing(1))
		debttest.WantKey(t, err, debt.Forbidden, "case_over")
	})
}

func TestAFeeAtNoKnownRateIsLeftToAPerson(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.must(o.cases().AddCosts(ctx, o.view().Case, debt.Cost{Kind: debt.CollectionFee, Amount: 12_34, IncurredOn: o.today(), LegalGround: "x"}))
		id := o.file(o.filing(700_00))
		o.must(o.desk.Answer(ctx, o.at.Creditor, id, clerk, objection.Answer{Outcome: debt.ObjectionUpheld, Reason: "x"}))
		if s := o.view().Statement; s.Demanded.Principal != 300_00 || s.Demanded.Costs != 12_34 {
			t.Errorf("%+v", s.Demanded)
		}
		o.asks(objections.TaskCosts)
	})
}

func TestAnObjectionToInterestAloneNeedsACorrectedClaim(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		f := o.filing(0)
		f.Disputed.Lines[0].Account = debt.InterestAccount
		id := o.file(f)
		o.must(o.desk.Answer(ctx, o.at.Creditor, id, clerk, objection.Answer{Outcome: debt.ObjectionUpheld, Reason: "x"}))
		o.asks(objections.TaskInterest)
	})
}

func TestSilenceOfTheCreditorNeverFallsOnTheDebtor(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.file(o.filing(400_00))
		tick := func(days int, overdue int, asked ...tasks.Kind) {
			t.Helper()
			o.days(days)
			for range 2 {
				_, err := o.desk.Clock(ctx, o.at.Creditor)
				o.must(err)
			}
			if got := o.count(debt.ObjectionOverdue); got != overdue {
				t.Errorf("%d times overdue, want %d", got, overdue)
			}
			o.asks(append(asked, objections.TaskObjection)...)
			if !o.rests() || o.allowed(debt.StepCourt) {
				t.Error("the case goes on")
			}
		}
		tick(14, 0)
		tick(4, 1, objections.TaskOverdue)
		tick(7, 1, objections.TaskOverdue, objections.TaskEscalated)
		tick(300, 1, objections.TaskOverdue, objections.TaskEscalated)
		o.must(o.desk.Withdraw(ctx, o.at, debtor))
		o.asks()
	})
}

func TestAlreadyPaidRestsTheCaseUntilSomebodyHasLooked(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		say := objections.Payment{On: o.today().AddDays(-3), Amount: 100_00, Target: "Konto der Praxis", Words: "per Überweisung"}
		first, err := o.desk.FileProof(ctx, o.at, debtor, say)
		o.must(err)
		second, err := o.desk.FileProof(ctx, o.at, debtor, say)
		o.must(err)
		if !o.rests() || o.count(debt.ProofFiled) != 2 {
			t.Error("it does not rest")
		}
		debttest.WantKey(t, o.desk.DecideProof(ctx, o.at.Creditor, first, clerk, objections.Verdict{}), debt.Invalid, "answer_reason_missing")
		o.must(o.desk.DecideProof(ctx, o.at.Creditor, first, clerk, objections.Verdict{Reason: "nichts eingegangen"}))
		if !o.rests() {
			t.Error("the second proof rests it still")
		}
		o.must(o.desk.DecideProof(ctx, o.at.Creditor, second, clerk, objections.Verdict{Yes: true}))
		if o.rests() || o.count(debt.ProofRejected) != 1 || o.count(debt.ProofAccepted) != 1 {
			t.Errorf("%v", o.events())
		}
		o.asks()
		debttest.WantKey(t, o.desk.DecideProof(ctx, o.at.Creditor, second, clerk, objections.Verdict{Yes: true}), debt.Conflict, "proof_ended")
		if got := o.said().Proofs; got[0].State != kept.ProofRejected || got[0].Reason != "nichts eingegangen" || got[1].State != kept.ProofAccepted {
			t.Errorf("%+v", got)
		}
		tomorrow := say
		tomorrow.On = o.today().AddDays(1)
		_, err = o.desk.FileProof(ctx, o.at, debtor, tomorrow)
		debttest.WantKey(t, err, debt.Invalid, "proof_day")
	})
}

func TestAPromiseIsKeptByMoneyThatComesAfterIt(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		loop := &objections.Promises{Desk: o.desk}
		work := func() { _, err := loop.Work(ctx, o.at.Creditor); o.must(err) }
		o.pay(80_00)
		promise := situation.Promise{Amount: 60_00, By: o.today().AddDays(10)}
		o.must(o.desk.Promise(ctx, o.at, debtor, promise))
		debttest.WantKey(t, o.desk.Promise(ctx, o.at, debtor, promise), debt.Conflict, "promise_open_already")
		work()
		if !o.rests() || o.count(debt.PromiseKept) != 0 {
			t.Error("older money keeps it")
		}
		o.days(1)
		o.pay(60_00)
		work()
		if o.rests() || o.count(debt.PromiseKept) != 1 {
			t.Errorf("%v", o.events())
		}
		promise.By = o.today().AddDays(2)
		o.must(o.desk.Promise(ctx, o.at, debtor, promise))
		o.days(2 + situation.Grace)
		work()
		if !o.rests() {
			t.Error("the grace has not passed")
		}
		o.days(1)
		work()
		work()
		if o.rests() || o.count(debt.PromiseBroken) != 1 {
			t.Errorf("%v", o.events())
		}
	})
}

func TestEverySituationRestsTheCaseUntilAPersonDecides(t *testing.T) {
	for _, kind := range situation.Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			each(t, func(t *testing.T, o *office) { o.situation(kind) })
		})
	}
}

func (o *office) situation(kind situation.Kind) {
	t := o.t
	notice := objections.Notice{Kind: kind, Fields: map[string]string{"court": "AG Köln", "police_reference": "123/26"}, Words: "Näheres"}
	id, err := o.desk.Notify(ctx, o.at, debtor, notice)
	o.must(err)
	if !o.rests() || o.allowed(debt.StepNotice) || o.allowed(debt.StepCourt) || o.allowed(debt.StepBureau) || o.allowed(debt.StepPlan) {
		t.Errorf("%+v", o.view().Steps)
	}
	o.asks(tasks.Kind("situation_" + kind))
	_, err = o.desk.Notify(ctx, o.at, debtor, notice)
	debttest.WantKey(t, err, debt.Conflict, "situation_open_already")
	for _, e := range o.view().Events {
		for _, v := range e.Data {
			if v == string(kind) && e.Type == debt.CaseUpdated {
				t.Errorf("the event tells %v", e.Data)
			}
		}
	}
	o.must(o.desk.DecideSituation(ctx, o.at.Creditor, id, clerk, objections.Verdict{Reason: "nicht belegt"}))
	if o.rests() {
		t.Error("unconfirmed, and yet it rests")
	}
	o.asks()
	id, err = o.desk.Notify(ctx, o.at, debtor, notice)
	o.must(err)
	debttest.WantKey(t, o.desk.DecideSituation(ctx, o.at.Creditor, store.NewID(), clerk, objections.Verdict{Yes: true}), debt.NotFound, "situation_unknown")
	closes := kind.Effect().Close
	err = o.desk.DecideSituation(ctx, o.at.Creditor, id, clerk, objections.Verdict{Yes: true, Close: true})
	if closes == "" {
		debttest.WantKey(t, err, debt.Invalid, "situation_closes_nothing")
		o.must(o.desk.DecideSituation(ctx, o.at.Creditor, id, clerk, objections.Verdict{Yes: true}))
		if !o.rests() {
			t.Error("confirmed, and it goes on")
		}
		return
	}
	o.must(err)
	if c := o.view().Case; c.Stage != debt.StageClosed || c.CloseReason != closes {
		t.Errorf("%+v", c)
	}
}

func TestWhatCannotBeMeantIsRefusedAndChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		before := len(o.events())
		for key, f := range map[string]objections.Filing{
			"objection_ground":        {Ground: "nothing", Disputed: objection.Disputed{Whole: true}},
			"objection_lines_missing": {Ground: objection.Other},
			"objection_line_range":    o.filing(1000_01),
			"objection_day": {Ground: objection.Faulty, Answers: objection.Answers{"complained_on": "gestern"},
				Disputed: objection.Disputed{Whole: true}},
			"words_too_long": {Ground: objection.Other, Words: debt.Personal(make([]rune, objection.MostWords+1)), Disputed: objection.Disputed{Whole: true}},
		} {
			_, err := o.desk.File(ctx, o.at, debtor, f)
			debttest.WantKey(t, err, debt.Invalid, key)
		}
		_, err := o.desk.File(ctx, objections.At{Creditor: o.at.Creditor, Case: store.NewID()}, debtor, o.filing(1))
		debttest.WantKey(t, err, debt.NotFound, "case_unknown")
		if got := len(o.events()); got != before || o.rests() {
			t.Errorf("%d events more", got-before)
		}
		o.asks()
	})
}

// What the page says about a stranger's address happens: it is used no more while somebody
// looks, and deleted once that is confirmed; found unconfirmed, it stays.
func TestAStrangersAddressIsDeletedByAPersonsDecision(t *testing.T) {
	for _, kind := range []situation.Kind{situation.NotThisPerson, situation.IdentityTheft} {
		for _, yes := range []bool{false, true} {
			t.Run(string(kind), func(t *testing.T) {
				storetest.Each(t, func(t *testing.T, s *store.Store) {
					o := newOffice(t, s)
					load := func() (d debt.Debtor) {
						o.must(o.s.Read(ctx, o.at.Creditor, func(r *store.Reader) (err error) { d, err = r.LoadDebtor(o.view().Case.DebtorID); return err }))
						return d
					}
					before := load()
					id, err := o.desk.Notify(ctx, o.at, debtor, objections.Notice{Kind: kind})
					o.must(err)
					if load() != before {
						t.Error("what somebody says alone changes the record")
					}
					o.must(o.desk.DecideSituation(ctx, o.at.Creditor, id, clerk, objections.Verdict{Yes: yes, Reason: "geprüft"}))
					d := load()
					gone := d.Street == "" && d.Postcode == "" && d.City == "" && d.Email == "" && d.Phone == "" && d.AddressStopped == debt.StopUnknown
					if gone != yes || d.LastName != before.LastName || !yes && d != before {
						t.Errorf("confirmed %v: %+v", yes, d)
					}
					if n := o.count(debt.ContactChanged); n != map[bool]int{true: 1}[yes] {
						t.Errorf("recorded %d times", n)
					}
				})
			})
		}
	}
}
