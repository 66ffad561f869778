// Package pay wires payments through providers: the settings, the rail with its loops, the
// sandbox of the demo, and the commands. It gives answers; package main reads flags and prints.
package pay

import (
	"context"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/notifications"
	"quitt/payments"
	"quitt/payments/collecting"
	"quitt/payments/stripe"
	"quitt/store"
	"quitt/store/rails"
	"quitt/store/vault"
)

// provider is the name under which accounts at Stripe are kept.
const provider = "stripe"

// Purpose is what the keys of sealed secrets are derived for.
const Purpose = "provider secrets"

const (
	realURL      = "https://api.stripe.com"
	realCheckout = "https://checkout.stripe.com"
	sandboxKeys  = "sk_test_sandbox_"
)

// Settings are those of payments through Stripe. Nothing set: accounts with keys of their own
// work, and without any of them the bank's way is left.
type Settings struct {
	Key debt.Personal `env:"QUITT_STRIPE_KEY"` // of a platform; also QUITT_STRIPE_KEY_FILE
	URL string        `env:"QUITT_STRIPE_URL"` // "" is Stripe; else a sandbox on this machine
	// SandboxListen is where the demo's sandbox listens; "" is 127.0.0.1:8082, or any port if
	// that is taken.
	SandboxListen string `env:"QUITT_SANDBOX_LISTEN"`
}

// Sandbox reports whether a sandbox stands in for Stripe.
func (s Settings) Sandbox() bool { return s.URL != "" && s.URL != realURL }

// Live reports whether a key moves real money.
func Live(key debt.Personal) bool {
	return strings.HasPrefix(key.Reveal(), "sk_live_") || strings.HasPrefix(key.Reveal(), "rk_live_")
}

// checkKey refuses what is no key, and keys that do not belong to where they would be sent.
func (s Settings) checkKey(key debt.Personal) error {
	k := key.Reveal()
	switch {
	case !strings.HasPrefix(k, "sk_") && !strings.HasPrefix(k, "rk_") || strings.ContainsAny(k, " \r\n\t"):
		return debt.E(debt.Invalid, "stripe_key_invalid", nil)
	case Live(key) && s.Sandbox():
		return debt.E(debt.Invalid, "stripe_live_in_sandbox", nil)
	case strings.HasPrefix(k, sandboxKeys) && !s.Sandbox():
		return debt.E(debt.Invalid, "stripe_sandbox_key", nil)
	}
	return nil
}

func (s Settings) checkURL() error {
	if !s.Sandbox() {
		return nil
	}
	u, err := url.Parse(s.URL)
	if err == nil && u.Scheme == "http" && u.User == nil && strings.Trim(u.Path, "/") == "" && u.RawQuery == "" && u.Fragment == "" {
		if ip := net.ParseIP(u.Hostname()); u.Hostname() == "localhost" || ip != nil && ip.IsLoopback() {
			return nil
		}
	}
	return debt.E(debt.Invalid, "stripe_url_invalid", nil)
}

// CheckKey refuses a platform's key that cannot be one.
func (s Settings) CheckKey() error {
	if s.Key == "" {
		return nil
	}
	return s.checkKey(s.Key)
}

// CheckURL refuses an address that is neither Stripe's nor a sandbox's on this machine.
func (s Settings) CheckURL() error { return s.checkURL() }

// Targets are the origins a payment leads to.
func (s Settings) Targets() []string {
	if !s.Sandbox() {
		return []string{realCheckout}
	}
	u, err := url.Parse(s.URL)
	if err != nil {
		return nil // CheckURL has said so
	}
	return []string{u.Scheme + "://" + u.Host}
}

func (s Settings) client(now func() time.Time) *stripe.Client {
	return stripe.New(stripe.Options{URL: strings.TrimRight(s.URL, "/"), Now: now})
}

// Base is what a rail is made of.
type Base struct {
	Store *store.Store
	Now   func() time.Time
	Keys  [][]byte // for sealed secrets, the newest first
	Log   *slog.Logger
}

// Rail makes what takes payments.
func (s Settings) Rail(b Base) (*payments.Rail, error) {
	v, err := vault.New(b.Keys)
	if err != nil {
		return nil, err
	}
	return payments.Open(payments.Rail{
		Desk:      payments.Desk{Store: b.Store, Now: b.Now},
		Providers: map[string]payments.Provider{provider: s.client(b.Now)},
		Platform:  map[string]debt.Personal{provider: s.Key},
		Vault:     v, Log: b.Log,
	}), nil
}

// Refuse says no to a sandbox beside accounts of real money: their keys would be sent to it,
// and debtors would take its pages for real.
func (s Settings) Refuse(ctx context.Context, db *store.Store) error {
	if !s.Sandbox() {
		return nil
	}
	return each(ctx, db, func(_ debt.Creditor, t *store.Reader) error {
		list, err := rails.Accounts(t)
		for _, a := range list {
			if a.Live && a.ClosedAt.IsZero() {
				return debt.E(debt.Invalid, "stripe_live_in_sandbox", nil)
			}
		}
		return err
	})
}

// each calls do in a snapshot of each creditor.
func each(ctx context.Context, db *store.Store, do func(c debt.Creditor, t *store.Reader) error) error {
	var tenants []debt.Creditor
	err := db.Read(ctx, "", func(t *store.Reader) (err error) {
		tenants, err = t.Creditors()
		return err
	})
	for _, c := range tenants {
		if err == nil {
			err = db.Read(ctx, c.ID, func(t *store.Reader) error { return do(c, t) })
		}
	}
	return err
}

// Loops are what a rail has to do beside the visitors. News of any kind wakes them, so that a
// notice is booked at once; Every is for what comes without news.
func Loops(r *payments.Rail) []notifications.Loop {
	queue := func(ctx context.Context, creditor debt.ID) (notifications.Queue, error) {
		d, err := r.QueueOf(ctx, creditor)
		return notifications.Queue{Waiting: int(d.Waiting), Oldest: d.Oldest}, err
	}
	collect := collecting.New(r)
	return []notifications.Loop{
		{Name: "payment_collections", Every: 15 * time.Second, Work: collect.Work, Queue: func(ctx context.Context, creditor debt.ID) (notifications.Queue, error) {
			f, err := collect.Figures(ctx, creditor)
			return notifications.Queue{Waiting: int(f.Due), Oldest: f.Oldest}, err
		}},
		{Name: "payment_notices", Work: r.BookNotices, Queue: queue},
		{Name: "payment_looks", Every: 15 * time.Second, Work: r.LookDue},
		{Name: "payment_refunds", Every: 30 * time.Second, Work: r.CallRefunds},
		{Name: "payment_sweep", Every: 5 * time.Minute, Work: r.Sweep},
		{Name: "payment_reconcile", Every: 15 * time.Minute, Work: r.ReconcileDue},
	}
}

// isAccount reports whether a text is the id of an account at Stripe.
func isAccount(s string) bool {
	rest, found := strings.CutPrefix(s, "acct_")
	return found && rest != "" && len(s) <= 64 && strings.Trim(rest, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

func parseMethods(list string) ([]debt.Method, error) {
	var out []debt.Method
	known := rail.Account{Methods: rail.Methods()}
	for _, m := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		if !known.Offers(debt.Method(m)) {
			return nil, debt.E(debt.Invalid, "method_unknown", debt.Args{"allowed": []string{"card", "direct_debit"}})
		}
		out = append(out, debt.Method(m))
	}
	return out, nil
}
