package sandbox

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// keptCalls is how many requests the log remembers.
const keptCalls = 10_000

// Call is one request of the API as the log keeps it, for tests that ask what was called.
type Call struct {
	ID      string    `json:"id"`
	At      time.Time `json:"at"`
	Account string    `json:"account,omitempty"`
	Method  string    `json:"method"`
	Path    string    `json:"path"`
	Key     string    `json:"idempotency_key,omitempty"`
	Status  int       `json:"status"` // 0: hung up
	Replay  bool      `json:"replay,omitempty"`
	// Params are what was sent, with everything about a person or a number blotted out.
	Params map[string]string `json:"params,omitempty"`
}

// personal are parts of parameter names whose values nobody keeps.
var personal = []string{"card", "iban", "name", "email", "phone", "address", "description", "mandate_data", "evidence", "url"}

// logged gives what the log keeps of a value.
func logged(key, value string) string {
	for _, p := range personal {
		if strings.Contains(key, p) {
			return "…"
		}
	}
	return value
}

// note adds a call to the log.
func (s *Server) note(c *call, out *answer) {
	e := Call{ID: c.id, Account: c.account, Method: c.method, Path: c.path, Key: c.key, Status: out.Status, Replay: out.replay}
	if out.reset {
		e.Status = 0
	}
	if len(c.values) > 0 {
		e.Params = make(map[string]string, len(c.values))
		for _, key := range slices.Sorted(maps.Keys(c.values)) {
			e.Params[key] = logged(key, strings.Join(c.values[key], ","))
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e.At = s.world.Now()
	if len(s.calls) >= keptCalls {
		s.calls = slices.Delete(s.calls, 0, keptCalls/2)
	}
	s.calls = append(s.calls, e)
}

// Calls gives the requests so far, oldest first.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// requestID counts: the same calls in the same order have the same ids.
func (s *Server) requestID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serial++
	return fmt.Sprintf("req_%014d", s.serial)
}
