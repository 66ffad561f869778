//go:build linux

package main

import (
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
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
		p.measure(path)
		p.each(func(i int, rng *rand.Rand) {
			s := p.copy()
			defer p.drop(s)
			d := p.importing(s, path, i, rng)
			_ = d.Process.Kill() // it may have finished
			r := d.over()
			stored := p.allOrNothing(s)
			switch {
			case !d.killed():
				p.counts["finished"]++
				if d.sure() || r.code != exitOK || !stored {
					p.violation("finished: exit %d, stored %t, %s", r.code, stored, r.err)
				}
			case stored:
				p.counts["killed-after-commit"]++
				if d.moment == atRow {
					p.violation("stored without the row that was held")
				}
			default:
				p.counts["killed-before-commit"]++
			}
			if p.last(i) {
				d.again(path)
			}
		})
	})
}

// An interrupted import says so and stores nothing. One that had committed when the signal
// came says that instead.
func TestAnInterruptedImportStoresNothing(t *testing.T) {
	prove(t, "import-signal", 4, func(p *proof) {
		path := p.handovers(p.rows)
		p.measure(path)
		p.each(func(i int, rng *rand.Rand) {
			s := p.copy()
			defer p.drop(s)
			d := p.importing(s, path, i, rng)
			_ = d.Process.Signal([]syscall.Signal{syscall.SIGINT, syscall.SIGTERM}[rng.IntN(2)]) // it may have finished
			r := d.over()
			stored := p.allOrNothing(s)
			switch {
			case r.code == exitOK:
				p.counts["finished"]++
				if d.sure() || !stored {
					p.violation("exit 0, stored %t", stored)
				}
			case stored:
				p.violation("exit %d although all is stored: %s", r.code, r.err)
			case d.killed():
				p.counts["before-start"]++ // the program did not listen yet
				if d.moment != anywhere {
					p.violation("a signal ended the program in the middle of its work")
				}
			default:
				p.counts["interrupted"]++
				if r.code != exitFailed || !strings.Contains(r.err, sentenceInterrupted) {
					p.violation("exit %d, %s", r.code, r.err)
				}
			}
			if p.last(i) {
				d.again(path)
			}
		})
	})
}

// SQLite has no server that could go away; what takes its place is the full disk.
func TestAnImportWhoseServerGoesAwayStoresNothing(t *testing.T) {
	t.Parallel()
	p := newProof(t, "import-gone", "postgres", 4)
	path := p.handovers(p.rows)
	p.measure(path)
	p.each(func(i int, rng *rand.Rand) {
		s := p.copy()
		defer p.drop(s)
		d := p.importing(s, path, i, rng)
		p.sql(terminateThemSQL, s.name, d.pid)
		r := d.over()
		stored := p.allOrNothing(s)
		switch {
		case r.code == exitOK && stored && d.moment == anywhere:
			p.counts["finished"]++
		case r.code == exitFailed && strings.Contains(r.err, sentenceUnknown) && d.moment != atRow:
			p.counts["outcome-unknown"]++
		case r.code == exitFailed && !stored && strings.Contains(r.err, sentenceGone) && d.moment != atCommit:
			p.counts["refused"]++
		default:
			p.violation("exit %d, stored %t: %s", r.code, stored, r.err)
		}
		if p.last(i) {
			d.again(path)
		}
	})
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
		p.behind(driver, source, "ALTER TABLE feed RENAME TO feed_away")
		r := p.start(s, "import", path, "--creditor", "praxis").end()
		if r.code != exitOK || !strings.Contains(r.out, "Fälle sind gespeichert") || !strings.Contains(r.err, "Gespeichert ist alles") {
			p.violation("exit %d, %s%s", r.code, r.out, r.err)
		}
		p.behind(driver, source, "ALTER TABLE feed_away RENAME TO feed")
		if v := p.verified(s); v.Cases != p.rows || v.Pending == 0 {
			p.violation("without numbers: %+v", v.Tally)
		}
		p.undisturbed(s, path)
	})
}
