package figures

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"quitt/notifications"
)

// loopFigures asks the loops when the figures are fetched: how many messages wait is known
// to the database alone.
type loopFigures struct {
	asked *latest[[]notifications.Figure]
	now   func() time.Time
}

// Loops collects from what works beside the visitors.
func Loops(loops *notifications.Runner, now func() time.Time) prometheus.Collector {
	return loopFigures{&latest[[]notifications.Figure]{ask: func(ctx context.Context) ([]notifications.Figure, error) {
		return loops.Figures(ctx), nil
	}}, now}
}

var (
	loopLabel    = []string{"loop"}
	loopAge      = prometheus.NewDesc("quitt_loop_age_seconds", "Time since the last sweep without a failure.", loopLabel, nil)
	loopFailures = prometheus.NewDesc("quitt_loop_failures_total", "Portions that failed.", loopLabel, nil)
	loopWaiting  = prometheus.NewDesc("quitt_loop_waiting", "What waits for the loop.", loopLabel, nil)
	loopOldest   = prometheus.NewDesc("quitt_loop_oldest_seconds", "Age of the oldest that waits.", loopLabel, nil)
	loopUnknown  = prometheus.NewDesc("quitt_loop_unknown", "Messages of which nobody knows whether they went out.", loopLabel, nil)
)

// Describe implements prometheus.Collector.
func (l loopFigures) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{loopAge, loopFailures, loopWaiting, loopOldest, loopUnknown} {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (l loopFigures) Collect(to chan<- prometheus.Metric) {
	now := l.now()
	list, _ := l.asked.get(figuresPatience)
	for _, f := range list {
		gauge := func(d *prometheus.Desc, value float64) {
			to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, f.Name)
		}
		to <- prometheus.MustNewConstMetric(loopFailures, prometheus.CounterValue, float64(f.Failures), f.Name)
		if !f.LastSuccess.IsZero() {
			gauge(loopAge, now.Sub(f.LastSuccess).Seconds())
		}
		if !f.QueueKnown {
			continue
		}
		gauge(loopWaiting, float64(f.Waiting))
		gauge(loopUnknown, float64(f.Unknown))
		oldest := 0.0
		if !f.Oldest.IsZero() {
			oldest = max(0, now.Sub(f.Oldest).Seconds())
		}
		gauge(loopOldest, oldest)
	}
}
