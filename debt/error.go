package debt

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Kind tells the caller what can be done about an Error. The portal maps each kind to
// one HTTP status, the command line to an exit code.
type Kind string

// The kinds of error a use case may return. Anything that is not an *Error is internal.
const (
	Invalid     Kind = "invalid"     // the input breaks a rule; correct it
	NotFound    Kind = "not_found"   // no such thing, or not yours
	Conflict    Kind = "conflict"    // exists already with other content, or changed meanwhile
	Forbidden   Kind = "forbidden"   // known, understood, not allowed now
	Expired     Kind = "expired"     // was allowed once
	Unavailable Kind = "unavailable" // try again later; the outcome may be unknown
)

// Kinds lists every Kind, for tables that must be complete.
func Kinds() []Kind {
	return []Kind{Invalid, NotFound, Conflict, Forbidden, Expired, Unavailable}
}

// Args are the values a message names: cents, dates and numbers stay typed so that each
// language writes them its own way. Never personal data: errors are logged.
type Args map[string]any

// Error is a refusal with a reason that can be said in every language: Key names a
// sentence in portal/text, Args fill its placeholders.
type Error struct {
	Kind Kind
	Key  string
	Args Args
}

// E makes an Error.
func E(kind Kind, key string, args Args) *Error {
	return &Error{Kind: kind, Key: key, Args: args}
}

// Error gives the key and its arguments for logs; people read the sentence instead.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", e.Kind, e.Key)
	for _, k := range slices.Sorted(maps.Keys(e.Args)) {
		fmt.Fprintf(&b, " %s=%v", k, e.Args[k])
	}
	return b.String()
}

// Is makes errors.Is(err, debt.E(kind, key, nil)) match on kind and key alone.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Kind == e.Kind && t.Key == e.Key
}

// KindOf gives the kind of the first *Error in err's chain, and "" for an internal error.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return ""
}
