package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"quitt/payments/sandbox/world"
)

// flushTime is how long a flush may take: one attempt at a slow endpoint.
const flushTime = 30 * time.Second

// command is one operation of the control API: what it takes, and what it answers.
type command func(s *Server, r *http.Request, in order) (any, error)

// order is the body of a command. Each command reads the fields it knows.
type order struct {
	Advance  string     `json:"advance"` // as in Go: 144h, 90s
	Set      *time.Time `json:"set"`
	Account  string     `json:"account"`
	Charge   string     `json:"charge"`
	Reason   string     `json:"reason"`
	Code     string     `json:"code"`
	Amount   int64      `json:"amount"` // cents
	Inquiry  bool       `json:"inquiry"`
	Keep     bool       `json:"keep_mandate"`
	Won      bool       `json:"won"`
	Type     string     `json:"type"`
	Object   string     `json:"object"`
	Endpoint string     `json:"endpoint"`
	ID       string     `json:"id"`
	Session  string     `json:"session"`
	Verdict  string     `json:"verdict"`
	Card     *cardOrder `json:"card"`
	Debit    *struct {
		IBAN  string `json:"iban"`
		Name  string `json:"name"`
		Email string `json:"email"`
	} `json:"debit"`
	Knobs  []world.Knob `json:"knobs"`
	Faults []Fault      `json:"faults"`
}

// cardOrder names the fields as the API does.
type cardOrder struct {
	Number string `json:"number"`
	Month  int    `json:"exp_month"`
	Year   int    `json:"exp_year"`
	CVC    string `json:"cvc"`
	Name   string `json:"name"`
	Email  string `json:"email"`
}

// commands are the whole control API.
var commands = map[string]command{
	"GET /_sandbox/state":                     (*Server).tellState,
	"GET /_sandbox/calls":                     func(s *Server, _ *http.Request, _ order) (any, error) { return s.Calls(), nil },
	"GET /_sandbox/events":                    (*Server).tellEvents,
	"POST /_sandbox/clock":                    (*Server).moveClock,
	"POST /_sandbox/disputes":                 (*Server).dispute,
	"POST /_sandbox/disputes/{id}/close":      on(func(a *world.Account, id string, in order) *world.Error { return a.EndDispute(id, in.Won) }),
	"POST /_sandbox/charges/{id}/fail":        on(func(a *world.Account, id string, in order) *world.Error { return a.FailLate(id, in.Code) }),
	"POST /_sandbox/charges/{id}/settle":      on(func(a *world.Account, id string, _ order) *world.Error { return a.Settle(id) }),
	"POST /_sandbox/refunds/{id}/fail":        on(func(a *world.Account, id string, in order) *world.Error { return a.FailRefund(id, in.Reason) }),
	"POST /_sandbox/mandates/{id}/deactivate": on(func(a *world.Account, id string, _ order) *world.Error { return a.Deactivate(id) }),
	"POST /_sandbox/payouts/{id}/fail":        on(func(a *world.Account, id string, in order) *world.Error { return a.FailPayout(id, in.Code) }),
	"POST /_sandbox/sessions/{id}/expire": on(func(a *world.Account, id string, _ order) *world.Error {
		_, err := a.ExpireSession(id, nil)
		return err
	}),
	"POST /_sandbox/events/{id}/resend":    on(func(a *world.Account, id string, in order) *world.Error { return a.Resend(id, in.Endpoint) }),
	"POST /_sandbox/payouts/run":           (*Server).payOut,
	"POST /_sandbox/events":                (*Server).emit,
	"POST /_sandbox/endpoints/{id}/rotate": (*Server).rotate,
	"PUT /_sandbox/knobs":                  (*Server).setKnobs,
	"PUT /_sandbox/faults":                 func(s *Server, _ *http.Request, in order) (any, error) { s.SetFaults(in.Faults); return nil, nil },
	"POST /_sandbox/flush":                 (*Server).flush,
	"POST /_sandbox/reset":                 func(s *Server, _ *http.Request, _ order) (any, error) { s.Reset(); return nil, nil },
	"POST /_sandbox/pay":                   (*Server).payOrder,
	"POST /_sandbox/authenticate": func(s *Server, r *http.Request, in order) (any, error) {
		return s.Authenticate(r.Context(), in.ID, in.Verdict)
	},
	"POST /_sandbox/cancel": func(s *Server, r *http.Request, in order) (any, error) { return s.Cancel(r.Context(), in.Session) },
}

func (s *Server) controlRoutes(mux *http.ServeMux) {
	for pattern, do := range commands {
		mux.HandleFunc(pattern, s.guarded(func(w http.ResponseWriter, r *http.Request) {
			var in order
			if err := decode(r, &in); err != nil {
				tell(w, nil, err)
				return
			}
			out, err := do(s, r, in)
			tell(w, out, err)
		}))
	}
	mux.HandleFunc("GET /_sandbox/export", s.guarded(func(w http.ResponseWriter, _ *http.Request) {
		b, err := s.Export()
		tell(w, json.RawMessage(b), err)
	}))
	mux.HandleFunc("PUT /_sandbox/import", s.guarded(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(io.LimitReader(r.Body, 256<<20))
		if err == nil {
			err = s.Import(b)
		}
		tell(w, nil, err)
	}))
}

// guarded lets in only who is on this machine and knows the token. Everybody else finds
// nothing there.
func (s *Server) guarded(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		ip := net.ParseIP(host)
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if err != nil || ip == nil || !ip.IsLoopback() || s.o.Token == "" || !sameToken(token, s.o.Token) {
			http.NotFound(w, r)
			return
		}
		next(w, r)
	}
}

// decode reads a command. A misspelt field is refused: a test that believes it has set
// something up is worse than one that fails.
func decode(r *http.Request, in *order) error {
	if r.Method == http.MethodGet {
		in.Account = r.URL.Query().Get("account")
		return nil
	}
	d := json.NewDecoder(io.LimitReader(r.Body, maxBody))
	d.DisallowUnknownFields()
	if err := d.Decode(in); err != nil && !errors.Is(err, io.EOF) {
		return badForm("the body is no command")
	}
	return nil
}

// tell answers a command. Errors look as those of the API do.
func tell(w http.ResponseWriter, out any, err error) {
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		a := failure(asWorld(err))
		w.WriteHeader(a.Status)
		_, _ = w.Write(a.Body)
		return
	}
	if out == nil {
		out = struct{}{}
	}
	_ = json.NewEncoder(w).Encode(out) // whoever hung up does not read
}

// on finds the account that has the object of the path and lets the command work on it.
func on(do func(*world.Account, string, order) *world.Error) command {
	return func(s *Server, r *http.Request, in order) (any, error) {
		id := r.PathValue("id")
		return s.with(id, func(a *world.Account) (any, *world.Error) { return nil, do(a, id, in) })
	}
}

// with works on the account that has an object.
func (s *Server) with(id string, do func(*world.Account) (any, *world.Error)) (out any, err error) {
	failed := &world.Error{Status: 404, Type: "invalid_request_error", Message: "No account has that object."}
	s.Do(func(w *world.World) {
		w.Tick()
		if a := w.Of(id); a != nil {
			out, failed = do(a)
		}
		w.Tick()
	})
	if failed != nil {
		return nil, failed
	}
	return out, nil
}

// tellState gives the clock and how much waits for it: deliveries and scheduled steps.
func (s *Server) tellState(_ *http.Request, _ order) (out any, err error) {
	s.Do(func(w *world.World) {
		w.Tick()
		out = map[string]any{"now": w.Now(), "mode": w.Mode(), "accounts": w.IDs(), "due": len(w.Deliveries), "steps": len(w.Steps)}
	})
	return out, nil
}

// tellEvents gives all events of one account or of all, also those the API no longer lists.
func (s *Server) tellEvents(_ *http.Request, in order) (out any, err error) {
	s.Do(func(w *world.World) {
		list := []world.Object{}
		for _, id := range w.IDs() {
			if in.Account == "" || in.Account == id {
				list = append(list, w.Open(id, "").AllEvents()...)
			}
		}
		out = list
	})
	return out, nil
}

// moveClock moves to an instant, or on by a duration, or both in that order.
func (s *Server) moveClock(_ *http.Request, in order) (any, error) {
	var failed *world.Error
	var now time.Time
	s.Do(func(w *world.World) {
		to := w.Now()
		if in.Set != nil {
			to = *in.Set
		}
		d, err := time.ParseDuration(in.Advance)
		if in.Advance != "" && err != nil {
			failed = badForm("advance is no duration")
			return
		}
		failed = w.Set(to.Add(d))
		now = w.Now()
	})
	if failed != nil {
		return nil, failed
	}
	return map[string]time.Time{"now": now}, nil
}

// dispute lets the owner of a card or an account take a payment back.
func (s *Server) dispute(_ *http.Request, in order) (any, error) {
	return s.with(in.Charge, func(a *world.Account) (any, *world.Error) {
		return a.Dispute(in.Charge, world.Claim{Reason: in.Reason, Amount: in.Amount, Inquiry: in.Inquiry, Keep: in.Keep})
	})
}

// payOut makes the daily payout of one account or of all, now; it lists what went out.
func (s *Server) payOut(_ *http.Request, in order) (out any, err error) {
	s.Do(func(w *world.World) {
		list := []world.Object{}
		for _, id := range w.IDs() {
			if in.Account != "" && in.Account != id {
				continue
			}
			if po := w.Open(id, "").PayOut(); po != nil {
				list = append(list, po)
			}
		}
		out = list
	})
	return out, nil
}

// emit tells of an object again as it stands, under any type: news that come too late or
// that never should have come are made with it.
func (s *Server) emit(_ *http.Request, in order) (any, error) {
	return s.with(in.Object, func(a *world.Account) (any, *world.Error) {
		return map[string]string{"event": a.Emit(in.Type, a.Find(in.Object), nil).ID()}, nil
	})
}

// rotate changes an endpoint's secret. The provider does so only by hand, on its website.
func (s *Server) rotate(r *http.Request, _ order) (any, error) {
	id := r.PathValue("id")
	return s.with(id, func(a *world.Account) (any, *world.Error) {
		secret, err := a.Rotate(id)
		return map[string]string{"secret": secret}, err
	})
}

// setKnobs replaces all knobs; an empty list lets events go undisturbed again.
func (s *Server) setKnobs(_ *http.Request, in order) (any, error) {
	s.Do(func(w *world.World) { w.Disturb(in.Knobs) })
	return nil, nil
}

// flush waits as long as one attempt at a slow endpoint may take.
func (s *Server) flush(r *http.Request, _ order) (any, error) {
	ctx, cancel := context.WithTimeout(r.Context(), flushTime)
	defer cancel()
	return nil, s.Flush(ctx)
}

// payOrder pays a session without a browser.
func (s *Server) payOrder(r *http.Request, in order) (any, error) {
	switch {
	case in.Card != nil:
		return s.PayCard(r.Context(), in.Session, world.Card(*in.Card))
	case in.Debit != nil:
		return s.PayDebit(r.Context(), in.Session, world.Debit(*in.Debit))
	}
	return nil, badForm("say card or debit")
}
