package portal

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"quitt/debt"
	"quitt/portal/api"
	"quitt/store"
	"quitt/store/feed"
	"quitt/store/storetest"
)

// sqlWorld is a world on the embedded engine, for what does not depend on it.
func sqlWorld(t testing.TB) *world { t.Helper(); return worldOn(t, "sqlite") }

// A hand-over tells all its faults at once, each where it is and by a name that stays.
func TestAHandOverTellsAllItsFaultsAtOnce(t *testing.T) {
	p, _ := newPrograms(t, sqlWorld(t))
	set := func(of func(map[string]any) map[string]any, values map[string]any) func(map[string]any) {
		return func(h map[string]any) {
			for name, v := range values {
				of(h)[name] = v
			}
		}
	}
	whole := func(h map[string]any) map[string]any { return h }
	for name, tc := range map[string]struct {
		change func(map[string]any)
		status int
		codes  []string
	}{
		"many": {func(h map[string]any) {
			set(debtorOf, map[string]any{"postcode": "1067", "email": "x"})(h)
			set(claimOf, map[string]any{"due_date": "gestern", "dunning_cost_cents": 300})(h)
		}, 422, []string{"body.claims[0].due_date date_invalid", "body.claims[0].dunning_cost_cents dunning_cost_too_high", "body.debtor.email email_invalid", "body.debtor.postcode postcode_invalid"}},
		"no reference":   {set(whole, map[string]any{"reference": ""}), 422, []string{"body.reference reference_missing"}},
		"no name":        {set(debtorOf, map[string]any{"last_name": ""}), 422, []string{"body.debtor.last_name name_missing"}},
		"a company":      {set(debtorOf, map[string]any{"kind": "company"}), 422, []string{"body.debtor.company_name name_missing"}},
		"contract date":  {set(claimOf, map[string]any{"contract_date": "2026-07-01"}), 422, []string{"body.claims[0].contract_date contract_after_due"}},
		"a future":       {set(claimOf, map[string]any{"invoice_date": "2027-01-01"}), 422, []string{"body.claims[0].invoice_date date_in_future"}},
		"no rate":        {set(claimOf, map[string]any{"interest": "fixed"}), 422, []string{"body.claims[0].interest_rate_basis_points api_rate_missing"}},
		"reason of rate": {set(claimOf, map[string]any{"interest": "fixed", "interest_rate_basis_points": 1500}), 422, []string{"body.claims[0].interest_reason interest_reason_missing"}},
		"a rate":         {set(claimOf, map[string]any{"interest": "fixed", "interest_rate_basis_points": 1500, "interest_reason": "vereinbart"}), 201, nil},
		"consumer firm": {func(h map[string]any) {
			set(debtorOf, map[string]any{"kind": "company", "company_name": "X GmbH"})(h)
			set(claimOf, map[string]any{"consumer": true})(h)
		}, 422, []string{"body.claims[0].consumer consumer_company"}},
		"second claim": {func(h map[string]any) {
			h["claims"] = append(h["claims"].([]any), map[string]any{"principal_cents": 1, "ground": "tort", "object": "", "due_date": "2026-01-01"}) //nolint:errcheck // a panic fails the test
		}, 422, []string{"body.claims[1].object object_missing"}},
		"no claims":     {set(whole, map[string]any{"claims": []any{}}), 422, []string{"body.claims api_list_short"}},
		"not a word":    {set(claimOf, map[string]any{"ground": "friendship"}), 422, []string{"body.claims[0].ground api_field_word"}},
		"a text":        {set(claimOf, map[string]any{"principal_cents": "79.99"}), 422, []string{"body.claims[0].principal_cents api_field_integer"}},
		"a fraction":    {set(claimOf, map[string]any{"principal_cents": 79.99}), 422, []string{"body.claims[0].principal_cents api_field_integer"}},
		"nothing":       {set(claimOf, map[string]any{"principal_cents": 0}), 422, []string{"body.claims[0].principal_cents api_field_small"}},
		"too much":      {set(claimOf, map[string]any{"principal_cents": 100000000001}), 422, []string{"body.claims[0].principal_cents api_field_large"}},
		"unknown field": {set(whole, map[string]any{"referenz": "x"}), 422, []string{"body.referenz api_field_unknown"}},
		"missing field": {func(h map[string]any) { delete(debtorOf(h), "city") }, 422, []string{"body.debtor.city api_field_missing"}},
		"too long":      {set(whole, map[string]any{"reference": strings.Repeat("x", 65)}), 422, []string{"body.reference api_field_long"}},
		"an IBAN":       {set(debtorOf, map[string]any{"payer_iban": "DE00370400440532013000"}), 422, []string{"body.debtor.payer_iban iban_checksum"}},
		"lost umlauts":  {set(debtorOf, map[string]any{"city": "K\ufffdln"}), 422, []string{"body.debtor.city cell_characters"}},
		"a control":     {set(debtorOf, map[string]any{"city": "K\u0000ln"}), 422, []string{"body.debtor.city cell_characters"}},
	} {
		a := p.ask("POST", "/api/v1/cases", handover("F-"+name, tc.change), "Accept-Language", "en")
		if a.status != tc.status || tc.codes != nil && !slices.Equal(a.codes(), tc.codes) {
			t.Errorf("%s: %d %v, want %d %v: %.400s", name, a.status, a.codes(), tc.status, tc.codes, a.body)
		}
	}
}

func TestBodiesThatAreNoneAreRefused(t *testing.T) {
	p, _ := newPrograms(t, sqlWorld(t))
	for body, want := range map[string]int{
		"": 400, "{": 400, "[]": 422, "null": 422, `"x"`: 422, "1": 422, `{"reference":`: 400, "\xff": 400, `{}{}`: 400, strings.Repeat("[", 100_000): 400, strings.Repeat(" ", maxBody+1): 413,
	} {
		if a := p.ask("POST", "/api/v1/cases", body); a.status != want || a.head.Get("Content-Type") != "application/problem+json" || a.status < 413 && len(a.codes()) == 0 {
			t.Errorf("%.20q: %d, want %d: %.300s", body, a.status, want, a.body)
		}
	}
	if a := p.ask("POST", "/api/v1/cases", "a=b", "Content-Type", "application/x-www-form-urlencoded"); a.status != 415 {
		t.Errorf("a form: %d %s", a.status, a.body)
	}
	for path, want := range map[string]string{"?limit=0": "query.limit api_field_small", "?limit=501": "query.limit api_field_large", "?limit=x": "query.limit api_field_integer",
		"?after=%25": "query.after api_cursor", "?after=eA": "query.after api_cursor", "?page=2": "query.page api_field_unknown"} {
		if a := p.want(422, "GET", "/api/v1/cases"+path, ""); !slices.Equal(a.codes(), []string{want}) {
			t.Errorf("%s: %v", path, a.codes())
		}
	}
}

func TestBulkIsAllOrNothingUnlessPartial(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		p, _ := newPrograms(t, w)
		bad := handover("B-2", func(h map[string]any) { debtorOf(h)["postcode"] = "1067" })
		p.want(201, "POST", "/api/v1/cases", handover("B-9", nil))
		other := handover("B-9", func(h map[string]any) { claimOf(h)["principal_cents"] = 1 })
		a := p.want(422, "POST", "/api/v1/cases/bulk", `{"items":[`+handover("B-1", nil)+","+bad+`]}`)
		if !slices.Equal(a.codes(), []string{"body.items[1].debtor.postcode postcode_invalid"}) {
			t.Errorf("%v", a.codes())
		}
		a = p.want(409, "POST", "/api/v1/cases/bulk", `{"items":[`+handover("B-1", nil)+","+other+`]}`)
		if !slices.Equal(a.codes(), []string{"body.items[1].reference reference_other_content"}) {
			t.Errorf("%v", a.codes())
		}
		p.want(404, "GET", "/api/v1/cases/B-1", "")
		a = p.want(200, "POST", "/api/v1/cases/bulk", `{"partial":true,"items":[`+strings.Join([]string{handover("B-1", nil), bad, other, handover("B-1", nil), handover("B-9", nil)}, ",")+`]}`)
		var got []string
		for i := range 5 {
			got = append(got, a.text("items", i, "outcome"))
		}
		if !slices.Equal(got, []string{"created", "refused", "refused", "unchanged", "unchanged"}) || a.at("created") != 1.0 || a.at("refused") != 2.0 {
			t.Errorf("%v: %s", got, a.body)
		}
		if a.text("items", 3, "case") != a.text("items", 0, "case") || a.text("items", 1, "errors", 0, "code") != "postcode_invalid" {
			t.Errorf("%s", a.body)
		}
		p.want(200, "GET", "/api/v1/cases/B-1", "")
		p.want(404, "GET", "/api/v1/cases/B-2", "")
	})
}

// A dry run does everything and keeps nothing.
func TestADryRunKeepsNothing(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		p, _ := newPrograms(t, w)
		path := "/api/v1/cases/" + w.tenants[0].files[plainCase].mark("CreditorReference")
		before := p.want(200, "GET", path, "").body
		events := p.want(200, "GET", path+"/timeline", "").body
		for _, tc := range []struct{ path, body string }{
			{"/api/v1/cases", handover("D-1", nil)}, {"/api/v1/cases/bulk", `{"items":[` + handover("D-1", nil) + `]}`},
			{path + "/payments", `{"external_id":"D","amount_cents":5,"received_on":"2026-11-20"}`}, {path + "/credit-notes", `{"external_id":"D","amount_cents":5}`},
			{path + "/holds", `{"reason":"x","until":"2026-12-01"}`}, {path + "/withdrawal", `{}`}, {path + "/messages", `{"text":"x"}`},
			{path + "/debtor", `{"email":"a@b.example"}`}, {"/api/v1/endpoints", `{"url":"http://127.0.0.1:9/"}`},
		} {
			if a := p.ask("POST", tc.path, tc.body, "Dry-Run", "true", "Idempotency-Key", "dry"+fmt.Sprint(len(tc.path)%2)); a.status > 299 && tc.path != "/api/v1/endpoints" || a.status >= 500 {
				t.Errorf("%s: %d %s", tc.path, a.status, a.body)
			}
			p.want(422, "POST", tc.path, tc.body, "Dry-Run", "yes")
		}
		p.want(422, "GET", path, "", "Dry-Run", "true")
		p.want(404, "GET", "/api/v1/cases/D-1", "")
		if after := p.want(200, "GET", path, "").body; after != before {
			t.Errorf("the case has changed:\n%s\n%s", before, after)
		}
		if after := p.want(200, "GET", path+"/timeline", "").body; after != events {
			t.Error("the timeline has changed")
		}
		if a := p.want(201, "POST", "/api/v1/cases", handover("D-1", nil)); a.text("case") != "2026-000001" {
			t.Errorf("a rehearsed number is gone: %s", a.body)
		}
	})
}

// A request takes effect once under its Idempotency-Key.
func TestAnIdempotencyKeyTakesEffectOnce(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		p, theirs := newPrograms(t, w)
		path := "/api/v1/cases/" + w.tenants[0].files[plainCase].mark("CreditorReference") + "/messages"
		first := p.want(201, "POST", path, `{"text":"einmal"}`, "Idempotency-Key", "k-1")
		again := p.want(201, "POST", path, `{"text":"einmal"}`, "Idempotency-Key", "k-1")
		if again.body != first.body || again.head.Get("Idempotency-Replayed") != "true" || first.head.Get("Idempotency-Replayed") != "" {
			t.Errorf("%s, %s", first.body, again.body)
		}
		if a := p.want(422, "POST", path, `{"text":"zweimal"}`, "Idempotency-Key", "k-1"); !slices.Equal(a.codes(), []string{"api_key_reused"}) {
			t.Errorf("%v", a.codes())
		}
		theirs.want(201, "POST", "/api/v1/cases", handover("I-1", nil), "Idempotency-Key", "k-1") // names belong to a key
		p.want(422, "POST", path, `{"text":""}`, "Idempotency-Key", "k-2")
		p.want(201, "POST", path, `{"text":"richtig"}`, "Idempotency-Key", "k-2") // what was refused has done nothing
		for _, bad := range []string{"a b", strings.Repeat("x", 256), "ä"} {
			p.want(422, "POST", path, `{"text":"x"}`, "Idempotency-Key", bad)
		}
		p.want(201, "POST", "/api/v1/endpoints", `{"url":"http://127.0.0.1:9/"}`, "Idempotency-Key", "k-3")
		if a := p.want(409, "POST", "/api/v1/endpoints", `{"url":"http://127.0.0.1:9/"}`, "Idempotency-Key", "k-3"); !slices.Equal(a.codes(), []string{"api_answer_secret"}) {
			t.Errorf("%v", a.codes())
		}
		if list, _ := p.want(200, "GET", "/api/v1/endpoints", "").at("endpoints").([]any); len(list) != 1 {
			t.Errorf("%d endpoints", len(list))
		}
		w.clock.Move(23*time.Hour + 59*time.Minute)
		p.want(201, "POST", path, `{"text":"einmal"}`, "Idempotency-Key", "k-1")
		w.clock.Move(2 * time.Minute)
		if a := p.want(201, "POST", path, `{"text":"neu"}`, "Idempotency-Key", "k-1"); a.body == first.body {
			t.Error("after a day the name is still taken")
		}
		thread, _ := p.want(200, "GET", path, "").at("messages").([]any)
		texts := map[string]int{}
		for _, m := range thread {
			texts[fmt.Sprint(m.(map[string]any)["text"])]++ //nolint:errcheck // a panic fails the test
		}
		if texts["einmal"] != 1 || texts["richtig"] != 1 || texts["neu"] != 1 || texts["zweimal"] != 0 {
			t.Errorf("%v", texts)
		}
	})
}

// Of many that come at once with one key, one does the work; the others wait or are told.
func TestOfManyAtOnceOneDoesTheWork(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		p, _ := newPrograms(t, w)
		path := "/api/v1/cases/" + w.tenants[0].files[plainCase].mark("CreditorReference") + "/messages"
		var all sync.WaitGroup
		answers := make([]said, 12)
		for i := range answers {
			all.Go(func() { answers[i] = p.ask("POST", path, `{"text":"gleichzeitig"}`, "Idempotency-Key", "many") })
		}
		all.Wait()
		ids := map[string]bool{}
		for _, a := range answers {
			switch {
			case a.status == 201:
				ids[a.text("id")] = true
			case a.status != 409 || !slices.Equal(a.codes(), []string{"api_in_progress"}):
				t.Errorf("%d %s", a.status, a.body)
			}
		}
		if len(ids) != 1 {
			t.Errorf("%d messages", len(ids))
		}
	})
}

// Every operation asks for the scope it names and for no other.
func TestAKeyMayWhatItsScopesSay(t *testing.T) {
	w := sqlWorld(t)
	p, _ := newPrograms(t, w)
	secrets := map[feed.Scope]string{}
	for _, s := range feed.Scopes() {
		secrets[s] = w.key(w.tenants[0], s)
	}
	for _, op := range api.NewService(nil, storetest.Clock, api.Desks{}).Operations() {
		path := strings.NewReplacer("{case}", "nothing", "{id}", "x", "{hold}", "x", "{endpoint}", "x").Replace(op.Operation.Path)
		for scope, secret := range secrets {
			p.secret = secret
			a := p.ask(op.Method, path, "{}")
			if refused := slices.Equal(a.codes(), []string{"api_scope_missing"}); refused != (scope != op.Scope) || refused != (a.status == 403) {
				t.Errorf("%s with %s: %d %v", op.OperationID, scope, a.status, a.codes())
			}
		}
	}
	p.secret = w.key(w.tenants[0], feed.ScopeRead)
	if a := p.ask("GET", "/api/v1/events", ""); a.status != 403 {
		t.Errorf("the feed with read: %d", a.status)
	}
}

func TestAProgramHearsWhatItMayStillAsk(t *testing.T) {
	p, _ := newPrograms(t, sqlWorld(t))
	var left []string
	for range 3 {
		a := p.want(200, "GET", "/api/v1/payouts", "")
		left = append(left, a.head.Get("RateLimit-Remaining"))
		if a.head.Get("RateLimit-Limit") != fmt.Sprint(rulesKey.Local.Most) || a.head.Get("RateLimit-Reset") == "" {
			t.Errorf("%v", a.head)
		}
	}
	if !slices.Equal(left, []string{"599", "598", "597"}) {
		t.Errorf("%v", left)
	}
}

// Ours and the creditor's own references may be alike: then nothing happens to either.
func TestAReferenceOfTwoCasesNamesNone(t *testing.T) {
	p, _ := newPrograms(t, sqlWorld(t))
	a := p.want(201, "POST", "/api/v1/cases", handover("ODD", nil))
	p.want(201, "POST", "/api/v1/cases", handover(a.text("case"), nil))
	if b := p.want(409, "GET", "/api/v1/cases/"+a.text("case"), ""); !slices.Equal(b.codes(), []string{"api_reference_ambiguous"}) {
		t.Errorf("%v", b.codes())
	}
	p.want(200, "GET", "/api/v1/cases/ODD", "")
	p.want(201, "POST", "/api/v1/cases", handover("A/7 ü?", nil))
	if b := p.want(200, "GET", "/api/v1/cases/A%2F7%20%C3%BC%3F", ""); b.text("creditor_reference") != "A/7 ü?" {
		t.Errorf("%s", b.body)
	}
}

// A payment books once under its number, however often and from how many sides it comes.
func TestADirectPaymentBooksOnce(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		p, _ := newPrograms(t, w)
		f := w.tenants[0].files[plainCase]
		path := "/api/v1/cases/" + f.mark("CreditorReference")
		before, _ := p.want(200, "GET", path, "").at("paid_cents").(float64)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if a := p.ask("POST", path+"/payments", `{"external_id":"Z","amount_cents":700,"received_on":"2026-11-21"}`); a.status > 201 {
					t.Errorf("%d %s", a.status, a.body)
				}
			})
			all.Go(func() {
				if a := p.ask("POST", path+"/credit-notes", `{"external_id":"G","amount_cents":300,"line":"`+string(w.line(f))+`"}`); a.status > 201 {
					t.Errorf("%d %s", a.status, a.body)
				}
			})
		}
		all.Wait()
		s := p.want(200, "GET", path+"/statement", "")
		credits, _ := s.at("statement", "credits").([]any)
		if after, _ := s.at("statement", "paid_cents").(float64); after != before+700 || len(credits) != 1 {
			t.Errorf("paid %v before, %v after, %d credits", before, after, len(credits))
		}
		p.want(422, "POST", path+"/payments", `{"external_id":"Y","amount_cents":700,"received_on":"2026-11-23"}`)
		p.want(422, "POST", path+"/credit-notes", `{"external_id":"Y","amount_cents":1,"line":"x"}`)
		if _, err := w.store.Verify(context.Background(), func(f store.Finding) bool { t.Errorf("%+v", f); return true }); err != nil {
			t.Error(err)
		}
	})
}

func (w *world) line(f *dossier) (id debt.ID) {
	w.must(w.store.Read(context.Background(), f.of.ID, func(t *store.Reader) error {
		k, err := t.LoadFile(f.caseID)
		id = k.Account.Claims[0].ID
		return err
	}))
	return id
}

// Holds that wait for a decision are not released by a program.
func TestAHoldOfADecisionStands(t *testing.T) {
	w := sqlWorld(t)
	p, _ := newPrograms(t, w)
	path := "/api/v1/cases/" + w.tenants[0].files[otherCase].mark("CreditorReference") // a plan runs
	a := p.want(200, "GET", path, "")
	holds, _ := a.at("holds").([]any)
	found := false
	for i := range holds {
		if a.text("holds", i, "kind") == "plan" {
			found = true
			if b := p.want(403, "POST", path+"/holds/"+a.text("holds", i, "id")+"/release", ""); !slices.Equal(b.codes(), []string{"api_hold_decided"}) {
				t.Errorf("%v", b.codes())
			}
		}
	}
	if !found {
		t.Errorf("no hold of a plan: %s", a.body)
	}
	p.want(404, "POST", path+"/holds/"+string(store.NewID())+"/release", "")
	p.want(422, "POST", path+"/holds", `{"reason":"x","until":"2026-11-21"}`)
	p.want(422, "POST", path+"/holds", `{"reason":"Der Kunde bat","until":"2026-12-01"}`)
	p.want(422, "POST", path+"/holds", `{"reason":"x","until":"2026-13-01"}`)
	p.want(403, "POST", path+"/steps", `{"name":"court"}`)
}
