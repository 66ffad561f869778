package main

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"

	"quitt/cases/signin"
	"quitt/debt"
)

// Config is everything that can be set from outside. Nothing set starts a working demo.
type Config struct {
	// DatabaseURL is sqlite:FILE or postgres://…; as a secret also DATABASE_URL_FILE.
	DatabaseURL        string `env:"DATABASE_URL" envDefault:"sqlite:quitt.db"`
	DatabaseConns      int    `env:"QUITT_DB_CONNS" envDefault:"16"`
	DatabaseUnprepared bool   `env:"QUITT_DB_UNPREPARED" envDefault:"false"`
	Language           string `env:"QUITT_LANG" envDefault:"de"`
	// PublicURL is where debtors reach the portal; letters print it.
	PublicURL string `env:"QUITT_PUBLIC_URL" envDefault:"http://127.0.0.1:8080"`
	// Pepper holds the keys of typed codes, "1:base64,2:base64".
	Pepper string `env:"QUITT_PEPPER"`
}

// secrets may also be given as the path of a file, in NAME_FILE.
var secrets = []string{"DATABASE_URL", "QUITT_PEPPER"}

// environment reads the surroundings, with the content of every NAME_FILE as NAME.
func (m *Main) environment() (map[string]string, error) {
	vars := map[string]string{}
	for _, kv := range m.Env {
		if name, value, ok := strings.Cut(kv, "="); ok && value != "" {
			vars[name] = value
		}
	}
	var errs []error
	for _, name := range secrets {
		path := vars[name+"_FILE"]
		if path == "" {
			continue
		}
		b, err := os.ReadFile(path) //nolint:gosec // the operator names the file
		if err != nil {
			errs = append(errs, errors.New(name+"_FILE: "+err.Error()))
		}
		vars[name] = strings.TrimSpace(string(b))
	}
	return vars, errors.Join(errs...)
}

func (m *Main) env(name string) string {
	for _, kv := range m.Env {
		if value, ok := strings.CutPrefix(kv, name+"="); ok {
			return value
		}
	}
	return ""
}

// configure fills the configuration and complains about everything at once.
func (m *Main) configure() error {
	vars, fileErr := m.environment()
	err := env.ParseWithOptions(&m.config, env.Options{Environment: vars})
	if err := errors.Join(fileErr, err, m.said(m.config.checkURL()), m.said(m.config.checkPepper())); err != nil {
		return usageError{debt.E(debt.Invalid, "setting_invalid", debt.Args{"problems": err.Error()})}
	}
	m.config.PublicURL = strings.TrimSuffix(m.config.PublicURL, "/")
	return nil
}

// said turns a refusal into its sentence, so that several fit into one complaint.
func (m *Main) said(err error) error {
	if err == nil {
		return nil
	}
	return errors.New(m.words.Error(err))
}

// checkURL refuses what would not be the beginning of a link.
func (c Config) checkURL() error {
	u, err := url.Parse(c.PublicURL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil ||
		strings.Trim(u.Path, "/") != "" || strings.ContainsAny(c.PublicURL, "?#") {
		return debt.E(debt.Invalid, "public_url_invalid", nil)
	}
	return nil
}

func (c Config) checkPepper() error {
	if c.Pepper == "" {
		return nil
	}
	_, err := signin.ParsePeppers(c.Pepper)
	return err
}

// showConfig prints the settings in force with secrets masked.
func showConfig(_ context.Context, r *run) error {
	r.jsonFlag()
	if err := r.parse(0, 0); err != nil {
		return err
	}
	c := r.main.config
	values := map[string]any{
		"DATABASE_URL": maskedURL(c.DatabaseURL), "QUITT_DB_CONNS": c.DatabaseConns,
		"QUITT_DB_UNPREPARED": c.DatabaseUnprepared, "QUITT_LANG": c.Language,
		"QUITT_PUBLIC_URL": c.PublicURL, "QUITT_PEPPER": debt.Personal(c.Pepper),
	}
	if r.asJSON {
		return r.json(values)
	}
	for _, name := range sortedKeys(values) {
		r.printf("%s=%v\n", name, values[name])
	}
	return nil
}

// maskedURL hides the password of a database URL.
func maskedURL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return "•••"
	}
	if u.User == nil {
		return raw
	}
	if _, has := u.User.Password(); has {
		u.User = url.UserPassword(u.User.Username(), "xxxxx")
	}
	return u.String()
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
