// Package once carries what stands in the same transaction as an effect: that the request which
// asked for it has taken effect. Both are there or neither, whenever a process dies.
package once

import (
	"context"

	"quitt/debt"
)

// Exec runs a statement of the transaction.
type Exec func(query string, args ...any) (rows int64, err error)

// Note is written at the end of every transaction of its creditor.
type Note struct {
	Creditor debt.ID
	Write    func(Exec) error
}

type mark struct{}

// In gives a context whose transactions write the note.
func In(ctx context.Context, n Note) context.Context { return context.WithValue(ctx, mark{}, n) }

// Without gives a context without a note, for work that others stand on and that is no effect.
func Without(ctx context.Context) context.Context { return context.WithValue(ctx, mark{}, nil) }

// After is asked when a transaction has done its work with err: where that went well and its
// context has a note for the creditor, the note is written too.
func After(ctx context.Context, err error, creditor debt.ID, exec Exec) error {
	if n, ok := ctx.Value(mark{}).(Note); ok && err == nil && n.Creditor == creditor {
		return n.Write(exec)
	}
	return err
}
