package objection_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/debt/debttest"
	"quitt/debt/ledger"
	"quitt/debt/objection"
)

var today = debt.MustDate("2026-11-22")

// books is a case with some claims and costs and what it owes today.
func books(t *rapid.T) (ledger.History, ledger.Statement) {
	n := 0
	s := ledger.Stamp{At: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), NewID: func() debt.ID {
		n++
		return debt.ID(fmt.Sprintf("id-%03d", n))
	}}
	a, h := ledger.Account{CaseID: "k"}, ledger.History{CaseID: "k"}
	cents := rapid.Int64Range(1, 5_000_00)
	for range rapid.IntRange(1, 3).Draw(t, "claims") {
		from := today.AddDays(-rapid.IntRange(0, 300).Draw(t, "days"))
		c := debt.Claim{ID: s.NewID(), CaseID: "k", Principal: debt.Cents(cents.Draw(t, "principal")), Ground: debt.Contract, Object: "x",
			ArisenOn: from.AddDays(-60), DueOn: from.AddDays(-30), DefaultFrom: from, Order: debt.Order367,
			Interest: debt.InterestRule{Kind: debt.Statutory, Surcharge: 500, Method: debt.ActAct}}
		h.Entries = append(h.Entries, a.OpenClaim(c, s))
		h.Claims = append(h.Claims, a.Claims[len(a.Claims)-1].Claim)
	}
	for range rapid.IntRange(0, 2).Draw(t, "costs") {
		k := debt.Cost{ID: s.NewID(), CaseID: "k", Kind: debt.CollectionFee, Amount: debt.Cents(cents.Draw(t, "cost")), IncurredOn: today.AddDays(-20), LegalGround: "x"}
		h.Entries = append(h.Entries, a.AddCost(k, s))
		h.Costs = append(h.Costs, a.Costs[len(a.Costs)-1].Cost)
	}
	st, err := h.Statement(today)
	if err != nil {
		t.Fatal(err)
	}
	return h, st
}

// some draws lines of the statement, at most one of them in part.
func some(t *rapid.T, s ledger.Statement) objection.Disputed {
	open := objection.Open(s)
	d := objection.Disputed{Lines: rapid.SliceOfNDistinct(rapid.SampledFrom(open), 1, len(open), rapid.ID).Draw(t, "lines")}
	if rapid.Bool().Draw(t, "a part") {
		d.Lines[0].Amount = debt.Cents(rapid.Int64Range(0, int64(d.Lines[0].Amount)).Draw(t, "part"))
	}
	return d
}

func TestWhatIsPaidOfTheUndisputedPartNeverSettlesWhatIsDisputed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, s := books(t)
		d, err := some(t, s).Check(s)
		if err != nil {
			t.Fatal(err)
		}
		u := d.Undisputed(s)
		if u.Amount < 0 || u.Amount+d.Total() > s.Payable || u.Amount > 0 && len(u.Designation) == 0 {
			t.Fatalf("%s undisputed, %s disputed, %s open", u.Amount, d.Total(), s.Payable)
		}
		if u.Amount == 0 {
			return
		}
		p := debt.Payment{ID: "p", CaseID: "k", Method: debt.MethodTransfer, Status: debt.PaymentSucceeded, Amount: u.Amount, ReceivedOn: today,
			Source: "bank", ExternalID: "1", Designation: u.Designation}
		entries, _, err := h.Insert(p, ledger.Stamp{At: today.Time(), NewID: func() debt.ID { return "new" }})
		if err != nil {
			t.Fatal(err)
		}
		paid := map[objection.Line]debt.Cents{}
		for _, a := range ledger.AllocationsOf(entries, "p") {
			if a.Account == debt.OverpaymentAccount {
				t.Fatalf("%s too much", a.Amount)
			}
			paid[objection.Line{ID: a.Line, Account: a.Account}] = a.Amount
		}
		for _, open := range objection.Open(s) {
			left := open.Amount - paid[objection.Line{ID: open.ID, Account: open.Account}]
			for _, l := range d.Lines {
				if l.ID == open.ID && l.Account == open.Account && left < l.Amount {
					t.Fatalf("%+v: of %s disputed %s are left", l, open.Amount, left)
				}
			}
		}
	})
}

func TestInterestIsDisputedWithItsPrincipal(t *testing.T) {
	s := ledger.Statement{Claims: []ledger.ClaimStatement{{ID: "a", Open: 100_00, OpenInterest: 3_01}}, Payable: 103_01}
	for disputed, want := range map[debt.Cents]debt.Cents{100_00: 0, 50_00: 51_50, 1: 102_99} {
		d := objection.Disputed{Lines: []objection.Line{{ID: "a", Account: debt.PrincipalAccount, Amount: disputed}}}
		if got := d.Undisputed(s).Amount; got != want {
			t.Errorf("%s of 100.00 disputed leaves %s, want %s", disputed, got, want)
		}
	}
	if whole := (objection.Disputed{Whole: true}).Undisputed(s); whole.Amount != 0 || whole.Designation != nil {
		t.Errorf("the whole claim is disputed and %+v is not", whole)
	}
}

func TestOnlyWhatIsOpenCanBeDisputed(t *testing.T) {
	s := ledger.Statement{Claims: []ledger.ClaimStatement{{ID: "a", Open: 100_00}}, Costs: []ledger.CostStatement{{ID: "f", Open: 5_00}, {ID: "g"}}}
	line := func(id debt.ID, account debt.AccountKind, amount debt.Cents) objection.Line {
		return objection.Line{ID: id, Account: account, Amount: amount}
	}
	for reason, lines := range map[string][]objection.Line{
		"objection_lines_missing": nil,
		"objection_line_unknown":  {line("a", debt.CostsAccount, 1)},
		"objection_line_range":    {line("f", debt.CostsAccount, 5_01)},
	} {
		_, err := objection.Disputed{Lines: lines}.Check(s)
		debttest.WantKey(t, err, debt.Invalid, reason)
	}
	for _, lines := range [][]objection.Line{{line("g", debt.CostsAccount, 0)}, {line("f", debt.CostsAccount, 1), line("f", debt.CostsAccount, 1)}} {
		_, err := objection.Disputed{Lines: lines}.Check(s)
		debttest.WantKey(t, err, debt.Invalid, "objection_line_unknown")
	}
	d, err := objection.Disputed{Lines: []objection.Line{line("f", debt.CostsAccount, 0)}}.Check(s)
	if err != nil || d.Lines[0].Amount != 5_00 {
		t.Errorf("%+v, %v", d, err)
	}
	if whole, err := (objection.Disputed{Whole: true}).Check(s); err != nil || whole.Total() != 105_00 {
		t.Errorf("%+v, %v", whole, err)
	}
}

func TestAnAnswerHasAReasonAndGivesUpWhatItSays(t *testing.T) {
	d := objection.Disputed{Lines: []objection.Line{{ID: "a", Account: debt.PrincipalAccount, Amount: 100_00},
		{ID: "a", Account: debt.InterestAccount, Amount: 3_00}, {ID: "f", Account: debt.CostsAccount, Amount: 5_00}}}
	give := func(list ...ledger.Credit) []ledger.Credit { return list }
	for name, c := range map[string]struct {
		answer objection.Answer
		key    string
	}{
		"no outcome":      {objection.Answer{Outcome: debt.ObjectionOpen, Reason: "x"}, "answer_outcome"},
		"no reason":       {objection.Answer{Outcome: debt.ObjectionUpheld}, "answer_reason_missing"},
		"rejected, gives": {objection.Answer{Outcome: debt.ObjectionRejected, Reason: "x", Credits: give(ledger.Credit{Line: "a", Amount: 1})}, "answer_rejected_gives"},
		"upheld, some":    {objection.Answer{Outcome: debt.ObjectionUpheld, Reason: "x", Credits: give(ledger.Credit{Line: "a", Amount: 100_00})}, "answer_upheld_all"},
		"partly, nothing": {objection.Answer{Outcome: debt.ObjectionPartly, Reason: "x"}, "answer_partly_some"},
		"partly, all": {objection.Answer{Outcome: debt.ObjectionPartly, Reason: "x",
			Credits: give(ledger.Credit{Line: "a", Amount: 100_00}, ledger.Credit{Line: "f", Amount: 5_00})}, "answer_partly_some"},
		"too much":     {objection.Answer{Outcome: debt.ObjectionPartly, Reason: "x", Credits: give(ledger.Credit{Line: "f", Amount: 5_01})}, "credit_range"},
		"another line": {objection.Answer{Outcome: debt.ObjectionPartly, Reason: "x", Credits: give(ledger.Credit{Line: "g", Amount: 1})}, "answer_line_unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.answer.Check(d)
			debttest.WantKey(t, err, debt.Invalid, c.key)
		})
	}
	a, err := objection.Answer{Outcome: debt.ObjectionUpheld, Reason: "x"}.Check(d)
	if err != nil || len(a.Credits) != 2 || a.Credits[0].Amount != 100_00 || a.Credits[1].Amount != 5_00 {
		t.Errorf("%+v, %v", a, err)
	}
	if _, err := (objection.Answer{Outcome: debt.ObjectionRejected, Reason: "x"}).Check(d); err != nil {
		t.Error(err)
	}
}

func TestEveryGroundAsksOnlyWhatCanBeReadAndForcesNothing(t *testing.T) {
	for _, g := range objection.Grounds() {
		if got, err := g.Read(nil, today); err != nil || len(got) != 0 {
			t.Errorf("%s must be answered: %v", g, err)
		}
		for _, q := range g.Questions() {
			good := map[objection.QuestionKind]string{objection.Day: "2026-11-01", objection.Amount: "12,50", objection.Words: "x"}[q.Kind]
			if q.Kind == objection.Choice {
				good = q.Choices[0]
			}
			if got, err := g.Read(objection.Answers{q.Name: good, "foreign": "x"}, today); err != nil || len(got) != 1 {
				t.Errorf("%s, %s: %v, %v", g, q.Name, got, err)
			}
			if q.Kind == objection.Words {
				continue
			}
			if _, err := g.Read(objection.Answers{q.Name: "2027-01-01x"}, today); debt.KindOf(err) != debt.Invalid {
				t.Errorf("%s, %s reads nonsense: %v", g, q.Name, err)
			}
		}
	}
	if objection.Ground("nothing").Known() {
		t.Error("any ground is known")
	}
}
