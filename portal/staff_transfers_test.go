package portal

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"quitt/debt"
)

const (
	ordersRoom = bankRoom + "/ueberweisungen"
	payersIBAN = "DE02300209000106531065" // of everybody in sheet
	theirsIBAN = "DE75512108001245126199"
)

// orders asks for a file and gives its name.
func (l till) orders(what string, form url.Values) url.Values {
	l.t.Helper()
	a := l.staffAsk(l.boss, "POST "+ordersRoom+"/"+what, nil, form)
	if l.want(what, a, 303); a.status != 303 {
		l.t.FailNow()
	}
	to, err := url.Parse(a.raw.Get("Location"))
	l.w.must(err)
	l.want("the file ordered", l.staffAsk(l.boss, "GET "+ordersRoom+"/datei", to.Query(), nil), 200)
	return url.Values{"name": {to.Query().Get("name")}}
}

// Whoever orders a transfer says where money goes: administrators alone, right after the second
// factor, and what was ordered is ordered once.
func TestTransfersAreOrderedByAdministratorsAlone(t *testing.T) {
	w := sqlWorld(t)
	l := openTill(t, w)
	a, ids := w.tenants[0], l.three()
	l.want("a payment booked", l.decides(l.clerk, "buchen", ids[0], l.seen(ids[0]), url.Values{"akte": {string(a.files[plainCase].caseID)}}), 303)
	l.want("a payment sent back", l.decides(l.boss, "zurueck", ids[1], l.seen(ids[1]), nil), 303)
	pay := url.Values{"konto": {a.IBAN}, "bis": {debt.DateIn(w.clock.Now(), debt.Berlin).String()}}
	if p := l.staffAsk(l.viewer, "GET "+ordersRoom, nil, nil); p.status != 200 || !strings.Contains(p.body, "10,00") || strings.Contains(p.body, "<form method=\"post\" action=\""+ordersRoom) {
		t.Errorf("a viewer: %d", p.status)
	}
	l.want("a clerk orders", l.staffAsk(l.clerk, "POST "+ordersRoom+"/auszahlen", nil, pay), 403)
	if p := l.staffAsk(l.boss, "GET "+ordersRoom+"/auszahlen", nil, nil); p.status != 200 || !strings.Contains(p.body, "10,00") {
		t.Errorf("the form: %d", p.status)
	}
	l.want("a clerk sees the form", l.staffAsk(l.clerk, "GET "+ordersRoom+"/auszahlen", nil, nil), 403)
	l.want("to the same account", l.staffAsk(l.boss, "POST "+ordersRoom+"/auszahlen", nil, pay), 422)
	pay.Set("iban", theirsIBAN)
	pay.Set("bis", "gestern")
	l.want("up to no day", l.staffAsk(l.boss, "POST "+ordersRoom+"/auszahlen", nil, pay), 422)
	pay.Set("bis", debt.DateIn(w.clock.Now(), debt.Berlin).String())
	pay.Set("konto", theirsIBAN)
	l.want("from an account of nobody", l.staffAsk(l.boss, "POST "+ordersRoom+"/auszahlen", nil, pay), 422)
	pay.Set("konto", a.IBAN)

	for _, c := range []struct {
		what string
		form url.Values
		says []string
	}{
		{"auszahlen", pay, []string{theirsIBAN, ">10.00<"}},
		{"zurueckzahlen", url.Values{"konto": {a.IBAN}}, []string{payersIBAN, ">10.00<", "Petra Karamell"}},
	} {
		file := l.orders(c.what, c.form)
		saved := l.staffAsk(l.boss, "GET "+ordersRoom+"/speichern", file, nil)
		l.want("the file", saved, 200)
		for _, s := range c.says {
			if !strings.Contains(saved.body, s) {
				t.Errorf("%s: the file does not say %q", c.what, s)
			}
		}
		if again := l.staffAsk(l.boss, "GET "+ordersRoom+"/speichern", file, nil); again.body != saved.body {
			t.Errorf("%s: saved again it is another", c.what)
		}
		l.want("ordered twice", l.staffAsk(l.boss, "POST "+ordersRoom+"/"+c.what, nil, c.form), 422)
		l.want("a viewer looks", l.staffAsk(l.viewer, "GET "+ordersRoom+"/datei", file, nil), 200)
		l.want("a clerk saves it", l.staffAsk(l.clerk, "GET "+ordersRoom+"/speichern", file, nil), 403)
		for _, name := range []string{"/datei", "/speichern"} {
			l.want(name+" elsewhere", l.staffAsk(l.other, "GET "+ordersRoom+name, file, nil), 404)
		}
		l.want("taken back elsewhere", l.staffAsk(l.other, "POST "+ordersRoom+"/zuruecknehmen", nil, url.Values{"name": file["name"], "sicher": {"1"}}), 404)
		l.want("taken back unsure", l.staffAsk(l.boss, "POST "+ordersRoom+"/zuruecknehmen", nil, file), 422)
		file.Set("sicher", "1")
		l.want("taken back", l.staffAsk(l.boss, "POST "+ordersRoom+"/zuruecknehmen", nil, file), 303)
		l.want("taken back twice", l.staffAsk(l.boss, "POST "+ordersRoom+"/zuruecknehmen", nil, file), 422)
		l.want("saved all the same", l.staffAsk(l.boss, "GET "+ordersRoom+"/speichern", file, nil), 422)
		l.orders(c.what, c.form)
	}
	w.clock.Move(16 * time.Minute)
	for name, back := range map[string]string{"/auszahlen": "/auszahlen", "/zurueckzahlen": "", "/zuruecknehmen": ""} {
		if p := l.staffAsk(l.boss, "POST "+ordersRoom+name, nil, pay); p.status != 403 || !strings.Contains(p.body, `name="back" value="`+ordersRoom+back+`"`) {
			t.Errorf("%s long after the second factor: %d", name, p.status)
		}
	}
	if p := l.staffAsk(l.other, "GET "+ordersRoom, nil, nil); p.status != 200 || strings.Contains(p.body, ordersRoom+"/datei") {
		t.Errorf("files of somebody else: %d", p.status)
	}
	l.done()
	l.report(t)
}

// What was paid too much goes back by a page, and not twice.
func TestAnOverpaymentGoesBackByAPage(t *testing.T) {
	w := sqlWorld(t)
	l := openTill(t, w)
	f := w.tenants[0].files[plainCase]
	file := fmt.Sprintf(":20:B\r\n:25:%s\r\n:28C:1/1\r\n:60F:C261120EUR100,00\r\n:61:2611201120CR9000,00NTRFNONREF\r\n:86:166?00GUTSCHRIFT?20SVWZ+eins?31%s?32Petra Karamell\r\n:62F:C261120EUR9100,00\r\n-\r\n",
		w.tenants[0].IBAN, payersIBAN)
	if status, _, _ := l.hands(l.clerk, bankRoom+"/auszug", "auszug.sta", file); status != 200 {
		t.Fatalf("a statement: %d", status)
	}
	line := toLine.FindStringSubmatch(l.staffAsk(l.viewer, "GET "+bankRoom+"/zahlungen", nil, nil).body)
	l.want("booked", l.decides(l.clerk, "buchen", line[1], l.seen(line[1]), url.Values{"akte": {string(f.caseID)}}), 303)

	const way = " /verwaltung/akte/erstattung"
	hidden := regexp.MustCompile(`name="(version|key)" value="([^"]*)"`)
	ask := func() (told, url.Values) {
		p := l.staffAsk(l.boss, "GET"+way, askedFor(f), nil)
		form := askedFor(f)
		for _, m := range hidden.FindAllStringSubmatch(p.body, -1) {
			form.Set(m[1], m[2])
		}
		return p, form
	}
	send := func(what string, status int, values ...string) {
		t.Helper()
		_, form := ask()
		for i := 0; i < len(values); i += 2 {
			form.Set(values[i], values[i+1])
		}
		l.want(what, l.staffAsk(l.boss, "POST"+way, nil, form), status)
	}
	if p := l.staffAsk(l.boss, "GET /verwaltung/akte", askedFor(f), nil); !strings.Contains(p.body, "/verwaltung/akte/erstattung") {
		t.Error("the record does not lead there")
	}
	if p := l.staffAsk(l.boss, "GET /verwaltung/entscheidungen", nil, nil); !strings.Contains(p.body, "/verwaltung/akte/erstattung") {
		t.Error("what waits does not lead there")
	}
	l.want("a clerk", l.staffAsk(l.clerk, "GET"+way, askedFor(f), nil), 403)
	send("unsure", 422, "amount", "5,00")
	send("no amount", 422, "amount", "fünf", "sure", "1")
	send("too much", 422, "amount", "9000", "sure", "1")
	send("less than nothing", 422, "amount", "-5", "sure", "1")
	send("nothing", 422, "amount", "0", "sure", "1")
	send("some of it", 303, "amount", "5,00", "sure", "1")
	if p, _ := ask(); !strings.Contains(p.body, "5,00") || !strings.Contains(p.body, "Davon schon beauftragt") {
		t.Error("what is ordered is not shown")
	}
	send("the rest", 303, "sure", "1")
	if p, _ := ask(); !strings.Contains(p.body, "schon beauftragt. Sie wird gebucht") {
		t.Error("nothing says that all is ordered")
	}
	send("once more", 422, "amount", "5,00", "sure", "1")
	saved := l.staffAsk(l.boss, "GET "+ordersRoom+"/speichern", l.orders("zurueckzahlen", url.Values{"konto": {w.tenants[0].IBAN}}), nil)
	if n := strings.Count(saved.body, payersIBAN); n != 2 || !strings.Contains(saved.body, ">5.00<") {
		t.Errorf("%d transfers in the file", n)
	}
	l.done()
	l.report(t)
}
