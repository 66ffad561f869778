package letter_test

import (
	"slices"
	"strings"
	"testing"

	"quitt/debt"
	"quitt/debt/authority"
	"quitt/debt/letter"
	runs "quitt/notifications/letter"
	"quitt/store"
	"quitt/store/authorities"
	"quitt/store/letters"
	"quitt/store/storetest"
	"quitt/store/tasks"
)

// acts lets somebody act in a case from now on.
func (o *office) acts(caseID debt.ID, kind authority.Kind, who authorities.Who) authorities.Record {
	o.t.Helper()
	a := authorities.Record{Who: who, Authority: authority.Invite(authority.Authority{ID: store.NewID(), CaseID: caseID},
		authority.Wish{Kind: kind, Scopes: authority.Scopes(), Until: debt.DateIn(o.Now(), debt.Berlin).AddDays(90)}, o.Now())}
	o.write(func(t *store.Tx) (err error) {
		if a.Representative, err = authorities.Register(t, []string{strings.Repeat("0", 56) + string(a.ID[len(a.ID)-8:])}, o.Now()); err != nil {
			return err
		}
		if err := a.Redeem(o.Now()); err != nil {
			return err
		}
		return authorities.Add(t, a)
	})
	return a
}

// tasksOf counts the tasks of a kind in a case.
func (o *office) tasksOf(caseID debt.ID, kind tasks.Kind) (n int) {
	o.t.Helper()
	o.write(func(t *store.Tx) error {
		list, err := tasks.OfCase(&t.Reader, caseID)
		for _, k := range list {
			if k.Kind == kind {
				n++
			}
		}
		return err
	})
	return n
}

func hasCode(d letter.Document) bool {
	return slices.ContainsFunc(d.Body, func(b letter.Block) bool {
		return b.Sealed || slices.ContainsFunc(b.Pairs, func(p letter.Pair) bool { return p.Sealed })
	})
}

// Letters go to who acts for the debtor where there is an address, to a guardian before all
// others, and never with a code in the debtor's name; codes go to the debtor alone.
func TestLettersGoToWhoActsAndCodesToTheDebtor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		alone, helped, mailed := o.addCase(1), o.addCase(2), o.addCase(3)
		lawyer := authorities.Who{Name: "Kanzlei Aksoy", Email: "a@example.org", Street: "Ring 5", Postcode: "50667", City: "Köln"}
		guardian := authorities.Who{Name: "Jörg Petersen", Email: "p@example.org", Street: "Allee 7", Postcode: "10115", City: "Berlin"}
		g := o.acts(helped, authority.Guardian, guardian)
		o.acts(helped, authority.Lawyer, lawyer)
		o.acts(mailed, authority.Adviser, authorities.Who{Name: "Beratung", Email: "b@example.org"})
		if r := o.run(o.order(letter.Reminder)); r.Created != 3 || r.Sent != 3 {
			t.Fatalf("%+v", r)
		}
		for _, id := range []debt.ID{alone, mailed} {
			if k := o.kept(id)[0]; k.Authority != "" || !hasCode(k.Document) || slices.Contains(k.Document.Recipient, "Jörg Petersen") {
				t.Errorf("%v under %q", k.Document.Recipient, k.Authority)
			}
		}
		k := o.kept(helped)[0]
		if k.Authority != g.ID || k.Country != "DE" || !slices.Equal(k.Document.Recipient, []string{"Jörg Petersen", "Allee 7", "10115 Berlin"}) {
			t.Errorf("%v under %q", k.Document.Recipient, k.Authority)
		}
		text := k.Document.Plain()
		if hasCode(k.Document) || !strings.Contains(text, "/vertretung/anmelden") || !strings.Contains(text, "Sie handeln für") {
			t.Errorf("a letter to who acts: %s", text)
		}
		if o.codes != 2 && o.codes != 3 { // the last one may be prepared and left
			t.Errorf("%d accesses were made for two letters with codes", o.codes)
		}
		order := o.order(letter.NewCode)
		order.CaseID = helped
		if r := o.run(order); r.Sent != 1 {
			t.Fatalf("%+v", r)
		}
		if k := o.kept(helped)[0]; k.Kind != letter.NewCode || k.Authority != "" || !hasCode(k.Document) || slices.Contains(k.Document.Recipient, "Jörg Petersen") {
			t.Errorf("the code goes to %v under %q", k.Document.Recipient, k.Authority)
		}
	})
}

// What comes back from who acts says nothing about the debtor, and a person is told once.
func TestALetterThatComesBackFromWhoActsLeavesTheDebtorReachable(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		id := o.addCase(1)
		a := o.acts(id, authority.Lawyer, authorities.Who{Name: "Kanzlei Aksoy", Email: "a@example.org", Street: "Ring 5", Postcode: "50667", City: "Köln"})
		o.run(o.order(letter.Reminder))
		back := runs.Back{Number: o.kept(id)[0].Number, Reason: debt.StopMoved, By: debt.Actor{Kind: "operator"}}
		for range 2 {
			if err := o.Return(ctx, o.creditor.ID, back); err != nil {
				t.Fatal(err)
			}
		}
		o.write(func(tx *store.Tx) error {
			got, err := authorities.Load(&tx.Reader, a.ID)
			if err != nil || got.PostStopped != debt.StopMoved || got.EmailStopped != debt.Reachable {
				t.Errorf("%+v, %v", got.Authority, err)
			}
			f, err := tx.LoadFile(id)
			if err != nil {
				return err
			}
			d, err := tx.LoadDebtor(f.Case.DebtorID)
			if d.AddressStopped != debt.Reachable {
				t.Errorf("the debtor's address is stopped: %s", d.AddressStopped)
			}
			return err
		})
		if n := o.tasksOf(id, authority.Unreachable); n != 1 {
			t.Errorf("%d tasks", n)
		}
		if r := o.run(o.order(letter.Reminder)); r.Sent != 1 {
			t.Fatalf("%+v", r)
		}
		if k := o.kept(id)[0]; k.Authority != "" || k.State != letters.Sent || !hasCode(k.Document) {
			t.Errorf("the next letter goes to %v", k.Document.Recipient)
		}
	})
}
