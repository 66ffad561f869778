package browser

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// letter is what a debtor holds in their hands and knows.
type letter struct {
	reference        string
	code, token      string
	day, month, year string
	postcode         string
}

// stage is the whole program with a creditor and one case on a database of its own.
type stage struct {
	*child
	nobody string // a code without a typing mistake that opens nothing
	letter letter
}

const (
	reference = "BROWSER-1"
	handover  = "Aktenzeichen;Vorname;Nachname;Straße;PLZ;Ort;Geburtsdatum;Hauptforderung;Forderungsgrund;Gegenstand;" +
		"Vertragsdatum;Rechnungsnummer;Rechnungsdatum;Fälligkeit;Verzug ab\n" +
		reference + ";Oksana;Gröning;Rosenallee 7;50825;Köln;09.04.1981;480,00;Vertrag;Zahnersatz, Eigenanteil;" +
		"10.01.2026;R-26-0112;12.01.2026;02.03.2026;17.03.2026\n"
)

// operator is who runs the portal: what the law wants on every page.
var operator = []string{
	"QUITT_OPERATOR_NAME=Inkasso Muster GmbH", "QUITT_OPERATOR_STREET=Weg 1", "QUITT_OPERATOR_POSTCODE=50667",
	"QUITT_OPERATOR_CITY=Köln", "QUITT_OPERATOR_PHONE=0221 555 0100", "QUITT_OPERATOR_EMAIL=hilfe@muster.example",
	"QUITT_OPERATOR_RDG_NUMBER=371 E 1-2345", "QUITT_OPERATOR_SUPERVISOR_NAME=Bundesamt für Justiz",
	"QUITT_OPERATOR_SUPERVISOR_ADDRESS=Adenauerallee 99–103, 53113 Bonn", "QUITT_OPERATOR_SUPERVISOR_CONTACT=poststelle@bfj.bund.de",
}

// demo starts the program as an operator does: migrate, seed, hand over a case, issue the
// secrets of its letter, serve.
func demo(t *testing.T) *stage {
	t.Helper()
	dir := t.TempDir()
	env := append([]string{"DATABASE_URL=sqlite:" + filepath.Join(dir, "quitt.db")}, operator...)
	file := filepath.Join(dir, "faelle.csv")
	if err := os.WriteFile(file, []byte(handover), 0o600); err != nil {
		t.Fatal(err)
	}
	quitt(t, env, "migrate")
	quitt(t, env, "seed")
	quitt(t, env, "import", file, "--creditor", "praxis-lindner")
	old, now := issue(t, env), issue(t, env)
	s := &stage{child: start(t, append(env, "QUITT_LISTEN=127.0.0.1:0", "QUITT_OPERATOR_LISTEN="), "serve"), letter: now}
	s.nobody = old.code
	return s
}

// issue makes a new letter for the case; the one before opens nothing any more.
func issue(t *testing.T, env []string) letter {
	t.Helper()
	// The address of a portal that does not run yet is anybody's guess; only what stands
	// behind # is wanted.
	out := quitt(t, append(env, "QUITT_PUBLIC_URL=http://127.0.0.1:8080"), "codes", "new", reference, "--json")
	var printed struct{ Code, Link string }
	if err := json.Unmarshal([]byte(out), &printed); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	_, token, found := strings.Cut(printed.Link, "/#")
	if !found {
		t.Fatalf("the link has no token behind #")
	}
	var file struct {
		Reference string `json:"file_reference"`
	}
	if err := json.Unmarshal([]byte(quitt(t, env, "statement", reference, "--json")), &file); err != nil {
		t.Fatal(err)
	}
	return letter{reference: file.Reference, code: printed.Code, token: token, day: "9", month: "4", year: "1981", postcode: "50825"}
}

// quitt runs one command to its end.
func quitt(t *testing.T, env []string, args ...string) string {
	t.Helper()
	program.once.Do(func() { program.err = build() })
	if program.err != nil {
		t.Fatal(program.err)
	}
	c := exec.Command(filepath.Join(program.dir, "quitt"), args...)
	c.Env = append([]string{"PATH=" + os.Getenv("PATH")}, env...)
	var said strings.Builder
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		t.Fatalf("quitt %s: %v\n%s%s", strings.Join(args, " "), err, out, said.String())
	}
	return string(out)
}
