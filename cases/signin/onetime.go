package signin

import (
	"context"
	"crypto/rand"
	"math/big"
	"slices"
	"strings"
	"unicode/utf8"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/store"
	"quitt/store/grants"
	"quitt/store/outbox"
)

// The sentences of the mail with a one-time code; the outbox names the body, the loop that
// sends it adds the subject. Neither says what the matter is about: a mailbox is read by
// others too.
const (
	OneTimeMailSubject = "mail_one_time_code_subject"
	OneTimeMailBody    = "mail_one_time_code"
)

// SendOneTimeCode puts a code of six digits into the outbox, in the visitor's language, and
// gives the masked address or, where only that can be used, telephone number.
// NotFound "one_time_address_missing" where another check is possible or no address is
// known; Forbidden "one_time_too_many" after three within an hour.
func (d Desk) SendOneTimeCode(ctx context.Context, cookie, language string) (to string, err error) {
	s, idHash, err := d.session(ctx, cookie)
	if err != nil {
		return "", err
	}
	if d.Peppers.Missing() {
		return "", debt.E(debt.Unavailable, "pepper_missing", nil)
	}
	err = d.at(ctx, place{s.CreditorID, s.CaseID, s.GrantID}, func(w *work) error {
		if _, err := grants.LoadSession(&w.Reader, idHash); err != nil {
			return err
		}
		if s.Tier == access.FullView || !slices.Contains(w.raises(), access.CheckOneTime) {
			return debt.E(debt.NotFound, "one_time_address_missing", nil)
		}
		if w.grant.Locked() {
			return refused()
		}
		sent, err := grants.SentSince(&w.Reader, w.grant.ID, w.stamp.At.Add(-access.OneTimeWindow))
		if err != nil {
			return err
		}
		if sent >= access.OneTimeSends {
			return debt.E(debt.Forbidden, "one_time_too_many", nil)
		}
		m := outbox.Mail{CaseID: w.file.Case.ID, Recipient: w.debtor.Email, Template: OneTimeMailBody, Language: language}
		to = maskedAddress(w.debtor.Email.Reveal())
		if !access.Mailable(w.debtor) {
			m.Channel, m.Recipient, to = outbox.SMS, w.debtor.Phone, maskedNumber(w.debtor.Phone.Reveal())
		}
		return d.sendOneTime(w, m)
	})
	if err != nil {
		return "", err
	}
	return to, nil
}

// sendOneTime draws a code and stores its hash and the message.
func (d Desk) sendOneTime(w *work, m outbox.Mail) error {
	n, err := rand.Int(rand.Reader, big.NewInt(access.OneTimeCodes))
	if err != nil {
		return err
	}
	code := access.WriteOneTime(n.Int64())
	o := grants.OneTime{OneTime: access.OneTime{ID: store.NewID(), GrantID: w.grant.ID, SentAt: w.stamp.At}, Pepper: d.Peppers.current}
	o.Hash = d.Peppers.mac(o.Pepper, o.ID, []byte(code))
	if err := grants.AddOneTime(w.Tx, o); err != nil {
		return err
	}
	m.Args, m.ExpiresAt = map[string]string{"code": code}, o.ExpiresAt()
	return outbox.Add(w.Tx, m, w.stamp.At)
}

// maskedNumber shows the last two digits: enough to know which telephone to look at.
func maskedNumber(number string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
	return "••• " + digits[max(0, len(digits)-2):]
}

// maskedAddress shows enough of an address for its owner to know which one it is, and not
// the domain: many a private one is a surname.
func maskedAddress(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 1 {
		return "•••"
	}
	local, domain := address[:at], address[at+1:]
	dot := strings.LastIndexByte(domain, '.')
	if dot < 1 {
		return "•••"
	}
	return firstLetter(local) + "•••@" + firstLetter(domain) + "•••" + domain[dot:]
}

func firstLetter(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return s[:n]
}

// RaiseByOneTimeCode is Raise with a code that was sent. Invalid "one_time_invalid" for
// what has not six digits; Expired "one_time_expired" if no sent code can be used any more,
// which is not counted; a wrong one counts like any wrong check.
func (d Desk) RaiseByOneTimeCode(ctx context.Context, cookie, code string) (Opened, error) {
	typed, ok := access.ReadOneTime(code)
	if !ok {
		return Opened{}, debt.E(debt.Invalid, "one_time_invalid", nil)
	}
	return d.raise(ctx, cookie, func(w *work) (tier access.Tier, outcome, err error) {
		o, err := grants.LoadOneTime(w.Tx, w.grant.ID)
		if debt.KindOf(err) == debt.NotFound || err == nil && !o.CountTry(w.stamp.At) {
			return access.CodeOnly, debt.E(debt.Expired, "one_time_expired", nil), nil
		}
		if err != nil {
			return access.CodeOnly, nil, err
		}
		return w.second(access.CheckOneTime, func() (access.Tier, error) { return d.tryOneTime(w, o, typed) })
	})
}

// tryOneTime saves the counted try and compares; a right code is used up.
func (d Desk) tryOneTime(w *work, o grants.OneTime, typed string) (access.Tier, error) {
	if err := grants.SaveTries(w.Tx, o); err != nil {
		return access.CodeOnly, err
	}
	if !d.Peppers.proves(o.Pepper, o.Hash, d.Peppers.mac(o.Pepper, o.ID, []byte(typed))) {
		return access.CodeOnly, nil
	}
	return access.Opens(w.debtor, access.CheckOneTime), grants.EndOneTime(w.Tx, w.grant.ID, w.stamp.At)
}
