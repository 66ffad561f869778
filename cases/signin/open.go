package signin

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/store/grants"
)

const cookieBytes = 32

// newCookie draws a visit's secret and gives it with the hash that is stored.
func newCookie() (cookie, idHash string) {
	b := make([]byte, cookieBytes)
	_, _ = rand.Read(b) // never fails: crypto/rand
	return base64.RawURLEncoding.EncodeToString(b), hashID(b)
}

func hashID(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// parseCookie gives the hash of a visit's secret, false for what no visit has: one secret
// has one spelling.
func parseCookie(s string) (idHash string, ok bool) {
	if len(s) != base64.RawURLEncoding.EncodedLen(cookieBytes) {
		return "", false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) != cookieBytes {
		return "", false
	}
	return hashID(b), true
}

// Open answers one submit of the entry form. What cannot be a secret or a datum is Invalid
// ("link_incomplete", "code_characters", "code_incomplete", "code_mistyped",
// "check_missing", "check_invalid") before anything is looked up or counted. Every failure
// that would tell a code from a wrong check is the same Forbidden "access_refused".
// Expired "access_expired", "access_replaced" and "access_revoked" are told only to those
// who have both. Unavailable "access_busy" asks to try again.
func (d Desk) Open(ctx context.Context, a Attempt) (Opened, error) {
	s, err := a.parse()
	if err != nil {
		return Opened{}, err
	}
	if err := access.Plausible(a.Check.Kind, a.Check.Value); err != nil {
		return Opened{}, err
	}
	p, err := d.prove(ctx, s)
	if err != nil {
		return Opened{}, err
	}
	if !p.known {
		if err := d.pretend(ctx); err != nil {
			return Opened{}, err
		}
		return Opened{}, refused()
	}
	return d.open(ctx, p, a.Check)
}

func (d Desk) open(ctx context.Context, p proof, c Check) (o Opened, err error) {
	var outcome error
	cookie, idHash := newCookie()
	err = d.at(ctx, p.place, func(w *work) error {
		var tier access.Tier
		var err error
		if tier, outcome, err = w.second(c.Kind, func() (access.Tier, error) {
			return access.Matches(w.debtor, c.Kind, c.Value), nil
		}); err != nil || outcome != nil {
			return err
		}
		s := access.Session{CreditorID: p.creditor, CaseID: p.caseID, GrantID: p.grant, Tier: tier,
			OpenedAt: w.stamp.At, SeenAt: w.stamp.At, PreviousAt: w.grant.LastAccessAt}
		w.grant.LastAccessAt = w.stamp.At
		if p.renewed != nil {
			w.grant.Secret = *p.renewed
		}
		if err := grants.Save(w.Tx, w.grant); err != nil {
			return err
		}
		w.show(&s)
		o = Opened{cookie, visit(s)}
		return grants.AddSession(w.Tx, idHash, s)
	})
	if err != nil || outcome != nil {
		return Opened{}, firstOf(err, outcome)
	}
	return o, nil
}

func firstOf(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// second takes a second check: counts it, saves the count, and only then has it compared.
// outcome is the answer to a visitor who does not get in; it is stored, unlike err. A right
// one gives the tier and leaves the grant to be saved by the caller.
func (w *work) second(kind access.CheckKind, compare func() (access.Tier, error)) (tier access.Tier, outcome, err error) {
	if w.file.Case.Review != debt.ReviewAccepted {
		return access.CodeOnly, refused(), nil
	}
	if kind == access.CheckNone && w.file.Account.Settings.PayOnly {
		return w.let(access.LetterView, kind)
	}
	paused := w.grant.PausedAt
	if !w.grant.CountTry(w.stamp.At) {
		if paused.Equal(w.grant.PausedAt) {
			return access.CodeOnly, refused(), nil // whoever knocks during a pause costs no write
		}
		return access.CodeOnly, refused(), grants.Save(w.Tx, w.grant)
	}
	if err := grants.Save(w.Tx, w.grant); err != nil {
		return access.CodeOnly, nil, err
	}
	if tier, err = compare(); err != nil {
		return access.CodeOnly, nil, err
	}
	if tier == access.CodeOnly {
		return access.CodeOnly, refused(), w.wrong(kind)
	}
	w.grant.Right()
	return w.let(tier, kind)
}

// wrong stores and tells a wrong check.
func (w *work) wrong(kind access.CheckKind) error {
	locked := w.grant.Failed(w.stamp.At)
	tier := access.Opens(w.debtor, kind).String()
	w.tell(debt.AccessFailed, debt.Args{"check": string(kind), "tier": tier})
	if locked {
		w.tell(debt.AccessLocked, debt.Args{"check": string(kind)})
	}
	return grants.Save(w.Tx, w.grant)
}

// let tells an access, unless the grant has ended.
func (w *work) let(tier access.Tier, kind access.CheckKind) (_ access.Tier, outcome, err error) {
	closed, err := w.closed()
	if err != nil {
		return access.CodeOnly, nil, err
	}
	data := debt.Args{"check": string(kind), "tier": tier.String()}
	if outcome = w.grant.Ended(w.stamp.At, closed); outcome != nil {
		data["ended"] = true
		w.tell(debt.AccessFailed, data)
		return access.CodeOnly, outcome, grants.Save(w.Tx, w.grant)
	}
	event := debt.AccessOpened
	if tier == access.FullView {
		event = debt.AccessVerified
	}
	w.tell(event, data)
	return tier, nil, nil
}
