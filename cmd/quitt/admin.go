package main

import (
	"context"
	"slices"
	"strings"

	"quitt/cmd/quitt/shown"
	"quitt/cmd/quitt/tenants"
	"quitt/debt"
	"quitt/debt/attachment"
	"quitt/debt/fees"
	"quitt/store"
)

// migrate brings the database to the newest schema.
func migrate(ctx context.Context, r *run) error {
	findable := r.flags.Bool("search", false, "")
	if err := r.parse(0, 0); err != nil {
		return err
	}
	s, err := r.migrated(ctx)
	if err != nil {
		return err
	}
	r.line("cli_migrated", debt.Args{"engine": s.Engine()})
	return r.seal(ctx, s, *findable)
}

// migrated opens a database whose schema may be old or missing.
func (r *run) migrated(ctx context.Context) (*store.Store, error) {
	s, err := r.connect(ctx)
	if err != nil {
		return nil, err
	}
	return s, s.Migrate(ctx)
}

// creditors lists tenants or adds one.
func creditors(ctx context.Context, r *run) error {
	var f tenants.Input
	f.Flags(r.flags)
	r.jsonFlag()
	if err := r.parse(1, 1); err != nil {
		return err
	}
	s, err := r.open(ctx)
	if err != nil {
		return err
	}
	switch r.args[0] {
	case "list":
		return listCreditors(ctx, r, s)
	case "add":
		return addCreditor(ctx, r, s, f)
	}
	return usageError{debt.E(debt.Invalid, "usage", debt.Args{"command": r.name})}
}

func addCreditor(ctx context.Context, r *run, s *store.Store, in tenants.Input) error {
	if err := r.need(in.Needs()); err != nil {
		return err
	}
	c, err := in.Creditor()
	if err != nil {
		return usageError{err}
	}
	if err := s.Write(ctx, c.ID, func(t *store.Tx) error { return t.AddCreditor(c, r.main.Now()) }); err != nil {
		return err
	}
	r.line("cli_creditor_added", debt.Args{"name": c.Name, "code": c.Code})
	return nil
}

type creditorJSON struct {
	ID   debt.ID `json:"id"`
	Code string  `json:"code"`
	Name string  `json:"name"`
}

func listCreditors(ctx context.Context, r *run, s *store.Store) error {
	var list []debt.Creditor
	err := s.Read(ctx, "", func(t *store.Reader) (err error) {
		list, err = t.Creditors()
		return err
	})
	if err != nil {
		return err
	}
	out, rows := []creditorJSON{}, [][]string{}
	for _, c := range list {
		out = append(out, creditorJSON{c.ID, c.Code, c.Name})
		rows = append(rows, []string{c.Code, c.Name})
	}
	if r.asJSON {
		return r.json(out)
	}
	r.printf("%s", shown.Columns(rows))
	return nil
}

// tables prints the embedded law tables with their dates and sources.
func tables(_ context.Context, r *run) error {
	r.jsonFlag()
	if err := r.parse(0, 1); err != nil {
		return err
	}
	list := slices.Concat(debt.Tables(), fees.Tables(), attachment.Tables())
	slices.SortFunc(list, func(a, b debt.Table) int { return strings.Compare(a.Name, b.Name) })
	if r.asJSON {
		return r.json(list)
	}
	for _, t := range list {
		if len(r.args) == 1 && r.args[0] != t.Name {
			continue
		}
		r.printf("\n%s  %s – %s\n%s\n", t.Name, t.ValidFrom, t.ValidTo, t.Source)
		r.printf("%s", shown.Columns(append([][]string{t.Header}, t.Rows...)))
	}
	return nil
}
