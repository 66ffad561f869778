// Package taking takes in lists of hand-overs that programs send.
package taking

import (
	"context"
	"errors"
	"time"

	"quitt/cases"
	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/store"
	"quitt/store/programs"
)

// Desk takes lists in. Now is the clock.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
}

var errNothing = errors.New("taking: nothing is to be stored")

// Taken is what became of one hand-over of a list.
type Taken struct {
	FileReference string      // "" if it was refused
	New           bool        // false: handed over before with the same content
	Err           *debt.Error // why it was refused
}

// Take takes in a list of hand-overs in one transaction, and says what became of each in its
// order. Unless partial is set, one that is refused stops them all: whatever is new in the
// answer was then not stored. A reference that is known with the same content changes nothing;
// with other content it is refused with "reference_other_content".
func (d Desk) Take(ctx context.Context, creditor debt.Creditor, list []cases.Handover, partial bool) ([]Taken, error) {
	stamp := ledger.Stamp{At: d.Now(), NewID: store.NewID}
	for again := false; ; again = true {
		var taken []Taken
		err := d.Store.Write(ctx, creditor.ID, func(t *store.Tx) (err error) {
			taken, err = take(t, creditor, list, taking{stamp, partial})
			return err
		})
		switch {
		case errors.Is(err, errNothing):
			return taken, nil
		case !again && errors.Is(err, debt.E(debt.Conflict, "reference_taken", nil)):
			continue // somebody handed one of them over at the same moment: now it is known
		}
		return taken, err
	}
}

type taking struct {
	ledger.Stamp

	partial bool
}

func take(t *store.Tx, creditor debt.Creditor, list []cases.Handover, how taking) ([]Taken, error) {
	references := make([]string, len(list))
	for i, h := range list {
		references[i] = h.Reference
	}
	known, err := programs.Known(&t.Reader, references)
	if err != nil {
		return nil, err
	}
	taken, fresh := make([]Taken, len(list)), []cases.Handover{}
	places := map[string]int{} // of the fresh ones, by reference
	refused := false
	for i, h := range list {
		k, found := known[h.Reference]
		_, before := places[h.Reference]
		switch {
		case h.Validate() != nil:
			errors.As(h.Validate(), &taken[i].Err)
		case !found && !before:
			places[h.Reference], fresh = len(fresh), append(fresh, h)
			taken[i].New = true
		case found && k.Hash == h.Hash():
			taken[i].FileReference = k.FileReference
		case before && fresh[places[h.Reference]].Hash() == h.Hash():
		default:
			taken[i].Err = debt.E(debt.Conflict, "reference_other_content", nil)
		}
		refused = refused || taken[i].Err != nil
	}
	if refused && !how.partial {
		return taken, errNothing
	}
	given, err := cases.Keep(t, creditor, fresh, how.Stamp)
	if err != nil {
		return nil, err
	}
	for i, h := range list {
		if place, mine := places[h.Reference]; mine && taken[i].Err == nil {
			taken[i].FileReference = given[place].FileReference
		}
	}
	return taken, nil
}
