package portal

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"quitt/cases/objections"
	"quitt/debt"
	"quitt/debt/objection"
	"quitt/debt/plan"
	"quitt/plans"
	"quitt/store"
	"quitt/store/programs"
	"quitt/store/storetest"
)

// repeated says that the same was done before.
var repeated = map[string]func(a said) bool{
	"handOver":          func(a said) bool { return a.text("outcome") == "unchanged" },
	"handOverMany":      func(a said) bool { return a.at("unchanged") == 1.0 },
	"bookPayment":       func(a said) bool { return a.at("repeated") == true },
	"bookCreditNote":    func(a said) bool { return a.at("repeated") == true },
	"reversePayment":    func(a said) bool { return a.at("repeated") == true },
	"uploadDocument":    func(a said) bool { return a.status == 200 },
	"acknowledgeEvents": func(a said) bool { return a.at("sequence") == 0.0 }, // takes no key: it only moves forward
}

// A process dies after it has done what it was asked and before it could say so. The program asks
// again, at once and when the name counts as free: nothing happens twice (docs/api.md).
func TestNothingHappensTwiceAfterADeath(t *testing.T) {
	w := sqlWorld(t)
	p, _ := newPrograms(t, w)
	c := &contract{program: p, url: w.rows, ids: p.things()}
	for _, d := range c.described() {
		if d.method != "POST" {
			continue
		}
		path, body := c.fresh(d)
		name := "dies-" + d.id
		if d.id != "acknowledgeEvents" {
			mend := storetest.Dying(t, w.rows)
			c.want(500, "POST", path, body, "Idempotency-Key", name)
			mend()
		} else {
			c.want(200, "POST", path, body)
		}
		before := c.state()
		if a := c.ask("POST", path, body, "Idempotency-Key", name); repeated[d.id] == nil && !slices.Equal(a.codes(), []string{"api_in_progress"}) {
			t.Errorf("%s at once: %d %s", d.id, a.status, a.body)
		}
		w.clock.Move(3 * time.Minute)
		a := c.ask("POST", path, body, "Idempotency-Key", name)
		if say := repeated[d.id]; say != nil && (a.status >= 300 || !say(a)) || say == nil && !slices.Equal(a.codes(), []string{"api_answer_lost"}) {
			t.Errorf("%s again: %d %s", d.id, a.status, a.body)
		}
		if after := c.state(); after != before {
			t.Errorf("%s has happened twice:\n%s\n%s", d.id, before, after)
		}
	}
}

// state is everything that is kept, apart from the requests themselves and when a key was used.
func (c *contract) state() string {
	c.t.Helper()
	var b strings.Builder
	for _, table := range []string{"cases", "events", "entries", "postings", "payments", "holds", "messages", "objections", "proofs", "plans", "plan_rounds", "hook_endpoints", "hook_replays", "documents", "tasks", "outbox", "letters"} {
		fmt.Fprintln(&b, table, storetest.Column(c.t, c.url, "SELECT COUNT(*) AS n FROM "+table))
	}
	return b.String()
}

// fresh makes what an operation works on, used by nothing else, and gives its address and body.
func (c *contract) fresh(d described) (path, body string) {
	c.t.Helper()
	ctx, debtor, own := context.Background(), debt.Actor{Kind: "debtor"}, "D-"+d.id
	body = strings.ReplaceAll(fitting(d), "ISO-THEIRS", "ISO-"+d.id)
	if d.id == "handOver" || d.id == "handOverMany" || d.id == "acknowledgeEvents" || d.id == "addEndpoint" {
		return d.path, body
	}
	if part(d.path) == "endpoints" {
		return strings.Replace(d.path, "{endpoint}", c.want(201, "POST", "/api/v1/endpoints", `{"url":"http://127.0.0.1:9/"}`).text("id"), 1), body
	}
	c.want(201, "POST", "/api/v1/cases", handover(own, func(h map[string]any) { claimOf(h)["principal_cents"] = 300_000 }))
	row := c.row(own)
	at := objections.At{Creditor: c.of.ID, Case: row}
	desk, id := objections.Desk{Store: c.store, Now: c.clock.Now}, debt.ID("")
	var err error
	switch part(d.path) {
	case "objections":
		id, err = desk.File(ctx, at, debtor, objections.Filing{Ground: objection.Other, Words: "falsch", Disputed: objection.Disputed{Whole: true}})
	case "proofs":
		id, err = desk.FileProof(ctx, at, debtor, objections.Payment{On: debt.DateIn(c.clock.Now(), debt.Berlin), Amount: 100})
	case "plan":
		wish := plan.Wish{Instalment: 311_03, First: debt.DateIn(c.clock.Now(), debt.Berlin).AddDays(20), Rhythm: plan.Monthly}
		p, failed := c.planDesk().Propose(ctx, plans.Who{Creditor: c.of.ID, Case: row, By: debtor}, plans.Proposal{Wish: wish, Reason: "income"})
		id, err = p.ID, failed
	case "holds":
		id = debt.ID(c.want(201, "POST", "/api/v1/cases/"+own+"/holds", apiBodies["placeHold"]).text("holds", 0, "id"))
	}
	c.must(err)
	if d.id == "reversePayment" {
		c.want(201, "POST", "/api/v1/cases/"+own+"/payments", strings.ReplaceAll(apiBodies["bookPayment"], "ISO", "ISO-"+d.id))
	}
	return strings.NewReplacer("{case}", own, "{id}", string(id), "{hold}", string(id)).Replace(d.path), body
}

// row is the id of a case.
func (c *contract) row(reference string) (id debt.ID) {
	c.must(c.store.Read(context.Background(), c.of.ID, func(r *store.Reader) (err error) { id, err = programs.Find(r, reference); return err }))
	return id
}
