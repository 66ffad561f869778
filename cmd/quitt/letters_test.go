package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quitt/cmd/quitt/shown"
	"quitt/store/storetest"
)

// lettersReady has two cases that are due, and what letters need.
func (p *program) lettersReady() (out string) {
	p.t.Helper()
	p.env = append(p.env, pepper, "QUITT_PUBLIC_URL=https://portal.example.org", "QUITT_OPERATOR_NAME=Muster", "QUITT_OPERATOR_STREET=Weg 1",
		"QUITT_OPERATOR_POSTCODE=50667", "QUITT_OPERATOR_CITY=Köln", "QUITT_OPERATOR_PHONE=0221 1", "QUITT_OPERATOR_EMAIL=a@example.org",
		"QUITT_OPERATOR_SUPERVISOR_NAME=BfJ", "QUITT_OPERATOR_SUPERVISOR_ADDRESS=Bonn", "QUITT_OPERATOR_SUPERVISOR_CONTACT=b@example.org")
	p.ready()
	p.must("import", file(p.t, goodRow, strings.Replace(goodRow, "A-1", "A-2", 1)), "--creditor", "praxis")
	return filepath.Join(p.t.TempDir(), "out")
}

func TestLettersFromTheDryRunToTheReturn(t *testing.T) {
	onBoth(t, func(t *testing.T, p program) {
		out := p.lettersReady()
		if text := p.must("letters", "--kind", "reminder", "--all-creditors", "--dry-run"); !strings.Contains(text, "druckbar: 2") {
			t.Errorf("dry run: %s", text)
		}
		var runs []shown.Run
		text := p.must("letters", "--kind", "reminder", "--creditor", "praxis", "--out", out, "--files", "--json")
		if err := json.Unmarshal([]byte(text), &runs); err != nil || len(runs) != 1 || runs[0].Sent != 2 || len(runs[0].PDFs) != 1 {
			t.Fatalf("%v: %s", err, text)
		}
		for _, path := range []string{runs[0].PDFs[0], runs[0].Manifests[0], filepath.Join(out, "letter-praxis-000001.pdf")} {
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s: %v", path, err)
			}
		}
		if text := p.must("letters", "show", "2", "--creditor", "praxis"); !strings.Contains(text, "•••• •••• •••• ••••") || !strings.Contains(text, "verschickt") {
			t.Errorf("show: %s", text)
		}
		r := p.run("letters", "--kind", "reminder", "--case", "A-1", "--out", out)
		if r.code != exitFailed || !strings.Contains(r.out, "schon geschrieben") {
			t.Errorf("a second one: %+v", r)
		}
		p.must("letters", "returned", "2", "--creditor", "praxis", "--reason", "moved")
		if text := p.must("letters", "list", "--creditor", "praxis"); !strings.Contains(text, "zurückgekommen") || strings.Count(text, "\n") != 2 {
			t.Errorf("list: %s", text)
		}
		if text := p.must("letters", "list", "--case", "A-1", "--json"); !strings.Contains(text, `"number": 1`) {
			t.Errorf("list of a case: %s", text)
		}
		p.must("verify")
	})
}

func TestTextsOfLettersAreCheckedBeforeTheyAreStored(t *testing.T) {
	onBoth(t, func(t *testing.T, p program) {
		out := p.lettersReady()
		path := filepath.Join(t.TempDir(), "texts.json")
		write := func(text string) {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		write(`{"reminder": {"subject": "Hallo {niemand}"}}`)
		if r := p.run("letters", "texts", "--creditor", "praxis", "--set", path); r.code != exitFailed || !strings.Contains(r.out, "niemand") {
			t.Errorf("%+v", r)
		}
		write(`{"reminder": {"subject": "Ihre Rechnung, Aktenzeichen {file}"}}`)
		p.must("letters", "texts", "--creditor", "praxis", "--check", path)
		if text := p.must("letters", "texts", "--creditor", "praxis"); strings.TrimSpace(text) != "{}" {
			t.Errorf("the check stored: %s", text)
		}
		p.must("letters", "texts", "--creditor", "praxis", "--set", path)
		if text := p.must("letters", "texts", "--creditor", "praxis"); !strings.Contains(text, "Ihre Rechnung") {
			t.Errorf("not stored: %s", text)
		}
		p.must("letters", "preview", "--kind", "reminder", "--creditor", "praxis", "--out", out)
		if b, err := os.ReadFile(out); err != nil || !strings.HasPrefix(string(b), "%PDF") {
			t.Error("preview", err)
		}
		for _, bad := range []string{`{"nix": {}}`, `[`} {
			write(bad)
			if r := p.run("letters", "texts", "--creditor", "praxis", "--set", path); r.code != exitFailed {
				t.Errorf("%s: %+v", bad, r)
			}
		}
	})
}

func TestLettersCalledWronglyAreRefusedBeforeAnythingHappens(t *testing.T) {
	p := program{t: t, env: []string{"DATABASE_URL=sqlite:" + filepath.Join(t.TempDir(), "q.db")}}
	p.lettersReady()
	for _, args := range [][]string{{"letters"}, {"letters", "--kind", "nix", "--creditor", "praxis"}, {"letters", "--kind", "reminder"},
		{"letters", "--kind", "reminder", "--all-creditors", "--creditor", "praxis"}, {"letters", "--kind", "statement_for_adviser", "--creditor", "praxis"},
		{"letters", "--kind", "reminder", "--creditor", "praxis", "--way", "pigeon"}, {"letters", "--kind", "reminder", "--creditor", "praxis", "--way", "provider"},
		{"letters", "show", "x", "--creditor", "praxis"}, {"letters", "returned", "1"}, {"letters", "nix"}} {
		if r := p.run(args...); r.code != exitUsage || r.err == "" {
			t.Errorf("%v: %+v", args, r)
		}
	}
	p.env = append(p.env, "QUITT_POST_URL=https://post.example.org", "QUITT_POST_USER=u", "QUITT_POST_KEY=sehrgeheim", "QUITT_POST_MODE=prod")
	if r := p.run("config"); r.code != exitUsage || !strings.Contains(r.err, "QUITT_POST_MODE") {
		t.Errorf("%+v", r)
	}
	p.env[len(p.env)-1] = "QUITT_POST_MODE=live"
	if out := p.must("config"); strings.Contains(out, "sehrgeheim") || !strings.Contains(out, "QUITT_POST_KEY") {
		t.Error("the key is shown or not mentioned")
	}
}

// One creditor's lost run does not keep the letters of all others in the house.
func TestALostRunOfOneCreditorLeavesTheOthersAlone(t *testing.T) {
	onBoth(t, func(t *testing.T, p program) {
		out := p.lettersReady()
		p.must("creditors", "add", "--code", "zweite", "--name", "Zweite", "--street", "Weg 2", "--postcode", "50667",
			"--city", "Köln", "--iban", "DE89370400440532013000", "--account-holder", "Zweite")
		p.must("import", file(p.t, goodRow), "--creditor", "zweite")
		p.must("letters", "--kind", "reminder", "--creditor", "praxis", "--out", out)
		db := storetest.Raw(t, strings.TrimPrefix(p.env[0], "DATABASE_URL="))
		if _, err := db.Exec(`UPDATE letter_runs SET finished_at = NULL`); err != nil {
			t.Fatal(err)
		}
		var runs []shown.Run
		r := p.run("letters", "--kind", "reminder", "--all-creditors", "--out", out, "--json")
		if err := json.Unmarshal([]byte(r.out), &runs); err != nil || r.code != exitFailed || len(runs) != 2 {
			t.Fatalf("%v: %+v", err, r)
		}
		if len(runs[0].Problems) != 1 || runs[0].Problems[0].Key != "letters_run_lost" || runs[1].Sent != 1 {
			t.Errorf("%+v", runs)
		}
	})
}
