package intake_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/intake"
	"quitt/store/storetest"
)

const hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

type world struct {
	t        *testing.T
	s        *store.Store
	creditor debt.ID
}

func (w world) write(do func(*store.Tx) error) error {
	return w.s.Write(context.Background(), w.creditor, do)
}

func (w world) must(do func(*store.Tx) error) {
	w.t.Helper()
	if err := w.write(do); err != nil {
		w.t.Fatal(err)
	}
}

func (w world) load(id debt.ID) (j intake.Job, err error) {
	err = w.s.Read(context.Background(), w.creditor, func(r *store.Reader) error { j, err = intake.Load(r, id); return err })
	return j, err
}

func (w world) file(id debt.ID) (b []byte, err error) {
	err = w.s.Read(context.Background(), w.creditor, func(r *store.Reader) error { b, err = intake.File(r, id); return err })
	return b, err
}

func (w world) add() debt.ID {
	w.t.Helper()
	j := intake.Job{ID: store.NewID(), MadeBy: "m", Name: "Mahnliste Meier.csv", HeaderHash: hash, MadeAt: storetest.Now}
	w.must(func(tx *store.Tx) error { return intake.Add(tx, j, []byte("a;b\nMeier;2\n")) })
	return j.ID
}

func is(err error, kind debt.Kind, key string) bool { return errors.Is(err, debt.E(kind, key, nil)) }

func TestAJobIsKeptSealedUntilItEnds(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Options{URL: url})
		w := world{t, s, storetest.Creditor(t, s, "koeln").ID}
		id := w.add()
		j, err := w.load(id)
		if err != nil || j.State != intake.Draft || j.Name.Reveal() != "Mahnliste Meier.csv" || j.Bytes != 12 {
			t.Fatalf("%+v, %v", j, err)
		}
		if b, err := w.file(id); err != nil || !bytes.Equal(b, []byte("a;b\nMeier;2\n")) {
			t.Fatalf("%q, %v", b, err)
		}
		j.State, j.Mapping, j.Rows, j.StartedAt = intake.Running, "{}", 1, storetest.Now
		j.Problems = `{"value":"Meier"}`
		w.must(func(tx *store.Tx) error { return intake.Save(tx, j) })
		if strings.Contains(storetest.Dump(t, url), "Meier") {
			t.Error("who owes can be read in the database")
		}
		if got, err := w.load(id); err != nil || got.Problems != j.Problems {
			t.Errorf("%q, %v", got.Problems.Reveal(), err)
		}
		if j, err = w.load(id); err != nil {
			t.Fatal(err)
		}
		j.State, j.EndedAt, j.Counts = intake.Done, storetest.Now, intake.Counts{Read: 1, New: 1}
		w.must(func(tx *store.Tx) error { return intake.Save(tx, j) })
		if _, err := w.file(id); !is(err, debt.NotFound, "intake_gone") {
			t.Errorf("the file of a job that ended: %v", err)
		}
		if got, err := w.load(id); err != nil || got.Counts.New != 1 || got.Problems == "" {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestOfTwoWhoWorkOnAJobOneIsTurnedAway(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := world{t, s, storetest.Creditor(t, s, "koeln").ID}
		id := w.add()
		one, err := w.load(id)
		if err != nil {
			t.Fatal(err)
		}
		two := one
		w.must(func(tx *store.Tx) error {
			if err := intake.Lock(tx, &one); err != nil {
				return err
			}
			return intake.Save(tx, one)
		})
		if err := w.write(func(tx *store.Tx) error { return intake.Lock(tx, &two) }); !is(err, debt.Conflict, "intake_changed") {
			t.Errorf("lock: %v", err)
		}
		if err := w.write(func(tx *store.Tx) error { return intake.Save(tx, two) }); !is(err, debt.Conflict, "intake_changed") {
			t.Errorf("save: %v", err)
		}
	})
}

func TestJobsAreForgotten(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := world{t, s, storetest.Creditor(t, s, "koeln").ID}
		draft, running, done := w.add(), w.add(), w.add()
		for id, state := range map[debt.ID]intake.State{running: intake.Running, done: intake.Done} {
			j, err := w.load(id)
			if err != nil {
				t.Fatal(err)
			}
			j.State, j.StartedAt = state, storetest.Now
			if state == intake.Done {
				j.EndedAt = storetest.Now
			}
			w.must(func(tx *store.Tx) error { return intake.Save(tx, j) })
		}
		left := func() string {
			var out []string
			for name, id := range map[string]debt.ID{"draft": draft, "running": running, "done": done} {
				if _, err := w.load(id); err == nil {
					out = append(out, name)
				}
			}
			return fmt.Sprint(len(out), out)
		}
		prune := func(drafts, ended time.Time) int {
			t.Helper()
			var n int
			w.must(func(tx *store.Tx) (err error) {
				if n, err = intake.Stale(&tx.Reader, drafts, ended); err != nil {
					return err
				}
				return intake.Prune(tx, drafts, ended)
			})
			return n
		}
		if n := prune(storetest.Now, storetest.Now); n != 0 || !strings.HasPrefix(left(), "3") {
			t.Errorf("too early: %d, %s", n, left())
		}
		later := storetest.Now.Add(time.Second)
		if n := prune(later, storetest.Now); n != 1 || !strings.HasPrefix(left(), "2") {
			t.Errorf("drafts: %d, %s", n, left())
		}
		if n := prune(later, later); n != 1 || left() != "1 [running]" {
			t.Errorf("ended: %d, %s", n, left())
		}
		if err := w.write(func(tx *store.Tx) error { return intake.Discard(tx, running) }); !is(err, debt.Conflict, "intake_changed") {
			t.Errorf("a running job is discarded: %v", err)
		}
	})
}

func TestNotTooManyWait(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := world{t, s, storetest.Creditor(t, s, "koeln").ID}
		var first debt.ID
		for range intake.MostHeld {
			first = w.add()
		}
		more := intake.Job{ID: store.NewID(), HeaderHash: hash, MadeAt: storetest.Now}
		add := func(tx *store.Tx) error { return intake.Add(tx, more, []byte("x")) }
		if err := w.write(add); !is(err, debt.Forbidden, "intake_many") {
			t.Errorf("%v", err)
		}
		w.must(func(tx *store.Tx) error { return intake.Discard(tx, first) })
		w.must(add)
		if _, err := w.load(first); !is(err, debt.NotFound, "intake_unknown") {
			t.Errorf("%v", err)
		}
	})
}

func TestWhatWasSaidOfColumnsIsFoundAgainByItsCreditorOnly(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		koeln := world{t, s, storetest.Creditor(t, s, "koeln").ID}
		kiel := world{t, s, storetest.Creditor(t, s, "kiel").ID}
		for _, text := range []string{"{}", `{"Delimiter":";"}`} {
			koeln.must(func(tx *store.Tx) error { return intake.SaveMapping(tx, hash, text, storetest.Now) })
			for w, want := range map[world]string{koeln: text, kiel: ""} {
				w.must(func(tx *store.Tx) error {
					got, err := intake.Mapping(&tx.Reader, hash)
					if got != want {
						t.Errorf("%q, want %q", got, want)
					}
					return err
				})
			}
		}
		id := koeln.add()
		if _, err := kiel.load(id); !is(err, debt.NotFound, "intake_unknown") {
			t.Errorf("another creditor reads the job: %v", err)
		}
	})
}
