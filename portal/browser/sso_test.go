package browser

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// company starts an identity provider at an address, with one person.
func company(t *testing.T, at, portal, email, password string) {
	t.Helper()
	program := os.Getenv("QUITT_TEST_OIDC")
	if program == "" {
		t.Fatal("QUITT_TEST_OIDC is not set: run make test, or scripts/with-oidc go test …")
	}
	people, err := json.Marshal(map[string]any{"1": map[string]any{"ID": "1", "Username": "somebody", "Password": password, "Email": email, "EmailVerified": true}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "people.json")
	if err := os.WriteFile(file, people, 0o600); err != nil {
		t.Fatal(err)
	}
	_, port, _ := strings.Cut(at, ":")
	c := exec.Command(program)
	c.Env = append(os.Environ(), "PORT="+port, "USERS_FILE="+file, "REDIRECT_URI="+portal+"/verwaltung/anmelden/sso/zurueck")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill() // it has nothing to keep
		_ = c.Wait()
	})
	for until := time.Now().Add(lastNet); time.Now().Before(until); time.Sleep(20 * time.Millisecond) {
		if response, err := http.Get("http://localhost:" + port + "/.well-known/openid-configuration"); err == nil {
			_ = response.Body.Close()
			return
		}
	}
	t.Fatal("the provider does not start")
}

// Somebody comes in with the account of the company: the browser leaves for another site and
// comes back with its cookie and into the window.
func TestStaffComeInWithTheirCompanysAccount(t *testing.T) {
	t.Parallel()
	const password = "a password of the company's"
	at := free(t)
	_, port, _ := strings.Cut(at, ":")
	s := openShopWith(t, "QUITT_OIDC_ISSUER=http://localhost:"+port+"/", "QUITT_OIDC_CLIENT_ID=web", "QUITT_OIDC_CLIENT_SECRET=secret", "QUITT_OIDC_LABEL=Firmenkonto")
	company(t, at, s.url, s.colleagues(t)["leitung"].email, password)
	b := open(t, s.url)
	b.till = "localhost:" + port
	b.visit(s.url + "/verwaltung/anmelden")
	b.shows("Anmelden mit Firmenkonto")
	b.status(b.follow(chromedp.Click(chromedp.CSS(`a[href="/verwaltung/anmelden/sso"]`))), 200)
	b.put("username", "somebody")
	b.put("password", password)
	b.status(b.follow(chromedp.Click(chromedp.CSS("button[type=submit]"))), 200)
	b.is("/verwaltung/mandant")
	b.shows("Okan Yildirim")
	b.status(b.follow(chromedp.Click(chromedp.CSS(`form[action="/verwaltung/abmelden"] button`))), 200)
	b.visit(s.url + "/verwaltung")
	b.is("/verwaltung/anmelden")
}
