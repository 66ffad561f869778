package objections_test

import (
	"context"
	"encoding/json"
	"flag"
	"io"
	"strings"
	"testing"

	"quitt/cases"
	said "quitt/cases/objections"
	"quitt/cmd/quitt/objections"
	"quitt/cmd/quitt/shown"
	"quitt/debt"
	"quitt/debt/debttest"
	"quitt/debt/objection"
	"quitt/debt/situation"
	"quitt/portal/text"
	"quitt/store"
	kept "quitt/store/objections"
	"quitt/store/storetest"
)

var ctx = context.Background()

// counter is the command beside a store with one case of 1,000.00.
type counter struct {
	t     *testing.T
	s     *store.Store
	desk  objections.Desk
	says  said.Desk
	at    said.At
	claim debt.ID
}

func newCounter(t *testing.T, s *store.Store) *counter {
	watch := storetest.NewWatch()
	c := storetest.Creditor(t, s, "koeln")
	f := storetest.File(c.ID, "R-1")
	k := &counter{t: t, s: s, says: said.Desk{Store: s, Now: watch.Now}, at: said.At{Creditor: c.ID, Case: f.File.Case.ID}, claim: f.File.Account.Claims[0].ID}
	k.must(s.Write(ctx, c.ID, func(t *store.Tx) error { return t.AddFiles([]store.NewFile{f}) }))
	k.desk = objections.Desk{Store: s, Now: watch.Now, Words: text.For(text.German), Owner: func(_ context.Context, _, reference string) (debt.Creditor, debt.ID, error) {
		if reference != "R-1" {
			return debt.Creditor{}, "", debt.E(debt.NotFound, "case_unknown", nil)
		}
		return c, k.at.Case, nil
	}}
	return k
}

func (k *counter) must(err error) {
	k.t.Helper()
	if err != nil {
		k.t.Fatal(err)
	}
}

// call types a call, as package main hands it on.
func (k *counter) call(line ...string) (shown.Answer, error) {
	k.t.Helper()
	var in objections.Input
	flags := flag.NewFlagSet("objections", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	in.Flags("objections", flags)
	words, typed := line, []string(nil)
	for i, w := range line {
		if strings.HasPrefix(w, "--") {
			words, typed = line[:i], line[i:]
			break
		}
	}
	k.must(flags.Parse(typed))
	needs, ok := in.Take("objections", words)
	if !ok {
		k.t.Fatalf("%q is no call", line)
	}
	for name, value := range needs {
		if value == "" {
			k.t.Fatalf("%q lacks --%s", line, name)
		}
	}
	return k.desk.Run(ctx, in)
}

func (k *counter) refused(kind debt.Kind, key string, line ...string) {
	k.t.Helper()
	_, err := k.call(line...)
	debttest.WantKey(k.t, err, kind, key)
}

// out is what a call prints for machines.
func (k *counter) out(line ...string) string {
	k.t.Helper()
	a, err := k.call(line...)
	k.must(err)
	b, err := json.Marshal(a.JSON)
	k.must(err)
	return string(b)
}

func (k *counter) view() cases.View {
	k.t.Helper()
	v, err := cases.Desk{Store: k.s, Now: k.desk.Now}.View(ctx, k.at.Creditor, k.at.Case)
	k.must(err)
	return v
}

func (k *counter) file() debt.ID {
	k.t.Helper()
	id, err := k.says.File(ctx, k.at, debt.Actor{Kind: "debtor"}, said.Filing{Ground: objection.Faulty, Words: "Der Schlauch ist undicht", Disputed: objection.Disputed{Whole: true}})
	k.must(err)
	return id
}

func (k *counter) prove() debt.ID {
	k.t.Helper()
	id, err := k.says.FileProof(ctx, k.at, debt.Actor{Kind: "debtor"}, said.Payment{On: debt.MustDate("2026-11-02"), Amount: 100_00, Target: "DE02", Words: "bar"})
	k.must(err)
	return id
}

func (k *counter) tell(kind situation.Kind) debt.ID {
	k.t.Helper()
	id, err := k.says.Notify(ctx, k.at, debt.Actor{Kind: "debtor"}, said.Notice{Kind: kind, Words: "mein Zwilling"})
	k.must(err)
	return id
}

func (k *counter) of() said.Said {
	k.t.Helper()
	s, err := k.says.Of(ctx, k.at)
	k.must(err)
	return s
}

func each(t *testing.T, do func(k *counter)) {
	storetest.Each(t, func(t *testing.T, s *store.Store) { do(newCounter(t, s)) })
}

func TestTheListNamesWhatWaitsAndNoWordOfTheDebtor(t *testing.T) {
	each(t, func(k *counter) {
		ids := []debt.ID{k.file(), k.prove(), k.tell(situation.NotThisPerson)}
		out := k.out("list")
		for _, id := range ids {
			if !strings.Contains(out, string(id)) {
				k.t.Errorf("%s is missing: %s", id, out)
			}
		}
		if strings.Contains(out, "undicht") || strings.Contains(out, "Zwilling") || strings.Contains(out, "DE02") || strings.Count(out, `"reference"`) != 3 {
			k.t.Error(out)
		}
		if out := k.out("list", "--creditor", "koeln"); strings.Count(out, `"id"`) != 3 {
			k.t.Error(out)
		}
		k.refused(debt.NotFound, "creditor_unknown", "list", "--creditor", "bonn")
	})
}

func TestShowGivesTheWordsOfOneCase(t *testing.T) {
	each(t, func(k *counter) {
		k.file()
		k.prove()
		k.tell(situation.IdentityTheft)
		out := k.out("show", "R-1")
		for _, want := range []string{"undicht", "bar", "DE02", "Zwilling", `"whole":true`, "identity_theft"} {
			if !strings.Contains(out, want) {
				k.t.Errorf("no %q in %s", want, out)
			}
		}
		a, err := k.call("show", "R-1")
		if err != nil || len(a.Rows) < 4 {
			k.t.Errorf("%d rows, %v", len(a.Rows), err)
		}
		k.refused(debt.NotFound, "case_unknown", "show", "R-2")
	})
}

func TestAnAnswerIsGivenOnceAndBooksWhatItGivesUp(t *testing.T) {
	for name, c := range map[string]struct {
		outcome debt.ObjectionState
		credit  func(claim debt.ID) string
		open    debt.Cents // of the principal
	}{
		"rejected": {debt.ObjectionRejected, func(debt.ID) string { return "" }, 1000_00},
		"partly":   {debt.ObjectionPartly, func(id debt.ID) string { return string(id) + "=400,00" }, 600_00},
		"upheld":   {debt.ObjectionUpheld, func(debt.ID) string { return "" }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(k *counter) {
				before := k.view().Statement.Open.Principal
				id := string(k.file())
				line := []string{"answer", id, "--outcome", string(c.outcome), "--reason", "Wir haben es geprüft."}
				if credit := c.credit(k.claim); credit != "" {
					k.refused(debt.Invalid, "credit_unreadable", append(line, "--credit", string(k.claim))...)
					line = append(line, "--credit", credit)
				}
				if a, err := k.call(line...); err != nil || a.News != k.at.Creditor || a.Text == "" {
					k.t.Fatalf("%+v, %v", a, err)
				}
				o := k.of().Objections[0]
				if o.State != c.outcome || o.Reason != "Wir haben es geprüft." {
					k.t.Errorf("%s %s", o.State, o.Reason.Reveal())
				}
				if got := k.view().Statement.Open.Principal; got != before-(1000_00-c.open) {
					k.t.Errorf("%s are open of %s", got, before)
				}
				k.refused(debt.Conflict, "objection_ended", line...)
			})
		})
	}
}

func TestAnAnswerNeedsAnOutcomeThereIs(t *testing.T) {
	each(t, func(k *counter) {
		id := string(k.file())
		if _, err := k.call("answer", id, "--outcome", "perhaps", "--reason", "x"); debt.KindOf(err) != debt.Invalid {
			k.t.Error(err)
		}
		if _, err := k.call("answer", id, "--outcome", "partly", "--reason", "x"); debt.KindOf(err) != debt.Invalid {
			k.t.Errorf("partly of nothing: %v", err)
		}
		k.refused(debt.NotFound, "objection_unknown", "answer", string(store.NewID()), "--outcome", "upheld", "--reason", "x")
		if o := k.of().Objections[0]; o.State != debt.ObjectionOpen {
			k.t.Error(o.State)
		}
	})
}

func TestAProofIsAcceptedOnceAndCanBookItsPayment(t *testing.T) {
	each(t, func(k *counter) {
		id := string(k.prove())
		k.refused(debt.Invalid, "outcome_unknown_word", "proof", id, "--outcome", "upheld")
		if _, err := k.call("proof", id, "--outcome", "accepted", "--book"); err != nil {
			k.t.Fatal(err)
		}
		if p := k.of().Proofs[0]; p.State != kept.ProofAccepted {
			k.t.Error(p.State)
		}
		if paid := k.view().Statement.Payments; len(paid) != 1 || paid[0].Amount != 100_00 {
			k.t.Errorf("%+v", paid)
		}
		k.refused(debt.Conflict, "proof_ended", "proof", id, "--outcome", "accepted", "--book")
		if paid := k.view().Statement.Payments; len(paid) != 1 {
			k.t.Errorf("booked again: %+v", paid)
		}
	})
}

func TestAProofIsRejectedWithAReasonOnly(t *testing.T) {
	each(t, func(k *counter) {
		id := string(k.prove())
		k.refused(debt.Invalid, "answer_reason_missing", "proof", id, "--outcome", "rejected")
		if _, err := k.call("proof", id, "--outcome", "rejected", "--reason", "Es kam nichts an."); err != nil {
			k.t.Fatal(err)
		}
		if p := k.of().Proofs[0]; p.State != kept.ProofRejected || p.Reason != "Es kam nichts an." || len(k.view().Statement.Payments) != 0 {
			k.t.Errorf("%+v", p)
		}
	})
}

func TestASituationIsConfirmedWithOrWithoutTheEndOfTheCase(t *testing.T) {
	each(t, func(k *counter) {
		id := string(k.tell(situation.Hardship))
		k.refused(debt.Invalid, "situation_closes_nothing", "situation", id, "--outcome", "confirmed", "--close")
		if _, err := k.call("situation", id, "--outcome", "confirmed"); err != nil {
			k.t.Fatal(err)
		}
		k.refused(debt.Conflict, "situation_ended", "situation", id, "--outcome", "confirmed")
		second := string(k.tell(situation.Guardianship))
		k.refused(debt.Invalid, "answer_reason_missing", "situation", second, "--outcome", "unconfirmed")
		if _, err := k.call("situation", second, "--outcome", "unconfirmed", "--reason", "Es gibt keine."); err != nil {
			k.t.Fatal(err)
		}
		third := string(k.tell(situation.IdentityTheft))
		if _, err := k.call("situation", third, "--outcome", "confirmed", "--close"); err != nil {
			k.t.Fatal(err)
		}
		if c := k.view().Case; c.Stage != debt.StageClosed || c.CloseReason != "identity_theft" {
			k.t.Errorf("%s %s", c.Stage, c.CloseReason)
		}
	})
}
