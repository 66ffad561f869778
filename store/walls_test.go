package store_test

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/lib/pq"

	"quitt/debt"
	"quitt/store"
	"quitt/store/schema"
	"quitt/store/storetest"
)

// asApp runs statements as the store's role with a tenant, and rolls them back.
func asApp(t testing.TB, db *sql.DB, creditor debt.ID, statement string, args ...any) (int64, error) {
	t.Helper()
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.Exec(`SELECT set_config('role', 'quitt_app', true), set_config('quitt.creditor_id', $1, true)`, string(creditor)); err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(statement, "SELECT") {
		var n int64
		return n, tx.QueryRow(statement, args...).Scan(&n)
	}
	res, err := tx.Exec(statement, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func code(err error) string {
	var pe *pq.Error
	if errors.As(err, &pe) {
		return string(pe.Code)
	}
	return fmt.Sprint(err)
}

const tenantTables = `
	SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
	 WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND a.attname = 'creditor_id' ORDER BY 1`

func TestEveryTenantTableHasItsWall(t *testing.T) {
	url := storetest.Postgres(t)
	storetest.Open(t, store.Options{URL: url})
	db := storetest.Raw(t, url)
	tables := column(t, db, tenantTables)
	if len(tables) < 12 {
		t.Fatalf("only %v", tables)
	}
	walled := column(t, db, `
		SELECT c.relname FROM pg_class c JOIN pg_policies p ON p.tablename = c.relname AND p.schemaname = 'public'
		 WHERE c.relnamespace = 'public'::regnamespace AND c.relrowsecurity AND c.relforcerowsecurity
		   AND p.cmd = 'ALL' AND p.permissive = 'PERMISSIVE' AND p.qual LIKE '%creditor_id = %quitt.creditor_id%'
		   AND p.with_check IS NULL AND p.roles = '{public}' ORDER BY 1`)
	if !slices.Equal(walled, tables) {
		t.Errorf("with a wall: %v\nwith creditor_id: %v", walled, tables)
	}
	// Whatever else exists must be known to have no tenant.
	rest := column(t, db, `SELECT relname FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm') AND relnamespace = 'public'::regnamespace
		AND relname <> ALL ($1) ORDER BY 1`, pq.Array(tables))
	if !slices.Equal(rest, []string{"access_lookups", "api_keys", "api_tokens", "creditors", "goose_db_version",
		"provider_endpoints", "provider_lookups", "provider_notices",
		"representative_codes", "representative_places", "representative_sessions", "representatives", "sessions",
		// Who works here works for creditors, perhaps for more than one.
		"staff_challenges", "staff_codes", "staff_demands", "staff_identities", "staff_log", "staff_mails", "staff_members", "staff_passkeys", "staff_roles", "staff_sessions"}) {
		t.Errorf("without a wall: %v", rest)
	}
	for table, want := range schema.Global {
		got := column(t, db, `SELECT privilege_type FROM information_schema.role_table_grants
			WHERE grantee IN ('quitt_app', 'PUBLIC') AND table_name = $1`, table)
		rights := strings.Split(want, ", ")
		slices.Sort(got)
		slices.Sort(rights)
		if !slices.Equal(got, rights) {
			t.Errorf("%s: quitt_app may %v, want %v", table, got, rights)
		}
	}
	// Keys begin with the tenant, so that a reference across tenants cannot be stored.
	for _, key := range column(t, db, `
		SELECT c.conrelid::regclass || ' ' || pg_get_constraintdef(c.oid) FROM pg_constraint c
		 WHERE c.contype IN ('p', 'u', 'f') AND c.connamespace = 'public'::regnamespace AND c.conrelid::regclass::text = ANY ($1)`, pq.Array(tables)) {
		if !strings.Contains(key, "KEY (creditor_id") && !strings.Contains(key, "UNIQUE (creditor_id") {
			t.Errorf("key without the tenant: %s", key)
		}
	}
}

func TestTheStoresRoleOwnsNothingAndMayNotChangeWhatIsWritten(t *testing.T) {
	url := storetest.Postgres(t)
	s := storetest.Open(t, store.Options{URL: url})
	db := storetest.Raw(t, url)
	if got := column(t, db, `SELECT rolname FROM pg_roles WHERE rolname = 'quitt_app'
		AND NOT (rolsuper OR rolcreaterole OR rolcreatedb OR rolcanlogin OR rolreplication OR rolbypassrls)`); len(got) != 1 {
		t.Error("quitt_app has powers it does not need")
	}
	if got := column(t, db, `SELECT relname FROM pg_class WHERE relowner = 'quitt_app'::regrole`); len(got) > 0 {
		t.Errorf("quitt_app owns %v", got)
	}
	for _, table := range store.AppendOnly {
		got := column(t, db, `SELECT privilege_type FROM information_schema.role_table_grants
			WHERE grantee IN ('quitt_app', 'PUBLIC') AND table_name = $1 ORDER BY 1`, table)
		if !slices.Equal(got, []string{"INSERT", "SELECT"}) {
			t.Errorf("%s: quitt_app may %v", table, got)
		}
		if got := column(t, db, `SELECT column_name FROM information_schema.role_column_grants
			WHERE grantee IN ('quitt_app', 'PUBLIC') AND table_name = $1 AND privilege_type NOT IN ('SELECT', 'INSERT')`, table); len(got) > 0 {
			t.Errorf("%s: quitt_app may change %v", table, got)
		}
	}
	for _, table := range store.Unchanged {
		got := column(t, db, `SELECT privilege_type FROM information_schema.role_table_grants
			WHERE grantee IN ('quitt_app', 'PUBLIC') AND table_name = $1 ORDER BY 1`, table)
		if !slices.Equal(got, []string{"DELETE", "INSERT", "SELECT"}) {
			t.Errorf("%s: quitt_app may %v", table, got)
		}
	}
	c := storetest.Creditor(t, s, "koeln")
	if err := pay(s, c.ID, addFiles(t, s, c.ID, 1)[0], "P"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Sequence(ctx, c.ID); err != nil {
		t.Fatal(err)
	}
	const denied = "42501"
	for _, table := range store.AppendOnly {
		for _, statement := range []string{"UPDATE " + table + " SET creditor_id = creditor_id", "DELETE FROM " + table, "TRUNCATE " + table + " CASCADE",
			"ALTER TABLE " + table + " DISABLE ROW LEVEL SECURITY", "DROP TABLE " + table + " CASCADE"} {
			if _, err := asApp(t, db, c.ID, statement); code(err) != denied {
				t.Errorf("%s: %v", statement, err)
			}
		}
	}
	if _, err := asApp(t, db, c.ID, "DELETE FROM creditors"); code(err) != denied {
		t.Errorf("deleting a creditor: %v", err)
	}
}

func TestATransactionSeesItsTenantOnly(t *testing.T) {
	url := storetest.Postgres(t)
	s := storetest.Open(t, store.Options{URL: url})
	db := storetest.Raw(t, url)
	a, b := storetest.Creditor(t, s, "a"), storetest.Creditor(t, s, "b")
	if err := pay(s, a.ID, addFiles(t, s, a.ID, 1)[0], "P"); err != nil {
		t.Fatal(err)
	}
	for _, table := range column(t, db, tenantTables) {
		if n, err := asApp(t, db, "", `SELECT COUNT(*) FROM `+table); n != 0 || err != nil {
			t.Errorf("%s without a tenant: %d rows, %v", table, n, err)
		}
		foreign := `SELECT COUNT(*) FROM ` + table + ` WHERE creditor_id <> $1`
		if n, err := asApp(t, db, b.ID, foreign, b.ID); n != 0 || err != nil {
			t.Errorf("%s of another tenant: %d rows, %v", table, n, err)
		}
	}
	const insert = `INSERT INTO counters (creditor_id, name, value) VALUES ($1, 'x', 1)`
	if _, err := asApp(t, db, b.ID, insert, a.ID); code(err) != "42501" {
		t.Errorf("a row for another tenant: %v", err)
	}
	if _, err := asApp(t, db, b.ID, insert, b.ID); err != nil {
		t.Errorf("a row of the tenant's own: %v", err)
	}
	if n, err := asApp(t, db, b.ID, `UPDATE cases SET stage = 'closed' WHERE creditor_id = $1`, a.ID); n != 0 || err != nil {
		t.Errorf("updated %d foreign cases, %v", n, err)
	}
	if _, err := asApp(t, db, a.ID, `UPDATE cases SET creditor_id = $1`, b.ID); code(err) != "42501" {
		t.Errorf("giving a case away: %v", err)
	}
}

// A login that owns the tables works under the store's role, and forced row-level security
// binds it even where it does not.
func TestTheOwnerOfTheTablesIsBoundToo(t *testing.T) {
	super := storetest.Bare(t)
	storetest.Open(t, store.Options{URL: storetest.Postgres(t)}) // makes quitt_app if need be
	admin := storetest.Raw(t, super)
	u, err := url.Parse(super)
	if err != nil {
		t.Fatal(err)
	}
	name := strings.TrimPrefix(u.Path, "/")
	login := name + "_owner"
	for _, ddl := range []string{"CREATE ROLE " + login + " LOGIN PASSWORD 'x'", "GRANT quitt_app TO " + login,
		"ALTER DATABASE " + name + " OWNER TO " + login} {
		if _, err := admin.Exec(ddl); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		for _, ddl := range []string{"REASSIGN OWNED BY " + login + " TO CURRENT_USER", "DROP OWNED BY " + login, "DROP ROLE " + login} {
			if _, err := admin.Exec(ddl); err != nil {
				t.Error(err)
			}
		}
	})
	u.User = url.UserPassword(login, "x")
	s := storetest.Open(t, store.Options{URL: u.String()})
	c := storetest.Creditor(t, s, "koeln")
	if err := pay(s, c.ID, addFiles(t, s, c.ID, 2)[0], "P"); err != nil {
		t.Fatal(err)
	}
	verified(t, s)
	owner := storetest.Raw(t, u.String())
	if got := column(t, owner, `SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'`); !slices.Equal(got, []string{login}) {
		t.Fatalf("owners %v", got)
	}
	for table, want := range map[string]string{"cases": "0", "entries": "0", "creditors": "1"} {
		if got := column(t, owner, `SELECT COUNT(*)::text FROM `+table); got[0] != want {
			t.Errorf("the owner sees %s rows of %s, want %s", got[0], table, want)
		}
	}
}

func TestTheSQLiteFileItselfRefusesToChangeWhatIsWritten(t *testing.T) {
	url := storetest.SQLite(t)
	s := storetest.Open(t, store.Options{URL: url})
	c := storetest.Creditor(t, s, "koeln")
	if err := pay(s, c.ID, addFiles(t, s, c.ID, 1)[0], "P"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Sequence(ctx, c.ID); err != nil {
		t.Fatal(err)
	}
	db := storetest.Raw(t, url)
	if _, err := db.Exec(`INSERT INTO looks (creditor_id, id, case_id, by_kind, what, at)
		SELECT creditor_id, id, id, 'creditor', 'record', received_at FROM cases`); err != nil {
		t.Fatal(err)
	}
	for _, table := range slices.Concat(store.AppendOnly, store.Unchanged) {
		if n := column(t, db, `SELECT COUNT(*) FROM `+table); n[0] == "0" {
			t.Errorf("%s is empty: nothing to refuse", table)
		}
		for _, statement := range []string{"UPDATE " + table + " SET creditor_id = creditor_id", "DELETE FROM " + table,
			"REPLACE INTO " + table + " SELECT * FROM " + table} {
			if strings.HasPrefix(statement, "DELETE") && slices.Contains(store.Unchanged, table) {
				continue
			}
			if _, err := db.Exec(statement); err == nil || !strings.Contains(err.Error(), "append-only") && !strings.Contains(err.Error(), "constraint") {
				t.Errorf("%s: %v", statement, err)
			}
		}
	}
	verified(t, s)
}

// ids of one life of a tenant, for raw statements.
type tenantRows struct{ creditor, debtor, caseID, claim, payment, entry string }

func tenant(t *testing.T, s *store.Store, db *sql.DB, code string) tenantRows {
	t.Helper()
	c := storetest.Creditor(t, s, code)
	if err := pay(s, c.ID, addFiles(t, s, c.ID, 1)[0], "P"); err != nil {
		t.Fatal(err)
	}
	one := func(table string) string {
		return column(t, db, `SELECT id FROM `+table+` WHERE creditor_id = $1 LIMIT 1`, string(c.ID))[0]
	}
	return tenantRows{string(c.ID), one("debtors"), one("cases"), one("claims"), one("payments"), one("entries")}
}

func TestNothingCanReferToAnotherTenantsRow(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Options{URL: url})
		db := storetest.Raw(t, url)
		a, b := tenant(t, s, db, "a"), tenant(t, s, db, "b")
		for name, c := range map[string]struct {
			statement string
			args      []any
		}{
			"case → debtor":  {`UPDATE cases SET debtor_id = $1 WHERE creditor_id = $2`, []any{a.debtor, b.creditor}},
			"claim → case":   {`UPDATE claims SET case_id = $1 WHERE creditor_id = $2`, []any{a.caseID, b.creditor}},
			"payment → case": {`UPDATE payments SET case_id = $1 WHERE creditor_id = $2`, []any{a.caseID, b.creditor}},
			"hold → case":    {`INSERT INTO holds (creditor_id, id, case_id, kind, reason, since_on, until_on, until_event) VALUES ($2, $1, $1, 'k', 'r', '2026-01-01', '2026-01-01', '')`, []any{a.caseID, b.creditor}},
			"cost → claim":   {`INSERT INTO costs (creditor_id, id, case_id, claim_id, kind, amount_cents, vat_cents, incurred_on, legal_ground, note, booked_on, open_cents) VALUES ($3, $2, $2, $1, 'k', 1, 0, '2026-01-01', 'g', '', '2026-01-01', 1)`, []any{a.claim, b.caseID, b.creditor}},
			"entry → case":   {entryInsert + `VALUES ($2, '019ab000-0000-7000-8000-000000000001', $1, NULL, NULL, 'k', 's', 'x', '2026-01-01', '2026-01-01T00:00:00.000000Z')`, []any{a.caseID, b.creditor}},
			"feed → event":   {`INSERT INTO feed (creditor_id, seq, event_id, hash) VALUES ($2, 1, (SELECT id FROM events WHERE creditor_id = $1 LIMIT 1), 'h')`, []any{a.creditor, b.creditor}},
		} {
			_, err := db.Exec(c.statement, c.args...)
			if err == nil || !strings.Contains(strings.ToLower(err.Error()), "foreign key") {
				t.Errorf("%s: %v", name, err)
			}
		}
		verified(t, s)
	})
}

// Between rows that are written together there are no foreign keys (docs/adr/0005): a
// reference into another tenant can be forced in, points at nothing, and is found.
func TestAReferenceWithoutAForeignKeyIsFound(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Options{URL: url})
		db := storetest.Raw(t, url)
		a, b := tenant(t, s, db, "a"), tenant(t, s, db, "b")
		for name, c := range map[string]struct {
			statement string
			args      []any
		}{
			"entry → payment":   {entryInsert + `VALUES ($2, '019ab000-0000-7000-8000-000000000002', NULL, $1, NULL, 'k', 's', 'x2', '2026-01-01', '2026-01-01T00:00:00.000000Z')`, []any{a.payment, b.creditor}},
			"entry → corrected": {entryInsert + `VALUES ($2, '019ab000-0000-7000-8000-000000000003', NULL, NULL, $1, 'k', 's', 'x3', '2026-01-01', '2026-01-01T00:00:00.000000Z')`, []any{a.entry, b.creditor}},
			"posting → entry":   {`INSERT INTO postings (creditor_id, entry_id, line, account, subject_id, provider, amount_cents) VALUES ($2, $1, 9, 'payable', NULL, '', 1)`, []any{a.entry, b.creditor}},
			"event → case":      {`INSERT INTO events (creditor_id, id, case_id, seq, type, at, actor_kind, actor_id, data, schema) VALUES ($2, $1, $1, 9, 't', '2026-01-01T00:00:00.000000Z', 'system', '', '{}', 1)`, []any{a.caseID, b.creditor}},
		} {
			if _, err := db.Exec(c.statement, c.args...); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		found := map[string]bool{}
		if _, err := s.Verify(ctx, func(f store.Finding) bool {
			if f.Rule == "stray" {
				found[f.Detail] = true
			}
			return true
		}); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"1 rows of postings point at nothing", "1 rows of entries point at nothing",
			"1 rows of entries that correct point at nothing", "1 rows of events point at nothing"} {
			if !found[want] {
				t.Errorf("verify does not say %q: %v", want, found)
			}
		}
	})
}

const entryInsert = `INSERT INTO entries (creditor_id, id, case_id, payment_id, corrects, kind, source, external_id, value_on, booked_at) `
