package letter_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quitt/debt"
	dl "quitt/debt/letter"
	"quitt/debt/plan"
	"quitt/notifications/letter"
	"quitt/store/plans"
)

// eachPaper gives every document of plans and its PDF.
func eachPaper(t *testing.T, check func(t *testing.T, name string, d dl.Document, pdf []byte)) {
	t.Helper()
	press, err := letter.NewPress()
	if err != nil {
		t.Fatal(err)
	}
	documents := map[string]func() (dl.Document, error){
		"standing-de": func() (dl.Document, error) { return letter.SampleStandingOrder("de") },
		"standing-en": func() (dl.Document, error) { return letter.SampleStandingOrder("en") },
	}
	for _, name := range letter.PaperSamples() {
		documents[name] = func() (dl.Document, error) { return letter.SamplePaper(name) }
	}
	for _, kind := range []dl.Kind{dl.PlanAtRisk, dl.PlanLapsed} {
		documents[string(kind)] = func() (dl.Document, error) { return letter.Sample(kind) }
	}
	for name, word := range documents {
		t.Run(name, func(t *testing.T) {
			d, err := word()
			if err != nil {
				t.Fatal(err)
			}
			pdf, _, err := press.Print(d)
			if err != nil {
				t.Fatal(err)
			}
			if again, _, err := press.Print(d); err != nil || !bytes.Equal(pdf, again) {
				t.Errorf("another PDF the second time, %v", err)
			}
			check(t, name, d, pdf)
		})
	}
}

// tool runs a program of scripts/with-printing beside a PDF.
func tool(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s (scripts/with-printing runs this with what it needs): %v", name, err)
	}
	return string(out)
}

func solid(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" \n\r\t\f\u00a0•-–", r) }), "")
}

// What a paper says stands on paper, word for word, and its codes can be read off it.
func TestPapersOfPlansArePrintedAsTheyAreWorded(t *testing.T) {
	eachPaper(t, func(t *testing.T, name string, d dl.Document, pdf []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "paper.pdf"), pdf, 0o600); err != nil {
			t.Fatal(err)
		}
		printed := solid(tool(t, dir, "pdftotext", "-raw", "paper.pdf", "-"))
		var want, codes []string
		for _, b := range d.Body {
			want = append(append(want, b.Text, b.Hint), b.Items...)
			for _, p := range b.Pairs {
				want = append(want, p.Label, p.Value)
			}
			if b.Table != nil {
				for _, r := range b.Table.Rows {
					want = append(append(want, r.Note), r.Cells...)
				}
			}
			if b.QR != "" {
				codes = append(codes, b.QR)
			}
		}
		for _, s := range append(want, d.Subject) {
			if !strings.Contains(printed, solid(s)) && !crossesPages(printed, s) {
				t.Errorf("%q is not printed", s)
			}
		}
		if !slices.Contains([]string{"standing-de", "agreement", string(dl.PlanAtRisk), string(dl.PlanLapsed)}, name) {
			return // the codes of the others are made in the same place
		}
		tool(t, dir, "pdftoppm", "-r", "150", "-gray", "paper.pdf", "page")
		pages, err := filepath.Glob(filepath.Join(dir, "page*.pgm"))
		if err != nil || len(pages) == 0 {
			t.Fatal("no pages", err)
		}
		read := 0
		for _, page := range pages {
			out, _ := exec.Command("zbarimg", "--raw", "-Sdisable", "-Sqrcode.enable", "-q", page).Output() // none on a page is an error to it
			for _, code := range codes {
				read += strings.Count(string(out), code+"\n")
			}
		}
		if read != len(codes) {
			t.Errorf("%d of %d codes read", read, len(codes))
		}
	})
}

// crossesPages: a sentence may be cut by the foot of one page and the head of the next.
func crossesPages(printed, s string) bool {
	words := strings.Fields(strings.ReplaceAll(s, "\u00a0", " "))
	for i := 1; i < len(words); i++ {
		if strings.Contains(printed, solid(strings.Join(words[:i], ""))) && strings.Contains(printed, solid(strings.Join(words[i:], ""))) {
			return true
		}
	}
	return false
}

// The sheet asks for what is owed still: what is paid is left out, what is overdue is due now.
func TestTheSheetAsksForWhatIsOwedStill(t *testing.T) {
	h := letter.Letterhead{Portal: "https://portal.example.de"}
	day := debt.MustDate
	f := plans.Facts{On: day("2026-11-28"), Creditor: debt.Creditor{Name: "Praxis", AccountHolder: "Praxis", IBAN: "DE89370400440532013000"},
		Case: debt.Case{FileReference: "ZA-2107"}, Debtor: debt.Debtor{FirstName: "A", LastName: "B"},
		Plan: plan.Plan{Wish: plan.Wish{Rhythm: plan.Monthly}}}
	kept := func(no int, due string, amount, owed debt.Cents) plan.Kept {
		return plan.Kept{Instalment: plan.Instalment{No: no, DueOn: day(due), Amount: amount}, Owed: owed}
	}
	g := plan.Progress{Instalments: []plan.Kept{kept(1, "2026-10-15", 50_00, 0), kept(2, "2026-11-15", 50_00, 20_00), kept(3, "2026-12-15", 50_00, 50_00),
		kept(4, "2027-01-15", 50_00, 50_00), kept(5, "2027-02-15", 50_00, 0)}}
	d, err := h.StandingOrder("de", f, g)
	plain := d.Plain()
	for _, s := range []string{"fällig am 28.11.2026", "20,00", "zusammen 2 Zahlungen", "120,00"} {
		if err != nil || !strings.Contains(plain, s) {
			t.Errorf("%q, %v\n%s", s, err, plain)
		}
	}
	if strings.Contains(plain, "15.10.2026") || strings.Contains(plain, "15.02.2027") {
		t.Error(plain)
	}
	if _, err := h.StandingOrder("de", f, plan.Progress{}); debt.KindOf(err) != debt.Forbidden {
		t.Errorf("with nothing owed: %v", err)
	}
}
