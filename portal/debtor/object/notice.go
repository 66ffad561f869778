package object

import (
	"errors"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/objections"
	"quitt/debt"
	"quitt/debt/situation"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
)

// NoticePage tells of a situation: first what will happen, then what helps.
type NoticePage struct {
	page.Base

	Creditor string
	Kind     situation.Kind
	Follows  string
	Until    debt.Date // how long the case rests without a decision; zero until there is one
	Fields   []field
	Words    string
	Uploads  page.Uploads
	Mistake  string
}

type field struct {
	Name  situation.Field
	Day   page.Day
	IsDay bool
	Value string
}

var noticeHTML = page.New[NoticePage](files, "notice.html")

func (p Pages) noticeForm(c *fiber.Ctx, k situation.Kind) error {
	return p.within(c, func(s Scene) error {
		if _, open := s.Said.Told(k); open {
			return c.Redirect(Home, fiber.StatusSeeOther)
		}
		return noticeHTML.Write(c, fiber.StatusOK, s.notice(k, room.Typed(c), ""))
	})
}

// notify keeps what was told.
func (p Pages) notify(c *fiber.Ctx, k situation.Kind) error {
	return p.within(c, func(s Scene) error {
		f, err := room.Form(c)
		if err != nil {
			return err
		}
		n := objections.Notice{Kind: k, Fields: map[string]string{}, Words: debt.Personal(f.Text("words")), Attach: attach(s, f)}
		for _, name := range k.Fields() {
			n.Fields[string(name)] = f.Text(string(name))
			if name.IsDay() {
				n.Fields[string(name)] = f.Date(string(name))
			}
		}
		err = pressed(f)
		if err == nil {
			err = f.Unsent()
		}
		told := 0
		switch {
		case err != nil:
		case k == situation.NotThisPerson: // that is true of all their matters at once
			told, err = p.Desk.NotifyAll(c.UserContext(), at(s.Scene), s.Visit.Acting.Actor(), n)
		default:
			_, err = p.Desk.Notify(c.UserContext(), at(s.Scene), s.Visit.Acting.Actor(), n)
		}
		if err == nil && told > 1 {
			return c.Redirect(thanks+"?"+counted+"="+strconv.Itoa(told), fiber.StatusSeeOther)
		}
		if err == nil || errors.Is(err, debt.E(debt.Conflict, "situation_open_already", nil)) { // twice is once
			return c.Redirect(thanks, fiber.StatusSeeOther)
		}
		said, err := mistake(s.Base, err)
		if err != nil {
			return err
		}
		return noticeHTML.Write(c, fiber.StatusUnprocessableEntity, s.notice(k, f, said))
	})
}

func (s Scene) notice(k situation.Kind, f room.Fields, mistake string) NoticePage {
	s.Base.Path = situations[k]
	s.Base = s.Base.Keep("say", "tell")
	out := NoticePage{Base: s.Base, Creditor: s.View.Creditor.Name, Kind: k, Follows: s.Base.Word(k.Follows()), Words: f.Text("words"),
		Uploads: s.uploads(situations[k], f), Mistake: mistake}
	out.Failed = out.Failed || mistake != ""
	if days := k.Effect().Days; days > 0 {
		out.Until = s.Today.AddDays(days)
	}
	for _, name := range k.Fields() {
		one := field{Name: name, IsDay: name.IsDay(), Value: f.Text(string(name))}
		if one.IsDay {
			one.Day = s.day(string(name), s.Base.Word(name), f)
		}
		out.Fields = append(out.Fields, one)
	}
	return out
}

// pressed refuses a form that lacks even its button: no field of it must be filled in, and
// what it says has large effects.
func pressed(f room.Fields) error {
	if f.Text("do") != "tell" {
		return debt.E(debt.Invalid, "situation_not_sent", nil)
	}
	return nil
}
