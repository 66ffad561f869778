package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"quitt/cases/signin"
	"quitt/cmd/quitt/pay"
	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/payments/sandbox"
	"quitt/payments/sandbox/world"
	"quitt/store"
	"quitt/store/rails"
	"quitt/store/storetest"
)

const shopKey = "sk_test_sandbox_praxis"

// till is the program on a database with one case, A-1, and a provider beside it.
type till struct {
	program

	box      *sandbox.Server
	url      string
	store    *store.Store
	creditor debt.ID
	caseID   debt.ID
}

// atTill runs a test with a provider on each engine. The clocks of both stand still.
func atTill(t *testing.T, test func(t *testing.T, x *till)) {
	t.Helper()
	onBoth(t, func(t *testing.T, p program) {
		box, err := sandbox.Complete(sandbox.Options{Clock: time.Now, Mode: world.Manual, Start: storetest.Now, Seed: "test",
			Keys: map[string]string{shopKey: "acct_praxis", "sk_test_sandbox_platform": "acct_platform"}, Receipt: time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = box.Close() })
		x := &till{program: p, box: box}
		if x.url, err = box.Listen("127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		x.env = append(slices.Clone(p.env), pepper, "QUITT_STRIPE_URL="+x.url)
		x.ready()
		x.must("import", file(t, goodRow), "--creditor", "praxis")
		address, _ := strings.CutPrefix(p.env[0], "DATABASE_URL=")
		if x.store, err = store.Open(t.Context(), store.Options{URL: address, Keys: keysOf(t)}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = x.store.Close() })
		x.find()
		test(t, x)
	})
}

func (x *till) find() {
	x.t.Helper()
	err := x.store.Read(x.t.Context(), "", func(r *store.Reader) error {
		c, err := r.LoadCreditor("praxis")
		x.creditor = c.ID
		return err
	})
	if err == nil {
		err = x.store.Read(x.t.Context(), x.creditor, func(r *store.Reader) (err error) {
			x.caseID, err = r.FindCase("A-1")
			return err
		})
	}
	if err != nil {
		x.t.Fatal(err)
	}
}

// rail is what serve works with.
func (x *till) rail() *payments.Rail {
	x.t.Helper()
	peppers, err := signin.ParsePeppers(strings.TrimPrefix(pepper, "QUITT_PEPPER="))
	if err != nil {
		x.t.Fatal(err)
	}
	r, err := pay.Settings{URL: x.url}.Rail(pay.Base{Store: x.store, Now: storetest.Clock, Keys: peppers.DeriveAll(pay.Purpose)})
	if err != nil {
		x.t.Fatal(err)
	}
	return r
}

// secret writes a file with a secret in it.
func (x *till) secret(text string) string {
	x.t.Helper()
	path := filepath.Join(x.t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(text+"\n"), 0o600); err != nil {
		x.t.Fatal(err)
	}
	return path
}

func (x *till) connected() {
	x.t.Helper()
	x.must("stripe", "connect", "--creditor", "praxis", "--account", "acct_praxis", "--key-file", x.secret(shopKey))
}

// paid pays an amount by card and books it.
func (x *till) paid(amount debt.Cents) rail.Attempt {
	x.t.Helper()
	ctx, r := x.t.Context(), x.rail()
	a, err := r.Start(ctx, payments.Wish{CreditorID: x.creditor, CaseID: x.caseID, Amount: amount, Method: debt.MethodCard, Language: "de", Reason: "Rechnung",
		Pages: func(id debt.ID) (string, string) { return "https://p.example/a", "https://p.example/b" }})
	if err != nil {
		x.t.Fatal(err)
	}
	if out, err := x.box.PayCard(ctx, a.Session, world.Card{Number: "4242424242424242", Month: 12, Year: 2034, CVC: "123"}); err != nil || out.State != world.Done {
		x.t.Fatalf("%+v, %v", out, err)
	}
	got, err := x.later().Look(ctx, x.creditor, x.caseID, a.ID)
	if err != nil || got.Status != debt.PaymentSucceeded {
		x.t.Fatalf("%+v, %v", got, err)
	}
	return got
}

// later is the rail a minute from now: what happened this instant lies behind it.
func (x *till) later() *payments.Rail {
	r := x.rail()
	r.Now = func() time.Time { return storetest.Now.Add(time.Minute) }
	return r
}

func (x *till) sweep() {
	x.t.Helper()
	if _, err := x.later().Sweep(x.t.Context(), x.creditor); err != nil {
		x.t.Fatal(err)
	}
}

// api calls the sandbox as the creditor's account.
func (x *till) api(path string, form url.Values) (out struct{ ID string }) {
	x.t.Helper()
	r, err := http.NewRequestWithContext(x.t.Context(), http.MethodPost, x.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		x.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+shopKey)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		x.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || json.Unmarshal(b, &out) != nil {
		x.t.Fatalf("%s: %d %s %v", path, res.StatusCode, b, err)
	}
	return out
}

type refused struct {
	code int
	says string
	args []string
}

func (x *till) refuses(list ...refused) {
	x.t.Helper()
	for _, tc := range list {
		if r := x.run(tc.args...); r.code != tc.code || !strings.Contains(r.err, tc.says) {
			x.t.Errorf("%v: exit %d %s", tc.args, r.code, r.err)
		}
	}
}

func TestAnAccountIsConnectedOnceItsKeyHasBeenAsked(t *testing.T) {
	atTill(t, func(t *testing.T, x *till) {
		key := x.secret(shopKey)
		connect := func(more ...string) []string {
			return slices.Concat([]string{"stripe", "connect", "--creditor", "praxis"}, more)
		}
		x.refuses(
			refused{exitUsage, "--account", connect()},
			refused{exitUsage, "quitt help stripe", []string{"stripe", "nix"}},
			refused{exitUsage, "quitt help stripe", []string{"stripe", "webhook"}},
			refused{exitFailed, "acct_", connect("--account", "praxis", "--key-file", key)},
			refused{exitFailed, "acct_praxis", connect("--account", "acct_other", "--key-file", key)},
			refused{exitFailed, "--key-file", connect("--account", "acct_praxis")},
			refused{exitFailed, "--live", connect("--account", "acct_praxis", "--key-file", key, "--live")},
			refused{exitFailed, "kein geheimer Schlüssel", connect("--account", "acct_praxis", "--key-file", x.secret("geheim"))},
			refused{exitFailed, "Sandbox", connect("--account", "acct_praxis", "--key-file", x.secret("sk_live_geheim"), "--live")},
			refused{exitFailed, "kann nicht gelesen", connect("--account", "acct_praxis", "--key-file", "/nowhere")},
			refused{exitFailed, "card", connect("--account", "acct_praxis", "--key-file", key, "--methods", "cash")},
			refused{exitFailed, "Gläubiger", []string{"stripe", "connect", "--creditor", "nix", "--account", "acct_1"}},
		)
		if out := x.must(connect("--account", "acct_praxis", "--key-file", key, "--methods", "card", "--debit-only")...); !strings.Contains(out, "acct_praxis") || strings.Contains(out, shopKey) {
			t.Error(out)
		}
		x.refuses(refused{exitFailed, "schon eingerichtet", connect("--account", "acct_praxis", "--key-file", key)})
		var list []struct {
			Creditor, Account string
			Connected, Live   bool
			DebitOnly         bool `json:"debit_only"`
			Methods           []string
			Closed            string `json:"closed_at"`
		}
		read := func() {
			if err := json.Unmarshal([]byte(x.must("stripe", "accounts", "--json")), &list); err != nil || len(list) != 1 {
				t.Fatalf("%+v, %v", list, err)
			}
		}
		if read(); list[0].Creditor != "praxis" || list[0].Connected || list[0].Live || !list[0].DebitOnly || len(list[0].Methods) != 1 || list[0].Closed != "" {
			t.Errorf("%+v", list[0])
		}
		if out := x.must("stripe", "accounts"); !strings.Contains(out, "acct_praxis") || !strings.Contains(out, "Test") {
			t.Error(out)
		}
		if out := x.must("stripe", "close", "--creditor", "praxis"); !strings.Contains(out, "zu Ende") {
			t.Error(out)
		}
		if read(); list[0].Closed == "" {
			t.Error("still open")
		}
		x.refuses(refused{exitFailed, "kein Konto", []string{"stripe", "close", "--creditor", "praxis"}})
	})
}

func TestAnAccountOfAPlatformIsConnectedWithItsKey(t *testing.T) {
	atTill(t, func(t *testing.T, x *till) {
		x.env = append(x.env, "QUITT_STRIPE_KEY=sk_test_sandbox_platform")
		if out := x.must("stripe", "connect", "--creditor", "praxis", "--account", "acct_verbunden", "--json"); !strings.Contains(out, "acct_verbunden") {
			t.Error(out)
		}
		out := x.must("stripe", "webhook", "register", "--url", "https://portal.example.de", "--creditor", "praxis", "--json")
		var made struct{ Name, ID, URL string }
		if err := json.Unmarshal([]byte(out), &made); err != nil || len(made.Name) != 32 || made.URL != "https://portal.example.de/webhooks/stripe/"+made.Name {
			t.Fatalf("%s, %v", out, err)
		}
		var list []struct{ Name, Creditor, ID string }
		if err := json.Unmarshal([]byte(x.must("stripe", "webhook", "list", "--json")), &list); err != nil || len(list) != 1 || list[0].Creditor != "" || list[0].ID != made.ID {
			t.Errorf("the platform's endpoint is somebody's: %+v, %v", list, err)
		}
	})
}

func TestAnEndpointIsRegisteredAndItsSecretReplaced(t *testing.T) {
	atTill(t, func(t *testing.T, x *till) {
		x.refuses(refused{exitFailed, "--key-file", []string{"stripe", "webhook", "register", "--url", "https://p.example"}},
			refused{exitFailed, "kein Konto", []string{"stripe", "webhook", "register", "--url", "https://p.example", "--creditor", "praxis"}})
		x.connected()
		x.refuses(refused{exitFailed, "QUITT_PUBLIC_URL", []string{"stripe", "webhook", "register", "--creditor", "praxis"}})
		x.env = append(x.env, "QUITT_PUBLIC_URL=https://portal.example.de")
		if out := x.must("stripe", "webhook", "register", "--creditor", "praxis"); !strings.Contains(out, "https://portal.example.de/webhooks/stripe/") {
			t.Error(out)
		}
		var list []struct {
			Name, Creditor string
			OldUntil       string `json:"old_secret_until"`
		}
		read := func() {
			if err := json.Unmarshal([]byte(x.must("stripe", "webhook", "list", "--json")), &list); err != nil || len(list) != 1 || list[0].Creditor != "praxis" {
				t.Fatalf("%+v, %v", list, err)
			}
		}
		if read(); list[0].OldUntil != "" {
			t.Errorf("%+v", list[0])
		}
		secret := x.secret("whsec_fresh")
		x.refuses(
			refused{exitUsage, "--secret-file", []string{"stripe", "webhook", "rotate", list[0].Name}},
			refused{exitUsage, "quitt help stripe", []string{"stripe", "webhook", "rotate"}},
			refused{exitFailed, "whsec_", []string{"stripe", "webhook", "rotate", list[0].Name, "--secret-file", x.secret("sk_test_x")}},
			refused{exitFailed, "Adresse", []string{"stripe", "webhook", "rotate", strings.Repeat("0", 32), "--secret-file", secret}},
		)
		if out := x.must("stripe", "webhook", "rotate", list[0].Name, "--secret-file", secret); !strings.Contains(out, "24 Stunden") {
			t.Error(out)
		}
		if read(); list[0].OldUntil == "" {
			t.Error("the old secret is gone at once")
		}
		if out := x.must("stripe", "webhook", "list"); !strings.Contains(out, list[0].Name) || strings.Contains(out, "whsec") {
			t.Error(out)
		}
	})
}

func TestWhatBecameOfAPaymentIsListedNotedAndRefunded(t *testing.T) {
	atTill(t, func(t *testing.T, x *till) {
		x.connected()
		a := x.paid(100_00)
		list := x.must("payments", "list", "A-1")
		for _, w := range []string{string(a.ID), "card", "100,00 €", "succeeded", "paid", "fee", "booked"} {
			if !strings.Contains(list, w) {
				t.Errorf("the list lacks %q:\n%s", w, list)
			}
		}
		if out := x.must("payments", "note", string(a.ID), "--text", "hat angerufen"); !strings.Contains(out, "gespeichert") {
			t.Error(out)
		}
		x.refuses(
			refused{exitUsage, "--text", []string{"payments", "note", string(a.ID)}},
			refused{exitFailed, "Zahlung gibt es nicht", []string{"payments", "note", string(store.NewID()), "--text", "x"}},
			refused{exitFailed, "Zahlung gibt es nicht", []string{"payments", "note", "nix", "--text", "x"}},
			refused{exitUsage, "--amount", []string{"payments", "refund", string(a.ID)}},
			refused{exitFailed, "höchstens 100,00 €", []string{"payments", "refund", string(a.ID), "--amount", "100,01"}},
			refused{exitFailed, "Zahlung gibt es nicht", []string{"payments", "refund", string(store.NewID()), "--amount", "1"}},
			refused{exitUsage, "quitt help payments", []string{"payments", "list"}},
			refused{exitFailed, "Aktenzeichen", []string{"payments", "list", "nix"}},
		)
		if out := x.must("payments", "refund", string(a.ID), "--amount", "40,00"); !strings.Contains(out, "40,00 €") {
			t.Error(out)
		}
		x.refuses(refused{exitFailed, "höchstens 60,00 €", []string{"payments", "refund", string(a.ID), "--amount", "60,01"}})
		var got struct {
			Attempts []struct{ Status string }
			Moves    []struct{ Kind, State string } `json:"movements"`
			Refunds  []struct{ State string }
			Notes    []struct{ Text, Author string }
		}
		if err := json.Unmarshal([]byte(x.must("payments", "list", "A-1", "--json")), &got); err != nil || len(got.Attempts) != 1 ||
			len(got.Refunds) != 1 || got.Refunds[0].State != "asked" || len(got.Notes) != 1 || got.Notes[0].Text != "hat angerufen" {
			t.Errorf("%+v, %v", got, err)
		}
		x.must("payments", "list", "A-1")
		x.must("verify")
	})
}

func TestMoneyOfNobodyIsFoundPlacedAndItsTaskEnds(t *testing.T) {
	atTill(t, func(t *testing.T, x *till) {
		x.connected()
		x.charge(25_00)
		x.sweep()
		var list []struct {
			ID, Creditor, Why string
			Amount            int64 `json:"amount_cents"`
		}
		read := func() int {
			if err := json.Unmarshal([]byte(x.must("payments", "suspended", "--creditor", "praxis", "--json")), &list); err != nil {
				t.Fatal(err)
			}
			return len(list)
		}
		if read() != 1 || list[0].Amount != 25_00 || list[0].Why != rail.WhyNobody {
			t.Fatalf("%+v", list)
		}
		if out := x.must("payments", "suspended"); !strings.Contains(out, "25,00 €") {
			t.Error(out)
		}
		if out := x.must("payments", "tasks"); !strings.Contains(out, "unplaced_money") {
			t.Error(out)
		}
		id := list[0].ID
		x.refuses(
			refused{exitFailed, "Geldbewegung gibt es nicht", []string{"payments", "place", string(store.NewID()), "A-1"}},
			refused{exitFailed, "card", []string{"payments", "place", id, "A-1", "--method", "cash"}},
			refused{exitFailed, "Aktenzeichen", []string{"payments", "place", id, "A-2"}},
			refused{exitUsage, "quitt help payments", []string{"payments", "place", id}},
			refused{exitFailed, "Gläubiger", []string{"payments", "suspended", "--creditor", "nix"}},
		)
		if out := x.must("payments", "place", id, "A-1"); !strings.Contains(out, "25,00 €") {
			t.Error(out)
		}
		x.refuses(refused{exitFailed, "schon zugeordnet", []string{"payments", "place", id, "A-1"}})
		if read() != 0 || strings.TrimSpace(x.must("payments", "tasks", "--json")) != "[]" {
			t.Errorf("left: %+v", list)
		}
		if out := x.must("payments", "list", "A-1"); !strings.Contains(out, "placed") {
			t.Error(out)
		}
		x.must("verify")
	})
}

func TestATaskIsDoneWithAnOutcome(t *testing.T) {
	atTill(t, func(t *testing.T, x *till) {
		x.connected()
		x.charge(10_00)
		x.charge(20_00)
		x.sweep()
		var list []struct{ ID, Kind, File string }
		read := func() {
			if err := json.Unmarshal([]byte(x.must("payments", "tasks", "--json")), &list); err != nil {
				t.Fatal(err)
			}
		}
		if read(); len(list) == 0 {
			t.Fatal("no task")
		}
		x.refuses(
			refused{exitUsage, "--outcome", []string{"payments", "tasks", "--done", list[0].ID}},
			refused{exitUsage, "--done", []string{"payments", "tasks", "--outcome", "refunded"}},
			refused{exitFailed, "--outcome", []string{"payments", "tasks", "--done", list[0].ID, "--outcome", "Frau Meier"}},
			refused{exitFailed, "Aufgabe gibt es nicht", []string{"payments", "tasks", "--done", string(store.NewID()), "--outcome", "refunded"}},
		)
		before := len(list)
		if out := x.must("payments", "tasks", "--done", list[0].ID, "--outcome", "refunded"); !strings.Contains(out, "erledigt") {
			t.Error(out)
		}
		if read(); len(list) != before-1 {
			t.Errorf("%+v", list)
		}
	})
}

// charge makes money at the provider that nobody here asked for.
func (x *till) charge(amount debt.Cents) {
	x.t.Helper()
	pm := x.api("/v1/payment_methods", url.Values{"type": {"card"}, "card[number]": {"4242424242424242"},
		"card[exp_month]": {"12"}, "card[exp_year]": {"2034"}, "card[cvc]": {"123"}})
	x.api("/v1/payment_intents", url.Values{"amount": {strconv.FormatInt(int64(amount), 10)}, "currency": {"eur"}, "payment_method": {pm.ID},
		"payment_method_types[]": {"card"}, "confirm": {"true"}})
}

func TestADayIsReconciled(t *testing.T) {
	atTill(t, func(t *testing.T, x *till) {
		x.refuses(refused{exitFailed, "kein Konto", []string{"payments", "reconcile", "--creditor", "praxis", "--day", "2026-11-22"}})
		x.connected()
		x.paid(100_00)
		day := debt.DateIn(storetest.Now, debt.Berlin).String()
		if out := x.must("payments", "reconcile", "--creditor", "praxis", "--day", day); !strings.Contains(out, "ungeklärt 0,00 €") {
			t.Error(out)
		}
		x.charge(10_00)
		r := x.run("payments", "reconcile", "--creditor", "praxis", "--day", day)
		if r.code != exitFailed || !strings.Contains(r.out, "missing_here") {
			t.Errorf("exit %d %s%s", r.code, r.out, r.err)
		}
		if r := x.run("payments", "reconcile", "--creditor", "praxis", "--day", day, "--json"); r.code != exitFailed || !strings.Contains(r.out, `"unexplained_cents": `) {
			t.Errorf("exit %d %s", r.code, r.out)
		}
		x.refuses(refused{exitUsage, "--day", []string{"payments", "reconcile", "--creditor", "praxis"}})
		if r := x.run("payments", "reconcile", "--creditor", "praxis", "--day", "gestern"); r.code != exitFailed {
			t.Errorf("exit %d", r.code)
		}
	})
}

func TestWhatIsInQuarantineIsListed(t *testing.T) {
	atTill(t, func(t *testing.T, x *till) {
		n := rails.Notice{Notice: rail.Notice{Event: "evt_1", Type: "charge.succeeded", External: "acct_foreign", Object: rail.Ref{Kind: rail.ChargeRef, ID: "ch_1"}},
			Provider: "stripe", State: rails.Quarantined, Reason: "foreign_account", ReceivedAt: storetest.Now}
		if err := x.store.Write(t.Context(), "", func(tx *store.Tx) error { _, err := rails.Accept(tx, []rails.Notice{n}); return err }); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"payments", "quarantine"}, {"payments", "quarantine", "--json"}} {
			if out := x.must(args...); !strings.Contains(out, "evt_1") || !strings.Contains(out, "foreign_account") {
				t.Error(out)
			}
		}
	})
}

// The two things that must never meet, and keys that never show.
func TestSettingsOfPayments(t *testing.T) {
	base := "DATABASE_URL=" + storetest.SQLite(t)
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte("rk_test_geheim\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		env  []string
		says []string // nil: taken
	}{
		"nothing":                 {nil, nil},
		"a test key":              {[]string{"QUITT_STRIPE_KEY=sk_test_geheim"}, nil},
		"a key in a file":         {[]string{"QUITT_STRIPE_KEY_FILE=" + key}, nil},
		"Stripe by name":          {[]string{"QUITT_STRIPE_KEY=sk_live_geheim", "QUITT_STRIPE_URL=https://api.stripe.com"}, nil},
		"a sandbox":               {[]string{"QUITT_STRIPE_KEY=sk_test_sandbox_1", "QUITT_STRIPE_URL=http://localhost:8082/"}, nil},
		"a live key in a sandbox": {[]string{"QUITT_STRIPE_KEY=sk_live_geheim", "QUITT_STRIPE_URL=http://127.0.0.1:8082"}, []string{"echtes Geld"}},
		"a sandbox's key":         {[]string{"QUITT_STRIPE_KEY=sk_test_sandbox_1"}, []string{"gehört zur Sandbox"}},
		"no key":                  {[]string{"QUITT_STRIPE_KEY=pk_test_geheim"}, []string{"kein geheimer Schlüssel"}},
		"two lines":               {[]string{"QUITT_STRIPE_KEY=sk_test_geheim\nx"}, []string{"kein geheimer Schlüssel"}},
		"elsewhere and no key":    {[]string{"QUITT_STRIPE_URL=https://stripe.example", "QUITT_STRIPE_KEY=geheim"}, []string{"QUITT_STRIPE_URL ist nicht erlaubt", "kein geheimer Schlüssel"}},
		"a machine in the net":    {[]string{"QUITT_STRIPE_URL=http://10.0.0.1:8082"}, []string{"nicht erlaubt"}},
		"a path":                  {[]string{"QUITT_STRIPE_URL=http://127.0.0.1:8082/v1"}, []string{"nicht erlaubt"}},
		"no address":              {[]string{"QUITT_STRIPE_URL=http://127.0.0.1:x"}, []string{"nicht erlaubt"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := program{t: t, env: append([]string{base}, tc.env...)}
			r := p.run("config")
			if strings.Contains(r.out+r.err, "geheim") && !strings.Contains(r.err, "kein geheimer") || strings.Contains(r.out, "_geheim") {
				t.Errorf("shown: %s%s", r.out, r.err)
			}
			if want := tc.says; (r.code == exitOK) != (want == nil) {
				t.Errorf("exit %d %s", r.code, r.err)
			}
			for _, w := range tc.says {
				if !strings.Contains(r.err, w) {
					t.Errorf("not said: %q in %s", w, r.err)
				}
			}
		})
	}
}

func TestServeRefusesASandboxBesideAccountsOfRealMoney(t *testing.T) {
	onBoth(t, func(t *testing.T, p program) {
		p.ready()
		p.env = slices.Concat(p.env, operatorEnv, []string{pepper, "QUITT_LISTEN=127.0.0.1:0", "QUITT_OPERATOR_LISTEN=", "QUITT_STRIPE_URL=http://127.0.0.1:1"})
		address, _ := strings.CutPrefix(p.env[0], "DATABASE_URL=")
		s, err := store.Open(t.Context(), store.Options{URL: address, Keys: keysOf(t)})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = s.Close() }()
		var c debt.Creditor
		err = s.Read(t.Context(), "", func(r *store.Reader) error { c, err = r.LoadCreditor("praxis"); return err })
		if err == nil {
			err = s.Write(t.Context(), c.ID, func(tx *store.Tx) error {
				return rails.AddAccount(tx, rails.Account{Account: rail.Account{ID: store.NewID(), Provider: "stripe", External: "acct_1", Live: true, Connected: true, CreatedAt: storetest.Now}})
			})
		}
		if err != nil {
			t.Fatal(err)
		}
		if r := p.run("serve"); r.code == exitOK || !strings.Contains(r.err, "echtes Geld") {
			t.Errorf("exit %d %s", r.code, r.err)
		}
	})
}
