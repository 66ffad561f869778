// Package expect ties a decision to what the person who takes it has seen: the page he decided on
// carries the version of the case, and the transaction that would carry the decision out refuses
// when the case has another one by then. Two at once: the second is told, nothing is lost.
package expect

import (
	"context"

	"quitt/debt"
)

type key struct{}

type seen struct {
	id      debt.ID
	version int64
}

// Version gives a context in which a case can be locked only while it has this version. A use
// case that books the same case in two transactions, one after the other, cannot be asked so.
func Version(ctx context.Context, id debt.ID, version int64) context.Context {
	return context.WithValue(ctx, key{}, seen{id, version})
}

// Check compares what is locked with what was seen: Conflict "record_changed".
func Check(ctx context.Context, id debt.ID, version int64) error {
	if was, ok := ctx.Value(key{}).(seen); ok && was.id == id && was.version != version {
		return Changed()
	}
	return nil
}

// Changed is the refusal of Check.
func Changed() error { return debt.E(debt.Conflict, "record_changed", nil) }
