package figures

import (
	"github.com/prometheus/client_golang/prometheus"

	"quitt/payments"
)

// railFigures asks how payments through providers are when the figures are fetched.
type railFigures struct{ asked *latest[payments.Figures] }

// Rail collects from payments through providers.
func Rail(r *payments.Rail) prometheus.Collector {
	return railFigures{&latest[payments.Figures]{ask: r.Figures}}
}

var (
	noticesWaiting     = prometheus.NewDesc("quitt_notices_waiting", "Notices of payment providers that are not booked yet.", nil, nil)
	noticesQuarantined = prometheus.NewDesc("quitt_notices_quarantined", "Notices nobody could make sense of.", nil, nil)
	centsUnexplained   = prometheus.NewDesc("quitt_reconciliation_unexplained_cents", "Cents of the last comparisons nobody can explain.", nil, nil)
	collectionsWaiting = prometheus.NewDesc("quitt_collections_waiting", "Instalments that wait for the day on which they are collected, or for an answer.", nil, nil)
	collectionsFailed  = prometheus.NewDesc("quitt_collections_failed", "Instalments of the last seven days that could not be collected.", nil, nil)
	tasksOpen          = prometheus.NewDesc("quitt_tasks_open", "What waits for a person.", []string{"kind"}, nil)
)

// Describe implements prometheus.Collector.
func (r railFigures) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{noticesWaiting, noticesQuarantined, centsUnexplained, collectionsWaiting, collectionsFailed, tasksOpen} {
		to <- d
	}
}

// Collect implements prometheus.Collector. Without an answer of the database there are no
// figures, as for webhooks.
func (r railFigures) Collect(to chan<- prometheus.Metric) {
	f, known := r.asked.get(figuresPatience)
	if !known {
		return
	}
	for d, n := range map[*prometheus.Desc]int64{noticesWaiting: f.Waiting, noticesQuarantined: f.Quarantined, centsUnexplained: int64(f.Unexplained),
		collectionsWaiting: f.Collections.Waiting, collectionsFailed: f.Collections.Failed} {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(n))
	}
	for kind, n := range f.Tasks {
		to <- prometheus.MustNewConstMetric(tasksOpen, prometheus.GaugeValue, float64(n), string(kind))
	}
}
