package main

import (
	"strings"
	"testing"

	"quitt/store/storetest"
)

func TestFilesOfDebitsAreMadeByCommand(t *testing.T) {
	p := program{t: t, env: []string{"DATABASE_URL=" + storetest.SQLite(t)}}
	p.must("migrate")
	p.must("seed")
	account := []string{"collect", "account", "--creditor", "praxis-lindner", "--iban", "DE41500105170123456789", "--identifier", "DE98ZZZ09999999999", "--holder", "Dr. Lindner"}
	if r := p.run(account...); r.code != exitFailed {
		t.Errorf("without an account at a bank: %d %s", r.code, r.err)
	}
	p.must("bank", "account", "add", "--creditor", "praxis-lindner", "--iban", "DE41500105170123456789")
	p.must(account...)
	if r := p.run(append(account, "--cut-off", "x")...); r.code != exitFailed {
		t.Errorf("a hand-in of no days: %d %s", r.code, r.err)
	}
	if out := p.must("collect", "run", "--creditor", "praxis-lindner", "--until", "2026-12-31", "--out", t.TempDir()); !strings.Contains(out, "Nichts einzuziehen") {
		t.Errorf("%s", out)
	}
	p.must("collect", "list", "--creditor", "praxis-lindner")
	for _, missing := range [][]string{{"cancel", "Q1"}, {"file", "Q1"}, {"received", "QM1", "--on", "2026-11-20"}, {"status", "/nowhere"}} {
		if r := p.run(append(append([]string{"collect"}, missing...), "--creditor", "praxis-lindner")...); r.code != exitFailed {
			t.Errorf("%v: %d", missing, r.code)
		}
	}
	if r := p.run("collect", "cancel", "--creditor", "praxis-lindner"); r.code != exitUsage {
		t.Errorf("without a name: %d", r.code)
	}
}
