package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"time"

	"quitt/payments/sandbox/world"
	"quitt/payments/sandbox/world/books"
)

// keptAnswers is how long an idempotency key answers for what it did.
const keptAnswers = 24 * time.Hour

// scope is what a key belongs to: the same key of another account is another key.
func (c *call) scope() string { return c.account + "\x00" + c.key }

// hash tells whether two calls ask for the same. The order of parameters does not matter.
func (c *call) hash() string {
	sum := sha256.Sum256([]byte(c.method + "\x00" + c.path + "\x00" + c.values.Encode()))
	return hex.EncodeToString(sum[:])
}

// claim takes the key for this call. It answers instead when the key was used before or is
// in use.
func (s *Server) claim(c *call) *answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.answers[c.scope()]
	switch {
	case old == nil:
	case old.running:
		return keyInUse()
	case s.world.Now().Sub(old.At) >= keptAnswers:
	case old.Hash != c.hash():
		return failure(&world.Error{Status: 400, Type: "idempotency_error", Message: "Keys for idempotent requests can only be " +
			"used with the same parameters they were first used with. Try using a key other than '" + books.Clip(c.key) +
			"' if you meant to execute a different request."})
	default:
		again := *old
		again.replay = true
		return &again
	}
	s.prune()
	s.answers[c.scope()] = &answer{running: true}
	return nil
}

// manyAnswers is when it is worth looking for keys whose time is over.
const manyAnswers = 10_000

func (s *Server) prune() {
	if len(s.answers) < manyAnswers {
		return
	}
	now := s.world.Now()
	maps.DeleteFunc(s.answers, func(_ string, a *answer) bool { return !a.running && now.Sub(a.At) >= keptAnswers })
}

// keyInUse is the answer while the first call with the key is not done: to wait and try again.
func keyInUse() *answer {
	return failure(&world.Error{Status: 409, Type: "invalid_request_error", Code: "idempotency_key_in_use",
		Message: "There is currently another in-progress request using this idempotent key."})
}

// keep leaves the answer with the key, or gives the key back when nothing was done.
func (s *Server) keep(c *call, out *answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dirty = true
	if !out.kept {
		delete(s.answers, c.scope())
		return
	}
	out.Request, out.Hash, out.At = c.id, c.hash(), s.world.Now()
	s.answers[c.scope()] = out
}
