package worklist

import (
	"cmp"
	"context"
	"slices"
	"time"

	"quitt/debt"
	"quitt/debt/situation"
	"quitt/store"
	"quitt/store/caselist"
	"quitt/store/hooks"
	"quitt/store/messages"
	"quitt/store/objections"
	"quitt/store/tasks"
)

// Group is a pile of what waits for a person.
type Group string

// The groups, the most urgent first.
const (
	Objections Group = "einwendungen"
	Proofs     Group = "nachweise"
	Plans      Group = "plaene"
	Requests   Group = "anfragen"
	Messages   Group = "nachrichten"
	Situations Group = "lagen"
	Money      Group = "zahlungen"
	Returns    Group = "ruecklaeufe"
	Others     Group = "sonstiges"
)

// kinds are the tasks of each group, by what made them: cases/objections, cases/messages,
// plans, payments. A kind that is in none is among the others.
var kinds = map[Group][]tasks.Kind{
	Objections: {"objection", "objection_overdue", "objection_escalated", "plan_pause"},
	Proofs:     {"proof_of_payment"},
	Plans:      {"plan_proposed", "plan_change", "plan_revoked"},
	Requests:   {"request_open", "request_overdue"},
	Messages:   {"message_unread"},
	Situations: situations(),
	Money: {"unplaced_money", "double_credit", "refund_overpayment", "refund_failed", "credit_card_used", "reconciliation_difference",
		"return_unmatched", "transfer_returned", "foreign_money", "batch_unresolved", "statement_quarantined", "statement_gap"},
	Returns: {"payment_returned", "debit_objected", "mandate_lost", "dispute_inquiry", "case_reopened", "provider_refused"},
	Others:  {"address_changed", "authority", "interest_correct", "costs_recompute", "debtor_deceased"},
}

// reminders are tasks about something that another task is open for: they do not count.
var reminders = []tasks.Kind{"objection_overdue", "objection_escalated", "request_overdue"}

func situations() (list []tasks.Kind) {
	for _, k := range situation.Kinds() {
		list = append(list, tasks.Kind(k.TaskKind()))
	}
	return list
}

// Groups lists every Group, the most urgent first.
func Groups() []Group {
	return []Group{Objections, Proofs, Plans, Requests, Messages, Situations, Money, Returns, Others}
}

// counted bounds what is counted: more is much too much anyway.
const counted = 5000

// Pile is a group with how much of it waits.
type Pile struct {
	Group Group
	N     int
	Late  int       // whose day is over
	Next  debt.Date // by when the most urgent is due; zero where nothing has a day
}

// Today is what waits for a person.
type Today struct {
	Piles []Pile // those that are not empty, the most urgent first
	More  bool   // more waits than is counted
	Hooks hooks.Figures
}

// Failing reports whether programs of the creditor do not get their events.
func (t Today) Failing() bool { return t.Hooks.Disabled > 0 || t.Hooks.Dead > 0 }

// Today reads what waits for a person at a creditor.
func (d Desk) Today(ctx context.Context, creditor debt.ID) (out Today, err error) {
	today := debt.DateIn(d.Now(), debt.Berlin)
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		out = Today{}
		counts, err := tasks.Counts(r, counted)
		if err != nil {
			return err
		}
		days, err := dueDays(r)
		if err != nil {
			return err
		}
		total := 0
		for _, g := range Groups() {
			p := Pile{Group: g}
			for _, k := range kinds[g] {
				if !slices.Contains(reminders, k) {
					p.N += counts[k]
				}
				delete(counts, k)
			}
			if g == Others {
				for _, n := range counts {
					p.N += n
				}
			}
			p.judge(days, today)
			if total += p.N; p.N > 0 {
				out.Piles = append(out.Piles, p)
			}
		}
		out.More = total >= counted
		out.Hooks, err = hooks.FiguresOf(r)
		return err
	})
	return out, err
}

// due is by when something of a group is due.
type due struct {
	group Group
	days  map[string]debt.Date // by the subject of its task
}

// dueMost bounds what days are read for: the first are the most urgent.
const dueMost = 200

// dueDays reads the days of what has one.
func dueDays(r *store.Reader) ([]due, error) {
	disputes, err := objections.Open(r, dueMost)
	if err != nil {
		return nil, err
	}
	asked, err := messages.OpenRequests(r, dueMost)
	if err != nil {
		return nil, err
	}
	list := []due{{Objections, map[string]debt.Date{}}, {Requests, map[string]debt.Date{}}}
	for _, o := range disputes {
		list[0].days[string(o.ID)] = o.DueOn
	}
	for _, q := range asked {
		list[1].days[string(q.ID)] = q.DueOn
	}
	return list, nil
}

func (p *Pile) judge(all []due, today debt.Date) {
	for _, d := range all {
		if d.group != p.Group {
			continue
		}
		for _, on := range d.days {
			if p.Next.IsZero() || on.Before(p.Next) {
				p.Next = on
			}
			if on.Before(today) {
				p.Late++
			}
		}
	}
}

// Waiting is one thing that waits.
type Waiting struct {
	tasks.Task

	Case  caselist.Case // the zero Case where there is none
	DueOn debt.Date
	Late  bool
}

// pileMost is how much of a group is shown.
const pileMost = 100

// Pile lists what waits of a group: what is due first, then the oldest. NotFound
// "list_group_unknown" if there is no such group.
func (d Desk) Pile(ctx context.Context, creditor debt.ID, g Group) (list []Waiting, err error) {
	if !slices.Contains(Groups(), g) {
		return nil, debt.E(debt.NotFound, "list_group_unknown", nil)
	}
	today := debt.DateIn(d.Now(), debt.Berlin)
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		open, err := ofGroup(r, g)
		if err != nil {
			return err
		}
		days, err := dueDays(r)
		if err != nil {
			return err
		}
		list, err = waiting(r, slices.DeleteFunc(open, func(t tasks.Task) bool { return slices.Contains(reminders, t.Kind) }))
		for i := range list {
			for _, d := range days {
				if on := d.days[list[i].Subject]; d.group == g && !on.IsZero() {
					list[i].DueOn, list[i].Late = on, on.Before(today)
				}
			}
		}
		return err
	})
	slices.SortStableFunc(list, func(a, b Waiting) int {
		return cmp.Or(cmp.Compare(a.urgency(), b.urgency()), a.OpenedAt.Compare(b.OpenedAt))
	})
	return list, err
}

// urgency is the day something is due, or what comes after all of them.
func (w Waiting) urgency() string {
	if w.DueOn.IsZero() {
		return "9"
	}
	return w.DueOn.String()
}

// ofGroup reads the open tasks of a group.
func ofGroup(r *store.Reader, g Group) ([]tasks.Task, error) {
	if g != Others {
		return tasks.OfKinds(r, pileMost, kinds[g]...)
	}
	all, err := tasks.List(r, counted)
	known := map[tasks.Kind]bool{}
	for _, h := range Groups() {
		for _, k := range kinds[h] {
			known[k] = h != Others
		}
	}
	all = slices.DeleteFunc(all, func(t tasks.Task) bool { return known[t.Kind] })
	return all[:min(len(all), pileMost)], err
}

// waiting adds the cases.
func waiting(r *store.Reader, open []tasks.Task) ([]Waiting, error) {
	var ids []debt.ID
	for _, t := range open {
		if t.CaseID != "" {
			ids = append(ids, t.CaseID)
		}
	}
	slices.Sort(ids)
	cases, err := caselist.Load(r, slices.Compact(ids))
	found := map[debt.ID]caselist.Case{}
	for _, c := range cases {
		found[c.ID] = c
	}
	list := make([]Waiting, len(open))
	for i, t := range open {
		list[i] = Waiting{Task: t, Case: found[t.CaseID]}
	}
	return list, err
}

// Days is for how long something has waited.
func (w Waiting) Days(now time.Time) int {
	return debt.DateIn(w.OpenedAt, debt.Berlin).DaysUntil(debt.DateIn(now, debt.Berlin))
}
