//go:build linux

package main

import (
	"database/sql"
	"errors"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	sentenceGone        = "Die Datenbank antwortet nicht."
	sentenceUnknown     = "Ob gespeichert wurde, ist unklar."
	sentenceFull        = "Der Speicherplatz der Datenbank ist voll."
	sentenceInterrupted = "Der Befehl wurde abgebrochen."
)

// often is the rhythm of the undisturbed import that follows a disturbed one.
const often = 20

func (p *proof) last(i int) bool { return i%often == 0 || i == p.cycles-1 }

func TestAKilledImportStoresAllOrNothing(t *testing.T) {
	prove(t, "import-kill", 1, func(p *proof) {
		path := p.handovers(p.rows)
		w := p.window(path)
		p.each(func(i int, rng *rand.Rand) {
			s := p.copy()
			defer p.drop(s)
			ps := p.start(s, "import", path, "--creditor", "praxis")
			time.Sleep(w.moment(i, rng))
			_ = ps.Process.Kill() // it may have finished
			r := ps.end()
			stored := p.allOrNothing(s)
			switch {
			case !ps.killed():
				p.counts["finished"]++
				w.late(i)
				if r.code != exitOK || !stored {
					p.violation("finished: exit %d, stored %t, %s", r.code, stored, r.err)
				}
			case stored:
				p.counts["killed-after-commit"]++
			default:
				p.counts["killed-before-commit"]++
			}
			if p.last(i) {
				p.undisturbed(s, path)
			}
		})
		if hits := p.cycles - p.counts["finished"]; hits*3 < p.cycles {
			p.Errorf("only %d of %d kills hit a running import", hits, p.cycles)
		}
	})
}

// An interrupted import says so and stores nothing. One that had committed when the signal
// came says that instead.
func TestAnInterruptedImportStoresNothing(t *testing.T) {
	prove(t, "import-signal", 4, func(p *proof) {
		path := p.handovers(p.rows)
		w := p.window(path)
		p.each(func(i int, rng *rand.Rand) {
			s := p.copy()
			defer p.drop(s)
			ps := p.start(s, "import", path, "--creditor", "praxis")
			time.Sleep(w.moment(i, rng))
			_ = ps.Process.Signal([]syscall.Signal{syscall.SIGINT, syscall.SIGTERM}[i%2]) // it may have finished
			r := ps.end()
			stored := p.allOrNothing(s)
			switch {
			case r.code == exitOK:
				p.counts["finished"]++
				w.late(i)
				if !stored {
					p.violation("exit 0, nothing stored")
				}
			case stored:
				p.violation("exit %d although all is stored: %s", r.code, r.err)
			case ps.killed():
				p.counts["before-start"]++ // the program did not listen yet
			default:
				p.counts["interrupted"]++
				if r.code != exitFailed || !strings.Contains(r.err, sentenceInterrupted) {
					p.violation("exit %d, %s", r.code, r.err)
				}
			}
			if p.last(i) {
				p.undisturbed(s, path)
			}
		})
		if hits := p.cycles - p.counts["finished"]; hits*3 < p.cycles {
			p.Errorf("only %d of %d signals hit a running import", hits, p.cycles)
		}
	})
}

const terminateSQL = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1`

// SQLite has no server that could go away; what takes its place is the full disk.
func TestAnImportWhoseServerGoesAwayStoresNothing(t *testing.T) {
	t.Parallel()
	p := newProof(t, "import-gone", "postgres", 4)
	path := p.handovers(p.rows)
	w := p.window(path)
	p.each(func(i int, rng *rand.Rand) {
		s := p.copy()
		defer p.drop(s)
		ps := p.start(s, "import", path, "--creditor", "praxis")
		time.Sleep(w.moment(i, rng))
		p.sql(terminateSQL, s.name)
		r := ps.end()
		stored := p.allOrNothing(s)
		switch {
		case r.code == exitOK && stored:
			p.counts["finished"]++
			w.late(i)
		case r.code == exitFailed && strings.Contains(r.err, sentenceUnknown):
			p.counts["outcome-unknown"]++
		case r.code == exitFailed && !stored && strings.Contains(r.err, sentenceGone):
			p.counts["refused"]++
		default:
			p.violation("exit %d, stored %t: %s", r.code, stored, r.err)
		}
		if p.last(i) {
			p.undisturbed(s, path)
		}
	})
	if p.counts["refused"] == 0 {
		p.Errorf("no import lost its server")
	}
}

// What follows the commit cannot undo it, so its failure must not read as if it had.
func TestAStoredImportDoesNotFailOverItsNumbers(t *testing.T) {
	prove(t, "feed-later", 1, func(p *proof) {
		p.cycles = 1
		path := p.handovers(p.rows)
		s := p.copy()
		defer p.drop(s)
		driver, source := "postgres", s.url
		if p.engine == "sqlite" {
			driver, source = "sqlite", s.path
		}
		rename := func(ddl string) {
			db, err := sql.Open(driver, source)
			if err == nil {
				_, err = db.Exec(ddl)
				err = errors.Join(err, db.Close())
			}
			if err != nil {
				p.Fatal(err)
			}
		}
		rename("ALTER TABLE feed RENAME TO feed_away")
		r := p.start(s, "import", path, "--creditor", "praxis").end()
		if r.code != exitOK || !strings.Contains(r.out, "Fälle sind gespeichert") || !strings.Contains(r.err, "Gespeichert ist alles") {
			p.violation("exit %d, %s%s", r.code, r.out, r.err)
		}
		rename("ALTER TABLE feed_away RENAME TO feed")
		if v := p.verified(s); v.Cases != p.rows || v.Pending == 0 {
			p.violation("without numbers: %+v", v.Tally)
		}
		p.undisturbed(s, path)
	})
}
