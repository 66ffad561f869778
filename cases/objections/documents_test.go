package objections_test

import (
	"strings"
	"testing"

	"quitt/cases/objections"
	"quitt/debt"
	"quitt/debt/retention"
	"quitt/store"
	"quitt/store/documents"
	"quitt/store/storetest"
)

// What was handed in for something stays until it is decided, and then as long as the class says.
func TestADecisionSetsHowLongItsDocumentsAreKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		key := documents.Key{ID: store.NewID(), Sealed: "x", CreatedAt: o.watch.Now()}
		d := documents.Document{ID: store.NewID(), CaseID: o.at.Case, Name: "a.pdf", Kind: documents.PDF, Bytes: 1, SHA256: strings.Repeat("a", 64), Blob: "b",
			KeyID: key.ID, DataKey: "k", By: debtor, UploadedAt: o.watch.Now()}
		o.must(s.Write(ctx, o.at.Creditor, func(t *store.Tx) error {
			if err := documents.AddKey(t, key); err != nil {
				return err
			}
			_, _, err := documents.Add(t, d, 1<<20)
			return err
		}))
		id, err := o.desk.FileProof(ctx, o.at, debtor, objections.Payment{On: o.today(), Amount: 1_00, Attach: func(t *store.Tx, subject string, id debt.ID) error {
			return documents.Attach(t, o.at.Case, documents.Subject{Kind: subject, ID: string(id)}, d.ID)
		}})
		o.must(err)
		until := func() (k documents.Document) {
			o.must(s.Read(ctx, o.at.Creditor, func(r *store.Reader) (err error) { k, err = documents.Load(r, d.ID); return err }))
			return k
		}
		if !until().KeepUntil.IsZero() {
			t.Error("a day before there is a decision")
		}
		o.days(3)
		o.must(o.desk.DecideProof(ctx, o.at.Creditor, id, clerk, objections.Verdict{Yes: true}))
		if got, want := until().KeepUntil, retention.Of(retention.Documents).Due(o.watch.Now()); !got.Equal(want) {
			t.Errorf("kept until %s, want %s", got, want)
		}
	})
}
