package wording

import (
	"slices"
	"strings"
	"testing"
	"time"

	"quitt/bank"
	"quitt/debt"
	"quitt/debt/letter"
	"quitt/debt/plan"
	"quitt/portal/text"
)

// eachPaper runs a check for every paper, for whoever it may be about.
func eachPaper(t *testing.T, check func(t *testing.T, f Facts, d letter.Document)) {
	t.Helper()
	for _, name := range PaperSamples() {
		for variant, change := range map[string]func(*Facts){
			"": func(*Facts) {}, "company": variants["company"], "business": variants["business"], "abroad": variants["abroad"], "itself": variants["itself"],
			"several claims": variants["several claims"], "no interest": variants["no interest"],
			"no address": func(f *Facts) { f.Debtor.Street, f.Debtor.Postcode, f.Debtor.City = "", "", "" },
			"nobody yet": func(f *Facts) { f.Operator.Street, f.Operator.Supervisor.Name = "", "" },
			"no account": func(f *Facts) { f.Creditor.IBAN = "" },
		} {
			f := SamplePaper(name)
			change(&f)
			d, err := Paper(f)
			if err != nil {
				t.Errorf("%s, %s: %v", name, variant, err)
				continue
			}
			t.Run(name+" "+variant, func(t *testing.T) { check(t, f, d) })
		}
	}
}

func TestEveryPaperIsWholeAndThreatensNobody(t *testing.T) {
	eachPaper(t, func(t *testing.T, f Facts, d letter.Document) {
		plain := d.Plain()
		for _, sign := range []string{"{", "}", "«", "»", "%!"} {
			if strings.Contains(plain, sign) {
				t.Errorf("%q in:\n%s", sign, plain)
			}
		}
		if words := wordsOf(plain, threats); len(words) > 0 {
			t.Errorf("%q", words)
		}
		// It is named once, to say that there is none.
		said := strings.ToLower(plain)
		if strings.Count(said, "schuldanerkenntnis") != strings.Count(said, "auch kein schuldanerkenntnis") {
			t.Error("an acknowledgement")
		}
		if slices.Contains(d.Sender, "") || slices.Contains(d.Recipient, "") || strings.Contains(d.ReturnLine, "·  ·") {
			t.Errorf("empty lines: %q %q", d.Sender, d.Recipient)
		}
		if d.Kind != f.Kind || d.Language != "de" || d.Subject == "" {
			t.Errorf("frame: %+v", d)
		}
	})
}

// RDG § 13a III, BGB § 126b and what an agreement must carry (law.md 4.5).
func TestPapersSayWhatTheLawWants(t *testing.T) {
	w := text.For(text.German)
	eachPaper(t, func(t *testing.T, f Facts, d letter.Document) {
		p, plain := f.About.Plan, d.Plain()
		last := p.Schedule.Last()
		want := []string{w.Cents(0), f.Debtor.Name().Reveal(), f.Creditor.Name, f.Case.FileReference, w.Date(f.On), w.Cents(p.Schedule.Total()),
			w.Date(last.DueOn), w.Cents(last.Amount), "BGB § 271 Abs. 2", "/widerruf", "/datenschutz", f.Operator.Email}
		for _, i := range p.Schedule.Instalments {
			want = append(want, w.Date(i.DueOn), w.Cents(i.Amount))
		}
		if f.consumer() {
			want = append(want, "Schuldnerberatung", "kostenlos")
		}
		if p.Schedule.Tentative && f.Kind != letter.PlanChange {
			want = append(want, "voraussichtlich", "Verzugszinsen laufen weiter")
		}
		switch f.Kind {
		case letter.PlanCosts:
			want = append(want, "Es entstehen keine zusätzlichen Kosten", "RDG § 13a Abs. 3", "Noch ist nichts vereinbart")
		case letter.PlanConfirmation:
			missing := "zwei Raten hintereinander ganz fehlen"
			if len(p.Schedule.Instalments) == 1 {
				missing = "die Zahlung ganz fehlt"
			}
			want = append(want, missing, "zu verantworten haben", p.Notice.SHA256, "RDG § 13a Abs. 3", "14 Tage", "keine Stundung", "kein Schuldanerkenntnis",
				"BGB § 212", "leitet kein gerichtliches Verfahren ein", "Zahlungen verrechnen wir", "Hauptforderung", w.Cents(f.Statement.Payable))
			for _, c := range f.Statement.Claims {
				want = append(want, c.Object, w.Cents(c.Open), w.Cents(c.OpenInterest))
			}
		case letter.PlanChange:
			for _, i := range p.Before.Instalments {
				want = append(want, w.Date(i.DueOn), w.Cents(i.Amount))
			}
			want = append(want, w.Date(p.AgreedOn))
		}
		for _, s := range want {
			if !strings.Contains(plain, strings.ReplaceAll(s, "§ ", "§\u00a0")) && !strings.Contains(plain, s) {
				t.Errorf("%q is not in the paper:\n%s", s, plain)
			}
		}
	})
}

func TestASettlementSaysWhatIsGivenUpAndWhatIfItIsBroken(t *testing.T) {
	w := text.For(text.German)
	for name, broken := range map[string]string{"settlement": "ist wieder der ganze Betrag offen", "settlement-lasts": "müssen Sie nicht zahlen"} {
		f := SamplePaper(name)
		d, err := Paper(f)
		saved := w.Cents(f.Statement.Payable - f.About.Plan.Deal.Sum)
		if plain := d.Plain(); err != nil || !strings.Contains(plain, broken) || !strings.Contains(plain, "auf den Rest von "+saved) ||
			strings.Contains(plain, "ist der Rest auf einmal zu zahlen") {
			t.Errorf("%s: %v\n%s", name, err, plain)
		}
	}
}

// A plan says how it is paid, and only a transfer has something to do.
func TestTheAgreementSaysHowItIsPaid(t *testing.T) {
	for name, want := range map[string]string{"agreement": "Verwendungszweck", "agreement-card": "mit Ihrer Karte", "agreement-debit": "Ankündigung der Lastschriften"} {
		d, err := Paper(SamplePaper(name))
		box := slices.ContainsFunc(d.Body, func(b letter.Block) bool { return b.Kind == letter.Box })
		if err != nil || !strings.Contains(d.Plain(), want) || box != (name == "agreement") {
			t.Errorf("%s: %v\n%s", name, err, d.Plain())
		}
	}
}

func TestThePostedConfirmationSaysWhatTheAgreementSays(t *testing.T) {
	posted, err := Compose(Sample(letter.PlanConfirmation))
	if err != nil {
		t.Fatal(err)
	}
	given, err := Paper(SamplePaper("agreement"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"plan_promise", "plan_early", "plan_end", "plan_lapse", "plan_nature", "plan_limitation", "plan_free"} {
		sentence := newWriter(SamplePaper("agreement")).fixed(name, values{"zero": "0,00\u00a0€"})
		if !strings.Contains(posted.Plain(), sentence) || !strings.Contains(given.Plain(), sentence) {
			t.Errorf("%s: %q", name, sentence)
		}
	}
}

func TestAPaperThatLacksSomethingIsNotGiven(t *testing.T) {
	for name, take := range map[string]func(*Facts){
		"no plan":        func(f *Facts) { f.About.Plan = nil },
		"another letter": func(f *Facts) { f.Kind = letter.PlanMissed },
		"no instalments": func(f *Facts) { f.About.Plan.Schedule = plan.Schedule{} },
		"no claims":      func(f *Facts) { f.Statement.Claims = nil },
		"no day":         func(f *Facts) { f.On = debt.Date{} },
	} {
		f := SamplePaper("agreement")
		take(&f)
		if d, err := Paper(f); debt.KindOf(err) != debt.Invalid || d.Subject != "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMomentsAreThoseOfGermany(t *testing.T) {
	w := newWriter(SamplePaper("agreement"))
	for at, want := range map[string]string{"2026-07-01T22:30:00Z": "02.07.2026, 00:30 Uhr", "2026-12-31T23:30:00Z": "01.01.2027, 00:30 Uhr"} {
		moment, err := time.Parse(time.RFC3339, at)
		if got := w.moment(moment); err != nil || got != want {
			t.Errorf("%s: %q", at, got)
		}
	}
}

// The notice names the day after which the plan may lapse, and that it need not.
func TestTheNoticeBeforeALapse(t *testing.T) {
	f := Sample(letter.PlanAtRisk)
	d, err := Compose(f)
	if err != nil {
		t.Fatal(err)
	}
	w, plain := text.For(text.German), d.Plain()
	for _, s := range []string{w.Cents(200_00), w.Date(plan.PayBy(f.On)), "nicht zu verantworten", "Ein Satz reicht", "Gebühren verlangen wir dafür nicht", f.Operator.Phone} {
		if !strings.Contains(plain, s) {
			t.Errorf("%q is not in:\n%s", s, plain)
		}
	}
	i := slices.IndexFunc(d.Body, func(b letter.Block) bool { return b.Kind == letter.Box })
	if g, err := bank.ParseGiroCode(d.Body[i].QR); err != nil || g.AmountCents != 200_00 {
		t.Errorf("%v %v", g, err)
	}
	f.Deadline = debt.Date{}
	if _, err := Compose(f); debt.KindOf(err) != debt.Invalid {
		t.Errorf("without a day: %v", err)
	}
}
