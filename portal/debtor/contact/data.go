package contact

import (
	"encoding/json"
	"slices"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/contacts"
	"quitt/debt"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
	kept "quitt/store/contacts"
)

// DataPage is where and how a debtor is reached, with the forms to change it.
type DataPage struct {
	page.Base

	Debtor   debt.Debtor
	Texts    bool
	ByMail   bool // a wish for e-mails can be fulfilled, or was made before
	ByText   bool // likewise for text messages
	Mails    bool // there is an e-mail and it gets news
	Declined bool
	Waiting  []waiting
	History  []change
	Typed    typed
	Done     string
	Mistake  string
	Field    string // where the mistake is, "" where the form may be gone
}

// waiting is a new address with a code under way.
type waiting struct{ Kind, To string }

// change is one line of the history.
type change struct {
	What, Old string
	On        debt.Date
}

// typed is what stood in the forms.
type typed struct{ Street, Postcode, City, Email, Phone string }

var dataHTML = page.New[DataPage](files, "data.html")

func newData(s room.Scene, k contacts.Card) DataPage {
	d := k.Debtor
	out := DataPage{Base: s.Base, Debtor: d, Texts: k.Texts, Declined: d.EmailStopped == debt.StopOptOut,
		Mails: d.Email != "" && d.EmailStopped == debt.Reachable}
	out.ByMail, out.ByText = !k.Left.NoEmail || out.Prefers(contacts.ByEmail), k.Texts && !k.Left.NoText || out.Prefers(contacts.ByText)
	out.Path = reached
	for _, u := range k.Underway {
		out.Waiting = append(out.Waiting, waiting{string(u.Kind), u.To.Reveal()})
	}
	for _, c := range slices.Backward(k.Changes) {
		out.History = append(out.History, change{changed(out.Base, c.Kind), before(c), c.ValidFrom})
	}
	return out
}

func changed(b page.Base, k kept.Kind) string {
	switch k {
	case kept.Address:
		return b.Words.Text("data_changed_address", nil)
	case kept.Email:
		return b.Words.Text("data_changed_email", nil)
	case kept.Phone:
		return b.Words.Text("data_changed_phone", nil)
	}
	return b.Words.Text("data_changed_wish", nil)
}

// before is what was there; of wishes it says nothing worth a line.
func before(c kept.Change) string {
	var a struct{ Street, Postcode, City string }
	switch {
	case c.Kind == kept.Channel || c.Kind == kept.Language:
		return ""
	case c.Kind == kept.Address && json.Unmarshal([]byte(c.Old.Reveal()), &a) == nil:
		return a.Street + ", " + a.Postcode + " " + a.City
	}
	return c.Old.Reveal()
}

// Prefers tells whether a way is the preferred one.
func (p DataPage) Prefers(channel string) bool { return p.Debtor.PreferredChannel == channel }

// Speaks tells whether a language is the preferred one; German is that of who said nothing.
func (p DataPage) Speaks(language string) bool {
	return p.Debtor.PreferredLanguage == language || p.Debtor.PreferredLanguage == "" && language == "de"
}

// Data shows it.
func (p *Pages) Data(c *fiber.Ctx) error {
	return p.within(c, func(s room.Scene) error {
		return p.data(c, s, fiber.StatusOK, func(view *DataPage) { view.Done = doneOf(c, view.Base) })
	})
}

func (p *Pages) data(c *fiber.Ctx, s room.Scene, status int, change func(*DataPage)) error {
	k, err := p.Contacts.Card(c.UserContext(), s.Visit.CreditorID, s.Visit.CaseID)
	if err != nil {
		return err
	}
	view := newData(s, k)
	change(&view)
	return dataHTML.Write(c, status, view)
}

// form does something with a form and leads back; what the visitor can repair is shown beside
// the form's first field.
func (p *Pages) form(c *fiber.Ctx, what, field string, do func(contacts.Who, room.Fields) error) error {
	return p.within(c, func(s room.Scene) error {
		f, err := room.Form(c)
		if err != nil {
			return err
		}
		who := contacts.Who{CreditorID: s.Visit.CreditorID, CaseID: s.Visit.CaseID, By: speaks(s), Language: s.Base.Lang()}
		err = do(who, f)
		if said := refusal(s, err); said != "" {
			return p.data(c, s, fiber.StatusUnprocessableEntity, func(view *DataPage) {
				view.Failed, view.Mistake, view.Field = true, said, field
				view.Typed = typed{f.Text("street"), f.Text("postcode"), f.Text("city"), f.Text("email"), f.Text("phone")}
			})
		}
		if err != nil {
			return err
		}
		return done(c, reached, what)
	})
}

// Move changes the address.
func (p *Pages) Move(c *fiber.Ctx) error {
	return p.form(c, "anschrift", "street", func(w contacts.Who, f room.Fields) error {
		return p.Contacts.Move(c.UserContext(), w, contacts.Address{Street: debt.Personal(f.Text("street")), Postcode: debt.Personal(f.Text("postcode")),
			City: debt.Personal(f.Text("city"))})
	})
}

// NewEmail sends a code to a new e-mail.
func (p *Pages) NewEmail(c *fiber.Ctx) error {
	return p.form(c, "code", "email", func(w contacts.Who, f room.Fields) error {
		return p.Contacts.Ask(c.UserContext(), w, kept.Email, debt.Personal(f.Text("email")))
	})
}

// NewPhone sends a code to a new telephone number.
func (p *Pages) NewPhone(c *fiber.Ctx) error {
	field := "phone"
	if !p.Contacts.Texts {
		field = "" // there is no such form
	}
	return p.form(c, "code", field, func(w contacts.Who, f room.Fields) error {
		return p.Contacts.Ask(c.UserContext(), w, kept.Phone, debt.Personal(f.Text("phone")))
	})
}

// Prove takes the code.
func (p *Pages) Prove(c *fiber.Ctx) error {
	return p.form(c, "bestaetigt", "", func(w contacts.Who, f room.Fields) error {
		return p.Contacts.Confirm(c.UserContext(), w, kept.Kind(f.Text("kind")), f.Text("code"))
	})
}

// Wish takes what the debtor prefers.
func (p *Pages) Wish(c *fiber.Ctx) error {
	return p.form(c, "wunsch", "channel-any", func(w contacts.Who, f room.Fields) error {
		return p.Contacts.Prefer(c.UserContext(), w, contacts.Wishes{Channel: f.Text("channel"), Language: f.Text("language")})
	})
}

// Decline ends mails.
func (p *Pages) Decline(c *fiber.Ctx) error {
	return p.form(c, "abbestellt", "", func(w contacts.Who, _ room.Fields) error { return p.Contacts.Decline(c.UserContext(), w) })
}
