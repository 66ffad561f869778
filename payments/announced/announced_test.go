package announced_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"quitt/bank"
	"quitt/debt"
	"quitt/debt/objection"
	"quitt/payments"
	"quitt/payments/announced"
	"quitt/store"
	kept "quitt/store/announced"
	"quitt/store/objections"
	"quitt/store/storetest"
)

var today = debt.DateIn(storetest.Now, debt.Berlin)

// reference is that of the case's announced transfer.
func reference(t *testing.T) string {
	t.Helper()
	rf, err := bank.RFMarked("A-1", "U0a1b2c")
	if err != nil {
		t.Fatal(err)
	}
	return string(rf)
}

// A transfer under the announced reference goes to what is not disputed, once, and the same
// money under the reference of the case goes where the law sends it.
func TestATransferUnderItsReferenceIsForWhatIsNotDisputed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		creditor := storetest.Creditor(t, s, "koeln")
		f := storetest.File(creditor.ID, "A-1")
		claim := f.File.Account.Claims[0].ID
		var disputed objection.Disputed
		var undisputed debt.Cents
		if err := s.Write(ctx, creditor.ID, func(tx *store.Tx) error {
			if err := tx.AddFiles([]store.NewFile{f}); err != nil {
				return err
			}
			h, err := tx.LoadHistory(f.File)
			if err != nil {
				return err
			}
			st, err := h.Statement(today)
			if err != nil {
				return err
			}
			open := objection.Open(st)
			if disputed, err = (objection.Disputed{Lines: []objection.Line{{ID: claim, Account: debt.PrincipalAccount, Amount: open[0].Amount / 2}}}).Check(open); err != nil {
				return err
			}
			id, u := store.NewID(), disputed.Undisputed(open)
			if err := objections.Add(tx, objections.Objection{ID: id, CaseID: f.File.Case.ID, Ground: objection.AmountWrong, State: debt.ObjectionOpen,
				FiledBy: "debtor", FiledAt: storetest.Now, DueOn: today.AddDays(14), Disputed: disputed, Total: disputed.Total()}); err != nil {
				return err
			}
			undisputed = u.Amount
			return kept.Add(tx, objection.Announced{ID: id, CaseID: f.File.Case.ID, Reference: reference(t), Amount: u.Amount, Designation: u.Designation, At: storetest.Now})
		}); err != nil {
			t.Fatal(err)
		}
		p := debt.Payment{Method: debt.MethodTransfer, Amount: 510_00, ReceivedOn: today, Source: "bank", ExternalID: "1"}
		for _, other := range []string{"A-1", "RF18539007547034", "", reference(t)[:len(reference(t))-1] + "0"} {
			if _, ok, err := announced.For(ctx, s, creditor.ID, other, p); ok || err != nil {
				t.Errorf("%q: %v, %v", other, ok, err)
			}
		}
		for i := range 2 { // a statement that is read twice
			q, ok, err := announced.For(ctx, s, creditor.ID, " "+strings.ToLower(reference(t)[:6])+" "+reference(t)[6:], p)
			if err != nil || !ok || q.CaseID != f.File.Case.ID || len(q.Designation) == 0 {
				t.Fatalf("%+v, %v, %v", q, ok, err)
			}
			r, err := payments.Desk{Store: s, Now: storetest.Clock}.Book(ctx, creditor.ID, q)
			if err != nil || r.Repeated != (i == 1) || !slices.Equal(r.Payment.Designation, q.Designation) {
				t.Fatalf("%+v, %v", r, err)
			}
			paid := map[debt.AccountKind]debt.Cents{}
			for _, a := range r.Allocations {
				paid[a.Account] += a.Amount
			}
			// Half of the principal is disputed, and with it half of its interest.
			interest := undisputed - 500_00
			if paid[debt.InterestAccount] != interest || paid[debt.PrincipalAccount] != 510_00-interest || interest <= 0 || interest > 50_00 {
				t.Errorf("%v, undisputed are %s", r.Allocations, undisputed)
			}
		}
	})
}
