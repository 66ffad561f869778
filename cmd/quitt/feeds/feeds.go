// Package feeds has the commands for what creditors' programs read: keys of the event feed
// and endpoints of webhooks. It gives answers; package main reads flags and prints.
package feeds

import (
	"context"
	"flag"
	"time"

	"quitt/cmd/quitt/shown"
	"quitt/debt"
	"quitt/notifications/hook"
	"quitt/portal/text"
	"quitt/store"
)

// Desk is what a command works with.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
	Words *text.Catalogue
	Hooks func() (hook.Desk, error) // asked by commands that need secrets
}

// Input is what was typed. Unused fields are empty.
type Input struct {
	Action, ID                        string
	Creditor, Name, URL, Types, Event string
	Scopes                            string
	From, To                          int64
}

// Flags registers those of one of the two commands.
func (in *Input) Flags(command string, fs *flag.FlagSet) {
	fs.StringVar(&in.Creditor, "creditor", "", "")
	if command == "keys" {
		fs.StringVar(&in.Name, "name", "", "")
		fs.StringVar(&in.Scopes, "scopes", "", "")
		return
	}
	fs.StringVar(&in.URL, "url", "", "")
	fs.StringVar(&in.Types, "types", "", "")
	fs.StringVar(&in.Event, "event", "", "")
	fs.Int64Var(&in.From, "from", 0, "")
	fs.Int64Var(&in.To, "to", 0, "")
}

// Take reads what was typed beside the flags. It names the flags that the action needs, or
// says that there is no such call.
func (in *Input) Take(command string, args []string) (needs map[string]string, ok bool) {
	if in.Action = args[0]; len(args) > 1 {
		in.ID = args[1]
	}
	ranged := in.From != 0 || in.To != 0
	switch command + " " + in.Action {
	case "keys new":
		return map[string]string{"creditor": in.Creditor, "name": in.Name}, in.ID == ""
	case "hooks add":
		return map[string]string{"creditor": in.Creditor, "url": in.URL}, in.ID == ""
	case "keys list", "hooks list":
		return nil, in.ID == ""
	case "keys revoke":
		return nil, in.ID != ""
	case "hooks replay":
		return nil, in.ID != "" && ranged == (in.Event == "")
	}
	return nil, in.ID != "" && command == "hooks" && hookCommands[in.Action] != nil
}

// Run does what was asked for.
func (d Desk) Run(ctx context.Context, command string, in Input) (Answer, error) {
	if command == "keys" {
		return d.keys(ctx, in)
	}
	return d.endpoints(ctx, in)
}

// Answer is what to print.
type Answer = shown.Answer

// Settings are those of webhooks.
type Settings struct {
	Allow []string `env:"QUITT_HOOK_ALLOW"` // networks that may be reached although they are inside
}

// Check refuses settings that cannot be read.
func (s Settings) Check() error {
	_, err := hook.ParseAllow(s.Allow)
	return err
}

// Desk makes what looks after endpoints, with keys for their secrets, the newest first.
func (s Settings) Desk(db *store.Store, now func() time.Time, keys [][]byte) (hook.Desk, error) {
	allow, err := hook.ParseAllow(s.Allow)
	if err != nil {
		return hook.Desk{}, err
	}
	vault, err := hook.NewVault(keys)
	client := hook.NewClient(hook.Options{Wall: hook.Wall{Allow: allow}, Now: now})
	return hook.Desk{Store: db, Now: now, Client: client, Vault: vault}, err
}

// creditor finds a creditor by code.
func (d Desk) creditor(ctx context.Context, code string) (c debt.Creditor, err error) {
	err = d.Store.Read(ctx, "", func(t *store.Reader) error {
		c, err = t.LoadCreditor(code)
		return err
	})
	return c, err
}

// stamp writes an instant for lists, "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
