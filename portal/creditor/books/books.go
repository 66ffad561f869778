// Package books has the page that hands a period's bookings on to whoever keeps the creditor's own
// books, as a file for DATEV.
package books

import (
	"bytes"
	"embed"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/bank/datev"
	"quitt/bank/statement"
	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/staff"
	"quitt/payments/journal"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/portal/text"
)

//go:embed *.html
var files embed.FS

// The addresses of this room, below those of remittances.
const (
	here     = room.Home + "/auszahlungen/datev"
	filePath = here + "/datei"
)

// Pages are the pages of this room.
type Pages struct {
	Door room.Door
	Desk journal.Desk
}

// Handlers are the pages by their routes.
func (p Pages) Handlers() map[string]fiber.Handler {
	const get = fiber.MethodGet + " "
	return map[string]fiber.Handler{get + here: p.Form, get + filePath: p.File}
}

// Rights says what they need: a period's bookings are data in bulk.
func (p Pages) Rights() map[string]staff.Right {
	const get = fiber.MethodGet + " "
	return map[string]staff.Right{get + here: staff.Export, get + filePath: staff.Export}
}

// Ready parses the templates; a server calls it before it listens.
func Ready() { formHTML.Ready() }

// FormPage asks for what stands in the head of the file, and for the accounts.
type FormPage struct {
	room.Frame

	From, To, Year             string
	Consultant, Client, Digits string
	Plan                       string
	Accounts                   []account
	Mistake                    string
}

// account is one of the chart, as it was typed.
type account struct{ Name, Label, Number string }

var formHTML = room.New[FormPage](files, "form.html")

// Form shows it, with what an address says of it: so it can be kept as a bookmark.
func (p Pages) Form(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Export, func(s room.Scene) error {
		return formHTML.Write(c, fiber.StatusOK, formPage(s, sent(c)))
	})
}

func sent(c *fiber.Ctx) url.Values {
	v := url.Values{}
	for _, name := range []string{"von", "bis", "jahr", "berater", "mandant", "stellen", "rahmen", "bank", "dienst", "fremdgeld", "offen", "gebuehren"} {
		if typed := strings.TrimSpace(c.Query(name)); typed != "" {
			v.Set(name, typed)
		}
	}
	return v
}

// formPage proposes the month before and the accounts of SKR03.
func formPage(s room.Scene, v url.Values) FormPage {
	last := begins(s.Today).AddDays(-1)
	first := begins(last)
	typed := func(name, fresh string) string {
		if v.Has(name) {
			return v.Get(name)
		}
		return fresh
	}
	w := s.Base.Words
	return FormPage{Frame: s.Frame(here), From: typed("von", first.String()), To: typed("bis", last.String()),
		Year: typed("jahr", debt.NewDate(first.Year(), time.January, 1).String()), Consultant: v.Get("berater"), Client: v.Get("mandant"),
		Digits: typed("stellen", "4"), Plan: typed("rahmen", "03"), Accounts: []account{
			{"bank", w.Text("books_bank", nil), typed("bank", journal.SKR03.Bank)},
			{"dienst", w.Text("books_provider", nil), typed("dienst", journal.SKR03.Provider)},
			{"fremdgeld", w.Text("books_client", nil), typed("fremdgeld", journal.SKR03.Client)},
			{"offen", w.Text("books_open", nil), typed("offen", journal.SKR03.Open)},
			{"gebuehren", w.Text("books_fees", nil), typed("gebuehren", journal.SKR03.Fees)},
		}}
}

// begins is the first day of a month.
func begins(d debt.Date) debt.Date {
	year, month, _ := d.Time().Date()
	return debt.NewDate(year, month, 1)
}

// File gives the file, all of it or none.
func (p Pages) File(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Export, func(s room.Scene) error {
		v := formPage(s, sent(c))
		o, err := v.order(s)
		var content bytes.Buffer
		if err == nil {
			_, err = p.Desk.Write(c.UserContext(), s.Creditor.ID, &content, o)
		}
		if debt.KindOf(err) == debt.Invalid {
			v.Frame, v.Mistake = v.Fails(), s.Base.Words.Error(err)
			return formHTML.Write(c, fiber.StatusUnprocessableEntity, v)
		}
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderContentType, "text/csv; charset=windows-1252")
		c.Set(fiber.HeaderContentDisposition, `attachment; filename="EXTF_Buchungsstapel_`+v.From+`_`+v.To+`.csv"`)
		return c.Send(content.Bytes())
	})
}

// Bounds of the numbers that DATEV gives.
const (
	leastConsultant, mostConsultant = 1001, 9_999_999
	mostClient                      = 99_999
	leastDigits, mostDigits         = 4, 8
)

// order reads the form. Invalid, whatever is wrong with it.
func (v FormPage) order(s room.Scene) (o journal.Order, err error) {
	var days [3]debt.Date
	for i, typed := range []string{v.From, v.To, v.Year} {
		if days[i], err = debt.ParseDate(typed); err != nil {
			return o, debt.E(debt.Invalid, "books_days", nil)
		}
	}
	from, to, year := days[0], days[1], days[2]
	if to.Before(from) || from.Before(year) || !to.Before(year.AddMonths(12)) {
		return o, debt.E(debt.Invalid, "books_days", nil)
	}
	consultant, wrong := strconv.Atoi(v.Consultant)
	if wrong != nil || consultant < leastConsultant || consultant > mostConsultant {
		return o, debt.E(debt.Invalid, "books_consultant", nil)
	}
	client, wrong := strconv.Atoi(v.Client)
	if wrong != nil || client < 1 || client > mostClient {
		return o, debt.E(debt.Invalid, "books_client_number", nil)
	}
	digits, wrong := strconv.Atoi(v.Digits)
	if wrong != nil || digits < leastDigits || digits > mostDigits {
		return o, debt.E(debt.Invalid, "books_digits", nil)
	}
	for _, a := range v.Accounts {
		if n, err := strconv.Atoi(a.Number); err != nil || n <= 0 || len(a.Number) != digits {
			return o, debt.E(debt.Invalid, "books_account", debt.Args{"name": a.Label, "digits": digits})
		}
	}
	day := func(d debt.Date) statement.Date { return statement.Date(d.String()) }
	return journal.Order{
		Chart: journal.Chart{Bank: v.Accounts[0].Number, Provider: v.Accounts[1].Number, Client: v.Accounts[2].Number, Open: v.Accounts[3].Number, Fees: v.Accounts[4].Number},
		Batch: datev.Batch{Created: s.Now.In(debt.Berlin), Consultant: consultant, Client: client, FiscalYear: day(year), AccountDigits: digits,
			From: day(from), To: day(to), Name: text.For(text.German).Text("datev_name", nil), Chart: v.Plan},
		Names: Names(text.For(text.German)),
	}, nil
}

// Names are the texts of what moves money.
func Names(w *text.Catalogue) map[ledger.EntryKind]string {
	return map[ledger.EntryKind]string{
		ledger.PaymentEntry:    w.Text("datev_payment", nil),
		ledger.ReversalOf:      w.Text("datev_reversal", nil),
		ledger.CounterOf:       w.Text("datev_counter", nil),
		ledger.ProviderFee:     w.Text("datev_fee", nil),
		ledger.SuspenseEntry:   w.Text("datev_unplaced", nil),
		ledger.DoubleCredit:    w.Text("datev_double", nil),
		ledger.PayoutEntry:     w.Text("datev_payout", nil),
		ledger.RemittanceEntry: w.Text("datev_remittance", nil),
		ledger.AgreedFee:       w.Text("datev_agreed_fee", nil),
	}
}

// Samples shows every page of this room.
func Samples() []page.Sample {
	one := func(name string, html func(s room.Scene) ([]byte, error)) page.Sample {
		return room.Sample("books"+name, func(w *text.Catalogue) ([]byte, error) { return html(room.SampleScene(w, staff.Manager)) })
	}
	return []page.Sample{
		one("", func(s room.Scene) ([]byte, error) { return formHTML.HTML(formPage(s, nil)) }),
		one("-wrong", func(s room.Scene) ([]byte, error) {
			v := formPage(s, url.Values{"berater": {"29098"}, "mandant": {"55003"}, "bank": {"180000"}, "rahmen": {"04"}})
			v.Frame, v.Mistake = v.Fails(), s.Base.Words.Error(debt.E(debt.Invalid, "books_account", debt.Args{"name": v.Accounts[0].Label, "digits": 4}))
			return formHTML.HTML(v)
		}),
	}
}
