package browser

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
)

// What the first page may cost a telephone at the edge of the network.
const (
	claimRequests   = 5 // the page, its style, two fonts, the icon
	entryRequests   = 6 // and the script that reads the letter's link
	maxBytes        = 60_000
	maxWithoutFonts = 25_000
)

func TestTheFirstPagesAreLightAndDoNotMove(t *testing.T) {
	t.Parallel()
	d := demo(t)
	b := open(t, d.url)
	b.visit(d.url + "/")
	b.isLight("entry", entryRequests)
	b.typed(d.url, d.letter)
	call(b, network.ClearBrowserCache, cdp.Empty{})
	b.visit(d.url + "/akte")
	b.is("/akte")
	b.isLight("claim", claimRequests)
}

// isLight judges a page that was loaded with an empty cache.
func (b *tab) isLight(name string, maxRequests int) {
	b.Helper()
	shift := look[float64](b, "shift")
	requests, bytes, fonts := b.weight()
	b.Logf("%s: %d requests, %.0f bytes over the wire, %.0f of them fonts, layout shift %g", name, len(requests), bytes, fonts, shift)
	if len(requests) > maxRequests {
		b.Errorf("%s: %d requests, at most %d: %s", name, len(requests), maxRequests, strings.Join(requests, " "))
	}
	if bytes > maxBytes || bytes-fonts > maxWithoutFonts {
		b.Errorf("%s: %.0f bytes, %.0f without fonts; at most %d and %d", name, bytes, bytes-fonts, maxBytes, maxWithoutFonts)
	}
	if shift != 0 {
		b.Errorf("%s moves while it loads: %g", name, shift)
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
		// The icon of the page before may be asked for after this visit began: the same
		// address is one request of the page, and its bytes count each time.
		if !slices.Contains(requests, r.url) {
			requests = append(requests, r.url)
		}
		bytes += r.bytes
		if strings.HasSuffix(r.url, ".woff2") {
			fonts += r.bytes
		}
	}
	return requests, bytes, fonts
}
