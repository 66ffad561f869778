// Package authority lets others act for a debtor: the debtor invites them or they show their
// papers, a code proves that the right one came, and everything ends at once when the debtor
// says so, with the next page at the latest. A representative signs in by himself and sees
// all of his clients.
package authority

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/mail"
	"slices"
	"strings"
	"time"

	"quitt/cases/signin"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/authority"
	"quitt/store"
	"quitt/store/authorities"
	"quitt/store/outbox"
	"quitt/store/tasks"
)

// Desk works on authorities. Make it with New.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
	// keys make the hashes of addresses and codes, the newest first: a database alone lets
	// nobody try addresses or codes.
	keys [][]byte
}

// purpose names the keys among those of an installation.
const purpose = "representatives"

// New makes a desk beside the one that opens letters.
func New(d signin.Desk) Desk {
	if d.Peppers.Missing() {
		return Desk{Store: d.Store, Now: d.Now}
	}
	return Desk{Store: d.Store, Now: d.Now, keys: d.Peppers.DeriveAll(purpose)}
}

func (d Desk) ready() error {
	if len(d.keys) == 0 {
		return debt.E(debt.Unavailable, "pepper_missing", nil)
	}
	return nil
}

// hashes gives the hash of a text under each key, the newest first.
func (d Desk) hashes(what, text string) (list []string) {
	for _, key := range d.keys {
		h := hmac.New(sha256.New, key)
		_, _ = io.WriteString(h, what+":"+text)
		list = append(list, hex.EncodeToString(h.Sum(nil)))
	}
	return list
}

func (d Desk) addressHashes(email string) []string { return d.hashes("email", strings.ToLower(email)) }

// At names a case.
type At struct{ Creditor, Case debt.ID }

// Wish is what a debtor gives, or what a representative says he has.
type Wish struct {
	authority.Wish
	Name, Email debt.Personal
	Language    string
	// Where letters reach the representative; all empty if nobody has said. A guardian needs
	// one: what must reach him does not reach the debtor (BGB § 131).
	Street, Postcode, City debt.Personal
}

const (
	mostName    = 120
	mostEmail   = 200
	mostAddress = 100
)

// address reads an e-mail address as people type it.
func address(p debt.Personal) (string, error) {
	text := strings.TrimSpace(p.Reveal())
	parsed, err := mail.ParseAddress(text)
	if err != nil || parsed.Address != text || len(text) > mostEmail || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == '\uFFFD' }) {
		return "", debt.E(debt.Invalid, "authority_email", nil)
	}
	return text, nil
}

func (w *Wish) check(today debt.Date) error {
	name := strings.TrimSpace(w.Name.Reveal())
	if name == "" || len([]rune(name)) > mostName || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == '\uFFFD' }) {
		return debt.E(debt.Invalid, "authority_name", nil)
	}
	email, err := address(w.Email)
	if err != nil {
		return err
	}
	w.Name, w.Email = debt.Personal(name), debt.Personal(email)
	if err := w.located(); err != nil {
		return err
	}
	return w.Check(today)
}

// located checks the postal address.
func (w *Wish) located() error {
	clean := func(p debt.Personal) string { return strings.Join(strings.Fields(p.Reveal()), " ") }
	street, postcode, city := clean(w.Street), strings.ReplaceAll(clean(w.Postcode), " ", ""), clean(w.City)
	strange := func(s string) bool {
		return len([]rune(s)) > mostAddress || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == '\uFFFD' })
	}
	switch {
	case street+postcode+city == "" && w.Kind == authority.Guardian:
		return debt.E(debt.Invalid, "seven_guardian_address", nil)
	case street+postcode+city == "":
	case street == "" || city == "" || strange(street) || strange(city) || len(postcode) != 5 || strings.Trim(postcode, "0123456789") != "":
		return debt.E(debt.Invalid, "seven_address", nil)
	}
	w.Street, w.Postcode, w.City = debt.Personal(street), debt.Personal(postcode), debt.Personal(city)
	return nil
}

// InvitationMail is the sentence of the mail with the code of an authority.
const InvitationMail = "mail_representative_invitation"

// Invitation is a new authority. The code is nowhere else but in the mail.
type Invitation struct {
	ID   debt.ID
	Code access.Code
}

// Format keeps the code out of logs under every verb.
func (i Invitation) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "invitation %s", string(i.ID)) }

// Invite gives an authority that waits for its code to be typed by whoever reads the mails of
// its address. Invalid for what cannot be given; Forbidden "authority_many" if there are too
// many; Conflict "authority_exists" if the address has one already.
func (d Desk) Invite(ctx context.Context, at At, by debt.Actor, w Wish) (i Invitation, err error) {
	i = newInvitation()
	err = d.begin(ctx, at, by, w, func(x *work, a authority.Authority) error {
		a.ID = i.ID
		if err := x.add(authority.Invite(a, w.Wish, x.at), w, d.hashes("code", string(i.Code))[0]); err != nil {
			return err
		}
		return x.send(a.ID, w.Email, w.Language, i.Code)
	})
	if err != nil {
		return Invitation{}, err
	}
	return i, nil
}

func newInvitation() Invitation {
	var random [10]byte
	_, _ = rand.Read(random[:]) // never fails: crypto/rand
	return Invitation{store.NewID(), access.NewCode(random)}
}

// Attach ties documents to an authority, inside its transaction.
type Attach func(t *store.Tx, id debt.ID) error

// TaskProof asks a person to look at the proof of an authority.
const TaskProof tasks.Kind = "authority"

// Claim says that somebody has an authority and shows papers; a person decides.
func (d Desk) Claim(ctx context.Context, at At, w Wish, attach Attach) (id debt.ID, err error) {
	i := newInvitation()
	err = d.begin(ctx, at, debt.Actor{Kind: authority.Representing, ID: i.ID}, w, func(x *work, a authority.Authority) error {
		a.ID = i.ID
		if err := x.add(authority.Claim(a, w.Wish, x.at), w, d.hashes("code", string(i.Code))[0]); err != nil {
			return err
		}
		if attach != nil {
			if err := attach(x.Tx, a.ID); err != nil {
				return err
			}
		}
		return tasks.Open(x.Tx, tasks.Task{ID: store.NewID(), Kind: TaskProof, Subject: string(a.ID), CaseID: at.Case, Reason: string(a.Kind), OpenedAt: x.at})
	})
	return i.ID, err
}

// Prove ties papers to the newest claim of a case that waits for a person. NotFound
// "authority_unknown" without one.
func (d Desk) Prove(ctx context.Context, at At, attach Attach) error {
	return d.work(ctx, at, debt.Actor{Kind: authority.Representing}, func(x *work) error {
		known, err := authorities.OfCase(&x.Reader, at.Case)
		if err != nil {
			return err
		}
		for _, a := range slices.Backward(known) {
			if a.On(x.at) == authority.Claimed {
				x.by.ID = a.ID
				if err := attach(x.Tx, a.ID); err != nil {
					return err
				}
				return x.tell(debt.CaseUpdated, debt.Args{"authority": "proof", "authority_id": string(a.ID)})
			}
		}
		return debt.E(debt.NotFound, "authority_unknown", nil)
	})
}

// begin checks a wish, and under the lock of the case that there is room for it.
func (d Desk) begin(ctx context.Context, at At, by debt.Actor, w Wish, do func(*work, authority.Authority) error) error {
	if err := d.ready(); err != nil {
		return err
	}
	if err := w.check(debt.DateIn(d.Now(), debt.Berlin)); err != nil {
		return err
	}
	return d.work(ctx, at, by, func(x *work) error {
		if x.file.Case.Review != debt.ReviewAccepted || x.file.Case.Stage == debt.StageClosed {
			return debt.E(debt.Forbidden, "case_over", nil)
		}
		who, err := authorities.Register(x.Tx, d.addressHashes(w.Email.Reveal()), x.at)
		if err != nil {
			return err
		}
		known, err := authorities.OfCase(&x.Reader, at.Case)
		if err != nil {
			return err
		}
		if err := room(known, who, x.at); err != nil {
			return err
		}
		return do(x, authority.Authority{CaseID: at.Case, Representative: who})
	})
}

func room(known []authorities.Record, who debt.ID, now time.Time) error {
	live, young := 0, 0
	for _, a := range known {
		if s := a.On(now); s == authority.Active || s == authority.Invited || s == authority.Claimed {
			if live++; a.Representative == who {
				return debt.E(debt.Conflict, "authority_exists", nil)
			}
		}
		if now.Sub(a.MadeAt) < 24*time.Hour {
			young++
		}
	}
	if live >= authority.MostLive || young >= authority.MostADay {
		return debt.E(debt.Forbidden, "authority_many", nil)
	}
	return nil
}

// Revoke ends an authority of a case: debtor, creditor and representative may. What it opened
// is closed with the next page. Doing so again changes nothing. NotFound "authority_unknown"
// for one of another case.
func (d Desk) Revoke(ctx context.Context, at At, by debt.Actor, id debt.ID) error {
	return d.on(ctx, at.Creditor, id, by, func(x *work, a *authorities.Record) (bool, error) {
		if at.Case != "" && a.CaseID != at.Case {
			return false, debt.E(debt.NotFound, "authority_unknown", nil)
		}
		if !a.Revoke(by.Kind, x.at) {
			return false, nil
		}
		return true, x.decided(a.ID, "revoked")
	})
}

// OfCase lists the authorities of a case, the newest first, in the state they have now.
func (d Desk) OfCase(ctx context.Context, at At) (list []authorities.Record, err error) {
	now := d.Now()
	err = d.Store.Read(ctx, at.Creditor, func(r *store.Reader) error {
		list, err = authorities.OfCase(r, at.Case)
		return err
	})
	for i := range list {
		list[i].State = list[i].On(now)
	}
	slices.Reverse(list)
	return list, err
}

// Claimed lists those that wait for a person.
func (d Desk) Claimed(ctx context.Context, creditor debt.ID, most int) (list []authorities.Record, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		list, err = authorities.Claimed(r, most)
		return err
	})
	return list, err
}

// work is one use case under the lock of its case.
type work struct {
	*store.Tx

	file    *store.File
	at      time.Time
	by      debt.Actor
	because string // the code of a reason, "" without
}

func (d Desk) work(ctx context.Context, at At, by debt.Actor, do func(*work) error) error {
	now := d.Now()
	return d.Store.Write(ctx, at.Creditor, func(t *store.Tx) error {
		f, err := t.LockOne(at.Case)
		if err != nil {
			return err
		}
		return do(&work{Tx: t, file: f, at: now, by: by})
	})
}

// on changes one authority; do says whether there is anything to tell.
func (d Desk) on(ctx context.Context, creditor, id debt.ID, by debt.Actor, do func(*work, *authorities.Record) (bool, error)) error {
	now := d.Now()
	return d.Store.Write(ctx, creditor, func(t *store.Tx) error {
		a, err := authorities.Load(&t.Reader, id)
		if err != nil {
			return err
		}
		f, err := t.LockOne(a.CaseID)
		if err != nil {
			return err
		}
		if a, err = authorities.Load(&t.Reader, id); err != nil { // as it is under the lock
			return err
		}
		x := &work{Tx: t, file: f, at: now, by: by}
		changed, err := do(x, &a)
		if err != nil || !changed {
			return err
		}
		if err := authorities.Save(t, a.Authority); err != nil {
			return err
		}
		data := debt.Args{"authority": string(a.State), "authority_id": string(a.ID)}
		if x.because != "" {
			data["reason"] = x.because
		}
		return x.tell(debt.CaseUpdated, data)
	})
}

// add keeps a new authority and tells of it: its scopes, and nobody's name.
func (x *work) add(a authority.Authority, w Wish, codeHash string) error {
	if err := authorities.Add(x.Tx, authorities.Record{Authority: a, Who: authorities.Who{Name: w.Name, Email: w.Email, Language: w.Language,
		Street: w.Street, Postcode: w.Postcode, City: w.City}}); err != nil {
		return err
	}
	if err := authorities.AddPlace(x.Tx, a.Representative, a.ID, codeHash); err != nil {
		return err
	}
	return x.tell(debt.CaseUpdated, debt.Args{"authority": string(a.State), "authority_id": string(a.ID), "kind": string(a.Kind),
		"scopes": authority.Written(a.Scopes), "areas": authority.Written(a.Areas), "until": a.Until})
}

func (x *work) tell(t debt.EventType, data debt.Args) error {
	e := x.file.Case.EventOf(t, data)
	e.ID, e.At, e.Actor = store.NewID(), x.at, x.by
	return x.Book(store.Booking{File: x.file, Events: []debt.Event{e}})
}

// send puts the code into the outbox. The mail names neither debtor nor creditor: whoever
// typed the address may have mistyped it.
func (x *work) send(id debt.ID, to debt.Personal, language string, code access.Code) error {
	return outbox.Add(x.Tx, outbox.Mail{CaseID: x.file.Case.ID, Key: string(id) + "/" + InvitationMail + "/" + x.at.Format(time.RFC3339Nano),
		Recipient: to, Template: InvitationMail, Language: language, Args: map[string]string{"code": code.Grouped()},
		ExpiresAt: x.at.Add(7 * 24 * time.Hour)}, x.at)
}
