// Package doors wires what the sign-in of people who work for creditors has beside passwords of
// their own: an identity provider, and a list of passwords nobody should take.
package doors

import (
	"log/slog"
	"os"

	"quitt/cases/signin/staffing"
	"quitt/cases/signin/staffing/breached"
	"quitt/cases/signin/staffing/sso"
	"quitt/debt"
	"quitt/portal/creditor/signin"
)

// Settings name both. Nothing set: neither.
type Settings struct {
	Issuer string        `env:"QUITT_OIDC_ISSUER"`
	Client string        `env:"QUITT_OIDC_CLIENT_ID"`
	Secret debt.Personal `env:"QUITT_OIDC_CLIENT_SECRET"`
	Label  string        `env:"QUITT_OIDC_LABEL"` // "Anmelden mit …"

	Passwords string `env:"QUITT_BREACHED_PASSWORDS"` // a file
}

// Values are the settings in force, for quitt config.
func (s Settings) Values(into map[string]any) {
	into["QUITT_OIDC_ISSUER"], into["QUITT_OIDC_CLIENT_ID"], into["QUITT_OIDC_CLIENT_SECRET"] = s.Issuer, s.Client, s.Secret
	into["QUITT_OIDC_LABEL"], into["QUITT_BREACHED_PASSWORDS"] = s.Label, s.Passwords
}

func (s Settings) provider(public string) sso.Settings {
	return sso.Settings{Issuer: s.Issuer, ClientID: s.Client, Secret: s.Secret, Label: s.Label, Callback: public + signin.ProviderBack}
}

// CheckProvider finds what is wrong without asking the provider, which may be away.
func (s Settings) CheckProvider() error {
	if s.Issuer == "" && s.Client == "" && s.Secret == "" {
		return nil
	}
	return s.provider("").Check()
}

// Provider makes the desk for an installation at an address; nil without a provider.
func (s Settings) Provider(staff staffing.Desk, public string, log *slog.Logger) (*sso.Desk, error) {
	if s.Issuer == "" {
		return nil, nil //nolint:nilnil // an installation without a provider
	}
	return sso.New(staff, s.provider(public), log)
}

// CheckPasswords finds what is wrong with the list.
func (s Settings) CheckPasswords() error {
	l, file, err := s.List()
	if l != nil {
		_ = file.Close()
	}
	return err
}

// List opens the list of passwords nobody should take; nil without one. Whoever asked for it
// closes the file.
func (s Settings) List() (*breached.List, *os.File, error) {
	if s.Passwords == "" {
		return nil, nil, nil
	}
	file, err := os.Open(s.Passwords)
	if err != nil {
		return nil, nil, debt.E(debt.Invalid, "breached_missing", debt.Args{"problem": err.Error()})
	}
	info, err := file.Stat()
	var l *breached.List
	if err == nil {
		l, err = breached.New(file, info.Size())
	}
	if err != nil {
		_ = file.Close()
		return nil, nil, debt.E(debt.Invalid, "breached_invalid", nil)
	}
	return l, file, nil
}
