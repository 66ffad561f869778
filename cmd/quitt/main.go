// Command quitt is the whole program: every subcommand is one front of a use case. It
// reads flags, environment and clock, calls a room and prints; it contains no rules.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"quitt/cmd/quitt/settings"
	"quitt/debt"
	"quitt/portal/text"
	"quitt/store"
)

// The exit codes: done; refused, failed or something found; called wrongly.
const (
	exitOK = iota
	exitFailed
	exitUsage
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	m := &Main{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Env: os.Environ(), Now: clock()}
	os.Exit(m.Run(ctx, os.Args[1:]))
}

// shifted names the setting that says by how much the clock is shifted, "2400h". No released
// program has one: tests that watch a plan over months link it in, -X main.shifted=NAME.
var shifted string

func clock() func() time.Time {
	by, err := time.ParseDuration(os.Getenv(shifted))
	if shifted == "" || err != nil {
		return time.Now
	}
	return func() time.Time { return time.Now().Add(by) }
}

// Main is the program with everything it takes from its surroundings, so that tests run
// it as users do.
type Main struct {
	Out, Err io.Writer
	In       io.Reader // nil where no command reads it
	Env      []string
	Now      func() time.Time

	config settings.Config
	words  *text.Catalogue
}

// command is one subcommand. Its flags are registered on the run; its help is a text file
// per language.
type command struct {
	name string
	run  func(ctx context.Context, r *run) error
}

func commands() []command {
	return []command{
		{"config", showConfig},
		{"migrate", migrate},
		{"creditors", creditors},
		{"import", importFile},
		{"statement", statement},
		{"codes", codes},
		{"letters", letters},
		{"keys", feedCommand},
		{"hooks", feedCommand},
		{"stripe", payCommand},
		{"payments", payCommand},
		{"objections", objected},
		{"authorities", representatives},
		{"staff", staffCommand},
		{"plans", plansCommand},
		{"mail", mail},
		{"messages", messageCommand},
		{"book", book},
		{"reverse", reverse},
		{"remittances", remitted},
		{"payout", remitted},
		{"collect", collectCommand},
		{"bank", banked},
		{"statements", banked},
		{"verify", verify},
		{"erase", erase},
		{"serve", serve},
		{"tables", tables},
		{"seed", seedDemo},
		{"demo", demo},
		{"pages", pages},
	}
}

var (
	errHelp = errors.New("help")
	// errFound ends a command whose output already says what is wrong.
	errFound = errors.New("found")
)

// Run runs one command and gives the exit code.
func (m *Main) Run(ctx context.Context, args []string) int {
	m.words = text.For(text.Language(m.env("QUITT_LANG")))
	if len(args) == 0 {
		m.say(m.Err, help(m.language(), "quitt"))
		return exitUsage
	}
	name, args := args[0], args[1:]
	if name == "help" || name == "--help" || name == "-h" {
		return m.help(args)
	}
	for _, c := range commands() {
		if c.name != name {
			continue
		}
		r := newRun(m, name, args)
		err := m.configure()
		if err == nil {
			err = c.run(ctx, r)
		}
		return m.exit(name, interrupted(ctx, errors.Join(err, r.close())))
	}
	m.say(m.Err, m.words.Text("command_unknown", debt.Args{"command": name})+"\n")
	return exitUsage
}

func (m *Main) help(args []string) int {
	name := "quitt"
	if len(args) > 0 {
		name = args[0]
	}
	page := help(m.language(), name)
	if page == "" {
		m.say(m.Err, m.words.Text("command_unknown", debt.Args{"command": name})+"\n")
		return exitUsage
	}
	m.say(m.Out, page)
	return exitOK
}

// exit turns an error into a sentence and an exit code.
func (m *Main) exit(name string, err error) int {
	var bad usageError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errHelp):
		m.say(m.Out, help(m.language(), name))
		return exitOK
	case errors.Is(err, errFound):
		return exitFailed
	case errors.As(err, &bad):
		m.say(m.Err, m.words.Error(bad.error)+"\n")
		return exitUsage
	default:
		m.say(m.Err, m.words.Error(err)+"\n")
		return exitFailed
	}
}

// interrupted tells a command that was told to stop from one that failed: what a driver
// says then is about the stop, not about the database. A commit whose outcome is unknown
// stays that.
func interrupted(ctx context.Context, err error) error {
	var bad usageError
	if err == nil || ctx.Err() == nil || errors.Is(err, errFound) || errors.Is(err, errHelp) || errors.As(err, &bad) ||
		errors.Is(err, debt.E(debt.Unavailable, "outcome_unknown", nil)) {
		return err
	}
	return fmt.Errorf("%w: %w", debt.E(debt.Unavailable, "interrupted", nil), err)
}

// usageError is a mistake in how the command was called.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// say writes for people. A reader that went away is no reason to fail.
func (m *Main) say(w io.Writer, s string) { _, _ = fmt.Fprint(w, s) }

// language is that of messages and help: German, the binding one, unless QUITT_LANG says
// otherwise.
func (m *Main) language() string {
	if m.env("QUITT_LANG") == "en" {
		return "en"
	}
	return "de"
}

// open connects to the configured database; the run closes it.
func (r *run) open(ctx context.Context) (*store.Store, error) {
	s, err := r.connect(ctx)
	if err != nil {
		return nil, err
	}
	return s, s.Ready(ctx)
}

// connect opens a database whose schema may be old or missing.
func (r *run) connect(ctx context.Context) (*store.Store, error) {
	c := r.main.config
	keys, err := r.main.personKeys()
	if err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, store.Options{URL: c.DatabaseURL, MaxConns: c.DatabaseConns, Unprepared: c.DatabaseUnprepared, Keys: keys})
	if err == nil {
		r.closers = append(r.closers, s)
	}
	return s, err
}
