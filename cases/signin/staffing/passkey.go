package staffing

import (
	"context"
	"encoding/json"
	"net/netip"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"quitt/debt"
	"quitt/debt/staff"
	"quitt/store"
	kept "quitt/store/staff"
)

// Ceremony is what a browser needs to make or use a passkey: the options of WebAuthn, and what
// belongs to them sealed, which comes back with the answer.
type Ceremony struct {
	Options string
	Sealed  string
}

// ceremonyTime is how long a challenge is good for.
const ceremonyTime = 10 * time.Minute

// begunCeremony is what is sealed of a ceremony.
type begunCeremony struct {
	Session webauthn.SessionData `json:"session"`
	Until   time.Time            `json:"until"`
}

// noPasskey is the answer to every answer of a browser that proves nothing.
func noPasskey() error { return debt.E(debt.Forbidden, "staff_passkey_refused", nil) }

// Passkeys reports whether browsers make any here: an address of numbers has none.
func (d Desk) Passkeys() bool {
	u, err := url.Parse(d.Origin)
	if err != nil || u.Hostname() == "" {
		return false
	}
	_, err = netip.ParseAddr(u.Hostname())
	return err != nil
}

func (d Desk) party() (*webauthn.WebAuthn, error) {
	u, err := url.Parse(d.Origin)
	if err != nil {
		return nil, err
	}
	name := d.Issuer
	if name == "" {
		name = u.Hostname()
	}
	return webauthn.New(&webauthn.Config{RPID: u.Hostname(), RPDisplayName: name, RPOrigins: []string{d.Origin}, AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired}})
}

// owner is a member as the library wants one.
type owner struct {
	staff.Member
	credentials []webauthn.Credential
}

// WebAuthnID is webauthn.User.
func (o owner) WebAuthnID() []byte { return []byte(o.ID) }

// WebAuthnName is webauthn.User.
func (o owner) WebAuthnName() string { return o.Email.Reveal() }

// WebAuthnDisplayName is webauthn.User.
func (o owner) WebAuthnDisplayName() string { return o.Name.Reveal() }

// WebAuthnCredentials is webauthn.User.
func (o owner) WebAuthnCredentials() []webauthn.Credential { return o.credentials }

func (d Desk) sealCeremony(purpose string, s *webauthn.SessionData, options any) (c Ceremony, err error) {
	said, err := json.Marshal(options)
	if err != nil {
		return c, err
	}
	b, err := json.Marshal(begunCeremony{*s, d.Now().Add(ceremonyTime)})
	if err != nil {
		return c, err
	}
	c.Options = string(said)
	c.Sealed, err = d.vault.Seal("staff ceremony/"+purpose, b)
	return c, err
}

func (d Desk) openCeremony(purpose, sealed string) (s webauthn.SessionData, ok bool) {
	b, ok := d.vault.Open("staff ceremony/"+purpose, sealed)
	var begun begunCeremony
	if !ok || json.Unmarshal(b, &begun) != nil || !d.Now().Before(begun.Until) {
		return s, false
	}
	return begun.Session, true
}

func (d Desk) credential(p kept.Passkey) (c webauthn.Credential, ok bool) {
	b, ok := d.vault.Open("staff passkey/"+p.IDHash, p.Sealed)
	return c, ok && json.Unmarshal(b, &c) == nil
}

func (d Desk) sealCredential(c *webauthn.Credential) (idHash, sealed string, err error) {
	b, err := json.Marshal(c)
	if err != nil {
		return "", "", err
	}
	idHash = hashID(c.ID)
	sealed, err = d.vault.Seal("staff passkey/"+idHash, b)
	return idHash, sealed, err
}

// BeginPasskey begins to make one for a member.
func (d Desk) BeginPasskey(ctx context.Context, m staff.Member) (c Ceremony, err error) {
	party, err := d.party()
	if err != nil {
		return c, err
	}
	o := owner{Member: m}
	err = d.Store.Read(ctx, "", func(r *store.Reader) error {
		list, err := kept.Passkeys(r, m.ID)
		o.credentials = nil
		for _, p := range list {
			if known, ok := d.credential(p); ok {
				o.credentials = append(o.credentials, known)
			}
		}
		return err
	})
	if err != nil {
		return c, err
	}
	options, session, err := party.BeginRegistration(o, webauthn.WithExclusions(webauthn.Credentials(o.credentials).CredentialDescriptors()))
	if err != nil {
		return c, err
	}
	return d.sealCeremony("make/"+string(m.ID), session, options.Response)
}

// mostPasskeys is how many a member has.
const mostPasskeys = 10

// AddPasskey stores a passkey with the answer of the browser. Forbidden "staff_passkey_refused"
// for every answer that proves nothing.
func (d Desk) AddPasskey(ctx context.Context, m staff.Member, a Answer) error {
	session, ok := d.openCeremony("make/"+string(m.ID), a.Sealed)
	parsed, perr := protocol.ParseCredentialCreationResponseBytes([]byte(a.Said))
	party, err := d.party()
	if err != nil {
		return err
	}
	if !ok || perr != nil {
		return noPasskey()
	}
	credential, err := party.CreateCredential(owner{Member: m}, session, parsed)
	if err != nil {
		return noPasskey()
	}
	idHash, sealed, err := d.sealCredential(credential)
	if err != nil {
		return err
	}
	now := d.Now()
	return d.Store.Write(ctx, "", func(t *store.Tx) error {
		if _, err := kept.Lock(t, m.ID); err != nil {
			return err
		}
		first, err := kept.UseChallenge(t, hashID([]byte(session.Challenge)), now)
		if err != nil {
			return err
		}
		list, err := kept.Passkeys(&t.Reader, m.ID)
		if err != nil {
			return err
		}
		if !first || len(list) >= mostPasskeys {
			return noPasskey()
		}
		if err := kept.AddPasskey(t, kept.Passkey{ID: store.NewID(), IDHash: idHash, Member: m.ID, Sealed: sealed, Device: cut(a.Device, mostDevice), MadeAt: now}); err != nil {
			return err
		}
		return d.note(t, m.ID, staff.PasskeyAdded)
	})
}

// EndPasskey ends one of the member's own; there may be none.
func (d Desk) EndPasskey(ctx context.Context, member, id debt.ID) error {
	return d.Store.Write(ctx, "", func(t *store.Tx) error {
		if err := kept.EndPasskey(t, member, id); err != nil {
			return err
		}
		return d.note(t, member, staff.PasskeyEnded)
	})
}

// Answer is what a browser gives back.
type Answer struct {
	Said   string `json:"-"` // JSON
	Sealed string `json:"-"`
	Device string
}

// BeginSignIn begins a sign-in with a passkey, whoever comes.
func (d Desk) BeginSignIn() (c Ceremony, err error) {
	party, err := d.party()
	if err != nil {
		return c, err
	}
	options, session, err := party.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return c, err
	}
	return d.sealCeremony("enter", session, options.Response)
}

// SignInByPasskey opens a sign-in: the passkey is something one has, and the browser has asked
// for what one knows or is. Forbidden "staff_passkey_refused" for every other answer.
func (d Desk) SignInByPasskey(ctx context.Context, a Answer) (o Opened, err error) {
	if err := d.ready(); err != nil {
		return o, err
	}
	session, ok := d.openCeremony("enter", a.Sealed)
	parsed, perr := protocol.ParseCredentialRequestResponseBytes([]byte(a.Said))
	party, err := d.party()
	if err != nil {
		return o, err
	}
	if !ok || perr != nil {
		return o, noPasskey()
	}
	var known kept.Passkey
	var failed error // of the database, which the library would hide
	credential, err := party.ValidateDiscoverableLogin(func(rawID, handle []byte) (webauthn.User, error) {
		who, p, err := d.ownerOf(ctx, rawID)
		if err != nil && debt.KindOf(err) != debt.NotFound {
			failed = err
		}
		if err == nil && string(who.ID) != string(handle) {
			err = noPasskey()
		}
		known = p
		return who, err
	}, session, parsed)
	if failed != nil {
		return o, failed
	}
	if err != nil || credential.Authenticator.CloneWarning || !credential.Flags.UserVerified {
		return o, noPasskey()
	}
	if _, known.Sealed, err = d.sealCredential(credential); err != nil {
		return o, err
	}
	var in bool
	cookie, idHash := newCookie()
	err = d.Store.Write(ctx, "", func(t *store.Tx) error {
		m, err := kept.Lock(t, known.Member)
		if in = false; err != nil || m.State != staff.Active {
			return err
		}
		if in, err = kept.UseChallenge(t, hashID([]byte(session.Challenge)), d.Now()); err != nil || !in {
			return err
		}
		known.UsedAt = d.Now()
		if err := kept.SavePasskey(t, known); err != nil {
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
		return o, noPasskey()
	}
	return Opened{Cookie: cookie}, nil
}

// ownerOf finds whose passkey an id is, or NotFound.
func (d Desk) ownerOf(ctx context.Context, rawID []byte) (o owner, p kept.Passkey, err error) {
	err = d.Store.Read(ctx, "", func(r *store.Reader) error {
		if p, err = kept.LoadPasskey(r, hashID(rawID)); err != nil {
			return err
		}
		c, ok := d.credential(p)
		if !ok {
			return debt.E(debt.NotFound, "staff_passkey_unknown", nil)
		}
		o = owner{credentials: []webauthn.Credential{c}}
		o.Member, err = d.load(r, p.Member)
		return err
	})
	return o, p, err
}
