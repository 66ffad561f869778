package world_test

import (
	"testing"
	"time"

	"quitt/payments/sandbox/world"
)

// A file somebody has edited is refused or taken, and read again as it was written.
func FuzzImport(f *testing.F) {
	o := world.Options{Clock: time.Now, Mode: world.Manual, Start: time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC), Seed: "fuzz"}
	w := world.New(o)
	a := w.Open("acct_test", "")
	if _, err := a.NewCustomer("", world.Form{"email": "erika@example.com"}); err != nil {
		f.Fatal(err)
	}
	state, err := w.Export()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(state)
	for _, s := range []string{"{}", "null", `{"accounts":{"a":{"id":"a","objects":[null]}}}`, `{"accounts":{"a":{"id":"a","objects":[{"id":"x","n":1e99}]}}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		w := world.New(o)
		if w.Import(b) != nil {
			return
		}
		one, err := w.Export()
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Import(one); err != nil {
			t.Fatal(err)
		}
		two, err := w.Export()
		if err != nil || string(one) != string(two) {
			t.Fatalf("%v\n%s\n%s", err, one, two)
		}
	})
}
