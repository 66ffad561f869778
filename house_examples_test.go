package quitt_test

import (
	"strings"
	"testing"
)

// A rule that cannot fail protects nothing: each is shown a house that breaks it, and one
// beside it that does not.
func TestEachRuleCanFail(t *testing.T) {
	tried := map[string]bool{}
	for _, c := range badHouses {
		tried[c.rule] = true
		findings := inspect(t, c.rule, c.files)
		if len(findings) != 1 || !strings.Contains(findings[0], c.want) {
			t.Errorf("%s: want one finding with %q, got %q for %q", c.rule, c.want, findings, c.files)
		}
	}
	for _, r := range rules {
		if !tried[r.name] {
			t.Errorf("no bad example for the rule %q", r.name)
		}
	}
}

func TestEachRuleLeavesGoodHousesAlone(t *testing.T) {
	for _, c := range goodHouses {
		if findings := inspect(t, c.rule, c.files); len(findings) != 0 {
			t.Errorf("%s: unexpected %q", c.rule, findings)
		}
	}
}

func inspect(t *testing.T, name string, files map[string]string) []string {
	t.Helper()
	h := &house{texts: map[string]string{}}
	for path, src := range files {
		if err := h.add(path, src); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range rules {
		if r.name == name {
			return r.check(h)
		}
	}
	t.Fatalf("no rule %q", name)
	return nil
}

type example struct {
	rule, want string
	files      map[string]string
}

// in is a house of a single file.
func in(path, src string) map[string]string { return map[string]string{path: src} }

// importing is a package of one import.
func importing(path string) string { return "package x\nimport _ \"" + path + "\"\n" }

// SQL and the American word are put together from parts, or the rules would find this file.
const (
	sel      = "SELECT"
	misspelt = "Install" + "ment"
)

var badHouses = []example{
	{"imports go downward", "not below it", in("cases/a.go", importing("quitt/payments"))},
	{"imports go downward", "not below it", in("store/a.go", importing("quitt/cases"))},
	{"imports go downward", "not below it", in("debt/a.go", importing("quitt/bank"))},
	{"imports go downward", "not below it", in("plans/a_test.go", importing("quitt/portal"))},
	{"imports go downward", "program, which only wires", in("portal/a.go", importing("quitt/cmd/quitt"))},
	{"imports go downward", "sibling", in("payments/stripe/a.go", importing("quitt/payments/sandbox"))},
	{"imports go downward", "sibling", in("portal/debtor/a.go", importing("quitt/portal/creditor"))},
	{"imports go downward", "open only to cmd", in("portal/a.go", importing("quitt/payments/stripe"))},
	{"imports go downward", "open only to cmd and portal, notifications", in("cases/a.go", importing("quitt/portal/text"))},
	{"imports go downward", "not below it", in("debt/a.go", importing("quitt/portal/text"))},
	{"imports go downward", "helper for tests", in("cases/a.go", importing("quitt/store/storetest"))},
	{"imports go downward", "no room", in("cases/a.go", importing("quitt/util"))},
	{"imports go downward", "no room", in("util/a.go", "package util")},
	{"libraries stay in their room", "lives in store", in("cases/a.go", importing("github.com/jmoiron/sqlx"))},
	{"libraries stay in their room", "lives in store", in("portal/a.go", importing("database/sql/driver"))},
	{"libraries stay in their room", "lives in payments/stripe", in("payments/a.go", importing("github.com/stripe/stripe-go/v76/client"))},
	{"libraries stay in their room", "storetest", in("debt/a.go", importing("pgregory.net/rapid"))},
	{"libraries stay in their room", "storetest", in("cmd/quitt/a.go", importing("pgregory.net/rapid"))},
	{"libraries stay in their room", "docs/dependencies.md", in("cases/a.go", importing("github.com/new/thing"))},
	{"leaves do no input or output", "may not import os", in("debt/a.go", importing("os"))},
	{"leaves do no input or output", "may not import net/http", in("bank/a.go", importing("net/http"))},
	{"leaves do no input or output", "may not import context", in("portal/text/a.go", importing("context"))},
	{"leaves do no input or output", "may not import quitt/debt", in("bank/a.go", importing("quitt/debt"))},
	{"leaves do no input or output", "may not import quitt/debt/ledger", in("debt/a.go", importing("quitt/debt/ledger"))},
	{"leaves do no input or output", "may not import quitt/store", in("portal/text/a.go", importing("quitt/store"))},
	{"no package has both SQL and HTTP", "a.go:2: imports database/sql",
		map[string]string{"store/a.go": importing("database/sql"), "store/b.go": importing("net/http")}},
	{"SQL text is in store and migrations", "a.go:2", in("cases/a.go", "package x\nconst q = `\n\t"+sel+" id FROM x`")},
	{"SQL text is in store and migrations", "a.go:2", in("cmd/quitt/a.go", "package x\nconst q = \"DELETE FROM x\"")},
	{"SELECT names its columns", "name the columns", in("store/a.go", "package x\nconst q = `"+sel+" c.* FROM c`")},
	{"SELECT names its columns", "name the columns", in("migrations/1.sql", "INSERT INTO a "+sel+" * FROM b")},
	{"SQL twins", "4 SQL twins", in("store/dialect.go", "package x\nvar a = twin{portable: ``}\nvar b = []twin{{}, {}}\nvar c = map[int]twin{1: {}}")},
	{"SQL twins", "belongs into store/dialect.go", in("store/case.go", "package x\nvar a = twin{}")},
	{"function length", "Long has 71 lines", in("debt/a.go", "package x\nfunc Long() {\n"+strings.Repeat("_ = 1\n", 69)+"}")},
	{"function length", "Long has 121 lines", in("debt/a_test.go", "package x\nfunc Long() {\n"+strings.Repeat("_ = 1\n", 119)+"}")},
	{"file length", "501 lines", in("debt/a.go", "package x"+strings.Repeat("\n", 501))},
	{"file length", "901 lines", in("debt/a_test.go", "package x"+strings.Repeat("\n", 901))},
	{"package length", "2501 lines", map[string]string{
		"debt/a.go": "package x" + strings.Repeat("\n", 1251), "debt/b.go": "package x" + strings.Repeat("\n", 1250)}},
	{"parameters", "5 parameters", in("debt/a.go", "package x\nfunc f(a, b int, c ...string)\nfunc g(a, b int, c, d, e string) {}")},
	{"parameters", "5 parameters", in("debt/a.go", "package x\ntype i interface{ f(int, int, int, int, int) }")},
	{"time is an argument", "a.go:3: time.Now", in("portal/a.go", "package x\nimport clock \"time\"\nvar n = clock.Now()")},
	{"time is an argument", "time.Since", in("debt/a.go", "package x\nimport \"time\"\nvar n = time.Since(x)")},
	{"no float near money", "float64", in("payments/stripe/a.go", "package x\nvar rate float64")},
	{"no init", "init acts", in("store/a.go", "package x\nfunc init() {}")},
	{"every package says what it is", "package debt does not say", in("debt/a.go", "package debt")},
	{"every package says what it is", "package main does not say", in("cmd/quitt/a.go", "// Package main is.\npackage main")},
	{"no test is skipped", "Skipf", in("debt/a_test.go", "package x\nfunc f(t *testing.T) { t.Skipf(`later`) }")},
	{"no test is skipped", "Short", in("debt/a_test.go", "package x\nvar b = testing.Short()")},
	{"British spelling", "a.go:2", in("plans/a.go", "package x\ntype "+misspelt+" struct{}")},
	{"British spelling", "docs/a.md:1", in("docs/a.md", misspelt+"s")},
	{"Makefile targets", "13 targets", in("Makefile", strings.Repeat("a-b: c ## d\n\tx\n", 13))},
	{"every requirement has its reason", "a.org/b has 0 lines", in("go.mod", "module quitt\n\nrequire a.org/b v1.2.3\n")},
	{"every requirement has its reason", "a.org/b has 0 lines", in("go.mod", "require (\n\ta.org/b v1.2.3\n)\n")},
	{"every requirement has its reason", "a.org/b has 2 lines", map[string]string{
		"go.mod": "require a.org/b v1.2.3\n", "docs/dependencies.md": "| `a.org/b` | x |\n| `a.org/b` | y |\n"}},
	{"every decision is listed", "docs/adr/0009-x.md: not linked", map[string]string{
		"docs/adr/README.md": "nothing", "docs/adr/0009-x.md": "# 9"}},
}

var goodHouses = []example{
	{rule: "imports go downward", files: map[string]string{
		"portal/a.go":                  "package x\nimport (\n_ \"quitt/portal/debtor\"\n_ \"quitt/portal/text\"\n_ \"quitt/plans\"\n_ \"quitt/store/cache\"\n_ \"quitt/static\"\n)",
		"portal/debtor/a.go":           importing("quitt/portal/text"),
		"notifications/letter/a.go":    importing("quitt/portal/text"),
		"payments/stripe/a.go":         importing("quitt/payments"),
		"payments/a_test.go":           importing("quitt/store/storetest"),
		"store/a.go":                   "package x\nimport (\n_ \"quitt/migrations\"\n_ \"quitt/bank\"\n)",
		"store/storetest/storetest.go": importing("quitt/store"),
		"cmd/quitt/a.go":               "package x\nimport (\n_ \"quitt/payments/stripe\"\n_ \"quitt/portal/text\"\n)",
	}},
	{rule: "libraries stay in their room", files: map[string]string{
		"store/a.go":                   importing("github.com/jmoiron/sqlx/reflectx"),
		"store/storetest/storetest.go": importing("pgregory.net/rapid"),
		"debt/a_test.go":               importing("github.com/google/go-cmp/cmp"),
		"cmd/quitt/a.go":               importing("github.com/google/uuid"),
		"cases/a.go":                   "package x\nimport (\n_ \"encoding/csv\"\n_ \"golang.org/x/text/cases\"\n)",
	}},
	{rule: "leaves do no input or output", files: map[string]string{
		"bank/a.go": importing("log/slog"), "debt/ledger/a.go": importing("quitt/debt"), "portal/text/a.go": importing("quitt/bank"), "bank/a_test.go": importing("os"), "store/a.go": importing("context")}},
	{rule: "SQL text is in store and migrations", files: map[string]string{
		"cases/a.go":      "package x\nconst q = `Select a plan with care`",
		"cases/a_test.go": "package x\nconst q = `UPDATE entry SET a = 1`",
		"store/a.go":      "package x\nconst q = `" + sel + " id FROM x`"}},
	{rule: "SELECT names its columns", files: in("store/a.go", "package x\nconst q = `"+sel+" COUNT(*) FROM x`")},
	{rule: "SQL twins", files: in("store/dialect.go", "package x\nvar a = []twin{{}, twin{}, {}}\nvar b = []other{{}, {}}")},
	{rule: "parameters", files: in("store/a.go", "package x\nfunc f(ctx context.Context, a, b, c, d int) {}")},
	{rule: "time is an argument", files: map[string]string{
		"cmd/quitt/a.go": "package x\nimport \"time\"\nvar n = time.Now", "debt/a.go": "package x\nimport \"time\"\nvar n = time.UTC"}},
	{rule: "every package says what it is", files: map[string]string{
		"debt/a.go": "package debt", "debt/doc.go": "// Package debt is the domain.\npackage debt", "debt/a_test.go": "package debt_test"}},
	{rule: "Makefile targets", files: in("Makefile", "A := b\n.PHONY: a b\na: b\n")},
	{rule: "every requirement has its reason", files: map[string]string{
		"go.mod":               "module quitt\n\ngo 1.26\n\nrequire (\n\ta.org/b v1.2.3\n\tc.org/d v1.0.0 // indirect\n)\n",
		"docs/dependencies.md": "| `a.org/b` | v1 | because |\n"}},
	{rule: "every decision is listed", files: map[string]string{
		"docs/adr/README.md": "[1](0001-x.md)", "docs/adr/0001-x.md": "# 1"}},
}
