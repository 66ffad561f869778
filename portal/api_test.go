package portal

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"quitt/cases/messages"
	"quitt/cases/objections"
	"quitt/debt"
	"quitt/debt/objection"
	"quitt/portal/api"
	"quitt/store"
	"quitt/store/feed"
	messaged "quitt/store/messages"
	kept "quitt/store/objections"
)

// program is one with a key, whose every answer is judged.
type program struct {
	*watched

	t      testing.TB
	of     *tenant
	judge  *judge
	secret string
}

// newPrograms starts a server over a world and gives each creditor a program with all scopes.
func newPrograms(t testing.TB, w *world) (mine, theirs *program) {
	t.Helper()
	st, j := watch(t, w, nil), newJudge(t)
	mine, theirs = &program{st, t, w.tenants[0], j, ""}, &program{st, t, w.tenants[1], j, ""}
	mine.secret, theirs.secret = w.key(w.tenants[0], feed.Scopes()...), w.key(w.tenants[1], feed.Scopes()...)
	return mine, theirs
}

// key gives a creditor a key and its secret.
func (w *world) key(of *tenant, scopes ...feed.Scope) string {
	secret := api.NewSecret()
	k := feed.Key{ID: store.NewID(), Name: "program", Scopes: scopes, CreatedAt: w.clock.Now()}
	w.must(w.store.Write(context.Background(), of.ID, func(t *store.Tx) error { return feed.AddKey(t, api.Hash(secret), k) }))
	return secret
}

// said is an answer of the API.
type said struct {
	status int
	head   http.Header
	body   string
	json   map[string]any
}

// ask sends a request and holds the answer to the description. head is names and values.
func (p *program) ask(method, path, body string, head ...string) said {
	p.t.Helper()
	r, err := http.NewRequest(method, p.url+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+p.secret)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	res, err := p.client.Do(r)
	for tries := 0; err != nil && len(body) > maxBody && tries < 20; tries++ {
		// Who refuses a body before its end may break the line before the answer is read (RFC 9112, 9.6).
		r.Body = io.NopCloser(strings.NewReader(body))
		res, err = p.client.Do(r)
	}
	if err != nil {
		p.t.Fatal(err)
	}
	b, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil {
		p.t.Fatal(err)
	}
	// The judge's router reads %2F as a slash, which ours does not.
	if _, err := p.judge.check(r, body, res, b); err != nil && !strings.Contains(path, "%2F") {
		p.t.Errorf("%s %s: %d is not as described: %v\n%.600s", method, path, res.StatusCode, err, b)
	}
	out := said{status: res.StatusCode, head: res.Header, body: string(b)}
	if strings.Contains(res.Header.Get("Content-Type"), "json") {
		if err := json.Unmarshal(b, &out.json); err != nil {
			p.t.Errorf("%s %s: %v: %.200s", method, path, err, b)
		}
	}
	return out
}

// want asks and wants a status.
func (p *program) want(status int, method, path, body string, head ...string) said {
	p.t.Helper()
	a := p.ask(method, path, body, head...)
	if a.status != status {
		p.t.Errorf("%s %s: %d, want %d: %.600s", method, path, a.status, status, a.body)
	}
	return a
}

// at walks into an answer: names and numbers of lists.
func (a said) at(path ...any) any {
	var v any = a.json
	for _, step := range path {
		switch s := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[s]
		case int:
			l, _ := v.([]any)
			if s >= len(l) {
				return nil
			}
			v = l[s]
		}
	}
	return v
}

func (a said) text(path ...any) string {
	s, _ := a.at(path...).(string)
	return s
}

// codes are the rules that a refusal names, with where.
func (a said) codes() []string {
	var list []string
	faults, _ := a.at("errors").([]any)
	for i := range faults {
		list = append(list, strings.TrimPrefix(a.text("errors", i, "location")+" "+a.text("errors", i, "code"), " "))
	}
	slices.Sort(list)
	return list
}

// handover is one that can be taken in.
func handover(reference string, change func(h map[string]any)) string {
	h := map[string]any{"reference": reference,
		"debtor": map[string]any{"first_name": "Erika", "last_name": "Mustermann", "street": "Heidestraße 17", "postcode": "51147", "city": "Köln", "birth_date": "1985-03-07"},
		"claims": []any{map[string]any{"principal_cents": 7999, "ground": "contract", "object": "Zahnersatz", "contract_date": "2026-05-12", "due_date": "2026-06-14",
			"default_from": "2026-07-15", "dunning_cost_cents": 95, "dunning_cost_date": "2026-07-01"}}}
	if change != nil {
		change(h)
	}
	b, err := json.Marshal(h)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func debtorOf(h map[string]any) map[string]any { return h["debtor"].(map[string]any) } //nolint:errcheck // a panic fails the test

func claimOf(h map[string]any) map[string]any {
	return h["claims"].([]any)[0].(map[string]any) //nolint:errcheck // likewise
}

// Every operation does what it says once, and is judged.
func TestEveryOperationWorksAsDescribed(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		p, _ := newPrograms(t, w)
		p.cases()
		p.money()
		p.dialogue()
		p.endpoints()
		p.want(200, "GET", "/api/v1/events?limit=3", "")
		p.want(200, "POST", "/api/v1/events/acknowledgement", `{"sequence":1}`)
		for _, name := range slices.Sorted(maps.Keys(p.operations())) {
			if !slices.ContainsFunc(slices.Collect(maps.Keys(p.judge.seen[name])), func(status int) bool { return status < 300 }) {
				t.Errorf("%s has never worked here", name)
			}
		}
		p.silent()
		p.report(t)
	})
}

// operations by id, from the description.
func (p *program) operations() map[string]string {
	list := map[string]string{}
	for path, item := range p.judge.doc.Paths.Map() {
		for method, op := range item.Operations() {
			list[op.OperationID] = method + " " + path
		}
	}
	return list
}

// silent: what was sent is in no log.
func (p *program) silent() {
	for _, word := range []string{"Mustermann", "Heidestraße", p.secret, "internal error", "panic"} {
		if strings.Contains(p.log.String(), word) {
			p.t.Errorf("the log has %s: %s", word, p.log.String()[max(0, strings.Index(p.log.String(), word)-300):][:600])
		}
	}
}

func (p *program) cases() {
	p.t.Helper()
	a := p.want(201, "POST", "/api/v1/cases", handover("RE-1", nil))
	file := a.text("case")
	if a.text("outcome") != "created" || file == "" {
		p.t.Errorf("%v", a.json)
	}
	if b := p.want(200, "POST", "/api/v1/cases", handover("RE-1", nil)); b.text("outcome") != "unchanged" || b.text("case") != file {
		p.t.Errorf("%v", b.json)
	}
	b := p.want(200, "POST", "/api/v1/cases/bulk", `{"items":[`+handover("RE-2", nil)+`,`+handover("RE-1", nil)+`]}`)
	if b.at("created") != 1.0 || b.at("unchanged") != 1.0 {
		p.t.Errorf("%v", b.json)
	}
	list := p.want(200, "GET", "/api/v1/cases?limit=4", "")
	seen := map[string]bool{}
	for pages := 0; pages < 10; pages++ {
		cases, _ := list.at("cases").([]any)
		for i := range cases {
			seen[list.text("cases", i, "case")] = true
		}
		if list.text("next_after") == "" {
			break
		}
		list = p.want(200, "GET", "/api/v1/cases?limit=4&after="+list.text("next_after"), "")
	}
	if len(seen) != len(caseKeys)+2 || !seen[file] {
		p.t.Errorf("the pages have %d cases", len(seen))
	}
	status := p.want(200, "GET", "/api/v1/cases/RE-1", "")
	if status.text("case") != file || status.at("axes", "stage") != "reminder" || status.at("open", "principal_cents") != 7999.0 || status.at("open", "costs_cents") != 95.0 {
		p.t.Errorf("%v", status.json)
	}
	if s := p.want(200, "GET", "/api/v1/cases/"+file+"/statement", ""); s.at("statement", "payable_cents") != status.at("payable_cents") {
		p.t.Errorf("%v", s.json)
	}
	if s := p.want(200, "GET", "/api/v1/cases/RE-1/timeline?limit=1", ""); s.text("events", 0, "type") != "case.received" || s.at("next_after") != 1.0 {
		p.t.Errorf("%v", s.json)
	}
	p.want(200, "GET", "/api/v1/cases/RE-1/steps", "")
	if s := p.want(200, "POST", "/api/v1/cases/RE-1/debtor", `{"address":{"street":"Weg 9","postcode":"50667","city":"Köln"},"email":"neu@example.de"}`); len(s.at("changed").([]any)) != 2 { //nolint:errcheck // a panic fails the test
		p.t.Errorf("%v", s.json)
	}
	held := p.want(201, "POST", "/api/v1/cases/RE-1/holds", `{"reason":"goodwill","until":"2027-01-31"}`)
	if held.at("axes", "processing") != "held" || held.text("holds", 0, "id") == "" {
		p.t.Errorf("%v", held.json)
	}
	if s := p.want(200, "POST", "/api/v1/cases/RE-1/holds/"+held.text("holds", 0, "id")+"/release", ""); s.at("axes", "processing") != "running" {
		p.t.Errorf("%v", s.json)
	}
	if s := p.want(200, "POST", "/api/v1/cases/RE-1/steps", `{"name":"collection"}`); s.at("axes", "stage") != "collection" {
		p.t.Errorf("%v", s.json)
	}
	if s := p.want(200, "POST", "/api/v1/cases/RE-1/withdrawal", `{"reason":"settled"}`); s.at("axes", "close_reason") != "settled" {
		p.t.Errorf("%v", s.json)
	}
	p.want(403, "POST", "/api/v1/cases/RE-1/withdrawal", `{}`)
}

func (p *program) money() {
	p.t.Helper()
	pay := `{"external_id":"ZE-1","amount_cents":1000,"received_on":"2026-11-20"}`
	a := p.want(201, "POST", "/api/v1/cases/RE-2/payments", pay)
	if a.at("repeated") != false || a.at("payment", "amount_cents") != 1000.0 || a.text("payment", "source") != "creditor" {
		p.t.Errorf("%v", a.json)
	}
	if b := p.want(200, "POST", "/api/v1/cases/RE-2/payments", pay); b.at("repeated") != true || b.text("payment", "id") != a.text("payment", "id") {
		p.t.Errorf("%v", b.json)
	}
	p.want(409, "POST", "/api/v1/cases/RE-2/payments", `{"external_id":"ZE-1","amount_cents":1001,"received_on":"2026-11-20"}`)
	if b := p.want(200, "GET", "/api/v1/cases/RE-2/payments", ""); b.text("payments", 0, "external_id") != "ZE-1" {
		p.t.Errorf("%v", b.json)
	}
	note := `{"external_id":"GS-1","amount_cents":2000}`
	c := p.want(201, "POST", "/api/v1/cases/RE-2/credit-notes", note)
	if c.at("credited_cents") != 2000.0 {
		p.t.Errorf("%v", c.json)
	}
	if b := p.want(200, "POST", "/api/v1/cases/RE-2/credit-notes", note); b.at("repeated") != true || b.at("credited_cents") != 2000.0 {
		p.t.Errorf("%v", b.json)
	}
	p.want(409, "POST", "/api/v1/cases/RE-2/credit-notes", `{"external_id":"GS-1","amount_cents":2001}`)
	if b := p.want(422, "POST", "/api/v1/cases/RE-2/credit-notes", `{"external_id":"GS-2","amount_cents":6000}`); !slices.Equal(b.codes(), []string{"credit_range"}) {
		p.t.Errorf("%v", b.codes())
	}
	if b := p.want(200, "POST", "/api/v1/payments/reversals", `{"payment":"ZE-1","external_id":"ST-1","reason":"wrong_case"}`); b.text("payment", "status") != "reversed" {
		p.t.Errorf("%v", b.json)
	}
	p.want(200, "GET", "/api/v1/payouts", "")
}

func (p *program) dialogue() {
	p.t.Helper()
	ctx, debtor := context.Background(), debt.Actor{Kind: "debtor"}
	f, strange := p.of.files[victimCase], p.of.files[strangeCase]
	path := "/api/v1/cases/" + f.mark("CreditorReference")
	desk, at := objections.Desk{Store: p.store, Now: p.clock.Now}, objections.At{Creditor: p.of.ID, Case: f.caseID}
	id, err := desk.File(ctx, at, debtor, objections.Filing{Ground: objection.Other, Words: "falsch", Disputed: objection.Disputed{Whole: true}})
	p.must(err)
	if a := p.want(200, "GET", path+"/objections", ""); a.text("objections", 1, "id") != string(id) || a.text("objections", 1, "words") != "falsch" {
		p.t.Errorf("%v", a.json)
	}
	p.want(422, "POST", path+"/objections/"+string(id)+"/answer", `{"outcome":"rejected"}`)
	p.want(200, "POST", path+"/objections/"+string(id)+"/answer", `{"outcome":"rejected","reason":"Die Rechnung stimmt."}`)
	p.want(409, "POST", path+"/objections/"+string(id)+"/answer", `{"outcome":"rejected","reason":"Die Rechnung stimmt."}`)
	proof, err := desk.FileProof(ctx, at, debtor, objections.Payment{On: debt.DateIn(p.clock.Now(), debt.Berlin), Amount: 100})
	p.must(err)
	p.want(422, "POST", path+"/proofs/"+string(proof)+"/decision", `{"accepted":false}`)
	p.want(200, "POST", path+"/proofs/"+string(proof)+"/decision", `{"accepted":true}`)
	p.must(p.store.Read(ctx, p.of.ID, func(t *store.Reader) error {
		k, err := kept.LoadProof(t, proof)
		if k.State != kept.ProofAccepted {
			p.t.Errorf("the proof is %s", k.State)
		}
		return err
	}))
	plan := "/api/v1/cases/" + strange.mark("CreditorReference") + "/plan"
	if a := p.want(200, "GET", plan, ""); a.text("plan", "id") != string(strange.plan) || a.text("plan", "waits_for") != "creditor" {
		p.t.Errorf("%v", a.json)
	}
	for _, act := range []struct{ name, body string }{{"refusal", `{"reason":"too_long","person":"Frau Keller"}`}, {"counter", `{"instalment_cents":30000,"first":"2026-12-15"}`}, {"acceptance", ""}} {
		p.want(200, "POST", plan+"/"+string(strange.plan)+"/"+act.name, act.body, "Dry-Run", "true")
	}
	p.want(200, "POST", plan+"/"+string(strange.plan)+"/acceptance", "")
	p.want(200, "GET", plan, "")
	request, err := messages.Desk{Store: p.store, Now: p.clock.Now}.Ask(ctx, messages.Letter{CreditorID: p.of.ID, CaseID: f.caseID, By: debtor, Text: "bitte"}, messaged.RequestKinds()[0])
	p.must(err)
	p.want(200, "POST", path+"/messages/reading", "")
	p.want(201, "POST", path+"/messages", `{"text":"Guten Tag","request":"`+string(request.ID)+`"}`)
	a := p.want(200, "GET", path+"/messages", "")
	thread, _ := a.at("messages").([]any)
	if last := len(thread) - 1; last < 1 || a.text("messages", last, "text") != "Guten Tag" || a.text("messages", last, "from") != "creditor" {
		p.t.Errorf("%v", a.json)
	}
	p.want(201, "POST", path+"/documents", document("Vertrag.pdf", "contract", false, onePage("Vertrag"), ""))
	docs := p.want(200, "GET", path+"/documents", "")
	file := p.want(200, "GET", path+"/documents/"+docs.text("documents", 0, "id")+"/content", "")
	if !strings.Contains(file.body, f.mark("DocumentText")) || file.head.Get("Content-Disposition") != "attachment" || file.head.Get("Content-Security-Policy") != "sandbox; default-src 'none'" {
		p.t.Errorf("%v", file.head)
	}
}

func (p *program) endpoints() {
	p.t.Helper()
	p.want(422, "POST", "/api/v1/endpoints", `{"url":"ftp://x"}`)
	a := p.want(201, "POST", "/api/v1/endpoints", `{"url":"http://127.0.0.1:9/hook","types":["case.received"]}`)
	path := "/api/v1/endpoints/" + a.text("id")
	if !strings.HasPrefix(a.text("secret"), "whsec_") {
		p.t.Errorf("%v", a.json)
	}
	if b := p.want(200, "POST", path+"/rotation", ""); b.text("secret") == a.text("secret") {
		p.t.Errorf("%v", b.json)
	}
	if b := p.want(200, "GET", "/api/v1/endpoints", ""); b.text("endpoints", 0, "id") != a.text("id") {
		p.t.Errorf("%v", b.json)
	}
	p.want(200, "POST", path+"/enabling", "")
	p.want(200, "POST", path+"/replay", `{"from":1,"to":2}`)
	p.want(422, "POST", path+"/replay", `{"from":2,"to":1}`)
	p.want(200, "GET", path+"/attempts", "")
	p.want(200, "POST", path+"/removal", "")
	p.want(404, "GET", path+"/attempts", "")
}
