// Package seed invents the creditors and cases of the demo and tells their stories.
package seed

import (
	"context"
	"fmt"
	"slices"
	"time"

	"quitt/cases"
	"quitt/debt"
	"quitt/debt/fees"
	"quitt/payments"
	"quitt/plans"
	"quitt/store"
)

// Direct is the source in the business key of payments that a person books.
const Direct = "direct"

// Fill writes a believable demo, told through the use cases with a clock of its own, so that
// every case has a history. desk agrees its plans. It gives the number of cases.
func Fill(ctx context.Context, desk plans.Desk, now time.Time, list []debt.Creditor) (cases int, err error) {
	s, seeder := desk.Store, newSeeder(desk, now)
	for _, c := range list {
		if err := s.Write(ctx, c.ID, func(t *store.Tx) error { return t.AddCreditor(c, seeder.now.AddDate(-1, 0, 0)) }); err != nil {
			return 0, err
		}
	}
	seeder.write(list)
	if err = seeder.play(ctx); err == nil {
		seeder.clock = now
		if err = seeder.bank(ctx, list[0]); err == nil && len(list) > 2 {
			err = seeder.debits(ctx, list[2])
		}
	}
	return len(seeder.files), err
}

// seeder tells the stories of the demo in the order of their days.
type seeder struct {
	now   time.Time // the real instant
	clock time.Time // the instant the story is at
	cases cases.Desk
	money payments.Desk
	plans plans.Desk
	files map[string]debt.Case
	steps []step
}

// step happens some days ago.
type step struct {
	daysAgo int
	do      func(ctx context.Context) error
}

func newSeeder(desk plans.Desk, now time.Time) *seeder {
	s := desk.Store
	d := &seeder{now: now, files: map[string]debt.Case{}}
	clock := func() time.Time { return d.clock }
	d.cases, d.money, d.plans = cases.Desk{Store: s, Now: clock}, payments.Desk{Store: s, Now: clock}, desk
	d.plans.Now = clock
	return d
}

func (d *seeder) today() debt.Date { return debt.DateIn(d.clock, debt.Berlin) }

func (d *seeder) at(daysAgo int, do func(ctx context.Context) error) {
	d.steps = append(d.steps, step{daysAgo, do})
}

// play runs the steps, oldest first; the first ten minutes of a day's work are enough for
// the order inside a day.
func (d *seeder) play(ctx context.Context) error {
	slices.SortStableFunc(d.steps, func(x, y step) int { return y.daysAgo - x.daysAgo })
	for i, s := range d.steps {
		day := d.now.AddDate(0, 0, -s.daysAgo)
		d.clock = time.Date(day.Year(), day.Month(), day.Day(), 8, 0, 0, 0, debt.Berlin).Add(time.Duration(i) * time.Second)
		if d.clock.After(d.now) {
			d.clock = d.now
		}
		if err := s.do(ctx); err != nil {
			return fmt.Errorf("demo, step %d, %d days ago: %w", i, s.daysAgo, err)
		}
	}
	return nil
}

// Reference is the creditor's own key of case i.
func Reference(creditor, i int) string {
	return fmt.Sprintf("%s-%04d", []string{"ZA", "EB", "SW"}[creditor], 2100+i)
}

// Cases is how many the demo has.
const Cases = 40

// write invents the cases and gives each a story.
func (d *seeder) write(creditors []debt.Creditor) {
	stories := demoStories()
	for i := range Cases {
		k := i % len(creditors)
		f := &demoFile{seeder: d, creditor: creditors[k], reference: Reference(k, i), received: 60 + i*23%300}
		d.at(f.received, func(ctx context.Context) error { return f.open(ctx, i, k) })
		story := stories[i%len(stories)]
		f.waits = story.name == "awaits review" || story.name == "rejected"
		story.tell(f)
	}
}

// demoFile is one case of the demo while its story is told.
type demoFile struct {
	*seeder
	creditor  debt.Creditor
	reference string
	received  int // days ago
	waits     bool
	file      debt.Case
	paid      int
}

func (f *demoFile) open(ctx context.Context, i, creditor int) error {
	debtor := demoDebtor(i, creditor, f.today())
	due := f.today().AddDays(-40)
	h := cases.Handover{Reference: f.reference, Debtor: debtor, ForReview: f.waits,
		Claims: []debt.Claim{demoClaim(i, creditor, due, debtor.Kind == debt.Company)}}
	if i%9 == 4 {
		second := demoClaim(i+1, creditor, due.AddDays(-30), debtor.Kind == debt.Company)
		h.Claims = append(h.Claims, second)
	}
	if i%2 == 0 {
		h.Costs = []debt.Cost{{Kind: debt.DunningFee, Amount: 95, IncurredOn: due.AddDays(20),
			LegalGround: "BGB §§ 280 I, II, 286"}}
	}
	for k := range h.Claims {
		h.Claims[k].Interest.Method = f.creditor.Settings.InterestMethod
	}
	id, err := f.cases.Open(ctx, f.creditor, h)
	f.file = debt.Case{ID: id, CreditorID: f.creditor.ID}
	f.files[f.reference] = f.file
	return err
}

// change applies a decision so many days after the hand-over.
func (f *demoFile) change(days int, do cases.Change) {
	f.at(max(f.received-days, 0), func(ctx context.Context) error {
		return f.cases.Apply(ctx, f.file, debt.Actor{Kind: "creditor"}, do)
	})
}

// charge demands collection costs at a fee rate; what an earlier letter demanded is
// deducted, for the fee is earned once.
func (f *demoFile) charge(days int, rate fees.Rate) {
	f.at(max(f.received-days, 0), func(ctx context.Context) error {
		r, err := f.cases.Statement(ctx, f.creditor.ID, f.file.ID, f.today())
		if err != nil {
			return err
		}
		costs, err := cases.CollectionCosts(f.creditor, r.Statement.Demanded.Principal, rate, f.today())
		if err != nil {
			return err
		}
		for i := range costs {
			for _, k := range r.Statement.Costs {
				if k.Kind == costs[i].Kind {
					costs[i].Amount -= k.Amount
					costs[i].VAT -= k.VAT
				}
			}
		}
		costs = slices.DeleteFunc(costs, func(c debt.Cost) bool { return c.Amount <= 0 })
		return f.cases.AddCosts(ctx, f.file, costs...)
	})
}

// pay books a share of what is open, in percent, or with more than 100 too much.
func (f *demoFile) pay(days int, percent debt.BasisPoints, method debt.Method) {
	f.at(max(f.received-days, 0), func(ctx context.Context) error {
		r, err := f.cases.Statement(ctx, f.creditor.ID, f.file.ID, f.today())
		if err != nil {
			return err
		}
		amount := max(r.Statement.Payable.Share(percent*100), 1)
		f.paid++
		source := map[debt.Method]string{debt.MethodTransfer: "bank", debt.MethodCard: "card", debt.MethodDirectDebit: "debit"}[method]
		if source == "" {
			source = Direct
		}
		_, err = f.money.Book(ctx, f.creditor.ID, debt.Payment{CaseID: f.file.ID, Method: method, Source: source,
			ExternalID: fmt.Sprintf("%s/%d", f.reference, f.paid), Amount: amount, ReceivedOn: f.today()})
		return err
	})
}

// bounce takes the last payment back.
func (f *demoFile) bounce(days int, source string) {
	f.at(max(f.received-days, 0), func(ctx context.Context) error {
		_, err := f.money.Reverse(ctx, f.creditor.ID, payments.Reversal{
			Payment: debt.Key{Source: source, ExternalID: fmt.Sprintf("%s/%d", f.reference, f.paid)},
			Key:     debt.Key{Source: source, ExternalID: f.reference + "/return"}, Reason: "MS03",
		})
		return err
	})
}
