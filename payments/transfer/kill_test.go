package transfer_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"quitt/bank/statement"
	"quitt/debt"
	"quitt/payments/transfer"
	"quitt/store"
	"quitt/store/statements"
	"quitt/store/storetest"
)

// The process that reads a statement is this test's program in another part; envCreditor and
// envFile tell it what to read.
const (
	envChild    = "QUITT_PROOF_CHILD"
	envCreditor = "QUITT_PROOF_CREDITOR"
	envFile     = "QUITT_PROOF_FILE"
	envSeed     = "QUITT_PROOF_SEED"
	shortKills  = 4
)

func TestMain(m *testing.M) {
	if os.Getenv(envChild) == "statement" {
		importUntilKilled()
	}
	os.Exit(m.Run())
}

// importUntilKilled imports a file and prints a line whenever it looks at the clock, which it does
// in every transaction.
func importUntilKilled() {
	fail := func(err error) {
		if err != nil {
			_, _ = fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	s, err := store.Open(context.Background(), store.Options{URL: os.Getenv("DATABASE_URL"), Keys: storetest.Keys})
	fail(err)
	content, err := os.ReadFile(os.Getenv(envFile))
	fail(err)
	d := transfer.Desk{Store: s, Parse: parse, Now: func() time.Time {
		_, _ = os.Stdout.WriteString("at work\n")
		return storetest.Now
	}}
	_, err = d.Import(context.Background(), debt.ID(os.Getenv(envCreditor)), named(content))
	fail(err)
	os.Exit(0)
}

// A process that is killed in the midst of a statement, again and again, leaves nothing that the
// next does not finish, and nothing twice.
func TestAKilledStatementIsFinishedByTheNext(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		cycles, seed := shortKills, rand.Uint64()>>32
		if n, err := strconv.Atoi(os.Getenv(envProof)); err == nil {
			cycles = max(1, n/4)
		}
		if n, err := strconv.ParseUint(os.Getenv(envSeed), 10, 64); err == nil {
			seed = n
		}
		rnd := rand.New(rand.NewPCG(seed, 0))
		s := storetest.Open(t, store.Options{URL: url})
		whole := open(t, s, "whole", 4)
		list := whole.toBeKilled()
		r := whole.load(list...)
		want, kills, steps := whole.books(), 0, 0
		for i := range cycles {
			w := open(t, s, "killed"+strconv.Itoa(i), 4)
			path := t.TempDir() + "/statement"
			w.must(os.WriteFile(path, content(w.of(list...).R), 0o600))
			for !w.killed(url, path, 1+rnd.IntN(60), &steps) {
				kills++
			}
			if got := w.books(); got != want {
				t.Fatalf("cycle %d:\n%s\n\nwant\n%s", i, got, want)
			}
		}
		t.Logf("seed %d: %d files of %d lines, %d kills, %d steps seen", seed, cycles, r.Statements[0].Fresh, kills, steps)
		whole.verified()
	})
}

// toBeKilled is a statement with everything a line can be.
func (w *world) toBeKilled() []sheet {
	var list []statement.Entry
	for i := range 40 {
		list = append(list, entry("2026-11-16", debt.Cents(1_00+i), erika, w.rf(i%4)))
	}
	charge := entry("2026-11-16", -4_90, statement.Party{}, "Entgelt")
	charge.Code = statement.Code{GVC: "808"}
	sum := statement.Entry{Status: statement.Done, Amount: euro(70_00), BookedOn: "2026-11-16", ValueOn: "2026-11-16", Ref: "B1", Batch: &statement.Batch{Count: 2}}
	list = append(list, charge, sum, entry("2026-11-16", 5_00, erika, "?"), debit("2026-11-16", 50_00, "E", w.rf(0)), returned("2026-11-16", 50_00, 3_00, "E"),
		entry("2026-11-16", -100_00, statement.Party{Name: "Vermieter"}, "Miete"))
	sum.Details = []statement.Transaction{{Amount: euro(30_00), Remittance: []string{w.rf(1)}}, {Amount: euro(40_00), Remittance: []string{w.rf(2)}}}
	parts := sheet{Head: statement.Head{Kind: statement.Detail, ID: "D1", IBAN: ourIBAN, Currency: "EUR"}, Entries: []statement.Entry{sum}}
	return []sheet{daily("2026-11-16", "1", 0, list...), parts}
}

func content(r io.ReaderAt) []byte {
	b, err := io.ReadAll(io.NewSectionReader(r, 0, 1<<30))
	if err != nil {
		panic(err)
	}
	return b
}

// killed runs a process that imports, and kills it once it was seen at work so often; ended says
// that it was done before.
func (w *world) killed(url, path string, after int, steps *int) (ended bool) {
	w.Helper()
	self, err := os.Executable()
	w.must(err)
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), envChild+"=statement", "DATABASE_URL="+url, envCreditor+"="+string(w.creditor), envFile+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	w.must(err)
	w.must(cmd.Start())
	lines := bufio.NewScanner(out)
	for n := 0; n < after && lines.Scan(); n++ {
		*steps++
	}
	_ = cmd.Process.Kill() // it may have finished
	if cmd.Wait() == nil {
		return true
	}
	if cmd.ProcessState.Exited() { // by itself
		w.Fatal("the import failed")
	}
	return w.over()
}

// over reports whether a process was killed behind the end of its work.
func (w *world) over() (done bool) {
	w.Helper()
	w.read(func(r *store.Reader) error {
		list, err := statements.Files(r, 1)
		done = err == nil && len(list) == 1 && list[0].State == statements.Done
		return err
	})
	for _, s := range []statements.State{statements.Waiting, statements.Batched, statements.Unreturned} {
		done = done && len(w.lines(s)) == 0
	}
	return done
}
