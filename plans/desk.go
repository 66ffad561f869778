// Package plans is instalment plans as debtors and creditors use them: offered, agreed,
// negotiated, changed, kept and ended. What is allowed is decided by debt/plan, what is owed by
// the ledger; this room puts both together under the lock of the case. Papers are worded by
// notifications and money is collected by payments: neither is known here.
package plans

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/letter"
	"quitt/debt/plan"
	"quitt/store"
	"quitt/store/expect"
	kept "quitt/store/plans"
)

// Desk is where plans are made. Now is the clock; every use case reads it once.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
	// Compose words a paper. It reads nothing but what it is given.
	Compose func(kept.PaperKind, kept.Facts) (letter.Document, error)
	// Log hears of plans that cannot be looked after; nil is silence.
	Log *slog.Logger
}

// Who acts on which case.
type Who struct {
	Creditor, Case debt.ID
	By             debt.Actor
}

// work does one use case under the lock of the case; all of it happens or nothing.
func (d Desk) work(ctx context.Context, w Who, do func(*turn) error) error {
	stamp := ledger.Stamp{At: d.Now(), NewID: store.NewID}
	return d.Store.Write(ctx, w.Creditor, func(t *store.Tx) error {
		f, err := t.LockOne(w.Case)
		if err != nil {
			return err
		}
		if err := t.LoadHolds(&f.Case); err != nil {
			return err
		}
		s, err := read(&t.Reader, f, stamp.At)
		if err != nil {
			return err
		}
		s.by = w.By
		x := &turn{scene: s, tx: t, desk: d, stamp: stamp, by: w.By, held: true}
		if err := do(x); err != nil {
			return err
		}
		return x.save()
	})
}

// look reads a case for a use case that changes nothing.
func (d Desk) look(ctx context.Context, creditor, caseID debt.ID, do func(scene) error) error {
	now := d.Now()
	return d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		f, err := r.LoadFile(caseID)
		if err != nil {
			return err
		}
		if err := r.LoadHolds(&f.Case); err != nil {
			return err
		}
		s, err := read(r, f, now)
		if err != nil {
			return err
		}
		return do(s)
	})
}

// Rules gives what a creditor allows and which version that is.
func (d Desk) Rules(ctx context.Context, creditor debt.ID) (rules plan.Rules, version int64, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		rules, version, err = kept.Rules(r)
		return err
	})
	return rules, version, err
}

// SetRules puts new rules in force. Plans that were agreed stay as they are; what was offered
// and not agreed yet is looked at by the new ones.
func (d Desk) SetRules(ctx context.Context, creditor debt.ID, rules plan.Rules, by string) (version int64, err error) {
	return d.setRules(ctx, creditor, rules, ruler{by: by, saw: -1})
}

// ReplaceRules is SetRules by somebody who has seen a version of them: Conflict "record_changed" if
// another one is in force by now.
func (d Desk) ReplaceRules(ctx context.Context, w Who, rules plan.Rules, saw int64) error {
	_, err := d.setRules(ctx, w.Creditor, rules, ruler{string(w.By.ID), saw})
	return err
}

// ruler is who sets rules, and which version he has seen; -1 is whichever there is.
type ruler struct {
	by  string
	saw int64
}

func (d Desk) setRules(ctx context.Context, creditor debt.ID, rules plan.Rules, by ruler) (version int64, err error) {
	if err := rules.Validate(); err != nil {
		return 0, err
	}
	err = d.Store.Write(ctx, creditor, func(t *store.Tx) error {
		if _, now, err := kept.Rules(&t.Reader); err != nil || by.saw >= 0 && now != by.saw {
			return cmp.Or(err, expect.Changed())
		}
		version, err = kept.SetRules(t, rules, by.by, d.Now())
		return err
	})
	return version, err
}
