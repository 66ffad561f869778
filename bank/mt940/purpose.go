package mt940

import (
	"slices"
	"strings"
	"unicode/utf8"

	"quitt/bank/statement"
)

// about is what :86: or :NS: says of an entry.
type about struct {
	gvc, text, prima, key string
	pieces                []string // of the purpose
	free                  []string // lines without fields
	name, account, bank   string
	fullName              bool // the name so far fills its field, so the next goes on with it
}

// width is how much of a text one field holds. Where it is full, the next goes on without a blank.
const width = 27

// info reads :86:, "166?00GUTSCHRIFT?109245?20SVWZ+…", or words without fields.
func (h *held) info(f field) {
	a, text := &h.about, f.joined()
	if len(text) < 4 || !digits(text[:3]) {
		a.words(f.texts())
		return
	}
	mark := text[3]
	if len(text) < 6 || !strings.ContainsRune("?>@+&|^~#", rune(mark)) || !digits(text[4:6]) {
		if text[0] == '9' { // the codes that say there are no fields
			a.gvc = text[:3]
			lines := f.texts()
			lines[0] = strings.TrimPrefix(lines[0], a.gvc)
			a.words(lines)
			return
		}
		a.words(f.texts())
		return
	}
	a.gvc = text[:3]
	code, rest := "", text[3:]
	for rest != "" {
		next := 0
		if isField(rest, mark) {
			code, rest = rest[1:3], rest[3:]
		} else {
			next = 1 // the sign itself, as part of a text that went before
		}
		for next < len(rest) && !isField(rest[next:], mark) {
			next++
		}
		a.put(code, rest[:next])
		rest = rest[next:]
	}
}

// isField reports whether s begins with the sign and a number that fields have.
func isField(s string, mark byte) bool {
	if len(s) < 3 || s[0] != mark || !digits(s[1:3]) {
		return false
	}
	code := s[1:3]
	return code == "00" || code == "10" || code >= "20" && code <= "39" || code >= "60" && code <= "79"
}

func (a *about) put(code, s string) {
	switch {
	case code == "00":
		a.text += s
	case code == "10":
		a.prima = strings.TrimSpace(s)
	case code >= "20" && code <= "29", code >= "60" && code <= "63":
		if strings.TrimSpace(s) != "" {
			a.pieces = append(a.pieces, s)
		}
	case code == "30":
		a.bank = strings.TrimSpace(s)
	case code == "31":
		a.account = strings.ReplaceAll(s, " ", "")
	case code == "32", code == "33":
		a.called(s)
	case code == "34":
		a.key = strings.TrimSpace(s)
	}
}

// called adds a part of a name.
func (a *about) called(s string) {
	if a.name != "" && !a.fullName {
		a.name += " "
	}
	a.name = strings.TrimSpace(a.name + s)
	a.fullName = utf8.RuneCountInString(s) >= width && !strings.HasSuffix(s, " ")
}

func (a *about) words(lines []string) {
	for _, l := range lines {
		if strings.TrimSpace(l) != "" {
			a.free = append(a.free, l)
		}
	}
	a.text = strings.TrimSpace(a.text + " " + strings.Join(a.free, " "))
}

// own reads :NS:, lines that begin with a number each: 01 to 14 purpose, 15 and 16 name, 17 text,
// 18 Primanota, 33 bank code, 34 account. Others differ from bank to bank.
func (h *held) own(f field) {
	a := &h.about
	for _, line := range f.texts() {
		if len(line) < 3 || !digits(line[:2]) {
			continue
		}
		code, s := line[:2], line[2:]
		switch {
		case code >= "01" && code <= "14":
			a.put("20", s)
		case code == "15", code == "16":
			a.put("32", s)
		case code == "17":
			a.put("00", s)
		case code == "18":
			a.put("10", s)
		case code == "33":
			a.put("30", s)
		case code == "34":
			a.put("31", s)
		}
	}
}

// purpose is what the pieces say: the tags of SEPA, and the text of the payer.
type purpose struct {
	ids        map[string]string
	remittance []string
}

// labels are the tags within the purpose (Die Deutsche Kreditwirtschaft, Belegungsregeln).
var labels = []string{"EREF+", "KREF+", "MREF+", "BREF+", "RREF+", "CRED+", "DEBT+", "COAM+", "OAMT+",
	"SVWZ+", "ABWA+", "ABWE+", "IBAN+", "BIC+", "PURP+", "MDAT+", "SQTP+"}

// found is a label and where it stands.
type found struct {
	label    string
	from, to int
}

// purpose reads the pieces joined, since a label may be cut in two as well ("S", "VWZ+").
func (a *about) purpose() purpose {
	p := purpose{ids: map[string]string{}}
	joined := strings.Join(a.pieces, "")
	var cuts []int // where pieces begin
	for n, i := 0, 0; n < len(a.pieces); n++ {
		cuts = append(cuts, i)
		i += len(a.pieces[n])
	}
	marks := find(joined, cuts)
	start := len(joined)
	if len(marks) > 0 {
		start = marks[0].from
	}
	rest := pieces(joined, cuts, 0, start)
	for n, m := range marks {
		end := len(joined)
		if n+1 < len(marks) {
			end = marks[n+1].from
		}
		if m.label == "SVWZ+" {
			// Some banks put a blank behind the sign.
			for m.to < end && joined[m.to] == ' ' {
				m.to++
			}
			p.remittance = append(p.remittance, pieces(joined, cuts, m.to, end)...)
			continue
		}
		stop := full(joined, cuts, m, end)
		if p.ids[m.label] == "" {
			p.ids[m.label] = strings.TrimSpace(joined[m.to:stop])
		}
		rest = append(rest, pieces(joined, cuts, stop, end)...)
	}
	p.remittance = append(p.remittance, rest...)
	return p
}

// find gives the labels in the joined text. One stands where a piece begins or behind a blank, or
// is cut by the end of a piece; anywhere else it is part of a word.
func find(joined string, cuts []int) (out []found) {
	for i := 0; i < len(joined); i++ {
		for _, l := range labels {
			if !strings.HasPrefix(joined[i:], l) {
				continue
			}
			_, begins := slices.BinarySearch(cuts, i)
			next, _ := slices.BinarySearch(cuts, i+1)
			cut := next < len(cuts) && cuts[next] < i+len(l)
			if begins || cut || joined[i-1] == ' ' {
				out = append(out, found{l, i, i + len(l)})
				i += len(l) - 1
				break
			}
		}
	}
	return out
}

// full says where the value of a label ends: with the first piece that is not full. What follows
// without a label of its own is text.
func full(joined string, cuts []int, m found, end int) int {
	for n, from := range cuts {
		to := len(joined)
		if n+1 < len(cuts) {
			to = cuts[n+1]
		}
		if to >= m.to && to <= end && to > m.from && utf8.RuneCountInString(joined[from:to]) < width {
			return to
		}
	}
	return end
}

// pieces cuts a part of the joined text where the bank did.
func pieces(joined string, cuts []int, from, to int) (out []string) {
	add := func(from, to int) {
		if from < to && strings.TrimSpace(joined[from:to]) != "" {
			out = append(out, joined[from:to])
		}
	}
	for _, c := range cuts {
		if c > from && c < to {
			add(from, c)
			from = c
		}
	}
	add(from, to)
	return out
}

// count finds the number of payments in a text like "ANZAHL 2".
func (p purpose) count() int {
	words := strings.Fields(strings.ToUpper(strings.Join(p.remittance, "")))
	i := slices.IndexFunc(words, func(w string) bool { return strings.HasPrefix(w, "ANZAHL") })
	if i < 0 {
		return 0
	}
	for _, w := range words[i:] {
		w = strings.TrimPrefix(w, "ANZAHL")
		if w = strings.Trim(w, ":."); digits(w) && len(w) <= 7 {
			n := 0
			for _, c := range []byte(w) {
				n = n*10 + int(c-'0')
			}
			return n
		}
	}
	return 0
}

// cents reads an amount within the purpose; it is said once more, so a bad one is not said.
func (p purpose) cents(label, currency string) int64 {
	s, _, _ := strings.Cut(p.ids[label], " ")
	n, err := amount(strings.TrimPrefix(s, currency), currency)
	if err != nil {
		return 0
	}
	return n
}

// original is what :61: says was ordered, else what the purpose says.
func (p purpose) original(said *statement.Money, t statement.Transaction) *statement.Money {
	if said != nil {
		return said
	}
	if n := p.cents("OAMT+", t.Amount.Currency); n > 0 {
		return &statement.Money{Cents: n, Currency: t.Amount.Currency}
	}
	return nil
}
