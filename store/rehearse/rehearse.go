// Package rehearse marks work of which nothing is to be kept: a dry run takes every step of the
// real thing, and store.Write rolls back what it would commit. Ids and numbers given meanwhile
// are never seen again.
package rehearse

import "context"

type mark struct{}

// In gives a context in which nothing is kept.
func In(ctx context.Context) context.Context { return context.WithValue(ctx, mark{}, true) }

// Not gives a context in which all is kept again: for what other work stands on, and what harms
// nobody if it stays.
func Not(ctx context.Context) context.Context { return context.WithValue(ctx, mark{}, false) }

// Is reports whether nothing of a context is kept.
func Is(ctx context.Context) bool { return ctx.Value(mark{}) == true }
