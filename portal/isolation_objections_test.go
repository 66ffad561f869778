package portal

import (
	"context"

	"quitt/cases/objections"
	"quitt/debt"
	"quitt/debt/objection"
	"quitt/debt/situation"
)

// say lets every debtor object, prove and tell something, and the creditor answer: the
// answers are read by the debtor, what was told by nobody on the debtor's pages.
func (w *world) say() {
	ctx, debtor, clerk := context.Background(), debt.Actor{Kind: "debtor"}, debt.Actor{Kind: "creditor"}
	desk := objections.Desk{Store: w.store, Now: w.clock.Now}
	w.each(func(f *dossier) {
		if f.key == closedCase {
			return
		}
		at := objections.At{Creditor: f.of.ID, Case: f.caseID}
		told := func(what string) debt.Personal {
			w.zoo.word(f.of, f, inCopy, f.mark(what))
			return debt.Personal(f.mark(what))
		}
		verdict := func(what string) objections.Verdict {
			w.zoo.word(f.of, f, inFull, f.mark(what))
			return objections.Verdict{Reason: debt.Personal(f.mark(what))}
		}
		id, err := desk.File(ctx, at, debtor, objections.Filing{Ground: objection.Other, Words: told("ObjectionWords"), Disputed: objection.Disputed{Whole: true}})
		w.must(err)
		w.must(desk.Answer(ctx, f.of.ID, id, clerk, objection.Answer{Outcome: debt.ObjectionRejected, Reason: verdict("ObjectionReason").Reason}))
		id, err = desk.FileProof(ctx, at, debtor, objections.Payment{On: debt.DateIn(w.clock.Now(), debt.Berlin), Amount: 1, Target: told("ProofTarget"), Words: told("ProofWords")})
		w.must(err)
		w.must(desk.DecideProof(ctx, f.of.ID, id, clerk, verdict("ProofReason")))
		id, err = desk.Notify(ctx, at, debtor, objections.Notice{Kind: situation.Guardianship, Words: told("SituationWords"),
			Fields: map[string]string{"representative": told("Guardian").Reveal()}})
		w.must(err)
		w.must(desk.DecideSituation(ctx, f.of.ID, id, clerk, verdict("SituationReason")))
	})
}
