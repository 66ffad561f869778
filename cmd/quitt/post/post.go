// Package post wires the channels to the outside from the settings.
package post

import (
	"time"

	"quitt/cases/signin"
	"quitt/cases/signin/staffing"
	"quitt/debt"
	"quitt/debt/operator"
	"quitt/notifications"
	"quitt/notifications/email"
	"quitt/notifications/members"
	"quitt/notifications/sms"
	"quitt/store"
	"quitt/store/outbox"
)

// Config is what can be set about mails and text messages.
type Config struct {
	SMTPURL  string `env:"QUITT_SMTP_URL"` // may hold a password; unset: mails wait
	MailFrom string `env:"QUITT_MAIL_FROM"`
	MailHelo string `env:"QUITT_MAIL_HELO"`
	SMSURL   string `env:"QUITT_SMS_URL"` // unset: no text messages
	SMSKey   string `env:"QUITT_SMS_KEY"`
	SMSFrom  string `env:"QUITT_SMS_FROM"`
}

// Place is what messages say about us.
type Place struct {
	Operator operator.Profile
	Portal   string        // where debtors open it
	Staff    staffing.Desk // opens the mails of people who work here
}

// Loops tell the debtors and send what waits. A channel that is not set has a loop too: it
// forgets codes nobody can use any more.
func (c Config) Loops(desk notifications.Desk, at Place) ([]notifications.Loop, error) {
	head := notifications.MailHead{Operator: at.Operator, Portal: at.Portal, OptOut: func(creditor, caseID debt.ID) string {
		return at.Portal + "/abbestellen?t=" + desk.OptOutToken(creditor, caseID)
	}}
	mails := notifications.Post{Store: desk.Store, Now: desk.Now, Channel: outbox.Email, Head: head}
	texts := notifications.Post{Store: desk.Store, Now: desk.Now, Channel: outbox.SMS, Head: head}
	if c.SMTPURL != "" {
		sender, err := email.New(c.email(desk.Now))
		if err != nil {
			return nil, err
		}
		mails.Carrier = sender
	}
	if c.SMSURL != "" {
		gateway, err := sms.New(c.sms(at.Portal))
		if err != nil {
			return nil, err
		}
		texts.Carrier = gateway
	}
	teller := notifications.Teller{Store: desk.Store, Now: desk.Now, Texts: c.SMSURL != ""}
	people := members.Post{Store: desk.Store, Now: desk.Now, Vault: at.Staff.Vault(), Role: at.Staff.At, Carrier: mails.Carrier, Head: head}
	list := []notifications.Loop{teller.Loop(), teller.Reminders(), mails.Loop(), texts.Loop(), people.Loop()}
	if mails.Carrier != nil {
		mails.Codes = true
		list = append(list, mails.Loop())
	}
	return list, nil
}

// Notices is the desk for opting out and for reports.
func (c Config) Notices(s *store.Store, now func() time.Time, peppers signin.Peppers) notifications.Desk {
	d := notifications.Desk{Store: s, Now: now, OptOutKeys: peppers.DeriveAll("opt-out")}
	if c.SMSKey != "" {
		d.TextKey = notifications.TextKey(c.SMSKey)
	}
	return d
}

func (c Config) email(now func() time.Time) email.Config {
	return email.Config{URL: c.SMTPURL, From: c.MailFrom, Helo: c.MailHelo, Now: now}
}

func (c Config) sms(portal string) sms.Config {
	return sms.Config{URL: c.SMSURL, Key: c.SMSKey, From: c.SMSFrom, Callback: portal + "/rueckmeldung/sms"}
}

// CheckMail refuses settings no mail could go out with.
func (c Config) CheckMail() error {
	if c.SMTPURL == "" {
		return nil
	}
	_, err := email.New(c.email(nil))
	return err
}

// CheckSMS refuses settings no text message could go out with.
func (c Config) CheckSMS() error {
	if c.SMSURL == "" {
		return nil
	}
	_, err := sms.New(c.sms(""))
	return err
}
