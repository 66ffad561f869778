package browser

import (
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// A promise is made with the keyboard in English, and shown as what it is.
func TestAPromiseIsMadeInEnglish(t *testing.T) {
	t.Parallel()
	d := demo(t)
	b := open(t, d.url)
	b.english(d)
	b.visit(d.url + "/akte")
	b.way("/akte/einwand")
	b.way("/akte/zusage")
	b.shows("A day up to")
	day := time.Now().AddDate(0, 0, 5)
	for part, v := range map[chromedp.ID]int{"by-day": day.Day(), "by-month": int(day.Month()), "by-year": day.Year()} {
		b.put(part, strconv.Itoa(v))
	}
	b.put("amount", "20")
	b.button(said)
	b.way("/akte/einwand")
	b.shows("This is noted")
	b.quiet()
}
