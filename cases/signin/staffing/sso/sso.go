// Package sso lets members in by the identity provider of where they work: OpenID Connect Core
// 1.0 with the authorization code, PKCE (RFC 7636), a nonce, and a state bound to the browser. It
// judges what the provider says; whose account it is, staffing decides.
package sso

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"time"

	"golang.org/x/oauth2"

	"quitt/cases/signin/staffing"
	"quitt/debt"
)

// Settings name a provider and what it knows this installation as.
type Settings struct {
	Issuer   string
	ClientID string
	Secret   debt.Personal
	Label    string // what people call it: "Anmelden mit …"
	Callback string // where the provider sends people back, as it is registered there
}

// Check refuses what no provider can be asked with.
func (s Settings) Check() error {
	u, err := url.Parse(s.Issuer)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || !safe(u) {
		return debt.E(debt.Invalid, "sso_issuer_invalid", nil)
	}
	if s.ClientID == "" {
		return debt.E(debt.Invalid, "sso_client_missing", nil)
	}
	return nil
}

// safe is https, or http on this machine: secrets travel.
func safe(u *url.URL) bool {
	if u.Scheme == "https" {
		return true
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "http" && (u.Hostname() == "localhost" || err == nil && ip.IsLoopback())
}

// Desk asks one provider. Make it with New; nil is an installation without one.
type Desk struct {
	staff    staffing.Desk
	provider *provider
	log      *slog.Logger
}

// New makes a desk. The provider is asked when somebody first comes, so that one that is away
// keeps nobody from starting; log hears why somebody was refused, and of nobody's name.
func New(staff staffing.Desk, s Settings, log *slog.Logger) (*Desk, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	if s.Label == "" {
		u, _ := url.Parse(s.Issuer) // Check has parsed it
		s.Label = u.Hostname()
	}
	return &Desk{staff, newProvider(s, staff.Now), log}, nil
}

// Label is what people call the provider, "" where there is none.
func (d *Desk) Label() string {
	if d == nil {
		return ""
	}
	return d.provider.Label
}

// Wish is what somebody goes to the provider for.
type Wish struct {
	Again bool   // to show within a sign-in who he is
	Back  string // where that leads, an address of ours
}

// Journey is the way to the provider. Sealed goes into a cookie of the browser and comes back
// with the answer.
type Journey struct {
	Address string
	Sealed  string `json:"-"`
}

// journey is what is sealed.
type journey struct {
	State, Nonce, Verifier string
	At                     time.Time
	Wish                   Wish
}

// journeyTime is how long somebody may take at the provider.
const journeyTime = 10 * time.Minute

const sealOwner = "staff sso"

func random() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails: crypto/rand
	return base64.RawURLEncoding.EncodeToString(b)
}

// Begin sends somebody to the provider. Unavailable "staff_sso_down" if it does not answer.
func (d *Desk) Begin(ctx context.Context, w Wish) (j Journey, err error) {
	p, err := d.known(ctx, true)
	if err != nil {
		return j, err
	}
	kept := journey{random(), random(), oauth2.GenerateVerifier(), d.staff.Now(), w}
	b, err := json.Marshal(kept)
	if err != nil {
		return j, err
	}
	if j.Sealed, err = d.staff.Vault().Seal(sealOwner, b); err != nil {
		return j, err
	}
	j.Address = p.address(kept)
	return j, nil
}

func (d *Desk) opened(sealed string) (j journey, ok bool) {
	b, ok := d.staff.Vault().Open(sealOwner, sealed)
	if !ok || json.Unmarshal(b, &j) != nil {
		return j, false
	}
	age := d.staff.Now().Sub(j.At)
	return j, age >= 0 && age < journeyTime
}

// Answer is what comes back with the browser.
type Answer struct {
	State, Code, Fault, Issuer string `json:"-"`
	Sealed, Cookie             string `json:"-"` // of the journey, and of a sign-in that goes on
	Device                     string
}

// Format keeps the secrets out of logs under every verb.
func (Answer) Format(f fmt.State, _ rune) { _, _ = fmt.Fprint(f, "answer") }

// Done is a sign-in and what it was asked for.
type Done struct {
	staffing.Opened
	Wish Wish
}

// refused is the one answer to whatever does not fit.
func refused() error { return debt.E(debt.Forbidden, "staff_sso_refused", nil) }

// Finish opens a sign-in, or shows again who is in one, with the provider's answer. Forbidden
// "staff_sso_refused" or "staff_sso_again_refused" for one that does not fit or of somebody who
// has no account, "staff_sso_cancelled" if the provider let nobody in; Unavailable
// "staff_sso_down". Done says what was asked for also beside an error, as far as it is known.
func (d *Desk) Finish(ctx context.Context, a Answer) (done Done, err error) {
	j, ok := d.opened(a.Sealed)
	if !ok || subtle.ConstantTimeCompare([]byte(j.State), []byte(a.State)) != 1 {
		d.refuse("state", nil)
		return done, refused()
	}
	done.Wish = j.Wish
	if a.Issuer != "" && a.Issuer != d.provider.Issuer { // RFC 9207
		d.refuse("iss", nil)
		return done, refused()
	}
	if a.Fault != "" {
		d.refuse("provider", nil)
		return done, debt.E(debt.Forbidden, "staff_sso_cancelled", nil)
	}
	p, err := d.known(ctx, false)
	if err != nil {
		return done, err
	}
	i, err := p.identity(ctx, j, a.Code)
	if err != nil {
		return done, d.judged(err)
	}
	i.Once, i.Device = j.State, a.Device
	if j.Wish.Again {
		done.Opened, err = d.staff.ProveByIdentity(ctx, a.Cookie, i, j.At)
	} else {
		done.Opened, err = d.staff.SignInByIdentity(ctx, i)
	}
	if debt.KindOf(err) == debt.Forbidden {
		d.refuse("account", nil)
	}
	return done, err
}

// refuse tells the log at which step somebody was refused.
func (d *Desk) refuse(step string, err error) {
	args := []any{"step", step}
	if err != nil {
		args = append(args, "error", err.Error())
	}
	d.log.Warn("single sign-on refused somebody", args...)
}

// away is a provider that does not answer, or not as one.
func away() error { return debt.E(debt.Unavailable, "staff_sso_down", nil) }

func (d *Desk) known(ctx context.Context, goes bool) (*found, error) {
	p, err := d.provider.find(ctx, goes)
	if err != nil {
		d.log.Warn("single sign-on: the provider does not answer", "error", err.Error())
		return nil, away()
	}
	return p, nil
}

// judged words what is wrong with an answer; the log gets the step.
func (d *Desk) judged(err error) error {
	var w wrong
	if w.in(err) && !w.away {
		d.refuse(w.step, w.why)
		return refused()
	}
	d.log.Warn("single sign-on: the provider does not answer", "error", err.Error())
	return away()
}
