package plans

import (
	"maps"
	"slices"
	"time"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/plan"
	"quitt/store"
	kept "quitt/store/plans"
	"quitt/store/tasks"
)

// What a person has to look at.
const (
	TaskProposal tasks.Kind = "plan_proposed"
	TaskChange   tasks.Kind = "plan_change"
	TaskExcuse   tasks.Kind = "plan_excuse"
	TaskLapsed   tasks.Kind = "plan_lapsed"
	TaskStalled  tasks.Kind = "plan_stalled" // arrears that no rule will ever end
	TaskStuck    tasks.Kind = "plan_stuck"   // its schedule cannot be laid out any more
)

// Why a plan ends or changes, beside the codes of debt/plan.
const (
	becauseWithdrawn  = "withdrawn"
	becauseReplaced   = "replaced"
	becauseExpired    = "expired"
	becauseDeclined   = "declined"
	becauseClosed     = "case_closed"
	becauseAmount     = "amount_changed"
	becauseInstrument = "instrument_lost"
)

// turn is one case under its lock, and what is to be written of it at the end.
type turn struct {
	scene

	tx    *store.Tx
	desk  Desk
	stamp ledger.Stamp
	by    debt.Actor
	held  bool // the case's holds are loaded

	events  []debt.Event
	entries []ledger.Entry
	waived  []debt.Payment // new ones
	marks   []kept.Kept    // plans of which only the marks changed
	moved   bool           // an axis or a hold changed
	whole   bool           // more than the marks of the plan changed
	rests   *ledger.Rests

	agreedPlan kept.Kept // of a turn of the keeper's
}

// save writes what the turn gathered; the case's version rises if there is anything to see.
func (x *turn) save() error {
	b, err := x.beforehand()
	if err == nil {
		err = kept.SaveMarks(x.tx, x.marks)
	}
	if err != nil || b.File == nil {
		return err
	}
	return x.tx.Book(b)
}

// beforehand writes everything but the booking, which is given for others to join. Without a
// File there is nothing to book.
func (x *turn) beforehand() (store.Booking, error) {
	if x.moved {
		if err := x.tx.SaveHolds(&x.file.Case); err != nil {
			return store.Booking{}, err
		}
	}
	if x.rests != nil {
		if err := kept.SetRests(x.tx, x.file, *x.rests); err != nil {
			return store.Booking{}, err
		}
	}
	if len(x.events)+len(x.entries) == 0 {
		return store.Booking{}, nil
	}
	return store.Booking{File: x.file, Payments: x.waived, Entries: x.entries, Events: x.events}, nil
}

// tell adds an event about a plan.
func (x *turn) tell(k kept.Kept, typ debt.EventType, data debt.Args) {
	x.add(k, x.file.Case.EventOf(typ, debt.Args{}), data)
}

// add stamps an event and gives it what is to be said.
func (x *turn) add(k kept.Kept, e debt.Event, data debt.Args) {
	e.ID, e.At, e.Actor = x.stamp.NewID(), x.stamp.At, x.by
	if k.ID != "" {
		e.Data["plan_id"] = string(k.ID)
	}
	maps.Copy(e.Data, data)
	x.events = append(x.events, e)
}

// said is what is told of a change of state, and as which event if not the axis's own.
type said struct {
	as   debt.EventType
	data debt.Args
}

// move takes case and plan to a state, with its events and its hold.
func (x *turn) move(k *kept.Kept, to debt.PlanState, s said) error {
	if !x.held {
		if err := x.tx.LoadHolds(&x.file.Case); err != nil {
			return err
		}
		x.held = true
	}
	events, err := x.file.Case.SetPlan(to, debt.Hold{ID: x.stamp.NewID(), Reason: "plan", Since: x.today})
	if err != nil {
		return err
	}
	x.moved, x.whole = true, true
	if s.as != "" {
		events[0].Type = s.as
	}
	x.add(*k, events[0], s.data)
	for _, e := range events[1:] {
		x.add(kept.Kept{}, e, nil)
	}
	if to != debt.PlanNone {
		k.State = to
	}
	return nil
}

// over ends a plan in a state that is none of the case's.
func (x *turn) over(k *kept.Kept, state debt.PlanState, because string) {
	k.State, k.EndedAt, k.EndedBecause = state, x.stamp.At, because
	k.ExpiresAt, k.NextOn = time.Time{}, debt.Date{}
}

// stop ends an agreed plan: nothing is collected, interest runs again from today, a settlement
// that was not kept is broken.
func (x *turn) stop(k *kept.Kept, s said) error {
	if err := x.move(k, debt.PlanCancelled, s); err != nil {
		return err
	}
	because, _ := s.data["because"].(string)
	x.over(k, debt.PlanCancelled, because)
	if err := x.noOrders("plan_over"); err != nil {
		return err
	}
	x.interestRuns()
	return x.broken(*k)
}

func (x *turn) interestRuns() {
	if rests := x.file.Account.Rests; len(rests) > 0 {
		ended := rests.End(x.today)
		x.rests = &ended
		x.file.Account.Rests = ended
	}
}

// interestRests begins the days without interest on the day the plan was laid out: what was
// shown then holds.
func (x *turn) interestRests(k kept.Kept, from debt.Date) {
	if k.Schedule.Interest == plan.NoInterest {
		begun := x.file.Account.Rests.Begin(debt.Later(from, x.file.Account.LastOn))
		x.rests = &begun
		x.file.Account.Rests = begun
	}
}

// ask opens a task for a person, once for each subject.
func (x *turn) ask(kind tasks.Kind, subject string, amount debt.Cents) error {
	return tasks.Open(x.tx, tasks.Task{ID: x.stamp.NewID(), Kind: kind, Subject: subject, CaseID: x.file.Case.ID, Amount: amount,
		OpenedAt: x.stamp.At})
}

// asked ends a task that has settled itself.
func (x *turn) asked(kind tasks.Kind, subject, outcome string) error {
	return tasks.End(x.tx, tasks.Task{Kind: kind, Subject: subject}, outcome, x.stamp.At)
}

// round keeps what was said, as the next of its plan.
func (x *turn) round(r kept.Round) error {
	rounds, err := kept.Rounds(x.r, r.PlanID)
	if err != nil {
		return err
	}
	r.CaseID, r.N, r.By, r.At = x.file.Case.ID, len(rounds)+1, x.by, x.stamp.At
	return kept.AddRound(x.tx, r)
}

// paper words and keeps a paper; the account must be as it is before the plan begins.
func (x *turn) paper(kind kept.PaperKind, k kept.Kept, f kept.Facts) (kept.Paper, error) {
	mark, err := x.r.MarkOf(x.file.Case.ID)
	if err != nil {
		return kept.Paper{}, err
	}
	f.On, f.Creditor, f.Case, f.Plan, f.Method = x.today, mark.Creditor, x.file.Case, k.Plan, k.Method
	if f.Debtor, err = x.r.LoadDebtor(f.Case.DebtorID); err != nil {
		return kept.Paper{}, err
	}
	if f.Statement, err = x.statement(); err != nil {
		return kept.Paper{}, err
	}
	p := kept.Paper{ID: x.stamp.NewID(), PlanID: k.ID, CaseID: k.CaseID, Kind: kind, MadeAt: x.stamp.At}
	if p.Document, err = x.desk.Compose(kind, f); err != nil {
		return p, err
	}
	if p.SHA256, err = kept.AddPaper(x.tx, p); err != nil {
		return p, err
	}
	x.tell(k, debt.PlanPaperEvent, debt.Args{"paper": string(p.ID), "kind": string(kind)})
	return p, nil
}

// statement is what is owed today, as far as the base rate is known.
func (x *turn) statement() (ledger.Statement, error) {
	h, err := x.r.LoadHistory(x.file)
	if err != nil {
		return ledger.Statement{}, err
	}
	h.Entries = append(h.Entries, x.entries...)
	s, _, err := h.StatementSoFar(x.today)
	return s, err
}

// notice gives the newest cost notice of a plan.
func (x *turn) notice(k kept.Kept) (notice kept.Paper, ok bool, err error) {
	papers, err := kept.Papers(x.r, k.CaseID)
	for _, p := range slices.Backward(papers) {
		if p.PlanID == k.ID && p.Kind == kept.CostNotice {
			return p, true, err
		}
	}
	return notice, false, err
}

// instalments are a schedule as events tell it.
func instalments(list []plan.Instalment) []debt.Args {
	out := make([]debt.Args, len(list))
	for i, x := range list {
		out[i] = debt.Args{"no": x.No, "amount_cents": x.Amount, "due": x.DueOn}
	}
	return out
}
