// Package plans has the command by which a creditor answers, sees and steers instalment plans,
// and the loops that look after them. It gives answers; package main reads flags and prints.
package plans

import (
	"context"
	"flag"
	"time"

	"quitt/cmd/quitt/shown"
	"quitt/debt"
	"quitt/debt/plan"
	"quitt/notifications"
	"quitt/plans"
	"quitt/portal/text"
	"quitt/store"
)

// Desk is what a command works with.
type Desk struct {
	plans.Desk

	Words *text.Catalogue
	// Owner finds the creditor who has a case under a reference, and the case.
	Owner func(ctx context.Context, creditor, reference string) (debt.Creditor, debt.ID, error)
}

// Input is what was typed. Unused fields are empty.
type Input struct {
	Action, Reference, Creditor, State          string
	Instalment, First, EndBy, Day, Rhythm, Down string
	Reason, Person, Note, Answer, Set           string
}

// Flags registers the flags of quitt plans.
func (in *Input) Flags(_ string, fs *flag.FlagSet) {
	for name, to := range map[string]*string{"creditor": &in.Creditor, "state": &in.State, "instalment": &in.Instalment, "first": &in.First,
		"end-by": &in.EndBy, "day": &in.Day, "rhythm": &in.Rhythm, "down": &in.Down, "reason": &in.Reason, "person": &in.Person,
		"note": &in.Note, "answer": &in.Answer, "set": &in.Set} {
		fs.StringVar(to, name, "", "")
	}
}

// call is one action; those about a case take its reference.
type call struct {
	words int
	needs func(in Input) map[string]string
	run   func(d Desk, ctx context.Context, in Input) (shown.Answer, error)
}

var calls = map[string]call{
	"list":    {0, nil, Desk.list},
	"show":    {1, nil, Desk.show},
	"accept":  {1, nil, Desk.accept},
	"counter": {1, func(in Input) map[string]string { return map[string]string{"first": in.First} }, Desk.counter},
	"decline": {1, func(in Input) map[string]string { return map[string]string{"reason": in.Reason, "person": in.Person} }, Desk.decline},
	"revive":  {1, nil, Desk.revive},
	"cancel":  {1, nil, Desk.cancel},
	"excuse":  {1, func(in Input) map[string]string { return map[string]string{"answer": in.Answer} }, Desk.excuse},
	"rules":   {0, func(in Input) map[string]string { return map[string]string{"creditor": in.Creditor} }, Desk.rules},
}

// Take reads what was typed beside the flags. It names the flags that the action needs, or says
// that there is no such call.
func (in *Input) Take(_ string, args []string) (needs map[string]string, ok bool) {
	in.Action = args[0]
	c, ok := calls[in.Action]
	if !ok || len(args)-1 != c.words {
		return nil, false
	}
	if c.words == 1 {
		in.Reference = args[1]
	}
	if c.needs == nil {
		return nil, true
	}
	return c.needs(*in), true
}

// Run does what was asked for.
func (d Desk) Run(ctx context.Context, in Input) (shown.Answer, error) {
	return calls[in.Action].run(d, ctx, in)
}

// Loops look after plans: what happened to their cases, what is due, what is over.
func Loops(d plans.Desk) []notifications.Loop {
	k := plans.Keeper{Desk: d}
	queue := func(ctx context.Context, creditor debt.ID) (notifications.Queue, error) {
		q, err := k.Waiting(ctx, creditor)
		found := notifications.Queue{Waiting: q.Waiting}
		if !q.Oldest.IsZero() {
			found.Oldest = q.Oldest.Time()
		}
		return found, err
	}
	return []notifications.Loop{
		{Name: "plans", Work: k.Follow},
		{Name: "plan_days", Every: time.Minute, Work: k.Due, Queue: queue},
		{Name: "plan_rounds", Every: time.Minute, Work: k.Expire},
	}
}

// who is the person at the command line, on a case.
func (d Desk) who(ctx context.Context, in Input) (plans.Who, error) {
	c, id, err := d.Owner(ctx, in.Creditor, in.Reference)
	return plans.Who{Creditor: c.ID, Case: id, By: debt.Actor{Kind: "creditor"}}, err
}

// current finds the plan of a case: what is open goes before what is over.
func (d Desk) current(ctx context.Context, in Input) (plans.Who, plans.View, error) {
	w, err := d.who(ctx, in)
	if err != nil {
		return w, plans.View{}, err
	}
	v, err := d.View(ctx, w.Creditor, w.Case)
	if err == nil && v.Plan == nil {
		err = debt.E(debt.NotFound, "plan_unknown", nil)
	}
	return w, v, err
}

// act does one thing to the plan of a case and says so.
func (d Desk) act(ctx context.Context, in Input, do func(w plans.Who, k debt.ID) error) (shown.Answer, error) {
	w, v, err := d.current(ctx, in)
	if err == nil {
		err = do(w, v.Plan.ID)
	}
	if err != nil {
		return shown.Answer{}, err
	}
	after, err := d.View(ctx, w.Creditor, w.Case)
	a := d.page(after)
	a.News = w.Creditor
	return a, err
}

func (d Desk) accept(ctx context.Context, in Input) (shown.Answer, error) {
	return d.act(ctx, in, func(w plans.Who, id debt.ID) error {
		_, err := d.Accept(ctx, w, id)
		return err
	})
}

func (d Desk) counter(ctx context.Context, in Input) (shown.Answer, error) {
	wish, err := in.wish()
	if err != nil {
		return shown.Answer{}, err
	}
	return d.act(ctx, in, func(w plans.Who, id debt.ID) error {
		_, err := d.Counter(ctx, w, plans.Counter{Plan: id, Wish: wish, Note: debt.Personal(in.Note)})
		return err
	})
}

func (d Desk) decline(ctx context.Context, in Input) (shown.Answer, error) {
	return d.act(ctx, in, func(w plans.Who, id debt.ID) error {
		return d.Decline(ctx, w, plans.Refusal{Plan: id, Reason: in.Reason, Person: debt.Personal(in.Person), Note: debt.Personal(in.Note)})
	})
}

func (d Desk) revive(ctx context.Context, in Input) (shown.Answer, error) {
	return d.act(ctx, in, func(w plans.Who, id debt.ID) error { return d.Revive(ctx, w, id) })
}

func (d Desk) cancel(ctx context.Context, in Input) (shown.Answer, error) {
	return d.act(ctx, in, func(w plans.Who, id debt.ID) error { return d.Cancel(ctx, w, id) })
}

func (d Desk) excuse(ctx context.Context, in Input) (shown.Answer, error) {
	if in.Answer != "yes" && in.Answer != "no" {
		return shown.Answer{}, debt.E(debt.Invalid, "usage", debt.Args{"command": "plans"})
	}
	return d.act(ctx, in, func(w plans.Who, id debt.ID) error { return d.AnswerExcuse(ctx, w, id, in.Answer == "yes") })
}

// creditor finds a creditor by code.
func (d Desk) creditor(ctx context.Context, code string) (c debt.Creditor, err error) {
	err = d.Store.Read(ctx, "", func(t *store.Reader) error {
		c, err = t.LoadCreditor(code)
		return err
	})
	return c, err
}

// wish reads the plan a creditor counters with.
func (in Input) wish() (w plan.Wish, err error) {
	w.Rhythm = plan.Monthly
	if in.Rhythm != "" {
		w.Rhythm = plan.Rhythm(in.Rhythm)
	}
	for _, x := range []struct {
		typed string
		to    *debt.Cents
	}{{in.Instalment, &w.Instalment}, {in.Down, &w.Down}} {
		if x.typed == "" {
			continue
		}
		if *x.to, err = debt.ParseCents(x.typed); err != nil {
			return w, err
		}
	}
	for _, x := range []struct {
		typed string
		to    *debt.Date
	}{{in.First, &w.First}, {in.EndBy, &w.EndBy}} {
		if x.typed == "" {
			continue
		}
		if *x.to, err = debt.ParseDate(x.typed); err != nil {
			return w, err
		}
	}
	if in.Day != "" {
		w.Day, err = day(in.Day)
	}
	return w, err
}
