package outbox_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/outbox"
	"quitt/store/storetest"
)

func file(t *testing.T, s *store.Store, code string) (creditor, id debt.ID) {
	t.Helper()
	c := storetest.Creditor(t, s, code)
	f := storetest.File(c.ID, "1")
	if err := s.Write(context.Background(), c.ID, func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) }); err != nil {
		t.Fatal(err)
	}
	return c.ID, f.File.Case.ID
}

func TestMailsWaitNewestFirstForTheirOwnTenant(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a, id := file(t, s, "a")
		b, _ := file(t, s, "b")
		for i, code := range []string{"1", "2", "3"} {
			m := outbox.Mail{CaseID: id, Recipient: "a@b.example", Template: "x", Args: map[string]string{"code": code}}
			at := storetest.Now.Add(time.Duration(i) * time.Minute)
			if err := s.Write(context.Background(), a, func(tx *store.Tx) error { return outbox.Add(tx, m, at) }); err != nil {
				t.Fatal(err)
			}
		}
		for tenant, want := range map[debt.ID]string{a: "32", b: ""} {
			err := s.Read(context.Background(), tenant, func(r *store.Reader) error {
				mails, err := outbox.Waiting(r, 2)
				got := ""
				for _, m := range mails {
					got += m.Args["code"]
				}
				if got != want {
					t.Errorf("codes %q, want %q", got, want)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
		err := s.Write(context.Background(), b, func(tx *store.Tx) error {
			return outbox.Add(tx, outbox.Mail{CaseID: id, Recipient: "a@b.example", Template: "x"}, storetest.Now)
		})
		if err == nil || !strings.Contains(strings.ToLower(err.Error()), "foreign key") {
			t.Errorf("a mail about another tenant's case: %v", err)
		}
	})
}
