package payments

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/rails"
	"quitt/store/vault"
)

// Rail takes payments through providers and books what they say. It may run in any number of
// processes at once.
type Rail struct {
	Desk

	Providers map[string]Provider
	Vault     vault.Vault              // opens the keys of creditors' own accounts
	Platform  map[string]debt.Personal // keys of a platform, by provider, for connected accounts
	Log       *slog.Logger
	// Patience is how long the loop of notices waits for one creditor's answers; 0 is 30 s.
	Patience time.Duration
	door     *door // of notices; Open makes it
}

// Open makes a rail ready to take notices.
func Open(r Rail) *Rail {
	r.door = newDoor(&r)
	return &r
}

// ErrNoRail says that the creditor has no account at a provider, or one whose provider or key
// is not there.
var ErrNoRail = debt.E(debt.NotFound, "provider_account_unknown", nil)

// account gives an account with its key.
func (r *Rail) account(ctx context.Context, creditor, id debt.ID) (a rail.Account, err error) {
	var kept rails.Account
	err = r.Store.Read(ctx, creditor, func(t *store.Reader) error {
		kept, err = rails.LoadAccount(t, id)
		return err
	})
	if err != nil {
		return a, err
	}
	return r.unlocked(kept)
}

// unlocked opens the key of an account.
func (r *Rail) unlocked(kept rails.Account) (rail.Account, error) {
	a := kept.Account
	if r.Providers[a.Provider] == nil {
		return a, ErrNoRail
	}
	if kept.SealedKey == "" {
		a.Key = r.Platform[a.Provider]
	} else if key, ok := r.Vault.Open(string(a.ID), kept.SealedKey); ok {
		a.Key = debt.Personal(key)
	}
	if a.Key == "" {
		return a, ErrKey
	}
	return a, nil
}

// NewAccount is a creditor's account to be opened. Key is empty for one connected to the
// platform's.
type NewAccount struct {
	rail.Account

	Key debt.Personal
}

// AddAccount opens an account for a creditor.
func (r *Rail) AddAccount(ctx context.Context, creditor debt.ID, n NewAccount) (rail.Account, error) {
	a := n.Account
	a.ID, a.CreditorID, a.CreatedAt = store.NewID(), creditor, r.Now()
	if len(a.Methods) == 0 {
		a.Methods = rail.Methods()
	}
	kept := rails.Account{Account: a}
	if n.Key != "" {
		sealed, err := r.Vault.Seal(string(a.ID), []byte(n.Key.Reveal()))
		if err != nil {
			return a, err
		}
		kept.SealedKey = sealed
	}
	err := r.Store.Write(ctx, creditor, func(t *store.Tx) error { return rails.AddAccount(t, kept) })
	return a, err
}

// Accounts lists a creditor's accounts.
func (r *Rail) Accounts(ctx context.Context, creditor debt.ID) (list []rails.Account, err error) {
	err = r.Store.Read(ctx, creditor, func(t *store.Reader) error {
		list, err = rails.Accounts(t)
		return err
	})
	return list, err
}

// openAccount gives the account a creditor's new payments go through.
func (r *Rail) openAccount(ctx context.Context, creditor debt.ID) (rail.Account, error) {
	var kept rails.Account
	err := r.Store.Read(ctx, creditor, func(t *store.Reader) (err error) {
		kept, err = rails.OpenAccount(t)
		return err
	})
	if err != nil {
		return rail.Account{}, err
	}
	return r.unlocked(kept)
}

// isOutcome reports whether an error leaves open what happened at the provider.
func isOutcome(err error) bool {
	return errors.Is(err, ErrOutcome) || debt.KindOf(err) == "" && !errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
