package messages_test

import (
	"context"
	"strings"
	"testing"

	"quitt/debt"
	"quitt/store"
	"quitt/store/messages"
	"quitt/store/storetest"
)

var ctx = context.Background()

// What people write is in no cell in the clear, comes back as it was, and is there for its own
// creditor alone.
func TestWordsAreSealedAndOfTheirCreditor(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Options{URL: url})
		creditor, other := storetest.Creditor(t, s, "a").ID, storetest.Creditor(t, s, "b").ID
		f := storetest.File(creditor, "R")
		id, now, by := f.File.Case.ID, storetest.Now, debt.Actor{Kind: "debtor"}
		write := func(do func(*store.Tx) error) {
			t.Helper()
			if err := s.Write(ctx, creditor, do); err != nil {
				t.Fatal(err)
			}
		}
		write(func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) })
		m := messages.Message{ID: store.NewID(), CaseID: id, By: by, Text: "Kanarienvogel schreibt", At: now}
		q := messages.Request{ID: store.NewID(), CaseID: id, Kind: messages.Other, By: by, Text: "Kanarienvogel fragt", State: messages.Open, At: now,
			DueOn: debt.DateIn(now, debt.Berlin)}
		write(func(tx *store.Tx) error { return messages.Add(tx, m) })
		write(func(tx *store.Tx) error { return messages.AddRequest(tx, q) })
		if dump := storetest.Dump(t, url); strings.Contains(dump, "Kanarienvogel") {
			t.Error("in the clear")
		}
		for _, who := range []debt.ID{creditor, other} {
			err := s.Read(ctx, who, func(r *store.Reader) error {
				said, err := messages.OfCase(r, id)
				if err != nil {
					return err
				}
				asked, err := messages.OpenRequests(r, 9)
				if who == other && len(said)+len(asked) > 0 {
					t.Error("another creditor reads it")
				}
				if who == creditor && (len(said) != 1 || said[0].Text != m.Text || len(asked) != 1 || asked[0].Text != q.Text) {
					t.Errorf("%d %d", len(said), len(asked))
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}
