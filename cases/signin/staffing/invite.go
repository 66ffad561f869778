package staffing

import (
	"context"
	"crypto/rand"
	"encoding/json"
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

// Invite lets somebody come in. An address that has an account already gets the role there, and
// no code. by is who invites, "" on the command line. Invalid for what is no wish.
func (d Desk) Invite(ctx context.Context, by debt.ID, w Wish) (i Invitation, err error) {
	if err := d.ready(); err != nil {
		return i, err
	}
	if err := w.check(); err != nil {
		return i, err
	}
	now := d.Now()
	fresh := Invitation{ID: store.NewID(), Code: newCode()}
	err = d.Store.Write(ctx, "", func(t *store.Tx) error {
		i = fresh
		known, found, err := kept.Find(&t.Reader, d.addressHashes(w.Email.Reveal()))
		switch {
		case err != nil:
			return err
		case found && known.State == staff.Active:
			i = Invitation{ID: known.ID}
			return d.welcome(t, known.ID, by, w)
		case found:
			i.ID = known.ID
		}
		sealed, err := d.seal(i.ID, who{w.Email.Reveal(), w.Name.Reveal(), w.Language})
		if err != nil {
			return err
		}
		m := kept.Record{ID: i.ID, EmailHash: d.addressHashes(w.Email.Reveal())[0], Sealed: sealed, State: staff.Invited, Operator: w.Operator, MadeAt: now}
		if !found {
			err = kept.Add(t, m)
		} else {
			err = kept.Save(t, m)
		}
		if err != nil {
			return err
		}
		if err := d.invite(t, i, w.Email, w.Language); err != nil {
			return err
		}
		return d.welcome(t, i.ID, by, w)
	})
	if err != nil {
		return Invitation{}, err
	}
	return i, nil
}

// welcome gives the role and notes it.
func (d Desk) welcome(t *store.Tx, id, by debt.ID, w Wish) error {
	if w.Creditor != "" {
		if err := kept.SavePlace(t, kept.Place{Creditor: w.Creditor, Member: id, Role: w.Role}); err != nil {
			return err
		}
	}
	return kept.Note(t, kept.Entry{ID: store.NewID(), Member: id, Creditor: w.Creditor, By: by, What: kept.WasInvited, At: d.Now()})
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
	return d.send(t, Letter{To: to, Template: InvitationMail, Language: language, Code: i.Code.Grouped()}, c.ExpiresAt)
}

// Letter is a mail to a member.
type Letter struct {
	To       debt.Personal
	Template string
	Language string
	Code     string
}

// Format keeps address and code out of logs under every verb.
func (l Letter) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "mail %s", l.Template) }

// written is how a Letter is sealed: debt.Personal masks itself.
type written struct{ To, Template, Language, Code string }

func (d Desk) send(t *store.Tx, l Letter, until time.Time) error {
	id := store.NewID()
	b, err := json.Marshal(written{l.To.Reveal(), l.Template, l.Language, l.Code})
	if err != nil {
		return err
	}
	sealed, err := d.vault.Seal("staff mail/"+string(id), b)
	if err != nil {
		return err
	}
	return kept.AddMail(t, kept.Mail{ID: id, Sealed: sealed, MadeAt: d.Now(), ExpiresAt: until})
}

// Unseal opens a mail for whoever sends it; false if the key is gone.
func (d Desk) Unseal(m kept.Mail) (l Letter, ok bool) {
	b, ok := d.vault.Open("staff mail/"+string(m.ID), m.Sealed)
	if !ok {
		return l, false
	}
	var w written
	if json.Unmarshal(b, &w) != nil {
		return l, false
	}
	return Letter{debt.Personal(w.To), w.Template, w.Language, w.Code}, true
}

// creditorOf finds a creditor of a member's by its id.
func creditorOf(list []Place, id debt.ID) (Place, bool) {
	at := slices.IndexFunc(list, func(p Place) bool { return p.Creditor.ID == id })
	if at < 0 {
		return Place{}, false
	}
	return list[at], true
}
