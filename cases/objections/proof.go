package objections

import (
	"context"

	"quitt/debt"
	"quitt/store"
	kept "quitt/store/objections"
	"quitt/store/tasks"
)

// TaskProof asks a person to look for a payment. Where its money is in the books already, or comes
// in with a bank statement, Proved answers it.
const TaskProof tasks.Kind = "proof_of_payment"

// TaskUnbooked asks a person to book a payment whose proof was accepted: until then it is owed.
const TaskUnbooked tasks.Kind = "proof_unbooked"

// ProofSource is the source under which the payment of a proof is booked, with the proof's id: so
// it is booked once, whoever does it.
const ProofSource = "proof"

// Payment is what a debtor says of a payment that was made.
type Payment struct {
	On     debt.Date
	Amount debt.Cents
	Target debt.Personal // the account, as the debtor knows it
	Words  debt.Personal
	Attach Attach
}

func (p Payment) check(today debt.Date) error {
	switch {
	case p.On.IsZero() || p.On.After(today):
		return debt.E(debt.Invalid, "proof_day", debt.Args{"today": today})
	case p.Amount <= 0 || p.Amount > debt.MaxCents:
		return debt.E(debt.Invalid, "proof_amount", nil)
	case len([]rune(p.Target.Reveal())) > 200:
		return debt.E(debt.Invalid, "words_too_long", debt.Args{"most": 200})
	}
	return words(p.Words)
}

// mostProofs is how many undecided proofs a case takes: more would hide the first.
const mostProofs = 5

// FileProof keeps "I have paid that already"; dunning rests until somebody has looked.
func (d Desk) FileProof(ctx context.Context, at At, by debt.Actor, p Payment) (id debt.ID, err error) {
	err = d.work(ctx, at, by, func(w *work) error {
		id = w.stamp.NewID()
		return w.prove(id, p)
	})
	return id, err
}

func (w *work) prove(id debt.ID, p Payment) error {
	if err := w.running(); err != nil {
		return err
	}
	if err := p.check(w.today); err != nil {
		return err
	}
	if err := w.roomForProof(); err != nil {
		return err
	}
	due, err := w.due()
	if err != nil {
		return err
	}
	w.event(debt.ProofFiled, debt.Args{"proof": string(id), "amount_cents": p.Amount, "paid_on": p.On, "due": due})
	hold, err := w.hold(debt.Hold{Kind: debt.HoldProof, Reason: "already_paid", Since: w.today, Until: due, UntilEvent: debt.ProofAccepted})
	if err != nil {
		return err
	}
	err = kept.AddProof(w.Tx, kept.Proof{ID: id, CaseID: w.file.Case.ID, PaidOn: p.On, Amount: p.Amount, FiledBy: w.by.Kind, FiledAt: w.stamp.At,
		DueOn: due, HoldID: hold, Target: p.Target, Words: p.Words})
	if err != nil {
		return err
	}
	if p.Attach != nil {
		if err := p.Attach(w.Tx, "proof", id); err != nil {
			return err
		}
	}
	return w.ask(TaskProof, id, "already_paid", p.Amount)
}

func (w *work) roomForProof() error {
	list, err := kept.Proofs(&w.Reader, w.file.Case.ID)
	open := 0
	for _, p := range list {
		if p.State == kept.ProofOpen {
			open++
		}
	}
	if err == nil && open >= mostProofs {
		err = debt.E(debt.Conflict, "proof_many", nil)
	}
	return err
}

// DecideProof accepts a proof or rejects it with a reason. It books nothing: where the payment is
// not booked yet, the task TaskUnbooked stays. Conflict "proof_ended" if somebody has decided.
func (d Desk) DecideProof(ctx context.Context, creditor, id debt.ID, by debt.Actor, v Verdict) error {
	if err := v.check(); err != nil {
		return err
	}
	at, err := d.caseOf(ctx, creditor, func(t *store.Reader) (debt.ID, error) {
		p, err := kept.LoadProof(t, id)
		return p.CaseID, err
	})
	if err != nil {
		return err
	}
	return d.work(ctx, at, by, func(w *work) error {
		p, err := kept.LoadProof(&w.Reader, id)
		if err != nil {
			return err
		}
		p.State, p.EndedAt, p.Reason = kept.ProofRejected, w.stamp.At, v.Reason
		event := debt.ProofRejected
		data := debt.Args{"proof": string(id), "amount_cents": p.Amount}
		if v.Yes {
			p.State, event = kept.ProofAccepted, debt.ProofAccepted
			if data["booked"], err = w.unbooked(p); err != nil {
				return err
			}
		}
		if err := kept.EndProof(w.Tx, p); err != nil {
			return err
		}
		w.event(event, data)
		if err := w.release(p.HoldID); err != nil {
			return err
		}
		if err := w.decided("proof", id); err != nil {
			return err
		}
		return w.answered(TaskProof, id, string(p.State))
	})
}

// unbooked reports whether the payment of a proof is booked, and asks for it if not.
func (w *work) unbooked(p kept.Proof) (booked bool, err error) {
	if booked, err = cameIn(&w.Reader, p); booked || err != nil {
		return booked, err
	}
	_, err = w.LoadPayment(debt.Key{Source: ProofSource, ExternalID: string(p.ID)})
	if debt.KindOf(err) == debt.NotFound {
		return false, w.ask(TaskUnbooked, p.ID, "accepted", p.Amount)
	}
	return err == nil, err
}

// Booked ends what DecideProof has left to do, once the payment is booked. It gives false for one
// that is not.
func (d Desk) Booked(ctx context.Context, creditor, id debt.ID) (booked bool, err error) {
	err = d.Store.Write(ctx, creditor, func(t *store.Tx) error {
		_, err := t.LoadPayment(debt.Key{Source: ProofSource, ExternalID: string(id)})
		switch {
		case debt.KindOf(err) == debt.NotFound:
			return nil
		case err != nil:
			return err
		}
		booked = true
		return tasks.End(t, tasks.Task{Kind: TaskUnbooked, Subject: string(id)}, "booked", d.Now())
	})
	return booked, err
}

// Verdict is a person's decision with its reason, which the debtor reads.
type Verdict struct {
	Yes    bool
	Reason debt.Personal
	Close  bool // of a confirmed situation: end the case for it
}

// check asks for a reason where the debtor is told no.
func (v Verdict) check() error {
	if !v.Yes && v.Reason == "" {
		return debt.E(debt.Invalid, "answer_reason_missing", nil)
	}
	return words(v.Reason)
}
