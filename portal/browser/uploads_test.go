package browser

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

const (
	uploading = "/akte/anlagen"
	chooser   = chromedp.CSS("#files")
	sendFiles = chromedp.CSS("#uploads button.secondary")
	sayIt     = chromedp.CSS("#say button.primary")
)

// papers are files as people have them on their phones. No two are the same: the same file
// twice is one document.
func papers(t *testing.T) map[string]string {
	t.Helper()
	photo, scan, shot := bytes.Buffer{}, bytes.Buffer{}, bytes.Buffer{}
	for shade, write := range []func(image.Image) error{
		func(i image.Image) error { return jpeg.Encode(&photo, i, nil) },
		func(i image.Image) error { return png.Encode(&scan, i) },
		func(i image.Image) error { return png.Encode(&shot, i) },
	} {
		i := image.NewGray(image.Rect(0, 0, 60, 40))
		i.SetGray(5, 5, color.Gray{uint8(60 * (shade + 1))})
		if err := write(i); err != nil {
			t.Fatal(err)
		}
	}
	dir, paths := t.TempDir(), map[string]string{}
	for name, content := range map[string][]byte{
		"Überweisung März.jpg": photo.Bytes(), "kuendigung.png": scan.Bytes(), "fremd.png": shot.Bytes(),
		"bericht.docx": []byte("PK\x03\x04 no document we take"), "riesig.jpg": make([]byte, 10<<20+1),
	} {
		paths[name] = filepath.Join(dir, name)
		if err := os.WriteFile(paths[name], content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return paths
}

// hand chooses files, as if picked in the browser's own window.
func (b *tab) hand(all map[string]string, names ...string) {
	b.Helper()
	var paths []string
	for _, name := range names {
		paths = append(paths, all[name])
	}
	b.do(chromedp.SetUploadFiles(chooser, paths))
}

// waiting are the documents the page offers to send along, those not ticked in brackets.
func (b *tab) waiting() string {
	b.Helper()
	return ask[string](b, `[...document.querySelectorAll("#uploads-held .choice")]
		.map((c) => [c.querySelector("bdi").textContent, c.querySelector("input").checked]).sort()
		.map(([name, ticked]) => ticked ? name : "(" + name + ")").join(" ")`)
}

func (b *tab) offers(want string) {
	b.Helper()
	if got := b.waiting(); got != want {
		b.Errorf("the page offers %q, want %q", got, want)
	}
}

// ended waits until nothing is on its way any more.
func (b *tab) ended(rows string) {
	b.Helper()
	b.until(`document.querySelectorAll("#uploads-progress li").length === ` + rows + ` && !document.querySelector("#uploads-progress progress")`)
}

// refusedOnly fails the test for what went wrong behind the page's back, but for the answer
// to a file that is not taken: a script gets it, and the browser grumbles about its status.
func (b *tab) refusedOnly(path string) {
	b.Helper()
	for _, fault := range b.unseen() {
		if !strings.HasPrefix(fault, "the browser says: ") || !strings.HasSuffix(fault, path) {
			b.Error(fault)
		}
	}
}

func TestFilesGoOneByOneAndHangOnTheObjection(t *testing.T) {
	t.Parallel()
	d, files := demo(t), papers(t)
	b := open(t, d.url)
	b.english(d)
	b.visit(d.url + "/akte/einwand/gekuendigt")
	b.put("words", "I cancelled in time.")
	b.eval(`window.told = new Set(); new MutationObserver(() => {
		for (const li of document.querySelectorAll("#uploads-progress li")) {
			const bar = li.querySelector("progress");
			if (bar && bar.value > 0 && li.textContent.includes("sending …")) told.add("moves");
			if (li.textContent.includes("waiting …")) told.add("waits");
		}
	}).observe(document.getElementById("uploads-progress"), { subtree: true, childList: true, attributes: true, characterData: true })`)
	b.hand(files, "Überweisung März.jpg", "bericht.docx", "riesig.jpg", "kuendigung.png")
	b.do(chromedp.Click(sendFiles))
	b.until(`document.querySelectorAll("#uploads-held .choice").length === 2`)
	b.ended("4")
	if told := ask[int](b, "told.size"); told != 2 {
		b.Error("no row waits or no bar moves")
	}
	for _, want := range []string{
		"Überweisung März.jpg: has arrived.", "kuendigung.png: has arrived.", "bericht.docx: We do not accept this kind of file.",
		"riesig.jpg is larger than 10 MB.",
	} {
		b.shows(want)
	}
	if n := ask[int](b, `document.querySelectorAll("#uploads-progress li.bad").length`); n != 2 {
		b.Errorf("%d rows are marked as refused, want 2", n)
	}
	b.is("/akte/einwand/gekuendigt")
	b.refusedOnly(uploading)
	if got := read(b, chromedp.Value(chromedp.ID("words"))); got != "I cancelled in time." {
		b.Errorf("the words are now %q", got)
	}
	b.offers("kuendigung.png Überweisung März.jpg")

	b.do(chromedp.Click(chromedp.CSS("#uploads-held .choice:has(input:checked) input")))
	unticked := b.waiting()
	b.retries(d, files)
	b.until(`document.querySelectorAll("#uploads-held .choice").length === 3`)
	b.offers("fremd.png " + unticked)

	b.do(chromedp.Click(chromedp.ID("what-all")))
	b.status(b.follow(chromedp.Click(sayIt)), 200)
	b.is(said)
	b.visit(d.url + "/akte/bezahlt") // what does not hang on the objection still waits
	if got := b.waiting(); !strings.Contains(unticked, "("+got+")") || got == "" {
		b.Errorf("%q still waits, of %q", got, unticked)
	}
	b.visit(d.url + uploading)
	for _, name := range []string{"Überweisung März.jpg", "kuendigung.png", "fremd.png"} {
		b.shows(name)
	}
	b.quiet()
}

// retries loses the connection while a file is sent, and sends that one again.
func (b *tab) retries(d *stage, files map[string]string) {
	b.Helper()
	block := func(patterns ...*network.BlockPattern) {
		call(b, network.SetBlockedURLs, network.SetBlockedURLsParams{URLPatterns: patterns})
	}
	block(&network.BlockPattern{URLPattern: d.url + uploading, Block: true})
	b.hand(files, "fremd.png")
	b.do(chromedp.Click(sendFiles))
	b.until(`document.querySelector("#uploads-progress button")`)
	b.shows("fremd.png")
	b.shows("did not arrive.")
	b.refusedOnly(uploading)
	block()
	b.tabTo("#uploads-progress button")
	b.do(enter)
	b.ended("1")
	b.shows("fremd.png: has arrived.")
	if !ask[bool](b, `document.getElementById("uploads-progress").contains(document.activeElement)`) {
		b.Error("the focus is lost with the button that sends again")
	}
}

// noScript opens a tab whose browser runs no script.
func noScript(t *testing.T, d *stage) *tab {
	t.Helper()
	b := open(t, d.url)
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.english(d)
	return b
}

// keeps fails the test unless a field holds a value.
func (b *tab) keeps(id chromedp.ID, want string) {
	b.Helper()
	if got := read(b, chromedp.Value(id)); got != want {
		b.Errorf("%s is now %q, want %q", id, got, want)
	}
}

func TestWithoutScriptFilesArriveTogetherAndNothingTypedIsLost(t *testing.T) {
	t.Parallel()
	d, files := demo(t), papers(t)
	b := noScript(t, d)
	b.visit(d.url + "/akte/einwand/gekuendigt")
	b.put("words", "I cancelled in time.")
	for id, v := range map[chromedp.ID]string{"cancelled_on-day": "3", "cancelled_on-month": "2", "cancelled_on-year": "2026"} {
		b.put(id, v)
	}
	b.do(chromedp.Click(chromedp.ID("what-all")))
	b.status(b.follow(chromedp.Click(sendFiles)), 422)
	b.shows("You have not chosen a file")
	b.hand(files, "Überweisung März.jpg", "bericht.docx")
	b.status(b.follow(chromedp.Click(sendFiles)), 422)
	b.shows("Not everything has arrived")
	b.shows("Überweisung März.jpg: has arrived.")
	b.shows("bericht.docx: We do not accept this kind of file.")
	b.offers("Überweisung März.jpg")
	b.keeps("words", "I cancelled in time.")
	b.keeps("cancelled_on-day", "3")
	b.do(chromedp.Click(chromedp.CSS("#uploads-held .choice input"))) // not this one
	b.hand(files, "kuendigung.png")
	b.status(b.follow(chromedp.Click(sendFiles)), 200)
	b.offers("kuendigung.png (Überweisung März.jpg)")
	b.keeps("words", "I cancelled in time.")

	b.hand(files, "fremd.png") // chosen, and the wrong button
	b.status(b.follow(chromedp.Click(sayIt)), 422)
	b.shows("files that have not reached us yet")
	b.keeps("words", "I cancelled in time.")
	b.offers("kuendigung.png (Überweisung März.jpg)")
	b.status(b.follow(chromedp.Click(sayIt)), 200)
	b.is(said)
	b.visit(d.url + "/akte/bezahlt")
	b.offers("Überweisung März.jpg")
	b.quiet()
}

func TestWithoutScriptAnotherLanguageKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	d := demo(t)
	b := noScript(t, d)
	german := chromedp.CSS("button[name=lang][value=de]")
	for _, tc := range []struct {
		page, title string
		fields      map[chromedp.ID]string
	}{
		{"/akte/einwand/betrag", "Der Betrag oder die Kosten stimmen nicht", map[chromedp.ID]string{"words": "It was ten euros."}},
		{"/akte/bezahlt", "Ich habe schon bezahlt", map[chromedp.ID]string{"amount": "20", "paid_on-day": "3", "words": "By transfer."}},
		{"/akte/zusage", "", map[chromedp.ID]string{"amount": "12.50", "by-day": "9"}},
		{"/akte/meldung/notlage", "", map[chromedp.ID]string{"words": "I lost my job."}},
		{"/akte/nachrichten", "Nachrichten", map[chromedp.ID]string{"text": "Good morning"}},
		{"/akte/anfragen", "", map[chromedp.ID]string{"text": "Please send the invoice."}},
		{"/akte/raten/neu", "", map[chromedp.ID]string{"instalment": "25"}},
		{"/akte/raten/leistbar", "", map[chromedp.ID]string{"net": "1800", "rent": "600"}},
		{"/widerruf", "", map[chromedp.ID]string{"name": "Jo", "contact": "jo@example.org"}},
	} {
		b.visit(d.url + tc.page)
		for id, value := range tc.fields {
			b.put(id, value)
		}
		b.status(b.follow(chromedp.Click(german)), 200)
		if got := read(b, chromedp.Evaluate[string]("document.documentElement.lang")); got != "de" {
			b.Errorf("%s speaks %s", tc.page, got)
		}
		b.shows(tc.title)
		for id, value := range tc.fields {
			b.keeps(id, value)
		}
		b.status(b.follow(chromedp.Click(chromedp.CSS("button[name=lang][value=en]"))), 200)
		for id, value := range tc.fields {
			b.keeps(id, value)
		}
	}
	b.quiet()
}

// Enter in a field is what the page's button does, not a language and not sending files.
func TestEnterInAFieldPressesTheButtonOfItsPage(t *testing.T) {
	t.Parallel()
	d := demo(t)
	b := noScript(t, d)
	b.visit(d.url + "/akte/bezahlt")
	b.put("amount", "nothing")
	b.put("target", "my bank")
	b.status(b.follow(enter), 422)
	b.is("/akte/bezahlt")
	b.shows("We cannot read this amount")
	b.visit(d.url + "/akte/raten/neu")
	b.put("instalment", "25")
	b.status(b.follow(enter), 200)
	b.is("/akte/raten/neu")
	if got := read(b, chromedp.Evaluate[string]("document.documentElement.lang")); got != "en" {
		b.Errorf("the page speaks %s", got)
	}
	b.quiet()
}
