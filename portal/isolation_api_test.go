package portal

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"quitt/portal/api"
	"quitt/portal/api/wire"
	"quitt/store"
	"quitt/store/feed"
	"quitt/store/storetest"
)

// apiBodies are what each operation takes: without a body it would be refused before it looks
// for anything.
var apiBodies = map[string]string{
	"takeStep": `{"name":"collection"}`, "updateDebtor": `{"email":"neu@example.de"}`, "withdrawCase": `{}`, "placeHold": `{"reason":"x","until":"2026-12-24"}`,
	"bookPayment": `{"external_id":"ISO","amount_cents":1,"received_on":"2026-11-20"}`, "bookCreditNote": `{"external_id":"ISO","amount_cents":1}`,
	"answerObjection": `{"outcome":"rejected","reason":"nein"}`, "decideProof": `{"accepted":true}`, "counterPlan": `{"instalment_cents":30000,"first":"2026-12-15"}`,
	"declinePlan": `{"reason":"too_long","person":"Keller"}`, "sendMessage": `{"text":"x"}`, "replayEvents": `{"from":1,"to":1}`,
	"uploadDocument": document("akte.pdf", "contract", false, onePage("ISO"), ""),
	"reversePayment": `{"payment":"ISO-THEIRS","external_id":"ISO-BACK","reason":"x"}`,
}

func apiOperations() []*wire.Operation {
	return api.NewService(nil, storetest.Clock, api.Desks{}).Operations()
}

// plain asks and blanks the number of the request.
func (p *program) plain(op *wire.Operation, path string, head ...string) (int, string) {
	a := p.ask(op.Method, path, apiBodies[op.OperationID], head...)
	if a.status >= 500 {
		p.t.Errorf("%s %s: %d %s", op.OperationID, path, a.status, a.body)
	}
	return a.status, requestNumber.ReplaceAllString(a.body, "∎")
}

// things are ids that operations name, of one creditor's.
func (p *program) things() map[string]string {
	f := p.of.files[victimCase]
	path := "/api/v1/cases/" + f.mark("CreditorReference")
	first := func(path, list string) string { return p.want(200, "GET", path, "").text(list, 0, "id") }
	held := p.want(201, "POST", path+"/holds", apiBodies["placeHold"])
	p.want(201, "POST", "/api/v1/cases/"+p.of.files[plainCase].mark("CreditorReference")+"/payments",
		strings.ReplaceAll(apiBodies["bookPayment"], "ISO", "ISO-THEIRS"))
	return map[string]string{
		"holds": held.text("holds", 0, "id"), "objections": first(path+"/objections", "objections"), "proofs": first(path+"/objections", "proofs"),
		"plan": string(p.of.files[strangeCase].plan), "documents": first(path+"/documents", "documents"),
		"endpoints": p.want(201, "POST", "/api/v1/endpoints", `{"url":"http://127.0.0.1:9/"}`).text("id"),
	}
}

// Every operation with both creditors' references and ids: what belongs to another is no
// different, to the byte, from what does not exist, and nothing happens to it.
func TestNoProgramGetsAByteOfAnotherCreditor(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		mine, theirs := newPrograms(t, w)
		ours, others := mine.things(), theirs.things()
		own, foreign := mine.of.files[victimCase], theirs.of.files[victimCase]
		state := func() string {
			return theirs.want(200, "GET", "/api/v1/cases/"+foreign.mark("CreditorReference")+"/timeline", "").body +
				theirs.want(200, "GET", "/api/v1/cases/"+foreign.mark("CreditorReference"), "").body + theirs.want(200, "GET", "/api/v1/endpoints", "").body
		}
		before, asked := state(), 0
		fileOf := theirs.want(200, "GET", "/api/v1/cases/"+foreign.mark("CreditorReference"), "").text("case")
		compare := func(op *wire.Operation, path, foreignName, missingName string) {
			asked += 2
			_, missing := mine.plain(op, strings.ReplaceAll(path, "{name}", missingName))
			status, got := mine.plain(op, strings.ReplaceAll(path, "{name}", foreignName))
			if got != missing || status < 400 || strings.Contains(got, "Knr"+theirs.of.key) {
				t.Errorf("%s with %s: %d %.300s\nwithout: %.300s", op.OperationID, foreignName, status, got, missing)
			}
		}
		for _, op := range apiOperations() {
			path := op.Operation.Path
			room := strings.Split(strings.TrimPrefix(path, wire.Prefix+"/cases/{case}/"), "/")[0]
			if strings.HasPrefix(path, wire.Prefix+"/endpoints") {
				room = "endpoints"
			}
			ids := strings.NewReplacer("{id}", "{name}", "{hold}", "{name}", "{endpoint}", "{name}")
			if strings.Contains(path, "{case}") {
				whole := strings.NewReplacer("{id}", others[room], "{hold}", others[room]).Replace(strings.Replace(path, "{case}", "{name}", 1))
				for _, name := range []string{foreign.mark("CreditorReference"), fileOf, string(foreign.caseID)} {
					compare(op, whole, name, "2026-999999")
				}
			}
			if named := ids.Replace(path); named != path {
				on := own
				if room == "plan" {
					on = mine.of.files[strangeCase]
				}
				named = strings.Replace(named, "{case}", on.mark("CreditorReference"), 1)
				compare(op, named, others[room], string(store.NewID()))
				for _, odd := range []string{"x", "%27%20OR%201=1", "..%2F..", strings.Repeat("9", 64), "%00"} {
					if status, body := mine.plain(op, strings.ReplaceAll(named, "{name}", odd)); status < 400 {
						t.Errorf("%s with %s: %d %s", op.OperationID, odd, status, body)
					}
				}
				// The proof that there is something to find: its owner finds it.
				if status, body := mine.plain(op, strings.ReplaceAll(named, "{name}", ours[room]), "Dry-Run", dryIf(op)); status == 404 {
					t.Errorf("%s with its own: %s", op.OperationID, body)
				}
			}
			if path == wire.Prefix+"/payments/reversals" {
				if status, body := mine.plain(op, path, "Dry-Run", "true"); status >= 300 {
					t.Errorf("the own payment: %d %s", status, body)
				}
			}
		}
		if after := state(); after != before {
			t.Errorf("something has happened to the other creditor:\n%s\n%s", before, after)
		}
		for _, path := range []string{"/api/v1/cases?limit=500", "/api/v1/payouts", "/api/v1/endpoints", "/api/v1/events?limit=500"} {
			asked++
			if a := mine.want(200, "GET", path, ""); strings.Contains(a.body, "Knr"+theirs.of.key) || strings.Contains(a.body, others["endpoints"]) {
				t.Errorf("%s tells of the other creditor", path)
			}
		}
		t.Logf("%d questions of %d operations", asked, len(apiOperations()))
		mine.report(mine.t.(*testing.T)) //nolint:errcheck // a panic fails the test
	})
}

// revoke ends the key of a secret.
func (w *world) revoke(secret string) error {
	return w.store.Write(context.Background(), "", func(t *store.Tx) error {
		k, _, err := feed.FindKey(&t.Reader, api.Hash(secret))
		if err != nil {
			return err
		}
		return feed.RevokeKey(t, k.ID, w.clock.Now())
	})
}

func dryIf(op *wire.Operation) string {
	if op.Method == http.MethodPost {
		return "true"
	}
	return ""
}

// Without a good key every operation answers alike, whatever it is asked.
func TestNoOperationTellsAnythingWithoutAKey(t *testing.T) {
	w := sqlWorld(t)
	p, _ := newPrograms(t, w)
	revoked := w.key(w.tenants[0], feed.Scopes()...)
	w.must(w.revoke(revoked))
	first := ""
	for i, op := range apiOperations() {
		path := strings.NewReplacer("{case}", w.tenants[0].files[plainCase].mark("CreditorReference"), "{id}", "x", "{hold}", "x", "{endpoint}", "x").Replace(op.Operation.Path)
		for _, header := range []string{"", "Bearer " + revoked, "Bearer " + api.NewSecret(), "Basic eA==", "Bearer"} {
			a := p.ask(op.Method, path, "{}", "Authorization", header, "Cookie", "sid="+w.role("full view").cookie, "X-Forwarded-For", fmt.Sprintf("203.0.113.%d", i))
			got := requestNumber.ReplaceAllString(a.body, "∎")
			if first == "" {
				first = got
			}
			if got != first || a.status != 401 {
				t.Errorf("%s with %.12q: %d %s", op.OperationID, header, a.status, got)
			}
		}
	}
}
