package pay

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/payments/stripe"
	"quitt/store"
	"quitt/store/rails"
)

// secretIn reads a secret from the file an operator names: on the command line it would be in
// the shell's history and in the list of processes.
func secretIn(path string) (debt.Personal, error) {
	b, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		return "", fmt.Errorf("%w: %w", debt.E(debt.Invalid, "file_unreadable", debt.Args{"file": path}), err)
	}
	return debt.Personal(strings.TrimSpace(string(b))), nil
}

// connect opens a creditor's account, after asking the provider whose the key is.
func (d Desk) connect(ctx context.Context, in Input) (Answer, error) {
	c, err := d.creditor(ctx, in.Creditor)
	if err != nil {
		return Answer{}, err
	}
	n := payments.NewAccount{Account: rail.Account{Provider: provider, External: in.Account, Live: in.Live, DebitOnly: in.DebitOnly}}
	if n.Methods, err = parseMethods(in.Methods); err != nil {
		return Answer{}, err
	}
	key := d.Key
	if in.KeyFile != "" {
		if key, err = secretIn(in.KeyFile); err != nil {
			return Answer{}, err
		}
		n.Key = key
	} else {
		n.Connected = true
	}
	switch {
	case !isAccount(in.Account):
		return Answer{}, debt.E(debt.Invalid, "stripe_account_invalid", nil)
	case key == "":
		return Answer{}, debt.E(debt.Invalid, "stripe_key_missing", nil)
	}
	if err := d.checkKey(key); err != nil {
		return Answer{}, err
	}
	if Live(key) != in.Live {
		return Answer{}, debt.E(debt.Invalid, "stripe_mode_mismatch", nil)
	}
	asked := n.Account
	asked.Key = key
	id, err := d.client(d.Now).Whose(ctx, asked)
	if err == nil && id != in.Account {
		err = debt.E(debt.Invalid, "stripe_account_mismatch", debt.Args{"account": id})
	}
	if err != nil {
		return Answer{}, err
	}
	a, err := d.Rail.AddAccount(ctx, c.ID, n)
	return Answer{JSON: map[string]string{"id": string(a.ID), "account": a.External},
		Text: d.say("cli_stripe_connected", debt.Args{"account": a.External, "name": c.Name})}, err
}

type accountJSON struct {
	ID        debt.ID       `json:"id"`
	Creditor  string        `json:"creditor"`
	Account   string        `json:"account"`
	Live      bool          `json:"live"`
	Connected bool          `json:"connected"`
	Methods   []debt.Method `json:"methods"`
	DebitOnly bool          `json:"debit_only"`
	Created   string        `json:"created_at"`
	Closed    string        `json:"closed_at"`
	SweptTo   string        `json:"swept_to"`
}

func (d Desk) accounts(ctx context.Context, in Input) (Answer, error) {
	out, w := []accountJSON{}, d.Words
	rows := [][]string{{w.Text("cli_creditor", nil), w.Text("cli_account", nil), w.Text("cli_mode", nil), w.Text("cli_methods", nil),
		w.Text("cli_created", nil), w.Text("cli_closed", nil), w.Text("cli_swept", nil)}}
	err := d.those(ctx, in.Creditor, func(c debt.Creditor, t *store.Reader) error {
		list, err := rails.Accounts(t)
		for _, a := range list {
			j := accountJSON{a.ID, c.Code, a.External, a.Live, a.Connected, a.Methods, a.DebitOnly, stamp(a.CreatedAt), stamp(a.ClosedAt), stamp(a.SweptTo)}
			out = append(out, j)
			mode := w.Text("cli_test", nil)
			if a.Live {
				mode = w.Text("cli_live", nil)
			}
			rows = append(rows, []string{c.Code, a.External, mode, methodNames(a.Methods), j.Created, j.Closed, j.SweptTo})
		}
		return err
	})
	return Answer{JSON: out, Rows: rows}, err
}

func methodNames(list []debt.Method) string {
	names := make([]string, len(list))
	for i, m := range list {
		names[i] = string(m)
	}
	return strings.Join(names, ",")
}

func (d Desk) closeAccount(ctx context.Context, in Input) (Answer, error) {
	c, err := d.creditor(ctx, in.Creditor)
	if err != nil {
		return Answer{}, err
	}
	a, err := d.Rail.CloseAccount(ctx, c.ID)
	return Answer{JSON: map[string]string{"id": string(a.ID), "account": a.External},
		Text: d.say("cli_stripe_closed", debt.Args{"account": a.External, "name": c.Name})}, err
}

// NewEndpoint names an address nobody can guess. Its signature is what makes it safe; a name
// that cannot be found keeps the noise away.
func NewEndpoint() string {
	name := make([]byte, 16)
	_, _ = rand.Read(name) // never fails: crypto/rand
	return hex.EncodeToString(name)
}

// register makes an address for notices and tells the provider of it. Accounts connected to a
// platform share its one.
func (d Desk) register(ctx context.Context, in Input) (Answer, error) {
	base := strings.TrimRight(in.URL, "/")
	if base == "" {
		base = strings.TrimRight(d.Portal, "/")
	}
	if base == "" {
		return Answer{}, debt.E(debt.Invalid, "public_url_missing", nil)
	}
	a := rail.Account{Provider: provider, Connected: true, Key: d.Key, Live: Live(d.Key)}
	if in.Creditor != "" {
		c, err := d.creditor(ctx, in.Creditor)
		if err != nil {
			return Answer{}, err
		}
		if a, err = d.Rail.OpenAccount(ctx, c.ID); err != nil {
			return Answer{}, err
		}
	}
	if a.Key == "" {
		return Answer{}, debt.E(debt.Invalid, "stripe_key_missing", nil)
	}
	e := rails.Endpoint{Name: NewEndpoint(), Provider: provider, Live: a.Live}
	if !a.Connected {
		e.Owner, e.Account = a.CreditorID, a.ID
	}
	address := base + Path + e.Name
	id, secret, err := d.client(d.Now).Register(ctx, a, address, stripe.Events())
	if err != nil {
		return Answer{}, err
	}
	e.External = id
	if err := d.Rail.AddEndpoint(ctx, e, secret); err != nil {
		// The provider has it, and its secret is lost: the operator must know which to delete.
		return Answer{}, errors.Join(debt.E(debt.Unavailable, "stripe_endpoint_lost", debt.Args{"id": id}), err)
	}
	return Answer{JSON: map[string]string{"name": e.Name, "id": id, "url": address},
		Text: d.say("cli_stripe_registered", debt.Args{"url": address, "name": e.Name})}, nil
}

// Path is where the portal takes notices, before the name.
const Path = "/webhooks/stripe/"

func (d Desk) rotate(ctx context.Context, in Input) (Answer, error) {
	secret, err := secretIn(in.SecretFile)
	if err == nil && !strings.HasPrefix(secret.Reveal(), "whsec_") {
		err = debt.E(debt.Invalid, "stripe_secret_invalid", nil)
	}
	if err == nil {
		err = d.Rail.RotateEndpoint(ctx, in.ID, secret)
	}
	return Answer{JSON: map[string]string{"name": in.ID}, Text: d.say("cli_stripe_rotated", nil)}, err
}

type endpointJSON struct {
	Name     string  `json:"name"`
	Creditor string  `json:"creditor"` // "" for a platform's
	ID       string  `json:"id"`
	Live     bool    `json:"live"`
	Created  string  `json:"created_at"`
	OldUntil string  `json:"old_secret_until"`
	Owner    debt.ID `json:"-"`
}

func (d Desk) endpoints(ctx context.Context, _ Input) (Answer, error) {
	out, w := []endpointJSON{}, d.Words
	rows := [][]string{{w.Text("cli_name", nil), w.Text("cli_creditor", nil), "ID", w.Text("cli_created", nil), w.Text("cli_old_until", nil)}}
	err := d.Store.Read(ctx, "", func(t *store.Reader) error {
		tenants, err := t.Creditors()
		if err != nil {
			return err
		}
		codes := map[debt.ID]string{}
		for _, c := range tenants {
			codes[c.ID] = c.Code
		}
		list, err := rails.Endpoints(t)
		for _, e := range list {
			j := endpointJSON{Name: e.Name, Creditor: codes[e.Owner], ID: e.External, Live: e.Live, Created: stamp(e.CreatedAt), OldUntil: stamp(e.OldUntil)}
			out = append(out, j)
			rows = append(rows, []string{j.Name, j.Creditor, j.ID, j.Created, j.OldUntil})
		}
		return err
	})
	return Answer{JSON: out, Rows: rows}, err
}
