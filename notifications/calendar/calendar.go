// Package calendar writes the dates of an instalment plan as a file for calendars (RFC 5545).
// A calendar is seen by family, colleagues and servers of others: the file names no person, no
// sum and no reference, and the creditor only if the debtor asks for it.
package calendar

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"quitt/debt"
	"quitt/debt/plan"
	"quitt/portal/text"
)

// Facts is what a file is made of.
type Facts struct {
	Plan     plan.Plan
	Progress plan.Progress
	Language string
	Creditor string    // as it is to be named; "" leaves the name out
	Portal   string    // "https://portal.example.de", no path; "" leaves the link out
	At       time.Time // when the plan became what it is: the same plan gives the same file
}

// File writes the file. There is one event per instalment, and what a later file says of an
// instalment replaces what an earlier one said: numbers keep their events, and each change of
// the plan counts them up. What is not needed any more is cancelled.
func File(f Facts) []byte {
	w := &writer{f: f, say: text.For(text.Language(f.Language)).Whole()}
	w.line("BEGIN:VCALENDAR")
	w.line("VERSION:2.0")
	w.line("PRODID:-//Quitt//Calendar//EN")
	w.line("CALSCALE:GREGORIAN")
	w.line("METHOD:PUBLISH")
	w.line("X-WR-CALNAME:" + escape(w.say.Text("calendar_name", nil)))
	count := 0
	for _, k := range f.Progress.Instalments {
		if k.Standing != plan.Spared {
			count++
		}
	}
	for _, k := range f.Progress.Instalments {
		w.event(k, count)
	}
	w.line("END:VCALENDAR")
	return []byte(w.b.String())
}

type writer struct {
	f   Facts
	say *text.Catalogue
	b   strings.Builder
}

func (w *writer) event(k plan.Kept, count int) {
	day := k.DueOn.Time()
	w.line("BEGIN:VEVENT")
	w.line("UID:" + UID(w.f.Plan.ID, k.No))
	w.line("SEQUENCE:" + strconv.Itoa(len(w.f.Plan.Changes)))
	w.line("DTSTAMP:" + w.f.At.UTC().Format("20060102T150405Z"))
	w.line("DTSTART;VALUE=DATE:" + day.Format("20060102"))
	w.line("DTEND;VALUE=DATE:" + day.AddDate(0, 0, 1).Format("20060102"))
	w.line("SUMMARY:" + escape(w.title(k, count)))
	w.line("TRANSP:TRANSPARENT") // the day stays free
	w.line("CLASS:PRIVATE")
	if w.f.Portal != "" {
		w.line("URL:" + w.f.Portal)
	}
	if k.Standing == plan.Spared {
		w.line("STATUS:CANCELLED")
	} else {
		w.line("STATUS:CONFIRMED")
		w.line("DESCRIPTION:" + escape(w.say.Text("calendar_text", nil)))
	}
	if k.Owed > 0 {
		w.alarm(k, count)
	}
	w.line("END:VEVENT")
}

// alarm rings at nine in the morning of the day before.
func (w *writer) alarm(k plan.Kept, count int) {
	w.line("BEGIN:VALARM")
	w.line("ACTION:DISPLAY")
	w.line("TRIGGER:-PT15H")
	w.line("DESCRIPTION:" + escape(w.title(k, count)))
	w.line("END:VALARM")
}

func (w *writer) title(k plan.Kept, count int) string {
	args := debt.Args{"n": k.No, "count": max(count, k.No)}
	if w.f.Creditor != "" {
		args["creditor"] = w.f.Creditor
		return w.say.Text("calendar_title_to", args)
	}
	return w.say.Text("calendar_title", args)
}

// UID is the name of an instalment's event, the same in every file. It says nothing to those
// who do not have the plan's id.
func UID(planID debt.ID, no int) string {
	sum := sha256.Sum256([]byte("quitt calendar " + string(planID) + " " + strconv.Itoa(no)))
	return hex.EncodeToString(sum[:16]) + "@quitt"
}

// escape makes a value of type TEXT (RFC 5545, 3.3.11).
var escapes = strings.NewReplacer("\\", "\\\\", ";", "\\;", ",", "\\,", "\r\n", "\\n", "\n", "\\n", "\r", "\\n")

func escape(s string) string { return escapes.Replace(s) }

// longest is how many bytes a line has at most; what is longer goes on in the next one, after
// a blank (3.1). Letters are not cut in two.
const longest = 75

func (w *writer) line(s string) {
	room := longest
	for len(s) > room {
		cut := room
		for s[cut]&0xC0 == 0x80 {
			cut--
		}
		w.b.WriteString(s[:cut] + "\r\n ")
		s, room = s[cut:], longest-1
	}
	w.b.WriteString(s + "\r\n")
}
