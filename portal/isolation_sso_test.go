package portal

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"

	"quitt/cases/signin/staffing/sso"
	"quitt/debt/staff"
	"quitt/portal/creditor/signin"
)

// The ways of single sign-on. Whoever comes back with nothing in his hands is told so.
func init() {
	for name, e := range map[string]expected{
		"GET /verwaltung/anmelden/sso":         {who: Anyone, answers: []int{303}},
		"GET /verwaltung/anmelden/sso/zurueck": {who: Anyone, answers: []int{422}},
		"GET /verwaltung/bestaetigen/sso":      {who: Signed, answers: []int{303}},
		"POST /verwaltung/zugaenge/sso":        {who: Staff, right: staff.Users, answers: []int{422}},
	} {
		staffTable[name] = e
	}
}

// sso is a provider of which no more than its addresses is known.
func (w *world) sso() *sso.Desk {
	w.t.Helper()
	var op *httptest.Server
	op = httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) {
		out.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(out).Encode(map[string]string{"issuer": op.URL, "authorization_endpoint": op.URL + "/a", "token_endpoint": op.URL + "/t", "jwks_uri": op.URL + "/k"})
	}))
	w.t.Cleanup(op.Close)
	d, err := sso.New(w.staffDesk(), sso.Settings{Issuer: op.URL, ClientID: "quitt", Label: "Firmenkonto", Callback: "https://portal.example.de" + signin.ProviderBack},
		slog.New(slog.DiscardHandler))
	w.must(err)
	return d
}
