package main

import (
	"context"
	"maps"
	"slices"

	"quitt/cmd/quitt/settings"
	"quitt/debt"
)

func (m *Main) env(name string) string { return settings.Lookup(m.Env, name) }

// configure fills the configuration and complains about everything at once.
func (m *Main) configure() (err error) {
	if m.config, err = settings.Read(m.Env); err != nil {
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
	if err := r.main.complaints(c.Check()); err != nil {
		return err
	}
	values := c.Values()
	if r.asJSON {
		return r.json(values)
	}
	for _, name := range sortedKeys(values) {
		r.printf("%s=%v\n", name, values[name])
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
