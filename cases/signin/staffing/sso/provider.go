package sso

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"quitt/cases/signin/staffing"
	"quitt/debt"
)

// The bounds of one request to the provider, how long what it said is believed before somebody
// is sent there, and how long it is left alone after it did not answer.
const (
	patience  = 5 * time.Second
	mostBytes = 1 << 20
	believed  = time.Minute
	leftAlone = 5 * time.Second
)

// bounded cuts long answers off; the library reads them whole.
type bounded struct{ http.RoundTripper }

// RoundTrip is http.RoundTripper.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		res.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(res.Body, mostBytes), res.Body}
	}
	return res, err
}

// newClient follows nowhere: a redirect would take code and secret along.
func newClient() *http.Client {
	return &http.Client{Timeout: patience, Transport: bounded{http.DefaultTransport},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// provider is what is set, and what was found out about it.
type provider struct {
	Settings

	client *http.Client
	now    func() time.Time

	mu     sync.Mutex
	found  *found
	failed error
	at     time.Time // when it was asked
}

func newProvider(s Settings, now func() time.Time) *provider {
	return &provider{Settings: s, client: newClient(), now: now}
}

// found is a provider whose addresses are known.
type found struct {
	*oidc.Provider

	set      Settings
	client   *http.Client
	config   oauth2.Config
	verifier *oidc.IDTokenVerifier
}

// find asks for the provider's addresses (OpenID Connect Discovery 1.0): once for those who come
// back, and every now and then for those who go there, because an error of ours says more than
// one of a browser that finds nobody. After a failure it does not ask at once again.
func (p *provider) find(ctx context.Context, goes bool) (*found, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	age := p.now().Sub(p.at)
	switch {
	case p.found != nil && (!goes || p.failed == nil && age >= 0 && age < believed):
		return p.found, nil
	case p.failed != nil && age >= 0 && age < leftAlone:
		return nil, p.failed
	}
	// Who gives up waiting must not fail it for those behind.
	f, err := p.discover(oidc.ClientContext(context.WithoutCancel(ctx), p.client))
	if p.failed, p.at = err, p.now(); err == nil {
		p.found = f
	}
	return f, err
}

func (p *provider) discover(ctx context.Context) (*found, error) {
	o, err := oidc.NewProvider(ctx, p.Issuer)
	if err != nil {
		return nil, err
	}
	for _, raw := range []string{o.Endpoint().AuthURL, o.Endpoint().TokenURL} {
		if u, err := url.Parse(raw); err != nil || u.Host == "" || !safe(u) {
			return nil, errors.New("an address of the provider is not https")
		}
	}
	return &found{Provider: o, set: p.Settings, client: p.client,
		config: oauth2.Config{ClientID: p.ClientID, ClientSecret: p.Secret.Reveal(), Endpoint: o.Endpoint(), RedirectURL: p.Callback,
			Scopes: []string{oidc.ScopeOpenID, "email"}},
		verifier: o.Verifier(&oidc.Config{ClientID: p.ClientID, Now: p.now})}, nil
}

// address is where the browser goes.
func (f *found) address(j journey) string {
	options := []oauth2.AuthCodeOption{oidc.Nonce(j.Nonce), oauth2.S256ChallengeOption(j.Verifier)}
	if j.Wish.Again {
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	return f.config.AuthCodeURL(j.State, options...)
}

// wrong is what does not fit, and at which step. why holds no data of a person.
type wrong struct {
	step string
	why  error
	away bool // nobody can be judged: the provider does not answer
}

// Error is error.
func (w wrong) Error() string { return fmt.Sprintf("%s: %v", w.step, w.why) }

func (w *wrong) in(err error) bool { return errors.As(err, w) }

// identity exchanges the code and judges the token (OpenID Connect Core, 3.1.3.7).
func (f *found) identity(ctx context.Context, j journey, code string) (i staffing.Identity, err error) {
	ctx = oidc.ClientContext(ctx, f.client)
	token, err := f.config.Exchange(ctx, code, oauth2.VerifierOption(j.Verifier))
	if err != nil {
		return i, exchanged(err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := f.verifier.Verify(ctx, raw)
	if err != nil {
		return i, wrong{step: "id_token", why: err}
	}
	var said claims
	if err := id.Claims(&said); err != nil {
		return i, wrong{step: "claims", why: errors.New("they cannot be read")}
	}
	switch {
	case id.Subject == "":
		return i, wrong{step: "sub"}
	case subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(j.Nonce)) != 1:
		return i, wrong{step: "nonce"}
	case said.AuthorizedParty != "" && said.AuthorizedParty != f.set.ClientID,
		said.AuthorizedParty == "" && len(id.Audience) > 1:
		return i, wrong{step: "azp"}
	case id.AccessTokenHash != "" && id.VerifyAccessToken(token.AccessToken) != nil:
		return i, wrong{step: "at_hash"}
	}
	i = staffing.Identity{Issuer: id.Issuer, Subject: id.Subject}
	if said.AuthTime != 0 {
		i.AuthAt = time.Unix(said.AuthTime, 0).UTC()
	}
	if said.Email == "" {
		f.ask(ctx, token, id.Subject, &said)
	}
	if said.Verified {
		i.Email = said.Email
	}
	return i, nil
}

// claims are those of a token that are read here. An address nobody says is verified is not.
type claims struct {
	AuthorizedParty string        `json:"azp"`
	AuthTime        int64         `json:"auth_time"`
	Email           debt.Personal `json:"email"`
	Verified        bool          `json:"email_verified"`
}

// ask looks for the address where the token has none. Its subject must be the token's (OpenID
// Connect Core, 5.3.2), and without an answer there is no address: whoever is known needs none.
func (f *found) ask(ctx context.Context, token *oauth2.Token, subject string, said *claims) {
	info, err := f.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err == nil && info.Subject == subject {
		said.Email, said.Verified = debt.Personal(info.Email), info.EmailVerified
	}
}

// exchanged tells a code that was refused from a provider that does not answer. What it said
// goes nowhere: it may name somebody.
func exchanged(err error) error {
	var said *oauth2.RetrieveError
	if !errors.As(err, &said) || said.Response == nil {
		return wrong{step: "exchange", why: errors.New("no answer"), away: true}
	}
	status := fmt.Errorf("status %d", said.Response.StatusCode)
	return wrong{step: "exchange", why: status, away: said.Response.StatusCode >= 500 || said.ErrorCode == "invalid_client"}
}
