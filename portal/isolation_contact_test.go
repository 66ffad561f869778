package portal

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"quitt/cases/contacts"
	"quitt/cases/disclosure"
	"quitt/cases/messages"
	"quitt/cases/upload"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/portal/debtor/contact"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
	"quitt/store"
	"quitt/store/documents"
	kept "quitt/store/messages"
)

func (w *world) inbox() messages.Desk {
	return messages.Desk{Store: w.store, Now: w.clock.Now, Attach: messages.AttachDocuments}
}

func (w *world) contact(kit *page.Kit) *contact.Pages {
	return &contact.Pages{Door: room.Door{Kit: kit, Cases: w.cases}, Messages: w.inbox(), Letters: w.letters(),
		Contacts: contacts.Desk{Store: w.store, Now: w.clock.Now, Keys: [][]byte{bytes.Repeat([]byte{9}, 32)}},
		Copies:   disclosure.Desk{Store: w.store, Now: w.clock.Now}, Papers: w.papers}
}

// correspond writes messages both ways and asks for something, in words of this case alone.
func (w *world) correspond(f *dossier) {
	ctx, by := context.Background(), debt.Actor{Kind: "debtor"}
	say := func(what string) messages.Letter {
		w.zoo.word(f.of, f, inFull, f.mark(what))
		return messages.Letter{CreditorID: f.of.ID, CaseID: f.caseID, By: by, Text: debt.Personal(f.mark(what))}
	}
	_, err := w.inbox().Write(ctx, say("Wrote"))
	w.must(err)
	q, err := w.inbox().Ask(ctx, say("Asked"), kept.Details)
	w.must(err)
	f.request = q.ID
	answer := say("Answered")
	answer.By = debt.Actor{Kind: "creditor"}
	_, err = w.inbox().Answer(ctx, answer, "")
	w.must(err)
	w.zoo.word(f.of, f, inFull, string(q.ID))
}

// requestsOfOthers tries to take back every request as everybody: one of another case is no
// different from one that does not exist.
func (st *watched) requestsOfOthers(t *testing.T) {
	t.Helper()
	var ids []debt.ID
	st.each(func(f *dossier) { ids = append(ids, f.request) })
	takeBack := func(r *role, id string) told {
		return st.ask(probe{role: r, method: http.MethodPost, path: "/akte/anfragen/zurueck", form: url.Values{"request": {id}}, note: "request", echo: []string{id}})
	}
	for _, r := range st.roles {
		missing := takeBack(r, string(store.NewID()))
		for _, id := range ids {
			if r.living() && r.tier == access.FullView && r.file.request == id {
				continue
			}
			if a := takeBack(r, string(id)); a.String() != missing.String() {
				st.fault("/akte/anfragen/zurueck as %s: the request of another: %s", r.name, difference(missing.String(), a.String()))
			}
		}
		for _, odd := range []string{"", "x", "'", strings.Repeat("9", 3000)} {
			if a := takeBack(r, odd); a.status == 200 || a.status >= 500 {
				st.fault("/akte/anfragen/zurueck as %s: %.20q is answered %d", r.name, odd, a.status)
			}
		}
	}
}

// What everybody gets as a copy is his own case and has every word about him.
func TestTheCopyIsOfTheOwnCase(t *testing.T) {
	w := sqlWorld(t)
	st := watch(t, w, nil)
	for _, name := range []string{"full view", "full view elsewhere", "firm", "minor", "closed case"} {
		r := w.role(name)
		a := st.ask(probe{role: r, method: http.MethodGet, path: "/akte/auskunft/json"})
		if a.status != 200 || !json.Valid([]byte(a.body)) || !strings.Contains(a.raw.Get("Content-Disposition"), "attachment") {
			t.Fatalf("%s: %d %s", name, a.status, a.head)
		}
		for _, what := range []string{"Mail", "Phone", "Customer", "Payer", "Object", "LetterText", "Wrote", "Asked", "Answered", "DocumentName", "PaymentNote"} {
			if !strings.Contains(a.body, r.file.mark(what)) {
				t.Errorf("%s: the copy lacks %s", name, what)
			}
		}
		for _, path := range []string{"/akte/auskunft/pdf", "/akte/aufstellung/pdf"} {
			a := st.ask(probe{role: r, method: http.MethodGet, path: path})
			if a.status != 200 || !strings.HasPrefix(a.body, "%PDF-") {
				t.Errorf("%s %s: %d %.40q", name, path, a.status, a.body)
			}
		}
	}
	st.report(t)
}

// The archive has both forms of the copy and the files: those that were handed in and those that the
// creditor keeps about the claim, and not what somebody has to look at first.
func TestTheArchiveOfTheCopyHasTheFiles(t *testing.T) {
	w := sqlWorld(t)
	st, ctx := watch(t, w, nil), context.Background()
	f := w.role("full view").file
	for name, purpose := range map[string]documents.Purpose{"Vertrag: Kopie.pdf": documents.Contract, "Gutachten.pdf": documents.Other} {
		_, _, err := w.papers.Give(ctx, upload.Sender{Creditor: f.of.ID, Case: f.caseID, By: debt.Actor{Kind: "creditor", ID: store.NewID()}},
			upload.Given{Name: name, Content: onePage("Mein " + name), Purpose: purpose, To: documents.Subject{Kind: documents.Internal, ID: string(f.caseID)}})
		w.must(err)
	}
	_, err := w.papers.Scan(ctx, f.of.ID)
	w.must(err)
	a := st.ask(probe{role: w.role("full view"), method: http.MethodGet, path: "/akte/auskunft/zip", whole: true})
	if a.status != 200 || !strings.Contains(a.raw.Get("Content-Disposition"), "meine-daten.zip") {
		t.Fatalf("%d %v", a.status, a.raw)
	}
	got := map[string]string{}
	z, err := zip.NewReader(strings.NewReader(a.body), int64(len(a.body)))
	w.must(err)
	for _, part := range z.File {
		in, err := part.Open()
		w.must(err)
		content, err := io.ReadAll(in)
		w.must(err)
		_, name, _ := strings.Cut(part.Name, "-")
		got[name] = string(content)
	}
	if !json.Valid([]byte(got["daten.json"])) || !strings.HasPrefix(got["daten.pdf"], "%PDF-") || !strings.Contains(got["Vertrag_ Kopie.pdf"], "Mein Vertrag") {
		t.Errorf("it has %v", slices.Sorted(maps.Keys(got)))
	}
	if got["Gutachten.pdf"] != "" || !strings.Contains(got["daten.json"], `"content": "held_back"`) || !strings.Contains(got["daten.json"], "Gutachten.pdf") {
		t.Error("what somebody has to look at is given, or not named")
	}
	if !slices.ContainsFunc(slices.Collect(maps.Keys(got)), func(name string) bool { return strings.Contains(name, f.mark("DocumentName")) }) {
		t.Errorf("what the debtor handed in is not in it: %v", slices.Sorted(maps.Keys(got)))
	}
	st.report(t)
}

// A message goes out and comes back with its document; looking changes nothing, a button does.
func TestAMessageIsWrittenAndRead(t *testing.T) {
	w := sqlWorld(t)
	st := watch(t, w, nil)
	full := w.role("full view")
	look := func() string {
		return st.ask(probe{role: full, method: http.MethodGet, path: "/akte/nachrichten"}).body
	}
	for range 2 {
		if html := look(); !strings.Contains(html, "Als gelesen markieren") || !strings.Contains(html, full.file.mark("Answered")) {
			t.Fatalf("%s", html)
		}
	}
	if html := st.ask(probe{role: full, method: http.MethodGet, path: "/akte"}).body; !strings.Contains(html, "Ungelesene Nachrichten: 1") {
		t.Error("the case does not say that there is something to read")
	}
	st.ask(probe{role: full, method: http.MethodPost, path: "/akte/nachrichten/gelesen"})
	if strings.Contains(look(), "Als gelesen markieren") {
		t.Error("it is read and still new")
	}
	long := strings.Repeat("ä", 4_990) + " <b>Ende"
	a := st.ask(probe{role: full, method: http.MethodPost, path: "/akte/nachrichten", form: url.Values{"text": {long}, "document": {string(full.file.document)}}})
	if a.status != 303 || a.raw.Get("Location") != "/akte/nachrichten?getan=gesendet" {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if html := look(); !strings.Contains(html, "&lt;b&gt;Ende") || !strings.Contains(html, full.file.mark("DocumentName")) {
		t.Error("it is not in the thread with its document")
	}
	foreign := w.role("full view elsewhere").file.document
	a = st.ask(probe{role: full, method: http.MethodPost, path: "/akte/nachrichten", form: url.Values{"text": {"x"}, "document": {string(foreign)}}})
	if a.status != 422 || strings.Contains(look(), ">x<") {
		t.Errorf("the document of another is attached: %d", a.status)
	}
	if a := st.ask(probe{role: full, method: http.MethodGet, path: "/akte/auskunft/pdf"}); !strings.HasPrefix(a.body, "%PDF-") {
		t.Errorf("a long message has no place in the copy: %d", a.status)
	}
	st.report(t)
}

// The address is changed on the page, an e-mail by the code that was sent to it.
func TestContactDataAreChanged(t *testing.T) {
	w := sqlWorld(t)
	st := watch(t, w, nil)
	full := w.role("full view")
	post := func(path string, form url.Values) told {
		return st.ask(probe{role: full, method: http.MethodPost, path: path, form: form})
	}
	if a := post("/akte/daten/anschrift", url.Values{"street": {"Neuer Weg 9"}, "postcode": {"1234"}, "city": {"Ulm"}}); a.status != 422 ||
		!strings.Contains(a.body, "fünf Ziffern") || !strings.Contains(a.body, `value="Neuer Weg 9"`) {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := post("/akte/daten/anschrift", url.Values{"street": {"Neuer Weg 9"}, "postcode": {"89073"}, "city": {"Ulm"}}); a.raw.Get("Location") != "/akte/daten?getan=anschrift" {
		t.Errorf("%d %s", a.status, a.body)
	}
	if html := st.ask(probe{role: full, method: http.MethodGet, path: "/akte"}).body; !strings.Contains(html, "Neuer Weg 9") {
		t.Error("the case shows the old address")
	}
	if a := post("/akte/daten/email", url.Values{"email": {"neu@example.org"}}); a.raw.Get("Location") != "/akte/daten?getan=code" {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := post("/akte/daten/code", url.Values{"kind": {"email"}, "code": {"12"}}); a.status != 422 || !strings.Contains(a.body, "neu@example.org") {
		t.Errorf("%d: the form for the code is gone", a.status)
	}
	if a := post("/akte/daten/telefon", url.Values{"phone": {"0171 1234567"}}); a.status != 422 {
		t.Errorf("a number without text messages: %d", a.status)
	}
	if a := post("/akte/daten/wunsch", url.Values{"channel": {"letter"}, "language": {"en"}}); a.status != 303 {
		t.Errorf("%d %s", a.status, a.body)
	}
	st.report(t)
}
