package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"quitt/debt"
)

// appendOnly are the tables whose rows are never changed or deleted.
var appendOnly = []string{"entries", "postings", "events", "feed"}

// appRole is the PostgreSQL role every transaction works under. It owns nothing, so that
// row-level security and revoked rights bind it, also when the login is the owner.
const appRole = "quitt_app"

type postgresEngine struct{}

func (postgresEngine) name() string { return "postgres" }

// readOptions ask for one snapshot for the whole transaction.
func (postgresEngine) readOptions() txOptions {
	return &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
}

const (
	enterReadSQL  = `SELECT set_config('role', '` + appRole + `', true), set_config('quitt.creditor_id', $1, true)`
	enterWriteSQL = enterReadSQL + `, set_config('plan_cache_mode', 'force_generic_plan', true),
		set_config('enable_seqscan', 'off', true)`
)

// enter sets role and tenant for this transaction only; both fall back at its end. A
// writing transaction reaches every row by key, so one plan fits all values (planning anew
// cost more than executing), and it must be the index even while the tables are small: a
// plan made for an empty table would stay in use while an import fills it.
func (postgresEngine) enter(ctx context.Context, tx *sqlx.Tx, creditor debt.ID, writes bool) error {
	query := enterReadSQL
	if writes {
		query = enterWriteSQL
	}
	_, err := tx.ExecContext(ctx, query, string(creditor))
	return err
}

const smallSQL = `SELECT reltuples < 1000 FROM pg_class WHERE oid = 'cases'::regclass`

// learn gathers statistics on tables that had few rows or none at the last time. Without them the planner cannot
// tell the primary key from any other index that begins with creditor_id, and a foreign
// key check reads all of the creditor's rows. It needs the owner's rights; a login without
// them only gets a warning and waits for autovacuum.
func (postgresEngine) learn(ctx context.Context, tx *sqlx.Tx) error {
	var small bool
	if err := tx.GetContext(ctx, &small, smallSQL); err != nil || !small {
		return failed(err)
	}
	for _, ddl := range []string{"SET LOCAL ROLE NONE", "ANALYZE debtors, cases, claims, costs, entries, payments", "SET LOCAL ROLE " + appRole} {
		if _, err := tx.ExecContext(ctx, ddl); err != nil {
			return failed(err)
		}
	}
	return nil
}

const tenantTablesSQL = `
	SELECT c.table_name
	  FROM information_schema.columns c
	  JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
	 WHERE c.table_schema = current_schema() AND c.column_name = 'creditor_id' AND t.table_type = 'BASE TABLE'
	 ORDER BY c.table_name`

// protect forces row-level security on every table with a creditor_id and grants the
// application role what it needs and no more.
func (postgresEngine) protect(ctx context.Context, db *sqlx.DB) error {
	if err := ensureRole(ctx, db); err != nil {
		return err
	}
	tx, err := db.BeginTxx(ctx, nil)
	if err != nil {
		return failed(err)
	}
	defer func() { _ = tx.Rollback() }()
	// Two that change the same rights at once would make one of them fail.
	if _, err := tx.ExecContext(ctx, "LOCK TABLE creditors IN ACCESS EXCLUSIVE MODE"); err != nil {
		return failed(err)
	}
	var tenant []string
	if err := tx.SelectContext(ctx, &tenant, tenantTablesSQL); err != nil {
		return failed(err)
	}
	ddl := []string{
		"GRANT USAGE ON SCHEMA public TO " + appRole,
		"GRANT SELECT, INSERT, UPDATE ON creditors TO " + appRole,
	}
	for _, t := range tenant {
		q := pq.QuoteIdentifier(t)
		rights := "SELECT, INSERT, UPDATE, DELETE"
		if slices.Contains(appendOnly, t) {
			rights = "SELECT, INSERT"
		}
		ddl = append(ddl,
			"ALTER TABLE "+q+" ENABLE ROW LEVEL SECURITY",
			"ALTER TABLE "+q+" FORCE ROW LEVEL SECURITY",
			"DROP POLICY IF EXISTS tenant ON "+q,
			"CREATE POLICY tenant ON "+q+" USING (creditor_id = NULLIF(current_setting('quitt.creditor_id', true), '')::uuid)",
			"REVOKE ALL ON "+q+" FROM "+appRole,
			"GRANT "+rights+" ON "+q+" TO "+appRole,
		)
	}
	for _, d := range ddl {
		if _, err := tx.ExecContext(ctx, d); err != nil {
			return fmt.Errorf("protecting the schema: %w", failed(err))
		}
	}
	return failed(tx.Commit())
}

// ensureRole makes the application role and lets the login take it on. A login without
// that right gets told what its administrator must run. Roles belong to the whole server,
// so another process may be at it in another database: only the outcome counts.
func ensureRole(ctx context.Context, db *sqlx.DB) error {
	var cause error
	for range 3 {
		_, err := db.ExecContext(ctx, `SELECT set_config('role', '`+appRole+`', true)`)
		var pe *pq.Error
		if err == nil || !errors.As(err, &pe) {
			return failed(err)
		}
		cause = err
		for _, ddl := range []string{"CREATE ROLE " + appRole + " NOLOGIN", "GRANT " + appRole + " TO CURRENT_USER"} {
			_, err := db.ExecContext(ctx, ddl)
			if errors.As(err, &pe) && pe.Code != "42710" { // 42710: it exists
				cause = err
			}
		}
	}
	return unavailable("role_missing", cause)
}

type sqliteEngine struct{}

func (sqliteEngine) name() string { return "sqlite" }

func (sqliteEngine) readOptions() txOptions { return nil }

func (sqliteEngine) learn(context.Context, *sqlx.Tx) error { return nil }

func (sqliteEngine) enter(context.Context, *sqlx.Tx, debt.ID, bool) error { return nil }

// protect puts the append-only guard into the file itself, where it also binds other
// programs that open it. REPLACE deletes a row without asking the trigger on DELETE, hence
// the one on INSERT.
func (sqliteEngine) protect(ctx context.Context, db *sqlx.DB) error {
	for _, table := range appendOnly {
		var same []string
		if err := db.SelectContext(ctx, &same, uniqueKeysSQL, table); err != nil {
			return failed(err)
		}
		for verb, when := range map[string]string{"UPDATE": "", "DELETE": "",
			"INSERT": "WHEN EXISTS (SELECT 1 FROM " + table + " AS old WHERE " + strings.Join(same, " OR ") + ")"} {
			ddl := fmt.Sprintf("CREATE TRIGGER IF NOT EXISTS %s_no_%s BEFORE %s ON %s %s BEGIN SELECT RAISE(ABORT, 'append-only'); END",
				table, verb, verb, table, when)
			if _, err := db.ExecContext(ctx, ddl); err != nil {
				return failed(err)
			}
		}
	}
	return nil
}

// uniqueKeysSQL gives, for each unique key of a table, the condition that an old row has
// the same as the new one.
const uniqueKeysSQL = `
	SELECT '(' || group_concat('old.' || i.name || ' = NEW.' || i.name, ' AND ') || ')'
	  FROM pragma_index_list($1) l, pragma_index_info(l.name) i
	 WHERE l."unique" = 1 GROUP BY l.name ORDER BY l.name`
