package contacts

import (
	"context"
	"slices"

	"quitt/debt"
	"quitt/store/contacts"
)

// Ways lists how a debtor may prefer to be told of news; ByLetter wishes for no others.
const (
	ByEmail  = "email"
	ByText   = "sms"
	ByLetter = "letter"
)

// Wishes is what a debtor prefers.
type Wishes struct {
	Channel  string // "" leaves it to us: an e-mail where there is one
	Language string // "" is German
}

// Languages are those mails are written in.
func Languages() []string { return []string{"de", "en"} }

// Prefer stores wishes; what is not changed by them is not told. To prefer e-mail takes a
// declined one back: who wishes for it by name wishes for it. A way the creditor leaves out can
// stay a wish of before, and become none. Invalid "contact_wish_unknown".
func (d Desk) Prefer(ctx context.Context, w Who, to Wishes) error {
	if !slices.Contains([]string{"", ByEmail, ByText, ByLetter}, to.Channel) || to.Language != "" && !slices.Contains(Languages(), to.Language) {
		return debt.E(debt.Invalid, "contact_wish_unknown", nil)
	}
	return d.on(ctx, w, func(a *act) (debt.Args, error) {
		data := debt.Args{}
		if before := a.debtor.PreferredLanguage; before != to.Language {
			a.debtor.PreferredLanguage, data["kind"] = to.Language, "preferences"
			if _, err := a.keep(contacts.Language, debt.Personal(before), debt.Personal(to.Language)); err != nil {
				return nil, err
			}
		}
		before := a.debtor.PreferredChannel
		if to.Channel != before && !d.offers(to.Channel, a.files[0].Account.Settings.Channels) {
			return nil, debt.E(debt.Invalid, "contact_wish_unknown", nil)
		}
		resumed := to.Channel == ByEmail && a.debtor.EmailStopped == debt.StopOptOut
		if resumed {
			a.debtor.EmailStopped, data["channel"], data["opted_out"] = debt.Reachable, ByEmail, false
		}
		if before != to.Channel || resumed {
			a.debtor.PreferredChannel, data["kind"] = to.Channel, "preferences"
			if _, err := a.keep(contacts.Channel, debt.Personal(before), debt.Personal(to.Channel)); err != nil {
				return nil, err
			}
		}
		if len(data) == 0 {
			return nil, nil
		}
		data["source"] = source
		return data, nil
	})
}

// offers reports whether a way can be wished for.
func (d Desk) offers(way string, left debt.Channels) bool {
	return (way != ByText || d.Texts && !left.NoText) && (way != ByEmail || !left.NoEmail)
}

// Decline ends mails about the case, as the link in each of them does.
func (d Desk) Decline(ctx context.Context, w Who) error {
	return d.on(ctx, w, func(a *act) (debt.Args, error) {
		if a.debtor.EmailStopped != debt.Reachable {
			return nil, nil
		}
		a.debtor.EmailStopped = debt.StopOptOut
		return debt.Args{"channel": ByEmail, "opted_out": true}, nil
	})
}
