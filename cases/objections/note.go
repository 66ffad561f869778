package objections

import (
	"context"

	"quitt/cases/credit"
	"quitt/debt"
	"quitt/debt/ledger"
)

// Note is a credit note of the creditor's own: a part of one line was never owed.
type Note struct {
	Key    string  // the creditor's number for it; with the case it books once
	Line   debt.ID // of a claim or cost; "" is the only claim there is
	Amount debt.Cents
}

// Noted is what a credit note did. Repeated says that it had been booked before.
type Noted struct {
	Line     debt.ID
	Credited debt.Cents // costs that a smaller claim does not bear included
	Open     debt.Balance
	Repeated bool
}

const noteSource = "creditor"

// Credit books a credit note as if the objection to that part had been upheld: it counts from
// the first day, and costs follow a smaller claim. The same note again gives what it did;
// another one under its key is Conflict "credit_key_taken".
func (d Desk) Credit(ctx context.Context, at At, by debt.Actor, n Note) (out Noted, err error) {
	err = d.work(ctx, at, by, func(w *work) error {
		out, err = w.note(n)
		return err
	})
	return out, err
}

func (w *work) note(n Note) (Noted, error) {
	h, err := w.LoadHistory(w.file)
	if err != nil {
		return Noted{}, err
	}
	switch {
	case w.file.Case.Review == debt.ReviewRejected:
		return Noted{}, debt.E(debt.Forbidden, "case_rejected", nil)
	case n.Line == "" && len(h.Claims) != 1:
		return Noted{}, debt.E(debt.Invalid, "credit_line_missing", nil)
	case n.Line == "":
		n.Line = h.Claims[0].ID
	}
	if out, known, err := booked(h, n); known || err != nil {
		out.Open = w.file.Account.Balance()
		return out, err
	}
	key, credits := debt.Key{Source: noteSource, ExternalID: n.Key}, []ledger.Credit{{Line: n.Line, Amount: n.Amount}}
	if _, _, err := h.Credit(credits, key, w.stamp); err != nil {
		return Noted{}, err // more than there is: no costs can be computed of that
	}
	credits, unknown, err := credit.Lessen(w.creditor, h, credits)
	if err == nil && unknown > 0 {
		err = w.ask(TaskCosts, w.stamp.NewID(), "", unknown)
	}
	if err != nil {
		return Noted{}, err
	}
	if err := w.credit(h, credits, key); err != nil {
		return Noted{}, err
	}
	out := Noted{Line: n.Line, Open: w.file.Account.Balance()}
	for _, c := range credits {
		out.Credited += c.Amount
	}
	w.event(debt.CaseUpdated, debt.Args{"credit": n.Amount, "line": string(n.Line), "credited_cents": out.Credited, "open_cents": out.Open.Total()})
	return out, nil
}

// booked finds what a note with this key has done to the case.
func booked(h ledger.History, n Note) (out Noted, known bool, err error) {
	first := true
	for _, e := range h.Entries {
		p := e.Postings[0]
		if e.Kind != ledger.CreditEntry || e.Source != noteSource || e.ExternalID != n.Key+"/"+string(p.Line) {
			continue
		}
		known = true
		out.Credited -= p.Amount
		if first && (p.Line != n.Line || -p.Amount != n.Amount) { // the note's own line is booked first
			return out, true, debt.E(debt.Conflict, "credit_key_taken", nil)
		}
		first = false
	}
	out.Line, out.Repeated = n.Line, known
	return out, known, nil
}
