package backstage

import (
	"bytes"
	_ "embed" // the page
	"html/template"
	"net/http"

	"quitt/debt"
	"quitt/notifications"
	"quitt/portal/text"
)

// The outbox page shows the mails a demo has sent, codes included. Only a demo has it, on
// the operator's listener.

//go:embed outbox.html
var outboxHTML string

var outboxPage = template.Must(template.New("outbox").Parse(outboxHTML))

type outboxView struct {
	Lang, Title, Empty, Attached string
	Mails                        []outboxMail
}

type outboxMail struct {
	At, To, Subject, Body string
	Files                 []string
}

func (s Stage) outbox(w http.ResponseWriter, _ *http.Request) {
	words := text.For(text.German)
	var page bytes.Buffer
	if err := outboxPage.Execute(&page, newOutbox(words, s.Outbox())); err != nil {
		http.Error(w, words.Error(err), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Security-Policy", policy)
	_, _ = w.Write(page.Bytes())
}

func newOutbox(words *text.Catalogue, list []notifications.Posted) outboxView {
	view := outboxView{Lang: string(words.Language()), Title: words.Text("outbox_title", nil), Empty: words.Text("outbox_empty", nil), Attached: words.Text("outbox_attached", nil)}
	for _, m := range list {
		view.Mails = append(view.Mails, outboxMail{At: m.At.In(debt.Berlin).Format("02.01.2006 15:04:05"), To: m.To, Subject: m.Subject, Body: m.Text, Files: m.Files})
	}
	return view
}
