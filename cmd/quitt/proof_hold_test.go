//go:build linux

package main

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"time"
)

// When an import is disturbed is decided by how far it has come, never by the clock alone:
// a clock says nothing about a program on a busy machine, and a proof that misses because
// the machine is slow would fail without a fault in the program.
type moment int

const (
	// atRow: the import is held inside its transaction, at a row the seed chooses.
	atRow moment = iota
	// atCommit: PostgreSQL holds it inside COMMIT. SQLite has no such place; there the
	// first growth of the log is the sign that the commit is being written.
	atCommit
	// anywhere in a measured time, up to the last event number and beyond. Nothing is
	// claimed about what it hits.
	anywhere
)

// momentOf spreads the cycles: one of eight anywhere, one at the commit, six at a row.
func momentOf(i int) moment {
	switch i % 8 {
	case 1:
		return atCommit
	case 3:
		return anywhere
	}
	return atRow
}

// On either engine the hold is a trigger that one row of the file sets off. PostgreSQL waits
// for a lock that the proof has; SQLite counts without end. Before that it writes more than
// the program's page cache holds, so that the log grows: the sign that the row is reached,
// and pages without a commit for the next one who opens the file.
const (
	holdRowSQLite = `
		CREATE TABLE held (room BLOB);
		CREATE VIEW endless AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n;
		CREATE TRIGGER hold BEFORE INSERT ON cases WHEN NEW.creditor_reference = '%s' BEGIN
			INSERT INTO held VALUES (zeroblob(48000000));
			SELECT count(*) FROM endless;
		END`
	dropHoldSQLite   = `DROP TRIGGER hold; DROP VIEW endless; DROP TABLE held`
	holdFunctionSQL  = `CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NEW; END'`
	holdRowSQL       = `CREATE TRIGGER hold BEFORE INSERT ON cases FOR EACH ROW WHEN (NEW.creditor_reference = '%s') EXECUTE FUNCTION hold()`
	holdCommitSQL    = `CREATE CONSTRAINT TRIGGER hold AFTER INSERT ON cases DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.creditor_reference = '%s') EXECUTE FUNCTION hold()`
	takeHoldSQL      = `SELECT pg_backend_pid() FROM pg_advisory_lock(1)`
	heldSQL          = `SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE d.datname = $1 AND l.locktype = 'advisory' AND NOT l.granted`
	connectedSQL     = `SELECT count(*) FROM pg_stat_activity WHERE datname = $1`
	terminateSQL     = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1`
	terminateThemSQL = terminateSQL + ` AND pid <> $2`
)

// disturbance is one import on a database of its own, stopped at a moment.
type disturbance struct {
	*proof
	*process
	site
	moment moment
	holder *sql.DB // the connection that has the lock
	pid    int     // its server process, which no blow may hit
}

// importing starts an import and comes back when its moment is there.
func (p *proof) importing(s site, path string, i int, rng *rand.Rand) *disturbance {
	p.Helper()
	d := &disturbance{proof: p, site: s, moment: momentOf(i)}
	row := handoverReference(rng.IntN(p.rows))
	if d.sure() {
		d.hold(row)
	}
	within := time.Duration(rng.Int64N(int64(p.whole)))
	d.process = p.start(s, "import", path, "--creditor", "praxis")
	if d.moment == anywhere {
		time.Sleep(within)
		return d
	}
	p.await(func() bool { return d.ended() || d.reached() })
	if d.sure() && d.ended() {
		r := d.end()
		p.Fatalf("the import ended although %s holds it: exit %d, %s", row, r.code, r.err)
	}
	return d
}

// sure reports whether the import cannot be over before it is disturbed.
func (d *disturbance) sure() bool {
	return d.moment == atRow || d.moment == atCommit && d.engine == "postgres"
}

func (d *disturbance) hold(row string) {
	d.Helper()
	if d.engine == "sqlite" {
		d.behind("sqlite", d.path, fmt.Sprintf(holdRowSQLite, row))
		return
	}
	trigger := holdRowSQL
	if d.moment == atCommit {
		trigger = holdCommitSQL
	}
	d.behind("postgres", d.url, holdFunctionSQL, fmt.Sprintf(trigger, row))
	var err error
	if d.holder, err = sql.Open("postgres", d.url); err != nil {
		d.Fatal(err)
	}
	d.holder.SetMaxOpenConns(1)
	if err := d.holder.QueryRow(takeHoldSQL).Scan(&d.pid); err != nil {
		d.Fatal(err)
	}
}

// reached reports whether the import is at its moment.
func (d *disturbance) reached() bool {
	d.Helper()
	if d.engine == "sqlite" {
		info, err := os.Stat(d.path + "-wal")
		return err == nil && info.Size() > 0
	}
	return d.count(heldSQL, d.site.name) > 0
}

// over waits for the end of the import, and of what the server still does for it: the rows
// behind a lock and a commit on its way are neither stored nor lost before.
func (d *disturbance) over() result {
	d.Helper()
	r := d.end()
	if d.holder != nil {
		if err := d.holder.Close(); err != nil {
			d.Fatal(err)
		}
	}
	if d.engine == "postgres" {
		d.settled(d.site)
	}
	return r
}

// again imports the same file with nothing in its way.
func (d *disturbance) again(path string) {
	d.Helper()
	if d.engine == "sqlite" && d.sure() {
		d.behind("sqlite", d.path, dropHoldSQLite)
	}
	d.undisturbed(d.site, path)
}

// behind runs statements behind the program's back.
func (p *proof) behind(driver, source string, statements ...string) {
	p.Helper()
	db, err := sql.Open(driver, source)
	if err != nil {
		p.Fatal(err)
	}
	for _, statement := range statements {
		if _, err := db.ExecContext(context.Background(), statement); err != nil {
			p.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		p.Fatal(err)
	}
}

func (p *proof) count(query string, args ...any) int {
	p.Helper()
	n := 0
	if err := p.admin().QueryRow(query, args...).Scan(&n); err != nil {
		p.Fatal(err)
	}
	return n
}

// await waits for something that must come. It has no patience of its own, only that of the
// test run: however slow the machine is, waiting longer is right until nobody waits.
func (p *proof) await(come func() bool) {
	p.Helper()
	end, limited := p.Deadline()
	for !come() {
		if limited && time.Until(end) < 10*time.Second {
			p.Fatal("what had to come did not come before the time of the test run was over")
		}
		time.Sleep(time.Millisecond)
	}
}

// settled waits until the server has noticed that its client is gone: until then a commit
// may still be on its way.
func (p *proof) settled(s site) {
	p.Helper()
	p.await(func() bool { return p.count(connectedSQL, s.name) == 0 })
}
