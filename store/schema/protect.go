package schema

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// AppendOnly are the tables whose rows are never changed or deleted.
var AppendOnly = []string{"entries", "postings", "events", "feed"}

// Unchanged are the tables whose rows are never changed, and deleted only when they have been kept
// long enough (store/expired): a log about people may not be kept for ever (GDPR Art. 5 I e).
var Unchanged = []string{"looks"}

// changing are the tables whose rows change with every booking, in columns that mostly stand in no
// index. Room left on each page lets PostgreSQL keep the new row beside the old one, and then no
// index of the table is written.
var changing = []string{"cases", "claims"}

// Global are the tables without a tenant and what the application role may do with them.
// They hold hashes of random keys and ids: who knows no key finds nothing through them.
var Global = map[string]string{ //nolint:gosec // rights, no credentials
	"creditors":      "SELECT, INSERT, UPDATE",
	"access_lookups": "SELECT, INSERT, DELETE",
	"sessions":       "SELECT, INSERT, UPDATE, DELETE",
	"api_keys":       "SELECT, INSERT, UPDATE",
	"api_tokens":     "SELECT, INSERT, DELETE",

	"representatives":         "SELECT, INSERT, UPDATE",
	"representative_places":   "SELECT, INSERT, UPDATE, DELETE",
	"representative_codes":    "SELECT, INSERT, UPDATE",
	"representative_sessions": "SELECT, INSERT, UPDATE, DELETE",

	"staff_members":  "SELECT, INSERT, UPDATE",
	"staff_roles":    "SELECT, INSERT, UPDATE, DELETE",
	"staff_codes":    "SELECT, INSERT, UPDATE, DELETE",
	"staff_sessions": "SELECT, INSERT, UPDATE, DELETE",
	"staff_log":      "SELECT, INSERT",
	"staff_mails":    "SELECT, INSERT, UPDATE, DELETE",

	"staff_passkeys":   "SELECT, INSERT, UPDATE, DELETE",
	"staff_challenges": "SELECT, INSERT, DELETE",
	"staff_identities": "SELECT, INSERT, UPDATE, DELETE",
	"staff_demands":    "SELECT, INSERT, DELETE",

	"provider_lookups":   "SELECT, INSERT",
	"provider_endpoints": "SELECT, INSERT, UPDATE",
	"provider_notices":   "SELECT, INSERT, UPDATE, DELETE",
}

// Role is the PostgreSQL role every transaction works under. It owns nothing, so that
// row-level security and revoked rights bind it, also when the login is the owner.
const Role = "quitt_app"

// ErrRole says that the login may neither take on the application role nor create it.
var ErrRole = errors.New("schema: the role " + Role + " is missing")

const tenantTablesSQL = `
	SELECT c.table_name
	  FROM information_schema.columns c
	  JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
	 WHERE c.table_schema = current_schema() AND c.column_name = 'creditor_id' AND t.table_type = 'BASE TABLE'
	 ORDER BY c.table_name`

// protectPostgres forces row-level security on every table with a creditor_id and grants the
// application role what it needs and no more. It also says how full pages get.
func protectPostgres(ctx context.Context, db *sqlx.DB) error {
	if err := ensureRole(ctx, db); err != nil {
		return err
	}
	tx, err := db.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	// Two that change the same rights at once would make one of them fail.
	if _, err := tx.ExecContext(ctx, "LOCK TABLE creditors IN ACCESS EXCLUSIVE MODE"); err != nil {
		return err
	}
	var tenant []string
	if err := tx.SelectContext(ctx, &tenant, tenantTablesSQL); err != nil {
		return err
	}
	ddl := []string{"GRANT USAGE ON SCHEMA public TO " + Role}
	for t, rights := range Global {
		ddl = append(ddl, "REVOKE ALL ON "+t+" FROM "+Role, "GRANT "+rights+" ON "+t+" TO "+Role)
	}
	for _, t := range tenant {
		q := pq.QuoteIdentifier(t)
		rights := "SELECT, INSERT, UPDATE, DELETE"
		if slices.Contains(AppendOnly, t) {
			rights = "SELECT, INSERT"
		} else if slices.Contains(Unchanged, t) {
			rights = "SELECT, INSERT, DELETE"
		}
		ddl = append(ddl,
			"ALTER TABLE "+q+" ENABLE ROW LEVEL SECURITY",
			"ALTER TABLE "+q+" FORCE ROW LEVEL SECURITY",
			"DROP POLICY IF EXISTS tenant ON "+q,
			"CREATE POLICY tenant ON "+q+" USING (creditor_id = NULLIF(current_setting('quitt.creditor_id', true), '')::uuid)",
			"REVOKE ALL ON "+q+" FROM "+Role,
			"GRANT "+rights+" ON "+q+" TO "+Role,
		)
		if slices.Contains(changing, t) {
			ddl = append(ddl, "ALTER TABLE "+q+" SET (fillfactor = 85)")
		}
	}
	for _, d := range ddl {
		if _, err := tx.ExecContext(ctx, d); err != nil {
			return fmt.Errorf("protecting the schema: %w", err)
		}
	}
	return tx.Commit()
}

// ensureRole makes the application role and lets the login take it on. A login without
// that right gets told what its administrator must run. Roles belong to the whole server,
// so another process may be at it in another database: only the outcome counts.
func ensureRole(ctx context.Context, db *sqlx.DB) error {
	var cause error
	for range 3 {
		_, err := db.ExecContext(ctx, `SELECT set_config('role', '`+Role+`', true)`)
		var pe *pq.Error
		if err == nil || !errors.As(err, &pe) {
			return err
		}
		cause = err
		for _, ddl := range []string{"CREATE ROLE " + Role + " NOLOGIN", "GRANT " + Role + " TO CURRENT_USER"} {
			_, err := db.ExecContext(ctx, ddl)
			if errors.As(err, &pe) && pe.Code != "42710" { // 42710: it exists
				cause = err
			}
		}
	}
	return errors.Join(ErrRole, cause)
}

// protectSQLite puts the append-only guard into the file itself, where it also binds other
// programs that open it. REPLACE deletes a row without asking the trigger on DELETE, hence
// the one on INSERT.
func protectSQLite(ctx context.Context, db *sqlx.DB) error {
	for _, table := range slices.Concat(AppendOnly, Unchanged, []string{"staff_log"}) {
		var same []string
		if err := db.SelectContext(ctx, &same, uniqueKeysSQL, table); err != nil {
			return err
		}
		for verb, when := range map[string]string{"UPDATE": "", "DELETE": "",
			"INSERT": "WHEN EXISTS (SELECT 1 FROM " + table + " AS old WHERE " + strings.Join(same, " OR ") + ")"} {
			ddl := fmt.Sprintf("CREATE TRIGGER IF NOT EXISTS %s_no_%s BEFORE %s ON %s %s BEGIN SELECT RAISE(ABORT, 'append-only'); END",
				table, verb, verb, table, when)
			if verb == "DELETE" && slices.Contains(Unchanged, table) {
				ddl = fmt.Sprintf("DROP TRIGGER IF EXISTS %s_no_%s", table, verb) // of a file from before
			}
			if _, err := db.ExecContext(ctx, ddl); err != nil {
				return err
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
