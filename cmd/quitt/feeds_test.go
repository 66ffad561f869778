package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// withHooks may reach a receiver of a test.
func withHooks(p program) program {
	p.env = append(p.env, "QUITT_HOOK_ALLOW=127.0.0.0/8", testPepper)
	return p
}

const testPepper = "QUITT_PEPPER=1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="

func TestAKeyIsMadeListedAndRevoked(t *testing.T) {
	onBoth(t, func(t *testing.T, p program) {
		p.ready()
		var made struct{ ID, Key string }
		if err := json.Unmarshal([]byte(p.must("keys", "new", "--creditor", "praxis", "--name", "erp", "--json")), &made); err != nil || !strings.HasPrefix(made.Key, "qk_") || len(made.Key) != 67 {
			t.Fatalf("%+v, %v", made, err)
		}
		list := p.must("keys", "list")
		if !strings.Contains(list, made.ID) || !strings.Contains(list, "praxis") || !strings.Contains(list, "erp") || strings.Contains(list, made.Key) {
			t.Error(list)
		}
		if out := p.must("keys", "revoke", made.ID); !strings.Contains(out, "gesperrt") {
			t.Error(out)
		}
		if out := p.must("keys", "list", "--json"); strings.Contains(out, `"revoked_at": ""`) {
			t.Error(out)
		}
		if out := p.must("keys", "new", "--creditor", "praxis", "--name", "shop"); !strings.Contains(out, "nur jetzt") {
			t.Error(out)
		}
		for _, tc := range []struct {
			code int
			says string
			args []string
		}{
			{exitFailed, "Schlüssel gibt es nicht", []string{"keys", "revoke", "01900000-0000-7000-8000-000000000000"}}, {exitUsage, "--name", []string{"keys", "new", "--creditor", "praxis"}},
			{exitUsage, "quitt help keys", []string{"keys", "revoke"}}, {exitUsage, "quitt help keys", []string{"keys", "list", "x"}}, {exitUsage, "quitt help keys", []string{"keys", "nix"}},
			{exitFailed, "Gläubiger", []string{"keys", "new", "--creditor", "nix", "--name", "a"}},
		} {
			if r := p.run(tc.args...); r.code != tc.code || !strings.Contains(r.err, tc.says) {
				t.Errorf("%v: %d %s", tc.args, r.code, r.err)
			}
		}
	})
}

func TestAWebhookIsSetUpTestedAndRemoved(t *testing.T) {
	onBoth(t, func(t *testing.T, p program) {
		p = withHooks(p)
		p.ready()
		p.must("import", file(t, goodRow), "--creditor", "praxis")
		var status atomic.Int32
		status.Store(204)
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(int(status.Load())) }))
		defer server.Close()
		var made struct{ ID, Secret string }
		if err := json.Unmarshal([]byte(p.must("hooks", "add", "--creditor", "praxis", "--url", server.URL, "--types", "case.received,payment.succeeded", "--json")), &made); err != nil || !strings.HasPrefix(made.Secret, "whsec_") {
			t.Fatalf("%+v, %v", made, err)
		}
		if out := p.must("hooks", "list"); !strings.Contains(out, made.ID) || !strings.Contains(out, server.URL) || strings.Contains(out, made.Secret) {
			t.Error(out)
		}
		if out := p.must("hooks", "test", made.ID); !strings.Contains(out, "delivered") || !strings.Contains(out, "204") {
			t.Error(out)
		}
		status.Store(500)
		if r := p.run("hooks", "test", made.ID); r.code != exitFailed || !strings.Contains(r.out, "500") {
			t.Errorf("%+v", r)
		}
		if out := p.must("hooks", "rotate", made.ID); !strings.HasPrefix(out, "whsec_") || strings.Contains(out, made.Secret) {
			t.Error("the secret is the same")
		}
		for _, args := range [][]string{{"replay", made.ID, "--from", "1", "--to", "1"}, {"enable", made.ID}, {"attempts", made.ID}, {"attempts", made.ID, "--json"}, {"list", "--json"}, {"remove", made.ID}} {
			p.must(append([]string{"hooks"}, args...)...)
		}
		for _, tc := range []struct {
			code int
			says string
			args []string
		}{
			{exitFailed, "Webhook gibt es nicht", []string{"test", made.ID}}, {exitUsage, "quitt help hooks", []string{"replay", made.ID}}, {exitUsage, "quitt help hooks", []string{"nix", "x"}},
			{exitUsage, "quitt help hooks", []string{"replay", made.ID, "--from", "1", "--to", "2", "--event", "x"}}, {exitUsage, "quitt help hooks", []string{"remove"}}, {exitUsage, "--url", []string{"add", "--creditor", "praxis"}},
			{exitFailed, "10.0.0.1", []string{"add", "--creditor", "praxis", "--url", "https://10.0.0.1"}}, {exitFailed, "case.nix", []string{"add", "--creditor", "praxis", "--url", server.URL, "--types", "case.nix"}},
		} {
			if r := p.run(append([]string{"hooks"}, tc.args...)...); r.code != tc.code || !strings.Contains(r.err, tc.says) {
				t.Errorf("%v: %d %s", tc.args, r.code, r.err)
			}
		}
	})
}
