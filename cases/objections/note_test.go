package objections_test

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"quitt/cases"
	"quitt/cases/objections"
	"quitt/debt"
	"quitt/debt/fees"
	"quitt/debt/ledger"
	"quitt/store"
	"quitt/store/storetest"
)

// A credit note counts from the first day, once, and lowers the costs that follow the claim.
func TestACreditNoteBooksOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		v := o.view()
		costs, err := cases.CollectionCosts(v.Creditor, 1000_00, fees.Simple, o.today())
		o.must(err)
		o.must(o.cases().AddCosts(ctx, v.Case, costs...))
		before := o.view().Statement
		n := objections.Note{Key: "GS-1", Amount: 600_00}
		out, err := o.desk.Credit(ctx, o.at, clerk, n)
		o.must(err)
		after := o.view().Statement
		if out.Repeated || out.Line != o.claim || after.Open.Principal != before.Open.Principal-600_00 || after.Open.Interest >= before.Open.Interest ||
			out.Credited != 600_00+before.Open.Costs-after.Open.Costs || after.Open.Costs >= before.Open.Costs {
			t.Errorf("%+v\n%+v\n%+v", out, before.Open, after.Open)
		}
		again, err := o.desk.Credit(ctx, o.at, clerk, n)
		if err != nil || !again.Repeated || again.Credited != out.Credited || o.view().Statement.Open != after.Open {
			t.Errorf("%+v, %v", again, err)
		}
		for key, tc := range map[string]objections.Note{"credit_key_taken": {Key: "GS-1", Amount: 1_00}, "credit_range": {Key: "GS-2", Amount: 400_01},
			"credit_line_unknown": {Key: "GS-2", Line: store.NewID(), Amount: 1}} {
			_, err := o.desk.Credit(ctx, o.at, clerk, tc)
			var refused *debt.Error
			if !errors.As(err, &refused) || refused.Key != key {
				t.Errorf("%s: %v", key, err)
			}
		}
		if _, err := o.desk.Credit(ctx, o.at, clerk, objections.Note{Key: "GS-3", Amount: 0}); debt.KindOf(err) != debt.Invalid {
			t.Errorf("nothing: %v", err)
		}
		if types := o.events(); types[len(types)-1] != debt.CaseUpdated || o.count(debt.CaseUpdated) != len(costs)+1 {
			t.Errorf("%v", types)
		}
		_, err = s.Verify(ctx, func(f store.Finding) bool { t.Errorf("%+v", f); return true })
		o.must(err)
	})
}

// However a claim is given up in parts, with payments between and notes sent twice, what was
// demanded is what is left, given up and paid.
func TestCreditNotesAddUp(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
	rapid.Check(t, func(r *rapid.T) {
		o := newOffice(t, s)
		var given debt.Cents
		var sent []objections.Note
		for i := range rapid.IntRange(1, 5).Draw(r, "steps") {
			switch rapid.IntRange(0, 2).Draw(r, "what") {
			case 0:
				o.pay(debt.Cents(rapid.IntRange(1, 300_00).Draw(r, "paid")))
			case 1:
				n := objections.Note{Key: string(rune('a' + i)), Amount: debt.Cents(rapid.IntRange(1, 400_00).Draw(r, "given"))}
				if _, err := o.desk.Credit(ctx, o.at, clerk, n); err == nil {
					given, sent = given+n.Amount, append(sent, n)
				} else if given+n.Amount <= 1000_00 {
					t.Fatalf("%v with %d given", err, given)
				}
			default:
				for _, n := range sent {
					if out, err := o.desk.Credit(ctx, o.at, clerk, n); err != nil || !out.Repeated {
						t.Fatalf("%+v, %v", out, err)
					}
				}
			}
		}
		st := o.view().Statement
		if st.Demanded.Principal != 1000_00-given || st.Open.Total() != max(0, st.Demanded.Principal+st.Demanded.Interest-st.Paid) {
			t.Fatalf("given %d: %+v", given, st)
		}
		if len(sent) != len(st.Credits) || slices.ContainsFunc(st.Credits, func(c ledger.CreditStatement) bool { return c.Amount <= 0 }) {
			t.Fatalf("%d notes, %+v", len(sent), st.Credits)
		}
	})
}
