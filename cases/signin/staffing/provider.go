package staffing

import (
	"context"
	"fmt"
	"slices"
	"time"

	"quitt/debt"
	"quitt/debt/staff"
	"quitt/store"
	kept "quitt/store/staff"
)

// Identity is whom an identity provider has let in. Subject names the account there for ever;
// an address may be somebody else's tomorrow.
type Identity struct {
	Issuer, Subject string        `json:"-"`
	Email           debt.Personal // "" unless the provider has verified it
	AuthAt          time.Time     // when it last asked who it is; zero if it does not tell
	Once            string        `json:"-"` // names this answer of the provider: none is taken twice
	Device          string
}

// Format keeps the person out of logs under every verb.
func (Identity) Format(f fmt.State, _ rune) { _, _ = fmt.Fprint(f, "identity") }

// none stands for the password and the second factor of a member who has neither: whoever came
// with an invitation and an account at the provider. It fits nothing and opens nothing.
const none = "none"

// noIdentity is the one answer to an account that belongs to nobody, an address that is not
// verified, a member who has ended and an answer that was taken before.
func noIdentity() error { return debt.E(debt.Forbidden, "staff_sso_refused", nil) }

func (d Desk) identityHashes(i Identity) []string {
	return d.hashes("identity", i.Issuer+"\n"+i.Subject)
}

// SignInByIdentity opens a sign-in for whose account at the provider it is. One that is nobody's
// yet becomes the member's with the address the provider has verified, once; afterwards the
// address says nothing. Forbidden "staff_sso_refused" for everybody else.
func (d Desk) SignInByIdentity(ctx context.Context, i Identity) (o Opened, err error) {
	if err := d.ready(); err != nil {
		return o, err
	}
	var in bool
	cookie, idHash := newCookie()
	err = d.Store.Write(ctx, "", func(t *store.Tx) error {
		first, err := kept.UseChallenge(t, hashID([]byte(i.Once)), d.Now())
		if in = false; err != nil || !first {
			return err
		}
		m, err := d.identified(t, i)
		if err != nil || m.State != staff.Active {
			return err
		}
		in = true
		if err := d.note(t, m.ID, staff.HasSignedIn); err != nil {
			return err
		}
		return d.open(t, m, arrival{idHash, i.Device, staff.ViaProvider, staff.Shown(i.AuthAt, d.Now())})
	})
	if err != nil {
		return o, err
	}
	if !in {
		return o, noIdentity()
	}
	return Opened{Cookie: cookie}, nil
}

// identified locks the member an account belongs to; the zero Record for nobody.
func (d Desk) identified(t *store.Tx, i Identity) (kept.Record, error) {
	hashes := d.identityHashes(i)
	known, found, err := kept.FindIdentity(&t.Reader, hashes)
	if err != nil {
		return kept.Record{}, err
	}
	if !found {
		return d.link(t, i, hashes[0])
	}
	m, err := kept.Lock(t, known.Member) // first, as whoever takes identities away does
	if err != nil {
		return m, err
	}
	known.KeyHash, known.UsedAt = hashes[0], d.Now()
	there, err := kept.SaveIdentity(t, known)
	if err != nil || !there {
		return kept.Record{}, err
	}
	return m, nil
}

// LinkedMail is the sentence of the mail that tells a member of the account that is his now.
const LinkedMail = "mail_staff_linked"

// link makes an account a member's, if there is one whose it may become.
func (d Desk) link(t *store.Tx, i Identity, keyHash string) (m kept.Record, err error) {
	to, err := address(i.Email)
	if err != nil {
		return m, nil //nolint:nilerr // what is no address has no account
	}
	found, known, err := kept.Find(&t.Reader, d.addressHashes(to))
	if err != nil || !known {
		return m, err
	}
	if found, err = kept.Lock(t, found.ID); err != nil {
		return m, err
	}
	may, err := d.holds(t, found, i.Issuer)
	if err != nil || !may {
		return m, err
	}
	if found.State == staff.Invited {
		if err := d.joinWithout(t, &found); err != nil {
			return m, err
		}
	}
	now := d.Now()
	if err := kept.AddIdentity(t, kept.Identity{ID: store.NewID(), KeyHash: keyHash, Member: found.ID, Issuer: i.Issuer, MadeAt: now, UsedAt: now}); err != nil {
		return m, err
	}
	if err := d.note(t, found.ID, staff.IdentityLinked); err != nil {
		return m, err
	}
	who, err := d.member(found)
	if err != nil {
		return m, err
	}
	return found, d.send(t, kept.Letter{To: who.Email, Template: LinkedMail, Language: who.Language}, now.Add(invitationTime))
}

// holds asks whether an account of an issuer may become that of a member whose address it has.
func (d Desk) holds(t *store.Tx, m kept.Record, issuer string) (bool, error) {
	list, err := kept.Identities(&t.Reader, m.ID)
	if err != nil {
		return false, err
	}
	open, err := kept.CodeOpen(&t.Reader, m.ID, kept.Invitation, d.Now())
	linked := slices.ContainsFunc(list, func(i kept.Identity) bool { return i.Issuer == issuer })
	return staff.Claim{Verified: true, State: m.State, Invited: open, Linked: linked}.Holds(), err
}

// joinWithout uses an invitation with neither password nor second factor: the provider has both.
func (d Desk) joinWithout(t *store.Tx, m *kept.Record) error {
	m.State, m.Password, m.TOTP, m.Step, m.Tries = staff.Active, none, none, 0, staff.Tries{}
	if err := kept.EndCodes(t, m.ID, kept.Invitation); err != nil {
		return err
	}
	if err := kept.Save(t, *m); err != nil {
		return err
	}
	return d.note(t, m.ID, staff.HasJoined)
}

// ProveByIdentity takes an answer for which the provider has asked anew since an instant in the
// place of the second factor, and gives the sign-in a new cookie. Forbidden
// "staff_sso_again_refused" for an account of somebody else, and for one nobody was asked about.
func (d Desk) ProveByIdentity(ctx context.Context, cookie string, i Identity, since time.Time) (o Opened, err error) {
	v, err := d.Visit(ctx, cookie)
	if err != nil {
		return o, err
	}
	idHash, _ := parseCookie(cookie)
	fresh, freshHash := newCookie()
	var right bool
	err = d.Store.Write(ctx, "", func(t *store.Tx) error {
		first, err := kept.UseChallenge(t, hashID([]byte(i.Once)), d.Now())
		if right = false; err != nil || !first {
			return err
		}
		known, found, err := kept.FindIdentity(&t.Reader, d.identityHashes(i))
		if err != nil || !found || known.Member != v.Member || !staff.Again(i.AuthAt, since, d.Now()) {
			return err
		}
		right = true
		return d.proved(t, idHash, freshHash)
	})
	switch {
	case err != nil:
		return o, err
	case !right:
		return o, debt.E(debt.Forbidden, "staff_sso_again_refused", nil)
	}
	return Opened{Cookie: fresh}, nil
}

// Demanded reports whether a creditor's people come by the provider alone.
func (d Desk) Demanded(ctx context.Context, creditor debt.ID) (is bool, err error) {
	err = d.Store.Read(ctx, "", func(r *store.Reader) error {
		list, err := kept.Demands(r)
		is = slices.Contains(list, creditor)
		return err
	})
	return is, err
}

// SetDemand says whether a creditor's people come by the provider alone; those who came
// otherwise are out with the next page. Conflict "staff_sso_no_admin" if no administrator could
// come in while the provider is away.
func (d Desk) SetDemand(ctx context.Context, c Change, on bool) error {
	return d.Store.Write(ctx, "", func(t *store.Tx) error {
		changed, what := false, staff.SSOReleased
		list, err := kept.LockPlaces(t, c.Creditor)
		if err != nil {
			return err
		}
		if on {
			what = staff.SSODemanded
			if err := d.wayBack(t, list); err != nil {
				return err
			}
			changed, err = kept.Demand(t, c.Creditor, d.Now())
		} else {
			changed, err = kept.EndDemand(t, c.Creditor)
		}
		if err != nil || !changed {
			return err
		}
		return kept.Note(t, kept.Entry{ID: store.NewID(), Member: c.By, Creditor: c.Creditor, By: c.By, What: what, At: d.Now()})
	})
}

// wayBack refuses if no administrator has a password.
func (d Desk) wayBack(t *store.Tx, list []kept.Place) error {
	for _, p := range list {
		if p.Role != staff.Admin {
			continue
		}
		m, err := kept.Load(&t.Reader, p.Member)
		if err != nil || m.State == staff.Active && m.Password != none {
			return err
		}
	}
	return debt.E(debt.Conflict, "staff_sso_no_admin", nil)
}
