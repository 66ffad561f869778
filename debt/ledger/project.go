package ledger

import (
	"strconv"

	"quitt/debt"
)

// Project gives what a payment of an amount would settle if it arrived on a day, by the rules
// that will book it. It books nothing. Interest runs up to that day, as far as its rate has
// been announced.
func (h History) Project(amount debt.Cents, on debt.Date, to ...debt.Target) ([]Part, error) {
	const name = "projected"
	made := 0
	s := Stamp{At: on.Time(), NewID: func() debt.ID {
		made++
		return debt.ID(name + "-" + strconv.Itoa(made))
	}}
	p := debt.Payment{ID: name, CaseID: h.CaseID, Method: debt.MethodTransfer, Status: debt.PaymentSucceeded, Amount: amount,
		ReceivedOn: on, Source: name, ExternalID: name, Designation: to}
	entries, _, err := h.Insert(p, s)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if e.PaymentID == p.ID && e.Kind == PaymentEntry {
			return Parts(e.Allocations()), nil
		}
	}
	return nil, nil
}
