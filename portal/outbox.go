package portal

import (
	"bytes"
	_ "embed" // the page
	"html/template"
	"net/http"

	"quitt/cases/signin"
	"quitt/debt"
	"quitt/portal/text"
)

// The outbox page shows mails that were not sent, codes included. Only a demo has it, on
// the operator's listener.

//go:embed outbox.html
var outboxHTML string

var outboxPage = template.Must(template.New("outbox").Parse(outboxHTML))

type outboxView struct {
	Lang, Title, Empty string
	Mails              []outboxMail
}

type outboxMail struct{ At, To, Subject, Body string }

const outboxMost = 20 // per creditor

func (s *Server) outbox(w http.ResponseWriter, r *http.Request) {
	words := text.For(text.German)
	mails, err := s.o.Outbox.Waiting(r.Context(), outboxMost)
	if err != nil {
		http.Error(w, words.Error(err), http.StatusServiceUnavailable)
		return
	}
	view := outboxView{Lang: string(words.Language()), Title: words.Text("outbox_title", nil), Empty: words.Text("outbox_empty", nil)}
	for _, m := range mails {
		shown := outboxMail{At: m.CreatedAt.In(debt.Berlin).Format("02.01.2006 15:04"), To: m.Recipient.Reveal(), Subject: m.Template}
		if m.Template == signin.OneTimeMailBody {
			shown.Subject = words.Text("mail_one_time_code_subject", nil)
			shown.Body = words.Text("mail_one_time_code", debt.Args{"code": m.Args["code"]})
		}
		view.Mails = append(view.Mails, shown)
	}
	var page bytes.Buffer
	if err := outboxPage.Execute(&page, view); err != nil {
		http.Error(w, words.Error(err), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Security-Policy", "default-src 'none'")
	_, _ = w.Write(page.Bytes())
}
