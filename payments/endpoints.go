package payments

import (
	"context"
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/rails"
)

// OldSecret is how long a replaced secret of notices stays good: what is under way was signed
// with it, and so is what the provider tries again.
const OldSecret = 24 * time.Hour

// AddEndpoint keeps an address for notices with its secret.
func (r *Rail) AddEndpoint(ctx context.Context, e rails.Endpoint, secret debt.Personal) error {
	sealed, err := r.Vault.Seal(e.Name, []byte(secret.Reveal()))
	if err != nil {
		return err
	}
	e.Secret, e.CreatedAt = sealed, r.Now()
	return r.Store.Write(ctx, "", func(t *store.Tx) error { return rails.AddEndpoint(t, e) })
}

// RotateEndpoint puts another secret in the place of an address's. NotFound
// "endpoint_unknown": there is no such address.
func (r *Rail) RotateEndpoint(ctx context.Context, name string, secret debt.Personal) error {
	sealed, err := r.Vault.Seal(name, []byte(secret.Reveal()))
	if err != nil {
		return err
	}
	return r.Store.Write(ctx, "", func(t *store.Tx) error {
		if _, err := rails.LoadEndpoint(&t.Reader, name); err != nil {
			return err
		}
		return rails.Rotate(t, name, sealed, r.Now().Add(OldSecret))
	})
}

// OpenAccount gives the account a creditor's new payments go through, with its key.
func (r *Rail) OpenAccount(ctx context.Context, creditor debt.ID) (rail.Account, error) {
	return r.openAccount(ctx, creditor)
}

// CloseAccount ends new payments through a creditor's account; those begun are seen to their
// end.
func (r *Rail) CloseAccount(ctx context.Context, creditor debt.ID) (a rail.Account, err error) {
	err = r.Store.Write(ctx, creditor, func(t *store.Tx) error {
		kept, err := rails.OpenAccount(&t.Reader)
		a = kept.Account
		if err != nil {
			return err
		}
		return rails.CloseAccount(t, a.ID, r.Now())
	})
	return a, err
}
