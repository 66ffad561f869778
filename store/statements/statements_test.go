package statements_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
	"quitt/store/statements"
	"quitt/store/storetest"
)

var ctx = context.Background()

const accountSQL = `INSERT INTO provider_accounts (creditor_id, id, provider, external_id, live, connected, key, methods, debit_only, created_at, missed_to, swept_to)
	VALUES ($1, $2, 'bank', 'DE89370400440532013000', TRUE, FALSE, '', 'transfer', FALSE, $3, $3, $3)`

// room is a creditor with an account, a case and a file that is being read.
type room struct {
	*testing.T

	s                *store.Store
	url              string
	creditor, caseID debt.ID
	account          debt.ID
	keys             statements.Keys
	file             statements.File
}

func each(t *testing.T, do func(r *room)) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Options{URL: url})
		r := &room{T: t, s: s, url: url, creditor: storetest.Creditor(t, s, "koeln").ID, account: store.NewID()}
		f := storetest.File(r.creditor, "R")
		r.caseID = f.File.Case.ID
		r.write(func(tx *store.Tx) (err error) {
			if err = tx.AddFiles([]store.NewFile{f}); err != nil {
				return err
			}
			if _, err = tx.Exec(accountSQL, r.creditor, r.account, column.At(storetest.Now)); err != nil {
				return err
			}
			if r.keys, err = statements.MakeKeys(tx); err != nil {
				return err
			}
			r.file, err = statements.Begin(tx, strings.Repeat("a", 64), storetest.Now)
			return err
		})
		do(r)
	})
}

func (r *room) try(do func(tx *store.Tx) error) error { return r.s.Write(ctx, r.creditor, do) }

func (r *room) write(do func(tx *store.Tx) error) {
	r.Helper()
	if err := r.try(do); err != nil {
		r.Fatal(err)
	}
}

func (r *room) conflict(err error, key string) {
	r.Helper()
	if !errors.Is(err, debt.E(debt.Conflict, key, nil)) {
		r.Errorf("%v, want %s", err, key)
	}
}

// staged begins a statement with a line of a person.
func (r *room) staged() (statements.Head, statements.Line) {
	r.Helper()
	on := debt.MustDate("2026-11-16")
	h := statements.Head{ID: store.NewID(), FileID: r.file.ID, AccountID: r.account, Kind: "booked", Name: "S1", Sequence: "1", Identity: "x", From: on, To: on, ReadAt: storetest.Now}
	l := statements.Line{ID: store.NewID(), AccountID: r.account, StatementID: h.ID, N: 1, Fingerprint: "f", Occurrence: 1, Occasion: "incoming", Amount: 25_00, Currency: "EUR",
		BookedOn: on, ValueOn: on, Payer: r.keys.Hash("payer", "DE02120300000000202051"),
		Said: statements.Said{Name: "Erika Quakernackel", IBAN: "DE02120300000000202051", Texts: []debt.Personal{"fuer Quakernackel"}}}
	r.write(func(tx *store.Tx) error {
		if err := statements.AddHead(tx, h); err != nil {
			return err
		}
		return statements.Stage(tx, r.keys, []statements.Line{l})
	})
	return h, l
}

func (r *room) taken() statements.Line {
	r.Helper()
	h, l := r.staged()
	r.write(func(tx *store.Tx) error {
		h.State = statements.Booked
		if err := statements.Take(tx, &h, statements.Waiting); err != nil {
			return err
		}
		return statements.EndHead(tx, h)
	})
	l.State = statements.Waiting
	return l
}

func (r *room) lines(s statements.State) (list []statements.Line) {
	r.Helper()
	r.write(func(tx *store.Tx) (err error) {
		list, err = statements.Lines(&tx.Reader, s, "", 10)
		return err
	})
	return list
}

func TestWhoReadsAFileLosesItToWhoComesLater(t *testing.T) {
	each(t, func(r *room) {
		r.staged()
		first := r.file
		r.write(func(tx *store.Tx) (err error) {
			r.file, err = statements.Begin(tx, first.SHA256, storetest.Now)
			return err
		})
		if r.file.ID != first.ID || len(r.lines(statements.Staged)) != 0 {
			t.Errorf("%+v, left %v", r.file, r.lines(statements.Staged))
		}
		r.conflict(r.try(func(tx *store.Tx) error { return statements.Hold(tx, first) }), "bank_file_busy")
		r.conflict(r.try(func(tx *store.Tx) error { return statements.End(tx, first) }), "bank_file_busy")
		r.write(func(tx *store.Tx) error {
			r.file.State, r.file.EndedAt = statements.Done, storetest.Now
			return statements.End(tx, r.file)
		})
		r.write(func(tx *store.Tx) error {
			again, err := statements.Begin(tx, first.SHA256, storetest.Now)
			if again.State != statements.Done {
				t.Errorf("%+v", again)
			}
			return err
		})
	})
}

func TestALineIsTakenOverOnceAndChangedByOne(t *testing.T) {
	each(t, func(r *room) {
		l := r.taken()
		h, _ := r.staged()
		r.write(func(tx *store.Tx) error {
			if err := statements.Take(tx, &h, statements.Waiting); err != nil {
				return err
			}
			h.State, h.Identity = statements.Booked, "y"
			return statements.EndHead(tx, h)
		})
		if h.Fresh != 0 || h.Known != 1 || len(r.lines(statements.Waiting)) != 1 || len(r.lines(statements.Staged)) != 0 {
			t.Errorf("%+v", h)
		}
		l.State = statements.Listed
		r.write(func(tx *store.Tx) error { return statements.Save(tx, r.keys, l) })
		r.conflict(r.try(func(tx *store.Tx) error { return statements.Save(tx, r.keys, l) }), "bank_line_changed")
		if got := r.lines(statements.Listed); len(got) != 1 || got[0].Version != 1 || got[0].Said.Name != l.Said.Name || got[0].Said.Texts[0] != l.Said.Texts[0] {
			t.Errorf("%+v", got)
		}
	})
}

// Nobody who has the rows reads who paid.
func TestWhatALineSaysIsSealed(t *testing.T) {
	each(t, func(r *room) {
		l := r.taken()
		if dump := storetest.Dump(t, r.url); strings.Contains(dump, "Quakernackel") || strings.Contains(dump, "DE02120300000000202051") {
			t.Error("it lies in the clear")
		}
		l.State, l.CaseID = statements.Paid, r.caseID
		r.write(func(tx *store.Tx) error {
			if err := statements.Learn(tx, r.keys, storetest.Now, statements.Sign{Kind: statements.Payer, Hash: l.Payer, CaseID: r.caseID, Number: l.Said.IBAN}); err != nil {
				return err
			}
			return statements.Save(tx, r.keys, l)
		})
		r.write(func(tx *store.Tx) error {
			signs, err := statements.Signs(&tx.Reader, []string{l.Payer})
			if len(signs) != 1 {
				t.Errorf("%v", signs)
			}
			return err
		})
		if got := r.lines(statements.Paid); len(got) != 1 || got[0].Said.Name != l.Said.Name {
			t.Errorf("%+v", got)
		}
	})
}

func TestHashesTellNothingWithoutTheKey(t *testing.T) {
	each(t, func(r *room) {
		other := storetest.Creditor(t, r.s, "bonn").ID
		if err := r.s.Write(ctx, other, func(tx *store.Tx) error {
			k, err := statements.MakeKeys(tx)
			if k.Hash("payer", "DE1") == r.keys.Hash("payer", "DE1") {
				t.Error("two creditors have the same hash of one account")
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if r.keys.Hash("payer", "DE1") == r.keys.Hash("mandate", "DE1") || r.keys.Hash("payer", " ", "") != "" {
			t.Error("hashes")
		}
	})
}
