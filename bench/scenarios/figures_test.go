package scenarios_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/orders"
	"quitt/store/rails"
	"quitt/store/storetest"
	"quitt/store/tasks"
)

// state is everything two runs of a story must agree on: the ledger as storetest writes it,
// the name of the provider's account left out, and the figures.
func (r *run) state() string {
	r.t.Helper()
	_, text := storetest.State(r.t, r.house.store, r.creditor)
	return strings.ReplaceAll(text, r.account.Source(), "stripe") + "\n" + r.figures()
}

// figures says in one line where a story has ended. What is zero is left out, but what is
// open never.
func (r *run) figures() string {
	r.t.Helper()
	var parts []string
	sum := func(name string, c debt.Cents) {
		if c != 0 {
			parts = append(parts, name+" "+c.String())
		}
	}
	r.must(r.house.store.Read(ctx, r.creditor, func(t *store.Reader) error {
		f, err := t.LoadFile(r.caseID)
		if err != nil {
			return err
		}
		list, err := rails.AttemptsOf(t, r.caseID)
		if err != nil {
			return err
		}
		b := f.Balance()
		parts = append(parts, "open "+b.Total().String())
		sum("overpaid", b.Overpaid)
		var flight debt.Cents
		for _, a := range list {
			if a.Status == debt.PaymentInFlight {
				flight += a.Amount
			}
		}
		sum("in flight", flight)
		if f.Case.Stage == debt.StageClosed {
			parts = append(parts, "closed")
		}
		return nil
	}))
	for _, account := range []string{"fees", "clearing", "in_transit", "remitted"} {
		sum(account, r.accounts()[account])
	}
	if rest := slices.Concat(r.attempts(), r.around(), r.collections()); len(rest) > 0 {
		return strings.Join(parts, ", ") + "; " + strings.Join(rest, ", ")
	}
	return strings.Join(parts, ", ")
}

// accounts are the sums of the ledger's accounts, the bank's left out.
func (r *run) accounts() map[string]debt.Cents {
	r.t.Helper()
	_, text := storetest.State(r.t, r.house.store, r.creditor)
	out := map[string]debt.Cents{}
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < 3 || f[0] != "account" || f[2] == "bank" {
			continue
		}
		n, err := strconv.ParseInt(f[len(f)-1], 10, 64)
		r.must(err)
		out[f[1]] += debt.Cents(n)
	}
	return out
}

// attempts tells of each attempt, in the order in which they were started.
func (r *run) attempts() (list []string) {
	r.t.Helper()
	r.must(r.house.store.Read(ctx, r.creditor, func(t *store.Reader) error {
		all, err := rails.AttemptsOf(t, r.caseID)
		for _, a := range all {
			line := string(a.Method) + " " + a.Amount.String()
			if a.Kind == rail.Setup {
				line = "setup"
			}
			line += " " + string(a.Status)
			if a.Failure != "" && (a.Status == debt.PaymentFailed || a.Status == debt.PaymentCancelled) {
				line += " (" + a.Failure + ")"
			}
			list = append(list, line)
		}
		return err
	}))
	return list
}

// around tells of open tasks, refunds, cards and mandates.
func (r *run) around() (list []string) {
	r.t.Helper()
	r.must(r.house.store.Read(ctx, r.creditor, func(t *store.Reader) error {
		open, err := tasks.List(t, 100)
		if err != nil {
			return err
		}
		for _, k := range open {
			list = append(list, fmt.Sprintf("task %s %s", k.Kind, k.Amount))
		}
		all, err := rails.AttemptsOf(t, r.caseID)
		if err != nil {
			return err
		}
		for _, a := range all {
			refunds, err := rails.Refunds(t, a.ID)
			if err != nil {
				return err
			}
			for _, f := range refunds {
				list = append(list, fmt.Sprintf("refund %s %s", f.Amount, f.State))
			}
		}
		instruments, err := rails.Instruments(t, r.caseID)
		for _, i := range instruments {
			list = append(list, fmt.Sprintf("%s ••%s %s", i.Method, i.Last4, i.State))
		}
		return err
	}))
	slices.Sort(list)
	return list
}

// collections tells of the orders of the plan, by instalment and try.
func (r *run) collections() (list []string) {
	r.t.Helper()
	r.must(r.house.store.Read(ctx, r.creditor, func(t *store.Reader) error {
		all, err := orders.OfCase(t, r.caseID)
		for _, o := range all {
			i, _ := o.Instalment()
			line := fmt.Sprintf("instalment %d/%d %s", i.No, i.Try, o.State)
			if o.Reason != "" {
				line += " (" + o.Reason + ")"
			}
			list = append(list, line)
		}
		return err
	}))
	slices.Sort(list)
	return list
}

// shows checks the figures in the middle of a story, where it is told as it happens.
func (r *run) shows(want string) {
	r.t.Helper()
	if r.way.kind != asListed {
		return
	}
	if got := r.figures(); got != want {
		r.errorf("in between:\n got %s\nwant %s", got, want)
	}
}
