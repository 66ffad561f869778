package seed

import (
	"context"
	"fmt"
	"strings"

	"quitt/bank/archive"
	"quitt/debt"
	"quitt/payments/transfer"
)

// The case whose debtor pays under its reference, and the one whose debtor forgets it: both come
// after those that every story has been told of once.
const (
	paysByReference = 36
	paysByName      = 39
)

// incoming is a payment as it stands in the demo's bank statement.
type incoming struct {
	cents               debt.Cents
	from, iban, purpose string
}

// bank gives the first creditor an account at its bank, and reads one statement of it: a payment
// that books itself, some that a person has to place, and a charge.
func (d *seeder) bank(ctx context.Context, c debt.Creditor) error {
	desk := transfer.Desk{Store: d.cases.Store, Now: d.cases.Now}
	if _, err := desk.AddAccount(ctx, c.ID, c.IBAN); err != nil {
		return err
	}
	known := d.files[Reference(0, paysByReference)]
	v, err := d.cases.View(ctx, c.ID, known.ID)
	if err != nil {
		return err
	}
	name := func(i int) string {
		return demoDebtor(i, 0, d.today()).Name().Reveal()
	}
	text := statement(c, d.today().AddDays(-1), []incoming{
		{50_00, name(paysByReference), "DE02120300000000202051", "Az " + v.Case.FileReference + " Rate"},
		{75_00, name(paysByName), "DE02500105170137075030", "Zahnarzt, Abschlag"},
		{130_00, "Familie " + demoLastNames[5], "DE02100500000054540402", "zwei Rechnungen, bitte aufteilen"},
		{218_40, "Praxisbedarf Nord GmbH", "DE02300209000106531065", "Gutschrift 4711 zu Ihrer Bestellung"},
		{-4_90, "", "", "Kontofuehrung"},
	})
	r, err := desk.Import(ctx, c.ID, archive.File{Name: "auszug-1.sta", R: strings.NewReader(text), Size: int64(len(text))})
	if err == nil && r.Work.Booked == 0 {
		err = fmt.Errorf("demo: of the bank statement nothing was booked: %+v", r.Work)
	}
	return err
}

// statement writes an account's first statement in the oldest of the formats (MT940), with
// 5.000,00 € on it before.
func statement(c debt.Creditor, on debt.Date, list []incoming) string {
	const before = debt.Cents(5_000_00)
	day := on.Time().Format("060102")
	var b strings.Builder
	fmt.Fprintf(&b, ":20:QUITTDEMO\r\n:25:%s\r\n:28C:1/1\r\n:60F:C%sEUR%s\r\n", c.IBAN, day, plain(before))
	after := before
	for _, x := range list {
		after += x.cents
		if x.cents < 0 {
			fmt.Fprintf(&b, ":61:%s%sDR%sNCHGNONREF\r\n:86:808?00ENTGELT?20%s\r\n", day, day[2:], plain(-x.cents), x.purpose)
			continue
		}
		fmt.Fprintf(&b, ":61:%s%sCR%sNTRFNONREF\r\n:86:166?00GUTSCHRIFT?20SVWZ+%s?31%s?32%s\r\n", day, day[2:], plain(x.cents), x.purpose, x.iban, x.from)
	}
	fmt.Fprintf(&b, ":62F:C%sEUR%s\r\n-\r\n", day, plain(after))
	return b.String()
}

// plain writes an amount as the format does: 1234,50.
func plain(c debt.Cents) string { return strings.Replace(c.String(), ".", ",", 1) }
