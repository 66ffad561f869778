package dossier

import (
	"testing"

	"quitt/cases/record"
	"quitt/debt"
)

// An event without words would stand in a record as something that happened, and nobody knew what.
func TestEveryEventAndReasonHasWords(t *testing.T) {
	for _, e := range debt.EventTypes() {
		if sentences[e] == "" {
			t.Errorf("%s", e)
		}
	}
	for _, r := range append(record.Reasons(), record.CorrectionReasons()...) {
		if reasons[r] == "" {
			t.Errorf("%s", r)
		}
	}
}
