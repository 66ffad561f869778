package portal

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"quitt/cases/messages"
	"quitt/debt"
	"quitt/store"
	"quitt/store/documents"
	messaged "quitt/store/messages"
)

// document is one of the creditor's side as it is sent.
func document(name, purpose string, forDebtor bool, content []byte, request string) string {
	in := map[string]any{"name": name, "purpose": purpose, "for_debtor": forDebtor, "content": content}
	if request != "" {
		in["request"] = request
	}
	b, err := json.Marshal(in)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// visitor is somebody who has proved who he is, with his case.
func (p *program) visitor() (*role, string) {
	r := p.role("full view")
	return r, "/api/v1/cases/" + r.file.mark("CreditorReference")
}

func (p *program) scanned() {
	p.t.Helper()
	_, err := p.papers.Scan(context.Background(), p.of.ID)
	p.must(err)
}

// What is meant for the debtor stands with a message to him; what is not, he never gets.
func TestADocumentIsSeenByWhomItIsMeantFor(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		p, theirs := newPrograms(t, w)
		r, path := p.visitor()
		q, err := messages.Desk{Store: w.store, Now: w.clock.Now}.Ask(context.Background(),
			messages.Letter{CreditorID: p.of.ID, CaseID: r.file.caseID, By: debt.Actor{Kind: "debtor"}}, messaged.InvoiceCopy)
		w.must(err)
		sent := p.want(201, "POST", path+"/documents", document("Rechnung.pdf", "invoice", true, onePage("Meine Rechnung"), string(q.ID)))
		kept := p.want(201, "POST", path+"/documents", document("Vertrag.pdf", "contract", false, onePage("Mein Vertrag"), ""))
		if sent.text("from") != "creditor" || sent.at("for_debtor") != true || kept.at("for_debtor") != false || kept.text("purpose") != "contract" || kept.text("state") != "quarantine" {
			t.Errorf("%s\n%s", sent.body, kept.body)
		}
		p.want(404, "GET", path+"/documents/"+kept.text("id")+"/content", "") // nobody has checked it yet
		p.scanned()
		for _, a := range []said{sent, kept} {
			if f := p.want(200, "GET", path+"/documents/"+a.text("id")+"/content", ""); !strings.Contains(f.body, "Mein") {
				t.Errorf("%.100s", f.body)
			}
			if again := p.want(200, "POST", path+"/documents", document("Anders.pdf", a.text("purpose"), a.at("for_debtor") == true, []byte(p.want(200, "GET", path+"/documents/"+a.text("id")+"/content", "").body), "")); again.text("id") != a.text("id") {
				t.Errorf("the same file again: %s", again.body)
			}
		}
		list := p.want(200, "GET", path+"/documents", "")
		if n, _ := list.at("documents").([]any); len(n) != 3 {
			t.Errorf("%s", list.body)
		}
		if b := p.want(200, "GET", path+"/messages", ""); b.text("requests", 1, "state") != "answered" {
			t.Errorf("%s", b.body)
		}
		var happened []string
		events := p.want(200, "GET", path+"/timeline?limit=500", "")
		all, _ := events.at("events").([]any)
		for i := range all {
			if id := events.text("events", i, "data", "document"); id != "" {
				happened = append(happened, events.text("events", i, "type")+" "+id+" "+events.text("events", i, "data", "purpose"))
			}
		}
		if want := []string{"message.sent " + sent.text("id") + " invoice", "case.updated " + kept.text("id") + " contract"}; !slices.Equal(happened, want) {
			t.Errorf("%v, want %v", happened, want)
		}
		p.seenBy(t, r, sent.text("id"), kept.text("id"))
		theirs.want(404, "GET", path+"/documents/"+sent.text("id")+"/content", "")
		p.report(t)
	})
}

// seenBy: the debtor gets the one and not the other, on no page.
func (p *program) seenBy(t *testing.T, r *role, sent, kept string) {
	t.Helper()
	get := func(path, id string) told {
		return p.watched.ask(probe{role: r, method: http.MethodGet, path: path, query: url.Values{"id": {id}}, note: "id"})
	}
	if a := get("/akte/anlage", sent); a.status != 200 || !strings.Contains(a.body, "Meine Rechnung") {
		t.Errorf("what was sent: %d %.200s", a.status, a.body)
	}
	if a, missing := get("/akte/anlage", kept), get("/akte/anlage", string(store.NewID())); a.String() != missing.String() {
		t.Errorf("what is kept: %s", difference(missing.String(), a.String()))
	}
	for _, page := range []string{"/akte", "/akte/anlagen", "/akte/nachrichten", "/akte/einwand/neu"} {
		a := p.watched.ask(probe{role: r, method: http.MethodGet, path: page})
		if strings.Contains(a.body, "Vertrag.pdf") || strings.Contains(a.body, kept) {
			t.Errorf("%s tells of what is kept", page)
		}
		if inbox := page == "/akte/nachrichten"; strings.Contains(a.body, "Rechnung.pdf") != inbox {
			t.Errorf("%s (%d) and what was sent: %t", page, a.status, !inbox)
		}
	}
}

func TestADocumentThatIsNoneIsRefusedWithItsReason(t *testing.T) {
	p, _ := newPrograms(t, sqlWorld(t))
	_, path := p.visitor()
	path += "/documents"
	big := drawn(10<<20, "big")
	for name, tc := range map[string]struct {
		body string
		want string
	}{
		"no file":       {document("a.pdf", "other", false, []byte("text"), ""), "body.content upload_kind"},
		"cut off":       {document("a.pdf", "other", false, onePage("x")[:60], ""), "body.content upload_mixed"},
		"another name":  {document("a.png", "other", false, onePage("x"), ""), "body.content upload_disagrees"},
		"too big":       {document("a.pdf", "other", false, big, ""), "body.content upload_too_big"},
		"nothing":       {document("a.pdf", "other", false, nil, ""), "body.content api_field_null"},
		"no base64":     {`{"name":"a.pdf","purpose":"other","for_debtor":false,"content":"ä!!!"}`, "body.content api_field_base64"},
		"half a base64": {`{"name":"a.pdf","purpose":"other","for_debtor":false,"content":"JVBERi0"}`, "body api_json_invalid"},
		"no purpose":    {document("a.pdf", "", false, onePage("x"), ""), "body.purpose api_field_word"},
		"for nobody":    {document("a.pdf", "other", false, onePage("x"), string(store.NewID())), "body.for_debtor api_document_internal"},
	} {
		if a := p.ask("POST", path, tc.body); a.status != 422 || !slices.Equal(a.codes(), []string{tc.want}) {
			t.Errorf("%s: %d %v: %.300s", name, a.status, a.codes(), a.body)
		}
	}
	p.want(413, "POST", path, `{"name":"`+strings.Repeat("x", 14<<20)+`"}`)
	p.want(413, "POST", "/api/v1/cases", `{"x":"`+strings.Repeat("x", maxBody)+`"}`) // elsewhere as ever
	if n, _ := p.want(200, "GET", path, "").at("documents").([]any); len(n) != 1 {
		t.Errorf("%d documents", len(n))
	}
}

// Each side has its own room: what the creditor brings keeps nothing of the debtor's out.
func TestACreditorsDocumentsLeaveRoomForTheDebtors(t *testing.T) {
	w := sqlWorld(t)
	p, _ := newPrograms(t, w)
	_, path := p.visitor()
	path += "/documents"
	for i := range documents.MostFiles {
		p.want(201, "POST", path, document("a.pdf", "other", i%2 == 0, onePage(fmt.Sprint("own ", i)), ""))
	}
	if a := p.want(403, "POST", path, document("a.pdf", "other", false, onePage("one too many"), "")); !slices.Equal(a.codes(), []string{"documents_many"}) {
		t.Errorf("%v", a.codes())
	}
	r, _ := p.visitor()
	body, kind := sent(formToken(r.cookie), []string{"mine.pdf"}, onePage("mine"))
	if status, page := p.uploads(t, r.cookie, "", body, kind); status != 200 || !strings.Contains(page, "mine.pdf") {
		t.Errorf("%d %.300s", status, page)
	}
}

// A dry run of a document leaves neither row nor content, also where it is a creditor's first.
func TestADryRunKeepsNoDocument(t *testing.T) {
	w := sqlWorld(t)
	p, _ := newPrograms(t, w)
	_, path := p.visitor()
	held := func() (names map[string]bool) {
		w.must(w.store.Read(context.Background(), p.of.ID, func(r *store.Reader) (err error) { names, err = documents.Blobs(r); return err }))
		return names
	}
	before := len(held())
	p.want(201, "POST", path+"/documents", document("a.pdf", "other", true, onePage("dry"), ""), "Dry-Run", "true", "Idempotency-Key", "dry")
	if after := len(held()); after != before {
		t.Errorf("%d contents before, %d after", before, after)
	}
	if n, _ := p.want(200, "GET", path+"/documents", "").at("documents").([]any); len(n) != 1 {
		t.Errorf("%d documents", len(n))
	}
}

// The worst document costs what docs/threat-model.md says of one large body.
func TestALargeBodyCostsLittle(t *testing.T) {
	w := sqlWorld(t)
	p, _ := newPrograms(t, w)
	_, path := p.visitor()
	for name, content := range map[string][]byte{"a drawing": drawn(10<<20-2000, "null"), "zeros": bytes.Repeat([]byte{0}, 10<<20)} {
		body, status := document("a.pdf", "other", false, content, ""), 0
		got := growth(t, func() {
			r, err := http.NewRequest("POST", p.url+path+"/documents", strings.NewReader(body))
			w.must(err)
			r.Header.Set("Authorization", "Bearer "+p.secret)
			r.Header.Set("Content-Type", "application/json")
			res, err := p.client.Do(r)
			w.must(err)
			status = res.StatusCode
			_ = res.Body.Close()
		})
		t.Logf("%s: answered %d, grows by %d MB", name, status, got)
		if got > 96 || status == 0 || status >= 500 {
			t.Errorf("%s: grows by %d MB, answered %d", name, got, status)
		}
	}
}
