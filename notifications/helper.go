package notifications

import (
	"time"

	"quitt/debt"
	"quitt/debt/authority"
	"quitt/portal/text"
	"quitt/store"
	"quitt/store/authorities"
	"quitt/store/outbox"
)

// The mails to representatives about their own sign-in, which cases/signin/authority writes
// into the outbox. They are about no news of a case and go where they were addressed to.
const (
	helperCode       = "mail_representative_code"
	helperInvitation = "mail_representative_invitation"
)

func toHelper(template string) bool { return template == helperCode || template == helperInvitation }

// helperArg marks news that go to a representative.
const helperArg = "helper"

// helperOf gives the address of who acts for the debtor of a case today, "" without one: while
// an authority is in force, contact goes to him (BGB § 164 III).
func helperOf(r *store.Reader, caseID debt.ID, now time.Time) (debt.Personal, error) {
	a, found, err := authorities.InForce(r, caseID, now)
	if err != nil || !found {
		return "", err
	}
	return a.Who.Email, nil
}

// readdressHelper sends news to who acts for the debtor today, and leaves alone what somebody
// else is waiting for. It reports whether the message is his.
func readdressHelper(r *store.Reader, m *outbox.Message, now time.Time) (bool, error) {
	if m.Channel != outbox.Email || m.Template == oneTimeCode {
		return false, nil
	}
	if toHelper(m.Template) {
		if !m.ExpiresAt.IsZero() && !now.Before(m.ExpiresAt) {
			m.Close(outbox.Stopped, "expired")
			m.LeasedTo = time.Time{}
		}
		return true, nil
	}
	to, err := helperOf(r, m.CaseID, now)
	delete(m.Args, helperArg)
	if err != nil || to == "" {
		return false, err
	}
	if m.Args == nil {
		m.Args = map[string]string{}
	}
	m.Args[helperArg] = string(authority.Representing)
	m.Readdress(r, to)
	return true, nil
}

// wordHelper words the mails about a representative's own sign-in.
func wordHelper(w *text.Catalogue, m outbox.Message) (subject, body string) {
	if m.Template == helperCode {
		return w.Text("mail_representative_code_subject", nil), w.Text("mail_representative_code", debt.Args{"code": m.Args["code"]})
	}
	return w.Text("mail_representative_invitation_subject", nil), w.Text("mail_representative_invitation", debt.Args{"code": m.Args["code"]})
}
