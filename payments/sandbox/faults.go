package sandbox

import (
	"context"
	"strings"
	"time"

	"quitt/payments/sandbox/world"
)

// The ways an answer can go wrong.
const (
	FaultDelay       = "delay"        // late by DelayMS, else right
	FaultLinger      = "linger"       // likewise, while the idempotency key is held
	FaultResetBefore = "reset_before" // hangs up, nothing was done
	FaultResetAfter  = "reset_after"  // hangs up, all was done
	Fault500         = "500"          // nothing was done, and the key remembers the 500
	Fault500After    = "500_after"    // all was done, likewise
	Fault502         = "502"          // a page of a balancer
	Fault503         = "503"
	FaultGarbage     = "garbage" // 200 with no JSON; all was done
	FaultRateLimit   = "rate_limit"
	FaultLockTimeout = "lock_timeout"
	FaultKeyInUse    = "409"
	FaultNotFound    = "404" // the object is not there yet
)

// Fault makes answers of the API go wrong. "" for Method or Path fits all; a Path ending in
// * fits what begins so.
type Fault struct {
	Kind    string `json:"kind"`
	Method  string `json:"method,omitempty"`
	Path    string `json:"path,omitempty"`
	Times   int    `json:"times,omitempty"`   // how often; 0 is always
	Percent int    `json:"percent,omitempty"` // of the requests that fit, evenly spread; 0 is all
	DelayMS int    `json:"delay_ms,omitempty"`
	used    int
	seen    int
}

// SetFaults replaces the faults; the first that fits a request is applied to it.
func (s *Server) SetFaults(faults []Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
	for _, f := range faults {
		s.faults = append(s.faults, &f)
	}
}

// faultFor gives the fault for a call, one of no kind when all shall go well.
func (s *Server) faultFor(c *call) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		prefix, wild := strings.CutSuffix(f.Path, "*")
		fits := f.Path == "" || f.Path == c.path || wild && strings.HasPrefix(c.path, prefix)
		if f.Method != "" && f.Method != c.method || !fits || f.Times > 0 && f.used >= f.Times {
			continue
		}
		f.seen++
		// 61 has no factor in common with 100: any hundred in a row hold Percent hits.
		if f.Percent > 0 && f.seen*61%100 >= f.Percent {
			continue
		}
		f.used++
		return *f
	}
	return Fault{}
}

// wait makes a call late before anything is done, so that a client that gives up has a
// request on its way all the same.
func (f Fault) wait(ctx context.Context) {
	if f.Kind != FaultLinger {
		pause(ctx, f.DelayMS)
	}
}

// linger makes it late while it holds its idempotency key: a second call with the same key
// finds it in use.
func (f Fault) linger(ctx context.Context) {
	if f.Kind == FaultLinger {
		pause(ctx, f.DelayMS)
	}
}

// pause ends early when the client has gone.
func pause(ctx context.Context, ms int) {
	if ms <= 0 {
		return
	}
	t := time.NewTimer(time.Duration(ms) * time.Millisecond)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// before gives the answer of a fault that keeps anything from being done.
func (f Fault) before() *answer {
	broken := func(status int, code, message string) *answer {
		kind := "api_error"
		if status < 500 {
			kind = "invalid_request_error"
		}
		return failure(&world.Error{Status: status, Type: kind, Code: code, Message: message})
	}
	switch f.Kind {
	case FaultResetBefore:
		return &answer{reset: true}
	case Fault500:
		return broken(500, "", "An unknown error occurred.")
	case Fault502:
		return &answer{Status: 502, Body: []byte("<html><body>502 Bad Gateway</body></html>"), raw: "text/html"}
	case Fault503:
		return broken(503, "", "The service is not available.")
	case FaultRateLimit:
		return broken(429, "rate_limit", "Too many requests hit the API too quickly.")
	case FaultLockTimeout:
		return broken(429, "lock_timeout", "This object cannot be accessed right now because another API request is accessing it.")
	case FaultKeyInUse:
		return keyInUse()
	case FaultNotFound:
		return broken(404, "resource_missing", "No such object.")
	}
	return nil
}

// done replaces an answer although all was done; the key keeps the replacement.
func (f Fault) done(out *answer) *answer {
	if f.Kind == Fault500After {
		return failure(&world.Error{Status: 500, Type: "api_error", Message: "An unknown error occurred."})
	}
	return out
}

// after spoils an answer on its way; the key keeps the right one.
func (f Fault) after(out *answer) *answer {
	spoiled := *out
	switch f.Kind {
	case FaultResetAfter:
		spoiled.reset = true
	case FaultGarbage:
		spoiled.Status, spoiled.Body = 200, []byte("{\"id\": \"pi_")
	default:
		return out
	}
	return &spoiled
}

// keepFault leaves a 500 with its key, as the provider does. Other faults happen on the way
// and are forgotten.
func (s *Server) keepFault(c *call, f Fault, out *answer) *answer {
	if f.Kind != Fault500 || c.key == "" {
		return out
	}
	if used := s.claim(c); used != nil {
		return used
	}
	s.keep(c, out)
	return out
}
