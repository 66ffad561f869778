package documents_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/documents"
	"quitt/store/storetest"
)

// shelf is a stored case with a key for its documents.
type shelf struct {
	t        *testing.T
	s        *store.Store
	creditor debt.ID
	one, two debt.ID // cases
	key      debt.ID
	n        int
}

func newShelf(t *testing.T, s *store.Store, code string) *shelf {
	t.Helper()
	c := storetest.Creditor(t, s, code)
	a, b := storetest.File(c.ID, "R1"), storetest.File(c.ID, "R2")
	h := &shelf{t: t, s: s, creditor: c.ID, one: a.File.Case.ID, two: b.File.Case.ID, key: store.NewID()}
	h.must(h.write(func(tx *store.Tx) error {
		return errors.Join(tx.AddFiles([]store.NewFile{a, b}), documents.AddKey(tx, documents.Key{ID: h.key, Sealed: "sealed", CreatedAt: storetest.Now}))
	}))
	return h
}

func (h *shelf) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *shelf) write(do func(*store.Tx) error) error {
	return h.s.Write(h.t.Context(), h.creditor, do)
}

func (h *shelf) read(do func(*store.Reader) error) {
	h.t.Helper()
	h.must(h.s.Read(h.t.Context(), h.creditor, do))
}

// add stores a document; sum is what its hash consists of.
func (h *shelf) add(sum string) documents.Document {
	h.t.Helper()
	h.n++
	d := documents.Document{ID: store.NewID(), CaseID: h.one, Name: "a.pdf", Kind: documents.PDF, Bytes: 10, SHA256: strings.Repeat(sum, 64), Blob: "blob", KeyID: h.key,
		DataKey: "key", By: debt.Actor{Kind: "debtor"}, UploadedAt: storetest.Now.Add(time.Duration(h.n) * time.Second)}
	h.must(h.write(func(tx *store.Tx) (err error) { d, _, err = documents.Add(tx, d, 1<<30); return err }))
	return d
}

func (h *shelf) attach(caseID debt.ID, to documents.Subject, ids ...debt.ID) error {
	return h.write(func(tx *store.Tx) error { return documents.Attach(tx, caseID, to, ids...) })
}

func TestADocumentBelongsToOneThing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newShelf(t, s, "a")
		objection, proof := documents.Subject{Kind: "objection", ID: string(store.NewID())}, documents.Subject{Kind: "proof", ID: string(store.NewID())}
		a, b := h.add("a"), h.add("b")
		for range 2 { // the second is a retry
			h.must(h.attach(h.one, objection, a.ID))
		}
		for what, tc := range map[string]struct {
			err error
			key string
		}{
			"to something else": {h.attach(h.one, proof, a.ID), "document_attached"}, "of another case": {h.attach(h.two, proof, b.ID), "document_unknown"},
			"of nobody": {h.attach(h.one, proof, store.NewID()), "document_unknown"}, "no id": {h.attach(h.one, proof, "x"), "document_unknown"},
		} {
			var e *debt.Error
			if !errors.As(tc.err, &e) || e.Key != tc.key {
				t.Errorf("%s: %v", what, tc.err)
			}
		}
		same := h.add("a") // the file again, for the same objection
		if same.ID == a.ID {
			t.Fatal("an attached document was taken for a loose one")
		}
		h.must(h.attach(h.one, objection, same.ID, b.ID))
		h.read(func(r *store.Reader) error {
			of, err := documents.Of(r, objection)
			loose, err2 := documents.Loose(r, h.one)
			gone, err3 := documents.Load(r, same.ID)
			if len(of) != 2 || of[0].ID != a.ID || of[1].ID != b.ID || len(loose) != 0 || gone.State != documents.Deleted || gone.Reason != "duplicate" || gone.Name != "" {
				t.Errorf("%+v, loose %v, %+v", of, loose, gone)
			}
			return errors.Join(err, err2, err3)
		})
	})
}

func TestAttachingIsPartOfTheTransaction(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newShelf(t, s, "a")
		d, stop := h.add("a"), errors.New("the objection is refused")
		err := h.write(func(tx *store.Tx) error {
			return errors.Join(documents.Attach(tx, h.one, documents.Subject{Kind: "objection", ID: "1"}, d.ID), stop)
		})
		if !errors.Is(err, stop) {
			t.Fatal(err)
		}
		h.read(func(r *store.Reader) error {
			loose, err := documents.Loose(r, h.one)
			if len(loose) != 1 {
				t.Errorf("%+v", loose)
			}
			return err
		})
	})
}

func TestAnotherCreditorHasNoDocumentOfMine(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		mine, theirs := newShelf(t, s, "a"), newShelf(t, s, "b")
		d := mine.add("a")
		theirs.read(func(r *store.Reader) error {
			list, err := documents.OfCase(r, mine.one)
			blobs, err2 := documents.Blobs(r)
			_, err3 := documents.Load(r, d.ID)
			if len(list) != 0 || len(blobs) != 0 || debt.KindOf(err3) != debt.NotFound {
				t.Errorf("%v %v %v", list, blobs, err3)
			}
			return errors.Join(err, err2)
		})
		if err := theirs.attach(mine.one, documents.Subject{Kind: "proof", ID: "1"}, d.ID); debt.KindOf(err) != debt.NotFound {
			t.Errorf("%v", err)
		}
	})
}

// A scan that ends after a deletion brings nothing back.
func TestOnlyQuarantineIsLeft(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newShelf(t, s, "a")
		d := h.add("a")
		h.must(h.write(func(tx *store.Tx) error { return documents.Delete(tx, d, "time_over", storetest.Now) }))
		d.State, d.Preview, d.PreviewKind = documents.Clean, "preview", documents.PDF
		h.must(h.write(func(tx *store.Tx) error { return documents.Release(tx, d) }))
		h.read(func(r *store.Reader) error {
			got, err := documents.Load(r, d.ID)
			if got.State != documents.Deleted || got.Preview != "" || got.DataKey != "" {
				t.Errorf("%+v", got)
			}
			return err
		})
	})
}
