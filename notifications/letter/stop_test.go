package letter_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/letter"
	runs "quitt/notifications/letter"
	"quitt/store"
	"quitt/store/letters"
	"quitt/store/storetest"
)

var errStopped = errors.New("the test stops the run")

// stopAfter lets a run die when it wants the secrets of one letter too many.
func (o *office) stopAfter(n int) (restore func()) {
	prepare := o.Letterhead.NewAccess
	left := n
	o.Letterhead.NewAccess = func(ctx context.Context) (runs.Access, error) {
		if left--; left < 0 {
			return runs.Access{}, errStopped
		}
		return prepare(ctx)
	}
	return func() { o.Letterhead.NewAccess = prepare }
}

// interrupted has three due cases and a run that died after two letters.
func interrupted(t *testing.T, s *store.Store) (o *office, ids []debt.ID) {
	t.Helper()
	o = newOffice(t, s)
	ids = []debt.ID{o.addCase(1), o.addCase(2), o.addCase(3)}
	restore := o.stopAfter(2)
	r, err := o.Run(ctx, o.order(letter.Reminder))
	restore()
	if !errors.Is(err, errStopped) || r.Created != 2 || r.Sent != 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	return o, ids
}

// numbers gives the numbers of the letters of all cases with their states.
func (o *office) numbers(ids []debt.ID) (states map[int64]letters.Kept) {
	states = map[int64]letters.Kept{}
	for _, id := range ids {
		for _, k := range o.kept(id) {
			states[k.Number] = k
		}
	}
	return states
}

// whole checks that each case has one letter that was sent, that the numbers have no gap,
// and that the lists name exactly the letters that are not void.
func (o *office) whole(ids []debt.ID) {
	o.t.Helper()
	for i, id := range ids {
		sent := 0
		for _, k := range o.kept(id) {
			if k.State == letters.Sent {
				sent++
			}
		}
		if sent != 1 {
			o.t.Errorf("case %d has %d letters", i+1, sent)
		}
	}
	numbers := o.numbers(ids)
	listed := map[string]int{}
	manifests, err := filepath.Glob(filepath.Join(o.dir, "*.csv"))
	if err != nil {
		o.t.Fatal(err)
	}
	for _, m := range manifests {
		for _, row := range o.list(m) {
			listed[row[len(row)-1]]++
		}
	}
	for n := range int64(len(numbers)) {
		k, known := numbers[n+1]
		want := 1
		if k.State == letters.Void {
			want = 0
		}
		if !known || listed[k.PDFHash] != want {
			o.t.Errorf("number %d: known %t, %s, listed %d times", n+1, known, k.State, listed[k.PDFHash])
		}
	}
}

func TestAnInterruptedRunIsGoneOnWith(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o, ids := interrupted(t, s)
		r := o.run(o.order(letter.Reminder))
		if !r.Resumed || r.Created != 1 || r.Void != 0 || r.Sent != 3 || len(r.PDFs) != 1 {
			t.Errorf("%+v", r)
		}
		o.whole(ids)
	})
}

// The only copy of a letter's secrets is its file: without it the letter is made anew.
func TestALetterWhoseFileIsLostIsMadeAnew(t *testing.T) {
	for name, c := range map[string]struct {
		lose func(o *office)
		void int
	}{
		"one file": {void: 1, lose: func(o *office) {
			if err := os.Remove(strings.Split(o.spool(), "\n")[0]); err != nil {
				o.t.Fatal(err)
			}
		}},
		"a file cut short": {void: 1, lose: func(o *office) {
			if err := os.Truncate(strings.Split(o.spool(), "\n")[1], 100); err != nil {
				o.t.Fatal(err)
			}
		}},
		"the whole folder": {void: 2, lose: func(o *office) {
			if err := os.RemoveAll(filepath.Join(o.dir, ".spool")); err != nil {
				o.t.Fatal(err)
			}
		}},
		"another day": {void: 2, lose: func(o *office) { o.at = o.at.Add(24 * time.Hour) }},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				o, ids := interrupted(t, s)
				c.lose(o)
				r := o.run(o.order(letter.Reminder))
				if r.Void != c.void || r.Created != c.void+1 || r.Sent != 3 {
					t.Errorf("%+v", r)
				}
				o.whole(ids)
			})
		})
	}
}

// Who lodges an objection while the run lies still gets no demand any more.
func TestAStaleLetterIsNotWrittenAgainIfItIsNotDueAnyMore(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o, ids := interrupted(t, s)
		o.tell(ids[0], debt.ObjectionFiled, nil, func(c *debt.Case) { c.Objection = debt.ObjectionOpen })
		o.at = o.at.Add(24 * time.Hour)
		if r := o.run(o.order(letter.Reminder)); r.Void != 2 || r.Sent != 2 {
			t.Errorf("%+v", r)
		}
		if k := o.kept(ids[0]); len(k) != 1 || k[0].State != letters.Void || k[0].VoidReason != letters.VoidStale {
			t.Errorf("%+v", k)
		}
	})
}

func TestASealedRunWhoseFolderIsGoneIsNotGuessedAbout(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o, ids := interrupted(t, s)
		run := o.kept(ids[0])[0].RunID
		o.write(func(t *store.Tx) error {
			return letters.Seal(t, letters.Run{ID: run, SealedAt: o.at, Letters: 2, PDFHash: "x", ManifestHash: "y"})
		})
		if err := os.RemoveAll(filepath.Join(o.dir, ".spool")); err != nil {
			t.Fatal(err)
		}
		order := o.order(letter.Reminder)
		if _, err := o.Run(ctx, order); !isKey(err, "letters_run_lost") {
			t.Errorf("%v", err)
		}
		order.Anew = true
		if r := o.run(order); r.Void != 2 || r.Sent != 3 {
			t.Errorf("anew: %+v", r)
		}
		o.whole(ids)
	})
}

// After the seal the files are moved and not made again: the print house may have them.
func TestASealedRunOnlyHandsOver(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o, ids := interrupted(t, s)
		run := o.kept(ids[0])[0].RunID
		o.write(func(t *store.Tx) error {
			return letters.Seal(t, letters.Run{ID: run, SealedAt: o.at, Letters: 2, PDFHash: "x", ManifestHash: "y"})
		})
		r := o.run(o.order(letter.Reminder))
		if !r.Resumed || r.Created != 1 || r.Sent != 3 || len(r.PDFs) != 2 {
			t.Fatalf("%+v", r)
		}
		if _, err := os.Stat(r.PDFs[0]); !errors.Is(err, os.ErrNotExist) {
			t.Error("a file that had left the spool was made again")
		}
		if len(o.list(r.Manifests[1])) != 1 {
			t.Error("the third letter is not in a run of its own")
		}
	})
}

// Two calls at once write every letter once: one of them does, the other is sent away.
func TestTwoRunsAtOnceWriteEachLetterOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		ids := make([]debt.ID, 8)
		for i := range ids {
			ids[i] = o.addCase(i + 1)
		}
		var wg sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			wg.Go(func() { _, errs[i] = o.Run(ctx, o.order(letter.Reminder)) })
		}
		wg.Wait()
		for _, err := range errs {
			if err != nil && !isKey(err, "letters_busy") {
				t.Error(err)
			}
		}
		o.run(o.order(letter.Reminder))
		o.whole(ids)
	})
}

// Numbers belong to the creditor, not to the run: two kinds at once share them without a gap.
func TestRunsOfTwoKindsShareTheNumbers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		var ids []debt.ID
		for i := range 6 {
			ids = append(ids, o.addCase(2*i+1))
			o.pay(ids[i], 10_00)
		}
		var wg sync.WaitGroup
		for _, k := range []letter.Kind{letter.Reminder, letter.PaymentReceipt} {
			wg.Go(func() {
				if _, err := o.Run(ctx, o.order(k)); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		numbers := o.numbers(ids)
		if len(numbers) != 12 {
			t.Fatalf("%d letters", len(numbers))
		}
		for n := range int64(12) {
			if numbers[n+1].State != letters.Sent {
				t.Errorf("number %d: %+v", n+1, numbers[n+1].State)
			}
		}
	})
}

// A letter shows the case as it was when the letter was stored: what comes in between makes
// it anew.
func TestACaseThatChangesMeanwhileIsReadAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		id := o.addCase(1)
		now, calls := o.Now, 0
		o.Now = func() time.Time {
			if calls++; calls == 2 { // after the beginning the first try to store
				o.pay(id, 100_00)
			}
			return now()
		}
		r := o.run(o.order(letter.Reminder))
		text := o.kept(id)[0].Document.Plain()
		if r.Sent != 1 || !strings.Contains(text, "100,00") {
			t.Errorf("%+v: %s", r, text)
		}
		if len(o.kept(id)) != 1 || o.kept(id)[0].Number != 1 {
			t.Error("the first try left something behind")
		}
	})
}

func TestAFullDiskStopsTheRunAndLeavesItToBeGoneOnWith(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o, ids := interrupted(t, s)
		spool := filepath.Dir(strings.Split(o.spool(), "\n")[0])
		// /dev/full takes no byte: the combined file cannot be written.
		if err := os.Symlink("/dev/full", filepath.Join(spool, "combined.pdf")); err != nil {
			t.Fatal(err)
		}
		if _, err := o.Run(ctx, o.order(letter.Reminder)); !isKey(err, "letters_disk_full") {
			t.Fatalf("%v", err)
		}
		if err := os.Remove(filepath.Join(spool, "combined.pdf")); err != nil {
			t.Fatal(err)
		}
		if r := o.run(o.order(letter.Reminder)); r.Sent != 3 || r.Created != 0 {
			t.Errorf("%+v", r)
		}
		o.whole(ids)
	})
}

func TestADryRunWritesNothingAndTellsEverything(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Options{URL: url})
		o := newOffice(t, s)
		o.addCase(1)
		o.addCase(2, func(f *store.NewFile) { f.File.Case.Objection = debt.ObjectionOpen; f.Debtor.Street = "" })
		o.addCase(3, func(f *store.NewFile) { f.Debtor.LastName = "محمد" })
		before := storetest.Dump(t, url)
		var trials []runs.Trial
		if err := o.Try(ctx, o.order(letter.Reminder), func(l runs.Trial) { trials = append(trials, l) }); err != nil {
			t.Fatal(err)
		}
		if len(trials) != 3 || trials[0].Pages == 0 || trials[0].Err != nil || !isKey(trials[2].Err, "letter_characters") {
			t.Fatalf("%+v", trials)
		}
		for _, b := range []debt.Barrier{debt.BarrierObjection, debt.BarrierAddress} {
			if !slices.Contains(trials[1].Because, b) {
				t.Errorf("no %s in %v", b, trials[1].Because)
			}
		}
		if storetest.Dump(t, url) != before || o.codes != 0 || o.spool() != "" {
			t.Error("something was written")
		}
	})
}
