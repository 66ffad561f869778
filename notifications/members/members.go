// Package members sends the mails of people who work for creditors: invitations and codes. They
// belong to no case, so the outbox of debtors does not carry them.
package members

import (
	"context"
	"time"

	"quitt/debt"
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
		d.Code = "sealed"
		if l, ok := staff.OpenLetter(p.Vault, m); ok {
			d.Code = "template_unknown"
			if word, known := p.word(m, l); known {
				d = p.Carrier.Carry(ctx, word)
			}
		}
	}
	// Also when the program is told to stop: what happened is noted.
	err = p.Store.Write(context.WithoutCancel(ctx), "", func(t *store.Tx) error { return staff.SaveMail(t, noted(m, d, p.Now())) })
	return 1, err
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
	case linked:
		out.Subject, body = w.Text("mail_staff_linked_subject", nil), w.Text("mail_staff_linked", nil)
	default:
		return out, false
	}
	out.Paragraphs = []string{w.Text("mail_greeting", nil), body}
	return out, true
}
