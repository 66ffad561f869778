package people_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"flag"
	"strings"
	"testing"

	"quitt/cases/signin"
	"quitt/cases/signin/staffing"
	"quitt/cmd/quitt/people"
	"quitt/debt"
	"quitt/debt/staff"
	"quitt/portal/text"
	"quitt/store"
	"quitt/store/storetest"
)

var ctx = context.Background()

func desk(t *testing.T) (people.Desk, debt.Creditor) {
	t.Helper()
	s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
	p, err := signin.ParsePeppers("1:" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, signin.PepperSize)))
	if err != nil {
		t.Fatal(err)
	}
	d, err := staffing.New(signin.New(s, storetest.Clock, p), "Muster")
	if err != nil {
		t.Fatal(err)
	}
	return people.Desk{Staff: d, Store: s, Words: text.For(text.German)}, storetest.Creditor(t, s, "koeln")
}

// run calls the command as it is typed.
func run(d people.Desk, args ...string) (any, error) {
	var in people.Input
	flags := flag.NewFlagSet("staff", flag.ContinueOnError)
	in.Flags("staff", flags)
	n := 0 // words before the flags
	for n < len(args) && args[n][0] != '-' {
		n++
	}
	if err := flags.Parse(args[n:]); err != nil {
		return nil, err
	}
	needs, ok := in.Take("staff", args[:n])
	if !ok {
		return nil, errors.New("no such call")
	}
	for name, value := range needs {
		if value == "" {
			return nil, errors.New("--" + name + " is missing")
		}
	}
	a, err := d.Run(ctx, in)
	return a.JSON, err
}

func TestTheFirstAdministratorComesFromTheCommandLine(t *testing.T) {
	d, _ := desk(t)
	got, err := run(d, "invite", "boss@example.org", "--name", "Renate Vogt", "--creditor", "koeln", "--role", "admin")
	if err != nil {
		t.Fatal(err)
	}
	made, ok := got.(map[string]string)
	if !ok || made["code"] == "" {
		t.Fatalf("%v", got)
	}
	known, err := d.Staff.Look(ctx, made["code"])
	if err != nil || known.Email != "boss@example.org" {
		t.Fatal(err)
	}
	if _, err := run(d, "revoke", "boss@example.org"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Staff.Look(ctx, made["code"]); debt.KindOf(err) != debt.Forbidden {
		t.Errorf("an account that has ended can be set up: %v", err)
	}
	members, err := d.Staff.Members(ctx)
	if err != nil || len(members) != 1 || members[0].State != staff.Ended {
		t.Errorf("%d members, %v", len(members), err)
	}
}

func TestWhatIsNoCallIsRefused(t *testing.T) {
	d, _ := desk(t)
	for _, args := range [][]string{{"invite"}, {"invite", "a@example.org"}, {"invite", "a@example.org", "--name", "A"}, {"invite", "a@example.org", "--name", "A", "--creditor", "koeln"},
		{"invite", "a@example.org", "--name", "A", "--creditor", "koeln", "--role", "root"}, {"invite", "a@example.org", "--name", "A", "--creditor", "nope", "--role", "admin"},
		{"invite", "nobody", "--name", "A", "--operator"}, {"list", "x"}, {"reset"}, {"reset", "unknown@example.org"}, {"revoke", "x"}, {"code"}, {"become", "root"}} {
		if _, err := run(d, args...); err == nil {
			t.Errorf("%q is taken", args)
		}
	}
	if _, err := people.Code("no secret", storetest.Now); debt.KindOf(err) != debt.Invalid {
		t.Error(err)
	}
}

// The demo's people come in with what it prints, also when it is started again.
func TestADemosPeopleComeIn(t *testing.T) {
	d, c := desk(t)
	var before []people.Shown
	for range 2 {
		list, err := d.Hire(ctx, []debt.Creditor{c})
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range list {
			code, err := staffing.CodeAt(s.Secret, storetest.Now)
			if err != nil {
				t.Fatal(err)
			}
			for _, second := range []string{code, s.Recovery} {
				if _, err := d.Staff.SignIn(ctx, staffing.Attempt{Email: debt.Personal(s.Email), Password: s.Password, Second: second}); err != nil {
					t.Errorf("%s: %v", s.Role, err)
				}
			}
			if before != nil && before[i].Password == s.Password {
				t.Errorf("%s: what an earlier demo printed works again", s.Role)
			}
		}
		before = list
	}
	said, err := d.Demo(ctx, []debt.Creditor{{Code: "koeln"}}, "http://localhost:8080")
	if err != nil || strings.Count(said, "@quitt.example") != 3 || !strings.Contains(said, "http://localhost:8080/verwaltung/anmelden") {
		t.Errorf("%v: %s", err, said)
	}
	if _, err := d.Demo(ctx, []debt.Creditor{{Code: "nope"}}, ""); debt.KindOf(err) != debt.NotFound {
		t.Error(err)
	}
}
