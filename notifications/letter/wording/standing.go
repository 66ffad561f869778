package wording

import (
	"quitt/bank"
	"quitt/debt"
	"quitt/debt/letter"
	"quitt/debt/plan"
	"quitt/portal/text"
)

// The sheet for a standing order is no letter but a help, so it speaks the reader's language.

// StandingOrder words the sheet: what of About.Instalments goes by standing order, what is sent
// one by one, and a GiroCode for each. Forbidden "letter_nothing_open" with nothing to pay;
// Invalid "letter_incomplete" without an account or a reference to pay to.
func StandingOrder(language string, f Facts) (letter.Document, error) {
	iban, err := bank.ParseIBAN(f.Creditor.IBAN)
	_, unfit := bank.ParseRF(string(f.Reference))
	switch {
	case len(f.About.Instalments) == 0:
		return letter.Document{}, debt.E(debt.Forbidden, "letter_nothing_open", nil)
	case err != nil || f.Creditor.AccountHolder == "":
		return letter.Document{}, debt.E(debt.Invalid, "letter_incomplete", debt.Args{"missing": []letter.Gap{letter.GapIBAN}})
	case unfit != nil:
		return letter.Document{}, debt.E(debt.Invalid, "letter_incomplete", debt.Args{"missing": []letter.Gap{letter.GapReference}})
	}
	w := text.For(text.Language(language)).Whole()
	s := standing{writer: newWriter(f), say: w, iban: iban}
	s.w = w
	s.doc = letter.Document{Kind: letter.PlanConfirmation, Language: string(w.Language()), Sender: s.sender(), Accent: f.Creditor.Settings.Accent,
		ReturnLine: s.returnLine(), Recipient: s.recipient(), Foot: s.foot(), Subject: w.Text("standing_subject", debt.Args{"reference": f.Case.FileReference}),
		Info: []letter.Pair{{Label: w.Text("standing_date", nil), Value: w.Date(f.On)}, {Label: w.Text("claim_reference", nil), Value: f.Case.FileReference}}}
	s.write()
	return s.doc, nil
}

// standing puts the sheet together; its words are those of the portal.
type standing struct {
	*writer

	say  *text.Catalogue
	iban bank.IBAN
}

func (s standing) write() {
	s.paragraph(s.say.Text("standing_lead", nil))
	list := s.f.About.Instalments
	runs := s.runs()
	for i, run := range runs {
		switch last := i == len(runs)-1; {
		case len(run) > 1:
			s.order(run)
		case last && len(list) > 1:
			s.once(run[0], s.say.Text("standing_last", debt.Args{"day": run[0].DueOn}))
		default:
			s.once(run[0], s.say.Text("standing_once", debt.Args{"day": run[0].DueOn}))
		}
	}
	s.add(letter.Block{Kind: letter.Heading, Text: s.say.Text("standing_dates", nil)})
	t := &letter.Table{Columns: []letter.Column{{Title: s.say.Text("standing_due", nil)}, {Title: s.say.Text("standing_amount", nil), Right: true}}}
	for _, i := range list {
		t.Rows = append(t.Rows, letter.Row{Cells: []string{s.say.Date(i.DueOn), s.say.Cents(i.Amount)}})
	}
	t.Rows = append(t.Rows, letter.Row{Cells: []string{s.say.Text("standing_sum", nil), s.say.Cents(planTotal(list))}, Total: true})
	s.add(letter.Block{Kind: letter.TableKind, Table: t})
	s.small(s.say.Text("standing_weekend", nil))
	if s.f.About.Plan.Schedule.Interest == plan.Continues {
		s.small(s.say.Text("standing_varies", nil))
	}
	s.small(s.say.Text("standing_changes", nil))
}

// runs parts the instalments into those a standing order can pay, equal sums at one rhythm,
// and single ones.
func (s standing) runs() (runs [][]Instalment) {
	for _, i := range s.f.About.Instalments {
		n := len(runs) - 1
		if n >= 0 {
			before := runs[n][len(runs[n])-1]
			if before.Amount == i.Amount && follows(before.DueOn, i.DueOn, s.f.About.Plan.Wish.Rhythm) {
				runs[n] = append(runs[n], i)
				continue
			}
		}
		runs = append(runs, []Instalment{i})
	}
	return runs
}

// follows reports whether a day is the next one of a rhythm. A month that lacks the day ends
// it early (BGB § 188 III).
func follows(before, day debt.Date, r plan.Rhythm) bool {
	switch r {
	case plan.Weekly:
		return before.AddDays(7) == day
	case plan.Fortnightly:
		return before.AddDays(14) == day
	}
	b, d := before.Time(), day.Time()
	months := (d.Year()-b.Year())*12 + int(d.Month()) - int(b.Month())
	return months == 1 && (b.Day() == d.Day() || endsMonth(before) || endsMonth(day))
}

func endsMonth(d debt.Date) bool { return d.AddDays(1).Time().Day() == 1 }

// order is a standing order as banks ask for it.
func (s standing) order(run []Instalment) {
	first, last := run[0], run[len(run)-1]
	s.box(s.say.Text("standing_order", nil), first.Amount, s.say.Text("standing_order_hint", nil), []letter.Pair{
		{Label: s.say.Text("standing_first", nil), Value: s.say.Date(first.DueOn)},
		{Label: s.say.Text("standing_rhythm", nil), Value: s.rhythm(run)},
		{Label: s.say.Text("standing_until", nil), Value: s.say.Text("standing_until_count", debt.Args{"day": last.DueOn, "n": len(run)})}})
}

func (s standing) rhythm(run []Instalment) string {
	switch s.f.About.Plan.Wish.Rhythm {
	case plan.Weekly:
		return s.say.Text("standing_weekly", nil)
	case plan.Fortnightly:
		return s.say.Text("standing_fortnightly", nil)
	}
	day, end := 0, true
	for _, i := range run {
		day, end = max(day, i.DueOn.Time().Day()), end && endsMonth(i.DueOn)
	}
	if end {
		return s.say.Text("standing_month_end", nil)
	}
	return s.say.Text("standing_monthly", debt.Args{"day": day})
}

// once is a sum that is sent by itself.
func (s standing) once(i Instalment, title string) {
	s.box(title, i.Amount, s.say.Text("standing_once_hint", nil), nil)
}

func (s standing) box(title string, amount debt.Cents, hint string, more []letter.Pair) {
	pairs := append([]letter.Pair{
		{Label: s.say.Text("standing_holder", nil), Value: s.f.Creditor.AccountHolder},
		{Label: s.say.Text("standing_iban", nil), Value: s.iban.Grouped()},
		{Label: s.say.Text("standing_reference", nil), Value: s.f.Reference.Grouped()},
		{Label: s.say.Text("standing_amount", nil), Value: s.say.Cents(amount)}}, more...)
	b := letter.Block{Kind: letter.Box, Text: title, Pairs: pairs}
	giro := bank.GiroCode{Name: s.f.Creditor.AccountHolder, IBAN: s.iban, AmountCents: int64(amount), Reference: s.f.Reference}
	if payload, err := giro.Payload(); err == nil {
		b.QR, b.Hint = payload, hint
	}
	s.add(b)
}
