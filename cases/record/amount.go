package record

import (
	"context"
	"errors"
	"slices"
	"strings"

	"quitt/cases/credit"
	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/letter"
	"quitt/store"
	"quitt/store/tasks"
)

// Tasks that a correction leaves for a person, under the names other rooms give them.
const (
	taskRefund tasks.Kind = "refund_overpayment"
	taskCosts  tasks.Kind = "costs_recompute"
)

// CorrectionReasons are the codes of why less is owed than was demanded.
func CorrectionReasons() []string {
	return []string{"invoice_corrected", "goods_returned", "counted_twice", "cost_waived", "goodwill", "other"}
}

// Correction takes a part of what was demanded back. Key is its own, made with the form: the same
// form sent twice corrects once.
type Correction struct {
	Key    string
	Lines  []ledger.Credit
	Reason string // of CorrectionReasons
	Note   debt.Personal
}

// correction is the source of its entries.
const correction = "correction"

// made reports whether an entry is one of its own.
func (c Correction) made(e ledger.Entry) bool {
	return e.Kind == ledger.CreditEntry && e.Source == correction && strings.HasPrefix(e.ExternalID, c.Key+"/")
}

func (c Correction) check() error {
	switch {
	case c.Key == "":
		return debt.E(debt.Invalid, "credit_key_missing", nil)
	case len(c.Lines) == 0:
		return debt.E(debt.Invalid, "record_correct_nothing", nil)
	case !slices.Contains(CorrectionReasons(), c.Reason):
		return debt.E(debt.Invalid, "record_reason_missing", nil)
	case c.Reason == "other" && c.Note == "":
		return debt.E(debt.Invalid, "record_other_note", nil)
	}
	return nil
}

// Correct lowers what is demanded, from the day it was demanded: interest on it vanishes, the
// costs of a larger claim fall with it, and payments are allocated anew. Nothing that is booked
// is changed. More is demanded by a claim of its own, handed over.
func (d Desk) Correct(ctx context.Context, at At, c Correction) error {
	if err := c.check(); err != nil {
		return err
	}
	return d.work(ctx, at, func(w *work) error {
		if err := w.running(); err != nil {
			return err
		}
		sum, err := w.correct(c)
		if err != nil {
			return err
		}
		w.tell(w.file.Case.EventOf(debt.CaseUpdated, debt.Args{"correction": c.Key, "reason": c.Reason, "credited_cents": sum,
			"open_cents": w.file.Account.Balance().Total()}))
		return w.write(c.Note)
	})
}

// correct books the credits and gives their sum.
func (w *work) correct(c Correction) (sum debt.Cents, err error) {
	mark, err := w.MarkOf(w.file.Case.ID)
	if err != nil {
		return 0, err
	}
	h, err := w.LoadHistory(w.file)
	if err != nil {
		return 0, err
	}
	if slices.ContainsFunc(h.Entries, c.made) {
		return 0, debt.E(debt.Conflict, "booked_already", debt.Args{"source": correction, "external_id": c.Key})
	}
	for _, l := range c.Lines {
		if most := h.Demanded(l.Line); l.Amount <= 0 || l.Amount > most {
			return 0, debt.E(debt.Invalid, "credit_range", debt.Args{"most": most})
		}
	}
	lines, unknown, err := credit.Lessen(mark.Creditor, h, slices.Clone(c.Lines))
	if err != nil {
		return 0, err
	}
	if unknown > 0 {
		err := tasks.Open(w.Tx, w.task(taskCosts, c.Key, unknown))
		if err != nil {
			return 0, err
		}
	}
	overpaid := w.file.Account.Overpaid
	if w.entries, w.file.Account, err = h.Credit(lines, debt.Key{Source: correction, ExternalID: c.Key}, w.stamp); err != nil {
		return 0, err
	}
	w.file.Case.Paid(w.file.Account.Balance(), h.AnyPaid(""))
	for _, l := range lines {
		sum += l.Amount
	}
	if now := w.file.Account.Overpaid; now != overpaid {
		err = tasks.Set(w.Tx, w.task(taskRefund, string(w.file.Case.ID), now))
	}
	return sum, err
}

func (w *work) task(kind tasks.Kind, subject string, amount debt.Cents) tasks.Task {
	return tasks.Task{ID: w.stamp.NewID(), Kind: kind, Subject: subject, CaseID: w.file.Case.ID, Amount: amount, OpenedAt: w.stamp.At}
}

// EndReasons are why a person ends a case; the others come with the decision on what a debtor
// said, or with the money.
func EndReasons() []debt.CloseReason {
	return []debt.CloseReason{"withdrawn_by_creditor", "uneconomical", "insolvent", "deceased", "untraceable", "identity_theft", "sold", "other"}
}

// End withdraws a case: nothing is demanded any more, its holds and its plan end with it. What
// is booked stays.
func (d Desk) End(ctx context.Context, at At, reason debt.CloseReason, note debt.Personal) error {
	switch {
	case !slices.Contains(EndReasons(), reason):
		return debt.E(debt.Invalid, "close_reason_missing", nil)
	case reason == "other" && note == "":
		return debt.E(debt.Invalid, "record_other_note", nil)
	}
	return d.work(ctx, at, func(w *work) error {
		if err := w.running(); err != nil {
			return err
		}
		e, err := w.file.Case.Close(reason, w.today)
		if err != nil {
			return err
		}
		w.tell(e)
		return w.write(note)
	})
}

// WantCode has a new code sent by letter: the next run of its kind writes it, and the old one then
// opens nothing. Asking twice before the run changes nothing. Forbidden "record_code_barred" gives what stands
// against a letter to the debtor.
func (d Desk) WantCode(ctx context.Context, at At) error {
	return d.work(ctx, at, func(w *work) error {
		debtor, err := w.LoadDebtor(w.file.Case.DebtorID)
		if err != nil {
			return err
		}
		because := letter.Due(letter.NewCode, letter.DueFacts{On: w.today, Case: w.file.Case, Debtor: debtor})
		if len(because) > 0 {
			return debt.E(debt.Forbidden, "record_code_barred", debt.Args{"reasons": because})
		}
		t := w.task(letter.Wanted, string(w.file.Case.ID), 0)
		t.Reason = string(letter.NewCode)
		w.tell(w.file.Case.EventOf(debt.CaseUpdated, debt.Args{"access": "wanted"}))
		return tasks.Again(w.Tx, t)
	})
}

// Booked reports whether a payment with this key is there: a form that was sent twice is told so
// instead of being told that somebody else was faster.
func (d Desk) Booked(ctx context.Context, creditor debt.ID, key debt.Key) (p debt.Payment, ok bool, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		p, err = r.LoadPayment(key)
		return err
	})
	if errors.Is(err, debt.E(debt.NotFound, "payment_unknown", nil)) {
		return p, false, nil
	}
	return p, err == nil, err
}
