package browser

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const toPlan = chromedp.CSS(`a[href="/akte/raten"]`)

// button names the button of the page with a value.
func button(value string) chromedp.CSS {
	return chromedp.CSS(`main form button[value="` + value + `"]`)
}

// inside takes a debtor with a letter to the choice of instalments.
func (b *tab) inside(s *stage) {
	b.Helper()
	b.typed(s.url, s.letter)
	b.status(b.follow(chromedp.Click(toPlan)), 200)
	b.is("/akte/raten")
}

// agreed goes the short way: an amount inside the rules, and three presses.
func (b *tab) agreed(s *stage) {
	b.Helper()
	b.inside(s)
	b.agrees()
}

// finds asks for a page again and again until what the loops do is seen on it.
func (b *tab) finds(address, want string) {
	b.Helper()
	for until := time.Now().Add(lastNet); !strings.Contains(b.text(), want); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(until) {
			b.Fatalf("%q did not come:\n%s", want, b.text())
		}
		b.visit(address)
	}
}

// agrees does so from the choice of instalments on.
func (b *tab) agrees() {
	b.Helper()
	b.shot("plan-choose")
	b.put("instalment", "50")
	b.until(`document.getElementById("answer").innerText.includes("Das geht sofort")`) // it follows what one types
	b.shot("plan-answered")
	b.status(b.follow(chromedp.Click(button("go"))), 200)
	b.is("/akte/raten/neu")
	b.shows("Letzte Rate")
	b.shot("plan-check")
	b.status(b.follow(chromedp.Click(submit)), 200)
	b.is("/akte/raten")
	b.shows("Es entstehen keine zusätzlichen Kosten.")
	b.shot("plan-notice")
	b.status(b.follow(chromedp.Click(submit)), 200)
	b.is("/akte/raten/fertig")
	b.shows("Ihre Ratenvereinbarung gilt")
	b.shot("plan-done")
}

func TestADebtorAgreesToInstalmentsAtOnce(t *testing.T) {
	t.Parallel()
	s := demo(t)
	b := open(t, s.url)
	b.agreed(s)
	b.visit(s.url + "/akte/raten/neu") // a plan that runs is no choice any more
	b.is("/akte/raten")
	b.shows("Ihr Ratenplan")
	b.shot("plan-running")
	b.visit(s.url + "/akte/briefe")
	b.shows("Ratenvereinbarung")
	b.visit(s.url + "/akte/raten/dauerauftrag")
	b.shows("IBAN")
	b.shot("plan-order")
	b.visit(s.url + "/akte")
	b.shows("Ihre Ratenzahlung läuft")
	b.quiet()
}

func TestAPlanIsChangedWithTheKeyboardAloneAndEnded(t *testing.T) {
	t.Parallel()
	s := demo(t)
	b := open(t, s.url)
	b.agreed(s)
	b.visit(s.url + "/akte/raten/aendern")
	b.reach("kind-move")
	b.press(kb.ArrowDown) // to the pause
	b.reach("months")
	b.write("1")
	b.status(b.follow(enter), 200)
	b.shows("Ihr neuer Plan")
	b.shot("plan-change")
	b.reach("go")
	b.status(b.follow(enter), 200)
	b.shows("Ihr Ratenplan ist geändert")
	b.shot("plan-changed")
	b.visit(s.url + "/akte/raten/beenden")
	b.shot("plan-end")
	b.status(b.follow(chromedp.Click(submit)), 200)
	b.shows("Sie haben die Ratenvereinbarung beendet")
	b.quiet()
}

func TestAProposalIsAnsweredWithAnotherAndTakenWithoutScriptInEnglish(t *testing.T) {
	t.Parallel()
	s := demo(t)
	b := open(t, s.url)
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.visit(s.url + "/hilfe")
	b.follow(chromedp.Click(chromedp.CSS("button[name=lang][value=en]")))
	b.inside(s)
	b.put("instalment", "10")
	b.status(b.follow(chromedp.Click(button("show"))), 200)
	b.shows("Each instalment should be at least €20.00.")
	b.shot("plan-asks")
	b.status(b.follow(chromedp.Click(button("go"))), 200)
	b.status(b.follow(chromedp.Click(submit)), 422) // no reason was chosen
	b.shows("Choose a reason.")
	b.do(chromedp.Click(chromedp.CSS("label[for=reason-income]")))
	b.status(b.follow(chromedp.Click(submit)), 200)
	b.is("/akte/raten")
	b.shows("We have your proposal")
	b.shot("plan-waiting")
	first := time.Now().AddDate(0, 0, 20).Format("2006-01-02")
	run(t, command(t, s.env, "plans", "counter", reference, "--first", first, "--instalment", "25", "--note", "Das wäre für uns in Ordnung."))
	b.visit(s.url + "/akte/raten")
	b.shows("proposes something else")
	b.shot("plan-counter")
	b.status(b.follow(chromedp.Click(button("take"))), 200)
	b.shows("There are no additional costs.")
	b.status(b.follow(chromedp.Click(submit)), 200)
	b.is("/akte/raten/fertig")
	b.shows("Your instalment plan holds")
	b.quiet()
}

// The clock begins in July, so that the base rate of every day is known.
func TestAPlanIsMissedLapsesAndLivesAgain(t *testing.T) {
	t.Parallel()
	july := -int(time.Since(time.Date(2026, time.July, 6, 9, 0, 0, 0, time.UTC)) / (24 * time.Hour))
	s := demo(t, shift(july))
	b := open(t, s.url)
	b.agreed(s)
	var shown struct {
		Schedule struct {
			Instalments []struct {
				Due string
			}
		} `json:"schedule"`
		Arrears int `json:"arrears_cents"`
	}
	look := func() {
		if err := json.Unmarshal([]byte(run(t, command(t, s.env, "plans", "show", reference, "--json"))), &shown); err != nil {
			t.Fatal(err)
		}
	}
	look()
	due := func(i int) (days int) {
		day, err := time.Parse(time.DateOnly, shown.Schedule.Instalments[i].Due)
		if err != nil {
			t.Fatal(err)
		}
		return int(time.Until(day) / (24 * time.Hour))
	}
	first, second := due(0), due(1)
	for _, step := range []struct {
		days       int
		says, name string
	}{
		{first + 10, "Eine Rate ist noch nicht da", "plan-late"},
		{second + 12, "Zwei Raten fehlen", "plan-at-risk"},
		{second + 45, "gilt nicht mehr", "plan-lapsed"},
	} {
		s.at(t, step.days)
		b.typed(s.url, s.letter)
		b.finds(s.url+"/akte/raten", step.says)
		b.shot(step.name)
	}
	look()
	run(t, command(t, s.env, "book", "payment", reference, "--amount", fmt.Sprintf("%d,%02d", shown.Arrears/100, shown.Arrears%100), "--key", "nachgeholt"))
	b.visit(s.url + "/akte/raten")
	b.hides("0,00 € bis")
	b.finds(s.url+"/akte/raten", "Rate jetzt zahlen")
	b.shot("plan-revived")
	b.quiet()
}

func TestAWithdrawalNeedsNoVisitAndTellsNothing(t *testing.T) {
	t.Parallel()
	s := demo(t)
	texts := map[string]string{}
	for name, number := range map[string]string{"a case": s.letter.reference, "no case": "NIEMAND-77"} {
		b := open(t, s.url)
		b.visit(s.url + "/hilfe")
		b.status(b.follow(chromedp.Click(chromedp.CSS(`a[href="/widerruf"]`))), 200)
		b.put("name", "Oksana Gröning")
		b.put("reference", number)
		b.put("contact", "o.groening@example.org")
		b.status(b.follow(chromedp.Click(submit)), 200)
		b.shows("Ich widerrufe die Ratenvereinbarung")
		b.status(b.follow(chromedp.Click(submit)), 200)
		b.shows("Ihr Widerruf ist eingegangen")
		texts[name] = ask[string](b, `document.querySelector("main h1").innerText`)
		b.quiet()
	}
	if texts["a case"] != texts["no case"] {
		t.Errorf("the answers differ: %q", texts)
	}
}

// tillOf names the provider's page of a shop.
func (s *shop) tillOf(t *testing.T) string {
	t.Helper()
	m := tillAt.FindStringSubmatch(s.output())
	if m == nil {
		t.Fatalf("no provider is named:\n%s", s.output())
	}
	return strings.TrimPrefix(m[1], "http://")
}

// saving goes from the page after the agreement to the provider's.
func (b *tab) saving(way chromedp.ID) {
	b.Helper()
	b.follow(chromedp.Click(chromedp.CSS(`a[href="/akte/raten/zahlweise"]`)))
	b.is("/akte/raten/zahlweise")
	b.shot("method-choose")
	b.do(chromedp.Click(way))
	b.status(b.follow(chromedp.Click(submit)), 200)
	b.shows("Jetzt wird nichts abgebucht.")
	b.shows(strings.Split(b.till, ":")[0])
	b.shot("method-setup")
	b.follow(chromedp.Click(submit))
	if got := ask[string](b, "location.host"); got != b.till {
		b.Fatalf("at %s, want the provider's page:\n%s", got, b.text())
	}
	b.shows("Heute wird nichts abgebucht.")
}

func TestAMandateIsSavedForAPlanAndNothingElseMoves(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	b := open(t, s.url)
	b.till = s.tillOf(t)
	b.agreed(&stage{child: s.child, letter: s.letters[0]})
	b.saving("way-new_direct_debit")
	b.put("email", "o.groening@example.org")
	b.put("name", "Oksana Gröning")
	b.put("iban", "DE89370400440532013000")
	b.shot("method-till")
	b.follow(chromedp.Click(submit))
	b.is("/akte/raten/zahlweise/zurueck")
	b.comes("Ihr Lastschriftmandat ist gespeichert")
	b.shot("method-saved")
	b.visit(s.url + "/akte/raten")
	b.shows("Lastschrift vom Konto, das auf 3000 endet")
	b.shows("0,00")
	b.visit(s.url + "/akte/bezahlen")
	if text := b.text(); strings.Contains(text, "unterwegs") || strings.Contains(text, "begonnen") {
		b.Errorf("money moves:\n%s", text)
	}
	b.visit(s.url + "/akte/raten/zahlweise")
	b.status(b.follow(chromedp.Click(chromedp.CSS(`form[action$="/widerrufen"] button`))), 200)
	b.shows("Möchten Sie das Mandat widerrufen?")
	b.shot("method-revoke")
	b.status(b.follow(chromedp.Click(button("go"))), 200)
	b.shows("Das Mandat ist widerrufen")
	b.visit(s.url + "/akte/raten")
	b.shows("Überweisung")
	b.quiet()
}
