// Package revocation takes what somebody declares with the button "Vertrag widerrufen" (BGB
// § 356a), which must work without signing in. It decides nothing: a person does.
package revocation

import (
	"context"
	"slices"
	"strings"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/plans"
	"quitt/store/tasks"
)

// Task is what a declaration asks of a person.
const Task tasks.Kind = "plan_revoked"

// most is how many declarations about one plan are kept; more of them say nothing new.
const most = 5

// Desk takes declarations.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
}

// Declaration is what somebody sent. Name and Contact are kept with the plan for the person who
// answers, and nowhere else.
type Declaration struct {
	Reference     string
	Name, Contact debt.Personal
}

// Take keeps a declaration with the plan it is about and opens a task. Who sent it does not learn
// whether there is such a plan: an unknown reference is no error.
func (d Desk) Take(ctx context.Context, x Declaration) error {
	var creditors []debt.Creditor
	err := d.Store.Read(ctx, "", func(t *store.Reader) (err error) {
		creditors, err = t.Creditors()
		return err
	})
	if err != nil {
		return err
	}
	for _, c := range creditors {
		if err := d.takeOf(ctx, c.ID, x); err != nil {
			return err
		}
	}
	return nil
}

// takeOf looks among the cases of one creditor.
func (d Desk) takeOf(ctx context.Context, creditor debt.ID, x Declaration) error {
	var found debt.ID
	err := d.Store.Read(ctx, creditor, func(t *store.Reader) (err error) {
		found, err = t.FindCase(strings.TrimSpace(x.Reference))
		return err
	})
	if kind := debt.KindOf(err); kind == debt.NotFound || kind == debt.Invalid {
		return nil
	} else if err != nil {
		return err
	}
	return d.Store.Write(ctx, creditor, func(t *store.Tx) error {
		list, err := plans.OfCase(&t.Reader, found)
		if err != nil {
			return err
		}
		for _, k := range slices.Backward(list) {
			if !k.AgreedAt.IsZero() {
				return d.keep(t, k, x)
			}
		}
		return d.ask(t, found, string(found)) // perhaps another contract is meant: a person looks
	})
}

// keep adds the declaration to the talk about the plan.
func (d Desk) keep(t *store.Tx, k plans.Kept, x Declaration) error {
	rounds, err := plans.Rounds(&t.Reader, k.ID)
	if err != nil {
		return err
	}
	said, last := 0, 0
	for _, r := range rounds {
		last = max(last, r.N)
		if r.Act == plans.Withdraw && r.Reason == reason {
			said++
		}
	}
	if said >= most {
		return nil
	}
	note := debt.Personal(x.Name.Reveal() + " · " + x.Contact.Reveal())
	err = plans.AddRound(t, plans.Round{PlanID: k.ID, CaseID: k.CaseID, N: last + 1, By: debt.Actor{Kind: "debtor"}, Act: plans.Withdraw,
		Wish: k.Wish, Schedule: k.Schedule, Reason: reason, Note: note, At: d.Now()})
	if err != nil {
		return err
	}
	return d.ask(t, k.CaseID, string(k.ID))
}

func (d Desk) ask(t *store.Tx, caseID debt.ID, subject string) error {
	return tasks.Open(t, tasks.Task{ID: store.NewID(), Kind: Task, Subject: subject, CaseID: caseID, Reason: reason, OpenedAt: d.Now()})
}

const reason = "revoked_online"
