package calendar_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/debt/plan"
	"quitt/notifications/calendar"
)

var today = debt.MustDate("2026-11-28")

func facts(amount debt.Cents, count int) calendar.Facts {
	p := plan.Plan{ID: "3f2a91c0-0000-7000-8000-00000000a1c0", State: debt.PlanActive, AgreedOn: today,
		Wish: plan.Wish{Instalment: amount, First: debt.MustDate("2026-12-31"), Day: 31, Rhythm: plan.Monthly}}
	for i := range count {
		p.Schedule.Instalments = append(p.Schedule.Instalments, plan.Instalment{No: i + 1, DueOn: p.Wish.First.AddMonths(i), Amount: amount})
	}
	return calendar.Facts{Plan: p, Progress: progress(p), Language: "de", Portal: "https://portal.example.de", At: time.Date(2026, 11, 28, 9, 30, 0, 0, debt.Berlin)}
}

func progress(p plan.Plan, payments ...debt.Payment) plan.Progress {
	open := p.Schedule.Total()
	for _, x := range payments {
		open -= x.Amount
	}
	return p.Progress(plan.Books{Payments: payments, Open: open, Today: today, State: "NW", Grace: 5})
}

// component is what a reader of RFC 5545 makes of a file.
type component struct {
	name  string
	lines map[string]string
	inner []component
}

// read parses a file as another program would: unfold, split, nest, unescape.
func read(t interface{ Fatalf(string, ...any) }, file []byte) component {
	for _, l := range bytes.Split(file, []byte("\r\n")) {
		if len(l) > 75 || !utf8.Valid(l) || bytes.ContainsAny(l, "\r\n") {
			t.Fatalf("a line that is too long or cut: %q", l)
		}
	}
	if !bytes.HasSuffix(file, []byte("\r\n")) {
		t.Fatalf("no end of line")
	}
	unfolded := strings.ReplaceAll(strings.TrimSuffix(string(file), "\r\n"), "\r\n ", "")
	open := []component{{lines: map[string]string{}}}
	for _, l := range strings.Split(unfolded, "\r\n") {
		name, value, ok := strings.Cut(l, ":")
		if !ok || l == "" {
			t.Fatalf("no property: %q", l)
		}
		last := len(open) - 1
		switch name {
		case "BEGIN":
			open = append(open, component{name: value, lines: map[string]string{}})
		case "END":
			if open[last].name != value || last == 0 {
				t.Fatalf("%s ends %s", value, open[last].name)
			}
			open[last-1].inner = append(open[last-1].inner, open[last])
			open = open[:last]
		default:
			if _, twice := open[last].lines[name]; twice {
				t.Fatalf("%s twice", name)
			}
			open[last].lines[name] = strings.NewReplacer("\\\\", "\\", "\\;", ";", "\\,", ",", "\\n", "\n").Replace(value)
		}
	}
	if len(open) != 1 || len(open[0].inner) != 1 || open[0].inner[0].name != "VCALENDAR" {
		t.Fatalf("not one calendar: %+v", open)
	}
	return open[0].inner[0]
}

func TestEveryInstalmentIsAnEvent(t *testing.T) {
	f := facts(50_00, 5)
	c := read(t, calendar.File(f))
	if c.lines["VERSION"] != "2.0" || c.lines["PRODID"] == "" || len(c.inner) != 5 {
		t.Fatalf("%+v", c)
	}
	days := []string{"20261231", "20270131", "20270228", "20270331", "20270430"}
	for i, e := range c.inner {
		if e.name != "VEVENT" || e.lines["DTSTART;VALUE=DATE"] != days[i] || e.lines["UID"] != calendar.UID(f.Plan.ID, i+1) ||
			e.lines["DTSTAMP"] != "20261128T083000Z" || e.lines["STATUS"] != "CONFIRMED" || len(e.inner) != 1 || e.inner[0].lines["TRIGGER"] != "-PT15H" {
			t.Errorf("%d: %+v", i, e)
		}
	}
	if got := c.inner[1].lines["SUMMARY"]; got != "Vereinbarter Betrag 2 von 5" {
		t.Errorf("%q", got)
	}
	if got := c.inner[0].lines["DTEND;VALUE=DATE"]; got != "20270101" {
		t.Errorf("an event of a whole day ends the next one, got %q", got)
	}
}

// Whoever sees the calendar learns no name, no sum, no reference.
func TestTheFileNamesTheCreditorOnlyWhenAsked(t *testing.T) {
	f := facts(123_45, 3)
	plain := string(calendar.File(f))
	for _, secret := range []string{"123,45", "12345", "€", "Praxis", string(f.Plan.ID), "Rate", "Schuld", "Inkasso"} {
		if strings.Contains(plain, secret) {
			t.Errorf("%q in\n%s", secret, plain)
		}
	}
	f.Creditor, f.Language = "Praxis Lindner; Köln, und ein recht langer Name, der über die Zeile geht", "en"
	if got := read(t, calendar.File(f)).inner[0].lines["SUMMARY"]; got != "Agreed amount 1 of 3 to "+f.Creditor {
		t.Errorf("%q", got)
	}
}

// A file that is read again after a change replaces what was read before.
func TestAChangeMovesTheSameEvents(t *testing.T) {
	f := facts(50_00, 3)
	before := read(t, calendar.File(f))
	f.Plan.Schedule.Instalments = slices.Clone(f.Plan.Schedule.Instalments)
	for i := range f.Plan.Schedule.Instalments {
		f.Plan.Schedule.Instalments[i].DueOn = f.Plan.Schedule.Instalments[i].DueOn.AddDays(10)
	}
	f.Plan.Changes = append(f.Plan.Changes, plan.Made{Kind: plan.Move, On: today})
	f.Progress = progress(f.Plan)
	after := read(t, calendar.File(f))
	for i := range before.inner {
		a, b := before.inner[i].lines, after.inner[i].lines
		if a["UID"] != b["UID"] || a["SEQUENCE"] != "0" || b["SEQUENCE"] != "1" || a["DTSTART;VALUE=DATE"] == b["DTSTART;VALUE=DATE"] {
			t.Errorf("%v\n%v", a, b)
		}
	}
}

// What extra payments made needless is cancelled, not forgotten, and rings no more.
func TestWhatIsNotNeededAnyMoreIsCancelled(t *testing.T) {
	f := facts(50_00, 3)
	f.Progress = progress(f.Plan, debt.Payment{ID: "p", Method: debt.MethodTransfer, Status: debt.PaymentSucceeded, Amount: 100_00, ReceivedOn: today})
	var got []string
	for _, e := range read(t, calendar.File(f)).inner {
		got = append(got, e.lines["STATUS"])
		if rings := len(e.inner) > 0; rings != (e.lines["UID"] == calendar.UID(f.Plan.ID, 2)) {
			t.Errorf("rings %v: %+v", rings, e)
		}
	}
	if !slices.Contains(got, "CANCELLED") || len(got) != 3 {
		t.Errorf("%q", got)
	}
}

func TestAnyPlanCanBeReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := facts(debt.Cents(rapid.Int64Range(1, 1e9).Draw(t, "amount")), rapid.IntRange(1, plan.MostInstalments).Draw(t, "count"))
		f.Creditor = rapid.StringMatching(`[a-zäß€,;\\ ]{0,200}`).Draw(t, "creditor")
		f.Language = rapid.SampledFrom([]string{"de", "en", "ar"}).Draw(t, "language")
		file := calendar.File(f)
		c := read(t, file)
		uids := map[string]bool{}
		for _, e := range c.inner {
			uids[e.lines["UID"]] = true
			if f.Creditor != "" && !strings.HasSuffix(e.lines["SUMMARY"], f.Creditor) {
				t.Fatalf("%q does not name %q", e.lines["SUMMARY"], f.Creditor)
			}
		}
		if len(uids) != len(f.Plan.Schedule.Instalments) || !bytes.Equal(file, calendar.File(f)) {
			t.Fatalf("%d events, or another file the second time", len(uids))
		}
	})
}
