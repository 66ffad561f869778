package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quitt/debt"
	"quitt/debt/plan"
	"quitt/plans"
	"quitt/store/storetest"
)

// propose makes a debtor of the hand-over's case ask for a plan.
func (p program) propose(reference string, instalment debt.Cents) {
	p.t.Helper()
	m := &Main{Env: p.env, Now: storetest.Clock, Out: os.Stdout, Err: os.Stderr}
	if err := m.configure(); err != nil {
		p.t.Fatal(err)
	}
	r := newRun(m, "plans", nil)
	s, err := r.open(context.Background())
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() {
		if err := r.close(); err != nil {
			p.t.Error(err)
		}
	}()
	c, id, err := r.owner(context.Background(), s, "", reference)
	if err != nil {
		p.t.Fatal(err)
	}
	desk, err := r.planDesk(s, "")
	if err != nil {
		p.t.Fatal(err)
	}
	affordable := debt.Cents(30_00)
	_, err = desk.Propose(context.Background(), plans.Who{Creditor: c.ID, Case: id, By: debt.Actor{Kind: "debtor"}}, plans.Proposal{
		Wish:   plan.Wish{Instalment: instalment, First: debt.DateIn(storetest.Now, debt.Berlin).AddDays(30), Rhythm: plan.Monthly},
		Reason: "income", Affordable: &affordable,
	})
	if err != nil {
		p.t.Fatal(err)
	}
}

func TestACreditorAnswersPlansAtTheCommandLine(t *testing.T) {
	onBoth(t, func(t *testing.T, p program) {
		p.env = append(p.env, testPepper, "QUITT_LANG=en")
		p.ready()
		p.must("import", file(t, goodRow), "--creditor", "praxis")
		reference := strings.Split(goodRow, ";")[0]
		p.propose(reference, 10_00)
		if out := p.must("plans", "list"); !strings.Contains(out, "creditor") || !strings.Contains(out, "praxis") {
			t.Error(out)
		}
		if out := p.must("plans", "counter", reference, "--instalment", "40,00", "--first", "2026-12-22", "--note", "gern so"); !strings.Contains(out, "gern so") ||
			!strings.Contains(out, "debtor") {
			t.Error(out)
		}
		p.propose(reference, 12_00)
		if out := p.must("plans", "accept", reference); !strings.Contains(out, "upcoming") {
			t.Error(out)
		}
		var shown struct{ State string }
		if err := json.Unmarshal([]byte(p.must("plans", "show", reference, "--json")), &shown); err != nil || shown.State != "active" {
			t.Errorf("%+v, %v", shown, err)
		}
		if out := p.must("plans", "list", "--state", "active"); !strings.Contains(out, "praxis") {
			t.Error(out)
		}
		p.must("plans", "cancel", reference)
		p.propose(reference, 15_00)
		p.must("plans", "decline", reference, "--reason", "too_slow", "--person", "A. Klerk")
		for _, tc := range []struct {
			code int
			says string
			args []string
		}{
			{exitUsage, "--person", []string{"decline", reference, "--reason", "too_slow"}}, {exitUsage, "--first", []string{"counter", reference}},
			{exitFailed, "not lapsed", []string{"revive", reference}}, {exitFailed, "", []string{"accept", reference}},
			{exitUsage, "help plans", []string{"show"}}, {exitUsage, "help plans", []string{"nix"}}, {exitFailed, "", []string{"show", "nix"}},
			{exitFailed, "", []string{"counter", reference, "--first", "2026-12-22", "--instalment", "0,001"}},
			{exitFailed, "", []string{"counter", reference, "--first", "2026-12-22", "--day", "x"}},
		} {
			if r := p.run(append([]string{"plans"}, tc.args...)...); r.code != tc.code || !strings.Contains(r.err, tc.says) {
				t.Errorf("%v: %d %s", tc.args, r.code, r.err)
			}
		}
		p.must("verify")
	})
}

func TestRulesOfPlansAreReadCheckedAndVersioned(t *testing.T) {
	onBoth(t, func(t *testing.T, p program) {
		p.ready()
		path := filepath.Join(t.TempDir(), "regeln.json")
		write := func(text string) {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		rules := p.must("plans", "rules", "--creditor", "praxis")
		write(strings.Replace(rules, `"grace_days": 5`, `"grace_days": 9`, 1))
		if out := p.must("plans", "rules", "--creditor", "praxis", "--set", path); !strings.Contains(out, "Fassung 1") {
			t.Error(out)
		}
		if out := p.must("plans", "rules", "--creditor", "praxis"); !strings.Contains(out, `"grace_days": 9`) {
			t.Error(out)
		}
		for text, says := range map[string]string{
			`{"brackets": [], "nix": 1}`: "nix", `[`: "nicht lesbar",
			strings.Replace(rules, `"interest": "none"`, `"interest": "none", "fees": true`, 1): "",
			strings.Replace(rules, `"round_days": 14`, `"round_days": -1`, 1):                   "",
		} {
			write(text)
			if r := p.run("plans", "rules", "--creditor", "praxis", "--set", path); r.code != exitFailed || !strings.Contains(r.err, says) {
				t.Errorf("%.40s: %d %s", text, r.code, r.err)
			}
		}
		if r := p.run("plans", "rules", "--creditor", "praxis", "--set", path+"x"); r.code != exitFailed {
			t.Errorf("no file: %d", r.code)
		}
	})
}
