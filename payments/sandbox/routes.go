package sandbox

import (
	"net/http"

	"quitt/payments/sandbox/world"
)

// action answers one kind of request; id is that of the path.
type action func(a *world.Account, id string, f world.Form) (world.Object, *world.Error)

// actions are all that the sandbox knows of the API.
var actions = map[string]action{
	"GET /v1/account":       (*world.Account).Profile,
	"GET /v1/accounts/{id}": (*world.Account).Profile,
	"GET /v1/balance":       (*world.Account).Balance,

	"POST /v1/customers":                     (*world.Account).NewCustomer,
	"GET /v1/customers":                      (*world.Account).Customers,
	"GET /v1/customers/{id}":                 (*world.Account).Customer,
	"POST /v1/customers/{id}":                (*world.Account).UpdateCustomer,
	"DELETE /v1/customers/{id}":              (*world.Account).DeleteCustomer,
	"GET /v1/customers/{id}/payment_methods": (*world.Account).MethodsOf,

	"POST /v1/payment_methods":             (*world.Account).NewMethod,
	"GET /v1/payment_methods":              (*world.Account).Methods,
	"GET /v1/payment_methods/{id}":         (*world.Account).Method,
	"POST /v1/payment_methods/{id}/attach": (*world.Account).Attach,
	"POST /v1/payment_methods/{id}/detach": (*world.Account).Detach,

	"POST /v1/setup_intents":              (*world.Account).NewSetup,
	"GET /v1/setup_intents":               (*world.Account).Setups,
	"GET /v1/setup_intents/{id}":          (*world.Account).Setup,
	"POST /v1/setup_intents/{id}":         (*world.Account).UpdateSetup,
	"POST /v1/setup_intents/{id}/confirm": (*world.Account).ConfirmSetup,
	"POST /v1/setup_intents/{id}/cancel":  (*world.Account).CancelSetup,

	"POST /v1/payment_intents":              (*world.Account).NewIntent,
	"GET /v1/payment_intents":               (*world.Account).Intents,
	"GET /v1/payment_intents/{id}":          (*world.Account).Intent,
	"POST /v1/payment_intents/{id}":         (*world.Account).UpdateIntent,
	"POST /v1/payment_intents/{id}/confirm": (*world.Account).ConfirmIntent,
	"POST /v1/payment_intents/{id}/cancel":  (*world.Account).CancelIntent,

	"GET /v1/charges":              (*world.Account).Charges,
	"GET /v1/charges/{id}":         (*world.Account).Charge,
	"GET /v1/charges/{id}/refunds": (*world.Account).RefundsOf,
	"GET /v1/mandates/{id}":        (*world.Account).Mandate,

	"POST /v1/refunds":             (*world.Account).NewRefund,
	"GET /v1/refunds":              (*world.Account).Refunds,
	"GET /v1/refunds/{id}":         (*world.Account).Refund,
	"POST /v1/refunds/{id}":        (*world.Account).UpdateRefund,
	"POST /v1/refunds/{id}/cancel": (*world.Account).CancelRefund,

	"GET /v1/disputes":             (*world.Account).Disputes,
	"GET /v1/disputes/{id}":        (*world.Account).OneDispute,
	"POST /v1/disputes/{id}":       (*world.Account).UpdateDispute,
	"POST /v1/disputes/{id}/close": (*world.Account).Concede,

	"POST /v1/checkout/sessions":                (*world.Account).NewSession,
	"GET /v1/checkout/sessions":                 (*world.Account).Sessions,
	"GET /v1/checkout/sessions/{id}":            (*world.Account).Session,
	"POST /v1/checkout/sessions/{id}/expire":    (*world.Account).ExpireSession,
	"GET /v1/checkout/sessions/{id}/line_items": (*world.Account).SessionItems,

	"GET /v1/events":      (*world.Account).Events,
	"GET /v1/events/{id}": (*world.Account).Event,

	"POST /v1/webhook_endpoints":        (*world.Account).NewEndpoint,
	"GET /v1/webhook_endpoints":         (*world.Account).Endpoints,
	"GET /v1/webhook_endpoints/{id}":    (*world.Account).Endpoint,
	"POST /v1/webhook_endpoints/{id}":   (*world.Account).UpdateEndpoint,
	"DELETE /v1/webhook_endpoints/{id}": (*world.Account).DeleteEndpoint,

	"GET /v1/balance_transactions":      (*world.Account).Transactions,
	"GET /v1/balance_transactions/{id}": (*world.Account).Transaction,
	"GET /v1/payouts":                   (*world.Account).Payouts,
	"GET /v1/payouts/{id}":              (*world.Account).Payout,
}

// routes is everything this server answers.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	for pattern, do := range actions {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, do) })
	}
	// No action: whoever asks learns that first when the key is right, as at the provider.
	mux.HandleFunc("/v1/", func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, nil) })
	s.controlRoutes(mux)
	if s.o.Pages != nil {
		mux.Handle("/c/", s.o.Pages(s))
	}
	return mux
}
