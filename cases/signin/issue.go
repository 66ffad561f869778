package signin

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"time"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/ledger"
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

// errTaken says that a selector of 30 bits is in use already.
var errTaken = errors.New("signin: the selector is taken")

const issueTries = 8

// Issue makes the secrets of a new letter for a case and voids the old ones: their visits
// end at once. It waits for the slow hash; a run of many letters uses a Desk with a Hasher
// of its own.
func (d Desk) Issue(ctx context.Context, creditor, caseID debt.ID) (Letter, error) {
	if d.Peppers.Missing() {
		return Letter{}, debt.E(debt.Unavailable, "pepper_missing", nil)
	}
	for range issueTries {
		l, secret, err := d.newLetter(ctx)
		if err != nil {
			return Letter{}, err
		}
		if err = d.issue(ctx, place{creditor, caseID, l.GrantID}, &l, secret); !errors.Is(err, errTaken) {
			return l, err
		}
	}
	return Letter{}, debt.E(debt.Unavailable, "access_busy", nil)
}

// newLetter draws the secrets and hashes the typed one.
func (d Desk) newLetter(ctx context.Context) (Letter, grants.Secret, error) {
	var token [16]byte
	var code [10]byte
	var words [4]byte
	salt := make([]byte, saltLength)
	for _, b := range [][]byte{token[:], code[:], words[:], salt} {
		_, _ = rand.Read(b) // never fails: crypto/rand
	}
	l := Letter{GrantID: store.NewID(), Token: access.NewToken(token), Code: access.NewCode(code), Words: access.NewWords(words)}
	digest, err := d.Hasher.derive(ctx, l.Code.Verifier(), salt)
	version := d.Peppers.current
	return l, grants.Secret{Salt: hex.EncodeToString(salt), Hash: d.Peppers.mac(version, l.GrantID, digest), Pepper: version}, err
}

func (d Desk) issue(ctx context.Context, p place, l *Letter, secret grants.Secret) error {
	stamp := ledger.Stamp{At: d.Now(), NewID: store.NewID}
	return d.Store.Write(ctx, p.creditor, func(t *store.Tx) error {
		f, err := t.LockOne(p.caseID)
		if err != nil {
			return err
		}
		if f.Case.Review != debt.ReviewAccepted {
			return debt.E(debt.Forbidden, "access_not_accepted", nil)
		}
		g := grants.Record{Grant: access.NewGrant(p.grant, p.caseID, l.Words, stamp.At), Secret: secret}
		l.ExpiresAt = g.ExpiresAt
		if g.LastAccessAt, err = endAll(t, p.caseID, access.Replaced, stamp.At); err != nil {
			return err
		}
		if err := grants.Add(t, g); err != nil {
			return err
		}
		for _, key := range []string{l.Token.Hash(), l.Code.Selector()} {
			free, err := grants.AddLookup(t, key, g.ID)
			if err != nil {
				return err
			}
			if !free {
				return errTaken
			}
		}
		return book(t, f, stamp, debt.Args{"access": "issued", "until": l.ValidUntil()})
	})
}

// book adds one event about the letters of a case.
func book(t *store.Tx, f *store.File, stamp ledger.Stamp, data debt.Args) error {
	e := f.Case.EventOf(debt.CaseUpdated, data)
	e.ID, e.At, e.Actor = stamp.NewID(), stamp.At, debt.System
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
	stamp := ledger.Stamp{At: d.Now(), NewID: store.NewID}
	return d.Store.Write(ctx, creditor, func(t *store.Tx) error { return revoke(t, caseID, stamp) })
}

func revoke(t *store.Tx, caseID debt.ID, stamp ledger.Stamp) error {
	f, err := t.LockOne(caseID)
	if err != nil {
		return err
	}
	list, err := grants.OfCase(&t.Reader, caseID)
	if err != nil {
		return err
	}
	if _, err := endAll(t, caseID, access.Revoked, stamp.At); err != nil {
		return err
	}
	for _, g := range list {
		if g.RevokedAt.IsZero() {
			return book(t, f, stamp, debt.Args{"access": string(access.Revoked)})
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
