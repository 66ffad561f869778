package sandbox

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"quitt/payments/sandbox/world"
)

// How long an endpoint may take, and how long a debtor waits for it after paying.
const (
	letterTime  = 20 * time.Second
	receiptTime = 10 * time.Second
)

// newClient sends events. No proxy: the receiver is this program or one beside it.
func newClient() *http.Client {
	return &http.Client{
		Timeout:   letterTime,
		Transport: &http.Transport{Proxy: nil, MaxIdleConnsPerHost: 16, IdleConnTimeout: time.Minute},
		// A redirect counts as a failure, as at the provider.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// send hands due letters to their endpoints' queues: one after the other within a queue,
// so that only a knob changes the order. The lock is held.
func (s *Server) send() {
	if s.o.Silent || s.ctx.Err() != nil {
		return
	}
	for _, l := range s.world.Take() {
		if l.Knob.Burst {
			s.work.Go(func() { s.deliver(l) })
			continue
		}
		queue, working := s.queues[l.Endpoint]
		s.queues[l.Endpoint] = append(queue, l)
		if !working {
			s.work.Go(func() { s.drain(l.Endpoint) })
		}
	}
}

// drain sends an endpoint's letters until there are no more.
func (s *Server) drain(endpoint string) {
	for {
		s.mu.Lock()
		queue := s.queues[endpoint]
		if len(queue) == 0 {
			delete(s.queues, endpoint)
			s.mu.Unlock()
			return
		}
		l := queue[0]
		s.queues[endpoint] = queue[1:]
		s.mu.Unlock()
		s.deliver(l)
	}
}

// deliver sends one letter and notes what became of it.
func (s *Server) deliver(l world.Letter) {
	ok := s.post(l)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil { // cut off by the end: it was never tried
		return
	}
	if ok {
		s.world.Delivered(l)
	} else {
		s.world.Failed(l)
	}
	s.dirty = true
	close(s.news)
	s.news = make(chan struct{})
	s.send()
}

// post sends one letter and reports whether the endpoint took it.
func (s *Server) post(l world.Letter) bool {
	body, err := json.MarshalIndent(l.Body, "", "  ")
	if err != nil {
		return false
	}
	r, err := http.NewRequestWithContext(s.ctx, http.MethodPost, l.URL, bytes.NewReader(body))
	if err != nil {
		return false
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.Header.Set("User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks; sandbox)")
	if l.Knob.Sign != "none" {
		r.Header.Set("Stripe-Signature", signature(body, s.o.Clock(), l))
	}
	res, err := s.client.Do(r)
	if err != nil {
		s.o.Log.Debug("sandbox event not delivered", "type", l.Type, "attempt", l.Attempt+1)
		return false
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10))
	return res.StatusCode >= 200 && res.StatusCode < 300
}

// signature is the header that proves where a letter comes from. Its time is real, however
// far the sandbox's clock has gone: the receiver compares it with a real one.
func signature(body []byte, now time.Time, l world.Letter) string {
	secrets := l.Secrets
	switch l.Knob.Sign {
	case "wrong":
		secrets = []string{"whsec_of_somebody_else"}
	case "stale":
		now = now.Add(-time.Hour)
	case "future":
		now = now.Add(time.Hour)
	}
	t := strconv.FormatInt(now.Unix(), 10)
	parts := []string{"t=" + t}
	for _, secret := range secrets {
		parts = append(parts, "v1="+sign(secret, t, body))
	}
	// The scheme of test mode: a receiver has to pass it over.
	parts = append(parts, "v0="+sign("v0", t, body))
	return strings.Join(parts, ",")
}

// sign is the signature of scheme v1: the time and the raw body, joined by a stop.
func sign(secret, t string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(t + "."))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// Flush waits until every letter that is due has been tried, and lets go first what a knob
// holds back to be shuffled.
func (s *Server) Flush(ctx context.Context) error {
	s.Do(func(w *world.World) { w.Release() })
	return s.until(ctx, func(w *world.World) bool { return !w.Waiting("") })
}

// receipt waits until an event was tried at every endpoint.
func (s *Server) receipt(ctx context.Context, event string) {
	if event == "" || s.o.Silent {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, s.o.Receipt)
	defer cancel()
	_ = s.until(ctx, func(w *world.World) bool { return !w.Waiting(event) }) // late: the debtor goes on
}

// until waits for something that only a delivery can bring about.
func (s *Server) until(ctx context.Context, done func(*world.World) bool) error {
	for {
		s.mu.Lock()
		news, ok := s.news, s.o.Silent || done(s.world)
		s.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-news:
		case <-ctx.Done():
			return ctx.Err()
		case <-s.ctx.Done():
			return s.ctx.Err()
		}
	}
}
