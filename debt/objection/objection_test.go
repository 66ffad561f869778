package objection_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/debt/debttest"
	"quitt/debt/objection"
)

var today = debt.MustDate("2026-11-22")

// bill draws what is open on a case.
func bill(t *rapid.T) (open []objection.Line) {
	cents := rapid.Int64Range(1, 5_000_00)
	add := func(id string, account debt.AccountKind) {
		open = append(open, objection.Line{ID: debt.ID(id), Account: account, Amount: debt.Cents(cents.Draw(t, id))})
	}
	for i := range rapid.IntRange(1, 3).Draw(t, "claims") {
		id := fmt.Sprintf("claim-%d", i)
		if add(id, debt.PrincipalAccount); rapid.Bool().Draw(t, "bears interest") {
			add(id, debt.InterestAccount)
		}
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "costs") {
		add(fmt.Sprintf("cost-%d", i), debt.CostsAccount)
	}
	return open
}

// some draws lines of what is open, at most one of them in part.
func some(t *rapid.T, open []objection.Line) objection.Disputed {
	d := objection.Disputed{Lines: rapid.SliceOfNDistinct(rapid.SampledFrom(open), 1, len(open), rapid.ID).Draw(t, "lines")}
	if rapid.Bool().Draw(t, "a part") {
		d.Lines[0].Amount = debt.Cents(rapid.Int64Range(0, int64(d.Lines[0].Amount)).Draw(t, "part"))
	}
	return d
}

func TestWhatIsPaidOfTheUndisputedPartNeverSettlesWhatIsDisputed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		open := bill(t)
		d, err := some(t, open).Check(open)
		if err != nil {
			t.Fatal(err)
		}
		u, rest := d.Undisputed(open), debt.Cents(0)
		var all debt.Cents
		for _, o := range open {
			all += o.Amount
		}
		if u.Amount < 0 || u.Amount+d.Total() > all || u.Amount > 0 && len(u.Designation) == 0 {
			t.Fatalf("%s undisputed, %s disputed, %s open", u.Amount, d.Total(), all)
		}
		rest = u.Amount
		for _, target := range u.Designation { // as the ledger spends a designated payment
			i := slices.IndexFunc(open, func(o objection.Line) bool { return o.ID == target.Line && o.Account == target.Account })
			spent := min(rest, open[i].Amount)
			if target.Most > 0 {
				spent = min(spent, target.Most)
			}
			rest -= spent
			for _, l := range d.Lines {
				if l.ID == target.Line && l.Account == target.Account && open[i].Amount-spent < l.Amount {
					t.Fatalf("%+v: of %s disputed %s are left", l, open[i].Amount, open[i].Amount-spent)
				}
			}
		}
		if rest != 0 {
			t.Fatalf("%s of %s go nowhere", rest, u.Amount)
		}
	})
}

func TestInterestIsDisputedWithItsPrincipal(t *testing.T) {
	open := []objection.Line{{ID: "a", Account: debt.PrincipalAccount, Amount: 100_00}, {ID: "a", Account: debt.InterestAccount, Amount: 3_01}}
	for disputed, want := range map[debt.Cents]debt.Cents{100_00: 0, 50_00: 51_50, 1: 102_99} {
		d := objection.Disputed{Lines: []objection.Line{{ID: "a", Account: debt.PrincipalAccount, Amount: disputed}}}
		if got := d.Undisputed(open).Amount; got != want {
			t.Errorf("%s of 100.00 disputed leaves %s, want %s", disputed, got, want)
		}
	}
	if whole := (objection.Disputed{Whole: true}).Undisputed(open); whole.Amount != 0 || whole.Designation != nil {
		t.Errorf("the whole claim is disputed and %+v is not", whole)
	}
}

func TestOnlyWhatIsOpenCanBeDisputed(t *testing.T) {
	open := []objection.Line{{ID: "a", Account: debt.PrincipalAccount, Amount: 100_00}, {ID: "f", Account: debt.CostsAccount, Amount: 5_00}}
	line := func(id debt.ID, account debt.AccountKind, amount debt.Cents) objection.Line {
		return objection.Line{ID: id, Account: account, Amount: amount}
	}
	for reason, lines := range map[string][]objection.Line{
		"objection_lines_missing": nil,
		"objection_line_unknown":  {line("a", debt.CostsAccount, 1)},
		"objection_line_range":    {line("f", debt.CostsAccount, 5_01)},
	} {
		_, err := objection.Disputed{Lines: lines}.Check(open)
		debttest.WantKey(t, err, debt.Invalid, reason)
	}
	for _, lines := range [][]objection.Line{{line("g", debt.CostsAccount, 0)}, {line("f", debt.CostsAccount, 1), line("f", debt.CostsAccount, 1)}} {
		_, err := objection.Disputed{Lines: lines}.Check(open)
		debttest.WantKey(t, err, debt.Invalid, "objection_line_unknown")
	}
	d, err := objection.Disputed{Lines: []objection.Line{line("f", debt.CostsAccount, 0)}}.Check(open)
	if err != nil || d.Lines[0].Amount != 5_00 {
		t.Errorf("%+v, %v", d, err)
	}
	if whole, err := (objection.Disputed{Whole: true}).Check(open); err != nil || whole.Total() != 105_00 {
		t.Errorf("%+v, %v", whole, err)
	}
}

func TestAnAnswerHasAReasonAndGivesUpWhatItSays(t *testing.T) {
	d := objection.Disputed{Lines: []objection.Line{{ID: "a", Account: debt.PrincipalAccount, Amount: 100_00},
		{ID: "a", Account: debt.InterestAccount, Amount: 3_00}, {ID: "f", Account: debt.CostsAccount, Amount: 5_00}}}
	give := func(list ...objection.Given) []objection.Given { return list }
	for name, c := range map[string]struct {
		answer objection.Answer
		key    string
	}{
		"no outcome":      {objection.Answer{Outcome: debt.ObjectionOpen, Reason: "x"}, "answer_outcome"},
		"no reason":       {objection.Answer{Outcome: debt.ObjectionUpheld}, "answer_reason_missing"},
		"rejected, gives": {objection.Answer{Outcome: debt.ObjectionRejected, Reason: "x", Credits: give(objection.Given{Line: "a", Amount: 1})}, "answer_rejected_gives"},
		"upheld, some":    {objection.Answer{Outcome: debt.ObjectionUpheld, Reason: "x", Credits: give(objection.Given{Line: "a", Amount: 100_00})}, "answer_upheld_all"},
		"partly, nothing": {objection.Answer{Outcome: debt.ObjectionPartly, Reason: "x"}, "answer_partly_some"},
		"partly, all": {objection.Answer{Outcome: debt.ObjectionPartly, Reason: "x",
			Credits: give(objection.Given{Line: "a", Amount: 100_00}, objection.Given{Line: "f", Amount: 5_00})}, "answer_partly_some"},
		"too much":     {objection.Answer{Outcome: debt.ObjectionPartly, Reason: "x", Credits: give(objection.Given{Line: "f", Amount: 5_01})}, "credit_range"},
		"another line": {objection.Answer{Outcome: debt.ObjectionPartly, Reason: "x", Credits: give(objection.Given{Line: "g", Amount: 1})}, "answer_line_unknown"},
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

func TestInterestIsGivenUpByItselfWhereItsPrincipalIsNotDisputed(t *testing.T) {
	d := objection.Disputed{Lines: []objection.Line{{ID: "a", Account: debt.InterestAccount, Amount: 3_00}, {ID: "b", Account: debt.PrincipalAccount, Amount: 9_00},
		{ID: "b", Account: debt.InterestAccount, Amount: 1_00}}}
	a, err := objection.Answer{Outcome: debt.ObjectionUpheld, Reason: "x"}.Check(d)
	want := []objection.Given{{Line: "a", Account: debt.InterestAccount, Amount: 3_00}, {Line: "b", Account: debt.PrincipalAccount, Amount: 9_00}}
	if err != nil || !slices.Equal(a.Credits, want) {
		t.Errorf("%+v, %v", a.Credits, err)
	}
	part := objection.Answer{Outcome: debt.ObjectionPartly, Reason: "x", Credits: []objection.Given{{Line: "a", Amount: 2_00}}}
	if a, err = part.Check(d); err != nil || a.Credits[0].Account != debt.InterestAccount || part.Credits[0].Account != "" {
		t.Errorf("%+v, %v", a.Credits, err)
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
				good = string(q.Options[0])
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
