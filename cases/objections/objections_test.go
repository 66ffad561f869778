package objections_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"quitt/bank"
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
	return o.book(debt.Payment{Amount: amount, Source: "test", ExternalID: string(store.NewID()), Designation: to})
}

// bookProof books what a proof of 50.00 proves.
func (o *office) bookProof(id debt.ID) error {
	return o.book(debt.Payment{Amount: 50_00, Source: objections.ProofSource, ExternalID: string(id)})
}

func (o *office) book(p debt.Payment) error {
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
		p.ID, p.CaseID, p.Method, p.Status, p.ReceivedOn, p.BookedAt = stamp.NewID(), o.at.Case, debt.MethodDirect, debt.PaymentSucceeded, o.today(), stamp.At
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

func TestAnObjectionToAPartAnnouncesATransferOfTheRest(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		if o.said().Reference() != "" {
			t.Error("a reference without an objection")
		}
		id := o.file(o.filing(30_00))
		said := o.said()
		u, _ := said.Undisputed(o.view().Statement)
		rf, err := bank.ParseRF(said.Reference())
		if err != nil || len(said.Announced) != 1 || said.Announced[0].ID != id || said.Announced[0].Amount != u.Amount || u.Amount == 0 {
			t.Fatalf("%s, %+v, %v", rf, said.Announced, err)
		}
		if plain, err := bank.RFOf(o.view().Case.FileReference); err != nil || plain == rf {
			t.Errorf("it is that of the case: %s, %v", plain, err)
		}
		o.must(o.desk.Withdraw(ctx, o.at, debtor))
		if got := o.said().Reference(); got != "" {
			t.Errorf("after its end: %s", got)
		}
		o.file(objections.Filing{Ground: objection.Other, Disputed: objection.Disputed{Whole: true}})
		if got := o.said(); got.Reference() != "" || len(got.Announced) != 1 {
			t.Errorf("where nothing is undisputed: %+v", got.Announced)
		}
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

// Interest that alone is disputed is given up by an entry of its own, once, for the days until the
// answer. Its claim goes on bearing it, so that a person looks at the claim.
func TestAnObjectionToInterestAloneIsCredited(t *testing.T) {
	for name, tc := range map[string]struct {
		answer objection.Answer
		rest   debt.Cents // of the interest, the day of the answer
	}{
		"upheld":         {objection.Answer{Outcome: debt.ObjectionUpheld, Reason: "x"}, 0},
		"upheld in part": {objection.Answer{Outcome: debt.ObjectionPartly, Reason: "x", Credits: []objection.Given{{Amount: 10_00}}}, -10_00},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, o *office) {
				before := o.view().Statement
				f := o.filing(0)
				f.Disputed.Lines[0].Account = debt.InterestAccount
				id := o.file(f)
				if tc.answer.Credits != nil {
					tc.answer.Credits[0].Line = o.claim
				}
				want := tc.rest
				if want < 0 {
					want += before.Open.Interest
				}
				o.must(o.desk.Answer(ctx, o.at.Creditor, id, clerk, tc.answer))
				debttest.WantKey(t, o.desk.Answer(ctx, o.at.Creditor, id, clerk, tc.answer), debt.Conflict, "objection_ended")
				s := o.view().Statement
				if s.Open.Interest != want || s.Open.Principal != before.Open.Principal || s.Open.Overpaid != 0 || o.view().Case.Payment != debt.StateOpen {
					t.Errorf("%+v is open, before %+v; the case is %s", s.Open, before.Open, o.view().Case.Payment)
				}
				if got := o.said().Objections[0].Credited; got != before.Open.Interest-want {
					t.Errorf("credited %s", got)
				}
				o.asks(objections.TaskInterest)
				o.pay(100_00) // what is booked anew later keeps what was given up
				o.days(30)
				if now := o.view().Statement; now.Open.Principal+100_00 != before.Open.Principal+want || now.Open.Interest <= 0 {
					t.Errorf("a month later %+v", now.Open)
				}
				o.verified()
			})
		})
	}
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
		o.asks(objections.TaskUnbooked)
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

// Money and proof may come in either order; one payment proves one proof.
func TestAProofWhoseMoneyIsInTheBooksNeedsNobody(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		file := func(amount debt.Cents, ago int) {
			_, err := o.desk.FileProof(ctx, o.at, debtor, objections.Payment{On: o.today().AddDays(-ago), Amount: amount})
			o.must(err)
		}
		proved := func(want int) {
			t.Helper()
			if n, err := o.desk.Proved(ctx, o.at.Creditor); err != nil || n != want {
				t.Errorf("%d proved, %v; want %d", n, err, want)
			}
		}
		o.pay(100_00)
		file(100_00, 2) // it was booked before
		file(100_00, 2) // and once more, of which nothing is there
		file(70_00, 0)
		file(30_00, 9) // too long ago
		proved(1)
		proved(0)
		o.pay(70_00)
		o.pay(30_00)
		proved(1)
		if !o.rests() || o.count(debt.ProofAccepted) != 2 {
			t.Errorf("%v", o.events())
		}
		o.asks(objections.TaskProof, objections.TaskProof)
	})
}

func TestAnAcceptedProofIsOwedUntilItsPaymentIsBooked(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		yes := objections.Verdict{Yes: true}
		file := func() debt.ID {
			id, err := o.desk.FileProof(ctx, o.at, debtor, objections.Payment{On: o.today(), Amount: 50_00})
			o.must(err)
			return id
		}
		late, before := file(), o.view().Statement.Payable
		o.must(o.desk.DecideProof(ctx, o.at.Creditor, late, clerk, yes))
		o.asks(objections.TaskUnbooked)
		if now := o.view().Statement.Payable; now != before {
			t.Errorf("%s are owed, before %s", now, before)
		}
		for i := range 3 {
			booked, err := o.desk.Booked(ctx, o.at.Creditor, late)
			if err != nil || booked != (i > 0) {
				t.Errorf("%d: %v, %v", i, booked, err)
			}
			if i == 0 {
				o.asks(objections.TaskUnbooked)
				o.must(o.bookProof(late))
			}
		}
		o.asks()
		early := file()
		o.must(o.bookProof(early))
		o.must(o.desk.DecideProof(ctx, o.at.Creditor, early, clerk, yes))
		o.asks()
		o.verified()
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

// another case of a creditor, about the person of storetest.File unless change says otherwise.
func (o *office) another(creditor debt.ID, reference string, change func(*debt.Debtor)) debt.ID {
	o.t.Helper()
	f := storetest.File(creditor, reference)
	change(&f.Debtor)
	o.must(o.s.Write(ctx, creditor, func(t *store.Tx) error { return t.AddFiles([]store.NewFile{f}) }))
	return f.File.Case.ID
}

// held reports whether a case rests for a look at its data.
func (o *office) held(creditor, caseID debt.ID) (held bool) {
	o.t.Helper()
	o.must(o.s.Read(ctx, creditor, func(r *store.Reader) error {
		f, err := r.LoadFile(caseID)
		held = f.Case.Processing == debt.Held
		return err
	}))
	return held
}

func TestSomebodyElseIsSaidForEveryCaseOfTheCreditorAtOnce(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		other := storetest.Creditor(t, o.s, "bonn").ID
		same := func(*debt.Debtor) {}
		list := map[string]struct {
			creditor, id debt.ID
			rests        bool
		}{
			"this case":               {o.at.Creditor, o.at.Case, true},
			"the same person":         {o.at.Creditor, o.another(o.at.Creditor, "S", same), true},
			"written otherwise":       {o.at.Creditor, o.another(o.at.Creditor, "T", func(d *debt.Debtor) { d.LastName, d.City = "o'brien-müller ", "KÖLN" }), true},
			"another address":         {o.at.Creditor, o.another(o.at.Creditor, "U", func(d *debt.Debtor) { d.Street = "Weg 2" }), false},
			"another name":            {o.at.Creditor, o.another(o.at.Creditor, "V", func(d *debt.Debtor) { d.FirstName = "Ole" }), false},
			"nobody's address":        {o.at.Creditor, o.another(o.at.Creditor, "W", func(d *debt.Debtor) { d.Street, d.Postcode, d.City = "", "", "" }), false},
			"another creditor's case": {other, o.another(other, "R", same), false},
		}
		say := objections.Notice{Kind: situation.NotThisPerson}
		for i, want := range []int{3, 0} { // twice is once
			told, err := o.desk.NotifyAll(ctx, o.at, debtor, say)
			if err != nil || told != want {
				t.Errorf("time %d: %d, %v", i, told, err)
			}
		}
		for name, c := range list {
			if got := o.held(c.creditor, c.id); got != c.rests {
				t.Errorf("%s rests: %v", name, got)
			}
		}
		o.verified()
	})
}

func TestAnotherDayOfBirthIsAnotherPerson(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		born := func(day debt.Personal) func(*debt.Debtor) { return func(d *debt.Debtor) { d.BirthOn = day } }
		father := o.another(o.at.Creditor, "S", born("1950-01-01"))
		son := o.another(o.at.Creditor, "T", born("1980-01-01"))
		told, err := o.desk.NotifyAll(ctx, objections.At{Creditor: o.at.Creditor, Case: son}, debtor, objections.Notice{Kind: situation.NotThisPerson})
		if err != nil || told != 2 || o.held(o.at.Creditor, father) || !o.held(o.at.Creditor, o.at.Case) { // of that one no day is known
			t.Errorf("%d, %v", told, err)
		}
	})
}
