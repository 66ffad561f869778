package mt940

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"pgregory.net/rapid"

	"quitt/bank/statement"
)

// fields cuts a text as banks do: width letters each, numbered from first.
func fields(first int, text string) string {
	var b strings.Builder
	r := []rune(text)
	for len(r) > 0 {
		n := min(width, len(r))
		fmt.Fprintf(&b, "?%02d%s", first, string(r[:n]))
		r = r[n:]
		first++
	}
	return b.String()
}

// lines breaks a field at 65 letters, wherever that is.
func lines(field string) string {
	var b strings.Builder
	r := []rune(field)
	for len(r) > 0 {
		n := min(65, len(r))
		b.WriteString(string(r[:n]) + "\r\n")
		r = r[n:]
	}
	return b.String()
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	word := rapid.StringMatching(`[A-Za-z0-9äöüß.,]{1,9}( [A-Za-z0-9äöüß.,]{1,9}){0,9}`)
	id := rapid.StringMatching(`[A-Z0-9.]{1,35}`)
	rapid.Check(t, func(t *rapid.T) {
		e2e, mandate, text, name := id.Draw(t, "e2e"), id.Draw(t, "mandate"), word.Draw(t, "text"), word.Draw(t, "name")
		name = strings.TrimSpace(string([]rune(name)[:min(54, len([]rune(name)))]))
		cents := rapid.Int64Range(0, 999_999_999_999).Draw(t, "cents")
		mark := rapid.SampledFrom([]string{"C", "D", "CR", "DR", "RC", "RD", "RCR", "RDR"}).Draw(t, "mark")
		var purpose strings.Builder
		next := 20
		for _, part := range []string{"EREF+" + e2e, "MREF+" + mandate, "SVWZ+" + text} {
			s := fields(next, part)
			next += strings.Count(s, "?")
			purpose.WriteString(s)
		}
		field := ":86:166?00GUTSCHRIFT?100399" + purpose.String() + "?31DE02120300000000202051" + fields(32, name)
		if next > 30 { // more than ten fields do not fit into 20 to 29
			return
		}
		file := top + fmt.Sprintf(":61:2611201120%s%d,%02dNTRFNONREF//B1\r\n", mark, cents/100, cents%100) + lines(field) + bottom
		for _, set := range []*charmap.Charmap{nil, charmap.ISO8859_1, charmap.CodePage850} {
			s := file
			if set != nil {
				var err error
				if s, err = set.NewEncoder().String(file); err != nil {
					t.Fatal(err)
				}
			}
			// A ß alone is an á in the other code page, only umlauts tell them apart; and "ßäü" in
			// bytes of CP850 is a Korean letter in UTF-8.
			if set == charmap.CodePage850 && (!strings.ContainsAny(file, "äöü") || utf8.ValidString(s)) {
				continue
			}
			var got collected
			if err := Read(strings.NewReader(s), &got); err != nil {
				t.Fatalf("%v\n%s", err, file)
			}
			e := got.entries[0][0]
			d := e.Details[0]
			want := cents
			if slices.Contains([]string{"D", "DR", "RC", "RCR"}, mark) {
				want = -cents
			}
			if e.Amount != (statement.Money{Cents: want, Currency: "EUR"}) || e.Reversal != strings.HasPrefix(mark, "R") {
				t.Fatalf("%d %v\n%s", e.Amount.Cents, e.Reversal, file)
			}
			if joined := strings.Join(d.Remittance, ""); joined != text || d.EndToEnd != e2e || d.Mandate != mandate || d.Payer.Name != name || d.Payer.IBAN != "DE02120300000000202051" {
				t.Fatalf("%q %q %q %q\n%s", joined, d.EndToEnd, d.Mandate, d.Payer.Name, file)
			}
		}
	})
}
