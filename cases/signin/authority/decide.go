package authority

import (
	"context"
	"time"

	"quitt/debt"
	"quitt/debt/authority"
	"quitt/store/authorities"
	"quitt/store/outbox"
	"quitt/store/tasks"
)

// Accept is said by a person who has seen the proof: the code goes to the address.
func (d Desk) Accept(ctx context.Context, creditor, id debt.ID, by debt.Actor) error {
	return d.Certify(ctx, creditor, Certificate{ID: id, By: by})
}

// Certificate is what a person has seen in the proof.
type Certificate struct {
	ID    debt.ID
	By    debt.Actor
	Areas []authority.Area // that a court has given a guardian, nil for those that were said
	Limit *authority.Limit // nil for what was asked for
}

// Certify is Accept with what the proof says.
func (d Desk) Certify(ctx context.Context, creditor debt.ID, it Certificate) error {
	if err := d.ready(); err != nil {
		return err
	}
	code := newInvitation().Code
	return d.on(ctx, creditor, it.ID, it.By, func(x *work, a *authorities.Record) (bool, error) {
		if err := a.Accept(x.at); err != nil {
			return false, err
		}
		if it.Areas != nil {
			if err := a.Certify(it.Areas); err != nil {
				return false, err
			}
		}
		if it.Limit != nil {
			if err := a.Within(*it.Limit, debt.DateIn(x.at, debt.Berlin)); err != nil {
				return false, err
			}
		}
		if err := authorities.NewCode(x.Tx, a.Representative, a.ID, d.hashes("code", string(code))[0]); err != nil {
			return false, err
		}
		if err := x.decided(a.ID, "accepted"); err != nil {
			return false, err
		}
		return true, x.send(a.ID, a.Who.Email, a.Who.Language, code)
	})
}

// RefusalMail is the sentence of the mail that says why papers were not enough; its one value is
// the code of the reason.
const RefusalMail = "mail_representative_refused"

// Refusal is the other answer of who has seen the proof.
type Refusal struct {
	ID     debt.ID
	By     debt.Actor
	Reason authority.Refusal
}

// Refuse tells the representative why, so that he can send better papers: nothing else reaches him.
func (d Desk) Refuse(ctx context.Context, creditor debt.ID, it Refusal) error {
	if err := authority.CheckRefusal(it.Reason); err != nil {
		return err
	}
	return d.on(ctx, creditor, it.ID, it.By, func(x *work, a *authorities.Record) (bool, error) {
		if err := a.Refuse(it.By.Kind, x.at); err != nil {
			return false, err
		}
		if err := x.decided(a.ID, "refused"); err != nil {
			return false, err
		}
		x.because = string(it.Reason)
		return true, outbox.Add(x.Tx, outbox.Mail{CaseID: a.CaseID, Key: string(a.ID) + "/" + RefusalMail, Recipient: a.Who.Email,
			Template: RefusalMail, Language: a.Who.Language, Args: map[string]string{"reason": string(it.Reason)},
			ExpiresAt: x.at.Add(7 * 24 * time.Hour)}, x.at)
	})
}

// decided ends the task of who had to look, if there is one.
func (x *work) decided(id debt.ID, outcome string) error {
	return tasks.End(x.Tx, tasks.Task{Kind: TaskProof, Subject: string(id)}, outcome, x.at)
}
