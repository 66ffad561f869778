package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quitt/cmd/quitt/seed"
	"quitt/cmd/quitt/shown"
	"quitt/portal/text"
	"quitt/store/storetest"
)

// program is the real program on one database, with its clock standing still.
type program struct {
	t   *testing.T
	env []string
	now func() time.Time // nil: storetest.Clock
	log io.Writer        // what serve says beside its output; nil: nobody hears it
}

type result struct {
	code     int
	out, err string
}

func (p program) run(args ...string) result {
	p.t.Helper()
	var out, errs bytes.Buffer
	clock := storetest.Clock
	if p.now != nil {
		clock = p.now
	}
	m := &Main{Out: &out, Err: &errs, Env: p.env, Now: clock}
	code := m.Run(context.Background(), args)
	plain := strings.NewReplacer("\u00a0", " ").Replace // amounts carry no-break spaces
	return result{code, plain(out.String()), plain(errs.String())}
}

// must runs a command that has to succeed.
func (p program) must(args ...string) string {
	p.t.Helper()
	r := p.run(args...)
	if r.code != exitOK {
		p.t.Fatalf("quitt %s: exit %d\n%s%s", strings.Join(args, " "), r.code, r.out, r.err)
	}
	return r.out
}

// onBoth runs a test against the program on each engine. A server has no file beside it that
// could hold the pepper, so it is set there.
func onBoth(t *testing.T, test func(t *testing.T, p program)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, program{t: t, env: []string{"DATABASE_URL=" + storetest.SQLite(t)}}) })
	t.Run("postgres", func(t *testing.T) {
		test(t, program{t: t, env: []string{"DATABASE_URL=" + storetest.Postgres(t), pepper}})
	})
}

// ready has a migrated database with one creditor, praxis.
func (p program) ready() {
	p.t.Helper()
	p.must("migrate")
	p.must("creditors", "add", "--code", "praxis", "--name", "Praxis Muster", "--street", "Weg 1", "--postcode", "50667",
		"--city", "Köln", "--state", "NW", "--iban", "DE89 3704 0044 0532 0130 00", "--account-holder", "Praxis Muster")
}

// file writes a hand-over file.
func file(t *testing.T, rows ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "faelle.csv")
	header := "Aktenzeichen;Nachname;Straße;PLZ;Ort;Hauptforderung;Forderungsgrund;Gegenstand;Vertragsdatum;Fälligkeit;Verzug ab\n"
	if err := os.WriteFile(path, []byte(header+strings.Join(rows, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const goodRow = "A-1;Löwe;Rosenallee 7;50825;Köln;480,00;Vertrag;Zahnersatz;10.01.2026;02.03.2026;17.03.2026"

func TestFromImportToStatement(t *testing.T) {
	onBoth(t, func(t *testing.T, p program) {
		p.ready()
		path := file(t, goodRow, strings.Replace(goodRow, "A-1", "A-2", 1))
		if out := p.must("import", path, "--creditor", "praxis", "--dry-run"); !strings.Contains(out, "nichts gespeichert") {
			t.Errorf("dry run: %s", out)
		}
		if out := p.must("import", path, "--creditor", "praxis"); !strings.Contains(out, "2 Fälle sind gespeichert") {
			t.Errorf("import: %s", out)
		}
		if out := p.must("import", path, "--creditor", "praxis"); !strings.Contains(out, "0 neu, 2 schon bekannt") {
			t.Errorf("second import: %s", out)
		}
		// 480.00 from 2026-03-17 to 2026-11-22 is vector I10.
		out := p.must("statement", "A-1", "--json")
		var s struct {
			Statement struct {
				Payable int64 `json:"payable_cents"`
			} `json:"statement"`
		}
		if err := json.Unmarshal([]byte(out), &s); err != nil || s.Statement.Payable != 501_09 {
			t.Errorf("payable %d, %v", s.Statement.Payable, err)
		}
		if out := p.must("book", "payment", "2026-000001", "--amount", "100,00", "--key", "B1"); !strings.Contains(out, "Zinsen 21,09 €, Hauptforderung 78,91 €") {
			t.Errorf("booking: %s", out)
		}
		if out := p.must("book", "payment", "A-1", "--amount", "100", "--key", "B1"); !strings.Contains(out, "schon gebucht") {
			t.Errorf("booking again: %s", out)
		}
		if r := p.run("book", "payment", "A-1", "--amount", "99", "--key", "B1"); r.code != exitFailed || !strings.Contains(r.err, "andere Zahlung") {
			t.Errorf("other amount under the same key: %+v", r)
		}
		if r := p.run("reverse", "B1", "--creditor", "praxis", "--key", "R1", "--reason", "Frau Meier irrte"); r.code != exitFailed || !strings.Contains(r.err, "--reason") {
			t.Errorf("words for a reason: %+v", r)
		}
		for range 2 {
			p.must("reverse", "B1", "--creditor", "praxis", "--key", "R1", "--reason", "error")
		}
		if out := p.must("statement", "A-1"); !strings.Contains(out, "zurückgenommen") || !strings.Contains(out, "501,09 €") {
			t.Errorf("after the reversal: %s", out)
		}
		if out := p.must("verify"); !strings.Contains(out, "Alles stimmt") {
			t.Errorf("verify: %s", out)
		}
	})
}

// Money must not be refused because a base rate has not been announced yet, and what is
// booked must not be reported as failed.
func TestAPaymentAfterTheLastBaseRateIsBooked(t *testing.T) {
	onBoth(t, func(t *testing.T, p program) {
		p.ready()
		p.must("import", file(t, goodRow), "--creditor", "praxis")
		p.now = func() time.Time { return storetest.Now.AddDate(0, 2, 0) }
		if out := p.must("book", "payment", "A-1", "--amount", "100", "--key", "B1"); !strings.Contains(out, "ohne die seither laufenden Zinsen") {
			t.Errorf("booking: %s", out)
		}
		if out := p.must("statement", "A-1"); !strings.Contains(out, "bis zum 31.12.2026 berechnet") || !strings.Contains(out, "100,00 €") {
			t.Errorf("statement: %s", out)
		}
		if r := p.run("statement", "A-1", "--on", "2027-03-01"); r.code != exitFailed || !strings.Contains(r.err, "31.12.2026") {
			t.Errorf("statement of a day to come: %+v", r)
		}
		p.must("verify")
	})
}

func TestOneFaultyRowStopsTheFile(t *testing.T) {
	onBoth(t, func(t *testing.T, p program) {
		p.ready()
		bad := "A-2;Löwe;Rosenallee 7;50825;Köln;0;Vertrag;Zahnersatz;10.04.2026;31.02.2026;"
		path := file(t, goodRow, bad)
		r := p.run("import", path, "--creditor", "praxis", "--json")
		var report shown.Import
		if err := json.Unmarshal([]byte(r.out), &report); err != nil {
			t.Fatal(err)
		}
		if r.code != exitFailed || report.Stored || report.Faulty != 1 || len(report.Problems) != 2 {
			t.Errorf("exit %d, %+v", r.code, report)
		}
		for _, problem := range report.Problems {
			if problem.Row != 3 || problem.Column == "" || problem.Text == "" {
				t.Errorf("problem %+v", problem)
			}
		}
		if r := p.run("statement", "A-1"); r.code != exitFailed {
			t.Errorf("the good row was stored: %+v", r)
		}
		p.run("import", path, "--creditor", "praxis", "--partial")
		p.must("statement", "A-1")
	})
}

func TestSameReferenceWithOtherContentIsAProblem(t *testing.T) {
	onBoth(t, func(t *testing.T, p program) {
		p.ready()
		other := strings.Replace(goodRow, "480,00", "481,00", 1)
		r := p.run("import", file(t, goodRow, other), "--creditor", "praxis")
		if r.code != exitFailed || !strings.Contains(r.out, "anderem Inhalt") {
			t.Errorf("in one file: %+v", r)
		}
		p.must("import", file(t, goodRow), "--creditor", "praxis")
		r = p.run("import", file(t, other), "--creditor", "praxis")
		if r.code != exitFailed || !strings.Contains(r.out, "anderem Inhalt") {
			t.Errorf("against the database: %+v", r)
		}
		if out := p.must("statement", "A-1"); !strings.Contains(out, "480,00 €") {
			t.Errorf("the stored case changed: %s", out)
		}
	})
}

// The seed must reach every value of every axis, or the demo hides a state.
func TestSeedReachesEveryStatus(t *testing.T) {
	onBoth(t, func(t *testing.T, p program) {
		p.must("migrate")
		p.must("seed")
		if out := p.must("seed"); !strings.Contains(out, "schon da") {
			t.Errorf("second seed: %s", out)
		}
		var tally shown.Verification
		if err := json.Unmarshal([]byte(p.must("verify", "--json")), &tally); err != nil {
			t.Fatal(err)
		}
		if tally.Creditors != 3 || tally.Cases != seed.Cases || tally.Pending != 0 {
			t.Errorf("tally %+v", tally)
		}
		seen := map[string]bool{}
		for i := range seed.Cases {
			var s shown.Statement
			if err := json.Unmarshal([]byte(p.must("statement", seed.Reference(i%3, i), "--json")), &s); err != nil {
				t.Fatal(err)
			}
			for axis, value := range s.Status {
				seen[fmt.Sprint(axis, " ", value)] = true
			}
		}
		for axis, values := range map[string]string{
			"review": "received accepted rejected", "stage": "reminder collection court_prepared court titled long_term closed",
			"processing": "running held stopped", "payment": "open part_paid paid overpaid",
			"objection": "none open upheld partly rejected withdrawn",
			"plan":      "none proposed active at_risk lapsed fulfilled cancelled",
		} {
			for _, v := range strings.Fields(values) {
				if !seen[axis+" "+v] {
					t.Errorf("no demo case has %s %s", axis, v)
				}
			}
		}
	})
}

func TestEveryCommandHasHelpInBothLanguages(t *testing.T) {
	for _, c := range commands() {
		r := newRun(&Main{Out: &bytes.Buffer{}, Env: []string{}, Now: storetest.Clock, words: text.For("de")}, c.name, []string{"--help"})
		if err := c.run(context.Background(), r); !errors.Is(err, errHelp) {
			t.Errorf("%s --help: %v", c.name, err)
		}
		for _, language := range []string{"de", "en"} {
			page := help(language, c.name)
			if page == "" || !strings.Contains(help(language, "quitt"), "  "+c.name) {
				t.Errorf("%s has no %s help", c.name, language)
			}
			r.flags.VisitAll(func(f *flag.Flag) {
				if !strings.Contains(page, "--"+f.Name) {
					t.Errorf("%s: --%s is not explained in %s", c.name, f.Name, language)
				}
			})
		}
	}
}

func TestCallsThatAreWrong(t *testing.T) {
	p := program{t: t, env: []string{"DATABASE_URL=" + storetest.SQLite(t)}}
	for _, c := range []struct {
		code int
		want string
		args []string
	}{
		{exitUsage, "quitt BEFEHL", nil},
		{exitUsage, "gibt es nicht", []string{"nix"}},
		{exitUsage, "gibt es nicht", []string{"help", "nix"}},
		{exitUsage, "quitt help statement", []string{"statement"}},
		{exitUsage, "quitt help verify", []string{"verify", "--nix"}},
		{exitUsage, "--creditor", []string{"import", "x.csv"}},
		{exitFailed, "x.csv", []string{"import", "x.csv", "--creditor", "praxis"}},
		{exitFailed, "quitt migrate", []string{"verify"}},
		{exitUsage, "kein gültiges Datum", []string{"statement", "A", "--on", "31.02.2026"}},
		{exitUsage, "--amount, --key", []string{"book", "payment", "A"}},
		{exitUsage, "eindeutiger Betrag", []string{"book", "payment", "A", "--amount", "1.234", "--key", "B"}},
		{exitFailed, "größer als null", []string{"book", "payment", "A", "--amount", "-5", "--key", "B"}},
		{exitFailed, "Zukunft", []string{"book", "payment", "A", "--amount", "5", "--key", "B", "--received", "2026-11-23"}},
		{exitUsage, "Zahlungsweg", []string{"book", "payment", "A", "--amount", "5", "--key", "B", "--method", "card"}},
	} {
		r := p.run(c.args...)
		if r.code != c.code || !strings.Contains(r.err, c.want) {
			t.Errorf("quitt %s: exit %d, %q; want %d, %q", strings.Join(c.args, " "), r.code, r.err, c.code, c.want)
		}
	}
	p.env = []string{"DATABASE_URL=mysql://x"}
	if r := p.run("migrate"); r.code != exitFailed || !strings.Contains(r.err, "DATABASE_URL") {
		t.Errorf("wrong URL: %+v", r)
	}
	p.env = []string{"QUITT_DB_CONNS=many", "QUITT_DB_UNPREPARED=perhaps"}
	if r := p.run("config"); r.code != exitUsage || !strings.Contains(r.err, "DatabaseConns") || !strings.Contains(r.err, "DatabaseUnprepared") {
		t.Errorf("not all complaints at once: %+v", r)
	}
}

func TestConfigHidesThePassword(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "url")
	if err := os.WriteFile(secret, []byte("postgres://quitt:geheim@localhost/quitt\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, env := range []string{"DATABASE_URL=postgres://quitt:geheim@localhost/quitt", "DATABASE_URL_FILE=" + secret} {
		r := program{t: t, env: []string{env}}.run("config")
		if r.code != exitOK || strings.Contains(r.out, "geheim") || !strings.Contains(r.out, "postgres://quitt:") {
			t.Errorf("%s: %+v", env, r)
		}
	}
}

func TestTablesShowValidityAndSource(t *testing.T) {
	out := program{t: t, env: nil}.must("tables")
	for _, want := range []string{"base_rates", "2026-12-31", "rvg_fees_2025", "gkg_fees_2025", "pfaendung"} {
		if !strings.Contains(out, want) {
			t.Errorf("tables do not show %q", want)
		}
	}
}
