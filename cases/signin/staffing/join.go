package staffing

import (
	"context"
	"fmt"
	"time"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/staff"
	"quitt/store"
	kept "quitt/store/staff"
)

// Invited is who holds the code of an invitation, and the secret for the authenticator.
type Invited struct {
	Email  debt.Personal
	Secret string `json:"-"`
	URI    string `json:"-"` // the same for a QR code
}

// Format keeps the secret out of logs under every verb.
func (Invited) Format(f fmt.State, _ rune) { _, _ = fmt.Fprint(f, "invited") }

// noInvitation is the answer to a code that is wrong, used or too old.
func noInvitation() error { return debt.E(debt.Forbidden, "staff_invitation_refused", nil) }

func (d Desk) invited(r *store.Reader, typed string) (m kept.Record, c kept.Code, err error) {
	code, err := access.ParseCode(typed)
	if err != nil {
		return m, c, err
	}
	c, found, err := kept.FindCode(r, kept.Invitation, d.hashes("code", string(code)), d.Now())
	if err != nil {
		return m, c, err
	}
	if !found {
		return m, c, noInvitation()
	}
	m, err = kept.Load(r, c.Member)
	if err == nil && m.State != staff.Invited {
		err = noInvitation()
	}
	return m, c, err
}

// Look shows the holder of an invitation the secret for the authenticator; it stays the same
// until the invitation is used. Invalid for what is no code, Forbidden
// "staff_invitation_refused" for one that opens nothing.
func (d Desk) Look(ctx context.Context, typed string) (i Invited, err error) {
	if err := d.ready(); err != nil {
		return i, err
	}
	err = d.Store.Write(ctx, "", func(t *store.Tx) error {
		m, _, err := d.invited(&t.Reader, typed)
		if err != nil {
			return err
		}
		if m, err = kept.Lock(t, m.ID); err != nil {
			return err
		}
		if m.TOTP == "" {
			if m.TOTP, err = d.sealSecret(m.ID, newSecret()); err != nil {
				return err
			}
			if err := kept.Save(t, m); err != nil {
				return err
			}
		}
		who, err := d.member(m)
		i = Invited{Email: who.Email, Secret: d.openSecret(m.ID, m.TOTP)}
		i.URI = d.keyURI(who.Email.Reveal(), i.Secret)
		return err
	})
	return i, err
}

// Joining is what the holder of an invitation sets.
type Joining struct {
	Code, Password, Second string `json:"-"`
	Device                 string
}

// Format keeps the secrets out of logs under every verb.
func (Joining) Format(f fmt.State, _ rune) { _, _ = fmt.Fprint(f, "joining") }

// recoveryCodes is how many there are.
const recoveryCodes = 10

// Join uses an invitation: password and second factor are set, and a sign-in opens. The
// recovery codes are given this once. Invalid for a password that will not do and
// "staff_code_wrong" for a code the secret did not make.
func (d Desk) Join(ctx context.Context, j Joining) (o Opened, codes []access.Code, err error) {
	if err := d.ready(); err != nil {
		return o, nil, err
	}
	var m kept.Record
	err = d.Store.Read(ctx, "", func(r *store.Reader) error {
		m, _, err = d.invited(r, j.Code)
		return err
	})
	if err != nil {
		return o, nil, err
	}
	who, err := d.member(m)
	if err == nil {
		err = d.checkPassword(j.Password, who.Email)
	}
	if err != nil {
		return o, nil, err
	}
	at := d.Now() // also once the password is hashed: the code is as old as the form
	if _, ok := stepOf(d.openSecret(m.ID, m.TOTP), j.Second, at, 0); !ok {
		return o, nil, debt.E(debt.Invalid, "staff_code_wrong", nil)
	}
	password, err := d.newPassword(ctx, m.ID, j.Password)
	if err != nil {
		return o, nil, err
	}
	cookie, idHash := newCookie()
	codes = newCodes()
	err = d.Store.Write(ctx, "", func(t *store.Tx) error { return d.join(t, j, joined{password, idHash, codes, at}) })
	if err != nil {
		return Opened{}, nil, err
	}
	return Opened{Cookie: cookie}, codes, nil
}

// joined is what is stored when an invitation is used.
type joined struct {
	password, idHash string
	codes            []access.Code
	at               time.Time
}

func (d Desk) join(t *store.Tx, j Joining, made joined) error {
	m, c, err := d.invited(&t.Reader, j.Code)
	if err != nil {
		return err
	}
	if m, err = kept.Lock(t, m.ID); err != nil {
		return err
	}
	used, err := kept.UseCode(t, c.ID, d.Now())
	if err != nil {
		return err
	}
	step, ok := stepOf(d.openSecret(m.ID, m.TOTP), j.Second, made.at, 0)
	if !used || !ok || m.State != staff.Invited {
		return noInvitation()
	}
	m.State, m.Password, m.Step, m.Tries = staff.Active, made.password, step, staff.Tries{}
	if err := kept.Save(t, m); err != nil {
		return err
	}
	if err := d.saveRecovery(t, m.ID, made.codes); err != nil {
		return err
	}
	if err := d.note(t, m.ID, staff.HasJoined); err != nil {
		return err
	}
	return d.open(t, m, d.arrives(made.idHash, j.Device))
}

func newCodes() (list []access.Code) {
	for range recoveryCodes {
		list = append(list, newCode())
	}
	return list
}

// saveRecovery makes the codes before void.
func (d Desk) saveRecovery(t *store.Tx, member debt.ID, codes []access.Code) error {
	if err := kept.EndCodes(t, member, kept.Recovery); err != nil {
		return err
	}
	for _, code := range codes {
		c := kept.Code{ID: store.NewID(), Member: member, Kind: kept.Recovery, MadeAt: d.Now()}
		if err := kept.AddCode(t, c, d.hashes("recovery:"+string(member), string(code))[0]); err != nil {
			return err
		}
	}
	return nil
}

// Renew gives new recovery codes; the old ones are void.
func (d Desk) Renew(ctx context.Context, member debt.ID) (codes []access.Code, err error) {
	codes = newCodes()
	err = d.Store.Write(ctx, "", func(t *store.Tx) error {
		if _, err := kept.Lock(t, member); err != nil {
			return err
		}
		if err := d.note(t, member, staff.NewRecovery); err != nil {
			return err
		}
		return d.saveRecovery(t, member, codes)
	})
	return codes, err
}

// The limits of a reset.
const (
	resetTime   = 30 * time.Minute
	resetSends  = 3
	resetWindow = time.Hour
)

// ResetMail and ChangedMail are the sentences of the mails about a password.
const (
	ResetMail   = "mail_staff_reset"
	ChangedMail = "mail_staff_changed"
)

// SendReset sends a code with which a password is set anew, if the address has an account. The
// answer is the same for every address; more than three an hour are not sent. Invalid
// "staff_email" for what is no address.
func (d Desk) SendReset(ctx context.Context, email debt.Personal) error {
	if err := d.ready(); err != nil {
		return err
	}
	to, err := address(email)
	if err != nil {
		return err
	}
	code, now := newCode(), d.Now()
	return d.Store.Write(ctx, "", func(t *store.Tx) error {
		m, found, err := kept.Find(&t.Reader, d.addressHashes(to))
		if err != nil || !found || m.State != staff.Active || m.Password == none {
			return err
		}
		if m, err = kept.Lock(t, m.ID); err != nil {
			return err
		}
		sent, err := kept.CodesSince(&t.Reader, m.ID, kept.Reset, now.Add(-resetWindow))
		if err != nil || sent >= resetSends {
			return err
		}
		who, err := d.member(m)
		if err != nil {
			return err
		}
		c := kept.Code{ID: store.NewID(), Member: m.ID, Kind: kept.Reset, MadeAt: now, ExpiresAt: now.Add(resetTime)}
		if err := kept.AddCode(t, c, d.hashes("code", string(code))[0]); err != nil {
			return err
		}
		return d.send(t, kept.Letter{To: who.Email, Template: ResetMail, Language: who.Language, Code: code.Grouped()}, c.ExpiresAt)
	})
}

// noReset is the answer to a code that is wrong, used or too old, and to a wrong second factor.
func noReset() error { return debt.E(debt.Forbidden, "staff_reset_refused", nil) }

// Reset sets a password with a code that was sent and the second factor, which the mailbox
// alone does not have. All sign-ins end. Invalid for what will not do, Forbidden
// "staff_reset_refused" for every other failure.
func (d Desk) Reset(ctx context.Context, j Joining) error {
	if err := d.ready(); err != nil {
		return err
	}
	code, err := access.ParseCode(j.Code)
	if err == nil {
		err = d.checkPassword(j.Password, "") // before a try is counted
	}
	if err != nil {
		return err
	}
	var c kept.Code
	b, err := d.begin(ctx, func(r *store.Reader) (debt.ID, error) {
		var found bool
		c, found, err = kept.FindCode(r, kept.Reset, d.hashes("code", string(code)), d.Now())
		if !found {
			c = kept.Code{}
		}
		return c.Member, err
	})
	if err != nil {
		return err
	}
	if !b.may {
		return noReset()
	}
	who, err := d.member(b.member)
	if err == nil {
		err = CheckPassword(j.Password, who.Email)
	}
	if err != nil {
		return err
	}
	at := d.Now()
	password, err := d.newPassword(ctx, b.member.ID, j.Password)
	if err != nil {
		return err
	}
	var right bool
	err = d.Store.Write(ctx, "", func(t *store.Tx) error {
		m, err := kept.Lock(t, b.member.ID)
		if right = false; err != nil || m.State != staff.Active {
			return err
		}
		if right, err = d.second(t, &m, j.Second, at); err != nil || !right {
			return err
		}
		if right, err = kept.UseCode(t, c.ID, d.Now()); err != nil || !right {
			return err
		}
		m.Password = password
		m.Tries.Passed()
		return d.changed(t, m, who)
	})
	if err == nil && !right {
		return noReset()
	}
	return err
}

// changed saves a new password: nobody stays in with the old one, and the owner is told.
func (d Desk) changed(t *store.Tx, m kept.Record, who staff.Member) error {
	if err := kept.Save(t, m); err != nil {
		return err
	}
	if err := kept.EndAll(t, m.ID, ""); err != nil {
		return err
	}
	if err := d.note(t, m.ID, staff.HasReset); err != nil {
		return err
	}
	return d.send(t, kept.Letter{To: who.Email, Template: ChangedMail, Language: who.Language}, d.Now().Add(invitationTime))
}
