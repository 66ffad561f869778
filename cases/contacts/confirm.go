package contacts

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"math/big"
	"net/mail"
	"strings"
	"time"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/store"
	"quitt/store/contacts"
	"quitt/store/outbox"
)

// Ask sends a code of six digits to a new e-mail or telephone number; it counts once the code
// is typed. Invalid "contact_email_invalid" or "contact_phone_invalid" for what is none, Forbidden
// "one_time_too_many" after three codes within an hour, Unavailable "contact_no_texts".
func (d Desk) Ask(ctx context.Context, w Who, kind contacts.Kind, to debt.Personal) error {
	to, err := d.reachable(kind, to)
	if err != nil {
		return err
	}
	if len(d.Keys) == 0 {
		return debt.E(debt.Unavailable, "pepper_missing", nil)
	}
	return d.on(ctx, w, func(a *act) (debt.Args, error) {
		sent, err := contacts.SentSince(&a.Reader, w.CaseID, a.now.Add(-access.OneTimeWindow))
		if err != nil {
			return nil, err
		}
		if sent >= access.OneTimeSends {
			return nil, debt.E(debt.Forbidden, "one_time_too_many", nil)
		}
		if err := a.end(kind); err != nil {
			return nil, err
		}
		return nil, a.send(kind, to)
	})
}

// reachable checks an address as far as one can without writing to it.
func (d Desk) reachable(kind contacts.Kind, to debt.Personal) (debt.Personal, error) {
	text := strings.TrimSpace(to.Reveal())
	switch kind {
	case contacts.Email:
		found, err := mail.ParseAddress(text)
		if err != nil || found.Address != text || len(text) > 254 || !strings.Contains(text[strings.LastIndex(text, "@"):], ".") {
			return "", debt.E(debt.Invalid, "contact_email_invalid", nil)
		}
		return debt.Personal(text), nil
	case contacts.Phone:
		if !d.Texts {
			return "", debt.E(debt.Unavailable, "contact_no_texts", nil)
		}
		return number(text)
	}
	return "", debt.E(debt.Invalid, "contact_kind_unknown", nil)
}

// number leaves out what people write between digits.
func number(text string) (debt.Personal, error) {
	plain := strings.NewReplacer(" ", "", "-", "", "/", "", "(", "", ")", "", ".", "").Replace(text)
	digits := strings.TrimPrefix(plain, "+")
	if len(digits) < 7 || len(digits) > 15 || strings.Trim(digits, "0123456789") != "" {
		return "", debt.E(debt.Invalid, "contact_phone_invalid", nil)
	}
	return debt.Personal(plain), nil
}

// end makes a code that is under way for the same thing void.
func (a *act) end(kind contacts.Kind) error {
	c, found, err := a.waiting(kind)
	if err != nil || !found {
		return err
	}
	c.State, c.EndedAt, c.CodeHash = contacts.Expired, a.now, ""
	return contacts.Save(a.Tx, c)
}

func (a *act) waiting(kind contacts.Kind) (c contacts.Change, found bool, err error) {
	list, err := contacts.OfCase(&a.Reader, a.who.CaseID)
	for _, x := range list {
		if x.Kind == kind && x.State == contacts.Waiting {
			c, found = x, true
		}
	}
	return c, found, err
}

func (a *act) send(kind contacts.Kind, to debt.Personal) error {
	n, err := rand.Int(rand.Reader, big.NewInt(access.OneTimeCodes))
	if err != nil {
		return err
	}
	code := access.WriteOneTime(n.Int64())
	c := a.change(kind, "", to)
	c.CodeHash, c.Pepper = mac(a.desk.Keys[0], c, code), 1
	if err := contacts.Add(a.Tx, c); err != nil {
		return err
	}
	m := outbox.Mail{CaseID: c.CaseID, Recipient: to, Template: CodeBody, Args: map[string]string{"code": code},
		Language: a.who.Language, ExpiresAt: once(c).ExpiresAt()}
	if kind == contacts.Phone {
		m.Channel = outbox.SMS
	}
	return outbox.Add(a.Tx, m, a.now)
}

// once is the code of a change, with the limits of all one-time codes.
func once(c contacts.Change) access.OneTime {
	return access.OneTime{ID: c.ID, SentAt: c.At, Tries: c.Tries}
}

// mac binds a code to the row it belongs to and to what it confirms.
func mac(key []byte, c contacts.Change, code string) string {
	h := hmac.New(sha256.New, key)
	_, _ = io.WriteString(h, string(c.Kind)+":"+string(c.ID)+":"+code)
	return hex.EncodeToString(h.Sum(nil))
}

// proves tries every key: a code may have been sent before the newest one came.
func (d Desk) proves(c contacts.Change, code string) (right bool) {
	for _, key := range d.Keys {
		right = hmac.Equal([]byte(c.CodeHash), []byte(mac(key, c, code))) || right
	}
	return right
}

// Confirm puts a new e-mail or telephone number into force. Invalid "one_time_invalid" for what
// has not six digits, Expired "one_time_expired" if no sent code can be used any more, Forbidden
// "contact_code_wrong" for a wrong one, which is counted.
func (d Desk) Confirm(ctx context.Context, w Who, kind contacts.Kind, typed string) error {
	code, ok := access.ReadOneTime(typed)
	if !ok {
		return debt.E(debt.Invalid, "one_time_invalid", nil)
	}
	var refused error // kept outside: what undoes the transaction would undo the count as well
	err := d.on(ctx, w, func(a *act) (data debt.Args, err error) {
		refused = nil
		c, found, err := a.waiting(kind)
		if err != nil {
			return nil, err
		}
		o := once(c)
		if !found || !o.CountTry(a.now) {
			refused = debt.E(debt.Expired, "one_time_expired", nil)
			return nil, nil
		}
		if c.Tries = o.Tries; !d.proves(c, code) {
			refused = debt.E(debt.Forbidden, "contact_code_wrong", nil)
			return nil, contacts.Save(a.Tx, c)
		}
		return debt.Args{"kind": string(kind), "source": source, "confirmed": true}, a.apply(c)
	})
	if err != nil {
		return err
	}
	return refused
}

// apply puts a confirmed address into force. Whoever declined mails has not wished for them
// again by that.
func (a *act) apply(c contacts.Change) error {
	was := a.debtor
	address, stopped := &a.debtor.Email, &a.debtor.EmailStopped
	if c.Kind == contacts.Phone {
		address, stopped = &a.debtor.Phone, &a.debtor.PhoneStopped
	}
	c.Old, *address = *address, c.New
	if *stopped != debt.StopOptOut {
		*stopped = debt.Reachable
	}
	c.State, c.EndedAt, c.CodeHash = contacts.Applied, a.now, ""
	if err := contacts.Save(a.Tx, c); err != nil {
		return err
	}
	return a.warn(was, c.ID)
}

// Underway is what waits for its code.
type Underway struct {
	Kind contacts.Kind
	To   debt.Personal
}

// Card is how a debtor is reached.
type Card struct {
	Debtor   debt.Debtor
	Changes  []contacts.Change // those in force and those before, the oldest first
	Underway []Underway
	Texts    bool
	Left     debt.Channels // ways the creditor leaves out
}

// Card reads it.
func (d Desk) Card(ctx context.Context, creditor, caseID debt.ID) (c Card, err error) {
	now := d.Now()
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		c = Card{Texts: d.Texts}
		f, err := r.LoadFile(caseID)
		if err != nil {
			return err
		}
		c.Left = f.Account.Settings.Channels
		if c.Debtor, err = r.LoadDebtor(f.Case.DebtorID); err != nil {
			return err
		}
		list, err := contacts.OfCase(r, caseID)
		for _, x := range list {
			c.add(x, now)
		}
		return err
	})
	return c, err
}

func (c *Card) add(x contacts.Change, now time.Time) {
	o := once(x)
	switch {
	case x.State == contacts.Applied:
		c.Changes = append(c.Changes, x)
	case x.State == contacts.Waiting && o.CountTry(now):
		c.Underway = append(c.Underway, Underway{x.Kind, x.New})
	}
}
