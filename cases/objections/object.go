package objections

import (
	"context"
	"encoding/json"

	"quitt/bank"
	"quitt/debt"
	"quitt/debt/objection"
	"quitt/store/announced"
	kept "quitt/store/objections"
	"quitt/store/tasks"
)

const mostWords = objection.MostWords

// What a person has to decide about objections.
const (
	TaskObjection tasks.Kind = "objection"
	TaskOverdue   tasks.Kind = "objection_overdue"
	TaskEscalated tasks.Kind = "objection_escalated"
	TaskPausePlan tasks.Kind = "plan_pause"
	TaskInterest  tasks.Kind = "interest_correct"   // upheld, and only a corrected claim mends it
	TaskCosts     tasks.Kind = "costs_recompute"    // the fee was for a larger claim, by no rate we know
	TaskRefund    tasks.Kind = "refund_overpayment" // one per case, whatever made it: as payments calls it
)

// Filing is an objection as a debtor files it.
type Filing struct {
	Ground    objection.Ground
	Answers   objection.Answers
	Words     debt.Personal
	Disputed  objection.Disputed
	PausePlan bool // what is due of a plan is not to be collected meanwhile
	Attach    Attach
}

// File disputes a claim: the case rests until the answer, nothing goes to a court or a
// bureau, the creditor's clock starts. Conflict "objection_open_already" while one is open.
func (d Desk) File(ctx context.Context, at At, by debt.Actor, f Filing) (id debt.ID, err error) {
	err = d.work(ctx, at, by, func(w *work) error {
		id = w.stamp.NewID()
		return w.lodge(id, f)
	})
	return id, err
}

func (w *work) lodge(id debt.ID, f Filing) error {
	if err := w.running(); err != nil {
		return err
	}
	if w.file.Case.Objection == debt.ObjectionOpen {
		return debt.E(debt.Conflict, "objection_open_already", nil)
	}
	o, err := w.objection(f)
	if err != nil {
		return err
	}
	o.ID = id
	events, err := w.file.Case.SetObjection(debt.ObjectionOpen, debt.Hold{ID: w.stamp.NewID(), Reason: string(f.Ground), Since: w.today, Until: o.DueOn})
	if err != nil {
		return err
	}
	// The fee for a contested claim has another frame (RVG VV 2300): the record says since
	// when, nothing is ever added by itself.
	for name, value := range map[string]any{"objection": string(id), "whole": o.Disputed.Whole, "amount_cents": o.Total, "fee_frame": "contested"} {
		events[0].Data[name] = value
	}
	w.tell(events...)
	if err := kept.Add(w.Tx, o); err != nil {
		return err
	}
	if err := w.announce(o); err != nil {
		return err
	}
	if f.Attach != nil {
		if err := f.Attach(w.Tx, "objection", id); err != nil {
			return err
		}
	}
	if o.PausePlan {
		if err := w.ask(TaskPausePlan, id, string(o.Ground), 0); err != nil {
			return err
		}
	}
	return w.ask(TaskObjection, id, string(o.Ground), o.Total)
}

// announce gives a transfer of what is not disputed a reference of its own, which says what it is
// for: the file reference as far as it fits, and a part of the objection's id.
func (w *work) announce(o kept.Objection) error {
	_, s, err := w.statement()
	if err != nil {
		return err
	}
	u := o.Disputed.Undisputed(objection.Open(s))
	if u.Amount == 0 {
		return nil
	}
	rf, err := bank.RFMarked(w.file.Case.FileReference, "U"+string(o.ID[len(o.ID)-6:]))
	if err != nil {
		return err
	}
	return announced.Add(w.Tx, objection.Announced{ID: o.ID, CaseID: o.CaseID, Reference: string(rf), Amount: u.Amount,
		Designation: u.Designation, At: w.stamp.At})
}

// objection checks what was filed.
func (w *work) objection(f Filing) (o kept.Objection, err error) {
	if !f.Ground.Known() {
		return o, debt.E(debt.Invalid, "objection_ground", nil)
	}
	if err := words(f.Words); err != nil {
		return o, err
	}
	answers, err := f.Ground.Read(f.Answers, w.today)
	if err != nil {
		return o, err
	}
	_, s, err := w.statement()
	if err != nil {
		return o, err
	}
	o = kept.Objection{CaseID: w.file.Case.ID, Ground: f.Ground, State: debt.ObjectionOpen, FiledBy: w.by.Kind, FiledAt: w.stamp.At, Words: f.Words}
	if o.Disputed, err = f.Disputed.Check(objection.Open(s)); err != nil {
		return o, err
	}
	o.Total = o.Disputed.Total()
	plan := w.file.Case.Plan
	o.PausePlan = f.PausePlan && (plan == debt.PlanActive || plan == debt.PlanAtRisk)
	if o.DueOn, err = w.due(); err != nil {
		return o, err
	}
	o.Answers, err = personal(answers)
	return o, err
}

// personal keeps answers as one text about a person.
func personal[K ~string](answers map[K]string) (debt.Personal, error) {
	if len(answers) == 0 {
		return "", nil
	}
	text, err := json.Marshal(answers)
	return debt.Personal(text), err
}

// Withdraw takes the open objection back; Conflict "objection_ended" if there is none.
func (d Desk) Withdraw(ctx context.Context, at At, by debt.Actor) error {
	return d.work(ctx, at, by, func(w *work) error {
		o, err := w.open()
		if err != nil {
			return err
		}
		o.State = debt.ObjectionWithdrawn
		return w.end(o, debt.Args{}, nil)
	})
}

// open finds the open objection of the case.
func (w *work) open() (kept.Objection, error) {
	list, err := kept.OfCase(&w.Reader, w.file.Case.ID)
	for _, o := range list {
		if o.State == debt.ObjectionOpen {
			return o, err
		}
	}
	if err == nil {
		err = debt.E(debt.Conflict, "objection_ended", nil)
	}
	return kept.Objection{}, err
}

// end keeps how an objection ended, on the case and beside it.
func (w *work) end(o kept.Objection, data debt.Args, credited []objection.Given) error {
	o.EndedAt = w.stamp.At
	events, err := w.file.Case.SetObjection(o.State, debt.Hold{Since: w.today})
	if err != nil {
		return err
	}
	if events[0].Data == nil {
		events[0].Data = debt.Args{}
	}
	data["objection"] = string(o.ID)
	for name, value := range data {
		events[0].Data[name] = value
	}
	w.tell(events...)
	for _, kind := range []tasks.Kind{TaskObjection, TaskOverdue, TaskEscalated, TaskPausePlan} {
		if err := w.answered(kind, o.ID, string(o.State)); err != nil {
			return err
		}
	}
	if err := w.decided("objection", o.ID); err != nil {
		return err
	}
	return kept.End(w.Tx, o, credited)
}
