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
	Rests    Rests
	Claims   []debt.Claim
	Costs    []debt.Cost
	Payments []debt.Payment
	Entries  []Entry
}

// Effective gives the entries that count, neither corrected nor themselves a correction,
// by value day. On one value day things happen in the order in which they were first
// booked: a cost booked after a payment of its day is none that payment could settle, and
// a payment that is booked anew keeps its place.
func (h History) Effective() []Entry { return h.books().effective }

// books is a history put in order.
type books struct {
	History
	effective []Entry
	order     map[debt.ID]int // position of the first booking of a payment, claim or cost
}

func (h History) books() books {
	b := books{History: h, order: make(map[debt.ID]int, len(h.Entries))}
	corrected := make(map[debt.ID]bool)
	for i, e := range h.Entries {
		if e.Corrects != "" {
			corrected[e.Corrects] = true
		}
		for _, id := range []debt.ID{e.PaymentID, openedBy(e), e.ID} {
			if _, seen := b.order[id]; id != "" && !seen {
				b.order[id] = i
			}
		}
	}
	b.effective = make([]Entry, 0, len(h.Entries))
	for _, e := range h.Entries {
		if e.Corrects == "" && !corrected[e.ID] {
			b.effective = append(b.effective, e)
		}
	}
	slices.SortStableFunc(b.effective, func(x, y Entry) int {
		return cmp.Or(x.ValueOn.Compare(y.ValueOn), cmp.Compare(b.place(x), b.place(y)))
	})
	return b
}

// openedBy gives the line an entry opens, or "".
func openedBy(e Entry) debt.ID {
	if (e.Kind == ClaimOpened || e.Kind == CostAdded) && len(e.Postings) > 0 {
		return e.Postings[0].Line
	}
	return ""
}

// place is where an entry stands among those of its value day.
func (b books) place(e Entry) int {
	switch {
	case e.PaymentID != "":
		return b.order[e.PaymentID]
	case e.Kind == CreditEntry:
		return b.order[e.Postings[0].Line] // right after what opened the line
	}
	return b.order[e.ID]
}

// Account gives the account as booked.
func (h History) Account() Account { return h.books().account() }

func (b books) account() Account {
	return b.fold(func(Entry, Account) bool { return true })
}

// fold applies the effective entries that keep accepts; it sees the account before each.
func (b books) fold(keep func(Entry, Account) bool) Account {
	a := b.blank()
	for _, e := range b.effective {
		if !keep(e, a) {
			continue
		}
		if e.Kind == PaymentEntry {
			a.hidden = b.hidden(e.PaymentID, e.ValueOn)
		}
		a.apply(e)
	}
	a.hidden = nil
	return a
}

// blank is the account before its first entry: every line known, nothing open on it.
func (h History) blank() Account {
	a := Account{CaseID: h.CaseID, Settings: h.Settings, Rests: h.Rests}
	for _, c := range h.Claims {
		a.Claims = append(a.Claims, ClaimBalance{Claim: c})
	}
	for _, c := range h.Costs {
		a.Costs = append(a.Costs, CostBalance{Cost: c})
	}
	return a
}

// hidden gives the lines of a payment's value day that were booked after it. A payment
// that was never booked comes after everything.
func (b books) hidden(payment debt.ID, on debt.Date) map[debt.ID]bool {
	place, ok := b.order[payment]
	if !ok {
		return nil
	}
	var hidden map[debt.ID]bool
	hide := func(line debt.ID, booked debt.Date) {
		if booked == on && b.order[line] > place {
			if hidden == nil {
				hidden = map[debt.ID]bool{}
			}
			hidden[line] = true
		}
	}
	for _, c := range b.Claims {
		hide(c.ID, c.BookedOn)
	}
	for _, c := range b.Costs {
		hide(c.ID, c.BookedOn)
	}
	return hidden
}

// Insert books a payment on its value day, also when later payments were booked already:
// those are undone and booked anew on top of it. A payment that was
// reversed and came back after all returns to its old place. What is booked already is
// refused with key "booked_already".
func (h History) Insert(p debt.Payment, s Stamp) ([]Entry, Account, error) {
	b := h.books()
	if b.known(p) {
		return nil, b.account(), debt.E(debt.Conflict, "booked_already",
			debt.Args{"source": p.Source, "external_id": p.ExternalID})
	}
	live := b.live()
	at, _ := slices.BinarySearchFunc(live, p, b.comparePayments)
	a := b.before(live[at:])
	a.hidden = b.hidden(p.ID, p.ReceivedOn)
	entries, a, err := a.Settle(p, s)
	if err != nil {
		return nil, b.account(), err
	}
	if undone := b.reversal(p.ID); undone != "" {
		rename(entries, "reinstated", string(p.ID)+"/"+string(undone))
	}
	rerun, a, err := b.rerun(live[at:], a, rerunStamp{s, entries[0].ID})
	if err != nil {
		return nil, b.account(), err
	}
	return append(entries, rerun...), a, nil
}

// Reverse takes a payment back: its entries are undone exactly, on their own value day,
// and the payments after it are booked anew without it. The key is the reversal's own
// business key, for example the bank's return.
func (h History) Reverse(id debt.ID, key debt.Key, s Stamp) ([]Entry, Account, error) {
	at := slices.IndexFunc(h.Payments, func(p debt.Payment) bool { return p.ID == id })
	if at < 0 || !h.counts(id) {
		return nil, h.Account(), debt.E(debt.Forbidden, "payment_not_reversible", nil)
	}
	p := h.Payments[at]
	p.Returned = p.Amount
	return h.Adjust(p, key, s)
}

// Adjust books what is left of a payment after a refund or return, p.Net, in the place of
// what was booked of it: on its value day, with the payments after it booked anew. What came
// back after all is booked by it too. The key is the fact's own.
func (h History) Adjust(p debt.Payment, key debt.Key, s Stamp) ([]Entry, Account, error) {
	if key.Source == "" || key.ExternalID == "" {
		return nil, h.Account(), debt.E(debt.Invalid, "payment_key_missing", nil)
	}
	if !h.counts(p.ID) {
		if p.Net() == 0 {
			return nil, h.Account(), nil
		}
		return h.Insert(p, s)
	}
	b := h.books()
	live := b.live()
	at := slices.IndexFunc(live, func(q debt.Payment) bool { return q.ID == p.ID })
	entries := b.undo(p.ID, key, s)
	a := b.before(live[at:])
	if p.Net() > 0 {
		a.hidden = b.hidden(p.ID, p.ReceivedOn)
		fresh, next, err := a.Settle(p, s)
		if err != nil {
			return nil, b.account(), err
		}
		rename(fresh, "adjusted", string(p.ID)+"/"+string(entries[0].ID))
		entries, a = append(entries, fresh...), next
	}
	rerun, a, err := b.rerun(live[at+1:], a, rerunStamp{s, entries[0].ID})
	if err != nil {
		return nil, b.account(), err
	}
	return append(entries, rerun...), a, nil
}

// undo gives the entries that take back everything booked of a payment.
func (b books) undo(payment debt.ID, key debt.Key, s Stamp) (entries []Entry) {
	for _, e := range b.of(payment) {
		if e.Kind == PaymentEntry {
			r := s.counter(e, ReversalOf)
			r.Source, r.ExternalID = key.Source, key.ExternalID
			entries = append(entries, r)
		} else {
			entries = append(entries, s.counter(e, CounterOf))
		}
	}
	return entries
}

// counts reports whether a payment is booked and not undone.
func (h History) counts(payment debt.ID) bool {
	return slices.ContainsFunc(h.Effective(), func(e Entry) bool { return e.Kind == PaymentEntry && e.PaymentID == payment })
}

// rerunStamp names the entry that made the re-run necessary: a payment can be booked anew
// many times, but only once for the same reason.
type rerunStamp struct {
	Stamp
	because debt.ID
}

// rerun books payments anew on another account. A payment whose allocation comes out the
// same keeps its entries.
func (b books) rerun(payments []debt.Payment, a Account, s rerunStamp) ([]Entry, Account, error) {
	var entries []Entry
	for _, p := range payments {
		booked := b.of(p.ID)
		a.hidden = b.hidden(p.ID, p.ReceivedOn)
		fresh, next, err := a.Settle(p, s.Stamp)
		if err != nil {
			return nil, a, err
		}
		if !samePostings(booked, fresh) {
			for _, e := range booked {
				entries = append(entries, s.counter(e, CounterOf))
			}
			rename(fresh, "rerun", string(p.ID)+"/"+string(s.because))
			entries = append(entries, fresh...)
		}
		a = next
	}
	a.hidden = nil
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
	return slices.ContainsFunc(h.books().live(), func(p debt.Payment) bool { return p.ID != but })
}

// rename gives entries a business key of their own; their kind tells them apart.
func rename(entries []Entry, source, externalID string) {
	for i := range entries {
		entries[i].Source, entries[i].ExternalID = source, externalID
	}
}

// known reports whether the payment counts already, or another one has its business key.
func (b books) known(p debt.Payment) bool {
	for _, e := range b.effective {
		if e.Kind == PaymentEntry && e.PaymentID == p.ID {
			return true
		}
	}
	return slices.ContainsFunc(b.Entries, func(e Entry) bool {
		return e.Kind == PaymentEntry && e.PaymentID != p.ID && e.Source == p.Source && e.ExternalID == p.ExternalID
	})
}

// reversal gives the last reversal of a payment, "" for none.
func (b books) reversal(payment debt.ID) (id debt.ID) {
	for _, e := range b.Entries {
		if e.Kind == ReversalOf && e.PaymentID == payment {
			id = e.ID
		}
	}
	return id
}

// live lists the payments that count, in the order in which they take effect.
func (b books) live() []debt.Payment {
	booked := map[debt.ID]bool{}
	for _, e := range b.effective {
		if e.Kind == PaymentEntry {
			booked[e.PaymentID] = true
		}
	}
	live := make([]debt.Payment, 0, len(booked))
	for _, p := range b.Payments {
		if booked[p.ID] {
			live = append(live, p)
		}
	}
	slices.SortFunc(live, b.comparePayments)
	return live
}

// comparePayments orders by value day, then by first booking; a new payment is the last
// of its day.
func (b books) comparePayments(p, q debt.Payment) int {
	return cmp.Or(p.ReceivedOn.Compare(q.ReceivedOn), cmp.Compare(b.paymentPlace(p.ID), b.paymentPlace(q.ID)))
}

func (b books) paymentPlace(id debt.ID) int {
	if place, ok := b.order[id]; ok {
		return place
	}
	return len(b.Entries)
}

// before gives the account as booked without some payments.
func (b books) before(later []debt.Payment) Account {
	left := make(map[debt.ID]bool, len(later))
	for _, p := range later {
		left[p.ID] = true
	}
	return b.fold(func(e Entry, _ Account) bool { return e.PaymentID == "" || !left[e.PaymentID] })
}

// of gives the effective entries of one payment.
func (b books) of(payment debt.ID) []Entry {
	var entries []Entry
	for _, e := range b.effective {
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
