package staffing

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"quitt/debt"
	"quitt/debt/staff"
	"quitt/store"
	kept "quitt/store/staff"
)

// glassTime is how long an emergency lasts.
const glassTime = time.Hour

// The bounds of a reason, in characters.
const (
	leastReason = 10
	mostReason  = 500
)

// Break gives one of the operator's people every right at the creditor in view for an hour,
// with a reason the creditor's administrators read in the log. Forbidden "staff_glass_refused"
// for everybody else, and without a second factor shown lately.
func (d Desk) Break(ctx context.Context, cookie string, reason string) error {
	if reason = strings.TrimSpace(reason); utf8.RuneCountInString(reason) < leastReason || utf8.RuneCountInString(reason) > mostReason {
		return debt.E(debt.Invalid, "staff_glass_reason", debt.Args{"least": leastReason, "most": mostReason})
	}
	idHash, ok := parseCookie(cookie)
	if !ok {
		return ended()
	}
	now := d.Now()
	return d.Store.Write(ctx, "", func(t *store.Tx) error {
		v, err := d.visit(&t.Reader, idHash, now)
		if err != nil {
			return err
		}
		if !v.Who.Operator || v.Here.Role == "" || !v.Fresh(now) {
			return debt.E(debt.Forbidden, "staff_glass_refused", nil)
		}
		v.Glass = now.Add(glassTime)
		if err := kept.SaveSession(t, idHash, kept.Session{Session: v.Session, ID: v.id}); err != nil {
			return err
		}
		e := kept.Entry{ID: store.NewID(), Member: v.Member, Creditor: v.Creditor, What: staff.GlassWasBroken, At: now}
		if e.Sealed, err = d.vault.Seal(reasonOwner(e.ID), []byte(reason)); err != nil {
			return err
		}
		return kept.Note(t, e)
	})
}

func reasonOwner(id debt.ID) string { return "staff log/" + string(id) }

// came notes that one of the operator's people opened a creditor without a role there, and that
// an administrator came past the identity provider where that is demanded.
func (d Desk) came(t *store.Tx, v Visit, to Place) error {
	e := kept.Entry{ID: store.NewID(), Member: v.Member, Creditor: to.Creditor.ID, At: d.Now()}
	given, err := kept.Places(&t.Reader, v.Member)
	switch {
	case err != nil:
		return err
	case !slices.ContainsFunc(given, func(p kept.Place) bool { return p.Creditor == to.Creditor.ID }):
		e.What = staff.OperatorCame
	case to.Demands && v.Via != staff.ViaProvider:
		e.What = staff.CameWithoutSSO
	default:
		return nil
	}
	return kept.Note(t, e)
}
