package store_test

import (
	"context"
	"errors"
	"strconv"
	"testing"

	"quitt/debt"
	"quitt/store"
	"quitt/store/storetest"
)

var ctx = context.Background()

var stamp = storetest.Stamp

// addFiles stores n cases and gives their ids.
func addFiles(t testing.TB, s *store.Store, creditor debt.ID, n int) []debt.ID {
	t.Helper()
	files, ids := make([]store.NewFile, n), make([]debt.ID, n)
	for i := range files {
		files[i] = storetest.File(creditor, "R"+strconv.Itoa(i)+"-"+string(store.NewID()))
		ids[i] = files[i].File.Case.ID
	}
	if err := s.Write(ctx, creditor, func(tx *store.Tx) error { return tx.AddFiles(files) }); err != nil {
		t.Fatal(err)
	}
	return ids
}

// pay books one payment the way payments.Desk does.
func pay(s *store.Store, creditor, caseID debt.ID, key string) error {
	return s.Write(ctx, creditor, func(tx *store.Tx) error {
		f, err := tx.LockOne(caseID)
		if err != nil {
			return err
		}
		p := debt.Payment{ID: store.NewID(), CaseID: caseID, Method: debt.MethodDirect, Status: debt.PaymentSucceeded,
			Amount: 1_00, ReceivedOn: debt.MustDate("2026-11-20"), Source: "direct", ExternalID: key, BookedAt: storetest.Now}
		b := store.Booking{File: f, Payments: []debt.Payment{p}, Events: []debt.Event{storetest.Event(f.Case, debt.PaymentSucceededEvent)}}
		if b.Entries, f.Account, err = f.Account.Settle(p, stamp); err != nil {
			return err
		}
		f.Case.Paid(f.Account.Balance(), true)
		return tx.Book(b)
	})
}

// verified fails the test at every broken invariant.
func verified(t testing.TB, s *store.Store) store.Tally {
	t.Helper()
	tally, err := s.Verify(ctx, func(f store.Finding) bool {
		t.Errorf("verify: %+v", f)
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	return tally
}

func isError(err error, kind debt.Kind, key string) bool {
	return errors.Is(err, debt.E(kind, key, nil))
}

func TestBooksAndReadsBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := storetest.Creditor(t, s, "koeln")
		id := addFiles(t, s, c.ID, 1)[0]
		for i := range 3 {
			if err := pay(s, c.ID, id, "P"+strconv.Itoa(i)); err != nil {
				t.Fatal(err)
			}
		}
		err := s.Read(ctx, c.ID, func(r *store.Reader) error {
			f, err := r.LoadFile(id)
			if err != nil {
				return err
			}
			h, err := r.LoadHistory(f)
			if err != nil {
				return err
			}
			if got := len(h.Entries); got != 5 { // opening, interest once, three payments
				t.Errorf("%d entries", got)
			}
			if h.Account().Balance() != f.Balance() {
				t.Errorf("entries give %+v, the case row %+v", h.Account().Balance(), f.Balance())
			}
			events, err := r.Events(id)
			if err != nil {
				return err
			}
			for i, e := range events {
				if e.Seq != int64(i+1) {
					t.Errorf("event %d has number %d", i, e.Seq)
				}
				if !e.At.Equal(storetest.Now) {
					t.Errorf("event at %v", e.At)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if tally := verified(t, s); tally.Payments != 3 || tally.Pending != 4 {
			t.Errorf("tally %+v", tally)
		}
		n, err := s.Sequence(ctx, c.ID)
		if err != nil || n != 4 {
			t.Fatalf("sequenced %d, %v", n, err)
		}
		if tally := verified(t, s); tally.Pending != 0 || tally.Events != 4 {
			t.Errorf("tally %+v", tally)
		}
	})
}

func TestBooksAFactOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := storetest.Creditor(t, s, "koeln")
		ids := addFiles(t, s, c.ID, 2)
		if err := pay(s, c.ID, ids[0], "same"); err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			if err := pay(s, c.ID, id, "same"); !isError(err, debt.Conflict, "booked_already") {
				t.Errorf("second booking: %v", err)
			}
		}
		if tally := verified(t, s); tally.Payments != 1 {
			t.Errorf("tally %+v", tally)
		}
	})
}

func TestAnotherCreditorSeesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a, b := storetest.Creditor(t, s, "a"), storetest.Creditor(t, s, "b")
		id := addFiles(t, s, a.ID, 1)[0]
		err := s.Read(ctx, b.ID, func(r *store.Reader) error {
			_, err := r.LoadFile(id)
			return err
		})
		if !isError(err, debt.NotFound, "case_unknown") {
			t.Errorf("foreign case: %v", err)
		}
		if err := pay(s, b.ID, id, "P"); !isError(err, debt.NotFound, "case_unknown") {
			t.Errorf("foreign payment: %v", err)
		}
		f := storetest.File(a.ID, "X")
		if err := s.Write(ctx, b.ID, func(tx *store.Tx) error {
			f.Debtor.ID = f.File.Case.DebtorID
			return tx.AddFiles([]store.NewFile{f})
		}); err != nil {
			t.Fatal(err)
		}
		// The rows belong to the transaction's creditor, whatever the value says.
		err = s.Read(ctx, a.ID, func(r *store.Reader) error {
			_, err := r.LoadFile(f.File.Case.ID)
			return err
		})
		if !isError(err, debt.NotFound, "case_unknown") {
			t.Errorf("row written under another creditor: %v", err)
		}
	})
}

func TestCodeAndReferenceAreUnique(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := storetest.Creditor(t, s, "koeln")
		again := c
		again.ID = store.NewID()
		err := s.Write(ctx, again.ID, func(tx *store.Tx) error { return tx.AddCreditor(again, storetest.Now) })
		if !isError(err, debt.Conflict, "creditor_exists") {
			t.Errorf("second creditor: %v", err)
		}
		for i, want := range []bool{true, false} {
			err := s.Write(ctx, c.ID, func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{storetest.File(c.ID, "same")}) })
			if want != (err == nil) || !want && !isError(err, debt.Conflict, "reference_taken") {
				t.Errorf("hand-over %d: %v", i, err)
			}
		}
		if tally := verified(t, s); tally.Cases != 1 {
			t.Errorf("tally %+v", tally)
		}
	})
}

func TestCountersHaveNoGap(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := storetest.Creditor(t, s, "koeln")
		take := func(n int, fail error) (first int64, err error) {
			err = s.Write(ctx, c.ID, func(tx *store.Tx) error {
				if first, err = tx.Take("receipt", n); err != nil {
					return err
				}
				return fail
			})
			return first, err
		}
		lost := errors.New("rolled back")
		for _, step := range []struct {
			n    int
			fail error
			want int64
		}{{1, nil, 1}, {5, lost, 2}, {3, nil, 2}, {1, nil, 5}} {
			if first, err := take(step.n, step.fail); first != step.want || !errors.Is(err, step.fail) {
				t.Errorf("take %d: %d, %v; want %d", step.n, first, err, step.want)
			}
		}
	})
}
