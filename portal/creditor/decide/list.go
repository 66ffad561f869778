package decide

import (
	"github.com/gofiber/fiber/v2"

	"quitt/cases/record"
	"quitt/debt"
	"quitt/debt/staff"
	"quitt/portal/creditor/dossier"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
)

// The addresses of the list of what waits.
const (
	listPath = "/verwaltung/entscheidungen"
	donePath = listPath + "/erledigt"
)

// atOnce is how much of each kind the list shows.
const atOnce = 100

// ListPage is what waits for a person, what is due first on top.
type ListPage struct {
	room.Frame

	Items []item
	More  bool
}

type item struct {
	Matter, File, Link string
	Amount             debt.Cents
	Since              string
	Due                debt.Date
	Overdue            bool
	Task               debt.ID // that can be ticked off; "" where there is a decision to take
}

var listHTML = room.New[ListPage](files, "list.html")

// List shows what waits.
func (p Pages) List(c *fiber.Ctx) error {
	return p.Door.Door.Within(c, staff.Act, func(s room.Scene) error {
		list, err := p.Door.Desk.Waiting(c.UserContext(), s.Creditor.ID, atOnce)
		if err != nil {
			return err
		}
		view := ListPage{Frame: s.Frame(listPath), More: len(list) >= atOnce}
		for _, x := range list {
			view.Items = append(view.Items, itemOf(s, x))
		}
		return listHTML.Write(c, fiber.StatusOK, view)
	})
}

// where each matter is decided.
var where = map[record.Matter]string{record.AnObjection: "/einwand", record.AProof: "/nachweis", record.ASituation: "/meldung", record.APlan: "/plan",
	record.ARequest: "/nachricht", record.AnAuthority: "/vollmacht"}

var matterKeys = map[record.Matter]string{record.AnObjection: "record_matter_objection", record.AProof: "record_matter_proof",
	record.ASituation: "record_matter_situation", record.APlan: "record_matter_plan", record.AnAuthority: "record_matter_authority",
	record.ARequest: "record_matter_request", "message_unread": "record_matter_message", "refund_overpayment": "record_matter_refund",
	"payment_returned": "record_matter_returned", "double_credit": "record_matter_double", "unplaced_money": "record_matter_unplaced",
	"refund_failed": "record_matter_refund_failed", "case_reopened": "record_matter_reopened", "costs_recompute": "record_matter_costs",
	"interest_correct": "record_matter_interest", "plan_lapsed": "record_matter_lapsed", "plan_excuse": "record_matter_excuse",
	"plan_stalled": "record_matter_stalled", "address_changed": "record_matter_address", "letter_wanted": "record_matter_code", "plan_pause": "record_matter_pause",
	"statement_quarantined": "list_task_statement", "statement_gap": "list_task_gap", "return_unmatched": "list_task_unreturned",
	"batch_unresolved": "list_task_batch", "foreign_money": "list_task_foreign", "transfer_returned": "list_task_bounced",
	"debit_objected": "list_task_objected", "mandate_lost": "list_task_mandate"}

// bankPaths are where what has no case is decided: money that nobody could place, and statements.
var bankPaths = map[record.Matter]string{"unplaced_money": "/bank/zahlungen", "return_unmatched": "/bank/zahlungen?stand=rueckgaben",
	"batch_unresolved": "/bank/zahlungen?stand=sammler", "foreign_money": "/bank/zahlungen?stand=fremdwaehrung",
	"statement_quarantined": "/bank", "statement_gap": "/bank"}

func itemOf(s room.Scene, x record.Item) item {
	key, known := matterKeys[x.Matter]
	if !known {
		key = "record_matter_other"
	}
	out := item{Matter: s.Base.Words.Text(key, nil), File: x.File, Amount: x.Amount, Since: s.Base.Moment(x.Since), Due: x.Due, Overdue: x.Overdue}
	one := dossier.Scene{Scene: s}
	one.Record.Case.FileReference = x.File
	switch path, decided := where[x.Matter]; {
	case x.File == "":
		out.Task = x.ID
		if at := bankPaths[x.Matter]; at != "" {
			out.Link = room.Home + at
		}
	case decided && (x.Matter != record.APlan || s.Role.May(staff.Decide)):
		out.Link = one.Link(dossier.Home+path, "id", string(x.ID))
	case x.Matter == "refund_overpayment" && s.Role.May(staff.Decide): // or done: somebody has sent it back by hand
		out.Link, out.Task = one.Link(dossier.Home+"/erstattung"), x.ID
	default:
		out.Link = one.Link(dossier.Home)
		if !decided {
			out.Task = x.ID
		}
	}
	return out
}

// Done ticks off a task that has no decision of its own.
func (p Pages) Done(c *fiber.Ctx) error {
	return p.Door.Door.Within(c, staff.Act, func(s room.Scene) error {
		f, err := page.Form(c)
		if err != nil {
			return err
		}
		if err := p.Door.Desk.Done(c.UserContext(), s.Creditor.ID, debt.ID(f.Get("id"))); err != nil {
			return p.Door.Missing(c, err)
		}
		return c.Redirect(listPath, fiber.StatusSeeOther)
	})
}
