//go:build linux

package main

import (
	"context"
	"database/sql"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"quitt/cases/signin"
	"quitt/debt/access"
	"quitt/store"
)

// lettersOf is how many cases are due in a cycle: enough for every moment of a run, few
// enough that a cycle takes a second.
const lettersOf = 6

// letterEnv is what letters need; the operator is invented.
var letterEnv = []string{pepper, "QUITT_PUBLIC_URL=https://portal.example.org", "QUITT_OPERATOR_NAME=Muster", "QUITT_OPERATOR_STREET=Weg 1",
	"QUITT_OPERATOR_POSTCODE=50667", "QUITT_OPERATOR_CITY=Köln", "QUITT_OPERATOR_PHONE=0221 1", "QUITT_OPERATOR_EMAIL=a@example.org",
	"QUITT_OPERATOR_SUPERVISOR_NAME=BfJ", "QUITT_OPERATOR_SUPERVISOR_ADDRESS=Bonn", "QUITT_OPERATOR_SUPERVISOR_CONTACT=b@example.org"}

// letterRuns is a database with due cases, and the folder of their letters.
type letterRuns struct {
	*proof
	site

	out  string
	lost []string // codes of letters whose file was taken away
}

func (l *letterRuns) start(extra ...string) *process {
	l.Helper()
	args := append([]string{"letters", "--kind", "reminder", "--creditor", "praxis", "--out", l.out}, extra...)
	return l.startAs(exec.Command(binary(l.T), args...), l.site, letterEnv...)
}

// files counts the files of a pattern below the folder.
func (l *letterRuns) files(pattern string) int {
	l.Helper()
	found, err := filepath.Glob(filepath.Join(l.out, pattern))
	if err != nil {
		l.Fatal(err)
	}
	return len(found)
}

// letterMoments are how far a run has come: what can be seen of it from outside.
func (l *letterRuns) letterMoments(rng *rand.Rand) (name string, reached func() bool) {
	db := l.database()
	more := func(count func() int) func() bool {
		from, want := count(), 1+rng.IntN(3)
		return func() bool { return count() >= from+want }
	}
	rows := func(where string) func() int {
		return func() (n int) {
			if err := db.QueryRow("SELECT COUNT(*) FROM letters WHERE " + where).Scan(&n); err != nil {
				return 0 // SQLite may be busy; the next look sees it
			}
			return n
		}
	}
	switch rng.IntN(6) {
	case 0:
		return "file", more(func() int { return l.files(".spool/*/*-*.pdf") })
	case 1:
		return "row", more(rows("state = 'created'"))
	case 2:
		return "combined", func() bool { return l.files(".spool/*/combined.pdf") > 0 }
	case 3:
		return "manifest", func() bool { return l.files(".spool/*/manifest.csv") > 0 }
	case 4:
		from := l.files("letters-*.pdf")
		return "published", func() bool { return l.files("letters-*.pdf") > from }
	default:
		return "sent", more(rows("state = 'sent'"))
	}
}

// database looks into the database beside the program.
func (l *letterRuns) database() *sql.DB {
	l.Helper()
	driver, source := "postgres", l.url
	if l.path != "" {
		driver, source = "sqlite", "file:"+l.path+"?_pragma=busy_timeout(10000)"
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		l.Fatal(err)
	}
	l.Cleanup(func() { _ = db.Close() })
	return db
}

// A run of letters that is killed at any point, again and again, and whose files are taken
// away: in the end each case has one letter that was handed over, each number is in the
// files of the print house once or belongs to a void letter, and each printed code opens
// its case.
func TestKilledLetterRunsLeaveEachLetterOnce(t *testing.T) {
	prove(t, "letters-kill", 4, func(p *proof) {
		p.must(p.template, "import", p.dueCases(lettersOf), "--creditor", "praxis")
		p.each(func(_ int, rng *rand.Rand) {
			s := p.copy()
			defer p.drop(s)
			l := &letterRuns{proof: p, site: s, out: filepath.Join(p.TempDir(), "letters")}
			for range 4 {
				l.strike(rng)
				if rng.IntN(3) == 0 {
					l.lose(rng)
				}
			}
			if r := l.start().end(); r.code != exitOK {
				p.Fatalf("the last run: exit %d\n%s%s", r.code, r.out, r.err)
			}
			l.judge()
		})
	})
}

// dueCases are without interest: the proof must not depend on which base rates are known.
func (p *proof) dueCases(n int) string {
	p.Helper()
	rows := make([]string, n)
	for i := range rows {
		rows[i] = handoverReference(i) + ";Löwe;Rosenallee 7;50825;Köln;480,00;Vertrag;Zahnersatz;10.01.2026;02.03.2026;"
	}
	return file(p.T, rows...)
}

// strike kills a run at a moment, unless it is over before.
func (l *letterRuns) strike(rng *rand.Rand) {
	l.Helper()
	name, reached := l.letterMoments(rng)
	run := l.start()
	l.await(func() bool { return run.ended() || reached() })
	_ = run.Process.Kill() // it may have finished
	r := run.end()
	switch {
	case run.killed():
		l.counts["killed-"+name]++
	case r.code == exitOK:
		l.counts["finished"]++
	default:
		l.violation("exit %d: %s%s", r.code, r.out, r.err)
	}
	if l.engine == "postgres" {
		l.await(func() bool {
			return l.count("SELECT count(*) FROM pg_stat_activity WHERE datname = $1 AND state <> 'idle'", l.name()) == 0
		})
	}
}

func (l *letterRuns) name() string { return l.site.name }

// lose takes the file of a letter away, as a broken disk would; its code must not open
// anything in the end.
func (l *letterRuns) lose(rng *rand.Rand) {
	l.Helper()
	found, err := filepath.Glob(filepath.Join(l.out, ".spool/*/*-*.pdf"))
	if err != nil {
		l.Fatal(err)
	}
	if len(found) == 0 || l.files(".spool/*/combined.pdf") > 0 || l.files("letters-*.pdf") > 0 {
		return // after the seal the single files do not matter any more
	}
	path := found[rng.IntN(len(found))]
	if info, err := os.Stat(path); err == nil && info.Size() > 0 {
		if text, err := exec.Command("pdftotext", "-raw", path, "-").Output(); err == nil {
			l.lost = append(l.lost, printedCode.FindString(string(text)))
		}
	}
	if err := os.Remove(path); err != nil {
		l.Fatal(err)
	}
	l.counts["lost-files"]++
}

var (
	printedNumber = regexp.MustCompile(`Brief-Nr\. (\d+)`)
	printedCode   = regexp.MustCompile(`\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b`)
)

// paper is what the print house has: the codes by the number of the letter.
func (l *letterRuns) paper() map[int]string {
	l.Helper()
	found, err := filepath.Glob(filepath.Join(l.out, "letters-*.pdf"))
	if err != nil {
		l.Fatal(err)
	}
	codes := map[int]string{}
	for _, path := range found {
		out, err := exec.Command("pdftotext", "-raw", path, "-").Output()
		if err != nil {
			l.Fatalf("pdftotext, which scripts/with-printing installs: %v", err)
		}
		text := string(out)
		starts := printedNumber.FindAllStringSubmatchIndex(text, -1)
		for i, at := range starts {
			end := len(text)
			if i+1 < len(starts) {
				end = starts[i+1][0]
			}
			number, err := strconv.Atoi(text[at[2]:at[3]])
			if err != nil {
				l.Fatal(err)
			}
			code := printedCode.FindString(text[at[3]:end])
			if codes[number] != "" && codes[number] != code || code == "" {
				l.violation("number %d is on two letters, or without a code", number)
			}
			if _, again := codes[number]; again {
				l.violation("number %d is printed twice", number)
			}
			codes[number] = code
		}
	}
	return codes
}

// judge counts what is left in the end.
func (l *letterRuns) judge() {
	l.Helper()
	type row struct {
		number int
		caseID string
		state  string
	}
	var rows []row
	found, err := l.database().Query("SELECT number, CAST(case_id AS TEXT), state FROM letters ORDER BY number")
	if err != nil {
		l.Fatal(err)
	}
	defer func() { _ = found.Close() }()
	for found.Next() {
		var r row
		if err := found.Scan(&r.number, &r.caseID, &r.state); err != nil {
			l.Fatal(err)
		}
		rows = append(rows, r)
	}
	if err := found.Err(); err != nil {
		l.Fatal(err)
	}
	paper, sent := l.paper(), map[string]int{}
	for i, r := range rows {
		code, printed := paper[r.number]
		if r.number != i+1 {
			l.violation("letter %d has number %d", i+1, r.number)
		}
		if printed != (r.state == "sent") || r.state != "sent" && r.state != "void" {
			l.violation("letter %d is %s, printed %t", r.number, r.state, printed)
		}
		if r.state == "sent" {
			sent[r.caseID]++
			l.opens(code, r.caseID)
		}
		l.counts["letters-"+r.state]++
	}
	if len(sent) != lettersOf || len(paper) != lettersOf {
		l.violation("%d of %d cases have a letter, %d are printed", len(sent), lettersOf, len(paper))
	}
	for id, n := range sent {
		if n != 1 {
			l.violation("case %s has %d letters", id, n)
		}
	}
	for _, code := range l.lost {
		l.opens(code, "")
	}
	if l.files(".spool/*/*.pdf")+l.files(".spool/*/*.csv") != 0 {
		l.violation("letters are left in the spool")
	}
	l.verified(l.site)
}

// opens tries a printed code with the postcode: it must open this case, or nothing.
func (l *letterRuns) opens(code, caseID string) {
	l.Helper()
	s, err := store.Open(context.Background(), store.Options{URL: l.url, Keys: keysOf(l.T)})
	if err != nil {
		l.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	peppers, err := signin.ParsePeppers(strings.TrimPrefix(pepper, "QUITT_PEPPER="))
	if err != nil {
		l.Fatal(err)
	}
	opened, err := signin.New(s, time.Now, peppers).Open(context.Background(),
		signin.Attempt{Code: code, Check: signin.Check{Kind: access.CheckPostcode, Value: "50825"}})
	switch {
	case caseID == "" && err == nil:
		l.violation("the code of a letter that was lost opens a case")
	case caseID != "" && (err != nil || string(opened.CaseID) != caseID):
		l.violation("a printed code does not open its case: %v", err)
	default:
		l.counts["codes-tried"]++
	}
}

// A disk that fills up stops the run with a clear word; with space it goes on.
func TestALetterRunOnALimitedDiskIsGoneOnWith(t *testing.T) {
	prove(t, "letters-disk", 4, func(p *proof) {
		p.must(p.template, "import", p.dueCases(lettersOf), "--creditor", "praxis")
		self, err := os.Executable()
		if err != nil {
			p.Fatal(err)
		}
		p.each(func(i int, rng *rand.Rand) {
			s := p.copy()
			defer p.drop(s)
			l := &letterRuns{proof: p, site: s, out: filepath.Join(p.TempDir(), "letters")}
			// The letter itself fits or does not, or only the combined file does not.
			limit := 4_000 + rng.Int64N(20_000)
			if i%2 == 1 {
				limit = 60_000 + rng.Int64N(40_000)
			}
			if p.engine == "sqlite" {
				limit += p.largest(p.template) // the database must fit
			}
			c := exec.Command(self, binary(p.T), "letters", "--kind", "reminder", "--creditor", "praxis", "--out", l.out)
			r := p.startAs(c, s, append(letterEnv, envChild+"=limit", envLimit+"="+strconv.FormatInt(limit, 10))...).end()
			switch {
			case r.code == exitOK:
				p.counts["finished"]++
			case r.code == exitFailed && (strings.Contains(r.err, "Speicherplatz für die Briefe ist voll") || strings.Contains(r.err, sentenceFull)):
				p.counts["refused"]++
			default:
				p.violation("exit %d: %s%s", r.code, r.out, r.err)
			}
			if r := l.start().end(); r.code != exitOK {
				p.Fatalf("with space: exit %d\n%s%s", r.code, r.out, r.err)
			}
			l.judge()
		})
	})
}
