package debt

import (
	"slices"
	"strings"
	"testing"
)

func TestEveryPaymentStateMovesAsTheGraphSays(t *testing.T) {
	if len(paymentGraph) != 11 {
		t.Fatalf("%d states", len(paymentGraph))
	}
	var final []string
	reached := []PaymentStatus{PaymentCreated}
	for from := range paymentGraph {
		if from.Final() {
			final = append(final, string(from))
		}
		for to := range paymentGraph {
			p := Payment{Status: from}
			event, err := p.To(to)
			want, ok := paymentGraph[from][to]
			if !ok {
				wantKey(t, err, Forbidden, "payment_transition")
				if p.Status != from {
					t.Errorf("%s → %s is refused and done", from, to)
				}
			} else if err != nil || p.Status != to || event != want || event != "" && !event.Known() {
				t.Errorf("%s → %s: %s %v", from, to, event, err)
			}
			if p.CorrectTo(to) != PaymentCorrectedEvent || p.Status != to {
				t.Errorf("%s is not corrected to %s", from, to)
			}
		}
	}
	slices.Sort(final)
	if got := strings.Join(final, " "); got != "cancelled expired failed" {
		t.Errorf("final: %s", got)
	}
	for i := 0; i < len(reached); i++ {
		for to := range paymentGraph[reached[i]] {
			if !slices.Contains(reached, to) {
				reached = append(reached, to)
			}
		}
	}
	if len(reached) != len(paymentGraph) {
		t.Errorf("only %v can be reached", reached)
	}
}
