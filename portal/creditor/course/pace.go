package course

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/letter"
)

// field is a number of days.
type field struct{ Name, Label, Hint, Value string }

// stop is a letter of the course, or its end.
type stop struct{ When, What, Until string }

// picture is the course as bars over days: a bar is the time to pay of a letter.
type picture struct {
	Width int
	Bars  []bar
}

type bar struct{ X, Width, Middle, Number int }

// pace fills the part of the page about demands.
func (s scene) pace(view *CoursePage, sent string) {
	own, w := letter.Pace(s.Creditor.Settings.Dunning), s.Base.Words
	view.RemindFirst, view.Second, view.SeenDunning = own.RemindFirst, !own.NoSecond, number(s.dunning)
	view.Days = []field{
		{"pay", w.Text("channels_pay", nil), s.bounds(letter.LeastToPay, letter.MostToPay), strconv.Itoa(own.PayDays)},
		{"first", w.Text("channels_first", nil), s.bounds(letter.LeastFirst, letter.MostBetween), strconv.Itoa(own.FirstAfter)},
		{"second", w.Text("channels_second", nil), s.bounds(letter.LeastSecond, letter.MostBetween), strconv.Itoa(own.SecondAfter)}}
	if sent == dunningPath {
		view.RemindFirst, view.Second = s.form.Get("remind") != "", s.form.Get("more") != ""
		for i := range view.Days {
			view.Days[i].Value = s.form.Get(view.Days[i].Name)
		}
	}
	for _, x := range s.dunning {
		view.Dunning = append(view.Dunning, s.version(x, s.paced(x.Settings.Dunning)))
	}
	s.draw(view, letter.Course(own, s.Today, ""))
}

func (s scene) bounds(least, most int) string {
	return s.Base.Words.Text("channels_bounds", debt.Args{"least": least, "most": most})
}

// dayWidth is that of a day in the picture.
const dayWidth = 10

// draw tells and shows what happens if nothing else does.
func (s scene) draw(view *CoursePage, course []letter.Stop) {
	w := s.Base.Words
	for i, x := range course {
		from, until := s.Today.DaysUntil(x.On), s.Today.DaysUntil(x.Deadline)
		view.Stops = append(view.Stops, stop{w.Text("channels_day", debt.Args{"n": from, "day": x.On}), s.Base.Word(x.Kind),
			w.Text("channels_until", debt.Args{"n": until, "day": x.Deadline})})
		view.Picture.Bars = append(view.Picture.Bars, bar{from * dayWidth, (until - from) * dayWidth, (from + until) * dayWidth / 2, i + 1})
		view.Picture.Width = until * dayWidth
	}
}

// paced says a state of before in one line.
func (s scene) paced(d debt.Dunning) string {
	w, p := s.Base.Words, letter.Pace(d)
	list := []string{w.Text("channels_paced", debt.Args{"pay": p.PayDays, "first": p.FirstAfter, "second": p.SecondAfter})}
	if p.RemindFirst {
		list = append(list, w.Text("channels_remind", nil))
	}
	if p.NoSecond {
		list[0] = w.Text("channels_paced_once", debt.Args{"pay": p.PayDays, "first": p.FirstAfter})
	}
	return strings.Join(list, " · ")
}

// wanted reads the form.
func (s scene) wanted() (d debt.Dunning, err error) {
	for name, to := range map[string]*int{"pay": &d.PayDays, "first": &d.FirstAfter, "second": &d.SecondAfter} {
		if *to, err = strconv.Atoi(strings.TrimSpace(s.form.Get(name))); err != nil {
			return d, debt.E(debt.Invalid, "record_number", debt.Args{"most": letter.MostBetween})
		}
	}
	d.RemindFirst, d.NoSecond = s.form.Get("remind") != "", s.form.Get("more") == ""
	return d, nil
}

// SetDunning says when demands are written.
func (p Pages) SetDunning(c *fiber.Ctx) error {
	return p.within(c, func(s scene) error {
		who, err := s.who()
		var wanted debt.Dunning
		if err == nil {
			wanted, err = s.wanted()
		}
		if err == nil {
			err = p.Terms.SetDunning(c.UserContext(), who, wanted)
		}
		return s.answer(c, dunningPath, err)
	})
}
