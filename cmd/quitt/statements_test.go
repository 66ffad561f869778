package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quitt/store/storetest"
)

// A statement in the old format, as a bank's portal gives it to a person.
const mt940 = `:20:STARTUMS
:25:DE12500105170648489890
:28C:00001/001
:60F:C261115EUR0,00
:61:2611161116CR25,00N166NONREF
:86:166?00GUTSCHRIFT?20SVWZ+danke fuer die Hilfe?31DE02120300000000202051?32Wer Weiss
:62F:C261116EUR25,00
-
`

func TestAStatementIsReadByCommandOnce(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	p := program{t: t, env: []string{"DATABASE_URL=" + storetest.SQLite(t)}}
	p.must("migrate")
	p.must("seed")
	good := file("konto.sta", mt940)
	if r := p.run("statements", "import", good, "--creditor", "elektro-brandl"); r.code != exitFailed || !strings.Contains(r.out, "…9890") {
		t.Errorf("of an account nobody knows: %d %s %s", r.code, r.out, r.err)
	}
	if out := p.must("bank", "account", "add", "--creditor", "elektro-brandl", "--iban", "DE12 5001 0517 0648 4898 90"); !strings.Contains(out, "bank:DE12500105170648489890") {
		t.Errorf("added: %s", out)
	}
	if r := p.run("bank", "account", "add", "--creditor", "elektro-brandl", "--iban", "DE12500105170648489890"); r.code != exitFailed {
		t.Errorf("added twice: %d %s", r.code, r.err)
	}
	p.must("bank", "account", "list", "--creditor", "elektro-brandl")
	bad := file("falsch.sta", strings.Replace(mt940, "C261116EUR25,00", "C261116EUR26,00", 1))
	if r := p.run("statements", "import", bad, good, "--creditor", "elektro-brandl"); r.code != exitFailed || !strings.Contains(r.out, "1,00") || !strings.Contains(r.out, "ohne Zuordnung 1") {
		t.Errorf("read: %d %s %s", r.code, r.out, r.err)
	}
	if out := p.must("statements", "import", good, "--creditor", "elektro-brandl"); !strings.Contains(out, "schon gelesen") {
		t.Errorf("read again: %s", out)
	}
	if r := p.run("statements", "quarantine", "--creditor", "elektro-brandl"); r.code != exitFailed || !strings.Contains(r.out, "zurückgestellt") {
		t.Errorf("put aside: %d %s", r.code, r.out)
	}
	if out := p.must("statements", "list", "--creditor", "elektro-brandl", "--json"); !strings.Contains(out, `"state": "booked"`) && !strings.Contains(out, `"state":"booked"`) {
		t.Errorf("listed: %s", out)
	}
	if out := p.must("payments", "suspended", "--creditor", "elektro-brandl"); !strings.Contains(out, "25,00") {
		t.Errorf("suspended: %s", out)
	}
	p.must("verify")
}
