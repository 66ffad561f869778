package main

import (
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
	if r := p.run(paid...); r.code != exitFailed || !strings.Contains(r.err, "nichts auszuzahlen") {
		t.Errorf("booked again: %d %s", r.code, r.err)
	}
	if out := p.must("remittances", "list", "--creditor", "elektro-brandl"); !strings.Contains(out, "Quitt 10/2026") || !strings.Contains(out, amount) {
		t.Errorf("listed: %s", out)
	}
	p.must("verify", "--rebuild")
}
