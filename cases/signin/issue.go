package signin

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/store"
	"quitt/store/grants"
)

// Letter is what a letter prints. The secrets are nowhere else: a lost letter is replaced,
// not reprinted.
type Letter struct {
	GrantID   debt.ID
	Token     access.Token
	Code      access.Code
	Words     string
	ExpiresAt time.Time
}

// ValidUntil is the last whole day the letter opens anything, to be printed on it.
func (l Letter) ValidUntil() debt.Date { return debt.DateIn(l.ExpiresAt, debt.Berlin).AddDays(-1) }

// taken says that a selector of 30 bits is in use already: whoever prepared it prepares
// another.
func taken() error { return debt.E(debt.Conflict, "access_taken", nil) }

const issueTries = 8

// Prepared are the secrets of a letter that nothing has stored yet. Dropping them costs
// nothing but the time of the hash.
type Prepared struct {
	Letter

	secret grants.Secret
	at     time.Time
}

// Format keeps the secrets out of logs under every verb.
func (p Prepared) Format(f fmt.State, _ rune) { _, _ = fmt.Fprint(f, "prepared letter") }

// Prepare draws the secrets of a new letter and waits for the slow hash, outside of any
// transaction. They are valid from now on. A run of many letters uses a Desk with a Hasher
// of its own.
func (d Desk) Prepare(ctx context.Context) (Prepared, error) {
	if d.Peppers.Missing() {
		return Prepared{}, debt.E(debt.Unavailable, "pepper_missing", nil)
	}
	var token [16]byte
	var code [10]byte
	var words [4]byte
	salt := make([]byte, saltLength)
	for _, b := range [][]byte{token[:], code[:], words[:], salt} {
		_, _ = rand.Read(b) // never fails: crypto/rand
	}
	p := Prepared{at: d.Now(), Letter: Letter{GrantID: store.NewID(), Token: access.NewToken(token),
		Code: access.NewCode(code), Words: access.NewWords(words)}}
	p.ExpiresAt = access.NewGrant(p.GrantID, "", p.Words, p.at).ExpiresAt
	digest, err := d.Hasher.Derive(ctx, p.Code.Verifier(), salt)
	version := d.Peppers.current
	p.secret = grants.Secret{Salt: hex.EncodeToString(salt), Hash: d.Peppers.mac(version, p.GrantID, digest), Pepper: version}
	return p, err
}

// Store makes prepared secrets those of a locked case and voids the old ones: their visits
// end at once. It gives the event to be booked with whatever else the transaction does.
// Forbidden "access_not_accepted"; Conflict "access_taken" asks for other secrets, and then
// the transaction must be undone.
func (p Prepared) Store(t *store.Tx, f *store.File) (debt.Event, error) {
	if f.Case.Review != debt.ReviewAccepted {
		return debt.Event{}, debt.E(debt.Forbidden, "access_not_accepted", nil)
	}
	g := grants.Record{Grant: access.NewGrant(p.GrantID, f.Case.ID, p.Words, p.at), Secret: p.secret}
	var err error
	if g.LastAccessAt, err = endAll(t, f.Case.ID, access.Replaced, p.at); err != nil {
		return debt.Event{}, err
	}
	if err := grants.Add(t, g); err != nil {
		return debt.Event{}, err
	}
	for _, key := range []string{p.Token.Hash(), p.Code.Selector()} {
		free, err := grants.AddLookup(t, key, g.ID)
		if err != nil {
			return debt.Event{}, err
		}
		if !free {
			return debt.Event{}, taken()
		}
	}
	return f.Case.EventOf(debt.CaseUpdated, debt.Args{"access": "issued", "until": p.ValidUntil()}), nil
}

// Issue makes the secrets of a new letter for a case and voids the old ones.
func (d Desk) Issue(ctx context.Context, creditor, caseID debt.ID) (Letter, error) {
	for range issueTries {
		p, err := d.Prepare(ctx)
		if err != nil {
			return Letter{}, err
		}
		err = d.Store.Write(ctx, creditor, func(t *store.Tx) error {
			f, err := t.LockOne(caseID)
			if err != nil {
				return err
			}
			e, err := p.Store(t, f)
			if err != nil {
				return err
			}
			return book(t, f, p.at, e)
		})
		if !errors.Is(err, taken()) {
			return p.Letter, err
		}
	}
	return Letter{}, debt.E(debt.Unavailable, "access_busy", nil)
}

// book adds one event about the letters of a case.
func book(t *store.Tx, f *store.File, at time.Time, e debt.Event) error {
	e.ID, e.At, e.Actor = store.NewID(), at, debt.System
	return t.Book(store.Booking{File: f, Events: []debt.Event{e}})
}

// endAll revokes every grant of a locked case, ends its visits and gives the last access.
func endAll(t *store.Tx, caseID debt.ID, why access.Reason, now time.Time) (last time.Time, err error) {
	list, err := grants.OfCase(&t.Reader, caseID)
	if err != nil {
		return last, err
	}
	for _, g := range list {
		if g.LastAccessAt.After(last) {
			last = g.LastAccessAt
		}
		if !g.Revoke(why, now) {
			continue
		}
		if err := grants.Save(t, g); err != nil {
			return last, err
		}
		if err := grants.EndOneTime(t, g.ID, now); err != nil {
			return last, err
		}
	}
	return last, grants.EndSessions(t, caseID)
}

// Revoke ends what the letters of a case open, and its visits. Doing so again changes
// nothing.
func (d Desk) Revoke(ctx context.Context, creditor, caseID debt.ID) error {
	at := d.Now()
	return d.Store.Write(ctx, creditor, func(t *store.Tx) error { return revoke(t, caseID, at) })
}

func revoke(t *store.Tx, caseID debt.ID, at time.Time) error {
	f, err := t.LockOne(caseID)
	if err != nil {
		return err
	}
	list, err := grants.OfCase(&t.Reader, caseID)
	if err != nil {
		return err
	}
	if _, err := endAll(t, caseID, access.Revoked, at); err != nil {
		return err
	}
	for _, g := range list {
		if g.RevokedAt.IsZero() {
			return book(t, f, at, f.Case.EventOf(debt.CaseUpdated, debt.Args{"access": string(access.Revoked)}))
		}
	}
	return nil
}

// revokePage is how many cases one look for letters gives.
const revokePage = 64

// RevokeAll is Revoke for every case of a creditor; it gives the number of cases that a
// letter had opened. One case per transaction: visitors do not wait for all the others.
func (d Desk) RevokeAll(ctx context.Context, creditor debt.ID) (cases int, err error) {
	for {
		var ids []debt.ID
		err := d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
			ids, err = grants.LiveCases(r, revokePage)
			return err
		})
		if err != nil || len(ids) == 0 {
			return cases, err
		}
		for _, id := range ids {
			if err := d.Revoke(ctx, creditor, id); err != nil {
				return cases, err
			}
			cases++
		}
	}
}
