package letter_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quitt/debt"
	"quitt/debt/letter"
	"quitt/store"
	"quitt/store/objections"
	"quitt/store/storetest"
)

var update = flag.Bool("update", false, "write the golden letters anew")

// answered ends an objection with words that lie sealed beside it, as the room for objections
// does: its event has none.
func (o *office) answered(id debt.ID, words debt.Personal) {
	ob := objections.Objection{ID: store.NewID(), CaseID: id, Ground: "faulty", State: debt.ObjectionRejected, FiledBy: "debtor", FiledAt: o.at,
		DueOn: debt.DateIn(o.at, debt.Berlin), EndedAt: o.at, Reason: words}
	o.write(func(t *store.Tx) error { return errors.Join(objections.Add(t, ob), objections.End(t, ob, nil)) })
	o.tell(id, debt.ObjectionAnswered, debt.Args{"outcome": "rejected", "objection": string(ob.ID), "reason": "from the event"},
		func(c *debt.Case) { c.Objection = debt.ObjectionRejected })
}

// The golden letter is read aloud whenever it changes.
func TestTheAnswerToAnObjectionHasTheWordsThatWereKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		id := o.addCase(1)
		o.answered(id, "Der Kostenplan liegt bei.\n\nSie haben ihn am 3. Mai unterschrieben.")
		if r := o.run(o.order(letter.ObjectionAnswer)); r.Sent != 1 {
			t.Fatalf("%+v", r)
		}
		got, golden := o.kept(id)[0].Document.Plain(), filepath.Join("testdata", "objection_answer.txt")
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) || strings.Contains(got, "from the event") {
			t.Errorf("another letter; read it, then run with -update:\n%s", got)
		}
	})
}

// An answer that names an objection nobody has is not written.
func TestAnAnswerToNoObjectionIsNotWritten(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		o.tell(o.addCase(1), debt.ObjectionAnswered, debt.Args{"outcome": "rejected", "objection": string(store.NewID())},
			func(c *debt.Case) { c.Objection = debt.ObjectionRejected })
		if r := o.run(o.order(letter.ObjectionAnswer)); r.Sent+len(r.Problems) != 0 {
			t.Errorf("%+v", r)
		}
	})
}
