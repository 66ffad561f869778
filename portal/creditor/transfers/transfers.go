// Package transfers has the pages about files of transfers that go to the bank: what is paid out to
// the creditor, and what goes back to whom it came from.
package transfers

import (
	"embed"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"quitt/bank"
	"quitt/debt"
	"quitt/debt/rail"
	"quitt/debt/staff"
	"quitt/payments/payout"
	"quitt/payments/transfer/seen"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/portal/text"
	"quitt/store/payouts"
)

//go:embed *.html
var files embed.FS

// The addresses of this room, below those of the bank.
const (
	here       = room.Home + "/bank/ueberweisungen"
	sheetPath  = here + "/datei"
	savePath   = here + "/speichern"
	payPath    = here + "/auszahlen"
	backPath   = here + "/zurueckzahlen"
	cancelPath = here + "/zuruecknehmen"
)

// Pages are the pages of this room.
type Pages struct {
	Door room.Door
	Desk payout.Desk
	Seen seen.Desk
}

// Handlers are the pages by their routes.
func (p Pages) Handlers() map[string]fiber.Handler {
	const get, post = fiber.MethodGet + " ", fiber.MethodPost + " "
	return map[string]fiber.Handler{get + here: p.List, get + sheetPath: p.Sheet, get + savePath: p.Save, get + payPath: p.PayForm,
		post + payPath: p.Pay, post + backPath: p.Back, post + cancelPath: p.Cancel}
}

// Rights says what they need. Whoever orders says where money goes, and a file has the accounts of
// everybody in it.
func (p Pages) Rights() map[string]staff.Right {
	const get, post = fiber.MethodGet + " ", fiber.MethodPost + " "
	return map[string]staff.Right{get + here: staff.See, get + sheetPath: staff.See, get + savePath: staff.Payouts, get + payPath: staff.Payouts,
		post + payPath: staff.Payouts, post + backPath: staff.Payouts, post + cancelPath: staff.Payouts}
}

// Ready parses the templates; a server calls it before it listens.
func Ready() {
	listHTML.Ready()
	payHTML.Ready()
	sheetHTML.Ready()
}

// ListPage is what waits to be transferred, and the newest files.
type ListPage struct {
	room.Frame

	Accounts []account
	Sheets   []sheet
	Mistake  string
	MayOrder bool
}

// account is one at a bank, with what waits there.
type account struct {
	payout.Backlog

	N        int // of the account, for names in the page
	IBAN     string
	Due      debt.Cents
	OpenLink string
}

type sheet struct {
	payout.Sheet

	Link, Kind, Word, Made string
}

var listHTML = room.New[ListPage](files, "list.html")

// List shows them.
func (p Pages) List(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.See, func(s room.Scene) error { return p.list(c, s, nil) })
}

// listed is how many files the list shows.
const listed = 100

func (p Pages) list(c *fiber.Ctx, s room.Scene, wrong error) error {
	accounts, err := p.accounts(c, s)
	if err != nil {
		return err
	}
	sheets, err := p.Desk.Sheets(c.UserContext(), s.Creditor.ID, listed)
	if err != nil {
		return err
	}
	v, status := listPage(s, accounts, sheets), fiber.StatusOK
	if wrong != nil {
		v.Frame, v.Mistake, status = v.Fails(), s.Base.Words.Error(wrong), fiber.StatusUnprocessableEntity
	}
	return listHTML.Write(c, status, v)
}

// accounts are those at banks, with what waits there.
func (p Pages) accounts(c *fiber.Ctx, s room.Scene) ([]account, error) {
	due, err := p.Seen.Due(c.UserContext(), s.Creditor.ID, s.Today)
	if err != nil {
		return nil, err
	}
	waits, err := p.Desk.Backlogs(c.UserContext(), s.Creditor, purpose())
	return accountsOf(due, waits), err
}

func accountsOf(due []seen.Due, waits []payout.Backlog) (list []account) {
	sums := map[string]debt.Cents{}
	for _, d := range due {
		sums[d.External] = d.Sum
	}
	for i, w := range waits {
		a := account{Backlog: w, N: i + 1, IBAN: bank.IBAN(w.External).Grouped(), Due: sums[w.External]}
		if w.Open != "" {
			a.OpenLink = sheetLink(w.Open)
		}
		list = append(list, a)
	}
	return list
}

// purpose is said in each transfer back. A bank reads it, and whoever gets the money: in German.
func purpose() string { return text.For(text.German).Text("payout_back_purpose", nil) }

func listPage(s room.Scene, accounts []account, sheets []payout.Sheet) ListPage {
	v := ListPage{Frame: s.Frame(here), Accounts: accounts, MayOrder: s.Role.May(staff.Payouts)}
	for _, x := range sheets {
		v.Sheets = append(v.Sheets, sheetOf(s, x))
	}
	return v
}

func sheetLink(message string, more ...string) string {
	at := url.Values{"name": {message}}
	for i := 0; i+1 < len(more); i += 2 {
		at.Set(more[i], more[i+1])
	}
	return sheetPath + "?" + at.Encode()
}

func sheetOf(s room.Scene, x payout.Sheet) sheet {
	w := s.Base.Words
	one := sheet{Sheet: x, Link: sheetLink(x.Message), Kind: w.Text("transfers_payout", nil), Made: s.Base.Moment(x.MadeAt)}
	if payout.IsBacks(x.Message) {
		one.Kind = w.Text("transfers_backs", nil)
	}
	switch x.State {
	case payouts.Ordered:
		one.Word = w.Text("transfers_ordered", nil)
	case payouts.Cancelled:
		one.Word = w.Text("transfers_cancelled", nil)
	case payouts.Paid:
		one.Word = w.Text("transfers_paid", nil)
	}
	return one
}

// desk is the desk as whoever is signed in works with it.
func (p Pages) desk(s room.Scene) payout.Desk {
	d := p.Desk
	d.By = s.Actor()
	return d
}

// PayPage orders what is due from an account.
type PayPage struct {
	room.Frame

	Accounts     []account // with something due and nothing ordered
	Chosen       string    // the IBAN of one
	UpTo         debt.Date
	To           string // the creditor's own account, "" where that is none to pay to
	ToIBAN, Name string // another one, as it was typed
	Mistake      string
}

var payHTML = room.New[PayPage](files, "order.html")

// PayForm asks from where, up to when and to where.
func (p Pages) PayForm(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Payouts, func(s room.Scene) error { return p.form(c, s, nil, nil) })
}

// form shows the page, with what was typed where that was wrong.
func (p Pages) form(c *fiber.Ctx, s room.Scene, typed page.Values, wrong error) error {
	accounts, err := p.accounts(c, s)
	if err != nil {
		return err
	}
	v, status := payPage(s, accounts), fiber.StatusOK
	if wrong != nil {
		v.Frame, v.Mistake, status = v.Fails(), s.Base.Words.Error(wrong), fiber.StatusUnprocessableEntity
		v = v.keep(typed)
	}
	return payHTML.Write(c, status, v)
}

func payPage(s room.Scene, accounts []account) PayPage {
	v := PayPage{Frame: s.Frame(payPath), UpTo: s.Today}
	own, err := bank.ParseIBAN(s.Creditor.IBAN)
	if err == nil {
		v.To = own.Grouped()
	}
	for _, a := range accounts {
		if a.Due > 0 && a.Open == "" {
			v.Accounts = append(v.Accounts, a)
		}
	}
	if len(v.Accounts) > 0 {
		v.Chosen = v.Accounts[0].External
	}
	if len(v.Accounts) == 1 && v.Chosen == string(own) {
		v.To = ""
	}
	return v
}

// keep puts what was typed back.
func (v PayPage) keep(typed page.Values) PayPage {
	v.ToIBAN, v.Name = strings.TrimSpace(typed.Get("iban")), strings.TrimSpace(typed.Get("inhaber"))
	if day, err := debt.ParseDate(typed.Get("bis")); err == nil {
		v.UpTo = day
	}
	if typed.Get("konto") != "" {
		v.Chosen = typed.Get("konto")
	}
	return v
}

// Pay orders what is due from an account.
func (p Pages) Pay(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Payouts, func(s room.Scene) error {
		f, err := page.Form(c)
		if err != nil {
			return err
		}
		o := payout.Order{Source: source(f), ToIBAN: strings.TrimSpace(f.Get("iban")), ToName: strings.TrimSpace(f.Get("inhaber"))}
		if o.UpTo, err = debt.ParseDate(f.Get("bis")); err != nil {
			return p.form(c, s, f, debt.E(debt.Invalid, "payout_day", nil))
		}
		w, err := p.desk(s).Make(c.UserContext(), s.Creditor, o)
		if refused(err) {
			return p.form(c, s, f, err)
		}
		return p.ordered(c, w.Message, err)
	})
}

// Back orders what is to go back from an account.
func (p Pages) Back(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Payouts, func(s room.Scene) error {
		f, err := page.Form(c)
		if err != nil {
			return err
		}
		w, err := p.desk(s).GiveBacks(c.UserContext(), s.Creditor, payout.Order{Source: source(f), Purpose: purpose()})
		if refused(err) {
			return p.list(c, s, err)
		}
		return p.ordered(c, w.Message, err)
	})
}

// source is the account that a form means.
func source(f page.Values) string {
	return rail.Account{Provider: rail.Bank, External: f.Get("konto")}.Source()
}

// refused reports whether a person can mend what is wrong.
func refused(err error) bool {
	switch debt.KindOf(err) {
	case debt.Invalid, debt.Conflict, debt.Forbidden:
		return true
	}
	return false
}

func (p Pages) ordered(c *fiber.Ctx, message string, err error) error {
	if err != nil {
		return err
	}
	return c.Redirect(sheetLink(message, "getan", "bestellt"), fiber.StatusSeeOther)
}

// SheetPage is one file.
type SheetPage struct {
	room.Frame

	Sheet     sheet
	From, To  string // accounts
	Save      string // where it is to be had; "" for whom it is not, and for one taken back
	MayCancel bool
	Mistake   string
	Done      string
}

var sheetHTML = room.New[SheetPage](files, "sheet.html")

// done says what was just done; the address names it by a code.
func done(s room.Scene, code string) string {
	switch code {
	case "bestellt":
		return s.Base.Words.Text("transfers_done", nil)
	case "zurueck":
		return s.Base.Words.Text("transfers_done_cancelled", nil)
	}
	return ""
}

// Sheet shows it.
func (p Pages) Sheet(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.See, func(s room.Scene) error { return p.sheet(c, s, c.Query("name"), nil) })
}

func (p Pages) sheet(c *fiber.Ctx, s room.Scene, message string, wrong error) error {
	x, err := p.Desk.Sheet(c.UserContext(), s.Creditor.ID, message)
	if err != nil {
		return p.Door.Missing(c, err)
	}
	v, status := sheetPage(s, x), fiber.StatusOK
	v.Done = done(s, c.Query("getan"))
	if wrong != nil {
		v.Frame, v.Mistake, status = v.Fails(), s.Base.Words.Error(wrong), fiber.StatusUnprocessableEntity
	}
	return sheetHTML.Write(c, status, v)
}

func sheetPage(s room.Scene, x payout.Sheet) SheetPage {
	v := SheetPage{Frame: s.Frame(sheetLink(x.Message)), Sheet: sheetOf(s, x), From: bank.IBAN(x.From).Grouped()}
	if x.ToIBAN != "" {
		v.To = bank.IBAN(x.ToIBAN).Grouped()
	}
	if s.Role.May(staff.Payouts) {
		if x.State != payouts.Cancelled {
			v.Save = savePath + "?" + url.Values{"name": {x.Message}}.Encode()
		}
		v.MayCancel = x.State == payouts.Ordered
	}
	return v
}

// Save gives the file, each time the same to the letter.
func (p Pages) Save(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Payouts, func(s room.Scene) error {
		message := c.Query("name")
		b, err := p.Desk.Bytes(c.UserContext(), s.Creditor.ID, message)
		if debt.KindOf(err) == debt.Conflict {
			return p.sheet(c, s, message, err)
		}
		if err != nil {
			return p.Door.Missing(c, err)
		}
		c.Set(fiber.HeaderContentType, fiber.MIMEApplicationXML)
		c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+message+`.xml"`)
		return c.Send(b)
	})
}

// Cancel takes a file back that was not handed in.
func (p Pages) Cancel(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Payouts, func(s room.Scene) error {
		f, err := page.Form(c)
		if err != nil {
			return err
		}
		message := f.Get("name")
		if f.Get("sicher") == "" {
			return p.sheet(c, s, message, debt.E(debt.Invalid, "transfers_unsure", nil))
		}
		err = p.desk(s).Cancel(c.UserContext(), s.Creditor.ID, message)
		if debt.KindOf(err) == debt.Conflict {
			return p.sheet(c, s, message, err)
		}
		if err != nil {
			return p.Door.Missing(c, err)
		}
		return c.Redirect(sheetLink(message, "getan", "zurueck"), fiber.StatusSeeOther)
	})
}
