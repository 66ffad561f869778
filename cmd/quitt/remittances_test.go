package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quitt/store/storetest"
)

func TestWhatWasPaidOutIsBookedOnce(t *testing.T) {
	p := program{t: t, env: []string{"DATABASE_URL=" + storetest.SQLite(t)}}
	p.must("migrate")
	p.must("seed")
	due := p.must("remittances", "due", "--creditor", "elektro-brandl", "--source", "bank", "--up-to", "2026-11-01")
	amount := strings.TrimSuffix(strings.Fields(due)[1], "€")
	paid := []string{"remittances", "paid", "--creditor", "elektro-brandl", "--source", "bank", "--up-to", "2026-11-01",
		"--on", "2026-11-20", "--reference", "Quitt 10/2026", "--amount", amount}
	if out := p.must(paid...); !strings.Contains(out, "Nr. 1 ") {
		t.Errorf("booked: %s", out)
	}
	if r := p.run(paid...); r.code != exitFailed || !strings.Contains(r.err, "schon gebucht") {
		t.Errorf("booked again: %d %s", r.code, r.err)
	}
	paid[len(paid)-3] = "Quitt 11/2026"
	if r := p.run(paid...); r.code != exitFailed || !strings.Contains(r.err, "nichts auszuzahlen") {
		t.Errorf("booked again under another name: %d %s", r.code, r.err)
	}
	if out := p.must("remittances", "list", "--creditor", "elektro-brandl"); !strings.Contains(out, "Quitt 10/2026") || !strings.Contains(out, amount) {
		t.Errorf("listed: %s", out)
	}
	p.must("verify", "--rebuild")
}

func TestABatchForDATEVIsWritten(t *testing.T) {
	p := program{t: t, env: []string{"DATABASE_URL=" + storetest.SQLite(t)}}
	p.must("migrate")
	p.must("seed")
	file := filepath.Join(t.TempDir(), "EXTF.csv")
	call := []string{"bank", "datev", "--creditor", "elektro-brandl", "--from", "01.01.2026", "--to", "31.12.2026", "--out", file, "--consultant", "29098"}
	if r := p.run(call...); r.code != exitUsage || !strings.Contains(r.err, "--client") {
		t.Errorf("without a client: %d %s", r.code, r.err)
	}
	if out := p.must(append(call, "--client", "55003")...); !strings.Contains(out, "Buchungen, Eingänge") {
		t.Errorf("said: %s", out)
	}
	if b, err := os.ReadFile(file); err != nil || !strings.HasPrefix(string(b), `"EXTF";700;21;`) || !strings.Contains(string(b), `;"S";"EUR";;;;1200;1592;`) {
		t.Errorf("%v\n%s", err, b)
	}
}

func TestAPayoutIsWrittenAndWrittenAgain(t *testing.T) {
	p := program{t: t, env: []string{"DATABASE_URL=" + storetest.SQLite(t)}}
	p.must("migrate")
	p.must("seed")
	dir := t.TempDir()
	call := func(file string, more ...string) []string {
		return append([]string{"payout", "file", "--creditor", "praxis-lindner", "--out", filepath.Join(dir, file)}, more...)
	}
	if r := p.run(call("a.xml", "--source", "stripe:acct")...); r.code != exitFailed || !strings.Contains(r.err, "--source") {
		t.Errorf("of a provider: %d %s", r.code, r.err)
	}
	if r := p.run(call("a.xml")...); r.code != exitFailed || !strings.Contains(r.err, "anderes Konto") {
		t.Errorf("to where the money is: %d %s", r.code, r.err)
	}
	out := p.must(call("a.xml", "--to-iban", "DE02120300000000202051")...)
	_, message, _ := strings.Cut(out, "Nachricht ")
	message, _, _ = strings.Cut(message, ",")
	if r := p.run(call("b.xml", "--to-iban", "DE02120300000000202051")...); r.code != exitFailed || !strings.Contains(r.err, "schon bestellt") {
		t.Errorf("ordered twice: %d %s", r.code, r.err)
	}
	p.must(call("b.xml", "--again", message)...)
	a, _ := os.ReadFile(filepath.Join(dir, "a.xml"))
	b, err := os.ReadFile(filepath.Join(dir, "b.xml"))
	if err != nil || string(a) != string(b) || !strings.Contains(string(a), "pain.001.001.09") {
		t.Errorf("again: %v\n%s\n%s", err, a, b)
	}
	if out := p.must("payout", "list", "--creditor", "praxis-lindner"); !strings.Contains(out, message) {
		t.Errorf("listed: %s", out)
	}
	p.must("payout", "cancel", message, "--creditor", "praxis-lindner")
	if r := p.run("remittances", "list", "extra", "--creditor", "praxis-lindner"); r.code != exitUsage {
		t.Errorf("a word too many: %d %s", r.code, r.out)
	}
	p.must("verify")
}
