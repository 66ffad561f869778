package staffing

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/staff"
	"quitt/store"
	kept "quitt/store/staff"
)

// Wish is who is to come in, and as what.
type Wish struct {
	Email, Name debt.Personal
	Language    string
	Creditor    debt.ID // "" for an operator's member without a role
	Role        staff.Role
	Operator    bool
}

const (
	mostName  = 120
	mostEmail = 200
)

func address(p debt.Personal) (string, error) {
	text := strings.TrimSpace(p.Reveal())
	parsed, err := mail.ParseAddress(text)
	if err != nil || parsed.Address != text || len(text) > mostEmail || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == '\uFFFD' }) {
		return "", debt.E(debt.Invalid, "staff_email", nil)
	}
	return text, nil
}

func (w *Wish) check() error {
	name := strings.TrimSpace(w.Name.Reveal())
	if name == "" || len([]rune(name)) > mostName || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == '\uFFFD' }) {
		return debt.E(debt.Invalid, "staff_name", nil)
	}
	email, err := address(w.Email)
	if err != nil {
		return err
	}
	if w.Creditor != "" && !w.Role.Known() || w.Creditor == "" && !w.Operator {
		return debt.E(debt.Invalid, "staff_role", nil)
	}
	if w.Language != "en" {
		w.Language = "de"
	}
	w.Name, w.Email = debt.Personal(name), debt.Personal(email)
	return nil
}

// invitationTime is how long the code of an invitation is good for.
const invitationTime = 72 * time.Hour

// Invitation is a new member. The code is nowhere else but in the mail.
type Invitation struct {
	ID   debt.ID
	Code access.Code
}

// Format keeps the code out of logs under every verb.
func (i Invitation) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "invitation %s", string(i.ID)) }

func newCode() access.Code {
	var random [10]byte
	_, _ = rand.Read(random[:]) // never fails: crypto/rand
	return access.NewCode(random)
}

// InvitationMail is the sentence of the mail with the code of an invitation.
const InvitationMail = "mail_staff_invitation"

// Invite lets somebody come in. Whoever has an account already gets the role, and no code; name
// and language stay as they are. by is who invites, "" on the command line. Invalid for what is no wish.
func (d Desk) Invite(ctx context.Context, by debt.ID, w Wish) (i Invitation, err error) {
	if err := d.ready(); err != nil {
		return i, err
	}
	if err := w.check(); err != nil {
		return i, err
	}
	fresh := Invitation{ID: store.NewID(), Code: newCode()}
	err = d.Store.Write(ctx, "", func(t *store.Tx) error {
		i = fresh
		m, found, err := kept.Find(&t.Reader, d.addressHashes(w.Email.Reveal()))
		switch {
		case err != nil:
			return err
		case found:
			if m, err = kept.Lock(t, m.ID); err != nil {
				return err
			}
			i.ID, m.Operator = m.ID, m.Operator || w.Operator
			if m.State == staff.Active {
				i.Code = ""
			} else {
				m.State, m.Password, m.TOTP, m.Step = staff.Invited, "", "", 0
			}
			err = kept.Save(t, m)
		default:
			err = d.add(t, i.ID, w)
		}
		if err == nil && i.Code != "" {
			err = d.invite(t, i, w.Email, w.Language)
		}
		if err != nil {
			return err
		}
		return d.welcome(t, i.ID, by, w)
	})
	if err != nil {
		return Invitation{}, err
	}
	return i, nil
}

func (d Desk) add(t *store.Tx, id debt.ID, w Wish) error {
	sealed, err := d.seal(id, who{w.Email.Reveal(), w.Name.Reveal(), w.Language})
	if err != nil {
		return err
	}
	return kept.Add(t, kept.Record{ID: id, EmailHash: d.addressHashes(w.Email.Reveal())[0], Sealed: sealed, State: staff.Invited,
		Operator: w.Operator, MadeAt: d.Now()})
}

// welcome gives the role and notes it.
func (d Desk) welcome(t *store.Tx, id, by debt.ID, w Wish) error {
	if w.Creditor != "" {
		if err := kept.SavePlace(t, kept.Place{Creditor: w.Creditor, Member: id, Role: w.Role}); err != nil {
			return err
		}
	}
	return kept.Note(t, kept.Entry{ID: store.NewID(), Member: id, Creditor: w.Creditor, By: by, What: staff.WasInvited, At: d.Now()})
}

// invite makes a code, which makes the one before void, and the mail with it.
func (d Desk) invite(t *store.Tx, i Invitation, to debt.Personal, language string) error {
	now := d.Now()
	if err := kept.EndCodes(t, i.ID, kept.Invitation); err != nil {
		return err
	}
	c := kept.Code{ID: store.NewID(), Member: i.ID, Kind: kept.Invitation, MadeAt: now, ExpiresAt: now.Add(invitationTime)}
	if err := kept.AddCode(t, c, d.hashes("code", string(i.Code))[0]); err != nil {
		return err
	}
	return d.send(t, kept.Letter{To: to, Template: InvitationMail, Language: language, Code: i.Code.Grouped()}, c.ExpiresAt)
}

func (d Desk) send(t *store.Tx, l kept.Letter, until time.Time) error {
	return kept.AddMail(t, d.vault, l, kept.Mail{ID: store.NewID(), MadeAt: d.Now(), ExpiresAt: until})
}

// creditorOf finds a creditor of a member's by its id.
func creditorOf(list []Place, id debt.ID) (Place, bool) {
	at := slices.IndexFunc(list, func(p Place) bool { return p.Creditor.ID == id })
	if at < 0 {
		return Place{}, false
	}
	return list[at], true
}
