// Package members sends the mails of people who work for creditors: invitations and codes. They
// belong to no case, so the outbox of debtors does not carry them.
package members

import (
	"context"
	"time"

	"quitt/debt"
	rights "quitt/debt/staff"
	"quitt/notifications"
	"quitt/portal/text"
	"quitt/store"
	"quitt/store/staff"
	"quitt/store/vault"
)

// Post takes their mails and hands them to a carrier.
type Post struct {
	Store   *store.Store
	Now     func() time.Time
	Vault   vault.Vault
	Carrier notifications.Carrier // nil: mails wait
	Head    notifications.MailHead
	// Role is who a member is and what he is at a creditor, now.
	Role func(r *store.Reader, member, creditor debt.ID) (rights.Member, rights.Role, error)
}

// Loop gives the post to a Runner. A mail is nobody's of the creditors', so that each of their
// turns is a turn of all mails.
func (p Post) Loop() notifications.Loop {
	return notifications.Loop{Name: "staff_mails", Work: func(ctx context.Context, _ debt.ID) (int, error) { return p.work(ctx) }}
}

// lease is how long a mail is held: longer than a carrier may take.
const lease = 10 * time.Minute

// pauses lie between tries; after the last one the mail has failed.
var pauses = []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour}

func (p Post) work(ctx context.Context) (did int, err error) {
	var waits bool
	err = p.Store.Read(ctx, "", func(r *store.Reader) error {
		waits, err = staff.AnyMail(r)
		return err
	})
	if err != nil || !waits || p.Carrier == nil {
		return 0, err
	}
	var m staff.Mail
	var found bool
	now := p.Now()
	err = p.Store.Write(ctx, "", func(t *store.Tx) error {
		m, found, err = staff.ClaimMail(t, now, now.Add(lease))
		return err
	})
	if err != nil || !found {
		return 0, err
	}
	d := notifications.Delivery{Outcome: notifications.Refused, Code: "expired"}
	if now.Before(m.ExpiresAt) {
		d = p.carry(ctx, m)
	}
	// Also when the program is told to stop: what happened is noted.
	err = p.Store.Write(context.WithoutCancel(ctx), "", func(t *store.Tx) error { return staff.SaveMail(t, noted(m, d, p.Now())) })
	return 1, err
}

// carry hands a mail over that can be opened and worded, and is still meant for its reader.
func (p Post) carry(ctx context.Context, m staff.Mail) notifications.Delivery {
	refused := func(code string) notifications.Delivery {
		return notifications.Delivery{Outcome: notifications.Refused, Code: code}
	}
	l, ok := staff.OpenLetter(p.Vault, m)
	if !ok {
		return refused("sealed")
	}
	if l.Report != nil {
		may, err := p.stillMay(ctx, &l)
		if err != nil { // it never came to the mail
			return notifications.Delivery{Outcome: notifications.Later, Code: "database", Unheard: true}
		}
		if !may {
			return refused("right_lost")
		}
	}
	word, known := p.word(m, l)
	if !known {
		return refused("template_unknown")
	}
	return p.Carrier.Carry(ctx, word)
}

// stillMay asks whether a reader may see figures today: a mail may have waited for days. It goes to
// the address that is known now.
func (p Post) stillMay(ctx context.Context, l *staff.Letter) (may bool, err error) {
	if p.Role == nil {
		return false, nil
	}
	err = p.Store.Read(ctx, "", func(r *store.Reader) error {
		m, role, err := p.Role(r, l.Report.Member, l.Report.Creditor)
		may, l.To = role.May(rights.See), m.Email
		return err
	})
	return may, err
}

// noted is a mail after a try. What may have gone out is not sent again: its reader asks for
// another.
func noted(m staff.Mail, d notifications.Delivery, now time.Time) staff.Mail {
	m.LeasedTo, m.NextAt, m.LastError = time.Time{}, time.Time{}, d.Code
	switch {
	case d.Outcome == notifications.Accepted:
		m.State, m.Sealed = staff.MailSent, ""
	case d.Outcome == notifications.Later && d.Unheard:
		m.Attempts--
		m.State, m.NextAt = staff.MailWaiting, now.Add(pauses[0])
	case d.Outcome == notifications.Later && m.Attempts <= len(pauses):
		m.State, m.NextAt = staff.MailWaiting, now.Add(pauses[max(1, m.Attempts)-1])
	case d.Outcome == notifications.Unsure:
		m.State, m.Sealed = staff.MailUnknown, ""
	default:
		m.State, m.Sealed = staff.MailFailed, ""
	}
	return m
}

// The sentences, which the use cases write.
const (
	invitation = "mail_staff_invitation"
	reset      = "mail_staff_reset"
	changed    = "mail_staff_changed"
	report     = "mail_staff_report"
	linked     = "mail_staff_linked"
)

// word writes a mail in its language; an unknown one is reported as such, not sent.
func (p Post) word(m staff.Mail, l staff.Letter) (notifications.Message, bool) {
	w := text.For(text.Language(l.Language)).Whole()
	out := notifications.Message{ID: m.ID, At: m.MadeAt, To: l.To, Language: string(w.Language()), Footer: p.Head.Imprint()}
	var body string
	switch l.Template {
	case invitation:
		out.Subject, body = w.Text("mail_staff_invitation_subject", nil), w.Text("mail_staff_invitation", debt.Args{"code": l.Code})
		out.Link = p.Head.Portal + "/verwaltung/einladung"
	case reset:
		out.Subject, body = w.Text("mail_staff_reset_subject", nil), w.Text("mail_staff_reset", debt.Args{"code": l.Code})
	case changed:
		out.Subject, body = w.Text("mail_staff_changed_subject", nil), w.Text("mail_staff_changed", nil)
	case report:
		return p.wordReport(w, out, l.Report)
	case linked:
		out.Subject, body = w.Text("mail_staff_linked_subject", nil), w.Text("mail_staff_linked", nil)
	default:
		return out, false
	}
	out.Paragraphs = []string{w.Text("mail_greeting", nil), body}
	return out, true
}

// wordReport writes the mail with the figures of a creditor. None of them is about a person.
func (p Post) wordReport(w *text.Catalogue, out notifications.Message, r *staff.Report) (notifications.Message, bool) {
	if r == nil {
		return out, false
	}
	args := debt.Args{"report": r.Title, "creditor": r.Of, "from": r.From, "to": r.To}
	out.Subject = w.Text("mail_staff_report_subject", args)
	out.Paragraphs = []string{w.Text("mail_greeting", nil), w.Text("mail_staff_report", args), w.Text("mail_staff_report_stop", debt.Args{"url": p.Head.Portal + r.Stop})}
	out.Figures, out.Link = r.Lines, p.Head.Portal+r.Link
	if r.Body != nil {
		out.Files = []notifications.File{{Name: r.File, Type: "application/pdf", Body: r.Body}}
	}
	return out, true
}
