package figures

import (
	"github.com/prometheus/client_golang/prometheus"

	"quitt/notifications/hook"
)

// hookFigures asks how endpoints are when the figures are fetched. What waits for them
// stands among the figures of the loops.
type hookFigures struct{ asked *latest[hook.Figures] }

// Hooks collects from what sends webhooks.
func Hooks(h *hook.Sender) prometheus.Collector {
	return hookFigures{&latest[hook.Figures]{ask: h.Figures}}
}

var (
	hooksEndpoints = prometheus.NewDesc("quitt_hooks_endpoints", "Endpoints of webhooks.", nil, nil)
	hooksDisabled  = prometheus.NewDesc("quitt_hooks_disabled", "Endpoints that answered 410.", nil, nil)
	hooksDead      = prometheus.NewDesc("quitt_hooks_dead", "Events given up and not replayed.", nil, nil)
	hooksReplays   = prometheus.NewDesc("quitt_hooks_replays", "Replays that are not done.", nil, nil)
)

// Describe implements prometheus.Collector.
func (h hookFigures) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{hooksEndpoints, hooksDisabled, hooksDead, hooksReplays} {
		to <- d
	}
}

// Collect implements prometheus.Collector. Without an answer of the database there are no
// figures: zero would mean that all is well.
func (h hookFigures) Collect(to chan<- prometheus.Metric) {
	f, known := h.asked.get(figuresPatience)
	if !known {
		return
	}
	for d, n := range map[*prometheus.Desc]int64{hooksEndpoints: f.Endpoints, hooksDisabled: f.Disabled, hooksDead: f.Dead, hooksReplays: f.Replays} {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(n))
	}
}
