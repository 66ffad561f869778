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

	"quitt/debt"
)

// Config is everything that can be set from outside. Nothing set starts a working demo.
type Config struct {
	// DatabaseURL is sqlite:FILE or postgres://…; as a secret also DATABASE_URL_FILE.
	DatabaseURL        string `env:"DATABASE_URL" envDefault:"sqlite:quitt.db"`
	DatabaseConns      int    `env:"QUITT_DB_CONNS" envDefault:"16"`
	DatabaseUnprepared bool   `env:"QUITT_DB_UNPREPARED" envDefault:"false"`
	Language           string `env:"QUITT_LANG" envDefault:"de"`
}

// secrets may also be given as the path of a file, in NAME_FILE.
var secrets = []string{"DATABASE_URL"}

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
	if err := errors.Join(fileErr, err); err != nil {
		return usageError{debt.E(debt.Invalid, "setting_invalid", debt.Args{"problems": err.Error()})}
	}
	return nil
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
