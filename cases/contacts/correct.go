package contacts

import (
	"context"

	"quitt/debt"
	"quitt/store/contacts"
)

// Correction is what the creditor knows better. nil leaves a thing as it is.
type Correction struct {
	Address *Address
	// Researched says that the address was looked up, which letters must say (RDG § 13a I Nr. 7).
	Researched   bool
	Email, Phone *debt.Personal // "" takes it away
}

const looked = "researched"

// Correct stores what the creditor says: the same data again change nothing. The e-mail known
// before is told, as of every change. A person's own wish to get no mails stands. It gives what
// has changed; Invalid "contact_address_incomplete", "contact_postcode", "contact_address_long",
// "contact_email_invalid", "contact_phone_invalid".
func (d Desk) Correct(ctx context.Context, w Who, c Correction) (changed []string, err error) {
	if c, err = c.checked(); err != nil {
		return nil, err
	}
	err = d.on(ctx, w, func(a *act) (debt.Args, error) {
		was, told := a.debtor, debt.ID("") // the change that the mail is about
		changed = nil
		note := func(kind contacts.Kind, id debt.ID) {
			if id != "" {
				told, changed = id, append(changed, string(kind))
			}
		}
		if c.Address != nil {
			from := bySide
			if c.Researched {
				from = looked
			}
			id, err := a.move(*c.Address, from)
			if err != nil {
				return nil, err
			}
			note(contacts.Address, id)
		}
		for _, x := range []struct {
			kind contacts.Kind
			to   *debt.Personal
			at   *debt.Personal
			stop *debt.Stop
		}{{contacts.Email, c.Email, &a.debtor.Email, &a.debtor.EmailStopped}, {contacts.Phone, c.Phone, &a.debtor.Phone, &a.debtor.PhoneStopped}} {
			if x.to == nil || *x.to == *x.at {
				continue
			}
			id, err := a.keep(x.kind, *x.at, *x.to)
			if err != nil {
				return nil, err
			}
			if *x.at = *x.to; *x.stop != debt.StopOptOut {
				*x.stop = debt.Reachable
			}
			note(x.kind, id)
		}
		if len(changed) == 0 {
			return nil, nil
		}
		return debt.Args{"kinds": changed, "source": bySide}, a.warn(was, told)
	})
	return changed, err
}

// checked looks at everything before anything is locked.
func (c Correction) checked() (Correction, error) {
	if c.Address != nil {
		to, err := c.Address.checked()
		if err != nil {
			return c, err
		}
		c.Address = &to
	}
	for _, x := range []struct {
		kind contacts.Kind
		to   **debt.Personal
	}{{contacts.Email, &c.Email}, {contacts.Phone, &c.Phone}} {
		if *x.to == nil || **x.to == "" {
			continue
		}
		to, err := Desk{Texts: true}.reachable(x.kind, **x.to)
		if err != nil {
			return c, err
		}
		*x.to = &to
	}
	return c, nil
}
