package bench

import (
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/valyala/fasthttp"
)

// load asks one page on behalf of many visitors.
type load struct {
	client  *fasthttp.HostClient
	path    string
	cookies []string // one visitor each
}

func newLoad(ln net.Listener, path string, cookies []string) *load {
	return &load{client: &fasthttp.HostClient{Addr: ln.Addr().String(), MaxConns: 1024, ReadTimeout: 30 * time.Second}, path: path, cookies: cookies}
}

// get asks once and gives the size of the answer.
func (l *load) get(visitor int) (int, error) {
	req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(resp)
	req.SetRequestURI("http://" + l.client.Addr + l.path)
	if len(l.cookies) > 0 {
		req.Header.Set("Cookie", l.cookies[visitor%len(l.cookies)])
	}
	if err := l.client.Do(req, resp); err != nil {
		return 0, err
	}
	if resp.StatusCode() != fasthttp.StatusOK {
		return 0, fmt.Errorf("status %d", resp.StatusCode())
	}
	return len(resp.Body()), nil
}

// atRate sends requests at a constant rate, whether answers come or not, and measures each
// from the moment it was due: a server that stalls cannot hide it.
func (l *load) atRate(b *testing.B, rate int, d time.Duration) []time.Duration {
	b.Helper()
	n := int(d.Seconds() * float64(rate))
	took := make([]time.Duration, n)
	var wg sync.WaitGroup
	begin := time.Now()
	for i := range n {
		due := begin.Add(time.Duration(i) * time.Second / time.Duration(rate))
		time.Sleep(time.Until(due))
		wg.Go(func() {
			if _, err := l.get(rand.IntN(1 << 30)); err != nil {
				b.Error(err)
			}
			took[i] = time.Since(due)
		})
	}
	wg.Wait()
	slices.Sort(took)
	return took
}

// flatOut keeps so many visitors asking without a pause and gives pages per second.
func (l *load) flatOut(b *testing.B, visitors int, d time.Duration) float64 {
	b.Helper()
	var wg sync.WaitGroup
	counts := make([]int, visitors)
	begin := time.Now()
	for v := range visitors {
		wg.Go(func() {
			for time.Since(begin) < d {
				if _, err := l.get(rand.IntN(1 << 30)); err != nil {
					b.Error(err)
					return
				}
				counts[v]++
			}
		})
	}
	wg.Wait()
	total := 0
	for _, n := range counts {
		total += n
	}
	return float64(total) / time.Since(begin).Seconds()
}

// quantile gives a quantile of sorted durations in milliseconds.
func quantile(sorted []time.Duration, q float64) float64 {
	return float64(sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]) / float64(time.Millisecond)
}
