package notifications

import (
	"time"

	"quitt/debt"
	"quitt/debt/authority"
	"quitt/portal/text"
	"quitt/store"
	"quitt/store/authorities"
	"quitt/store/outbox"
	"quitt/store/tasks"
)

// The mails to representatives about their own sign-in, which cases/signin/authority writes
// into the outbox. They are about no news of a case and go where they were addressed to.
const (
	helperCode       = "mail_representative_code"
	helperInvitation = "mail_representative_invitation"
	helperRefusal    = "mail_representative_refused"
)

func toHelper(template string) bool {
	return template == helperCode || template == helperInvitation || template == helperRefusal
}

// helperArg marks news that go to a representative.
const helperArg = "helper"

// helper is how who acts for the debtor of a case is reached today. The zero value: nobody acts.
type helper struct {
	email debt.Personal // "" where none is left
	post  bool          // letters reach him, so that without an e-mail no mail goes to the debtor instead
}

// helperOf finds that: while an authority is in force, contact goes to who has it (BGB § 164 III).
// One whose e-mail came back is reached by letter.
func helperOf(r *store.Reader, caseID debt.ID, now time.Time) (h helper, err error) {
	list, err := authorities.InForce(r, caseID, now)
	for _, a := range list {
		if a.EmailStopped == debt.Reachable && a.Who.Email != "" && h.email == "" {
			h.email = a.Who.Email
		}
	}
	if err == nil {
		_, h.post, err = authorities.Mailbox(r, caseID, now)
	}
	return h, err
}

// readdressHelper sends news to who acts for the debtor today, and leaves alone what somebody
// else is waiting for. It reports whether the message is his.
func readdressHelper(r *store.Reader, m *outbox.Message, now time.Time) (bool, error) {
	if m.Channel != outbox.Email || coded(m.Template) {
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
	if err != nil || to.email == "" && !to.post {
		return false, err
	}
	if to.email == "" {
		m.Close(outbox.Stopped, "address_stopped")
		m.LeasedTo = time.Time{}
		return true, nil
	}
	if m.Args == nil {
		m.Args = map[string]string{}
	}
	m.Args[helperArg] = string(authority.Representing)
	m.Readdress(r, to.email)
	return true, nil
}

// helperBounced stops the e-mail of representatives to whom a message of a case went, and reports
// whether it was one of theirs. A person is told once for each authority.
func helperBounced(t *store.Tx, m outbox.Message, code string, now time.Time) (theirs, stopped bool, err error) {
	f, err := t.LockOne(m.CaseID)
	if err != nil {
		return false, false, err
	}
	list, err := authorities.OfCase(&t.Reader, m.CaseID)
	for _, a := range list {
		if err != nil || !a.Live() || m.Channel != outbox.Email || !m.WentTo(&t.Reader, a.Who.Email) {
			continue
		}
		if theirs = true; a.EmailStopped != debt.Reachable {
			continue
		}
		stopped, a.EmailStopped = true, debt.StopBounced
		e := f.Case.EventOf(debt.ContactBounced, debt.Args{"channel": string(m.Channel), "code": code, "authority_id": string(a.ID)})
		e.ID, e.At, e.Actor = store.NewID(), now, debt.Actor{Kind: "provider"}
		if err = authorities.Save(t, a.Authority); err == nil {
			err = t.Book(store.Booking{File: f, Events: []debt.Event{e}})
		}
		if err == nil {
			err = tasks.Open(t, tasks.Task{ID: store.NewID(), Kind: authority.Unreachable, Subject: string(a.ID), CaseID: m.CaseID,
				Reason: string(debt.StopBounced), OpenedAt: now})
		}
	}
	return theirs, stopped, err
}

// wordHelper words the mails about a representative's own sign-in.
func wordHelper(w *text.Catalogue, m outbox.Message) (subject, body string) {
	if m.Template == helperCode {
		return w.Text("mail_representative_code_subject", nil), w.Text("mail_representative_code", debt.Args{"code": m.Args["code"]})
	}
	if m.Template == helperRefusal {
		return w.Text("mail_representative_refused_subject", nil),
			w.Text("mail_representative_refused", debt.Args{"reason": authority.Refusal(m.Args["reason"])})
	}
	return w.Text("mail_representative_invitation_subject", nil), w.Text("mail_representative_invitation", debt.Args{"code": m.Args["code"]})
}
