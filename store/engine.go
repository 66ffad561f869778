package store

import (
	"context"
	"database/sql"

	"github.com/jmoiron/sqlx"

	"quitt/debt"
	"quitt/store/fault"
	"quitt/store/schema"
)

type postgresEngine struct{}

func (postgresEngine) name() string { return "postgres" }

// readOptions ask for one snapshot for the whole transaction.
func (postgresEngine) readOptions() txOptions {
	return &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
}

const (
	enterReadSQL  = `SELECT set_config('role', '` + schema.Role + `', true), set_config('quitt.creditor_id', $1, true)`
	enterWriteSQL = enterReadSQL + `, set_config('plan_cache_mode', 'force_generic_plan', true),
		set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)`
)

// enter sets role and tenant for this transaction only; both fall back at its end. A
// writing transaction reaches every row by key, so one plan fits all values (planning anew
// cost more than executing), and it must be the index even while the tables are small: a
// plan made for an empty table would stay in use while an import fills it. What has to read a
// whole table all the same then looks so dear that the server would compile it to machine code
// first, each time anew and for longer than all of it takes: hence no jit.
func (postgresEngine) enter(ctx context.Context, tx *sqlx.Tx, creditor debt.ID, writes bool) error {
	query := enterReadSQL
	if writes {
		query = enterWriteSQL
	}
	_, err := tx.ExecContext(ctx, query, string(creditor))
	return err
}

const smallSQL = `SELECT MIN(reltuples) < 1000 FROM pg_class WHERE oid IN ('cases'::regclass, 'attempts'::regclass, 'moves'::regclass)`

// learn gathers statistics on tables that had few rows or none the last time. Without them
// the planner cannot tell the primary key from any other index that begins with
// creditor_id, and a foreign key check reads all of the creditor's rows. It needs the
// owner's rights; a login without them only gets a warning and waits for autovacuum.
func (postgresEngine) learn(ctx context.Context, tx *sqlx.Tx) error {
	var small bool
	if err := tx.GetContext(ctx, &small, smallSQL); err != nil || !small {
		return fault.Of(err)
	}
	for _, ddl := range []string{"SET LOCAL ROLE NONE", "ANALYZE debtors, cases, claims, costs, entries, postings, payments, events, feed_pending, search_marks, search_terms, attempts, moves, provider_notices, bank_lines, bank_signs, person_keys", "SET LOCAL ROLE " + schema.Role} {
		if _, err := tx.ExecContext(ctx, ddl); err != nil {
			return fault.Of(err)
		}
	}
	return nil
}

type sqliteEngine struct{}

func (sqliteEngine) name() string { return "sqlite" }

func (sqliteEngine) readOptions() txOptions { return nil }

func (sqliteEngine) learn(context.Context, *sqlx.Tx) error { return nil }

func (sqliteEngine) enter(context.Context, *sqlx.Tx, debt.ID, bool) error { return nil }
