package main

import (
	"bytes"
	"os"
	"testing"
)

func TestTheFilesAreWhatTheReleaseGives(t *testing.T) {
	spec, samples, err := files()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]byte{"../../spec.json.gz": spec, "../../testdata/fixtures.json.gz": samples} {
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is of another release or other operations: go generate ./payments/sandbox/spec", name)
		}
	}
}
