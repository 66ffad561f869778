package bank

import (
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/staff"
	"quitt/payments/transfer"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/store/statements"
)

// ListPage is the money that lies with nobody, or what of it is in another state.
type ListPage struct {
	room.Frame

	Filters []filter
	Open    bool // it lists what waits for a person
	Rows    []row
	Next    string
	Begin   string // where the list begins, if this is not there
}

type filter struct {
	Name, Link string
	Current    bool
}

type row struct {
	Link    string
	On      debt.Date
	Amount  string
	Payer   string
	IBAN    string
	Purpose string
	Best    *suggestion
}

// suggestion is a case a line could be for.
type suggestion struct {
	CaseID          debt.ID
	Reference, Link string
	Debtor          string
	Open            debt.Cents
	Sure            string
	Reasons         []string
}

var listHTML = room.New[ListPage](files, "list.html")

// atOnce is how many lines a page of a list has.
const atOnce = 25

// List lists lines.
func (p Pages) List(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.See, func(s room.Scene) error {
		i := 0
		if name := c.Query("stand"); name != "" {
			if i = slices.IndexFunc(filters, func(f shownState) bool { return f.name == name }); i < 0 {
				return p.Door.Kit.Problem(c, page.Problem{Kind: page.NotFound})
			}
		}
		after := debt.ID(c.Query("nach"))
		list, err := p.Seen.Listed(c.UserContext(), s.Creditor.ID, filters[i].state, after, atOnce+1)
		if err != nil {
			return p.Door.Missing(c, err)
		}
		return listHTML.Write(c, fiber.StatusOK, listPage(s, i, after, list))
	})
}

func listPage(s room.Scene, chosen int, after debt.ID, list []transfer.Item) ListPage {
	w := s.Base.Words
	v := ListPage{Open: chosen == 0}
	for i, f := range filters {
		v.Filters = append(v.Filters, filter{stands(w, f.state), listLink(f.name, ""), i == chosen})
	}
	name := filters[chosen].name
	if len(list) > atOnce {
		list = list[:atOnce]
		v.Next = listLink(name, list[atOnce-1].ID)
	}
	if after != "" {
		v.Begin = listLink(name, "")
	}
	for _, x := range list {
		v.Rows = append(v.Rows, rowOf(s, x))
	}
	v.Frame = s.Frame(listLink(name, after))
	return v
}

func listLink(state string, after debt.ID) string {
	q := url.Values{"stand": {state}}
	if after != "" {
		q.Set("nach", string(after))
	}
	return listPath + "?" + q.Encode()
}

func lineLink(id debt.ID, pairs ...string) string {
	q := url.Values{"id": {string(id)}}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return linePath + "?" + q.Encode()
}

func recordLink(reference string) string {
	return room.Home + "/akte?" + url.Values{"nr": {reference}}.Encode()
}

func rowOf(s room.Scene, x transfer.Item) row {
	out := row{Link: lineLink(x.ID), On: x.BookedOn, Amount: money(s.Base, x.Line), Payer: payer(s.Base, x.Line), IBAN: x.Payer, Purpose: purpose(x.Line)}
	if len(x.Suggestions) > 0 {
		best := suggested(s, x.Suggestions[0])
		out.Best = &best
	}
	return out
}

func suggested(s room.Scene, x transfer.Suggested) suggestion {
	w := s.Base.Words
	return suggestion{CaseID: x.CaseID, Reference: x.Reference, Link: recordLink(x.Reference), Debtor: x.Debtor.Reveal(), Open: x.Open,
		Sure: sureness(w, x.Score), Reasons: reasons(w, x.Suggestion)}
}

// money writes an amount, with its currency where that is not ours.
func money(b page.Base, l statements.Line) string {
	if l.Currency == "" || l.Currency == "EUR" {
		return b.Cents(l.Amount)
	}
	return b.Words.Text("bank_in_currency", debt.Args{"amount": strings.TrimSuffix(b.Cents(l.Amount), "\u00a0€"), "currency": l.Currency})
}

func payer(b page.Base, l statements.Line) string {
	if name := l.Said.Name.Reveal(); name != "" {
		return name
	}
	return b.Words.Text("bank_payer_unnamed", nil)
}

// purpose is what it was for, as the bank hands it on.
func purpose(l statements.Line) string {
	parts := make([]string, 0, len(l.Said.Texts)+1)
	if l.Said.Reference != "" {
		parts = append(parts, l.Said.Reference.Reveal())
	}
	for _, t := range l.Said.Texts {
		parts = append(parts, t.Reveal())
	}
	return strings.Join(parts, " ")
}
