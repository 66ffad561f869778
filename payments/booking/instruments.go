package booking

import (
	"slices"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/rails"
)

// hardDeclines are refusals that a later try does not change.
var hardDeclines = []string{"card_declined", "generic_decline", "expired_card", "lost_card", "stolen_card", "incorrect_number",
	"authorization_revoked", "account_closed", "invalid_account_number", "debit_not_authorized", "recipient_deceased"}

// mandateLost are refusals after which a mandate is worth nothing.
var mandateLost = []string{"authorization_revoked", "account_closed", "invalid_account_number", "debit_not_authorized", "recipient_deceased"}

// maxDeclines is how many hard refusals in a row end a card.
const maxDeclines = 3

// instrument keeps the card or mandate an order stored or charged.
func (c *Change) instrument(t *store.Tx, f rail.Facts) error {
	a := c.Attempt
	if f.Instrument == nil || !a.Save && a.Kind != rail.Charge {
		return nil
	}
	i := *f.Instrument
	old, known, err := rails.FindInstrument(&t.Reader, a.AccountID, i.External)
	if err != nil {
		return err
	}
	if known {
		heard := i
		if i = old; old.State != rail.Dead {
			i.State, i.Mandate = heard.State, heard.Mandate
		}
	} else {
		i.ID, i.CaseID, i.Account, i.SavedBy, i.SavedAt = c.Stamp.NewID(), a.CaseID, a.AccountID, a.ID, c.Stamp.At
	}
	c.count(&i)
	if i.State == rail.Dead && (!known || old.State != rail.Dead) {
		c.task(TaskMandate, string(i.ID), a.Amount)
		c.event(debt.MandateRevoked, debt.Args{"instrument": string(i.ID), "method": string(i.Method), "reason": a.Failure})
	}
	if !known && i.State != rail.Dead {
		c.event(debt.MandateCreated, debt.Args{"instrument": string(i.ID), "method": string(i.Method), "last4": i.Last4})
	}
	_, err = rails.SaveInstrument(t, i)
	return err
}

// endInstruments ends every card and mandate of the case: nobody is charged after a death.
func (c *Change) endInstruments(t *store.Tx) error {
	list, err := rails.Instruments(&t.Reader, c.File.Case.ID)
	for _, i := range list {
		if i.State == rail.Dead || err != nil {
			continue
		}
		i.State = rail.Dead
		_, err = rails.SaveInstrument(t, i)
	}
	return err
}

// count keeps how often a card was refused for good, and ends it when that is too often.
func (c *Change) count(i *rail.Instrument) {
	switch {
	case c.Attempt.Kind != rail.Charge || c.Attempt.Looks > 0:
		return // counted when it happened
	case c.Attempt.Status == debt.PaymentSucceeded:
		i.Declines = 0
	case c.Attempt.Status != debt.PaymentFailed:
	case slices.Contains(mandateLost, c.Attempt.Failure):
		i.State = rail.Dead
	case slices.Contains(hardDeclines, c.Attempt.Failure):
		if i.Declines++; i.Declines >= maxDeclines {
			i.State = rail.Dead
		}
	}
}

// SaveState takes over what was heard of a card or mandate that is known.
func SaveState(t *store.Tx, acc rail.Account, i rail.Instrument) error {
	old, known, err := rails.FindInstrument(&t.Reader, acc.ID, i.External)
	if err != nil || !known || old.State == rail.Dead {
		return err
	}
	old.State, old.Mandate = i.State, i.Mandate
	_, err = rails.SaveInstrument(t, old)
	return err
}
