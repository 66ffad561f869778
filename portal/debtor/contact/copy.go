package contact

import (
	"bufio"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/disclosure"
	"quitt/debt"
	"quitt/debt/authority"
	"quitt/debt/letter"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
)

// CopyPage says what a copy of all data has and where to get it (GDPR Art. 15).
type CopyPage struct {
	page.Base

	Creditor string
}

var copyHTML = page.New[CopyPage](files, "copy.html")

func newCopy(s room.Scene) CopyPage {
	out := CopyPage{s.Base, s.View.Creditor.Name}
	out.Path = insight
	return out
}

// Copy offers it.
func (p *Pages) Copy(c *fiber.Ctx) error {
	return p.within(c, func(s room.Scene) error { return copyHTML.Write(c, fiber.StatusOK, newCopy(s)) })
}

// CopyJSON gives it to programs. It is written as it goes: nothing of it is held twice.
func (p *Pages) CopyJSON(c *fiber.Ctx) error {
	return p.within(c, func(s room.Scene) error {
		all, err := p.Copies.Read(c.UserContext(), s.Visit.CreditorID, s.Visit.CaseID)
		if err != nil {
			return err
		}
		c.Attachment("meine-daten.json")
		c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
		c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
			_ = all.Write(w) // a reader that went away is no mistake of ours
		})
		return nil
	})
}

// CopyPDF gives it to readers.
func (p *Pages) CopyPDF(c *fiber.Ctx) error {
	return p.within(c, func(s room.Scene) error {
		all, err := p.Copies.Read(c.UserContext(), s.Visit.CreditorID, s.Visit.CaseID)
		if err != nil {
			return err
		}
		pdf, err := p.Letters.PrintAny(readable(s.Base, all))
		if err != nil {
			return err
		}
		c.Attachment("meine-daten.pdf")
		return c.Send(pdf)
	})
}

// reader writes a copy as a document.
type reader struct {
	page.Base

	doc letter.Document
}

// readable says everything of a copy in the order in which people ask. What a machine alone can
// use, ids and hashes, it leaves to the other form.
func readable(b page.Base, c disclosure.Copy) letter.Document {
	o := b.Operator
	r := &reader{b, letter.Document{Language: b.Lang(), Sender: []string{o.Name, o.Street, o.Postcode + " " + o.City},
		ReturnLine: o.Name + " · " + o.Street + " · " + o.Postcode + " " + o.City,
		Recipient:  lines(joined(" ", c.Person.FirstName, c.Person.LastName, c.Person.CompanyName), c.Person.Street, joined(" ", c.Person.Postcode, c.Person.City)),
		Info: []letter.Pair{{Label: b.Words.Text("claim_reference", nil), Value: c.Case.FileReference},
			{Label: b.Words.Text("copy_made", nil), Value: b.Moment(c.MadeAt)}},
		Subject: b.Words.Text("copy_title", nil), Foot: []string{o.Name}}}
	r.text(b.Words.Text("copy_pdf_lead", debt.Args{"creditor": c.Creditor.Name}))
	r.person(c)
	r.rights(c)
	r.books(c)
	r.papers(c)
	r.said(c)
	r.record(c)
	return r.doc
}

func joined(by string, parts ...string) string { return strings.Join(lines(parts...), by) }

// lines leaves out what is empty.
func lines(parts ...string) (list []string) {
	for _, s := range parts {
		if s != "" {
			list = append(list, s)
		}
	}
	return list
}

func (r *reader) add(b letter.Block) { r.doc.Body = append(r.doc.Body, b) }

func (r *reader) head(title string) { r.add(letter.Block{Kind: letter.Heading, Text: title}) }

func (r *reader) text(s string) { r.add(letter.Block{Kind: letter.Paragraph, Text: s}) }

// list has one item per thing; of nothing it says so.
func (r *reader) list(items []string) {
	if len(items) == 0 {
		items = []string{r.Words.Text("copy_nothing", nil)}
	}
	r.add(letter.Block{Kind: letter.List, Items: items})
}

// fact is a name and its value.
type fact struct{ name, value string }

func (r *reader) facts(list ...fact) {
	var items []string
	for _, f := range list {
		if f.value != "" {
			items = append(items, f.name+": "+f.value)
		}
	}
	r.list(items)
}

func (r *reader) when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return r.Moment(t)
}

func (r *reader) person(c disclosure.Copy) {
	w, p := r.Words, c.Person
	r.head(w.Text("copy_person", nil))
	r.facts(fact{w.Text("copy_name", nil), joined(" ", p.FirstName, p.LastName, p.CompanyName)},
		fact{w.Text("data_address", nil), joined(", ", p.Street, joined(" ", p.Postcode, p.City), p.Country, p.State)},
		fact{w.Text("copy_birth", nil), p.BirthOn}, fact{w.Text("contact_email", nil), p.Email}, fact{w.Text("contact_phone", nil), p.Phone},
		fact{w.Text("copy_customer", nil), p.CustomerNumber}, fact{w.Text("copy_iban", nil), p.PayerIBAN},
		fact{w.Text("copy_address_source", nil), p.AddressSource},
		fact{w.Text("copy_stopped", nil), joined(", ", p.AddressStopped, p.EmailStopped, p.PhoneStopped)},
		fact{w.Text("copy_wishes", nil), joined(", ", p.PreferredChannel, p.PreferredLanguage)})
	r.head(w.Text("copy_changes", nil))
	var items []string
	for _, x := range c.Changes {
		items = append(items, joined(" · ", r.Date(x.ValidFrom), x.Kind, x.Old+" → "+x.New, x.Source, x.State))
	}
	r.list(items)
}

// rights are what Art. 15 I a to h asks for.
func (r *reader) rights(c disclosure.Copy) {
	w := r.Words
	r.head(w.Text("copy_why", nil))
	r.text(w.Text("copy_why_text", nil))
	r.head(w.Text("copy_recipients", nil))
	var items []string
	for _, x := range c.Recipients {
		items = append(items, joined(": ", r.role(x.Role), x.Name))
	}
	r.list(items)
	r.head(w.Text("copy_kept", nil))
	r.text(w.Text("copy_kept_text", nil))
	r.head(w.Text("copy_rights", nil))
	r.text(w.Text("copy_rights_text", debt.Args{"email": r.Operator.Email}))
}

func (r *reader) role(code string) string {
	switch code {
	case "creditor":
		return r.Words.Text("copy_to_creditor", nil)
	case "operator":
		return r.Words.Text("copy_to_operator", debt.Args{"name": r.Operator.Name})
	case "postal_service":
		return r.Words.Text("copy_to_post", nil)
	case "payment_provider":
		return r.Words.Text("copy_to_provider", nil)
	}
	return r.Words.Text("copy_to_messenger", nil)
}

func (r *reader) books(c disclosure.Copy) {
	w := r.Words
	r.head(w.Text("copy_claims", nil))
	var items []string
	for _, x := range c.Claims {
		items = append(items, joined(" · ", x.Object, r.Cents(x.Principal), r.Word(debt.Ground(x.Ground)), x.InvoiceNumber, r.Date(x.DueOn), x.InterestReason))
	}
	for _, x := range c.Costs {
		items = append(items, joined(" · ", r.Word(debt.CostKind(x.Kind)), r.Cents(x.Amount), r.Date(x.IncurredOn), x.LegalGround, x.Note))
	}
	for _, h := range c.Case.Holds {
		items = append(items, joined(" · ", r.Word(debt.HoldKind(h.Kind)), h.Reason, r.Date(h.Since), r.Date(h.Until)))
	}
	r.list(items)
	r.head(w.Text("paid_title", nil))
	items = nil
	for _, x := range c.Payments {
		items = append(items, joined(" · ", r.Date(x.ReceivedOn), r.Cents(x.Amount), r.Word(debt.Method(x.Method)), r.Word(debt.PaymentStatus(x.Status)), x.ExternalID, x.Note))
		for _, n := range x.Notes {
			items = append(items, joined(" · ", r.when(n.At), n.Author, n.Text))
		}
	}
	for _, x := range c.Ways {
		items = append(items, joined(" · ", r.Word(debt.Method(x.Method)), x.Brand, x.Last4, x.Mandate, r.when(x.SavedAt)))
	}
	for _, x := range c.Orders {
		items = append(items, joined(" · ", r.when(x.StartedAt), r.Word(debt.Method(x.Method)), r.Cents(x.Amount), r.Word(debt.PaymentStatus(x.Status)), x.Shown.Reason))
	}
	r.list(items)
	r.head(w.Text("copy_postings", nil))
	items = nil
	for _, x := range c.Postings {
		items = append(items, joined(" · ", r.Date(x.ValueOn), x.Kind, x.Account, r.Cents(x.Amount)))
	}
	r.list(items)
	r.plans(c)
	r.head(w.Text("copy_said", nil))
	items = nil
	for _, x := range c.Said {
		items = append(items, joined(" · ", r.when(x.At), x.What, x.State, r.Date(x.On), x.Words, x.Details, x.Reason))
	}
	r.list(items)
}

func (r *reader) plans(c disclosure.Copy) {
	r.head(r.Words.Text("copy_plans", nil))
	var items []string
	for _, x := range c.Plans {
		items = append(items, joined(" · ", r.when(x.MadeAt), r.Words.Text("copy_plan", debt.Args{"n": len(x.Schedule.Instalments)}), x.State))
		for _, i := range x.Schedule.Instalments {
			items = append(items, joined(" · ", r.Date(i.DueOn), r.Cents(i.Amount)))
		}
		for _, n := range x.Rounds {
			items = append(items, joined(" · ", r.when(n.At), n.By, n.Act, n.Note))
		}
	}
	r.list(items)
}

func (r *reader) papers(c disclosure.Copy) {
	w := r.Words
	r.head(w.Text("papers_title", nil))
	var items []string
	for _, x := range c.Letters {
		items = append(items, joined(" · ", r.Date(x.DatedOn), r.Word(letter.Kind(x.Kind)), strconv.FormatInt(x.Number, 10), x.State))
	}
	for _, x := range c.Documents {
		items = append(items, joined(" · ", r.when(x.UploadedAt), x.Name, x.Kind, r.contentOf(x.Content)))
	}
	r.list(items)
	for _, x := range c.Letters {
		r.add(letter.Block{Kind: letter.Heading, Text: w.Text("copy_letter", debt.Args{"day": x.DatedOn})})
		for part := range strings.SplitSeq(strings.TrimSpace(x.Says.Plain()), "\n") {
			r.add(letter.Block{Kind: letter.Small, Text: part})
		}
	}
}

// contentOf says where the file itself is.
func (r *reader) contentOf(c disclosure.Content) string {
	switch c {
	case disclosure.HeldBack:
		return r.Words.Text("copy_held", nil)
	case disclosure.Unchecked:
		return r.Words.Text("uploads_checked", nil)
	case disclosure.Dangerous:
		return r.Words.Text("uploads_infected", nil)
	}
	return r.Words.Text("copy_enclosed", nil)
}

func (r *reader) said(c disclosure.Copy) {
	w := r.Words
	r.head(w.Text("inbox_title", nil))
	if len(c.Messages) == 0 {
		r.list(nil)
	}
	for _, m := range c.Messages {
		r.text(joined(", ", r.when(m.At), m.By) + ":")
		for part := range strings.SplitSeq(m.Text, "\n") {
			if part != "" {
				r.text(part)
			}
		}
	}
	r.head(w.Text("requests_title", nil))
	var items []string
	for _, q := range c.Requests {
		items = append(items, joined(" · ", r.when(q.At), q.Kind, q.State, r.Date(q.DueOn), strings.ReplaceAll(q.Text, "\n", " ")))
	}
	r.list(items)
	if len(c.Notes) > 0 {
		r.head(w.Text("record_copy_notes", nil))
		items = nil
		for _, n := range c.Notes {
			items = append(items, joined(" · ", r.when(n.At), strings.ReplaceAll(n.Text, "\n", " ")))
		}
		r.list(items)
	}
	r.head(w.Text("copy_sent", nil))
	items = nil
	for _, x := range c.Sent {
		items = append(items, joined(" · ", r.when(x.At), x.Channel, x.Template, x.State, x.To))
	}
	r.list(items)
}

func (r *reader) record(c disclosure.Copy) {
	r.head(r.Words.Text("copy_accesses", nil))
	var items []string
	for _, x := range c.Accesses {
		items = append(items, joined(" · ", r.when(x.IssuedAt), x.Words, r.when(x.LastAccessAt), strconv.Itoa(x.Wrong)))
	}
	for _, x := range c.Acting {
		items = append(items, joined(" · ", r.when(x.MadeAt), x.Name, r.Word(authority.Kind(x.Kind)), r.Word(authority.State(x.State)), r.when(x.LastAccessAt)))
	}
	r.list(items)
	r.head(r.Words.Text("copy_events", nil))
	items = nil
	for _, e := range c.Events {
		items = append(items, joined(" · ", r.when(e.At), r.Word(debt.EventType(e.Type)), e.By))
	}
	r.list(items)
}
