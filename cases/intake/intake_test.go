package intake

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"quitt/cases"
	"quitt/debt"
	"quitt/store"
	kept "quitt/store/intake"
	"quitt/store/storetest"
)

// table is a file of a program that has names of its own for everything.
func table(rows ...string) string {
	return "Rechnungsnr;Kunde;Strasse;PLZ;Ort;Betrag;Bestelldatum;Zahlbar bis\n" + strings.Join(rows, "\n") + "\n"
}

func line(n int) string {
	return fmt.Sprintf("R-%04d;Muster %d;Weg %d;01067;Dresden;%d,50;01.02.2026;01.03.2026", n, n, n, n)
}

func lines(n int) (out []string) {
	for i := range n {
		out = append(out, line(i+1))
	}
	return out
}

type world struct {
	t        *testing.T
	desk     Desk
	creditor debt.Creditor
	watch    *storetest.Watch
}

func each(t *testing.T, test func(w world)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		watch := storetest.NewWatch()
		test(world{t, Desk{Cases: cases.Desk{Store: s, Now: watch.Now}}, storetest.Creditor(t, s, "koeln"), watch})
	})
}

func (w world) receive(content string) debt.ID {
	w.t.Helper()
	id, err := w.desk.Receive(context.Background(), w.creditor.ID, File{By: "m", Name: `C:\Listen\liste.csv`, Content: []byte(content)})
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

func (w world) load(id debt.ID) Work {
	w.t.Helper()
	work, err := w.desk.Load(context.Background(), w.creditor.ID, id)
	if err != nil {
		w.t.Fatal(err)
	}
	return work
}

// explain completes what is guessed.
func (w world) explain(id debt.ID) error {
	m := w.load(id).Mapping
	m.Fixed["ground"], m.Fixed["object"] = "contract", "Warenlieferung"
	return w.desk.Explain(context.Background(), w.creditor, id, m)
}

func (w world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// run lets the loop work until there is nothing left.
func (w world) run() (turns int) {
	w.t.Helper()
	for {
		did, err := w.desk.Turn(context.Background(), w.creditor.ID)
		w.must(err)
		if did == 0 {
			return turns
		}
		turns++
	}
}

func (w world) cases() (n int) {
	w.t.Helper()
	w.must(w.desk.store().Read(context.Background(), w.creditor.ID, func(r *store.Reader) error {
		var refs []string
		for i := range 2000 {
			refs = append(refs, fmt.Sprintf("R-%04d", i))
		}
		known, err := r.HandedOver(refs)
		n = len(known)
		return err
	}))
	return n
}

func is(err error, kind debt.Kind, key string) bool { return errors.Is(err, debt.E(kind, key, nil)) }

func TestAFileIsExplainedTriedAndTakenIn(t *testing.T) {
	each(t, func(w world) {
		rows := lines(600)
		rows[9] = strings.Replace(rows[9], "01067", "1067", 1)
		rows[19] = strings.Replace(rows[19], "20,50", "20.5000", 1)
		id := w.receive(table(rows...))
		if err := w.desk.Start(context.Background(), w.creditor.ID, id, true); !is(err, debt.Conflict, "intake_changed") {
			w.t.Errorf("a draft starts: %v", err)
		}
		w.must(w.explain(id))
		got := w.load(id)
		if got.State != kept.Checked || got.Rows != 600 || got.Counts != (kept.Counts{Read: 600, New: 598, Faulty: 2}) || w.cases() != 0 {
			w.t.Fatalf("dry run: %s %d %+v, %d cases", got.State, got.Rows, got.Counts, w.cases())
		}
		if len(got.List) != 2 || got.List[0].Row != 11 || got.List[0].Column != "PLZ" || got.List[0].Value != "1067" || got.List[1].Column != "Betrag" {
			w.t.Errorf("%+v", got.List)
		}
		if err := w.desk.Start(context.Background(), w.creditor.ID, id, false); !is(err, debt.Forbidden, "intake_faulty") {
			w.t.Errorf("it starts without a word about the faulty rows: %v", err)
		}
		w.must(w.desk.Start(context.Background(), w.creditor.ID, id, true))
		w.must(w.desk.Start(context.Background(), w.creditor.ID, id, true)) // twice is once
		if turns := w.run(); turns != 3 {
			w.t.Errorf("%d turns", turns)
		}
		got = w.load(id)
		if got.State != kept.Done || got.Counts != (kept.Counts{Read: 600, New: 598, Faulty: 2}) || w.cases() != 598 || len(got.List) != 2 {
			w.t.Errorf("%s %+v, %d cases, %d problems", got.State, got.Counts, w.cases(), len(got.List))
		}

		// The same file again, mended: it is explained already, and only what is new comes in.
		again := w.receive(table(lines(600)...))
		w.must(w.desk.Explain(context.Background(), w.creditor, again, w.load(again).Mapping))
		w.must(w.desk.Start(context.Background(), w.creditor.ID, again, false))
		w.run()
		if got := w.load(again); got.Counts != (kept.Counts{Read: 600, New: 2, Unchanged: 598}) || w.cases() != 600 {
			w.t.Errorf("again: %+v, %d cases", got.Counts, w.cases())
		}
	})
}

// Whatever stops a job between two portions, every row comes in once and is counted once.
func TestAnInterruptedJobGoesOnWhereItWas(t *testing.T) {
	each(t, func(w world) {
		id := w.receive(table(lines(520)...))
		w.must(w.explain(id))
		w.must(w.desk.Start(context.Background(), w.creditor.ID, id, false))
		did, err := w.desk.Turn(context.Background(), w.creditor.ID)
		if got := w.load(id); err != nil || did != portion || got.State != kept.Running || got.Counts.New != portion || w.cases() != portion {
			w.t.Fatalf("%d, %v: %+v", did, err, got.Counts)
		}
		// Another row of the file is handed over on another way meanwhile.
		_, err = w.desk.Cases.Import(context.Background(), strings.NewReader(
			"reference;last_name;street;postcode;city;principal;ground;object;contract_date;due_date\nR-0400;Andere;Weg 1;01067;Dresden;5,00;contract;Ware;01.02.2026;01.03.2026\n"),
			cases.ImportOptions{Creditor: w.creditor})
		w.must(err)
		stopped, cancel := context.WithCancel(context.Background())
		cancel()
		if did, err := w.desk.Turn(stopped, w.creditor.ID); err == nil {
			w.t.Errorf("a turn that was stopped did %d", did)
		}
		w.run()
		got := w.load(id)
		if got.Counts != (kept.Counts{Read: 520, New: 519, Faulty: 1}) || w.cases() != 520 || got.List[0].Err.Key != "reference_other_content" || got.List[0].Column != "Rechnungsnr" || got.List[0].Row != 401 {
			w.t.Errorf("%+v, %d cases, %+v", got.Counts, w.cases(), got.List)
		}
	})
}

func TestTwoProcessesDoNotTakeARowTwice(t *testing.T) {
	each(t, func(w world) {
		id := w.receive(table(lines(700)...))
		w.must(w.explain(id))
		w.must(w.desk.Start(context.Background(), w.creditor.ID, id, false))
		done := make(chan error, 2)
		for range 2 {
			go func() {
				for {
					did, err := w.desk.Turn(context.Background(), w.creditor.ID)
					if err != nil || did == 0 && w.load(id).State == kept.Done {
						done <- err
						return
					}
				}
			}()
		}
		w.must(errors.Join(<-done, <-done))
		if got := w.load(id); got.Counts != (kept.Counts{Read: 700, New: 700}) || w.cases() != 700 {
			w.t.Errorf("%+v, %d cases", got.Counts, w.cases())
		}
	})
}

func TestFilesThatAreNoTable(t *testing.T) {
	each(t, func(w world) {
		for name, c := range map[string]struct{ content, key string }{
			"Excel":     {"PK\x03\x04rest", "intake_no_table"},
			"old Excel": {"\xd0\xcf\x11\xe0rest", "intake_no_table"},
			"PDF":       {"%PDF-1.7", "intake_no_table"},
			"nothing":   {"", "sheet_empty"},
			"too big":   {strings.Repeat("a;b\n", MostBytes/4+1), "intake_too_big"},
			"prose":     {"Sehr geehrte Damen und Herren\n", "intake_one_column"},
		} {
			if _, err := w.desk.Receive(context.Background(), w.creditor.ID, File{Content: []byte(c.content)}); !is(err, debt.Invalid, c.key) {
				w.t.Errorf("%s: %v, want %s", name, err, c.key)
			}
		}
	})
}

func TestEncodingsAndDelimitersAreRecognised(t *testing.T) {
	each(t, func(w world) {
		text := strings.Replace(table(line(1)), "Muster 1", "Jürgen Großmann", 1)
		little, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
		w.must(err)
		big, err := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(text)
		w.must(err)
		for name, content := range map[string]string{
			"UTF-8": text, "with a mark": "\ufeff" + text, "UTF-16 little": little, "UTF-16 big": big,
			"Windows-1252": strings.NewReplacer("ü", "\xfc", "ß", "\xdf").Replace(text), "tabs": strings.ReplaceAll(text, ";", "\t"),
			"commas": strings.ReplaceAll(strings.ReplaceAll(text, "1,50", `"1,50"`), ";", ","),
		} {
			id := w.receive(content)
			if err := w.explain(id); err != nil {
				w.t.Errorf("%s: %v", name, err)
				continue
			}
			got := w.load(id)
			if got.Counts.New != 1 || got.Head.Rows[0][1] != "Jürgen Großmann" {
				w.t.Errorf("%s: %+v, %v, %q", name, got.Counts, got.List, got.Head.Rows[0])
			}
		}
	})
}

// What nobody goes on with is forgotten after a day, what has ended after a week.
func TestFilesDoNotStay(t *testing.T) {
	each(t, func(w world) {
		draft, done := w.receive(table(line(1))), w.receive(table(line(2)))
		w.must(w.explain(done))
		w.must(w.desk.Start(context.Background(), w.creditor.ID, done, false))
		w.run()
		left := func() int {
			list, err := w.desk.Recent(context.Background(), w.creditor.ID)
			w.must(err)
			return len(list)
		}
		w.watch.Move(keepDrafts + time.Second)
		w.run()
		if _, err := w.desk.Load(context.Background(), w.creditor.ID, draft); !is(err, debt.NotFound, "intake_unknown") || left() != 1 {
			w.t.Errorf("the draft: %v, %d left", err, left())
		}
		w.watch.Move(keepEnded)
		w.run()
		if left() != 0 {
			w.t.Errorf("%d left", left())
		}
	})
}

func TestAJobThatCannotGoOnSaysSo(t *testing.T) {
	each(t, func(w world) {
		id := w.receive(table(line(1)))
		w.must(w.explain(id))
		j := w.load(id).Job
		j.State, j.StartedAt, j.Counts, j.Mapping = kept.Running, w.watch.Now(), kept.Counts{}, `{"Delimiter":";","Headers":["x"]}`
		w.must(w.desk.store().Write(context.Background(), w.creditor.ID, func(tx *store.Tx) error { return kept.Save(tx, j) }))
		w.run()
		got := w.load(id)
		if got.State != kept.Stopped || len(got.List) != 1 || got.List[0].Err.Key != "intake_other_header" {
			w.t.Errorf("%s %+v", got.State, got.List)
		}
	})
}

func TestGuess(t *testing.T) {
	for name, c := range map[string]struct {
		names []string
		want  map[string]cases.Origin
	}{
		"our own": {[]string{"Aktenzeichen", "Nachname", "reference_x"}, map[string]cases.Origin{"reference": {Column: 1}, "last_name": {Column: 2}}},
		"a shop": {[]string{"Invoice No.", "First Name", "Last Name", "Address", "ZIP", "City", "Amount", "Due Date"}, map[string]cases.Origin{
			"invoice_number": {Column: 1}, "reference": {Column: 1}, "first_name": {Column: 2}, "last_name": {Column: 3}, "street": {Column: 4},
			"postcode": {Column: 5}, "city": {Column: 6}, "principal": {Column: 7}, "due_date": {Column: 8}}},
		"house numbers": {[]string{"Straße", "Hausnr."}, map[string]cases.Origin{"street": {Column: 1, And: 2}}},
		"the likelier":  {[]string{"Betrag", "Offener Betrag"}, map[string]cases.Origin{"principal": {Column: 2}}},
		"nothing":       {[]string{"", "x", "§§"}, map[string]cases.Origin{}},
	} {
		got := Guess(cases.Head{Names: c.names}).Fields
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// Every name of a list must be one that plain can give, or it would never be found; and none
// may stand for two things.
func TestNamesOfOthersCanBeFound(t *testing.T) {
	seen := map[string]string{}
	for field, names := range others {
		if !slices.ContainsFunc(cases.Fields(), func(f cases.Field) bool { return f.Name == field }) {
			t.Errorf("%s is no field", field)
		}
		for _, n := range names {
			if plain(n) != n {
				t.Errorf("%s: %q", field, n)
			}
			if seen[n] != "" {
				t.Errorf("%q is %s and %s", n, seen[n], field)
			}
			seen[n] = field
		}
	}
}

func TestProblemsSurviveBeingKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		args := debt.Args{
			"a": debt.Cents(rapid.Int64().Draw(t, "a")), "b": rapid.Int().Draw(t, "b"), "c": rapid.String().Draw(t, "c"),
			"d": debt.MustDate("2026-01-01").AddDays(rapid.IntRange(0, 9999).Draw(t, "d")), "e": debt.BasisPoints(rapid.Int32().Draw(t, "e")),
		}
		want := cases.Problem{Row: rapid.Int().Draw(t, "row"), Column: "Betrag", Value: "x", Err: debt.E(debt.Invalid, "amount_invalid", args)}
		var j kept.Job
		if err := keepProblems(&j, []cases.Problem{want}, 3); err != nil {
			t.Fatal(err)
		}
		got, more, err := problemsOf(j)
		if err != nil || more != 3 || len(got) != 1 || got[0].Row != want.Row || fmt.Sprintf("%#v", got[0].Err) != fmt.Sprintf("%#v", want.Err) {
			t.Fatalf("%+v, want %+v (%v)", got, want, err)
		}
	})
}

func TestTheTableOfProblemsComputesNothing(t *testing.T) {
	var list []cases.Problem
	for _, value := range []string{`=HYPERLINK("http://x")`, "+49 351", "-1", "@SUM(A1)", "\t=1", " =1", "|cmd", "＝x", "harmlos; mit \"Zeichen\""} {
		list = append(list, cases.Problem{Row: 2, Column: "=Spalte", Value: value, Err: debt.E(debt.Invalid, "due_missing", nil)})
	}
	b, err := Table([]string{"Zeile", "Spalte", "Inhalt", "Fehler"}, list, func(error) string { return "=2+2" })
	if err != nil {
		t.Fatal(err)
	}
	in := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff"))))
	in.Comma = ';'
	records, err := in.ReadAll()
	if err != nil || len(records) != len(list)+1 {
		t.Fatal(len(records), err)
	}
	for _, r := range records[1:] {
		for _, cell := range r[1:] {
			if strings.IndexByte("=+-@|\t ", cell[0]) >= 0 || strings.HasPrefix(cell, "＝") {
				t.Errorf("%q is computed", cell)
			}
		}
	}
	if last := records[len(records)-1][2]; last != `harmlos; mit "Zeichen"` {
		t.Errorf("%q was changed", last)
	}
}
