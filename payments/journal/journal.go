// Package journal hands the money of a period on to whoever keeps the creditor's own books, as
// bookings for DATEV. Claims and interest are not in it: they become his when they are paid, and
// how he books them is his adviser's to say.
package journal

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"quitt/bank"
	"quitt/bank/datev"
	"quitt/bank/statement"
	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/journal"
)

// Chart says which account stands for what.
type Chart struct {
	Bank     string // at a bank
	Provider string // with a payment provider, until it is paid out
	Client   string // money of others (Fremdgeld): what was collected and is to be paid out
	Open     string // money that belongs to no case yet
	Fees     string // of banks and providers
}

// SKR03 is a proposal for the first of DATEV's charts.
var SKR03 = Chart{Bank: "1200", Provider: "1360", Client: "1592", Open: "1590", Fees: "4970"}

// of gives the account of a posting. What a case owes and what has reached the creditor are two
// sides of the same money of others.
func (c Chart) of(p ledger.Posting) string {
	switch p.Account {
	case debt.ClearingAccount:
		if p.Provider == rail.Bank || strings.HasPrefix(p.Provider, rail.Bank+":") {
			return c.Bank
		}
		return c.Provider
	case debt.FeesAccount:
		return c.Fees
	case debt.InTransitAccount:
		return c.Open
	}
	return c.Client
}

// Order says what is asked for.
type Order struct {
	Batch datev.Batch
	Chart Chart
	Names map[ledger.EntryKind]string // what a booking is called
}

// Desk writes journals.
type Desk struct{ Store *store.Store }

// Sums says what was written.
type Sums struct {
	Rows    int        `json:"rows"`
	In      debt.Cents `json:"in_cents"`  // on the accounts of money
	Out     debt.Cents `json:"out_cents"` // off them
	Entries int        `json:"entries"`
}

// atOnce bounds a page of entries. No index leads to days, which would cost every payment: few pages
// are better than small ones.
const atOnce = 10_000

// Write writes the bookings of the batch's days. It refuses with Invalid "datev_head" or
// "datev_row", whose field says what no program would take.
func (d Desk) Write(ctx context.Context, creditor debt.ID, w io.Writer, o Order) (s Sums, err error) {
	from, err := debt.ParseDate(string(o.Batch.From))
	if err != nil {
		return s, err
	}
	to, err := debt.ParseDate(string(o.Batch.To))
	if err != nil {
		return s, err
	}
	out, err := datev.NewWriter(w, o.Batch)
	if err != nil {
		return s, refused(err)
	}
	for after := (journal.Entry{On: from}); ; {
		var page []journal.Entry
		err := d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
			page, err = journal.Money(r, after, to, atOnce)
			return err
		})
		if err != nil || len(page) == 0 {
			return s, err
		}
		for _, e := range page {
			for _, row := range o.rows(e) {
				if err := out.Write(row); err != nil {
					return s, refused(err)
				}
				s.Rows++
			}
			s.count(e)
		}
		after = page[len(page)-1]
	}
}

func (s *Sums) count(e journal.Entry) {
	s.Entries++
	for _, p := range e.Postings {
		if p.Account == debt.ClearingAccount {
			s.In += max(p.Amount, 0)
			s.Out += max(-p.Amount, 0)
		}
	}
}

func refused(err error) error {
	var f *bank.FormatError
	if errors.As(err, &f) {
		return debt.E(debt.Invalid, f.Key, debt.Args{"field": f.Args["field"]})
	}
	return err
}

// share is what one account of the chart has of an entry.
type share struct {
	account string
	amount  debt.Cents
}

// rows gives an entry as bookings of one account against another. What counters an entry has its
// sides and the mark of a correction, so that turnover does not grow (Generalumkehr).
func (o Order) rows(e journal.Entry) (list []datev.Row) {
	counter, sums := e.Kind == ledger.CounterOf, map[string]debt.Cents{}
	for _, p := range e.Postings {
		if counter {
			p.Amount = -p.Amount
		}
		sums[o.Chart.of(p)] += p.Amount
	}
	var debits, credits []share
	for account, amount := range sums {
		if amount > 0 {
			debits = append(debits, share{account, amount})
		}
		if amount < 0 {
			credits = append(credits, share{account, -amount})
		}
	}
	byAccount := func(a, b share) int { return cmp.Compare(a.account, b.account) }
	slices.SortFunc(debits, byAccount)
	slices.SortFunc(credits, byAccount)
	for len(debits) > 0 && len(credits) > 0 {
		d, c := &debits[0], &credits[0]
		n := min(d.amount, c.amount)
		list = append(list, datev.Row{Cents: int64(n), Side: datev.Debit, Account: d.account, Contra: c.account, On: statement.Date(e.On.String()),
			Document: document(e), Text: strings.TrimSpace(cmp.Or(o.Names[e.Kind], string(e.Kind)) + " " + e.File), Reversal: counter})
		if d.amount -= n; d.amount == 0 {
			debits = debits[1:]
		}
		if c.amount -= n; c.amount == 0 {
			credits = credits[1:]
		}
	}
	return list
}

// mostDocument is what DATEV takes of the name of a document.
const mostDocument = 36

// document names where a booking comes from: the case, the transfer, or the entry, by which it is
// found again in Quitt.
func document(e journal.Entry) string {
	switch {
	case e.File != "":
		return cut(e.File)
	case e.Kind == ledger.RemittanceEntry || e.Kind == ledger.AgreedFee:
		return cut(e.ExternalID)
	}
	return string(e.ID)
}

func cut(s string) string { return s[:min(len(s), mostDocument)] }
