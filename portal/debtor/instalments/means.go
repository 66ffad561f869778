package instalments

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/plans"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
)

// MeansPage computes what somebody can afford by the table of ZPO § 850c. What is typed is used
// for this answer and forgotten: it goes into no log, no event and no row.
type MeansPage struct {
	page.Base

	Net, Dependants, Rent string
	Mistakes              []mistake
	Answered              bool
	Affordable            debt.Cents
	Typed                 string // as the choice takes it
	Payable               debt.Cents
}

// Wrong is what is wrong with a field.
func (p MeansPage) Wrong(field string) string {
	for _, m := range p.Mistakes {
		if m.Field == field {
			return m.Text
		}
	}
	return ""
}

// Enough tells that the affordable instalment would pay everything at once.
func (p MeansPage) Enough() bool { return p.Affordable >= p.Payable }

// Sum writes the result for a form.
func (p MeansPage) Sum() int64 { return int64(p.Affordable) }

var meansHTML = page.New[MeansPage](files, "means.html", "plan.html")

const meansPath = home + "/leistbar"

// MeansForm asks.
func (p *Pages) MeansForm(c *fiber.Ctx) error {
	return p.open(c, func(s scene, v plans.View) error {
		view, _ := s.at(meansPath).means(room.Typed(c))
		view.Payable, view.Mistakes = v.Open, nil // nobody has asked for an answer
		return meansHTML.Write(c, fiber.StatusOK, view)
	})
}

// Means answers.
func (p *Pages) Means(c *fiber.Ctx) error {
	sent, err := room.Form(c)
	if err != nil {
		return err
	}
	return p.open(c, func(s scene, v plans.View) error {
		s = s.at(meansPath)
		view, m := s.means(sent)
		view.Payable = v.Open
		if len(view.Mistakes) == 0 {
			if view.Affordable, err = p.Desk.Affordable(m); debt.KindOf(err) != "" {
				view.Mistakes = []mistake{{"net", s.words().Error(err)}}
			} else if err != nil {
				return err
			}
		}
		if view.Failed = len(view.Mistakes) > 0; view.Failed {
			return meansHTML.Write(c, fiber.StatusUnprocessableEntity, view)
		}
		view.Answered, view.Typed = true, plain(s.words(), view.Affordable)
		return meansHTML.Write(c, fiber.StatusOK, view)
	})
}

const mostDependants = 20

func (s scene) means(sent room.Fields) (view MeansPage, m plans.Means) {
	view = MeansPage{Base: s.Base.Keep("means", ""), Net: sent.Text("net"), Dependants: sent.Text("dependants"), Rent: sent.Text("rent")}
	with := func(field string, err error) {
		if err != nil {
			view.Mistakes = append(view.Mistakes, mistake{field, s.words().Error(err)})
		}
	}
	var err error
	m.Net, err = income(view.Net)
	with("net", err)
	if view.Rent != "" {
		m.Rent, err = income(view.Rent)
		with("rent", err)
	}
	if view.Dependants != "" {
		if m.Dependants, err = strconv.Atoi(view.Dependants); err != nil || m.Dependants < 0 || m.Dependants > mostDependants {
			with("dependants", debt.E(debt.Invalid, "means_dependants", debt.Args{"most": mostDependants}))
		}
	}
	return view, m
}

// mostIncome a month is more than the official table needs.
const mostIncome debt.Cents = 100_000_00

func income(s string) (debt.Cents, error) {
	c, err := amount(s)
	if err == nil && (c < 0 || c > mostIncome) {
		return 0, debt.E(debt.Invalid, "means_range", debt.Args{"most": mostIncome})
	}
	return c, err
}
