package objection_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/debt/objection"
)

// Whatever comes under the reference of the undisputed part, whenever and however much: what it
// is designated for never takes more of a line than is not disputed, and nothing that is
// disputed as a whole is named.
func TestADesignationByReferenceNeverCoversWhatIsDisputed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		open := bill(t)
		d, err := some(t, open).Check(open)
		if err != nil {
			t.Fatal(err)
		}
		for i := range open { // it arrives later: some is paid, interest has grown
			if open[i].Account == debt.InterestAccount {
				open[i].Amount += debt.Cents(rapid.Int64Range(0, 50_00).Draw(t, "grown"))
			} else {
				open[i].Amount -= debt.Cents(rapid.Int64Range(0, int64(open[i].Amount)-1).Draw(t, "paid"))
			}
		}
		amount := debt.Cents(rapid.Int64Range(1, 20_000_00).Draw(t, "amount"))
		u, rest := d.Undisputed(open), amount
		for _, target := range u.Designation {
			i := slices.IndexFunc(open, func(o objection.Line) bool { return o.ID == target.Line && o.Account == target.Account })
			disputed := debt.Cents(0)
			for _, l := range d.Lines {
				if l.ID == target.Line && l.Account == target.Account {
					disputed = min(l.Amount, open[i].Amount)
				}
			}
			spent := min(rest, open[i].Amount)
			if target.Most > 0 {
				spent = min(spent, target.Most)
			}
			rest -= spent
			if spent > open[i].Amount-disputed {
				t.Fatalf("%s of %+v, of which %s are disputed", spent, open[i], disputed)
			}
		}
		if amount <= u.Amount && rest != 0 {
			t.Fatalf("%s of %s go nowhere", rest, amount)
		}
	})
	if got := (objection.Disputed{Whole: true}).Undisputed([]objection.Line{{ID: "a", Account: debt.PrincipalAccount, Amount: 5}}).Designation; len(got) != 0 {
		t.Errorf("the whole claim is disputed, and %v is named", got)
	}
}
