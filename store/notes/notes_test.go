package notes_test

import (
	"context"
	"strings"
	"testing"

	"quitt/debt"
	"quitt/store"
	"quitt/store/notes"
	"quitt/store/storetest"
)

var ctx = context.Background()

// What staff write is in no cell in the clear, and is there for its own creditor alone.
func TestNotesAreSealedAndOfTheirCreditor(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Options{URL: url})
		creditor, other := storetest.Creditor(t, s, "a").ID, storetest.Creditor(t, s, "b").ID
		f := storetest.File(creditor, "R")
		write := func(do func(*store.Tx) error) {
			t.Helper()
			if err := s.Write(ctx, creditor, do); err != nil {
				t.Fatal(err)
			}
		}
		read := func(who debt.ID) (list []notes.Note) {
			t.Helper()
			err := s.Read(ctx, who, func(r *store.Reader) (err error) { list, err = notes.OfCase(r, f.File.Case.ID); return err })
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		n := notes.Note{ID: store.NewID(), CaseID: f.File.Case.ID, By: debt.Actor{Kind: "creditor", ID: store.NewID()}, Text: "Kanarienvogel", At: storetest.Now}
		write(func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) })
		write(func(tx *store.Tx) error { return notes.Add(tx, n) })
		if strings.Contains(storetest.Dump(t, url), "Kanarienvogel") {
			t.Error("in the clear")
		}
		if got := read(creditor); len(got) != 1 || got[0].Text != n.Text || got[0].By != n.By || !got[0].At.Equal(n.At) {
			t.Errorf("%d notes", len(got))
		}
		if got := read(other); len(got) > 0 {
			t.Error("another creditor reads it")
		}
	})
}
