package notifications

import (
	"context"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/objections"
	"quitt/store/outbox"
)

// promiseReminder is the message about a promise to pay, sent once: the page has said so.
const promiseReminder = "mail_promise_reminder"

// remindEvery is how often promises are looked at, and remindMost how many reminders are written
// in one go.
const (
	remindEvery = 10 * time.Minute
	remindMost  = 100
)

// Reminders gives the reminders of promises to a Runner. One is written the day before the
// promised day, and for a promise made on that day, on the next. What is in the outbox is never
// written again, wherever the process ends; the outbox keeps it longer than a promise may last.
func (d Teller) Reminders() Loop { return Loop{Name: "remind", Every: remindEvery, Work: d.remind} }

func (d Teller) remind(ctx context.Context, creditor debt.ID) (did int, err error) {
	now := d.Now()
	today := debt.DateIn(now, debt.Berlin)
	var mails []outbox.Mail
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		mails = nil
		list, err := objections.Unreminded(r, today, today.AddDays(1))
		if err != nil {
			return err
		}
		for _, p := range list {
			m, ok, err := d.reminder(r, p, today)
			if err != nil {
				return err
			}
			if ok && len(mails) < remindMost {
				mails = append(mails, m)
			}
		}
		return nil
	})
	if err != nil || len(mails) == 0 {
		return 0, err
	}
	return len(mails), d.Store.Write(ctx, creditor, func(t *store.Tx) error {
		for _, m := range mails {
			if err := outbox.Add(t, m, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// reminder words nothing yet: it says to whom and until when. ok is false while there is none to
// write.
func (d Teller) reminder(r *store.Reader, p objections.Promise, today debt.Date) (m outbox.Mail, ok bool, err error) {
	made := debt.DateIn(p.MadeAt, debt.Berlin)
	if !made.Before(today) {
		return m, false, nil
	}
	to, err := outbox.ReachOf(r, p.CaseID)
	if err != nil || barred(to, promiseReminder, today) {
		return m, false, err
	}
	m = outbox.Mail{CaseID: p.CaseID, Key: objections.ReminderKey(p.ID), Recipient: to.Debtor.Email, Language: to.Debtor.PreferredLanguage, Template: promiseReminder,
		Args: map[string]string{dueArg: p.By.String()}, ExpiresAt: p.By.AddDays(1).Time()}
	switch d.preferred(to) {
	case "":
		return m, false, nil
	case outbox.SMS:
		m.Channel, m.Recipient = outbox.SMS, to.Debtor.Phone
	}
	return m, true, nil
}
