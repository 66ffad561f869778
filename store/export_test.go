package store

import (
	"context"

	"quitt/store/fault"
	"quitt/store/schema"
)

var testContext = context.Background()

// SetPortable makes a store on PostgreSQL use the portable forms of dialect.go.
func SetPortable(s *Store) { s.portable = true }

// Retry runs a read that fails with a serialisation failure a number of times first and
// gives how often it was run.
func Retry(s *Store, failures int) (tries int, err error) {
	err = s.retry(testContext, func() error {
		if tries++; tries <= failures {
			return fault.ErrRetry
		}
		return nil
	})
	return tries, err
}

// AppendOnly are the tables the guards protect.
var AppendOnly = schema.AppendOnly

// Unchanged are those of which only deleting is possible.
var Unchanged = schema.Unchanged
