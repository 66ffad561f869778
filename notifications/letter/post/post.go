// Package post takes letters out of the house: as files for a print house, or one by one to
// a hybrid mail service. It knows PDFs and addresses, nothing of cases.
package post

import (
	"context"

	"quitt/debt"
)

// Item is one letter to be handed over.
type Item struct {
	// Key names the letter towards the provider: the same key is the same letter.
	Key           string
	PDF           []byte
	International bool
}

// Status is where a letter is at a provider.
type Status string

// The states of a handed over letter.
const (
	Queued Status = "queue"
	Held   Status = "hold" // waits for the operator, for example for credit
	Done   Status = "done" // printed and posted
)

// Provider takes letters over one by one. What Send says is certain except for Unavailable
// "post_unclear": then the letter may have arrived, and Find is to be asked before it is
// sent again.
type Provider interface {
	// Send hands a letter over and gives the provider's id of it. Invalid "post_refused":
	// the provider does not want this letter. Unavailable "post_denied" and
	// "post_unreachable": it has not taken it, nor will it take another one now.
	Send(ctx context.Context, i Item) (id string, err error)
	// Find looks for a letter that was handed over under a key, "" if there is none.
	Find(ctx context.Context, key string) (id string, err error)
	// Status tells where a letter is that was handed over.
	Status(ctx context.Context, id string) (Status, error)
}

func unreachable() error { return debt.E(debt.Unavailable, "post_unreachable", nil) }

func unclear() error { return debt.E(debt.Unavailable, "post_unclear", nil) }
