package main

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"quitt/cases/messages"
	"quitt/debt"
	"quitt/store"
	"quitt/store/storetest"
)

// rhubarb is what the canary writes about.
const rhubarb = "Rhabarberkompott"

// onePage is a PDF that says one thing.
func onePage(says string) []byte {
	draw := "BT (" + says + ") Tj ET"
	return fmt.Appendf(nil, "%%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n"+
		"3 0 obj <</Type/Page/Parent 2 0 R/Contents 4 0 R>> endobj\n4 0 obj <</Length %d>> stream\n%s\nendstream endobj\ntrailer <</Root 1 0 R>>\n%%%%EOF\n", len(draw), draw)
}

// hands sends a file as a form without a script does.
func (s *surfer) hands(name string, content []byte) *surfer {
	s.t.Helper()
	s.open("/akte/anlagen")
	body := &bytes.Buffer{}
	form := multipart.NewWriter(body)
	for _, m := range hidden.FindAllStringSubmatch(s.body, -1) {
		_ = form.WriteField(m[1], m[2]) // a buffer takes everything
	}
	part, _ := form.CreateFormFile("files", name)
	_, _ = part.Write(content)
	_ = form.Close()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.at.String(), body)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Origin", s.at.Scheme+"://"+s.at.Host)
	res, err := s.client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	said, err := io.ReadAll(res.Body)
	if err != nil || res.Body.Close() != nil || res.StatusCode != http.StatusOK {
		s.t.Fatalf("%d, %v: %s", res.StatusCode, err, said)
	}
	return s
}

var ticked = regexp.MustCompile(`name="document" value="([^"]+)"`)

// waiting is the document that a page would send along.
func (s *surfer) waiting() string {
	s.t.Helper()
	found := ticked.FindStringSubmatch(s.body)
	if found == nil {
		s.t.Fatalf("%s offers no document: %s", s.at, s.body)
	}
	return found[1]
}

// says is everything a debtor can say on the pages of a case, with two files.
func (n *nest) says(s *surfer) {
	n.Helper()
	if _, err := storetest.Raw(n.T, n.url).Exec(`UPDATE creditors SET settings = '{"promise_days":14}'`); err != nil {
		n.Fatal(err)
	}
	s.open("/akte/raten/neu").send("/akte/raten/neu#answer", "mode", "amount", "instalment", "5,00", "first-day", "1", "first-month", "12", "first-year", "2026",
		"rhythm", "monthly", "do", "go").send("/akte/raten/vorschlag", "reason", "income", "note", "Nur noch "+rhubarb)
	s.open("/akte/zusage").send("/akte/zusage", "by-day", "1", "by-month", "12", "by-year", "2026", "amount", "5,00").sees("Ihre Nachricht ist angekommen")
	s.hands(rhubarb+".pdf", onePage("Zwei Mal "+rhubarb)).open("/akte/bezahlt")
	s.send("/akte/bezahlt", "document", s.waiting(), "paid_on-day", "3", "paid_on-month", "11", "paid_on-year", "2026", "amount", "20,00", "target", "Konto "+rhubarb,
		"words", "bezahlt mit "+rhubarb).sees("Ihre Nachricht ist angekommen")
	s.hands("Quakernackel.pdf", onePage("Ein Mal "+rhubarb)).open("/akte/einwand/mangel")
	s.send("/akte/einwand/mangel", "document", s.waiting(), "what", "all", "words", "geliefert war "+rhubarb).sees("Ihre Nachricht ist angekommen")
	s.open("/akte/meldung/betreuung").send("/akte/meldung/betreuung", "representative", "Frau Quakernackel", "words", rhubarb, "do", "tell").sees("Ihre Nachricht ist angekommen")
	n.writes()
	for table, want := range map[string]int{"objections": 1, "proofs": 1, "promises": 1, "situations": 1, "plan_rounds": 1, "messages": 1, "requests": 1, "documents": 2} {
		if got := count(n.T, storetest.Raw(n.T, n.url), "SELECT COUNT(*) FROM "+table); got != want {
			n.Errorf("%d %s", got, table)
		}
	}
}

// writes writes as the debtor.
func (n *nest) writes() {
	n.Helper()
	s, err := store.Open(n.Context(), store.Options{URL: n.url, Keys: keysOf(n.T)})
	if err != nil {
		n.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	at := func(what string) debt.ID {
		return debt.ID(storetest.Column(n.T, n.url, "SELECT "+what+" FROM cases WHERE creditor_reference = 'K-1'")[0])
	}
	l := messages.Letter{CreditorID: at("creditor_id"), CaseID: at("id"), By: debt.Actor{Kind: "debtor"}, Text: "Es war " + rhubarb}
	desk := messages.Desk{Store: s, Now: storetest.Clock}
	if _, err := desk.Write(n.Context(), l); err != nil {
		n.Fatal(err)
	}
	if _, err := desk.Ask(n.Context(), l, "callback"); err != nil {
		n.Fatal(err)
	}
}

// handedIn are the files where documents lie.
func (n *nest) handedIn() (list []string) {
	n.Helper()
	err := filepath.WalkDir(n.docs, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			list = append(list, path)
		}
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		n.Fatal(err)
	}
	return list
}

func (n *nest) noDocuments() {
	n.Helper()
	if list := n.handedIn(); len(list) > 0 {
		n.Errorf("left where documents lie: %v", list)
	}
	if got := storetest.Column(n.T, n.url, "SELECT DISTINCT state || name || data_key || blob || preview FROM documents"); strings.Join(got, "|") != "deleted" {
		n.Errorf("documents: %v", got)
	}
}
