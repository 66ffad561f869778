package browser

import (
	"strings"
	"testing"
)

// What the first page may cost a telephone at the edge of the network.
const (
	maxRequests     = 5
	maxBytes        = 60_000
	maxWithoutFonts = 25_000
)

func TestTheFirstPagesAreLightAndDoNotMove(t *testing.T) {
	t.Parallel()
	address, samples := gallery(t)
	for _, name := range []string{"entry", "claim"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t, address)
			b.visit(address + named(t, samples, name).in("de"))
			shift := look[float64](b, "shift")
			requests, bytes, fonts := b.weight()
			t.Logf("%d requests, %.0f bytes over the wire, %.0f of them fonts, layout shift %g", len(requests), bytes, fonts, shift)
			if len(requests) > maxRequests {
				t.Errorf("%d requests, at most %d: %s", len(requests), maxRequests, strings.Join(requests, " "))
			}
			if bytes > maxBytes || bytes-fonts > maxWithoutFonts {
				t.Errorf("%.0f bytes, %.0f without fonts; at most %d and %d", bytes, bytes-fonts, maxBytes, maxWithoutFonts)
			}
			if shift != 0 {
				t.Errorf("the page moves while it loads: %g", shift)
			}
		})
	}
}

// weight is what was loaded since the last visit began.
func (b *tab) weight() (requests []string, bytes, fonts float64) {
	b.eval("undefined") // a round trip: every event of the load has arrived
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, id := range b.order {
		r := b.requests[id]
		if strings.HasPrefix(r.url, "data:") {
			continue
		}
		requests = append(requests, r.url)
		bytes += r.bytes
		if strings.HasSuffix(r.url, ".woff2") {
			fonts += r.bytes
		}
	}
	return requests, bytes, fonts
}
