// Package decide has the pages on which staff decide: each one question about one case, what is
// known for the answer beside it, and one transaction behind the button. A page carries the
// version of the case it was made from; whoever comes second is shown what the first one did and
// finds what he typed where he left it.
package decide

import (
	"context"
	"embed"
	"errors"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/messages"
	"quitt/cases/objections"
	"quitt/cases/offers"
	"quitt/cases/signin/authority"
	"quitt/cases/steps"
	"quitt/debt"
	"quitt/debt/staff"
	"quitt/payments"
	"quitt/payments/directdebit"
	"quitt/plans"
	"quitt/portal/creditor/dossier"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/store"
	"quitt/store/expect"
)

//go:embed *.html
var files embed.FS

// Pages are the pages of this room.
type Pages struct {
	Door       dossier.Door
	Objections objections.Desk
	Plans      plans.Desk
	Payments   payments.Desk
	Messages   messages.Desk
	Helpers    authority.Desk
	Steps      steps.Desk
	Offers     offers.Desk
	Debits     directdebit.Desk
	Rail       *payments.Rail // nil: nothing is sent back through a provider
}

// scene is a case about which something is decided.
type scene struct {
	dossier.Scene

	id debt.ID // of the objection, plan …
}

// decision is one page.
type decision struct {
	right staff.Right
	done  string // the code by which the record says what was done
	// show makes the page; NotFound where what it is about does not exist.
	show func(s scene) (FormPage, error)
	// do carries it out.
	do func(p Pages, ctx context.Context, s scene) error
}

// decisions by their address below the record.
func decisions() map[string]decision {
	return map[string]decision{
		"einwand":    {staff.Act, "einwand", showObjection, Pages.answerObjection},
		"nachweis":   {staff.Act, "nachweis", showProof, Pages.decideProof},
		"meldung":    {staff.Act, "meldung", showSituation, Pages.decideSituation},
		"plan":       {staff.Decide, "plan", showPlan, Pages.answerPlan},
		"ruhe":       {staff.Act, "ruhe", showHold, Pages.hold},
		"zahlung":    {staff.Act, "zahlung", showPayment, Pages.book},
		"korrektur":  {staff.Decide, "korrektur", showCorrection, Pages.correct},
		"erstattung": {staff.Decide, "erstattung", showRefund, Pages.refund},
		"ende":       {staff.Decide, "ende", showEnd, Pages.end},
		"code":       {staff.Act, "code", showCode, Pages.code},
		"notiz":      {staff.Act, "notiz", showNote, Pages.note},
		"nachricht":  {staff.Act, "nachricht", showMessage, Pages.write},
		"angebot":    {staff.Decide, "angebot", showOffer, Pages.offer},
		"mandat":     {staff.Act, "mandat", showMandate, Pages.mandate},
		"vollmacht":  {staff.Act, "vollmacht", showAuthority, Pages.answerAuthority},

		"annehmen":      {staff.Act, "schritt", showStep(steps.Accept), takeStep(steps.Accept)},
		"ablehnen":      {staff.Decide, "schritt", showStep(steps.Reject), takeStep(steps.Reject)},
		"inkasso":       {staff.Act, "schritt", showStep(steps.Collection), takeStep(steps.Collection)},
		"mahnverfahren": {staff.Decide, "schritt", showStep(steps.Court), takeStep(steps.Court)},
	}
}

// undone are the codes of decisions that take an earlier one back, which the form then names.
var undone = map[string]string{"ruhe": "weiter", "angebot": "zurueck", "mandat": "mandatstand"}

// Handlers lists the pages.
func (p Pages) Handlers() map[string]fiber.Handler {
	list := map[string]fiber.Handler{fiber.MethodGet + " " + listPath: p.List, fiber.MethodPost + " " + donePath: p.Done}
	for name, d := range decisions() {
		list[fiber.MethodGet+" "+dossier.Home+"/"+name] = func(c *fiber.Ctx) error { return p.ask(c, name, d) }
		list[fiber.MethodPost+" "+dossier.Home+"/"+name] = func(c *fiber.Ctx) error { return p.decide(c, name, d) }
	}
	return list
}

// Rights says what they need.
func (p Pages) Rights() map[string]staff.Right {
	list := map[string]staff.Right{fiber.MethodGet + " " + listPath: staff.Act, fiber.MethodPost + " " + donePath: staff.Act}
	for name, d := range decisions() {
		list[fiber.MethodGet+" "+dossier.Home+"/"+name] = d.right
		list[fiber.MethodPost+" "+dossier.Home+"/"+name] = d.right
	}
	return list
}

// Ready parses the templates; a server calls it before it listens.
func Ready() {
	formHTML.Ready()
	listHTML.Ready()
}

var formHTML = room.New[FormPage](files, "form.html")

// ask shows the question.
func (p Pages) ask(c *fiber.Ctx, name string, d decision) error {
	return p.Door.Within(c, d.right, func(in dossier.Scene) error {
		s := scene{in, debt.ID(c.Query("id"))}
		view, err := d.show(s)
		if err != nil {
			return p.Door.Missing(c, err)
		}
		return formHTML.Write(c, fiber.StatusOK, s.fill(view, name))
	})
}

// decide carries out what was chosen.
func (p Pages) decide(c *fiber.Ctx, name string, d decision) error {
	return p.Door.Within(c, d.right, func(in dossier.Scene) error {
		s := scene{in, debt.ID(in.Form.Get("id"))}
		view, err := d.show(s)
		if err != nil {
			return p.Door.Missing(c, err)
		}
		version, err := strconv.ParseInt(s.Form.Get("version"), 10, 64)
		if err != nil {
			version = 0 // that of no case
		}
		err = d.do(p, expect.Version(c.UserContext(), s.Record.Case.ID, version), s)
		if err == nil {
			done := d.done
			if s.id != "" && undone[name] != "" {
				done = undone[name]
			}
			return c.Redirect(s.Link(dossier.Home, "getan", done), fiber.StatusSeeOther)
		}
		view, status, err := s.refused(s.fill(view, name), err)
		if err != nil {
			return p.Door.Missing(c, err)
		}
		return formHTML.Write(c, status, view)
	})
}

// refused puts on the page why nothing was done; what no person can repair goes on as an error.
func (s scene) refused(view FormPage, err error) (FormPage, int, error) {
	if errors.Is(err, errLook) {
		return view, fiber.StatusOK, nil
	}
	view.Frame = view.Fails()
	switch {
	case errors.Is(err, expect.Changed()):
		seen, parsed := strconv.ParseInt(s.Form.Get("seen"), 10, 64)
		if view.IsChanged = true; parsed == nil {
			view.Changed = s.Since(seen)
		}
		return view, fiber.StatusConflict, nil
	case slices.Contains([]debt.Kind{debt.Invalid, debt.Forbidden, debt.Conflict, debt.Expired}, debt.KindOf(err)):
		view.Mistake = s.Base.Words.Error(err)
		return view, fiber.StatusUnprocessableEntity, nil
	}
	return view, 0, err
}

// FormPage is a question with everything for the answer.
type FormPage struct {
	room.Frame

	Title     string
	Reference string
	Back      string
	Action    string
	Lead      []string
	Facts     []fact
	Quote     string // the debtor's own words
	Papers    string // where what he handed in can be seen
	Docs      []dossier.Document
	Fields    []field
	Button    string // "": there is nothing to decide any more

	ID      debt.ID
	Key     string // of the decision: the same form sent twice decides once
	Version int64
	Seq     int64

	Mistake   string
	IsChanged bool
	Changed   []dossier.Happening
}

type fact struct{ Name, Value string }

// field is one input. Kind is text, money, area, day, radio, select or check.
type field struct {
	Kind, Name, Label, Hint, Value string
	Options                        []option
	Day                            page.Day
	Most                           int
	Checked                        bool
}

type option struct {
	Value, Label, Hint string
	Chosen             bool
}

// fill adds what is the same on every page.
func (s scene) fill(view FormPage, name string) FormPage {
	view.Frame = s.Page(dossier.Home)
	view.Reference, view.Back, view.Action = s.Record.Case.FileReference, s.Link(dossier.Home), dossier.Home+"/"+name
	view.ID, view.Version, view.Seq = s.id, s.Record.Case.Version, s.Seq()
	if view.Key = s.Form.Get("key"); view.Key == "" {
		view.Key = string(store.NewID())
	}
	return view
}

func (s scene) text(key string) string { return s.Base.Words.Text(key, nil) }

// typed gives what was typed, or what a fresh page proposes.
func (s scene) typed(name, fresh string) string {
	if _, sent := s.Form[name]; sent {
		return s.Form.Get(name)
	}
	return fresh
}

func (s scene) area(name, label, hint string) field {
	return field{Kind: "area", Name: name, Label: s.text(label), Hint: s.textOf(hint), Value: s.typed(name, ""), Most: 4000}
}

func (s scene) textOf(key string) string {
	if key == "" {
		return ""
	}
	return s.text(key)
}

func (s scene) money(name, label, hint string) field {
	return field{Kind: "money", Name: name, Label: label, Hint: hint, Value: s.typed(name, "")}
}

// choose is a choice; the words of each value come with it.
func (s scene) choose(kind, name, label string, options ...option) field {
	chosen := s.typed(name, "")
	for i := range options {
		options[i].Chosen = options[i].Value == chosen
	}
	return field{Kind: kind, Name: name, Label: s.text(label), Options: options}
}

// day is a day; a fresh page proposes one.
func (s scene) day(name, label, hint string, fresh debt.Date) field {
	d, m, y := s.Form.Day(name)
	if d+m+y == "" && !fresh.IsZero() && len(s.Form) == 0 {
		year, month, day := fresh.Time().Date()
		d, m, y = strconv.Itoa(day), strconv.Itoa(int(month)), strconv.Itoa(year)
	}
	return field{Kind: "day", Name: name, Day: page.Day{Base: s.Base, Name: name, Label: s.text(label), Hint: s.textOf(hint), D: d, M: m, Y: y}}
}

// readDay reads a day; none is Invalid "date_missing".
func (s scene) readDay(name string) (debt.Date, error) {
	typed := s.Form.Date(name)
	if typed == "" {
		return debt.Date{}, debt.E(debt.Invalid, "date_missing", nil)
	}
	return debt.ParseDate(typed)
}

// words is what a person wrote into a field.
func (s scene) words(name string) debt.Personal { return debt.Personal(s.Form.Get(name)) }
