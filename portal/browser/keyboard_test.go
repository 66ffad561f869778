package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// row is the address behind the row of a list that has the focus, "" where none has.
func (b *tab) row() string {
	b.Helper()
	return ask[string](b, `document.activeElement.closest("[data-rows] tbody th") ? document.activeElement.getAttribute("href") : ""`)
}

// focused fails the test if something else has the focus.
func (b *tab) focused(selector string) {
	b.Helper()
	if !ask[bool](b, `document.activeElement.matches(`+quoted(selector)+`)`) {
		b.Errorf("%s has not the focus but %s", selector, ask[string](b, "document.activeElement.outerHTML.slice(0, 200)"))
	}
}

// A clerk filters the list, goes through its rows, decides about one case and finds the same
// place in the same list again: with letters and the tab key, never a mouse.
func TestAWorkListNeedsOnlyTheKeyboard(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	b := open(t, s.url)
	b.works(s, s.colleagues(t)["leitung"].now(t), "Lindner")
	b.keyed(`nav.side a[href="/verwaltung/akten"]`, "/verwaltung/akten")

	b.visit(s.url + "/verwaltung/akten")
	b.press(kb.Tab) // the first stop of every page leads past the frame
	b.focused("a.skip")
	b.do(enter)
	b.until(`location.hash === "#main"`)
	b.press(kb.Tab)
	b.focused("main *")

	b.tabTo(".filter-box > summary")
	b.do(enter)
	b.reach("f-bearbeitung")
	b.write("r") // ruht
	b.tabTo(".filter-box .button.primary")
	b.status(b.follow(enter), 200)
	if at := ask[string](b, "location.search"); !strings.Contains(at, "bearbeitung=held") {
		t.Fatalf("filtered by %s", at)
	}
	filtered := ask[string](b, "location.href")
	rows := ask[[]string](b, `[...document.querySelectorAll("[data-rows] tbody th a")].map((a) => a.getAttribute("href"))`)
	if len(rows) < 3 {
		t.Fatalf("a demo has %d cases that rest", len(rows))
	}
	for i, step := range []struct {
		key  string
		want string
	}{{"j", rows[0]}, {"j", rows[1]}, {"j", rows[2]}, {"k", rows[1]}} {
		b.press(step.key)
		if got := b.row(); got != step.want {
			t.Errorf("step %d, %s leads to %q, want %q", i, step.key, got, step.want)
		}
	}
	b.status(b.follow(enter), 200)
	b.is("/verwaltung/akte")

	// What is wrong is said where one is, and leads to where it is mended.
	b.opens("/akte/zahlung", "/verwaltung/akte/zahlung")
	b.tabTo("#form button.primary")
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("[required]").forEach((e) => e.required = false)`)) // a browser that does not check
	b.status(b.follow(enter), 422)
	b.focused("#error")
	b.press(kb.Tab)
	b.do(enter)
	b.until(`document.activeElement.matches("#form")`) // its field named id hides its own
	b.press(kb.Tab)
	b.types("amount", "5")
	b.reachMatch("input[name=method]")
	b.press(" ")
	b.sends("Die Zahlung ist gebucht und verrechnet")
	b.focused("#done")

	b.tabTo("main a[data-back]")
	b.status(b.follow(enter), 200)
	if at := ask[string](b, "location.href"); at != filtered {
		t.Errorf("back at %s, want %s", at, filtered)
	}
	if got := b.row(); got != rows[1] {
		t.Errorf("back at the row %q, want %q", got, rows[1])
	}
	b.press("j")
	b.status(b.follow(enter), 200)
	b.is("/verwaltung/akte")
	b.status(b.follow(chromedp.Evaluate[chromedp.Void]("history.back()")), 200) // the browser's own way
	b.until(`document.activeElement.getAttribute("href") === ` + quoted(rows[2]))
	b.quiet()

	// Nowhere does the keyboard get caught.
	b.size(360, 740)
	for _, path := range []string{"/verwaltung/akten", rows[1], strings.Replace(rows[1], "/akte?", "/akte/zahlung?", 1)} {
		b.visit(s.url + path)
		look[[]string](b, "unfold")
		for _, finding := range append(b.walk(), look[[]string](b, "upwards")...) {
			t.Errorf("%s: %s", path, finding)
		}
	}
	for _, finding := range b.all(s.url + "/api/docs") {
		t.Errorf("the description of the interface: %s", finding)
	}
}
