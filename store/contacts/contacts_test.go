package contacts_test

import (
	"context"
	"strings"
	"testing"

	"quitt/debt"
	"quitt/debt/debttest"
	"quitt/store"
	"quitt/store/contacts"
	"quitt/store/storetest"
)

var ctx = context.Background()

// What is kept about how somebody is reached is in no cell in the clear, comes back as it was, and
// is there for its own creditor alone.
func TestChangesAreSealedAndOfTheirCreditor(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Options{URL: url})
		creditor, other := storetest.Creditor(t, s, "a").ID, storetest.Creditor(t, s, "b").ID
		f := storetest.File(creditor, "R")
		id, now := f.File.Case.ID, storetest.Now
		write := func(do func(*store.Tx) error) {
			t.Helper()
			if err := s.Write(ctx, creditor, do); err != nil {
				t.Fatal(err)
			}
		}
		write(func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) })
		c := contacts.Change{ID: store.NewID(), CaseID: id, DebtorID: f.Debtor.ID, Kind: contacts.Email, New: "Kanarienvogel@example.org", Source: "debtor",
			ValidFrom: debt.DateIn(now, debt.Berlin), State: contacts.Waiting, CodeHash: strings.Repeat("a", 64), Pepper: 1, At: now}
		write(func(tx *store.Tx) error { return contacts.Add(tx, c) })
		if dump := storetest.Dump(t, url); strings.Contains(dump, "Kanarienvogel") {
			t.Error("in the clear")
		}
		for _, who := range []debt.ID{creditor, other} {
			err := s.Read(ctx, who, func(r *store.Reader) error {
				changes, err := contacts.OfCase(r, id)
				if who == other && len(changes) > 0 {
					t.Error("another creditor reads it")
				}
				if who == creditor && (len(changes) != 1 || changes[0].New != c.New) {
					t.Errorf("%+v", changes)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		c.State, c.EndedAt, c.Old = contacts.Applied, now, "alt@example.org"
		write(func(tx *store.Tx) error { return contacts.Save(tx, c) })
		debttest.WantKey(t, s.Write(ctx, creditor, func(tx *store.Tx) error { return contacts.Save(tx, c) }), debt.Conflict, "changed_meanwhile")
		debttest.WantKey(t, s.Read(ctx, other, func(r *store.Reader) error { _, err := contacts.Load(r, c.ID); return err }), debt.NotFound, "contact_change_unknown")
	})
}
