//go:build linux

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"unicode/utf16"
)

// mostMemory bounds the program on any file, in KiB of resident memory.
const mostMemory = 200 << 10

type badInput struct {
	name    string
	content string   // of the file; "" with a path
	path    string   // instead of a file of our own
	want    []string // all of them in what the program says
}

// in changes one cell of the good row.
func in(from, to string) string { return header + strings.Replace(goodRow, from, to, 1) + "\n" }

const header = "Aktenzeichen;Nachname;Straße;PLZ;Ort;Hauptforderung;Forderungsgrund;Gegenstand;Vertragsdatum;Fälligkeit;Verzug ab\n"

func with(column, cell string) string {
	return strings.Replace(header, "\n", ";"+column+"\n", 1) + goodRow + ";" + cell + "\n"
}

func utf16le(s string) string {
	b := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

func badInputs(dir string) []badInput {
	good := header + goodRow + "\n"
	latin := strings.ReplaceAll(strings.ReplaceAll(good, "ö", "\xf6"), "K\xf6ln", "Köln")
	return []badInput{
		{name: "ambiguous amount", content: in("480,00", "1.234"), want: []string{"Zeile 2", "Hauptforderung", "kein eindeutiger Betrag"}},
		{name: "no amount", content: in("480,00", "viel"), want: []string{"Zeile 2", "Hauptforderung", "kein eindeutiger Betrag"}},
		{name: "amount beyond all numbers", content: in("480,00", "99999999999999999999,00"), want: []string{"Zeile 2", "Hauptforderung"}},
		{name: "no such day", content: in("02.03.2026", "31.02.2026"), want: []string{"Zeile 2", "Fälligkeit", "kein gültiges Datum"}},
		{name: "IBAN with a wrong digit", content: with("IBAN", "DE89370400440532013001"), want: []string{"Zeile 2", "IBAN", "stimmt nicht"}},
		{name: "unknown column", content: with("Lieblingsfarbe", "blau"), want: []string{"Lieblingsfarbe"}},
		{name: "duplicate reference", content: header + goodRow + "\n" + strings.Replace(goodRow, "480,00", "481,00", 1) + "\n",
			want: []string{"Zeile 3", "Aktenzeichen", "A-1", "anderem Inhalt"}},
		{name: "principal zero", content: in("480,00", "0,00"), want: []string{"Zeile 2", "Hauptforderung", "größer als null"}},
		{name: "principal negative", content: in("480,00", "-480,00"), want: []string{"Zeile 2", "Hauptforderung", "größer als null"}},
		{name: "contract after due", content: in("10.01.2026", "10.03.2026"), want: []string{"Zeile 2", "Vertragsdatum", "nach der Fälligkeit"}},
		{name: "unknown state", content: with("Bundesland", "Atlantis"), want: []string{"Zeile 2", "Bundesland", "kennt Quitt nicht"}},
		{name: "a line of 10 MB", content: in("Zahnersatz", strings.Repeat("x", 10<<20)), want: []string{"Zeile 2", "länger als"}},
		{name: "a header of 10 MB", content: strings.Repeat("x", 10<<20), want: []string{"länger als"}},
		{name: "a quotation of 10 MB", content: in("Zahnersatz", `"`+strings.Repeat("x\n", 5<<20)), want: []string{"Anführungszeichen"}},
		{name: "two encodings", content: latin, want: []string{"Zeile 2", "Umlaute"}},
		{name: "no encoding", content: strings.Replace(strings.Replace(header+goodRow, "ö", "\x81", 2), "ß", "\xdf", 2), want: []string{"CSV UTF-8"}},
		{name: "NUL byte", content: in("Zahnersatz", "Zahn\x00ersatz"), want: []string{"Zeile 2", "in keiner Textdatei"}},
		{name: "UTF-16", content: utf16le(good), want: []string{"UTF-16"}},
		{name: "empty", content: "", want: []string{"leer"}},
		{name: "only columns", content: header, want: []string{"nur die Spaltennamen"}},
		{name: "directory", path: dir, want: []string{"kann nicht gelesen werden", dir}},
		{name: "missing", path: filepath.Join(dir, "fehlt.csv"), want: []string{"kann nicht gelesen werden", "fehlt.csv"}},
	}
}

func TestBadInputIsRefusedWithASentenceAndStoresNothing(t *testing.T) {
	prove(t, "bad-input", 1, func(p *proof) {
		inputs := badInputs(p.TempDir())
		p.cycles, p.rows = len(inputs), 0
		for _, c := range inputs {
			path := c.path
			if path == "" {
				path = filepath.Join(p.TempDir(), "faelle.csv")
				if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
					p.Fatal(err)
				}
			}
			r, most := p.measured("import", path, "--creditor", "praxis")
			said := r.out + r.err
			if r.code != exitFailed && r.code != exitUsage {
				p.violation("%s: exit %d", c.name, r.code)
			}
			for _, want := range c.want {
				if !strings.Contains(said, want) {
					p.violation("%s: %q is missing in %.600q", c.name, want, said)
				}
			}
			if strings.Contains(said, "Unerwarteter Fehler") || strings.Contains(said, "goroutine ") || len(said) > 4<<10 {
				p.violation("%s: %.600q", c.name, said)
			}
			if most > mostMemory {
				p.violation("%s: %d KiB", c.name, most)
			}
			p.counts["most-memory-kib"] = max(p.counts["most-memory-kib"], most)
		}
		if v := p.verified(p.template); v.Cases != 0 {
			p.violation("%d cases stored", v.Cases)
		}
	})
}

// envUsage names the file a measured run leaves its figure in.
const envUsage = "QUITT_PROOF_USAGE"

// runMeasured runs the program named by the arguments and notes its memory. A process keeps
// the peak of the one that forked it, so the fork must not come from the tests themselves:
// by then they are larger than what they measure.
func runMeasured() {
	c := exec.Command(os.Args[1], os.Args[2:]...) //nolint:gosec // the proof names the program
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	_ = c.Run() // its error is the exit code
	usage, ok := c.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok || os.WriteFile(os.Getenv(envUsage), []byte(strconv.FormatInt(usage.Maxrss, 10)), 0o600) != nil {
		os.Exit(99)
	}
	os.Exit(c.ProcessState.ExitCode())
}

// measured runs the program on the template's database and gives its memory in KiB.
func (p *proof) measured(args ...string) (result, int) {
	p.Helper()
	self, err := os.Executable()
	if err != nil {
		p.Fatal(err)
	}
	figure := filepath.Join(p.TempDir(), "memory")
	c := exec.Command(self, append([]string{binary(p.T)}, args...)...)
	r := p.startAs(c, p.template, envChild+"=measured", envUsage+"="+figure).end()
	text, err := os.ReadFile(figure)
	if err != nil {
		p.Fatal(err)
	}
	most, err := strconv.Atoi(string(text))
	if err != nil {
		p.Fatal(err)
	}
	return r, most
}
