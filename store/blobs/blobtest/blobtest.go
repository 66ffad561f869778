// Package blobtest holds every place for sealed content to the same rules.
package blobtest

import (
	"bytes"
	"errors"
	"io/fs"
	"testing"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/blobs"
)

// Keeps tests a place that is empty.
func Keeps(t *testing.T, b blobs.Blobs) {
	t.Helper()
	ctx := t.Context()
	one, two := store.NewID(), store.NewID()
	large := bytes.Repeat([]byte("sealed"), documentsMost/6)
	name, err := b.Put(ctx, one, large)
	if err != nil || !blobs.Intact(name, large) {
		t.Fatalf("%s, %v", name, err)
	}
	if again, err := b.Put(ctx, one, large); err != nil || again != name {
		t.Errorf("the same again is %s, %v", again, err)
	}
	other, err := b.Put(ctx, two, large)
	if err != nil || other == name {
		t.Errorf("another owner's is %s, %v", other, err)
	}
	if got, err := b.Get(ctx, name); err != nil || !bytes.Equal(got, large) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	listed(t, b, one, name)
	listed(t, b, two, other)
	listed(t, b, store.NewID())
	for range 2 { // the second finds nothing
		if err := b.Remove(ctx, name); err != nil {
			t.Error(err)
		}
	}
	if _, err := b.Get(ctx, name); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("removed: %v", err)
	}
	listed(t, b, one)
	if got, err := b.Get(ctx, other); err != nil || !bytes.Equal(got, large) {
		t.Errorf("another owner's went along: %v", err)
	}
	stop := errors.New("stop")
	if err := b.Each(ctx, two, func(string, time.Time) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("the walk goes on: %v", err)
	}
}

// documentsMost is a document at its bound.
const documentsMost = 10 << 20

func listed(t *testing.T, b blobs.Blobs, owner debt.ID, want ...string) {
	t.Helper()
	var got []string
	err := b.Each(t.Context(), owner, func(name string, stored time.Time) error {
		if stored.IsZero() {
			t.Errorf("%s was stored %v", name, stored)
		}
		got = append(got, name)
		return nil
	})
	if err != nil || len(got) != len(want) || len(want) > 0 && got[0] != want[0] {
		t.Errorf("listed %v, want %v, %v", got, want, err)
	}
}
