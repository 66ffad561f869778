package list

import (
	"quitt/cases/worklist"
	"quitt/debt"
	"quitt/debt/batch"
	"quitt/debt/staff"
	"quitt/portal/text"
	"quitt/store/caselist"
)

// sentence is one that has nothing to fill in, in the language of a page.
type sentence func(*text.Catalogue) string

func say(key string) sentence {
	return func(w *text.Catalogue) string { return w.Text(key, nil) }
}

// count says how many cases a list has, as far as that is known.
func count(w *text.Catalogue, n caselist.Count) string {
	switch {
	case n.More:
		return w.Text("list_count_more", debt.Args{"n": n.N})
	case n.N == 0:
		return w.Text("list_count_none", nil)
	case n.N == 1:
		return w.Text("list_count_one", nil)
	default:
		return w.Text("list_count", debt.Args{"n": n.N})
	}
}

// fieldWords are the heads of the columns.
var fieldWords = map[worklist.Field]sentence{
	worklist.FieldDebtor: say("list_col_name"), worklist.FieldOwn: say("list_col_own"), worklist.FieldInvoice: say("list_col_invoice"),
	worklist.FieldOriginal: say("list_col_original"), worklist.FieldOpen: say("list_col_open"), worklist.FieldDue: say("list_col_due"),
	worklist.FieldReceived: say("list_col_received"), worklist.FieldStage: say("list_col_stage"), worklist.FieldProcessing: say("list_col_processing"),
	worklist.FieldPayment: say("list_col_payment"), worklist.FieldObjection: say("list_col_objection"), worklist.FieldPlan: say("list_col_plan"),
	worklist.FieldReview: say("list_col_review"),
}

// sorted are the columns with an order.
var sorted = map[worklist.Field]caselist.Column{worklist.FieldReceived: caselist.Received, worklist.FieldOpen: caselist.Open}

func numeric(f worklist.Field) bool {
	return f == worklist.FieldOriginal || f == worklist.FieldOpen
}

// heads are the first row, each with the address of the list in its order.
func heads(w *text.Catalogue, q worklist.Query) []head {
	list := []head{ordered(head{Name: w.Text("list_col_reference", nil)}, q, caselist.Reference)}
	for _, f := range q.Fields {
		h := head{Name: fieldWords[f](w), Numeric: numeric(f)}
		if by, ok := sorted[f]; ok {
			h = ordered(h, q, by)
		}
		list = append(list, h)
	}
	return list
}

func ordered(h head, q worklist.Query, by caselist.Column) head {
	if q.Order.By == by {
		h.Sorted = "ascending"
		if q.Order.Descending {
			h.Sorted = "descending"
		}
		q.Order.Descending = !q.Order.Descending
	} else {
		q.Order = caselist.Order{By: by, Descending: by != caselist.Reference}
	}
	h.Sort = listPath + "?" + q.String()
	return h
}

// cells are a case in the columns of a list.
func cells(w *text.Catalogue, q worklist.Query, c caselist.Case) []cell {
	var list []cell
	for _, f := range q.Fields {
		list = append(list, cell{fieldWords[f](w), said(w, f, c), numeric(f)})
	}
	return list
}

// said is a cell in words. The everyday value of an axis stays empty: what is seen is what is
// the matter.
func said(w *text.Catalogue, f worklist.Field, c caselist.Case) string {
	switch f {
	case worklist.FieldDebtor:
		return called(w, c)
	case worklist.FieldOwn:
		return c.CreditorReference
	case worklist.FieldInvoice:
		return invoices(c)
	case worklist.FieldOriginal:
		return w.Cents(c.Original())
	case worklist.FieldOpen:
		return w.Cents(c.Open.Principal)
	case worklist.FieldDue:
		return w.Date(c.DueSince())
	case worklist.FieldReceived:
		return w.Date(debt.DateIn(c.ReceivedAt, debt.Berlin))
	case worklist.FieldStage:
		return w.Word(c.Stage)
	case worklist.FieldProcessing:
		return unless(w, c.Processing, debt.Running)
	case worklist.FieldPayment:
		return w.Word(c.Payment)
	case worklist.FieldObjection:
		return unless(w, c.Objection, debt.ObjectionNone)
	case worklist.FieldPlan:
		return unless(w, c.Plan, debt.PlanNone)
	default:
		return unless(w, c.Review, debt.ReviewAccepted)
	}
}

// called is the name of a debtor, who may be forgotten already.
func called(w *text.Catalogue, c caselist.Case) string {
	if name := c.Debtor.Name().Reveal(); name != "" {
		return name
	}
	return w.Text("list_erased", nil)
}

func unless[T comparable](w *text.Catalogue, value, everyday T) string {
	if value == everyday {
		return ""
	}
	return w.Word(value)
}

// invoices are the numbers of the first claim and how many more there are.
func invoices(c caselist.Case) string {
	text := ""
	for _, l := range c.Claims {
		if l.Invoice != "" {
			if text != "" {
				text += ", "
			}
			text += l.Invoice
		}
	}
	return text
}

// addFilters lists what can be chosen, with what is.
func (out *ListPage) addFilters(w *text.Catalogue, q worklist.Query) {
	out.Choices = []choice{
		options(w, named("stufe", w.Text("list_col_stage", nil)), q.Stage, debt.Stages()),
		options(w, named("bearbeitung", w.Text("list_col_processing", nil)), q.Processing, debt.Processings()),
		options(w, named("zahlung", w.Text("list_col_payment", nil)), q.Payment, debt.PaymentStates()),
		options(w, named("einwendung", w.Text("list_col_objection", nil)), q.Objection, debt.ObjectionStates()),
		options(w, named("plan", w.Text("list_col_plan", nil)), q.Plan, debt.PlanStates()),
		options(w, named("pruefung", w.Text("list_col_review", nil)), q.Review, debt.Reviews()),
		options(w, named("grund", w.Text("list_col_ground", nil)), q.Ground, debt.Grounds()),
	}
	for _, f := range worklist.Fields() {
		out.Fields = append(out.Fields, option{string(f), fieldWords[f](w), q.Shows(f)})
	}
	if q.Least > 0 {
		out.Least = w.Cents(q.Least)
	}
	if q.Filter.Most > 0 {
		out.Most = w.Cents(q.Filter.Most)
	}
	plain := usual()
	plain.Search, plain.Order = q.Search, q.Order
	out.Filtered = plain.String() != q.String()
}

func named(name, label string) choice { return choice{Name: name, Label: label} }

// options fills a choice with everything that can be chosen.
func options[T ~string](w *text.Catalogue, c choice, chosen T, all []T) choice {
	c.Options = []option{{"", w.Text("list_all", nil), chosen == ""}}
	for _, v := range all {
		c.Options = append(c.Options, option{string(v), w.Word(v), v == chosen})
	}
	return c
}

// needs is the right an action wants: to give a claim up binds the creditor.
func needs(a batch.Action) staff.Right {
	if a == batch.Withdraw {
		return staff.Decide
	}
	return staff.Act
}

// since says for how long something has waited.
func since(w *text.Catalogue, days int) string {
	switch days {
	case 0:
		return w.Text("list_since_today", nil)
	case 1:
		return w.Text("list_since_yesterday", nil)
	default:
		return w.Text("list_since", debt.Args{"days": days})
	}
}
