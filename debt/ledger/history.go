package ledger

import (
	"cmp"
	"slices"

	"quitt/debt"
)

// History is everything booked on one case, in booking order. It answers what the account
// was or would be when a payment is inserted in the past or taken out of it.
type History struct {
	CaseID   debt.ID
	Settings debt.Settings
	Claims   []debt.Claim
	Costs    []debt.Cost
	Payments []debt.Payment
	Entries  []Entry
}

// Effective gives the entries that count: neither corrected nor themselves a correction.
func (h History) Effective() []Entry {
	corrected := map[debt.ID]bool{}
	for _, e := range h.Entries {
		if e.Corrects != "" {
			corrected[e.Corrects] = true
		}
	}
	var effective []Entry
	for _, e := range h.Entries {
		if e.Corrects == "" && !corrected[e.ID] {
			effective = append(effective, e)
		}
	}
	return effective
}

// Account gives the account as booked.
func (h History) Account() Account {
	a := h.blank()
	a.apply(h.Effective()...)
	return a
}

// blank is the account before its first entry: every line known, nothing open on it.
func (h History) blank() Account {
	a := Account{CaseID: h.CaseID, Settings: h.Settings}
	for _, c := range h.Claims {
		a.Claims = append(a.Claims, ClaimBalance{Claim: c})
	}
	for _, c := range h.Costs {
		a.Costs = append(a.Costs, CostBalance{Cost: c})
	}
	return a
}

// Insert books a payment on its value day, also when later payments were booked already:
// those are undone and booked anew on top of it (law.md section 2).
func (h History) Insert(p debt.Payment, s Stamp) ([]Entry, Account, error) {
	live := h.live()
	at, _ := slices.BinarySearchFunc(live, p, comparePayments)
	entries, a, err := h.before(live, at).Settle(p, s)
	if err != nil {
		return nil, h.Account(), err
	}
	rerun, a, err := h.rerun(live[at:], a, rerunStamp{s, p.ID})
	if err != nil {
		return nil, h.Account(), err
	}
	return append(entries, rerun...), a, nil
}

// Reverse takes a payment back: its entries are undone exactly, on their own value day,
// and the payments after it are booked anew without it. source and externalID are the
// reversal's business key, for example the bank's return.
func (h History) Reverse(id debt.ID, key debt.Key, s Stamp) ([]Entry, Account, error) {
	live := h.live()
	at := slices.IndexFunc(live, func(p debt.Payment) bool { return p.ID == id })
	if at < 0 {
		return nil, h.Account(), debt.E(debt.Forbidden, "payment_not_reversible", nil)
	}
	var entries []Entry
	for _, e := range h.of(id) {
		if e.Kind == PaymentEntry {
			r := s.counter(e, ReversalOf)
			r.Source, r.ExternalID = key.Source, key.ExternalID
			entries = append(entries, r)
		} else {
			entries = append(entries, s.counter(e, CounterOf))
		}
	}
	rerun, a, err := h.rerun(live[at+1:], h.before(live, at), rerunStamp{s, entries[0].ID})
	if err != nil {
		return nil, h.Account(), err
	}
	return append(entries, rerun...), a, nil
}

type rerunStamp struct {
	Stamp
	because debt.ID // the payment or reversal that made the re-run necessary
}

// rerun books payments anew on another account. A payment whose allocation comes out the
// same keeps its entries.
func (h History) rerun(payments []debt.Payment, a Account, s rerunStamp) ([]Entry, Account, error) {
	var entries []Entry
	for _, p := range payments {
		booked := h.of(p.ID)
		fresh, next, err := a.Settle(p, s.Stamp)
		if err != nil {
			return nil, a, err
		}
		if !samePostings(booked, fresh) {
			for _, e := range booked {
				entries = append(entries, s.counter(e, CounterOf))
			}
			for i := range fresh {
				fresh[i].Source = "rerun"
				fresh[i].ExternalID = string(p.ID) + "/" + string(s.because)
			}
			entries = append(entries, fresh...)
		}
		a = next
	}
	return entries, a, nil
}

// Reversed reports whether the payment was taken back under this business key.
func (h History) Reversed(id debt.ID, key debt.Key) bool {
	return slices.ContainsFunc(h.Entries, func(e Entry) bool {
		return e.Kind == ReversalOf && e.PaymentID == id && e.Source == key.Source && e.ExternalID == key.ExternalID
	})
}

// AnyPaid reports whether a payment other than this one counts.
func (h History) AnyPaid(but debt.ID) bool {
	return slices.ContainsFunc(h.live(), func(p debt.Payment) bool { return p.ID != but })
}

// live lists the payments that count, in the order in which they were received.
func (h History) live() []debt.Payment {
	booked := map[debt.ID]bool{}
	for _, e := range h.Effective() {
		if e.Kind == PaymentEntry {
			booked[e.PaymentID] = true
		}
	}
	var live []debt.Payment
	for _, p := range h.Payments {
		if booked[p.ID] {
			live = append(live, p)
		}
	}
	slices.SortFunc(live, comparePayments)
	return live
}

func comparePayments(p, q debt.Payment) int {
	return cmp.Or(p.ReceivedOn.Compare(q.ReceivedOn), p.BookedAt.Compare(q.BookedAt), cmp.Compare(p.ID, q.ID))
}

// before gives the account as booked without the payments from index at on.
func (h History) before(live []debt.Payment, at int) Account {
	later := map[debt.ID]bool{}
	for _, p := range live[at:] {
		later[p.ID] = true
	}
	a := h.blank()
	for _, e := range h.Effective() {
		if e.PaymentID == "" || !later[e.PaymentID] {
			a.apply(e)
		}
	}
	return a
}

// of gives the effective entries of one payment.
func (h History) of(payment debt.ID) []Entry {
	var entries []Entry
	for _, e := range h.Effective() {
		if e.PaymentID == payment {
			entries = append(entries, e)
		}
	}
	return entries
}

func samePostings(a, b []Entry) bool {
	return slices.EqualFunc(a, b, func(x, y Entry) bool {
		return x.Kind == y.Kind && slices.Equal(x.Postings, y.Postings)
	})
}
