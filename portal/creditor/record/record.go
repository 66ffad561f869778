// Package record has the page of a case as its creditor's staff see it, with the letters as they
// were sent and the documents that were handed in.
package record

import (
	"embed"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	desk "quitt/cases/record"
	"quitt/cases/upload"
	"quitt/debt"
	"quitt/debt/authority"
	"quitt/debt/staff"
	written "quitt/notifications/letter"
	"quitt/payments/booking"
	"quitt/portal/creditor/dossier"
	"quitt/portal/creditor/room"
	"quitt/portal/debtor/told"
)

//go:embed *.html
var files embed.FS

// Pages are the pages of this room.
type Pages struct {
	Door    dossier.Door
	Letters written.Desk
	Papers  *upload.Desk
}

// The addresses of this room beside the record itself.
const (
	letterPath   = dossier.Home + "/brief"
	copyPath     = dossier.Home + "/brief/pdf"
	previewPath  = dossier.PreviewPath
	originalPath = dossier.OriginalPath
)

// Handlers lists the pages.
func (p Pages) Handlers() map[string]fiber.Handler {
	const get = fiber.MethodGet + " "
	return map[string]fiber.Handler{get + dossier.Home: p.Show, get + letterPath: p.Letter, get + copyPath: p.Copy, get + previewPath: p.Preview,
		get + originalPath: p.Original}
}

// Rights says what they need. An original may hold anything its sender liked to put into it.
func (p Pages) Rights() map[string]staff.Right {
	const get = fiber.MethodGet + " "
	return map[string]staff.Right{get + dossier.Home: staff.See, get + letterPath: staff.See, get + copyPath: staff.See, get + previewPath: staff.See,
		get + originalPath: staff.Act}
}

// Ready parses the templates; a server calls it before it listens.
func Ready() {
	recordHTML.Ready()
	letterHTML.Ready()
}

// RecordPage is a case with everything that is known of it.
type RecordPage struct {
	room.Frame

	Reference, Own string // the case's and the creditor's
	Debtor         debt.Debtor
	Case           debt.Case
	Notice         string // what was just done
	Bill           told.Bill
	Figures        []figure
	Todo           []todo
	Acts           []act
	Steps          []step
	Holds          []hold
	Transfers      []transferView
	Offers         []offer
	Plans          []planView
	Mandates       []mandateView
	Said           []said
	Letters        []sent
	Mails          []mail
	Messages       []message
	Documents      []dossier.Document
	Acting         []acting
	Notes          []note
	Timeline       []dossier.Happening
	Looks          []look
	Limitation     debt.Date
	MayAct         bool
	NotePath       string
	Version        int64
	Seq            int64
}

type figure struct {
	Label string
	Value debt.Cents
}

// todo is something that waits for a person in this case.
type todo struct {
	Text, Link, Go string
	Due            debt.Date
	Overdue        bool
}

// act is something that may be decided about the case now.
type act struct{ Name, Link string }

type hold struct {
	Kind, Reason string
	Since, Until debt.Date
	Link         string // where a person may end it
}

var recordHTML = room.New[RecordPage](files, "record.html")

// Show is the record.
func (p Pages) Show(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.See, func(s dossier.Scene) error {
		return recordHTML.Write(c, fiber.StatusOK, p.view(s, c.Query("getan")))
	})
}

func (p Pages) view(s dossier.Scene, done string) RecordPage {
	r := s.Record
	out := RecordPage{Frame: s.Page(dossier.Home), Reference: r.Case.FileReference, Own: r.Case.CreditorReference, Debtor: r.Debtor, Case: r.Case,
		Bill: told.NewBill(s.Base, r.View), MayAct: s.Role.May(staff.Act), NotePath: dossier.Home + "/notiz", Version: r.Case.Version, Seq: s.Seq(),
		Limitation: r.Limitation}
	if key := doneKeys[done]; key != "" {
		out.Notice = s.Base.Words.Text(key, nil)
	}
	v := viewer{s}
	b := r.Statement.Open
	w := s.Base.Words
	out.Figures = []figure{{w.Text("record_open", nil), r.Statement.Payable}, {w.Text("record_principal", nil), b.Principal},
		{w.Text("record_interest", nil), b.Interest}, {w.Text("record_costs", nil), b.Costs}, {w.Text("record_paid", nil), r.Statement.Paid}}
	if b.Overpaid > 0 {
		out.Figures = append(out.Figures, figure{w.Text("record_overpaid", nil), b.Overpaid})
	}
	out.Todo, out.Acts, out.Steps, out.Holds = v.todo(), v.acts(), v.steps(), v.holds()
	out.Transfers, out.Plans, out.Said = v.transfers(), v.plans(), v.said()
	out.Offers = v.offers()
	out.Letters, out.Mails, out.Messages, out.Documents = v.letters(), v.mails(), v.messages(), v.Documents()
	out.Acting, out.Mandates = v.acting(), v.mandates()
	out.Notes, out.Looks = v.notes(), v.looks()
	for _, e := range slices.Backward(r.Events) {
		out.Timeline = append(out.Timeline, s.Happening(e))
	}
	return out
}

// doneKeys says what was just done; the address names it by a code.
var doneKeys = map[string]string{"einwand": "record_done_objection", "nachweis": "record_done_proof", "meldung": "record_done_situation",
	"plan": "record_done_plan", "ruhe": "record_done_hold", "weiter": "record_done_release", "zahlung": "record_done_payment",
	"korrektur": "record_done_correction", "ende": "record_done_end", "notiz": "record_done_note", "code": "record_done_code",
	"nachricht": "record_done_message", "vollmacht": "rules_done_authority", "schritt": "rules_done_step",
	"mandat": "debits_done", "mandatstand": "debits_done_state", "angebot": "offer_done", "zurueck": "offer_end_done", "erstattung": "refund_done"}

// viewer words a case for the page.
type viewer struct{ dossier.Scene }

func (v viewer) text(key string) string { return v.Base.Words.Text(key, nil) }

// actPath is where something about the case is decided.
func (v viewer) actPath(name string, pairs ...string) string {
	return v.Link(dossier.Home+"/"+name, pairs...)
}

// todo is what waits, as far as the member may do it.
func (v viewer) todo() (list []todo) {
	add := func(right staff.Right, t todo) {
		if !v.Role.May(right) {
			t.Link = ""
		}
		t.Go, t.Overdue = v.text("record_decide"), !t.Due.IsZero() && t.Due.Before(v.Today)
		list = append(list, t)
	}
	r, w := v.Record, v.Base.Words
	for _, o := range r.Objections {
		if o.EndedAt.IsZero() {
			add(staff.Act, todo{Text: w.Text("record_todo_objection", debt.Args{"ground": w.Word(o.Ground), "amount": o.Total}),
				Link: v.actPath("einwand", "id", string(o.ID)), Due: o.DueOn})
		}
	}
	for _, p := range r.Proofs {
		if p.EndedAt.IsZero() {
			add(staff.Act, todo{Text: w.Text("record_todo_proof", debt.Args{"amount": p.Amount, "day": p.PaidOn}),
				Link: v.actPath("nachweis", "id", string(p.ID)), Due: p.DueOn})
		}
	}
	for _, x := range r.Situations {
		if x.EndedAt.IsZero() {
			add(staff.Act, todo{Text: w.Text("record_todo_situation", debt.Args{"situation": w.Word(x.Kind)}), Link: v.actPath("meldung", "id", string(x.ID))})
		}
	}
	for _, p := range r.Plans {
		if _, waits := p.Waits(); waits {
			add(staff.Decide, todo{Text: v.text("record_todo_plan"), Link: v.actPath("plan", "id", string(p.ID)), Due: debt.DateIn(p.ExpiresAt, debt.Berlin)})
		}
	}
	for _, q := range r.Requests {
		if q.EndedAt.IsZero() {
			add(staff.Act, todo{Text: v.text("record_todo_request"), Link: v.actPath("nachricht", "id", string(q.ID)), Due: q.DueOn})
		}
	}
	for _, a := range r.Acting {
		if a.On(v.Now) == authority.Claimed {
			add(staff.Act, todo{Text: w.Text("rules_todo_authority", debt.Args{"kind": a.Kind}), Link: v.actPath("vollmacht", "id", string(a.ID))})
		}
	}
	for _, t := range r.Tasks {
		if t.Kind == booking.TaskObjected {
			add(staff.Act, todo{Text: v.objected(t), Link: v.actPath("nachricht")})
		}
	}
	if slices.ContainsFunc(v.messages(), func(m message) bool { return m.Unread }) {
		add(staff.Act, todo{Text: v.text("record_todo_message"), Link: v.actPath("nachricht")})
	}
	return list
}

// mandateAct is offered where the creditor collects by file, refundAct where too much was paid.
const mandateAct, refundAct = "debits_act", "refund_act"

// acts are what the member may decide now.
func (v viewer) acts() (list []act) {
	over := v.Record.Case.Stage == debt.StageClosed || v.Record.Case.Review == debt.ReviewRejected
	for _, a := range []struct {
		right     staff.Right
		key, name string
		always    bool
	}{
		{staff.Act, "record_act_message", "nachricht", true}, {staff.Act, "record_act_payment", "zahlung", true},
		{staff.Act, "record_act_hold", "ruhe", false}, {staff.Act, "record_act_code", "code", false},
		{staff.Decide, refundAct, "erstattung", true}, {staff.Act, mandateAct, "mandat", false}, {staff.Decide, "offer_act", "angebot", false}, {staff.Decide, "record_act_correct", "korrektur", false}, {staff.Decide, "record_act_end", "ende", false},
	} {
		if a.key == mandateAct && !v.Given.Collects() || a.key == refundAct && v.Record.Statement.Open.Overpaid <= 0 {
			continue
		}
		if v.Role.May(a.right) && (a.always || !over) {
			list = append(list, act{v.text(a.key), v.actPath(a.name)})
		}
	}
	return list
}

// offer is one that the debtor can still take.
type offer struct {
	What, Who, When string
	Until           debt.Date
	Link            string // where a person may withdraw it
}

func (v viewer) offers() (list []offer) {
	for _, o := range v.Record.Offers {
		if !v.Stands(o) {
			continue
		}
		x := offer{What: v.Offer(o.Settlement), Who: v.Who(o.By), When: v.Base.Moment(o.At), Until: o.ValidUntil}
		if v.Role.May(staff.Decide) {
			x.Link = v.actPath("angebot", "id", o.ID)
		}
		list = append(list, x)
	}
	return list
}

func (v viewer) holds() (list []hold) {
	for _, h := range v.Record.Case.Holds {
		if !h.Active(v.Today) {
			continue
		}
		x := hold{Kind: v.Base.Word(h.Kind), Reason: v.Reason(h.Reason), Since: h.Since, Until: h.Until}
		if desk.MayRelease(h, v.Today) && v.Role.May(staff.Act) {
			x.Link = v.actPath("ruhe", "id", string(h.ID))
		}
		list = append(list, x)
	}
	return list
}

type sent struct {
	Kind, State, Link string
	Number            string
	On                debt.Date
}

var letterStates = map[string]string{"created": "record_letter_state_created", "sending": "record_letter_state_sending", "sent": "record_letter_state_sent",
	"returned": "record_letter_state_returned", "void": "record_letter_state_void"}

func (v viewer) letters() (list []sent) {
	for _, k := range v.Record.Letters {
		list = append(list, sent{v.Base.Word(k.Kind), v.text(letterStates[string(k.State)]), v.Link(letterPath, "id", string(k.ID)),
			strconv.FormatInt(k.Number, 10), k.On})
	}
	return list
}
