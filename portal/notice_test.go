package portal

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/store"
	"quitt/store/rails"
	"quitt/store/storetest"
	"quitt/store/vault"
)

const (
	noticeAddress = "00112233445566778899aabbccddeeff"
	noticeSecret  = "whsec_of_the_test"
)

// herald is a provider that signs with the secret in front of the body.
type herald struct{ payments.Provider }

func (herald) Notice(n payments.Signed) (rail.Notice, error) {
	for _, secret := range n.Secrets {
		if n.Signature == secret.Reveal()+"/"+string(n.Body) {
			var said struct{ ID, Object string }
			err := json.Unmarshal(n.Body, &said)
			return rail.Notice{Event: said.ID, Type: "checkout.session.completed", At: n.Now, Object: rail.Ref{Kind: rail.SessionRef, ID: said.Object}}, err
		}
	}
	return rail.Notice{}, payments.ErrForged
}

// letterbox is a server with one address for notices.
func letterbox(t *testing.T) (*site, *payments.Rail, debt.ID) {
	t.Helper()
	s := openStore(t)
	creditor := storetest.Creditor(t, s, "praxis")
	v, err := vault.New([][]byte{make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	r := payments.Open(payments.Rail{Desk: payments.Desk{Store: s, Now: storetest.Clock}, Vault: v, Providers: map[string]payments.Provider{"stripe": herald{}}})
	a, err := r.AddAccount(context.Background(), creditor.ID, payments.NewAccount{Account: rail.Account{Provider: "stripe", External: "acct_1"}, Key: "sk_test"})
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := v.Seal(noticeAddress, []byte(noticeSecret))
	if err != nil {
		t.Fatal(err)
	}
	err = s.Write(context.Background(), "", func(tx *store.Tx) error {
		return rails.AddEndpoint(tx, rails.Endpoint{Name: noticeAddress, Provider: "stripe", Owner: creditor.ID, Account: a.ID, Secret: sealed, CreatedAt: storetest.Now})
	})
	if err != nil {
		t.Fatal(err)
	}
	return start(t, func(o *Options, _ *site) { o.Store, o.Pages.Rail = s, r }), r, creditor.ID
}

// ring sends a notice as a provider does: no cookie, no header of a browser.
func (st *site) ring(path, body string, head map[string]string) int {
	st.t.Helper()
	r, err := http.NewRequest(http.MethodPost, st.url+path, strings.NewReader(body))
	if err != nil {
		st.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	for name, value := range head {
		r.Header.Set(name, value)
	}
	res, err := st.http.Do(r)
	if err != nil {
		st.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(res.Body)
	if err != nil || strings.Contains(string(answer), "Kanarie") {
		st.t.Errorf("answer %q, %v", answer, err)
	}
	return res.StatusCode
}

func TestANoticeIsTakenOnTheBytesAsTheyCame(t *testing.T) {
	st, r, creditor := letterbox(t)
	const path = noticePrefix + noticeAddress
	body := `{"ID":"evt_1","Object":"cs_1","x":"Kanarie%00&a=b"}`
	signed := func(body string) map[string]string {
		return map[string]string{"Stripe-Signature": noticeSecret + "/" + body}
	}
	form := signed(body)
	form["Content-Type"] = fiber.MIMEApplicationForm
	packed := signed(body)
	packed["Content-Encoding"] = "gzip"
	for _, tc := range []struct {
		name, path, body string
		head             map[string]string
		want             int
	}{
		{"signed", path, body, signed(body), 200},
		{"again", path, body, signed(body), 200},
		{"whatever its type", path, body, form, 200},
		{"forged", path, body, signed(body + "x"), 400},
		{"unsigned", path, body, nil, 400},
		{"empty", path, "", nil, 400},
		{"another address", noticePrefix + strings.Repeat("0", 32), body, signed(body), 404},
		{"no address", noticePrefix + "XYZ", body, signed(body), 404},
		{"below an address", path + "/x", body, signed(body), 403},
		{"packed", path, body, packed, 415},
		{"with a query", path + "?a=b", body, signed(body), 400},
	} {
		if got := st.ring(tc.path, tc.body, tc.head); got != tc.want {
			t.Errorf("%s: %d, want %d", tc.name, got, tc.want)
		}
	}
	large := "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 300000\r\n\r\n" + strings.Repeat("x", 300_000)
	if got := st.raw(large); !strings.HasPrefix(got, "HTTP/1.1 413") {
		t.Errorf("300,000 bytes: %.30s", got)
	}
	if got := st.status(call{path: path}); got != 405 {
		t.Errorf("asked for as a page: %d", got)
	}
	depth, err := r.QueueOf(context.Background(), creditor)
	if err != nil || depth.Waiting != 1 {
		t.Errorf("%d notices wait, %v", depth.Waiting, err)
	}
	if strings.Contains(st.log.String(), "Kanarie") || strings.Contains(st.log.String(), noticeAddress) {
		t.Error("the log has the body or the address of a notice")
	}
	w := httptest.NewRecorder()
	st.operator().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for _, line := range []string{`quitt_notices_total{result="accepted"} 3`, `quitt_notices_total{result="forged"} 3`,
		`quitt_notices_total{result="unknown_address"} 2`, "quitt_notices_waiting 1", "quitt_notices_quarantined 0", "quitt_reconciliation_unexplained_cents 0"} {
		if !strings.Contains(w.Body.String(), line+"\n") {
			t.Errorf("the figures lack %s", line)
		}
	}
}

// A sender tries again what could not be taken.
func TestANoticeThatCannotBeKeptIsSentAgain(t *testing.T) {
	st, r, _ := letterbox(t)
	if err := r.Store.Close(); err != nil {
		t.Fatal(err)
	}
	if got := st.ring(noticePrefix+noticeAddress, "{}", nil); got != 503 {
		t.Errorf("without a database: %d", got)
	}
	if !strings.Contains(st.log.String(), "a notice could not be taken") {
		t.Error("the log says nothing")
	}
}
