package ledger

import (
	"fmt"
	"slices"

	"quitt/debt"
)

// Problem is a broken invariant of one case, with the figures that disagree.
type Problem struct{ Rule, Detail string }

// Check holds a case's history against itself and against the account as stored. It
// recomputes every balance from postings; quitt verify calls it for every case.
func (h History) Check(stored Account) []Problem {
	c := &checker{h: h}
	c.entries()
	c.balances(stored)
	c.payments()
	c.interest()
	return c.problems
}

type checker struct {
	h        History
	problems []Problem
}

func (c *checker) find(rule, format string, args ...any) {
	c.problems = append(c.problems, Problem{rule, fmt.Sprintf(format, args...)})
}

// entries: each sums to zero, and a correction undoes an entry of this case exactly.
func (c *checker) entries() {
	byID := make(map[debt.ID]Entry, len(c.h.Entries))
	for _, e := range c.h.Entries {
		byID[e.ID] = e
	}
	for _, e := range c.h.Entries {
		if !e.Balanced() {
			c.find("entry_zero", "entry %s does not sum to zero", e.ID)
		}
		if e.Corrects == "" {
			continue
		}
		original, ok := byID[e.Corrects]
		if !ok {
			c.find("correction", "entry %s corrects an entry of another case", e.ID)
			continue
		}
		undone := slices.EqualFunc(original.Postings, e.Postings, func(x, y Posting) bool {
			x.Amount = -x.Amount
			return x == y
		})
		if !undone || original.ValueOn != e.ValueOn {
			c.find("correction", "entry %s does not undo entry %s", e.ID, original.ID)
		}
	}
}

// sums is one balance computed in three ways.
type sums struct{ all, effective, stored debt.Cents }

// balances: all postings, the effective entries and the stored account say the same, and
// no component is below zero.
func (c *checker) balances(stored Account) {
	all := c.h.blank()
	for _, e := range c.h.Entries {
		for _, p := range e.Postings {
			all.post(p)
		}
	}
	effective := c.h.Account()
	compare := func(what string, of sums) {
		if of.all != of.effective || of.effective != of.stored {
			c.find("balance", "%s: %s by all postings, %s by effective entries, %s stored", what, of.all, of.effective, of.stored)
		}
		if of.stored < 0 || of.all < 0 {
			c.find("negative", "%s is %s", what, of.stored)
		}
	}
	if len(effective.Claims) != len(stored.Claims) || len(effective.Costs) != len(stored.Costs) {
		c.find("balance", "the account stored has other lines than the ledger")
		return
	}
	for i, k := range effective.Claims {
		compare("principal "+string(k.ID), sums{all.Claims[i].Open, k.Open, stored.Claims[i].Open})
		compare("interest "+string(k.ID), sums{all.Claims[i].Interest, k.Interest, stored.Claims[i].Interest})
		if k.AccruedTo != stored.Claims[i].AccruedTo {
			c.find("accrued", "claim %s: interest is booked up to %s, stored is %s", k.ID, k.AccruedTo, stored.Claims[i].AccruedTo)
		}
	}
	for i, k := range effective.Costs {
		compare("cost "+string(k.ID), sums{all.Costs[i].Open, k.Open, stored.Costs[i].Open})
	}
	compare("overpayment", sums{all.Overpaid, effective.Overpaid, stored.Overpaid})
	if effective.LastOn != stored.LastOn {
		c.find("last_value", "the last payment is of %s, stored is %s", effective.LastOn, stored.LastOn)
	}
}

// payments: one that counts has exactly one effective entry, which allocates all that is left
// of it;
// any other has none.
func (c *checker) payments() {
	settled := map[debt.ID][]Entry{}
	for _, e := range c.h.Effective() {
		if e.Kind == PaymentEntry {
			settled[e.PaymentID] = append(settled[e.PaymentID], e)
		}
	}
	for _, p := range c.h.Payments {
		entries := settled[p.ID]
		delete(settled, p.ID)
		counts := p.Counts()
		if counts != (len(entries) == 1) || len(entries) > 1 {
			c.find("payment_once", "payment %s is %s and has %d effective entries", p.ID, p.Status, len(entries))
			continue
		}
		var sum debt.Cents
		for _, e := range entries {
			for _, a := range e.Allocations() {
				sum += a.Amount
			}
		}
		if counts && sum != p.Net() {
			c.find("allocation", "payment %s of %s allocates %s", p.ID, p.Net(), sum)
		}
	}
	for id := range settled {
		c.find("payment_once", "an entry books payment %s, which does not exist", id)
	}
}

// interest: what was booked is what the law gives for the principal open at the time. It
// asks no statement: on the day of the last payment the base rate may not be known yet.
func (c *checker) interest() {
	periods := map[debt.ID][]InterestPeriod{}
	c.h.books().fold(func(e Entry, before Account) bool {
		if e.Kind == InterestRun {
			if err := bookedPeriods(before, e, periods); err != nil {
				c.find("interest", "entry %s: %v", e.ID, err)
			}
		}
		return true
	})
	for _, claim := range c.h.Claims {
		for _, p := range periods[claim.ID] {
			if computed := (debt.Interest{Segments: p.Segments}).Amount(); computed != p.Amount {
				c.find("interest", "claim %s, %s to %s: booked %s, computed %s", claim.ID, p.From, p.To, p.Amount, computed)
			}
		}
	}
}
