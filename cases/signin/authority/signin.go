package authority

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"quitt/cases/signin"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/authority"
	"quitt/store"
	"quitt/store/authorities"
	"quitt/store/grants"
	"quitt/store/outbox"
)

// A cookie of a representative begins with a letter more, so that no other session is looked
// for with it.
const (
	cookieMark  = "v"
	cookieBytes = 32
)

func newCookie() (cookie, idHash string) {
	b := make([]byte, cookieBytes)
	_, _ = rand.Read(b) // never fails: crypto/rand
	return cookieMark + base64.RawURLEncoding.EncodeToString(b), hashID(b)
}

func hashID(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// IsCookie reports whether a cookie can only be a representative's.
func IsCookie(s string) bool {
	return len(s) == len(cookieMark)+base64.RawURLEncoding.EncodedLen(cookieBytes) && strings.HasPrefix(s, cookieMark)
}

func parseCookie(s string) (idHash string, ok bool) {
	if !IsCookie(s) {
		return "", false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s[len(cookieMark):])
	if err != nil {
		return "", false
	}
	return hashID(b), true
}

// OneTimeMail is the sentence of the mail with a code for the sign-in.
const OneTimeMail = "mail_representative_code"

const oneTimeDigits = 6

// SendCode sends a code for the sign-in to an address that has an authority, or that one
// waits for. The answer is the same for every address; more than three codes an hour are not
// sent. Invalid "authority_email" for what is no address.
func (d Desk) SendCode(ctx context.Context, email debt.Personal, language string) error {
	if err := d.ready(); err != nil {
		return err
	}
	to, err := address(email)
	if err != nil {
		return err
	}
	who, at, err := d.reach(ctx, to)
	if err != nil || at.Creditor == "" {
		return err
	}
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return err
	}
	code, now := fmt.Sprintf("%0*d", oneTimeDigits, n), d.Now()
	return d.Store.Write(ctx, at.Creditor, func(t *store.Tx) error {
		if err := authorities.Lock(t, who); err != nil {
			return err
		}
		sent, err := authorities.SentSince(&t.Reader, who, now.Add(-access.OneTimeWindow))
		if err != nil || sent >= access.OneTimeSends {
			return err
		}
		o := authorities.OneTime{OneTime: access.OneTime{ID: store.NewID(), SentAt: now}}
		o.Hash = d.hashes("one-time:"+string(o.ID), code)[0]
		if err := authorities.AddOneTime(t, who, o); err != nil {
			return err
		}
		a, err := authorities.Load(&t.Reader, at.Authority)
		if err != nil {
			return err
		}
		return outbox.Add(t, outbox.Mail{CaseID: a.CaseID, Recipient: debt.Personal(to), Template: OneTimeMail, Language: language,
			Args: map[string]string{"code": code}, ExpiresAt: o.ExpiresAt()}, now)
	})
}

// reach finds who has an address, and an authority of his through which a mail may go.
func (d Desk) reach(ctx context.Context, email string) (who debt.ID, at authorities.Place, err error) {
	var places []authorities.Place
	err = d.Store.Read(ctx, "", func(r *store.Reader) error {
		if who, err = authorities.Find(r, d.addressHashes(email)); err != nil || who == "" {
			return err
		}
		places, err = authorities.Places(r, who)
		return err
	})
	if err != nil || who == "" {
		return who, at, err
	}
	for _, p := range places {
		a, err := d.load(ctx, p)
		if err != nil {
			return who, at, err
		}
		if s := a.On(d.Now()); s == authority.Active || s == authority.Invited {
			return who, p, nil
		}
	}
	return who, at, nil
}

func (d Desk) load(ctx context.Context, p authorities.Place) (a authorities.Record, err error) {
	err = d.Store.Read(ctx, p.Creditor, func(r *store.Reader) error {
		a, err = authorities.Load(r, p.Authority)
		return err
	})
	return a, err
}

// refused is the one answer to an unknown address, a wrong code and one that is used up.
func refused() error { return debt.E(debt.Forbidden, "representative_refused", nil) }

// oldVisits is how long a visit that has ended is kept at most.
const oldVisits = 24 * time.Hour

// Open begins a visit with a code that was sent: the list of clients, and none of them open.
// Every failure is the same Forbidden "representative_refused".
func (d Desk) Open(ctx context.Context, email debt.Personal, code string) (o signin.Opened, err error) {
	if err := d.ready(); err != nil {
		return o, err
	}
	typed := strings.Join(strings.Fields(code), "")
	to, err := address(email)
	if err != nil || len(typed) != oneTimeDigits || strings.Trim(typed, "0123456789") != "" {
		return o, refused()
	}
	var right bool
	cookie, idHash := newCookie()
	now := d.Now()
	s := authorities.Session{Session: access.Session{OpenedAt: now, SeenAt: now}}
	err = d.Store.Write(ctx, "", func(t *store.Tx) error {
		right = false
		if s.Representative, err = authorities.Find(&t.Reader, d.addressHashes(to)); err != nil || s.Representative == "" {
			return err
		}
		if err := authorities.Lock(t, s.Representative); err != nil {
			return err
		}
		if right, err = d.tryCode(t, s.Representative, typed); err != nil || !right {
			return err
		}
		if err := authorities.EndOneTime(t, s.Representative, now); err != nil {
			return err
		}
		if err := authorities.EndOld(t, now.Add(-oldVisits)); err != nil {
			return err
		}
		return authorities.AddSession(t, idHash, s)
	})
	if err != nil {
		return o, err
	}
	if !right {
		return o, refused()
	}
	return signin.Opened{Cookie: cookie, Visit: listed(s)}, nil
}

// tryCode counts a try before it looks.
func (d Desk) tryCode(t *store.Tx, who debt.ID, typed string) (bool, error) {
	o, found, err := authorities.LoadOneTime(t, who)
	if err != nil || !found || !o.CountTry(d.Now()) {
		return false, err
	}
	if err := authorities.SaveTries(t, o); err != nil {
		return false, err
	}
	return slices.ContainsFunc(d.hashes("one-time:"+string(o.ID), typed), func(h string) bool {
		return subtle.ConstantTimeCompare([]byte(h), []byte(o.Hash)) == 1
	}), nil
}

// listed is a visit that looks at the list of clients: no case, and nothing is open.
func listed(s authorities.Session) signin.Visit {
	return signin.Visit{Acting: authority.Acting{Representative: s.Representative}, EndsAt: s.EndsAt()}
}

func ended() error { return debt.E(debt.NotFound, "session_ended", nil) }

func (d Desk) session(ctx context.Context, cookie string) (s authorities.Session, idHash string, err error) {
	idHash, ok := parseCookie(cookie)
	if !ok {
		return s, "", ended()
	}
	err = d.Store.Read(ctx, "", func(r *store.Reader) error {
		s, err = authorities.LoadSession(r, idHash)
		return err
	})
	if err == nil && !s.Alive(d.Now()) {
		err = ended()
	}
	return s, idHash, err
}

// Visit finds the session of a cookie and keeps it alive; NotFound "session_ended". What the
// representative may do is read with every page: one that has ended opens nothing any more,
// and what is left is the list of clients.
func (d Desk) Visit(ctx context.Context, cookie string) (v signin.Visit, err error) {
	s, idHash, err := d.session(ctx, cookie)
	if err != nil {
		return v, err
	}
	if s.Seen(d.Now()) {
		if err := d.Store.Write(ctx, "", func(t *store.Tx) error { return authorities.SaveSeen(t, idHash, s) }); err != nil {
			return v, err
		}
	}
	if s.At.Creditor == "" {
		return listed(s), nil
	}
	err = d.Store.Read(ctx, s.At.Creditor, func(r *store.Reader) error {
		v, err = d.within(r, s)
		return err
	})
	return v, err
}

// within is a visit of a client, or of the list if his case is not open to the
// representative any more.
func (d Desk) within(r *store.Reader, s authorities.Session) (signin.Visit, error) {
	a, err := authorities.Load(r, s.At.Authority)
	if err != nil {
		return signin.Visit{}, err
	}
	open, debtor, err := d.open(r, a)
	if err != nil || !open || a.Representative != s.Representative {
		return listed(s), err
	}
	now := d.Now()
	return signin.Visit{CreditorID: s.At.Creditor, CaseID: a.CaseID, Tier: access.FullView, LastAccess: s.PreviousAt, EndsAt: s.EndsAt(),
		Minor: access.Minor(debtor, debt.DateIn(now, debt.Berlin)),
		Acting: authority.Acting{Representative: s.Representative, Authority: a.ID, Scopes: a.Opens(), Name: a.Who.Name,
			Client: debtor.Name()}}, nil
}

// open reports whether an authority opens its case today, and whose that is. A case closed
// for so long that its letters open nothing opens to nobody (access.Grant.Ended).
func (d Desk) open(r *store.Reader, a authorities.Record) (bool, debt.Debtor, error) {
	now := d.Now()
	if a.On(now) != authority.Active || a.Who.Email == "" { // erased
		return false, debt.Debtor{}, nil
	}
	f, err := r.LoadFile(a.CaseID)
	if err != nil || f.Case.Review != debt.ReviewAccepted {
		return false, debt.Debtor{}, err
	}
	if f.Case.Stage == debt.StageClosed {
		closed, err := grants.ClosedAt(r, a.CaseID)
		if err != nil || access.NewGrant("", "", "", now).Ended(now, closed) != nil {
			return false, debt.Debtor{}, err
		}
	}
	debtor, err := r.LoadDebtor(f.Case.DebtorID)
	return err == nil, debtor, err
}

// Leave ends the session; one that has ended already is no error.
func (d Desk) Leave(ctx context.Context, cookie string) error {
	idHash, ok := parseCookie(cookie)
	if !ok {
		return nil
	}
	return d.Store.Write(ctx, "", func(t *store.Tx) error {
		_, err := authorities.EndSession(t, idHash)
		return err
	})
}
