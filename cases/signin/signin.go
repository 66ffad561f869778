// Package signin is the way in: it issues the secrets of a letter, opens visits with them
// and ends both.
package signin

import (
	"context"
	"fmt"
	"time"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/authority"
	"quitt/debt/ledger"
	"quitt/store"
	"quitt/store/grants"
)

// Desk works on grants and visits. All of its fields are needed: New fills them.
type Desk struct {
	Store   *store.Store
	Now     func() time.Time
	Hasher  *Hasher
	Peppers Peppers
	// Texts says that text messages go out: then a one-time code may go to a telephone
	// where no e-mail can be used.
	Texts bool
}

// New makes a Desk with the default Hasher. Desks of one process share it by copying the
// Desk.
func New(s *store.Store, now func() time.Time, peppers Peppers) Desk {
	return Desk{Store: s, Now: now, Hasher: NewHasher(1, defaultQueue), Peppers: peppers}
}

// Check is the second datum as a visitor typed it.
type Check struct {
	Kind  access.CheckKind
	Value debt.Personal // a birth date as 2026-11-22 or 22.11.2026
}

// Attempt is one submit of the entry form. Token wins over Code.
type Attempt struct {
	Token, Code string `json:"-"`
	Check       Check
}

// Format keeps the secrets out of logs under every verb.
func (a Attempt) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "attempt with %s", a.Check.Kind) }

// Visit is what a session may see.
type Visit struct {
	CreditorID debt.ID
	CaseID     debt.ID
	GrantID    debt.ID
	Tier       access.Tier
	Words      string    // the letter's check words, shown after entry
	LastAccess time.Time // of the visit before this one; zero for the first
	EndsAt     time.Time // absolute end
	// Raises lists the checks that would open everything, none at FullView.
	Raises []access.CheckKind
	// Minor says the debtor is under 18: the page speaks to the parents (BGB §§ 104–108).
	Minor bool
	// Acting is who acts for the debtor; the zero value in every visit with a letter.
	Acting authority.Acting
}

// Opened is a new session. Cookie is the secret of 256 bits; only its hash is stored.
type Opened struct {
	Cookie string `json:"-"`
	Visit
}

// Format keeps the cookie out of logs under every verb.
func (o Opened) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "opened %s", o.Tier) }

// refused is the one answer to an unknown secret, a wrong check, a pause and a lock.
func refused() error { return debt.E(debt.Forbidden, "access_refused", nil) }

// show notes on a session what its pages will show of grant and debtor.
func (w *work) show(s *access.Session) {
	s.Words, s.Raises = w.grant.Words, nil
	s.Minor = access.Minor(w.debtor, debt.DateIn(w.stamp.At, debt.Berlin))
	if s.Tier != access.FullView {
		s.Raises = w.raises()
	}
}

// raises lists the checks that would open everything.
func (w *work) raises() []access.CheckKind {
	list := access.Raises(w.debtor)
	if len(list) == 0 && w.texts && access.Textable(w.debtor) {
		list = []access.CheckKind{access.CheckOneTime}
	}
	return list
}

// visit tells what a session shows.
func visit(s access.Session) Visit {
	return Visit{CreditorID: s.CreditorID, CaseID: s.CaseID, GrantID: s.GrantID, Tier: s.Tier, Words: s.Words,
		LastAccess: s.PreviousAt, EndsAt: s.EndsAt(), Minor: s.Minor, Raises: s.Raises}
}

// work is one transaction on a grant: the case and the grant are locked, in this order by
// everybody, and the events are booked at its end.
type work struct {
	*store.Tx
	stamp  ledger.Stamp
	file   *store.File
	grant  grants.Record
	debtor debt.Debtor
	by     debt.Actor
	events []debt.Event
	texts  bool
}

// place is a grant and its case.
type place struct {
	creditor, caseID, grant debt.ID
}

// at runs work on a grant; what it returns undoes everything, so an outcome that is to be
// stored is kept elsewhere. work may run more than once.
func (d Desk) at(ctx context.Context, p place, do func(w *work) error) error {
	stamp := ledger.Stamp{At: d.Now(), NewID: store.NewID}
	return d.Store.Write(ctx, p.creditor, func(t *store.Tx) (err error) {
		w := &work{Tx: t, stamp: stamp, by: debt.Actor{Kind: "debtor"}, texts: d.Texts}
		if w.file, err = t.LockOne(p.caseID); err != nil {
			return err
		}
		if w.grant, err = grants.Lock(t, p.grant); err != nil {
			return err
		}
		if w.debtor, err = t.LoadDebtor(w.file.Case.DebtorID); err != nil {
			return err
		}
		w.by.ID = w.debtor.ID
		if err := do(w); err != nil {
			return err
		}
		return w.book()
	})
}

// note adds events of the case to what will be booked.
func (w *work) note(events ...debt.Event) {
	for _, e := range events {
		e.ID, e.At, e.Actor = w.stamp.NewID(), w.stamp.At, w.by
		w.events = append(w.events, e)
	}
}

// tell notes one event of the case.
func (w *work) tell(t debt.EventType, data debt.Args) { w.note(w.file.Case.EventOf(t, data)) }

func (w *work) book() error {
	if len(w.events) == 0 {
		return nil
	}
	return w.Book(store.Booking{File: w.file, Events: w.events})
}
