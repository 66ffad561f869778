package debtor

import (
	"bufio"
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/portal/page"
)

const (
	streamTick = time.Second
	// streamFor is shorter than a connection may take for an answer; browsers connect anew.
	streamFor = 25 * time.Second
	// streamsOfVisit is how many pages of one visit may wait at once, streamsAll of all.
	streamsOfVisit = 3
	streamsAll     = 512
)

// Live tells a waiting page where its payment stands: as events that come when it changes, or
// to a page that asks again and again, as one answer. It reads the database and asks no
// provider.
func (p *Pages) Live(c *fiber.Ctx) error {
	r := page.Of(c)
	id, ok := numberOf(c)
	if !ok || p.Rail == nil || r.Visit == nil {
		return p.unknownPayment(c, nil)
	}
	creditor, caseID := r.Visit.CreditorID, r.Visit.CaseID
	a, err := p.Rail.Attempt(c.UserContext(), creditor, caseID, id)
	if err != nil {
		return p.unknownPayment(c, err)
	}
	if !strings.Contains(c.Get(fiber.HeaderAccept), "text/event-stream") || c.Method() == fiber.MethodHead {
		return c.JSON(fiber.Map{"state": a.Status})
	}
	end, ok := p.streams.begin(r.Cookie)
	if !ok {
		return p.Kit.Problem(c, page.Problem{Kind: page.TooMany, RetryAfter: streamFor})
	}
	ctx := p.Outside.Stopping
	if ctx == nil {
		ctx = context.Background()
	}
	c.Set(fiber.HeaderContentType, "text/event-stream; charset=utf-8")
	c.Set("X-Accel-Buffering", "no") // a proxy that collects an answer would hold the events back
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		defer end()
		ctx, cancel := context.WithTimeout(ctx, streamFor)
		defer cancel()
		stream(ctx, w, a.Status, func() (debt.PaymentStatus, error) {
			a, err := p.Rail.Attempt(ctx, creditor, caseID, id)
			return a.Status, err
		})
	})
	return nil
}

// stream writes a state and every change of it until ctx ends or nobody reads any more. It
// outlives its handler, so that it takes no place among the requests at work.
func stream(ctx context.Context, w *bufio.Writer, state debt.PaymentStatus, ask func() (debt.PaymentStatus, error)) {
	tick := time.NewTicker(streamTick)
	defer tick.Stop()
	said := debt.PaymentStatus("")
	for {
		line := ":\n\n" // a comment: only so does one learn that a reader has gone
		if state != said {
			line, said = fmt.Sprintf("data: %s\n\n", state), state
		}
		if _, err := w.WriteString(line); err != nil || w.Flush() != nil {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		var err error
		if state, err = ask(); err != nil {
			return // the page asks anew, and is told by an answer of its own
		}
	}
}

// streams counts what is being listened to, by visit.
type streams struct {
	mu  sync.Mutex
	n   map[string]int
	all int
}

// begin takes a place and gives how to leave it; false when there is none.
func (s *streams) begin(visit string) (end func(), ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.n[visit] >= streamsOfVisit || s.all >= streamsAll {
		return nil, false
	}
	if s.n == nil {
		s.n = map[string]int{}
	}
	s.n[visit]++
	s.all++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.all--
		if s.n[visit]--; s.n[visit] == 0 {
			delete(s.n, visit)
		}
	}, true
}
