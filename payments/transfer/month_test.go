package transfer_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pgregory.net/rapid"

	"quitt/bank/statement"
	"quitt/debt"
	"quitt/payments/transfer"
	"quitt/store"
	"quitt/store/statements"
)

// month is what an account is told of over some weeks: the files up to a day on which a person
// sends money back, and those behind it. Each file has one or more reports.
type month struct {
	days   []sheet
	others []sheet // previews, parts of batches, single notices
	debits []string
	back   []string // debits that came back weeks later
}

// lastDay is weeks behind the other days.
const lastDay = "2026-11-26"

var kinds = []string{"rf", "rf", "twice", "nobody", "charge", "debit", "debit", "return", "batch", "out"}

// drawMonth draws statement days with what happens to them: equal payments, batches with their
// parts elsewhere, charges, money of nobody, and debits that come back days or weeks later.
func (w *world) drawMonth(t *rapid.T) *month {
	m := &month{}
	opening := debt.Cents(0)
	for n := range rapid.IntRange(2, 4).Draw(t, "days") {
		on := fmt.Sprintf("2026-11-%02d", 2+n)
		var list []statement.Entry
		for i := range rapid.IntRange(0, 5).Draw(t, "entries") {
			list = append(list, w.drawEntries(t, m, on, strconv.Itoa(n)+"-"+strconv.Itoa(i))...)
		}
		day := daily(on, strconv.Itoa(n+1), opening, list...)
		opening = day.closing()
		m.days = append(m.days, day)
		preview := day
		preview.Head.Kind, preview.Head.ID = statement.Intraday, "P"+strconv.Itoa(n)
		m.others = append(m.others, preview, noticeOf(day, n))
	}
	for range rapid.IntRange(0, len(m.debits)).Draw(t, "weeks later") {
		m.back, m.debits = append(m.back, m.debits[0]), m.debits[1:]
	}
	return m
}

// noticeOf tells the single payments of a day in a camt.054 as well: nothing more is booked for it.
func noticeOf(day sheet, n int) sheet {
	s := sheet{Head: statement.Head{Kind: statement.Detail, ID: "N" + strconv.Itoa(n), IBAN: ourIBAN, Currency: "EUR"}}
	for _, e := range day.Entries {
		if e.Batch == nil && e.Amount.Cents > 0 {
			s.Entries = append(s.Entries, e)
		}
	}
	return s
}

func (w *world) drawEntries(t *rapid.T, m *month, on, name string) []statement.Entry {
	rf := func(name string) string { return w.rf(rapid.IntRange(0, len(w.cases)-1).Draw(t, name)) }
	amount := debt.Cents(rapid.IntRange(1, 30).Draw(t, "amount")) * 10_00
	switch rapid.SampledFrom(kinds).Draw(t, "kind") {
	case "rf":
		return []statement.Entry{entry(on, amount, erika, rf("case"))}
	case "twice":
		e := entry(on, amount, erika, rf("case"))
		return []statement.Entry{e, e}
	case "nobody":
		return []statement.Entry{entry(on, amount, statement.Party{Name: "Wer weiß", IBAN: "DE75512108001245126199"}, "danke")}
	case "charge":
		e := entry(on, -4_90, statement.Party{}, name)
		e.Code = statement.Code{GVC: "808"}
		return []statement.Entry{e}
	case "debit":
		order := "E2E-" + name
		m.debits = append(m.debits, order+" "+strconv.Itoa(int(amount)))
		return []statement.Entry{debit(on, amount, order, rf("case"))}
	case "return":
		if len(m.debits) == 0 {
			return nil
		}
		back := m.debits[0]
		m.debits = m.debits[1:]
		return []statement.Entry{w.comesBack(on, back)}
	case "batch":
		e := statement.Entry{Status: statement.Done, Amount: euro(2 * amount), BookedOn: statement.Date(on), ValueOn: statement.Date(on),
			Ref: "B" + name, Batch: &statement.Batch{Count: 2}}
		told := e
		told.Details = []statement.Transaction{{Amount: euro(amount), Remittance: []string{rf("part")}}, {Amount: euro(amount), Remittance: []string{rf("part")}}}
		m.others = append(m.others, sheet{Head: statement.Head{Kind: statement.Detail, ID: e.Ref, IBAN: ourIBAN, Currency: "EUR"}, Entries: []statement.Entry{told}})
		return []statement.Entry{e}
	}
	return []statement.Entry{entry(on, -amount, statement.Party{Name: "Vermieter"}, "Miete "+name)}
}

// comesBack is the return of a debit, kept as "order cents".
func (w *world) comesBack(on, debit string) statement.Entry {
	var order string
	var cents int
	_, err := fmt.Sscan(debit, &order, &cents)
	w.must(err)
	return returned(on, debt.Cents(cents), 3_00, order)
}

// files are the reports as a bank delivers them once, in their order.
func (m *month) files() (list [][]sheet) {
	for _, s := range slices.Concat(m.days, m.others) {
		list = append(list, []sheet{s})
	}
	return list
}

// more are files that tell nothing new: single days and all of them once more under other names,
// some of the days together, and several reports in one file. Days told by MT940 as well stand in
// TestDaysToldInOtherWordsAreBookedOnce: what a person has to place of them depends on the order.
func (m *month) more(t *rapid.T) (list [][]sheet) {
	from := rapid.IntRange(0, len(m.days)-1).Draw(t, "from")
	some := m.days[from : 1+rapid.IntRange(from, len(m.days)-1).Draw(t, "to")]
	again := m.days[from]
	again.Head.ID, again.Head.Sequence = "once more", ""
	return [][]sheet{{period("all", m.days...)}, {period("some", some...)}, {again}, slices.Concat(m.days, m.others), {m.days[from]}}
}

// sendBack has a person send back all money that lies with nobody, and gives the statement of the
// last day: the transfers of that, and debits that come back weeks after they came.
func (w *world) sendBack(m *month) sheet {
	w.Helper()
	var list []statement.Entry
	for _, l := range w.lines(statements.Suspended) {
		if l.Said.Name != "Wer weiß" {
			w.Fatalf("%s of %s lies with nobody: %s", l.Amount, l.BookedOn, l.Reason)
		}
		w.must(w.desk.GiveBack(ctx, w.creditor, choice(l)))
		e := entry(lastDay, -l.Amount, statement.Party{Name: "Wer weiß", IBAN: l.Said.IBAN.Reveal()}, "Rueckzahlung")
		e.Details[0].EndToEnd = transfer.OrderOf(l.ID)
		list = append(list, e)
	}
	for _, d := range m.back {
		list = append(list, w.comesBack(lastDay, d))
	}
	return daily(lastDay, strconv.Itoa(len(m.days)+1), m.days[len(m.days)-1].closing(), list...)
}

// books are what the ledger says, with the days of payments and with what people are asked for.
func (w *world) books() string {
	w.Helper()
	lines := []string{w.state()}
	for i := range w.cases {
		list := w.payments(i)
		slices.Sort(list)
		lines = append(lines, fmt.Sprint(i, list))
	}
	w.read(func(r *store.Reader) error {
		var states []string
		err := r.List(&states, `SELECT state || ' ' || occasion || ' ' || amount_cents || ' ' || booked_on FROM bank_lines
			WHERE creditor_id = $1 AND state NOT IN ('preview', 'detail') ORDER BY booked_on, amount_cents, state, occasion`, w.creditor)
		lines = append(lines, states...)
		return err
	})
	return strings.Join(append(lines, fmt.Sprint(w.tasks())), "\n")
}
