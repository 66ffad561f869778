package browser

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// tabTo presses Tab until what has the focus fits a selector.
func (b *tab) tabTo(selector string) {
	b.Helper()
	for range 120 {
		if ask[bool](b, fmt.Sprintf("document.activeElement.matches(%q)", selector)) {
			return
		}
		b.press(kb.Tab)
	}
	b.Fatalf("Tab does not lead to %s", selector)
}

// keyed goes where a link or button leads, by keyboard.
func (b *tab) keyed(selector, path string) {
	b.Helper()
	b.tabTo(selector)
	b.status(b.follow(enter), 200)
	b.is(path)
}

// Writing, asking and moving, in English and without a mouse.
func TestMessagesAndContactDataNeedOnlyTheKeyboard(t *testing.T) {
	t.Parallel()
	d := demo(t)
	b := open(t, d.url)
	b.typed(d.url, d.letter)
	b.keyed("button[name=lang][value=en]", "/akte")
	b.keyed(`main a[href="/akte/nachrichten"]`, "/akte/nachrichten")
	b.shows("No messages yet.")
	b.reach("text")
	b.write("May I pay in March?")
	b.keyed(`form#write button`, "/akte/nachrichten")
	b.shows("Your message has arrived.")
	b.shows("May I pay in March?")

	b.keyed(`main a[href="/akte/anfragen"]`, "/akte/anfragen")
	b.reach("kind-details") // the first of the group: arrows go on from there
	b.press(kb.ArrowDown)
	b.tabTo(`form[action="/akte/anfragen"] button`)
	b.status(b.follow(enter), 200)
	b.shows("Your request has arrived.")
	b.shows("answer by")

	b.keyed(`main a[href="/akte"]`, "/akte")
	b.keyed(`main a[href="/akte/daten"]`, "/akte/daten")
	b.reach("street")
	b.write("Ahornweg 12")
	b.reach("postcode")
	b.write("5082")
	b.reach("city")
	b.write("Köln")
	b.press(kb.Tab)
	b.status(b.follow(enter), 422)
	b.shows("The postcode has five digits.")
	b.until(`document.activeElement.id === "error"`)
	b.reach("postcode")
	b.write("50825") // Tab selects what is there
	b.tabTo(`form[action="/akte/daten/anschrift"] button`)
	b.status(b.follow(enter), 200)
	b.shows("The new address holds from now on.")
	b.shows("Ahornweg 12")
	b.keyed(`main a[href="/akte/auskunft"]`, "/akte/auskunft")
	b.shows("As PDF, to read")
	b.quiet()
}
