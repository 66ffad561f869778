package privacy_test

import (
	"errors"
	"strings"
	"testing"

	"quitt/cases/privacy"
	"quitt/debt"
	"quitt/debt/plan"
	"quitt/debt/retention"
	"quitt/store"
	"quitt/store/documents"
	"quitt/store/messages"
	"quitt/store/objections"
	"quitt/store/plans"
	"quitt/store/storetest"
)

const said debt.Personal = "Hier schreibt Quakernackel"

// told is where words of people are kept beside what they tell: one of each.
var told = map[string]string{"objections": "answers,words,reason", "proofs": "target,words,reason", "situations": "details,words,reason",
	"messages": "text", "requests": "text", "documents": "name", "plan_rounds": "note"}

// tell keeps about a case what a person may say.
func (o *office) tell(c debt.Case) {
	o.t.Helper()
	now, on := o.watch.Now(), debt.DateIn(o.watch.Now(), debt.Berlin)
	by := debt.Actor{Kind: "debtor"}
	ob := objections.Objection{ID: store.NewID(), CaseID: c.ID, Ground: "faulty", State: debt.ObjectionRejected, FiledBy: "debtor", FiledAt: now, DueOn: on,
		Answers: `{"complained_on":"Quakernackel"}`, Words: said, Reason: said, EndedAt: now}
	pr := objections.Proof{ID: store.NewID(), CaseID: c.ID, PaidOn: on, Amount: 1, FiledBy: "debtor", FiledAt: now, DueOn: on, HoldID: store.NewID(), Target: said, Words: said,
		Reason: said, State: objections.ProofRejected, EndedAt: now}
	si := objections.Situation{ID: store.NewID(), CaseID: c.ID, Kind: "minor", ToldBy: "debtor", ToldAt: now, HoldID: store.NewID(), Details: `{"representative":"Quakernackel"}`,
		Words: said, Reason: said, State: objections.SituationUnconfirmed, EndedAt: now}
	key := documents.Key{ID: store.NewID(), Sealed: "x", CreatedAt: now}
	d := documents.Document{ID: store.NewID(), CaseID: c.ID, Name: "Quakernackel.pdf", Kind: documents.PDF, Bytes: 1, SHA256: strings.Repeat("a", 64), Blob: "b", KeyID: key.ID,
		DataKey: "k", By: by, UploadedAt: now}
	k := plans.Kept{Plan: plan.Plan{ID: store.NewID(), CaseID: c.ID, State: plans.Declined}, Method: debt.MethodTransfer, MadeBy: "debtor", MadeAt: now, EndedAt: now}
	about := documents.Subject{Kind: "proof", ID: string(pr.ID)}
	for _, keep := range []func(tx *store.Tx) error{
		func(tx *store.Tx) error { return errors.Join(objections.Add(tx, ob), objections.End(tx, ob, nil)) },
		func(tx *store.Tx) error { return errors.Join(objections.AddProof(tx, pr), objections.EndProof(tx, pr)) },
		func(tx *store.Tx) error {
			return errors.Join(objections.AddSituation(tx, si), objections.EndSituation(tx, si))
		},
		func(tx *store.Tx) error {
			return messages.Add(tx, messages.Message{ID: store.NewID(), CaseID: c.ID, By: by, Text: said, At: now})
		},
		func(tx *store.Tx) error {
			return messages.AddRequest(tx, messages.Request{ID: store.NewID(), CaseID: c.ID, Kind: "other", By: by, Text: said, State: messages.Open, At: now, DueOn: on})
		},
		func(tx *store.Tx) error {
			keyErr := documents.AddKey(tx, key)
			_, _, err := documents.Add(tx, d, 1<<20)
			return errors.Join(keyErr, err)
		},
		func(tx *store.Tx) error {
			return errors.Join(documents.Attach(tx, c.ID, about, d.ID), documents.Keep(tx, about, retention.Of(retention.Documents).Due(now)))
		},
		func(tx *store.Tx) error {
			return errors.Join(plans.Add(tx, k), plans.AddRound(tx, plans.Round{PlanID: k.ID, CaseID: c.ID, N: 1, By: by, Act: plans.Propose, Note: said, At: now}))
		},
	} {
		o.write(keep)
	}
}

// texts reads every word that people wrote on a case.
func (o *office) texts(c debt.Case) (all []string) {
	o.t.Helper()
	o.read(func(r *store.Reader) error {
		obs, err1 := objections.OfCase(r, c.ID)
		prs, err2 := objections.Proofs(r, c.ID)
		sis, err3 := objections.Situations(r, c.ID)
		mss, err4 := messages.OfCase(r, c.ID)
		rqs, err5 := messages.Requests(r, c.ID)
		dcs, err6 := documents.Left(r, c.ID)
		pls, err7 := plans.OfCase(r, c.ID)
		if err := errors.Join(err1, err2, err3, err4, err5, err6, err7); err != nil {
			return err
		}
		rds, err := plans.Rounds(r, pls[0].ID)
		for _, p := range []debt.Personal{obs[0].Answers, obs[0].Words, obs[0].Reason, prs[0].Target, prs[0].Words, prs[0].Reason, sis[0].Details, sis[0].Words,
			sis[0].Reason, mss[0].Text, rqs[0].Text, dcs[0].Name, rds[0].Note} {
			all = append(all, p.Reveal())
		}
		return err
	})
	return all
}

func TestWhatPeopleWroteIsSealedAndGoesWithThem(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		c := o.cases[0]
		o.tell(c)
		for i, text := range o.texts(c) {
			if !strings.Contains(text, "Quakernackel") {
				t.Errorf("text %d reads %q", i, text)
			}
		}
		if dump := storetest.Dump(t, url); strings.Contains(dump, "Quakernackel") {
			t.Errorf("in the clear:\n%s", dump)
		}
		for range 2 {
			if _, err := o.desk.Erase(ctx, o.creditor, c.ID, privacy.Order{Waived: true, Reason: "wrong_person"}); err != nil {
				t.Fatal(err)
			}
		}
		for i, text := range o.texts(c) {
			if text != "" {
				t.Errorf("text %d is left: %q", i, text)
			}
		}
		for table, columns := range told {
			for column := range strings.SplitSeq(columns, ",") {
				if left := storetest.Column(t, url, "SELECT "+column+" FROM "+table); len(left) != 1 || left[0] != "" {
					t.Errorf("%s.%s: %q", table, column, left)
				}
			}
		}
		if got := storetest.Column(t, url, "SELECT state || data_key || reason || SUBSTR(sha256, 1, 4) FROM documents"); got[0] != "deletederased0000" {
			t.Errorf("the document: %v", got)
		}
		o.verified()
		// A decision that comes afterwards keeps no words, and new words are refused.
		o.refuses(o.s.Write(ctx, o.creditor, func(tx *store.Tx) error {
			return messages.Add(tx, messages.Message{ID: store.NewID(), CaseID: c.ID, By: debt.Actor{Kind: "debtor"}, Text: said, At: o.watch.Now()})
		}), "person_erased")
	})
}

func TestWhatPeopleWroteInTheClearIsSealed(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		o.tell(o.cases[0])
		raw := storetest.Raw(t, url)
		n := 0
		for table, columns := range told {
			for column := range strings.SplitSeq(columns, ",") {
				n++
				if _, err := raw.Exec("UPDATE " + table + " SET " + column + " = 'Quakernackel " + column + "'"); err != nil {
					t.Fatal(err)
				}
			}
		}
		before := strings.Join(o.texts(o.cases[0]), "|")
		if did, err := o.desk.Reseal(ctx); err != nil || did != n {
			t.Errorf("sealed %d of %d, %v", did, n, err)
		}
		if dump := storetest.Dump(t, url); strings.Contains(dump, "Quakernackel") {
			t.Errorf("in the clear:\n%s", dump)
		}
		if after := strings.Join(o.texts(o.cases[0]), "|"); after != before || strings.Count(after, "Quakernackel") != n {
			t.Errorf("%q became %q", before, after)
		}
		if did, err := o.desk.Reseal(ctx); err != nil || did != 0 {
			t.Errorf("again: %d, %v", did, err)
		}
	})
}

// The documents of what is decided go half a year later, not a day before.
func TestDocumentsGoHalfAYearAfterTheDecision(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		o.tell(o.cases[0])
		due := retention.Of(retention.Documents).Due(o.watch.Now())
		o.watch.Set(due.AddDate(0, 0, -1))
		if list := o.retain(); len(list) != 0 {
			t.Errorf("early: %v", list)
		}
		o.watch.Set(due.AddDate(0, 0, 2))
		if list, err := o.desk.Overdue(ctx, o.creditor); err != nil || len(list) != 1 || list[0].Class != retention.Documents || !list[0].Since.Equal(due) {
			t.Errorf("%+v, %v", list, err)
		}
		if list := o.retain(); len(list) != 1 || list[0] != (privacy.Batch{Class: retention.Documents, Rows: 1}) {
			t.Errorf("%v", list)
		}
		if got := storetest.Column(t, url, "SELECT state || name || data_key || reason FROM documents"); got[0] != "deletedtime_over" {
			t.Errorf("%v", got)
		}
	})
}
