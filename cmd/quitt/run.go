package main

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"

	"quitt/cmd/quitt/owners"
	"quitt/debt"
	"quitt/notifications/hook"
	"quitt/store"
)

//go:embed help
var helpPages embed.FS

// help gives a command's page, or "" if there is none.
func help(language, name string) string {
	b, err := helpPages.ReadFile("help/" + language + "/" + name + ".txt")
	if err != nil {
		return ""
	}
	return string(b)
}

// run is one call of a command: its flags, what it opened, where it prints.
type run struct {
	main    *Main
	name    string
	flags   *flag.FlagSet
	raw     []string
	args    []string // what is left after flags
	asJSON  bool
	closers []io.Closer
	hooks   *hook.Sender // of a program that serves
}

func newRun(m *Main, name string, args []string) *run {
	r := &run{main: m, name: name, raw: args, flags: flag.NewFlagSet(name, flag.ContinueOnError)}
	r.flags.SetOutput(io.Discard)
	return r
}

// parse reads flags that may stand before, between and after positional arguments, of
// which there must be between least and most.
func (r *run) parse(least, most int) error {
	rest := r.raw
	for len(rest) > 0 {
		if err := r.flags.Parse(rest); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return errHelp
			}
			return usageError{debt.E(debt.Invalid, "usage", debt.Args{"command": r.name})}
		}
		if rest = r.flags.Args(); len(rest) > 0 {
			r.args, rest = append(r.args, rest[0]), rest[1:]
		}
	}
	if len(r.args) < least || len(r.args) > most {
		return usageError{debt.E(debt.Invalid, "usage", debt.Args{"command": r.name})}
	}
	return nil
}

// jsonFlag offers --json.
func (r *run) jsonFlag() { r.flags.BoolVar(&r.asJSON, "json", false, "") }

// need refuses a call that lacks flags, naming all of them.
func (r *run) need(flags map[string]string) error {
	var missing []string
	for _, name := range sortedKeys(flags) {
		if flags[name] == "" {
			missing = append(missing, "--"+name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return usageError{debt.E(debt.Invalid, "flag_missing", debt.Args{"flags": missing, "command": r.name})}
}

func (r *run) close() error {
	var errs []error
	for _, c := range r.closers {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}

// printf writes to standard output.
func (r *run) printf(format string, args ...any) {
	r.main.say(r.main.Out, fmt.Sprintf(format, args...))
}

// text writes a sentence of the catalogue as a line.
func (r *run) line(key string, args debt.Args) { r.printf("%s\n", r.main.words.Text(key, args)) }

// json prints a value for machines.
func (r *run) json(v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	r.printf("%s\n", b)
	return nil
}

// today is the day in Berlin.
func (r *run) today() debt.Date { return debt.DateIn(r.main.Now(), debt.Berlin) }

// day reads a day given as a flag; empty is today.
func (r *run) day(name, value string) (debt.Date, error) {
	if value == "" {
		return r.today(), nil
	}
	d, err := debt.ParseDate(value)
	if err != nil {
		return d, usageError{err}
	}
	return d, nil
}

// creditor finds the creditor of a --creditor flag.
func (r *run) creditor(ctx context.Context, s *store.Store, code string) (debt.Creditor, error) {
	return owners.Creditor(ctx, s, code)
}

// owner finds the one creditor who has a case under this reference.
func (r *run) owner(ctx context.Context, s *store.Store, code, reference string) (debt.Creditor, debt.ID, error) {
	return owners.Case(ctx, s, code, reference)
}

// sequence gives new events their place in the feed. It comes after the transaction and
// may fail without harm: the next round does it. It must not fail the command, whose
// message would then deny what is stored.
func (r *run) sequence(ctx context.Context, s *store.Store, creditor debt.ID) {
	if _, err := s.Sequence(ctx, creditor); err != nil {
		r.main.say(r.main.Err, r.main.words.Text("cli_feed_later", nil)+"\n")
	}
}
