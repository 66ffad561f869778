package wording

import (
	"slices"
	"strconv"
	"strings"

	"quitt/debt"
	"quitt/debt/letter"
	"quitt/portal/text"
)

// writer puts a letter together, block by block.
type writer struct {
	f      Facts
	w      *text.Catalogue // amounts, dates, rates and the words of codes
	fields values
	doc    letter.Document
}

// newWriter prepares the merge fields; Sample and CheckTexts ask for them without a letter.
func newWriter(f Facts) *writer {
	w := &writer{f: f, w: text.For(text.German)}
	w.fields = w.common()
	w.aboutFields()
	return w
}

// common are the merge fields every letter has.
func (w *writer) common() values {
	f := w.f
	v := values{
		"creditor": f.Creditor.Name, "operator": f.Operator.Name, "file": f.Case.FileReference,
		"name": f.Debtor.Name().Reveal(), "date": w.w.Date(f.On), "number": number(f.Number),
		"host": host(f.Portal), "phone": f.Operator.Phone, "email": f.Operator.Email,
		"payable": w.w.Cents(f.Statement.Payable),
	}
	if f.Kind.Demands() {
		v["deadline"] = w.weekday(f.Deadline)
		v["reference"] = f.Reference.Grouped()
	}
	return v
}

// aboutFields adds the fields of letters about one event. They build on the common ones.
func (w *writer) aboutFields() {
	a, v := w.f.About, w.fields
	switch w.f.Kind {
	case letter.Reminder, letter.FirstNotice, letter.SecondNotice:
		v["matter"] = w.matter()
		if w.f.Kind == letter.SecondNotice {
			v["earlier"] = w.earlier()
		}
	case letter.PlanConfirmation, letter.PlanMissed, letter.PlanAtRisk, letter.PlanLapsed, letter.PlanCosts, letter.PlanChange:
		w.instalmentFields()
	case letter.PaymentReceipt:
		v["amount"], v["received"] = w.w.Cents(a.Payment.Amount), w.w.Date(a.Payment.ReceivedOn)
		v["method"] = w.w.Word(a.Payment.Method)
	case letter.NewCode:
		v["requested"] = w.w.Date(a.RequestedOn)
	case letter.StatementForAdviser:
		v["requested"], v["day"] = w.w.Date(a.RequestedOn), w.w.Date(w.f.Statement.On)
	}
}

// instalmentFields: a missed instalment is the only one of its letter.
func (w *writer) instalmentFields() {
	list, v := w.f.About.Instalments, w.fields
	if len(list) == 0 {
		return
	}
	first, last := list[0], list[len(list)-1]
	switch w.f.Kind {
	case letter.PlanMissed:
		v["amount"], v["due"] = w.w.Cents(first.Amount), w.w.Date(first.DueOn)
		return
	case letter.PlanAtRisk, letter.PlanLapsed:
		v["count"] = number(int64(len(list)))
		v["missing"], v["days"], v["deadline"] = w.w.Cents(planTotal(list)), w.missedList(), w.weekday(w.f.Deadline)
		v["lapsed"], v["reference"] = w.w.Date(w.f.About.LapsedOn), w.f.Reference.Grouped()
		return
	}
	v["total"], v["count"] = w.w.Cents(planTotal(list)), number(int64(len(list)))
	v["first"], v["last"], v["last_amount"] = w.w.Date(first.DueOn), w.w.Date(last.DueOn), w.w.Cents(last.Amount)
	if p := w.f.About.Plan; p != nil {
		v["agreed"] = w.w.Date(p.AgreedOn)
	}
}

// earlier says when the first notice was written; who composes may not know the day.
func (w *writer) earlier() string {
	if w.f.About.EarlierOn.IsZero() {
		return w.fixed("earlier", nil)
	}
	return w.fixed("earlier_on", values{"date": w.w.Date(w.f.About.EarlierOn)})
}

// own gives a replaceable block: the creditor's text, else ours.
func (w *writer) own(name string) string {
	if t, ok := w.f.Texts[name]; ok {
		return fill(t, w.fields)
	}
	for _, b := range german().Kinds[w.f.Kind] {
		if b.Name == name {
			return fill(b.Text, w.fields)
		}
	}
	return w.fixed(string(w.f.Kind)+"_"+name, nil) // a paper, which nobody words anew
}

// ownFor picks the version for a creditor that collects for itself.
func (w *writer) ownFor(name string) string {
	if w.f.itself() {
		return w.own(name + "_own")
	}
	return w.own(name)
}

// fixed gives a sentence nobody replaces. Values are looked up in more, then in the letter's
// fields.
func (w *writer) fixed(name string, more values) string {
	t, ok := german().Fixed[name]
	if !ok {
		return "«" + name + "»"
	}
	return fill(t, more, w.fields)
}

// weekday writes a day with its name, as people plan: Montag, 14.12.2026.
func (w *writer) weekday(d debt.Date) string {
	if d.IsZero() {
		return ""
	}
	name := german().Fixed["weekday_"+strconv.Itoa(int(d.Weekday()))]
	return w.fixed("weekday", values{"weekday": name, "date": w.w.Date(d)})
}

// number writes ordinals and file numbers, which have no thousands separator.
func number(n int64) string { return strconv.FormatInt(n, 10) }

func (w *writer) add(b letter.Block) { w.doc.Body = append(w.doc.Body, b) }

func (w *writer) paragraph(s string) { w.add(letter.Block{Kind: letter.Paragraph, Text: s}) }

func (w *writer) heading(name string) {
	w.add(letter.Block{Kind: letter.Heading, Text: w.fixed(name, nil)})
}

// small is for what the law wants said and hardly anybody reads first.
func (w *writer) small(s string) { w.add(letter.Block{Kind: letter.Small, Text: s}) }

func (w *writer) list(items ...string) { w.add(letter.Block{Kind: letter.List, Items: items}) }

// greeting names the person and guesses no gender.
func (w *writer) greeting() string {
	if w.f.Helper != nil {
		return w.fixed("greeting_company", nil) // an office as often as a person
	}
	if w.f.Debtor.Kind == debt.Company {
		return w.fixed("greeting_company", nil)
	}
	return w.fixed("greeting_person", nil)
}

// sign ends a letter. The name below is whoever speaks.
func (w *writer) sign() {
	w.paragraph(w.own("closing"))
	name := w.f.Operator.Name
	if w.f.inCreditorsName() {
		name = w.f.Creditor.Name
	}
	w.paragraph(name)
}

// sender is the letterhead: the creditor's in its own reminder, else the operator's.
func (w *writer) sender() []string {
	return append(w.senderAddress(), w.contact()...)
}

func (w *writer) senderAddress() []string {
	o, c := w.f.Operator, w.f.Creditor
	if w.f.inCreditorsName() {
		return []string{c.Name, c.Address.Street, place(c.Address.Postcode, c.Address.City)}
	}
	return filled(o.Name, o.Street, place(o.Postcode, o.City))
}

// contact is how the creditor is reached, in letters that are his own. In those of a collector it
// would lead people past who answers them.
func (w *writer) contact() []string {
	if !w.f.inCreditorsName() && !w.f.itself() {
		return nil
	}
	return w.f.Creditor.Settings.Contact.Lines()
}

// filled leaves out empty lines: a paper in the inbox may lack an address.
func filled(lines ...string) []string {
	return slices.DeleteFunc(lines, func(l string) bool { return strings.TrimSpace(l) == "" })
}

// onBehalf names the client below the letterhead, so that the first line says for whom.
func (w *writer) onBehalf() string {
	if w.f.inCreditorsName() || w.f.itself() {
		return ""
	}
	return w.fixed("on_behalf", nil)
}

// returnLine is where the post brings back what it cannot deliver: the sender.
func (w *writer) returnLine() string { return strings.Join(w.senderAddress(), " · ") }

// recipient follows DIN 5008: the name whole, place and country in capitals abroad only.
func (w *writer) recipient() []string {
	if h := w.f.Helper; h != nil {
		return filled(h.Name.Reveal(), h.Street.Reveal(), place(h.Postcode.Reveal(), h.City.Reveal()))
	}
	d := w.f.Debtor
	town := place(d.Postcode.Reveal(), d.City.Reveal())
	if code := country(d); code != "DE" {
		return filled(d.Name().Reveal(), d.Street.Reveal(), capitals(town), capitals(countries()[code]))
	}
	return filled(d.Name().Reveal(), d.Street.Reveal(), town)
}

// capitals writes ß as SS, which strings.ToUpper leaves alone.
func capitals(s string) string { return strings.ToUpper(strings.ReplaceAll(s, "ß", "ss")) }

func place(postcode, city string) string { return postcode + " " + city }

// info is the block on the right. The number of the letter finds it again when it comes back.
func (w *writer) info() []letter.Pair {
	o := w.f.Operator
	pairs := []letter.Pair{
		{Label: w.fixed("info_date", nil), Value: w.w.Date(w.f.On)},
		{Label: w.fixed("info_file", nil), Value: w.f.Case.FileReference},
	}
	if w.f.Number > 0 { // what is read online is no letter of the count
		pairs = append(pairs, letter.Pair{Label: w.fixed("info_number", nil), Value: number(w.f.Number)})
	}
	pairs = append(pairs, letter.Pair{Label: w.fixed("info_phone", nil), Value: o.Phone})
	if o.PhoneHours != "" {
		pairs = append(pairs, letter.Pair{Label: w.fixed("info_hours", nil), Value: o.PhoneHours})
	}
	return append(pairs, letter.Pair{Label: w.fixed("info_email", nil), Value: o.Email})
}

// foot gives three columns: who, how to reach, where registered.
func (w *writer) foot() []string {
	o := w.f.Operator
	registers := []string{o.CourtRegister}
	if o.VATID != "" {
		registers = append(registers, w.fixed("foot_vat", values{"id": o.VATID}))
	}
	if o.RDGNumber != "" {
		registers = append(registers, w.fixed("foot_rdg", values{"rdg": o.RDGNumber}))
	}
	who := []string{o.Name, o.Street, place(o.Postcode, o.City)}
	if o.Represented != "" {
		who = append(who, w.fixed("foot_represented", values{"name": o.Represented}))
	}
	var columns []string
	for _, lines := range [][]string{who, {o.Phone, o.Email, host(w.f.Portal)}, registers} {
		if column := strings.Trim(strings.Join(lines, "\n"), "\n"); column != "" {
			columns = append(columns, column)
		}
	}
	return columns
}
