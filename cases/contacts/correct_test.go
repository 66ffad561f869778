package contacts_test

import (
	"errors"
	"slices"
	"testing"

	"quitt/cases/contacts"
	"quitt/debt"
)

func personal(s string) *debt.Personal { p := debt.Personal(s); return &p }

// What the creditor knows better holds at once, is remembered, told to the address known
// before, and asks nobody: who says so has decided.
func TestTheCreditorCorrectsWhatIsKnown(t *testing.T) {
	each(t, func(r *room) {
		r.who.By = debt.Actor{Kind: "creditor"}
		changed, err := r.Correct(ctx, r.who, contacts.Correction{Address: &newHome, Researched: true, Email: personal("neu@example.org"), Phone: personal("+49 170 5550123")})
		d := r.view().Debtor
		if err != nil || !slices.Equal(changed, []string{"address", "email", "phone"}) || d.Street != "Ahornweg 12" || d.Postcode != "50825" || d.AddressSource != "researched" || d.Email != "neu@example.org" {
			t.Errorf("%v %v: %s %s", changed, err, d.Street.Reveal(), d.AddressSource)
		}
		if list := r.sent(); len(list) != 1 || list[0].Recipient != "alt@example.org" {
			t.Errorf("%d mails", len(list))
		}
		if len(r.open()) != 0 {
			t.Errorf("%v", r.open())
		}
		events := r.view().Events
		e := events[len(events)-1]
		if e.Type != debt.ContactChanged || e.Actor.Kind != "creditor" || e.Data["source"] != "creditor" {
			t.Errorf("%+v", e)
		}
		again, err := r.Correct(ctx, r.who, contacts.Correction{Address: &newHome, Email: personal("neu@example.org")})
		if err != nil || len(again) != 0 || len(r.view().Events) != len(events) {
			t.Errorf("the same again: %v %v", again, err)
		}
		if changed, err := r.Correct(ctx, r.who, contacts.Correction{Email: personal("")}); err != nil || !slices.Equal(changed, []string{"email"}) || r.view().Debtor.Email != "" {
			t.Errorf("taken away: %v %v", changed, err)
		}
	})
}

func TestACorrectionIsRefusedAsAWhole(t *testing.T) {
	each(t, func(r *room) {
		before := r.view().Debtor
		for key, c := range map[string]contacts.Correction{
			"contact_email_invalid":      {Address: &newHome, Email: personal("x")},
			"contact_phone_invalid":      {Address: &newHome, Phone: personal("call me")},
			"contact_postcode":           {Address: &contacts.Address{Street: "Weg 1", Postcode: "1", City: "Köln"}, Email: personal("neu@example.org")},
			"contact_address_incomplete": {Address: &contacts.Address{Postcode: "50667"}},
		} {
			if _, err := r.Correct(ctx, r.who, c); !isKey(err, key) {
				t.Errorf("%s: %v", key, err)
			}
		}
		if r.view().Debtor != before || len(r.sent()) != 0 {
			t.Error("something has changed")
		}
		// A person's own wish to get no mails stands.
		r.must(r.Decline(ctx, r.who))
		if _, err := r.Correct(ctx, r.who, contacts.Correction{Email: personal("neu@example.org")}); err != nil || r.view().Debtor.EmailStopped != debt.StopOptOut {
			t.Errorf("%v: %s", err, r.view().Debtor.EmailStopped)
		}
	})
}

func isKey(err error, key string) bool {
	var refused *debt.Error
	return errors.As(err, &refused) && refused.Key == key
}
