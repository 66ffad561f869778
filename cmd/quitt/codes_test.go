package main

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"quitt/cases/signin"
	"quitt/debt/access"
	"quitt/store/storetest"
)

const pepper = "QUITT_PEPPER=1:QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="

func (p program) newCode(args ...string) codesJSON {
	p.t.Helper()
	var c codesJSON
	if err := json.Unmarshal([]byte(p.must(append([]string{"codes", "new"}, append(args, "--json")...)...)), &c); err != nil {
		p.t.Fatal(err)
	}
	return c
}

func TestALetterGetsItsCodesAndLosesThem(t *testing.T) {
	onBoth(t, func(t *testing.T, p program) {
		p.env = append(p.env, pepper, "QUITT_PUBLIC_URL=https://portal.example.org/")
		p.ready()
		p.must("import", file(t, goodRow, strings.Replace(goodRow, "A-1", "A-2", 1)), "--creditor", "praxis")
		c := p.newCode("A-1")
		token, found := strings.CutPrefix(c.Link, "https://portal.example.org/#")
		if _, err := access.ParseToken(token); err != nil || !found {
			t.Errorf("link: %v", err)
		}
		if _, err := access.ParseCode(c.Code); err != nil || len(strings.Fields(c.Words)) != 2 || c.ValidTill.String() != "2027-02-19" {
			t.Errorf("%v, words %q until %s", err, c.Words, c.ValidTill)
		}
		out := p.must("codes", "new", "A-2", "--creditor", "praxis")
		for _, want := range []string{"https://portal.example.org/#", "Prüfwörter", "19.02.2027", "sonst nirgends"} {
			if !strings.Contains(out, want) {
				t.Errorf("no %q in the answer", want)
			}
		}
		p.must("codes", "revoke", "A-1")
		if out := p.must("codes", "revoke", "--all", "--creditor", "praxis"); !strings.Contains(out, "1 ") {
			t.Errorf("revoked: %s", out)
		}
		if out := p.must("codes", "revoke", "--all", "--creditor", "praxis", "--json"); !strings.Contains(out, `"cases": 0`) {
			t.Errorf("again: %s", out)
		}
		p.must("verify")
		for _, args := range [][]string{{"codes"}, {"codes", "new"}, {"codes", "nix", "A-1"}, {"codes", "new", "--all", "--creditor", "praxis"},
			{"codes", "revoke", "A-1", "--all"}, {"codes", "revoke", "--all"}} {
			if r := p.run(args...); r.code != exitUsage {
				t.Errorf("%v: %+v", args, r)
			}
		}
		if r := p.run("codes", "new", "A-9"); r.code != exitFailed || !strings.Contains(r.err, "keinen Fall") {
			t.Errorf("unknown: %+v", r)
		}
	})
}

func TestAFileDatabaseMakesItsOwnPepperAndKeepsIt(t *testing.T) {
	url := storetest.SQLite(t)
	p := program{t: t, env: []string{"DATABASE_URL=" + url}}
	p.ready()
	p.must("import", file(t, goodRow), "--creditor", "praxis")
	p.newCode("A-1")
	path := strings.TrimPrefix(url, "sqlite:") + ".pepper"
	first, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	p.newCode("A-1")
	if again, err := os.ReadFile(path); err != nil || string(again) != string(first) {
		t.Error("the pepper changed")
	}
	if err := os.WriteFile(path, []byte("1:broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := p.run("codes", "new", "A-1"); r.code != exitFailed || !strings.Contains(r.err, ".pepper") {
		t.Errorf("broken file: %+v", r)
	}
}

func TestPostgreSQLWithoutAPepperIsRefused(t *testing.T) {
	p := program{t: t, env: []string{"DATABASE_URL=" + storetest.Bare(t)}}
	p.ready()
	for _, args := range [][]string{{"import", file(t, goodRow), "--creditor", "praxis"}, {"codes", "new", "A-1"}} {
		if r := p.run(args...); r.code != exitFailed || args[0] == "import" && !strings.Contains(r.err, "QUITT_PEPPER") {
			t.Errorf("%+v", r)
		}
	}
	p.env = append(p.env, pepper)
	p.must("import", file(t, goodRow), "--creditor", "praxis")
	p.env = p.env[:1]
	if r := p.run("codes", "new", "A-1"); r.code != exitFailed || !strings.Contains(r.err, "QUITT_PEPPER") {
		t.Errorf("%+v", r)
	}
}

// A pepper that is set after a file beside the database was made locks nobody out.
func TestAPepperThatIsSetLaterOpensWhatTheFileSealed(t *testing.T) {
	p := program{t: t, env: []string{"DATABASE_URL=" + storetest.SQLite(t)}}
	p.ready()
	p.must("import", file(t, goodRow), "--creditor", "praxis")
	p.env = append(p.env, pepper)
	if out := p.must("statement", "A-1"); !strings.Contains(out, "Löwe") {
		t.Error(out)
	}
	path := strings.TrimPrefix(p.env[0], "DATABASE_URL=sqlite:") + ".pepper"
	if out := p.must("migrate"); !strings.Contains(out, "verschlüsselt: 2") {
		t.Error(out)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if out := p.must("statement", "A-1"); !strings.Contains(out, "Löwe") {
		t.Error(out)
	}
}

// keysOf opens, for a test that looks into a program's database, what the pepper sealed.
func keysOf(t testing.TB) [][]byte {
	t.Helper()
	peppers, err := signin.ParsePeppers(strings.TrimPrefix(pepper, "QUITT_PEPPER="))
	if err != nil {
		t.Fatal(err)
	}
	return peppers.DeriveAll(sealing)
}

func TestPepperAndAddressAreCheckedAndThePepperIsHidden(t *testing.T) {
	short := base64.StdEncoding.EncodeToString([]byte("short"))
	r := program{t: t, env: []string{"QUITT_PEPPER=1:" + short, "QUITT_PUBLIC_URL=portal.example.org"}}.run("config")
	if r.code != exitUsage || !strings.Contains(r.err, "QUITT_PEPPER") || !strings.Contains(r.err, "QUITT_PUBLIC_URL") || strings.Contains(r.err, short) {
		t.Errorf("%+v", r)
	}
	for _, address := range []string{"https://a.example/path", "https://a.example/?q", "https://a.example/#x", "ftp://a.example", "https://u:p@a.example"} {
		if r := (program{t: t, env: []string{"QUITT_PUBLIC_URL=" + address}}).run("config"); r.code != exitUsage {
			t.Errorf("%s: %+v", address, r)
		}
	}
	secret := strings.TrimPrefix(pepper, "QUITT_PEPPER=")
	for _, flag := range []string{"", "--json"} {
		out := program{t: t, env: []string{pepper}}.must(strings.Fields("config " + flag)...)
		if strings.Contains(out, secret[2:]) || !strings.Contains(out, "QUITT_PEPPER") || !strings.Contains(out, "•••") {
			t.Error("the pepper is shown or not mentioned")
		}
	}
}
