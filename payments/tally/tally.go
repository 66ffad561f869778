// Package tally compares a provider's account with ours, movement by movement: what a day of it
// adds up to here, and where the two disagree.
package tally

import (
	"quitt/debt"
	"quitt/debt/rail"
	"quitt/store/rails"
)

// Difference is one line on which the provider's account and ours disagree. Case and Payment
// are empty where the line belongs to none.
type Difference struct {
	Kind        string     `json:"kind"` // missing_here, missing_there, amount, fee, currency, suspended, in_flight
	Transaction string     `json:"transaction"`
	Case        debt.ID    `json:"case,omitempty"`
	Payment     debt.ID    `json:"payment,omitempty"`
	Provider    debt.Cents `json:"provider_cents"`
	Here        debt.Cents `json:"here_cents"`
}

// Explained reports whether the difference is one that is known of already: suspended money is
// in the ledger, under nobody's name; a direct debit that has not arrived may stand in the
// provider's account before it is ours, and once more when it failed.
func (d Difference) Explained() bool { return d.Kind == "suspended" || d.Kind == "in_flight" }

// Line is what one transaction adds up to here.
type Line struct {
	Amount, Fee debt.Cents
	Move        rails.Move
	Suspended   bool
	Seen        bool // the provider has it too
}

// Add puts a movement of ours to the line of its transaction.
func Add(lines map[string]*Line, m rails.Move) {
	l := lines[m.Transaction]
	if l == nil {
		l = &Line{}
		lines[m.Transaction] = l
	}
	switch m.Kind {
	case rail.Fee:
		l.Fee += m.Amount
		return
	case rails.PayoutMove:
		l.Amount -= m.Amount
	case rails.PayoutFailedMove, rails.OtherMove:
		l.Amount += m.Amount
	default:
		l.Amount += m.Kind.Sign() * m.Amount
	}
	l.Move, l.Suspended = m, l.Suspended || m.State == rails.Suspended
}

// Compare names what disagrees about one movement; l is nil if it is not known here.
func (l *Line) Compare(m rail.Movement) (list []Difference) {
	switch {
	case l == nil && m.Amount == 0 && m.Fee == 0:
	case l == nil:
		return []Difference{{Kind: "missing_here", Transaction: m.Transaction, Provider: m.Amount - m.Fee}}
	case m.Currency != "EUR":
		l.Seen = true
		list = append(list, l.Difference("currency", m.Transaction, m.Amount, 0))
	default:
		l.Seen = true
		if l.Amount != m.Amount {
			list = append(list, l.Difference("amount", m.Transaction, m.Amount, l.Amount))
		}
		if l.Fee != m.Fee {
			list = append(list, l.Difference("fee", m.Transaction, m.Fee, l.Fee))
		}
		if l.Suspended {
			list = append(list, l.Difference("suspended", m.Transaction, m.Amount, l.Amount))
		}
	}
	return list
}

// Difference words what disagrees about the line.
func (l *Line) Difference(kind, transaction string, provider, here debt.Cents) Difference {
	return Difference{Kind: kind, Transaction: transaction, Case: l.Move.CaseID, Payment: l.Move.PaymentID, Provider: provider, Here: here}
}
