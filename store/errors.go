package store

import (
	"database/sql"
	"errors"

	"quitt/debt"
	"quitt/store/fault"
)

// Missing turns "no row" into NotFound with a message key.
func Missing(err error, key string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return debt.E(debt.NotFound, key, nil)
	}
	return err
}

// Taken turns a violated unique key into Conflict with a message key.
func Taken(err error, key string) error {
	if errors.Is(err, fault.ErrUnique) {
		return debt.E(debt.Conflict, key, nil)
	}
	return err
}
