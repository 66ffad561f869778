package staffing

import (
	"context"
	"fmt"
	"time"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/staff"
	"quitt/store"
	kept "quitt/store/staff"
)

// Attempt is what somebody types to come in. Second is a code of the authenticator or a
// recovery code.
type Attempt struct {
	Email            debt.Personal
	Password, Second string `json:"-"`
	Device           string // what kind of browser, in a word
}

// Format keeps the secrets out of logs under every verb.
func (Attempt) Format(f fmt.State, _ rune) { _, _ = fmt.Fprint(f, "attempt") }

// refused is the one answer to an unknown address, a wrong password, a wrong second factor, an
// account that has ended and a pause.
func refused() error { return debt.E(debt.Forbidden, "staff_refused_signin", nil) }

// begun is a try that was counted before anything was compared.
type begun struct {
	member kept.Record
	may    bool // there is an account, and no pause
}

// begin counts a try of a member.
func (d Desk) begin(ctx context.Context, find func(*store.Reader) (debt.ID, error)) (b begun, err error) {
	err = d.Store.Write(ctx, "", func(t *store.Tx) error {
		b = begun{}
		id, err := find(&t.Reader)
		if err != nil || id == "" {
			return err
		}
		if b.member, err = kept.Lock(t, id); err != nil {
			return err
		}
		if b.member.State != staff.Active || !b.member.Tries.Begin(d.Now()) {
			return nil
		}
		b.may = true
		return kept.Save(t, b.member)
	})
	return b, err
}

func (d Desk) byAddress(email debt.Personal) func(*store.Reader) (debt.ID, error) {
	return func(r *store.Reader) (debt.ID, error) {
		to, err := address(email)
		if err != nil {
			return "", nil //nolint:nilerr // what is no address has no account
		}
		m, _, err := kept.Find(r, d.addressHashes(to))
		return m.ID, err
	}
}

// SignIn opens a sign-in. Every failure is the same Forbidden "staff_refused_signin"; the slow
// hash is taken whether there is an account or not.
func (d Desk) SignIn(ctx context.Context, a Attempt) (o Opened, err error) {
	if err := d.ready(); err != nil {
		return o, err
	}
	b, err := d.begin(ctx, d.byAddress(a.Email))
	if err != nil {
		return o, err
	}
	at := d.Now() // also once the password is hashed: the code is as old as the form
	fits, err := d.fits(ctx, b.member.ID, a.Password, b.member.Password)
	if err != nil {
		return o, err
	}
	if !b.may || !fits {
		return o, refused()
	}
	var in bool
	cookie, idHash := newCookie()
	err = d.Store.Write(ctx, "", func(t *store.Tx) error {
		m, err := kept.Lock(t, b.member.ID)
		if in = false; err != nil || m.State != staff.Active || m.Password != b.member.Password {
			return err
		}
		if in, err = d.second(t, &m, a.Second, at); err != nil || !in {
			return err
		}
		m.Tries.Passed()
		if err := kept.Save(t, m); err != nil {
			return err
		}
		if err := d.note(t, m.ID, staff.HasSignedIn); err != nil {
			return err
		}
		return d.open(t, m, d.arrives(idHash, a.Device))
	})
	if err != nil {
		return o, err
	}
	if !in {
		return o, refused()
	}
	return Opened{Cookie: cookie}, nil
}

// second takes a code of the authenticator, each once, or a recovery code, and notes on the
// member what has to be saved. at is when it was typed.
func (d Desk) second(t *store.Tx, m *kept.Record, typed string, at time.Time) (bool, error) {
	if step, ok := stepOf(d.openSecret(m.ID, m.TOTP), typed, at, m.Step); ok {
		m.Step = step
		return true, nil
	}
	code, err := access.ParseCode(typed)
	if err != nil {
		return false, nil //nolint:nilerr // what is no code is a wrong one
	}
	c, found, err := kept.FindCode(&t.Reader, kept.Recovery, d.hashes("recovery:"+string(m.ID), string(code)), d.Now())
	if err != nil || !found || c.Member != m.ID {
		return false, err
	}
	used, err := kept.UseCode(t, c.ID, d.Now())
	if err != nil || !used {
		return false, err
	}
	return true, d.note(t, m.ID, staff.UsedRecovery)
}

func (d Desk) note(t *store.Tx, member debt.ID, what staff.What) error {
	return kept.Note(t, kept.Entry{ID: store.NewID(), Member: member, What: what, At: d.Now()})
}

// oldSessions is how long a sign-in that has ended is kept at most.
const oldSessions = 24 * time.Hour

// mostDevice bounds what a browser is called.
const mostDevice = 60

// arrival is how somebody comes in.
type arrival struct {
	idHash, device string
	via            staff.Via
	provedAt       time.Time // when a second factor was shown
}

// arrives is somebody who has just shown everything here.
func (d Desk) arrives(idHash, device string) arrival { return arrival{idHash, device, "", d.Now()} }

// open stores a sign-in. Whoever has one creditor has it in view at once.
func (d Desk) open(t *store.Tx, m kept.Record, a arrival) error {
	now := d.Now()
	if err := kept.EndOld(t, now.Add(-oldSessions)); err != nil {
		return err
	}
	s := kept.Session{Session: staff.Session{Member: m.ID, OpenedAt: now, SeenAt: now, ProvedAt: a.provedAt, Via: a.via}, ID: store.NewID(), Device: cut(a.device, mostDevice)}
	list, _, err := places(&t.Reader, m, s.Session)
	if err != nil {
		return err
	}
	if len(list) == 1 && !m.Operator { // what the operator's people open is noted
		s.Creditor = list[0].Creditor.ID
		if err := d.came(t, Visit{Session: s.Session}, list[0]); err != nil {
			return err
		}
	}
	return kept.AddSession(t, a.idHash, s)
}

func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

// Prove takes the second factor again within a sign-in and gives it a new cookie. Forbidden
// "staff_code_wrong" for a wrong one and in a pause.
func (d Desk) Prove(ctx context.Context, cookie, typed string) (o Opened, err error) {
	v, err := d.Visit(ctx, cookie)
	if err != nil {
		return o, err
	}
	b, err := d.begin(ctx, func(*store.Reader) (debt.ID, error) { return v.Member, nil })
	if err != nil {
		return o, err
	}
	idHash, _ := parseCookie(cookie)
	fresh, freshHash := newCookie()
	right := false
	err = d.Store.Write(ctx, "", func(t *store.Tx) error {
		m, err := kept.Lock(t, v.Member)
		if right = false; err != nil || !b.may {
			return err
		}
		if right, err = d.second(t, &m, typed, d.Now()); err != nil || !right {
			return err
		}
		m.Tries.Passed()
		if err := kept.Save(t, m); err != nil {
			return err
		}
		return d.proved(t, idHash, freshHash)
	})
	switch {
	case err != nil:
		return o, err
	case !right:
		return o, debt.E(debt.Forbidden, "staff_code_wrong", nil)
	}
	return Opened{Cookie: fresh}, nil
}

// proved notes that a second factor was shown in a sign-in, which gets a new cookie.
func (d Desk) proved(t *store.Tx, idHash, freshHash string) error {
	s, err := kept.LoadSession(&t.Reader, idHash)
	if err != nil {
		return err
	}
	if err := kept.EndSession(t, idHash); err != nil {
		return err
	}
	s.ProvedAt = d.Now()
	return kept.AddSession(t, freshHash, s)
}
