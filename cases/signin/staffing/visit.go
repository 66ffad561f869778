package staffing

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"quitt/debt"
	"quitt/debt/staff"
	"quitt/store"
	kept "quitt/store/staff"
)

const cookieBytes = 32

func newCookie() (cookie, idHash string) {
	b := make([]byte, cookieBytes)
	_, _ = rand.Read(b) // never fails: crypto/rand
	return base64.RawURLEncoding.EncodeToString(b), hashID(b)
}

func hashID(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func parseCookie(s string) (idHash string, ok bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) != cookieBytes {
		return "", false
	}
	return hashID(b), true
}

// Place is a creditor a member may open, and what he is there.
type Place struct {
	Creditor debt.Creditor
	Role     staff.Role
	// Demands says that its people come by the identity provider alone.
	Demands bool
}

// Visit is a sign-in with who it is and what is open to him now.
type Visit struct {
	staff.Session
	Who    staff.Member
	Places []Place // where he may go
	Here   Place   // the creditor in view; the zero Place for none
	// Shut are creditors he works for who want him to come by the identity provider.
	Shut []Place
	// Factor says that he has a second factor here.
	Factor bool

	id debt.ID // of the session
}

// Format keeps the person out of logs under every verb.
func (v Visit) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "visit of %s as %s", v.Who, v.Here.Role)
}

// Opened is a new sign-in. Cookie is its secret; only its hash is stored.
type Opened struct {
	Cookie string `json:"-"`
}

// Format keeps the cookie out of logs under every verb.
func (Opened) Format(f fmt.State, _ rune) { _, _ = fmt.Fprint(f, "opened") }

func ended() error { return debt.E(debt.NotFound, "session_ended", nil) }

// Visit finds the sign-in of a cookie and keeps it alive; NotFound "session_ended". What the
// member may do is read with every page: whoever has lost a role is out with the next one.
func (d Desk) Visit(ctx context.Context, cookie string) (v Visit, err error) {
	idHash, ok := parseCookie(cookie)
	if !ok {
		return v, ended()
	}
	now := d.Now()
	err = d.Store.Read(ctx, "", func(r *store.Reader) error {
		v, err = d.visit(r, idHash, now)
		return err
	})
	if err == nil && v.Seen(now) {
		err = d.Store.Write(ctx, "", func(t *store.Tx) error { return kept.SaveSeen(t, idHash, now) })
	}
	return v, err
}

func (d Desk) visit(r *store.Reader, idHash string, now time.Time) (v Visit, err error) {
	s, err := kept.LoadSession(r, idHash)
	if err != nil {
		return v, err
	}
	record, err := kept.Load(r, s.Member)
	if err != nil {
		return v, err
	}
	if !s.Alive(now) || record.State != staff.Active {
		return v, ended()
	}
	v.Session, v.id, v.Factor = s.Session, s.ID, record.TOTP != none
	if v.Who, err = d.member(record); err != nil {
		return v, err
	}
	if v.Places, v.Shut, err = places(r, record, s.Session); err != nil {
		return v, err
	}
	v.Here, _ = creditorOf(v.Places, s.Creditor)
	if v.Here.Role != "" && v.Who.Operator && now.Before(s.Glass) {
		v.Here.Role = staff.Admin
	}
	return v, nil
}

// ofOperator is what the operator's people are at creditors where they have no role of their
// own: they run the collection, and do not say where money goes or who comes in.
const ofOperator = staff.Manager

// places lists where a sign-in of a member's leads, and where it does not because the creditor
// wants another one. The operator's people are under the operator's own rules.
func places(r *store.Reader, m kept.Record, s staff.Session) (list, shut []Place, err error) {
	creditors, err := r.Creditors()
	if err != nil {
		return nil, nil, err
	}
	demands, err := kept.Demands(r)
	if err != nil {
		return nil, nil, err
	}
	roles := map[debt.ID]staff.Role{}
	given, err := kept.Places(r, m.ID)
	for _, p := range given {
		roles[p.Creditor] = p.Role
	}
	for _, c := range creditors {
		p := Place{Creditor: c, Role: roles[c.ID], Demands: slices.Contains(demands, c.ID)}
		own := p.Role != ""
		if !own && m.Operator {
			p.Role = ofOperator
		}
		switch {
		case p.Role == "":
		case own && p.Demands && s.KeptOut(p.Role):
			shut = append(shut, p)
		default:
			list = append(list, p)
		}
	}
	return list, shut, err
}

// Choose puts a creditor in view, or NotFound "staff_creditor_unknown".
func (d Desk) Choose(ctx context.Context, cookie string, creditor debt.ID) error {
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
		p, open := creditorOf(v.Places, creditor)
		if !open {
			return debt.E(debt.NotFound, "staff_creditor_unknown", nil)
		}
		if err := d.came(t, v, p); err != nil {
			return err
		}
		v.Creditor, v.Glass = creditor, time.Time{}
		return kept.SaveSession(t, idHash, kept.Session{Session: v.Session, ID: v.id})
	})
}

// Leave ends the sign-in; one that has ended already is no error.
func (d Desk) Leave(ctx context.Context, cookie string) error {
	idHash, ok := parseCookie(cookie)
	if !ok {
		return nil
	}
	return d.Store.Write(ctx, "", func(t *store.Tx) error { return kept.EndSession(t, idHash) })
}
