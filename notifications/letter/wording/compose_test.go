package wording

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"quitt/bank"
	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/letter"
	"quitt/portal/text"
)

func TestEveryLetterIsWholeInEveryCase(t *testing.T) {
	each(t, func(t *testing.T, f Facts, d letter.Document) {
		plain := d.Plain()
		for _, sign := range []string{"{", "}", "«", "»", "%!", "•", "  "} {
			blank := sign == "  " && hasTable(d) // empty cells
			if strings.Contains(plain, sign) && !blank {
				t.Errorf("%q in:\n%s", sign, plain)
			}
		}
		if len(d.Recipient) > 6 || d.Subject == "" || len(d.Foot) > 3 || d.Language != "de" || d.Kind != f.Kind {
			t.Errorf("frame: %+v", d)
		}
		for _, b := range d.Body {
			if b.Table == nil {
				continue
			}
			for _, r := range b.Table.Rows {
				if len(r.Cells) != len(b.Table.Columns) {
					t.Errorf("%q has %d cells for %d columns", r.Cells, len(r.Cells), len(b.Table.Columns))
				}
			}
		}
		for _, name := range []string{f.Debtor.Name().Reveal(), f.Case.FileReference, f.Creditor.Name} {
			if !strings.Contains(plain, name) {
				t.Errorf("%q is not in the letter", name)
			}
		}
	})
}

func hasTable(d letter.Document) bool {
	return slices.ContainsFunc(d.Body, func(b letter.Block) bool { return b.Table != nil })
}

// RDG § 13a I in full, on every demand.
func TestDemandsSayWhatTheLawWants(t *testing.T) {
	each(t, func(t *testing.T, f Facts, d letter.Document) {
		if !f.Kind.Demands() {
			return
		}
		w, plain := text.For(text.German), d.Plain()
		want := []string{f.Creditor.Name, f.Creditor.Address.Street, f.Creditor.Address.City, w.Cents(f.Statement.Payable),
			w.Date(f.Deadline), f.Operator.Supervisor.Name, f.Operator.Supervisor.Address, f.Operator.Supervisor.Contact,
			"DE89 3704 0044 0532 0130 00", "RF18 5390 0754 7034", f.Creditor.AccountHolder, "nie nach einer TAN",
			"Einwand", "/echt", "/datenschutz", "ursprünglichen Gläubigers", f.Access.Words, w.Date(f.Access.Until)}
		for _, c := range f.Statement.Claims {
			want = append(want, c.Object, w.Cents(c.Principal), w.Date(c.Claim.ArisenOn), c.Claim.InterestReason)
			for _, p := range c.Periods {
				want = append(want, w.Cents(p.Amount))
				for _, s := range p.Segments {
					want = append(want, w.Date(s.From), w.Date(s.To.AddDays(-1)), w.Percent(s.Rate), w.Cents(s.Principal))
				}
			}
		}
		for _, c := range f.Statement.Costs {
			want = append(want, w.Word(c.Kind), w.Cents(c.Amount), c.LegalGround, w.Date(c.IncurredOn))
		}
		if vat := vatOf(f.Statement.Costs); vat > 0 {
			want = append(want, w.Cents(vat), "nicht als Vorsteuer")
		}
		if f.Debtor.AddressSource == "researched" {
			want = append(want, "Sie wurde ermittelt", f.Operator.Email)
		}
		for _, s := range want {
			if !strings.Contains(plain, s) {
				t.Errorf("%q is not in the letter", s)
			}
		}
		if advice := strings.Contains(plain, "Schuldnerberatung"); advice != f.consumer() {
			t.Errorf("advice on debts: %v, consumer: %v", advice, f.consumer())
		}
	})
}

// What is owed is the sum of what is listed, on the first page and in the table.
func TestAmountsAddUp(t *testing.T) {
	each(t, func(t *testing.T, _ Facts, d letter.Document) { addUp(t, d) })
}

func addUp(t interface{ Fatalf(string, ...any) }, d letter.Document) {
	for _, b := range d.Body {
		var cells []string
		switch {
		case b.Kind == letter.Amount:
			for _, p := range b.Pairs {
				cells = append(cells, p.Value)
			}
		case b.Table != nil && len(b.Table.Columns) == 2:
			for _, r := range b.Table.Rows {
				cells = append(cells, r.Cells[1])
			}
		default:
			continue
		}
		sum := debt.Cents(0)
		for _, c := range cells[:len(cells)-1] {
			sum += cents(t, c)
		}
		if total := cents(t, cells[len(cells)-1]); sum != total {
			t.Fatalf("%q: %v, not %v", cells, sum, total)
		}
	}
}

// The same for whatever happened on a case: claims of all sorts, costs, payments, a credit.
func TestAmountsOfAnyHistoryAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := emptySampleBook()
		kinds := []debt.InterestKind{debt.NoInterest, debt.Statutory, debt.FixedRate}
		methods := []debt.InterestMethod{debt.ActAct, debt.Act365, debt.Thirty360}
		for range rapid.IntRange(1, 4).Draw(t, "claims") {
			c := sampleClaim()
			c.Principal = debt.Cents(rapid.Int64Range(1, 10_000_000_00).Draw(t, "principal"))
			c.Interest = debt.InterestRule{Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), Surcharge: 500, Fixed: 1100,
				Method: rapid.SampledFrom(methods).Draw(t, "method")}
			c.InterestReason, c.DefaultFrom = "Vertrag", c.DueOn.AddDays(rapid.IntRange(1, 300).Draw(t, "grace"))
			c.Order = rapid.SampledFrom([]debt.AllocationOrder{debt.Order367, debt.Order497}).Draw(t, "order")
			b.claim(c)
		}
		on := sampleDay.AddDays(-40)
		for range rapid.IntRange(0, 6).Draw(t, "events") {
			on = on.AddDays(rapid.IntRange(0, 6).Draw(t, "later"))
			amount := debt.Cents(rapid.Int64Range(1, 500_000_00).Draw(t, "amount"))
			if rapid.Bool().Draw(t, "cost") {
				b.cost(debt.Cost{Kind: debt.CourtCost, Amount: amount, IncurredOn: on, LegalGround: "GKG KV 1100"})
			} else {
				b.pay(amount, on)
			}
		}
		f := Sample(letter.SecondNotice)
		f.Statement = b.statement(f.Deadline)
		d, err := Compose(f)
		if f.Statement.Payable == 0 {
			if !errors.Is(err, debt.E(debt.Forbidden, "letter_nothing_open", nil)) {
				t.Fatal(err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		addUp(t, d)
	})
}

func cents(t interface{ Fatalf(string, ...any) }, s string) debt.Cents {
	c, err := debt.ParseCents(strings.NewReplacer("−", "-", "\u00a0", "").Replace(s))
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return c
}

// The code and the link stand in sealed places only, and a stored letter has neither.
func TestSecretsAreSealed(t *testing.T) {
	each(t, func(t *testing.T, f Facts, d letter.Document) {
		whole := Sample(letter.FirstNotice).Access
		token := whole.Link[strings.Index(whole.Link, "#")+1:]
		kept, err := json.Marshal(d.Sealed())
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{whole.Code, strings.ReplaceAll(whole.Code, " ", ""), token} {
			if strings.Contains(string(kept), secret) || strings.Contains(d.Sealed().Plain(), secret) {
				t.Error("a secret is stored")
			}
		}
		if has := strings.Contains(d.Plain(), whole.Code); has != f.Kind.Coded() {
			t.Errorf("code printed: %v", has)
		}
		if plain := d.Plain(); strings.Contains(plain, token) {
			t.Error("the token is printed in letters")
		}
	})
}

func TestALetterThatLacksSomethingSaysWhat(t *testing.T) {
	take := map[letter.Gap]func(*Facts){
		"iban":                     func(f *Facts) { f.Creditor.IBAN = "DE00123" },
		"account_holder":           func(f *Facts) { f.Creditor.AccountHolder = "" },
		"reference":                func(f *Facts) { f.Reference = "RF00" },
		"portal":                   func(f *Facts) { f.Portal = "" },
		"code":                     func(f *Facts) { f.Access.Words = "" },
		"country":                  func(f *Facts) { f.Debtor.Country = "QQ" },
		"city":                     func(f *Facts) { f.Debtor.City = "" },
		"operator_supervisor_name": func(f *Facts) { f.Operator.Supervisor.Name = "" },
		"cost_ground": func(f *Facts) {
			f.Statement.Costs = []ledger.CostStatement{{Kind: debt.CourtCost, Amount: 1, IncurredOn: f.On}}
		},
		"interest": func(f *Facts) {
			eachClaim(f, func(c *ledger.ClaimStatement) { c.Periods = nil })
		},
		"object":   func(f *Facts) { eachClaim(f, func(c *ledger.ClaimStatement) { c.Claim.Object = "" }) },
		"deadline": func(f *Facts) { f.Deadline = debt.Date{} },
	}
	rapid.Check(t, func(t *rapid.T) {
		f := Sample(rapid.SampledFrom([]letter.Kind{letter.Reminder, letter.FirstNotice, letter.SecondNotice}).Draw(t, "kind"))
		gaps := make([]letter.Gap, 0, len(take))
		for _, g := range letter.Gaps() {
			if take[g] != nil {
				gaps = append(gaps, g)
			}
		}
		taken := rapid.SliceOfNDistinct(rapid.SampledFrom(gaps), 1, -1, func(g letter.Gap) letter.Gap { return g }).Draw(t, "taken")
		for _, g := range taken {
			take[g](&f)
		}
		_, err := Compose(f)
		var refusal *debt.Error
		if !errors.As(err, &refusal) || refusal.Key != "letter_incomplete" {
			t.Fatalf("without %v: %v", taken, err)
		}
		sentence := text.For(text.German).Error(err)
		for _, g := range taken {
			if word := text.For(text.German).Word(g); !strings.Contains(sentence, word) {
				t.Fatalf("without %v: %s", taken, sentence)
			}
		}
	})
}

func TestLettersThatWouldSayTheUntrueAreRefused(t *testing.T) {
	for _, tc := range []struct {
		name   string
		kind   letter.Kind
		change func(*Facts)
		want   error
	}{
		{"no demand when nothing is open", letter.FirstNotice, func(f *Facts) { f.Statement.Payable = 0 }, debt.E(debt.Forbidden, "letter_nothing_open", nil)},
		{"no discharge while something is", letter.PaidInFull, func(f *Facts) { f.Statement.Payable = 1 }, debt.E(debt.Forbidden, "letter_still_open", nil)},
		{"no such letter", "poem", func(*Facts) {}, debt.E(debt.Invalid, "letter_kind_unknown", nil)},
		{"a threat among the reasons", letter.ObjectionAnswer, func(f *Facts) { f.About.Reason = "Sonst folgt die Pfändung." },
			debt.E(debt.Invalid, "letter_word_forbidden", nil)},
		{"a broken text of the creditor", letter.Reminder, func(f *Facts) { f.Texts = Texts{"ask": "Zahlen Sie {payable} bis {dedline}."} },
			debt.E(debt.Invalid, "letter_field_unknown", nil)},
		{"an open outcome", letter.ObjectionAnswer, func(f *Facts) { f.About.Outcome = debt.ObjectionWithdrawn }, debt.E(debt.Invalid, "letter_incomplete", nil)},
		{"an instalment of nothing", letter.PlanMissed, func(f *Facts) { f.About.Instalments[0].Amount = 0 }, debt.E(debt.Invalid, "letter_incomplete", nil)},
	} {
		f := Sample(letter.FirstNotice)
		if tc.kind.Known() {
			f = Sample(tc.kind)
		}
		f.Kind = tc.kind
		tc.change(&f)
		d, err := Compose(f)
		if !errors.Is(err, tc.want) || d.Subject != "" {
			t.Errorf("%s: %v, want %v", tc.name, err, tc.want)
		}
	}
}

func TestTheAddressFollowsThePost(t *testing.T) {
	for _, tc := range []struct {
		name, country, postcode, city string
		kind                          debt.DebtorKind
		want                          []string
	}{
		{"at home", "DE", "50825", "Köln", debt.Person, []string{"Aylin Mustermann", "Ahornweg 12", "50825 Köln"}},
		{"no country is Germany", "", "50825", "Köln", debt.Person, []string{"Aylin Mustermann", "Ahornweg 12", "50825 Köln"}},
		{"abroad", "at", "5020", "Gößl", debt.Person, []string{"Aylin Mustermann", "Ahornweg 12", "5020 GÖSSL", "ÖSTERREICH"}},
		{"a company", "DE", "50825", "Köln", debt.Company, []string{"Bäckerei Nord OHG", "Ahornweg 12", "50825 Köln"}},
	} {
		f := Sample(letter.PaymentReceipt)
		f.Debtor.Kind, f.Debtor.CompanyName, f.Debtor.Country = tc.kind, "Bäckerei Nord OHG", tc.country
		f.Debtor.Postcode, f.Debtor.City = debt.Personal(tc.postcode), debt.Personal(tc.city)
		d, err := Compose(f)
		if err != nil || !slices.Equal(d.Recipient, tc.want) {
			t.Errorf("%s: %q, %v", tc.name, d.Recipient, err)
		}
		greeting := "Guten Tag Aylin Mustermann,"
		if tc.kind == debt.Company {
			greeting = "Sehr geehrte Damen und Herren,"
		}
		if d.Body[0].Text != greeting {
			t.Errorf("%s: %q", tc.name, d.Body[0].Text)
		}
	}
}

// A GiroCode that a standard does not allow is left out; the data stand there all the same.
func TestTransferDataGoWithoutAGiroCode(t *testing.T) {
	for _, tc := range []struct {
		holder string
		coded  bool
	}{{"Dr. Miriam Lindner", true}, {strings.Repeat("x", 70), true}, {strings.Repeat("x", 71), false}, {strings.Repeat("ß", 71), false}} {
		f := Sample(letter.FirstNotice)
		f.Creditor.AccountHolder = tc.holder
		d, err := Compose(f)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(d.Body, func(b letter.Block) bool { return b.Kind == letter.Box && !b.Sealed })
		box := d.Body[i]
		if box.Pairs[0].Value != tc.holder || (box.QR != "") != tc.coded || (box.Hint != "") != tc.coded {
			t.Errorf("%d characters: code %q, %q", len(tc.holder), box.QR, box.Pairs[0].Value)
		}
		if !tc.coded {
			continue
		}
		g, err := bank.ParseGiroCode(box.QR)
		if err != nil || g.AmountCents != int64(f.Statement.Payable) || g.Reference != f.Reference || g.Name != tc.holder || g.IBAN.Plain() != f.Creditor.IBAN {
			t.Errorf("%v: %+v", err, box)
		}
	}
}

func TestADirectDebitIsFinalAfterEightWeeks(t *testing.T) {
	for _, tc := range []struct {
		method   debt.Method
		received string
		reserve  string
	}{
		{debt.MethodTransfer, "2026-11-20", ""},
		{debt.MethodDirectDebit, "2026-11-20", "15.01.2027"},
		{debt.MethodDirectDebit, "2026-09-28", "23.11.2026"}, // the last day
		{debt.MethodDirectDebit, "2026-09-27", ""},
	} {
		for _, kind := range []letter.Kind{letter.PaidInFull, letter.PaymentReceipt} {
			f := Sample(kind)
			b := newSampleBook()
			on := debt.MustDate(tc.received)
			b.payBy(tc.method, b.statement(on).Payable, on)
			f.Statement = b.statement(f.On)
			f.About.Payment = f.Statement.Payments[0]
			d, err := Compose(f)
			if err != nil {
				t.Fatal(err)
			}
			if has := strings.Contains(d.Plain(), "unter Vorbehalt"); has != (tc.reserve != "") || !strings.Contains(d.Plain(), tc.reserve) {
				t.Errorf("%s by %s on %s:\n%s", kind, tc.method, tc.received, d.Plain())
			}
		}
	}
}

// Past the announced base rate interest is shown as far as it is known.
func TestInterestThatCannotBeKnownYetIsSaid(t *testing.T) {
	f := Sample(letter.FirstNotice)
	end := debt.LastBaseRateDay()
	f.On, f.Deadline = end.AddDays(-5), end.AddDays(14)
	f.Statement = newSampleBook().statement(end.AddDays(1))
	for _, on := range []debt.Date{f.Statement.On, f.Deadline} {
		f.Statement.On = on
		d, err := Compose(f)
		if want := "bis zum " + text.For(text.German).Date(end) + " berechnet"; err != nil || !strings.Contains(d.Plain(), want) {
			t.Errorf("payable on %s: %v\n%s", on, err, d.Plain())
		}
	}
}

func TestTheStatementForAdvisersSplitsEveryClaim(t *testing.T) {
	f := Sample(letter.StatementForAdviser)
	variants["several claims"](&f)
	d, err := Compose(f)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(d.Body, func(b letter.Block) bool { return b.Table != nil && len(b.Table.Columns) == 5 })
	rows := d.Body[i].Table.Rows
	if len(rows) != len(f.Statement.Claims)+2 { // the costs of the case, and the sum
		t.Fatalf("%d rows for %d claims", len(rows), len(f.Statement.Claims))
	}
	for column := 1; column < 5; column++ {
		sum := debt.Cents(0)
		for _, r := range rows[:len(rows)-1] {
			sum += cents(t, r.Cells[column])
		}
		if total := cents(t, rows[len(rows)-1].Cells[column]); sum != total {
			t.Errorf("column %d: %v, not %v", column, sum, total)
		}
	}
	if cents(t, rows[len(rows)-1].Cells[4]) != f.Statement.Payable {
		t.Error("the sum is not what is payable")
	}
}

func BenchmarkCompose(b *testing.B) {
	f := Sample(letter.FirstNotice)
	for b.Loop() {
		if _, err := Compose(f); err != nil {
			b.Fatal(err)
		}
	}
}

// How the creditor is reached stands at the head of letters that are his own, and never in the line
// by which the post brings them back.
func TestTheContactOfTheCreditorStandsInHisOwnLettersAlone(t *testing.T) {
	each(t, func(t *testing.T, f Facts, _ letter.Document) {
		f.Creditor.Settings.Contact = debt.Contact{Phone: "0221 555 0114", Hours: "Mo–Fr 9–12 Uhr"}
		d, err := Compose(f)
		if err != nil {
			t.Fatal(err)
		}
		own := f.Kind == letter.Reminder || f.Operator.RDGNumber == ""
		if slices.Contains(d.Sender, "0221 555 0114") != own || slices.Contains(d.Sender, "Mo–Fr 9–12 Uhr") != own || strings.Contains(d.ReturnLine, "555 0114") {
			t.Errorf("%s: %q, %q", f.Kind, d.Sender, d.ReturnLine)
		}
	})
}
