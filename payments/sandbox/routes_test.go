package sandbox

import (
	"strings"
	"testing"

	"quitt/payments/sandbox/spec"
)

// A request the description does not know would be refused before anybody reads it.
func TestTheDescriptionKnowsEveryAction(t *testing.T) {
	judge, err := spec.Load()
	if err != nil {
		t.Fatal(err)
	}
	for pattern := range actions {
		method, path, _ := strings.Cut(pattern, " ")
		p := judge.CheckParams(method, strings.ReplaceAll(path, "{id}", "x_1"), nil)
		if p != nil && strings.HasPrefix(p.Message, "Unrecognized") {
			t.Error(pattern)
		}
	}
}
