package plans

import (
	"context"
	"errors"
	"slices"
	"sync"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/plan"
	"quitt/store"
	"quitt/store/outbox"
	kept "quitt/store/plans"
)

// Keeper looks after plans that are agreed, without anybody asking: when something happened to
// their case, when a day has come, when a wait is over. Several may run at once, and each may
// end at any point: what a look told and when to look again are written together.
type Keeper struct{ Desk }

// The keeper's place in the feed, and how much it takes in one transaction.
const (
	keeperName    = "plans"
	keeperEvents  = 200
	keeperPlans   = kept.BatchMost
	keeperExpires = 50
	// While one transaction commits, another one computes.
	keepersAtOnce = 2
)

// Follow looks at the plans of cases to which something happened, in the transaction that
// moves the reader behind the events.
func (d Keeper) Follow(ctx context.Context, creditor debt.ID) (did int, err error) {
	var behind int64
	var begun bool
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		behind, begun, err = outbox.Behind(r, keeperName)
		return err
	})
	if err != nil || begun && behind == 0 {
		return 0, err
	}
	err = d.Store.Write(ctx, creditor, func(t *store.Tx) error {
		events, err := outbox.Follow(t, keeperName, keeperEvents)
		if err != nil {
			return err
		}
		did = len(events)
		news := happened(events)
		if len(news) == 0 {
			return nil
		}
		return d.lookAt(t, news)
	})
	return did, err
}

// news is what happened to a case, as far as plans care.
type news struct {
	because string // code for a plan that has to be laid out anew
	closed  bool
	broke   bool // an insolvency
}

// happened gathers what events mean for plans; what plans do themselves is none.
func happened(events []debt.Event) map[debt.ID]news {
	found := map[debt.ID]news{}
	for _, e := range events {
		n := found[e.CaseID]
		if e.Data["kind"] == string(debt.HoldPlan) {
			continue
		}
		switch e.Type {
		case debt.PaymentSucceededEvent, debt.PaymentCorrectedEvent:
			n.because = plan.BecausePaidMore
		case debt.PaymentReversedEvent, debt.PaymentRefundedEvent:
			n.because = plan.BecauseReturned
		case debt.CaseUpdated, debt.ObjectionAnswered:
			n.because = becauseAmount
		case debt.CaseClosed:
			n.closed = true
		case debt.CaseHeld:
			n.broke = n.broke || e.Data["kind"] == string(debt.HoldInsolv)
		case debt.PaymentFailedEvent, debt.PaymentInFlightEvent, debt.ObjectionFiled, debt.ObjectionWithdrawnEv, debt.CaseReleased,
			debt.MandateRevoked, debt.ProofAccepted:
		default:
			continue
		}
		found[e.CaseID] = n
	}
	return found
}

// lookAt looks at the plans of some cases.
func (d Keeper) lookAt(t *store.Tx, about map[debt.ID]news) error {
	ids := make([]debt.ID, 0, len(about))
	for id := range about {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	planned, err := kept.Agreed(&t.Reader, ids)
	if err != nil {
		return err
	}
	ids = slices.DeleteFunc(ids, func(id debt.ID) bool { return planned[id].ID == "" })
	if len(ids) == 0 {
		return nil
	}
	turns, err := d.turns(t, ids)
	if err != nil {
		return err
	}
	for _, x := range turns {
		if err := t.LoadHolds(&x.file.Case); err != nil {
			return err
		}
		x.held = true
		if err := x.guarded(func() error { return x.news(about[x.file.Case.ID]) }); err != nil {
			return err
		}
	}
	return d.saveAll(t, turns)
}

// news acts on what happened to the case of an agreed plan.
func (x *turn) news(n news) error {
	k := &x.agreedPlan
	if k.Running() && (n.broke || n.closed && x.file.Case.Stage == debt.StageClosed) {
		return x.end(k, n)
	}
	if err := x.lostIfRunning(k); err != nil {
		return err
	}
	return x.keep(k, n.because)
}

func (x *turn) lostIfRunning(k *kept.Kept) error {
	if !k.Running() {
		return nil
	}
	return x.lostInstrument(k)
}

// end stops a plan whose case is closed or whose debtor is insolvent (InsO §§ 87, 294); one that
// is paid is done.
func (x *turn) end(k *kept.Kept, n news) error {
	g, err := x.progress(*k)
	if err != nil {
		return err
	}
	because := plan.BecauseInsolvent
	switch {
	case g.Done:
		err = x.fulfil(k, debt.Args{"because": plan.BecausePaid})
	default:
		if !n.broke {
			because = becauseClosed
		}
		err = x.stop(k, said{data: debt.Args{"because": because}})
	}
	if err != nil {
		return err
	}
	return kept.Save(x.tx, *k)
}

// turns locks cases with an agreed plan and reads what a look needs, a few statements for all of
// them.
func (d Keeper) turns(t *store.Tx, ids []debt.ID) ([]*turn, error) {
	files, err := t.Lock(ids...)
	if err != nil {
		return nil, err
	}
	found, err := kept.Agreed(&t.Reader, ids)
	if err != nil {
		return nil, err
	}
	payments, err := kept.PaymentsOf(&t.Reader, ids)
	if err != nil {
		return nil, err
	}
	seats, err := kept.Seats(&t.Reader, ids)
	if err != nil {
		return nil, err
	}
	rules, version, err := kept.Rules(&t.Reader)
	if err != nil {
		return nil, err
	}
	stamp := ledger.Stamp{At: d.Now(), NewID: store.NewID}
	today := debt.DateIn(stamp.At, debt.Berlin)
	var turns []*turn
	for _, f := range files {
		k := found[f.Case.ID]
		if k.ID == "" || k.State != f.Case.Plan && !k.Running() {
			continue // another plan has taken its place
		}
		s := scene{r: &t.Reader, file: f, now: stamp.At, today: today, rules: rules, version: version, payments: payments[f.Case.ID], seat: seats[f.Case.ID]}
		turns = append(turns, &turn{scene: s, tx: t, desk: d.Desk, stamp: stamp, by: debt.System, agreedPlan: k})
	}
	return turns, nil
}

// saveAll books what some turns gathered together.
func (d Keeper) saveAll(t *store.Tx, turns []*turn) error {
	var bookings []store.Booking
	var marks []kept.Kept
	for _, x := range turns {
		b, err := x.beforehand()
		if err != nil {
			return err
		}
		if b.File != nil {
			bookings = append(bookings, b)
		}
		marks = append(marks, x.marks...)
	}
	if err := kept.SaveMarks(t, marks); err != nil {
		return err
	}
	if len(bookings) == 0 {
		return nil
	}
	return t.Book(bookings...)
}

// guarded keeps one plan that cannot be laid out from holding up all others: a person gets a
// task, and it is looked at again tomorrow. Errors of the database are everybody's.
func (x *turn) guarded(do func() error) error {
	before, file := *x, *x.file
	file.Case.Holds = slices.Clone(file.Case.Holds)
	err := do()
	var refused *debt.Error
	if err == nil || !errors.As(err, &refused) || refused.Kind == debt.Unavailable || refused.Key == "changed_meanwhile" {
		return err
	}
	if x.desk.Log != nil {
		x.desk.Log.Warn("plan", "plan", string(x.agreedPlan.ID), "error", err.Error())
	}
	*x, *before.file = before, file
	if err := x.ask(TaskStuck, string(x.agreedPlan.ID), 0); err != nil {
		return err
	}
	k := x.agreedPlan
	k.NextOn = x.today.AddDays(1)
	x.marks = []kept.Kept{k}
	return nil
}

// Due looks at plans whose day has come, a portion of them. What was looked at has a later day
// or none, so whoever begins again goes on where the work was left.
func (d Keeper) Due(ctx context.Context, creditor debt.ID) (did int, err error) {
	today := debt.DateIn(d.Now(), debt.Berlin)
	var ids []debt.ID
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		ids, err = kept.DueCases(r, today, keepersAtOnce*keeperPlans)
		return err
	})
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	var all sync.WaitGroup
	errs := make([]error, keepersAtOnce)
	for i := range errs {
		portion := ids[min(len(ids), i*keeperPlans):min(len(ids), (i+1)*keeperPlans)]
		if len(portion) > 0 {
			all.Go(func() { errs[i] = d.due(ctx, creditor, portion) })
		}
	}
	all.Wait()
	return len(ids), errors.Join(errs...)
}

// due looks at the plans of some cases in one transaction.
func (d Keeper) due(ctx context.Context, creditor debt.ID, ids []debt.ID) error {
	today := debt.DateIn(d.Now(), debt.Berlin)
	return d.Store.Write(ctx, creditor, func(t *store.Tx) error {
		turns, err := d.turns(t, slices.Clone(ids))
		if err != nil {
			return err
		}
		for _, x := range turns {
			if k := &x.agreedPlan; k.NextOn.IsZero() || k.NextOn.After(today) {
				continue // another process was here first
			}
			if err := x.guarded(func() error { return x.keep(&x.agreedPlan, "") }); err != nil {
				return err
			}
		}
		return d.saveAll(t, turns)
	})
}

// Waiting tells how many plans wait for the look of the day.
func (d Keeper) Waiting(ctx context.Context, creditor debt.ID) (q kept.Queue, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		q, err = kept.CountDue(r, debt.DateIn(d.Now(), debt.Berlin))
		return err
	})
	return q, err
}

// Expire ends drafts nobody confirmed, proposals and wishes to change nobody answered.
func (d Keeper) Expire(ctx context.Context, creditor debt.ID) (did int, err error) {
	var list []kept.Kept
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		list, err = kept.Expiring(r, d.Now(), keeperExpires)
		return err
	})
	for _, k := range list {
		if err != nil {
			return did, err
		}
		err = d.work(ctx, Who{creditor, k.CaseID, debt.System}, func(x *turn) error { return x.expire(k.ID) })
		did++
	}
	return did, err
}

func (x *turn) expire(id debt.ID) error {
	k, err := x.plan(id)
	if err != nil || !k.Expired(x.stamp.At) {
		return err
	}
	if k.State == kept.Draft {
		x.over(&k, kept.Dropped, becauseExpired)
		return kept.Save(x.tx, k)
	}
	return x.close(&k, kept.Round{Act: kept.Expire}, closing{kept.Expired, debt.PlanExpiredEvent, becauseExpired})
}
