// Package contacts is how a debtor changes where and how he is reached: the address at once, an
// e-mail or telephone number once the code that was sent there is typed, and what he prefers.
package contacts

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/contacts"
	"quitt/store/outbox"
	"quitt/store/tasks"
)

// Desk changes how debtors are reached.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
	// Keys are those under which one-time codes are remembered, the newest first; they are
	// for nothing else, so that a code of another purpose proves nothing here.
	Keys [][]byte
	// Texts says that text messages go out: without, no telephone number can be confirmed.
	Texts bool
}

// Who changes something, in a visit to a case.
type Who struct {
	CreditorID, CaseID debt.ID
	By                 debt.Actor
	Language           string // of the page: that of the mails about the change
}

// source is the side that says so.
func (w Who) source() string {
	if w.By.Kind == bySide {
		return bySide
	}
	return source
}

// The sentences of the mails; the outbox names the body.
const (
	// CodeBody goes to the address that is to be confirmed, NoticeBody to the one known before.
	CodeBody   = "mail_contact_code"
	NoticeBody = "mail_contact_changed"
)

// TaskAddress is what a clerk has to look at: letters go to an address the debtor has given.
const TaskAddress tasks.Kind = "address_changed"

// source of what the debtor's side says.
const (
	source     = "debtor"
	bySide     = "creditor" // who corrects, in the place of source
	noticeLife = 7 * 24 * time.Hour
)

// act is one change under the locks of all cases about a person.
type act struct {
	*store.Tx

	desk   Desk
	who    Who
	now    time.Time
	files  []*store.File
	debtor debt.Debtor
}

// on does something in one transaction; whatever do changes of the debtor is stored.
func (d Desk) on(ctx context.Context, w Who, do func(*act) (debt.Args, error)) error {
	now := d.Now()
	return d.Store.Write(ctx, w.CreditorID, func(t *store.Tx) error {
		ids, err := contacts.Cases(&t.Reader, w.CaseID)
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			return debt.E(debt.NotFound, "case_unknown", nil)
		}
		files, err := t.Lock(ids...)
		if err != nil {
			return err
		}
		a := &act{Tx: t, desk: d, who: w, now: now, files: files}
		if a.debtor, err = t.LoadDebtor(files[0].Case.DebtorID); err != nil {
			return err
		}
		was := a.debtor
		data, err := do(a)
		if err != nil || data == nil {
			return err
		}
		if a.debtor != was {
			if err := contacts.SaveDebtor(t, w.CaseID, a.debtor); err != nil {
				return err
			}
		}
		return a.tell(data)
	})
}

// tell books that something has changed, without what: on every case about the person, for
// the pages of each show it.
func (a *act) tell(data debt.Args) error {
	bookings := make([]store.Booking, len(a.files))
	for i, f := range a.files {
		e := f.Case.EventOf(debt.ContactChanged, data)
		e.ID, e.At, e.Actor = store.NewID(), a.now, a.who.By
		bookings[i] = store.Booking{File: f, Events: []debt.Event{e}}
	}
	return a.Book(bookings...)
}

// keep keeps a change that is done.
func (a *act) keep(kind contacts.Kind, before, after debt.Personal) (debt.ID, error) {
	c := a.change(kind, before, after)
	c.State, c.EndedAt = contacts.Applied, a.now
	return c.ID, contacts.Add(a.Tx, c)
}

func (a *act) change(kind contacts.Kind, before, after debt.Personal) contacts.Change {
	return contacts.Change{ID: store.NewID(), CaseID: a.who.CaseID, DebtorID: a.debtor.ID, Kind: kind, Old: before, New: after, Source: a.who.source(),
		ValidFrom: debt.DateIn(a.now, debt.Berlin), State: contacts.Waiting, At: a.now}
}

// warn tells the address known before that something has changed: whoever did it, its owner
// learns of it.
func (a *act) warn(to debt.Debtor, change debt.ID) error {
	if to.EmailStopped != debt.Reachable || !strings.Contains(to.Email.Reveal(), "@") {
		return nil
	}
	return outbox.Add(a.Tx, outbox.Mail{CaseID: a.who.CaseID, Key: string(change) + "/" + NoticeBody, Recipient: to.Email, Template: NoticeBody,
		Language: a.who.Language, ExpiresAt: a.now.Add(noticeLife)}, a.now)
}

// Address is where somebody lives, in Germany: letters elsewhere are a clerk's work.
type Address struct {
	Street, Postcode, City debt.Personal
}

const mostAddress = 60 // characters of a line: it has to fit the window of an envelope

// checked gives the address without needless blanks. Invalid "contact_address_incomplete",
// "contact_postcode", "contact_address_long".
func (x Address) checked() (Address, error) {
	clean := func(p debt.Personal) string { return strings.Join(strings.Fields(p.Reveal()), " ") }
	street, postcode, city := clean(x.Street), strings.ReplaceAll(clean(x.Postcode), " ", ""), clean(x.City)
	switch {
	case street == "" || city == "":
		return x, debt.E(debt.Invalid, "contact_address_incomplete", nil)
	case len(postcode) != 5 || strings.Trim(postcode, "0123456789") != "":
		return x, debt.E(debt.Invalid, "contact_postcode", nil)
	case long(street) || long(city):
		return x, debt.E(debt.Invalid, "contact_address_long", debt.Args{"most": mostAddress})
	}
	return Address{debt.Personal(street), debt.Personal(postcode), debt.Personal(city)}, nil
}

func long(s string) bool { return len([]rune(s)) > mostAddress }

// kept is an address as a change keeps it.
type kept struct {
	Street   string `json:"street"`
	Postcode string `json:"postcode"`
	City     string `json:"city"`
	Country  string `json:"country"`
}

func written(d debt.Debtor) (debt.Personal, error) {
	b, err := json.Marshal(kept{d.Street.Reveal(), d.Postcode.Reveal(), d.City.Reveal(), d.Country})
	return debt.Personal(b), err
}

// Move changes the address at once: letters go there from now on. The old one is kept, the
// known e-mail is told, and a clerk looks at it. The same address again changes nothing.
func (d Desk) Move(ctx context.Context, w Who, to Address) error {
	to, err := to.checked()
	if err != nil {
		return err
	}
	return d.on(ctx, w, func(a *act) (debt.Args, error) {
		was := a.debtor
		id, err := a.move(to, source)
		if err != nil || id == "" {
			return nil, err
		}
		if err := a.warn(was, id); err != nil {
			return nil, err
		}
		task := tasks.Task{ID: store.NewID(), Kind: TaskAddress, Subject: string(id), CaseID: a.who.CaseID, Reason: source, OpenedAt: a.now}
		return debt.Args{"kind": string(contacts.Address), "source": source}, tasks.Open(a.Tx, task)
	})
}

// move changes the address and keeps the old one; it gives "" if it is the same.
func (a *act) move(to Address, from string) (debt.ID, error) {
	was := a.debtor
	if was.Street == to.Street && was.Postcode == to.Postcode && was.City == to.City && was.AddressStopped == debt.Reachable {
		return "", nil
	}
	x := &a.debtor
	x.Street, x.Postcode, x.City, x.Country = to.Street, to.Postcode, to.City, "DE"
	// In which state it lies nobody has said: deadlines count the holidays of all.
	x.State, x.AddressSource, x.AddressStopped = "", from, debt.Reachable
	before, err := written(was)
	if err != nil {
		return "", err
	}
	after, err := written(a.debtor)
	if err != nil {
		return "", err
	}
	return a.keep(contacts.Address, before, after)
}

// Checked ends the task of a change: a clerk has looked at it. NotFound
// "contact_change_unknown".
func (d Desk) Checked(ctx context.Context, creditor, change debt.ID) error {
	return d.Store.Write(ctx, creditor, func(t *store.Tx) error {
		c, err := contacts.Load(&t.Reader, change)
		if err != nil {
			return err
		}
		return tasks.End(t, tasks.Task{Kind: TaskAddress, Subject: string(c.ID)}, "confirmed", d.Now())
	})
}
