package record

import (
	"cmp"
	"context"
	"slices"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/authorities"
	"quitt/store/messages"
	"quitt/store/objections"
	"quitt/store/plans"
	"quitt/store/tasks"
)

// Matter is what a person has to do about something that waits.
type Matter string

// The matters with a decision of their own; any other is the kind of a task.
const (
	AnObjection Matter = "objection"
	AProof      Matter = "proof_of_payment"
	ASituation  Matter = "situation"
	APlan       Matter = "plan_proposed"
	AnAuthority Matter = "authority"
	ARequest    Matter = "request_open"
)

// Item is one thing that waits for a person.
type Item struct {
	Matter  Matter
	ID      debt.ID // of the objection, plan …; of the task where the matter is one
	CaseID  debt.ID // "" where it is about no case
	File    string  // reference of the case
	Detail  string  // a code: ground, kind, reason
	Amount  debt.Cents
	Since   time.Time
	Due     debt.Date // none if nobody has promised a day
	Overdue bool
}

// Waiting lists what waits, at most so many of each matter: what is due first stands first, what
// has no day comes after it, the oldest first.
func (d Desk) Waiting(ctx context.Context, creditor debt.ID, most int) (list []Item, err error) {
	today := debt.DateIn(d.Now(), debt.Berlin)
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		list = nil
		for _, read := range []func(*store.Reader, int) ([]Item, error){said, proposed, asked, open} {
			part, err := read(r, most)
			if err != nil {
				return err
			}
			list = append(list, part...)
		}
		return refer(r, list)
	})
	for i := range list {
		list[i].Overdue = !list[i].Due.IsZero() && list[i].Due.Before(today)
	}
	slices.SortStableFunc(list, func(a, b Item) int {
		return cmp.Or(cmp.Compare(flag(a.Due.IsZero()), flag(b.Due.IsZero())), a.Due.Compare(b.Due), a.Since.Compare(b.Since), cmp.Compare(a.ID, b.ID))
	})
	return list, err
}

func flag(is bool) int {
	if is {
		return 1
	}
	return 0
}

// said is what debtors told.
func said(r *store.Reader, most int) (list []Item, err error) {
	disputes, err := objections.Open(r, most)
	if err != nil {
		return nil, err
	}
	for _, o := range disputes {
		list = append(list, Item{Matter: AnObjection, ID: o.ID, CaseID: o.CaseID, Detail: string(o.Ground), Amount: o.Total, Since: o.FiledAt, Due: o.DueOn})
	}
	proofs, err := objections.OpenProofs(r, most)
	if err != nil {
		return nil, err
	}
	for _, p := range proofs {
		list = append(list, Item{Matter: AProof, ID: p.ID, CaseID: p.CaseID, Amount: p.Amount, Since: p.FiledAt, Due: p.DueOn})
	}
	situations, err := objections.OpenSituations(r, most)
	for _, s := range situations {
		list = append(list, Item{Matter: ASituation, ID: s.ID, CaseID: s.CaseID, Detail: string(s.Kind), Since: s.ToldAt})
	}
	return list, err
}

// proposed are the plans that wait for the creditor.
func proposed(r *store.Reader, most int) (list []Item, err error) {
	waiting, err := plans.Waiting(r, most)
	if err != nil {
		return nil, err
	}
	for _, k := range waiting {
		rounds, err := plans.Rounds(r, k.ID)
		if err != nil {
			return nil, err
		}
		if last, ok := (Plan{k, rounds}).Waits(); ok {
			list = append(list, Item{Matter: APlan, ID: k.ID, CaseID: k.CaseID, Detail: last.Reason, Amount: last.Schedule.Total(), Since: last.At,
				Due: debt.DateIn(k.ExpiresAt, debt.Berlin)})
		}
	}
	return list, nil
}

// asked are the requests, and who says that he may act for a debtor.
func asked(r *store.Reader, most int) (list []Item, err error) {
	claimed, err := authorities.Claimed(r, most)
	if err != nil {
		return nil, err
	}
	for _, a := range claimed {
		list = append(list, Item{Matter: AnAuthority, ID: a.ID, CaseID: a.CaseID, Detail: string(a.Kind), Since: a.MadeAt})
	}
	requests, err := messages.OpenRequests(r, most)
	for _, q := range requests {
		list = append(list, Item{Matter: ARequest, ID: q.ID, CaseID: q.CaseID, Detail: string(q.Kind), Since: q.At, Due: q.DueOn})
	}
	return list, err
}

// shown are the kinds of task that stand in the list as what they are about.
var shown = []tasks.Kind{"objection", "objection_overdue", "objection_escalated", "proof_of_payment", "authority", "request_open", "request_overdue",
	"plan_proposed", "plan_change"}

// open are the tasks that are about nothing else in the list.
func open(r *store.Reader, most int) (list []Item, err error) {
	waiting, err := tasks.List(r, most)
	if err != nil {
		return nil, err
	}
	situations, err := objections.OpenSituations(r, most)
	if err != nil {
		return nil, err
	}
	for _, t := range waiting {
		told := slices.ContainsFunc(situations, func(s objections.Situation) bool { return string(s.ID) == t.Subject })
		if told || slices.Contains(shown, t.Kind) {
			continue
		}
		list = append(list, Item{Matter: Matter(t.Kind), ID: t.ID, CaseID: t.CaseID, Detail: t.Reason, Amount: t.Amount, Since: t.OpenedAt})
	}
	return list, nil
}

// refer adds the references of the cases.
func refer(r *store.Reader, list []Item) error {
	var ids []debt.ID
	for _, x := range list {
		if x.CaseID != "" {
			ids = append(ids, x.CaseID)
		}
	}
	slices.Sort(ids)
	found, err := tasks.References(r, slices.Compact(ids))
	for i := range list {
		list[i].File = found[list[i].CaseID]
	}
	return err
}

// Done ends a task that has no decision of its own: a person has looked at it.
func (d Desk) Done(ctx context.Context, creditor, task debt.ID) error {
	now := d.Now()
	return d.Store.Write(ctx, creditor, func(t *store.Tx) error { return tasks.Done(t, task, "looked_at", now) })
}
