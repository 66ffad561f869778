package acting

import (
	"errors"
	"slices"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/signin/authority"
	"quitt/debt"
	"quitt/debt/access"
	rules "quitt/debt/authority"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
	"quitt/store/authorities"
)

// ListPage shows a debtor who may act for him, and invites.
type ListPage struct {
	page.Base
	wishForm

	Live, Past []Given
	Code       string // of the invitation just made; it is shown once
}

// Given is an authority, worded.
type Given struct {
	ID          debt.ID
	Name, Email string
	Post        string // where letters go; "" for the debtor's address
	Unreached   bool   // e-mails or letters came back
	Kind, State string
	Scopes      []string
	Until       debt.Date
	Last        string // the last access; "" for none
	Ended       string
}

// wishForm is the form for a new authority, as typed.
type wishForm struct {
	Name, Email            string
	Street, Postcode, City string
	Kinds                  []option
	Scopes                 []option
	Areas                  []option // of a guardian
	Until                  page.Day
	Mistake                string
}

type option struct {
	Value, Label string
	Chosen       bool
}

var listHTML = page.New[ListPage](files, "list.html", "wish.html")

// usual is how long an authority is proposed to last.
const usual = 365

// newWish words the form. What nobody has chosen yet is reading alone: more is for the debtor
// to give.
func newWish(s room.Scene, f room.Fields, mistake string) wishForm {
	b := s.Base
	out := wishForm{Name: f.Text("name"), Email: f.Text("email"), Street: f.Text("street"), Postcode: f.Text("postcode"), City: f.Text("city"), Mistake: mistake}
	for i, k := range rules.Kinds() {
		out.Kinds = append(out.Kinds, option{string(k), b.Word(k), f.Text("kind") == string(k) || f.Text("kind") == "" && i == 0})
	}
	chosen := rules.Scoped("")
	for _, v := range f.Values["scope"] {
		chosen = append(chosen, rules.Scope(v))
	}
	for _, x := range rules.Scopes() {
		o := option{Value: string(x), Label: b.Word(x), Chosen: x == rules.Read}
		for _, c := range chosen {
			o.Chosen = o.Chosen || c == x
		}
		out.Scopes = append(out.Scopes, o)
	}
	for _, x := range rules.Areas() {
		out.Areas = append(out.Areas, option{string(x), b.Word(x), slices.Contains(f.Values["area"], string(x))})
	}
	out.Until = page.Day{Base: b, Name: "until", Label: b.Words.Text("acting_until", nil), Hint: b.Words.Text("acting_until_hint", nil)}
	if out.Until.D, out.Until.M, out.Until.Y = f.Day("until"); out.Until.D+out.Until.M+out.Until.Y == "" {
		day := s.Today.AddDays(usual).Time()
		out.Until.D, out.Until.M, out.Until.Y = day.Format("2"), day.Format("1"), day.Format("2006")
	}
	return out
}

// wish reads the form. What is no day cannot be the last one and is refused there.
func wish(s room.Scene, f room.Fields) authority.Wish {
	until, _ := debt.ParseDate(f.Date("until"))
	w := authority.Wish{Name: debt.Personal(f.Text("name")), Email: debt.Personal(f.Text("email")), Language: string(s.Base.Words.Language()),
		Street: debt.Personal(f.Text("street")), Postcode: debt.Personal(f.Text("postcode")), City: debt.Personal(f.Text("city")),
		Wish: rules.Wish{Kind: rules.Kind(f.Text("kind")), Until: until}}
	for _, v := range f.Values["area"] {
		w.Areas = append(w.Areas, rules.Area(v))
	}
	for _, v := range f.Values["scope"] {
		w.Scopes = append(w.Scopes, rules.Scope(v))
	}
	return w
}

func (p Pages) within(c *fiber.Ctx, least access.Tier, show func(room.Scene) error) error {
	return p.door.Within(c, least, func(s room.Scene) error {
		s.Base = s.Base.Whole()
		s.Base.Path = managing
		return show(s)
	})
}

// List shows who may act for the debtor.
func (p Pages) List(c *fiber.Ctx) error {
	return p.within(c, access.FullView, func(s room.Scene) error { return p.list(c, s, room.Fields{}, shown{}) })
}

// shown is what a form has led to.
type shown struct{ mistake, code string }

func (p Pages) list(c *fiber.Ctx, s room.Scene, f room.Fields, said shown) error {
	known, err := p.desk.OfCase(c.UserContext(), at(s))
	if err != nil {
		return err
	}
	status := fiber.StatusOK
	if said.mistake != "" {
		status = fiber.StatusUnprocessableEntity
	}
	return listHTML.Write(c, status, newList(s, known, f, said))
}

func newList(s room.Scene, known []authorities.Record, f room.Fields, said shown) ListPage {
	out := ListPage{Base: s.Base, wishForm: newWish(s, f, said.mistake), Code: said.code}
	out.Failed = said.mistake != ""
	for _, a := range known {
		g := Given{ID: a.ID, Name: a.Who.Name.Reveal(), Email: a.Who.Email.Reveal(), Kind: s.Base.Word(a.Kind), State: s.Base.Word(a.State), Until: a.Until,
			Unreached: a.EmailStopped != debt.Reachable || a.PostStopped != debt.Reachable}
		if a.Who.Addressed() {
			g.Post = a.Who.Street.Reveal() + ", " + a.Who.Postcode.Reveal() + " " + a.Who.City.Reveal()
		}
		for _, x := range a.Opens() {
			g.Scopes = append(g.Scopes, s.Base.Word(x))
		}
		if !a.LastAccessAt.IsZero() {
			g.Last = s.Base.Moment(a.LastAccessAt)
		}
		if !a.EndedAt.IsZero() {
			g.Ended = s.Base.Moment(a.EndedAt)
		}
		if a.Live() {
			out.Live = append(out.Live, g)
		} else {
			out.Past = append(out.Past, g)
		}
	}
	return out
}

// Invite gives an authority and shows its code, once.
func (p Pages) Invite(c *fiber.Ctx) error {
	return p.within(c, access.FullView, func(s room.Scene) error {
		f, err := room.Form(c)
		if err != nil {
			return err
		}
		i, err := p.desk.Invite(c.UserContext(), at(s), s.Visit.Acting.Actor(), wish(s, f))
		if err != nil {
			said, err := mistake(s.Base, err)
			if err != nil {
				return err
			}
			return p.list(c, s, f, shown{mistake: said})
		}
		return p.list(c, s, room.Fields{}, shown{code: i.Code.Grouped()})
	})
}

// Revoke ends an authority.
func (p Pages) Revoke(c *fiber.Ctx) error {
	return p.within(c, access.FullView, func(s room.Scene) error {
		f, err := room.Form(c)
		if err != nil {
			return err
		}
		err = p.desk.Revoke(c.UserContext(), at(s), s.Visit.Acting.Actor(), debt.ID(f.Text("authority")))
		if errors.Is(err, debt.E(debt.NotFound, "authority_unknown", nil)) {
			return p.list(c, s, room.Fields{}, shown{mistake: s.Base.Words.Error(err)})
		}
		if err != nil {
			return err
		}
		return c.Redirect(managing, fiber.StatusSeeOther)
	})
}
