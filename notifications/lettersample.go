package notifications

import (
	"quitt/debt/letter"
	compose "quitt/notifications/letter"
)

// SampleLetter is an invented letter of a kind as it would be kept, for pages that are
// looked at without a case.
func SampleLetter(k letter.Kind) (letter.Document, error) {
	doc, err := compose.Compose(compose.Sample(k))
	return doc.Sealed(), err
}
