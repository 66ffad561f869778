package portal

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"quitt/portal/figures"
)

// metrics are the figures of the server. Labels come from our own lists, never from a
// request: a path in a label would be personal data and without bound.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	failed   *prometheus.CounterVec
	limited  *prometheus.CounterVec
	fallback prometheus.Counter
	shed     prometheus.Counter
	notices  *prometheus.CounterVec
}

func newMetrics(r *prometheus.Registry) *metrics {
	if r == nil {
		r = prometheus.NewRegistry()
	}
	m := &metrics{
		registry: r,
		requests: counters("quitt_http_requests_total", "Requests answered.", "route", "method", "status"),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "quitt_http_request_seconds", Help: "Time from the first line of a request to its answer.",
			Buckets: []float64{.002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"route", "method"}),
		failed:   counters("quitt_attempts_failed_total", "Attempts with a wrong code or check.", "route"),
		limited:  counters("quitt_attempts_limited_total", "Attempts refused because of their address.", "reason"),
		fallback: counter("quitt_limiter_fallback_total", "Times the shared address limiter did not answer."),
		shed:     counter("quitt_http_shed_total", "Requests refused because too many were at work."),
		notices:  counters("quitt_notices_total", "Notices of payment providers.", "result"),
	}
	r.MustRegister(m.requests, m.seconds, m.failed, m.limited, m.fallback, m.shed, m.notices,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

func counter(name, help string) prometheus.Counter {
	return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
}

// watch adds what is counted elsewhere.
func (m *metrics) watch(s *Server) {
	if s.o.Loops != nil {
		m.registry.MustRegister(figures.Loops(s.o.Loops, s.o.Now))
	}
	m.registry.MustRegister(
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "quitt_http_connections", Help: "Open connections."},
			func() float64 { return float64(s.open.Load()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "quitt_http_connections_refused_total", Help: "Connections refused above the most at once."},
			func() float64 { return float64(s.app.Server().GetRejectedConnectionsCount()) }),
	)
}

func (m *metrics) request(method, template string, status int, took time.Duration) {
	m.requests.WithLabelValues(template, method, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(template, method).Observe(took.Seconds())
}
