package main

import (
	"context"
	"time"

	"quitt/debt"
	"quitt/portal/api"
	"quitt/store"
	"quitt/store/feed"
)

// keys makes, lists and revokes the keys of the event feed: quitt keys new|list|revoke.
func keys(ctx context.Context, r *run) error {
	var creditor, name string
	r.flags.StringVar(&creditor, "creditor", "", "")
	r.flags.StringVar(&name, "name", "", "")
	r.jsonFlag()
	if err := r.parse(1, 2); err != nil {
		return err
	}
	action, bare := r.args[0], len(r.args) == 1
	switch {
	case action == "new" && bare:
		if err := r.need(map[string]string{"creditor": creditor, "name": name}); err != nil {
			return err
		}
	case action == "list" && bare, action == "revoke" && !bare:
	default:
		return usageError{debt.E(debt.Invalid, "usage", debt.Args{"command": r.name})}
	}
	s, err := r.open(ctx)
	if err != nil {
		return err
	}
	switch action {
	case "new":
		return newKey(ctx, r, s, feed.Key{ID: store.NewID(), CreditorID: debt.ID(creditor), Name: name, CreatedAt: r.main.Now()})
	case "list":
		return listKeys(ctx, r, s)
	}
	return r.done("cli_keys_revoked", s.Write(ctx, "", func(t *store.Tx) error { return feed.RevokeKey(t, debt.ID(r.args[1]), r.main.Now()) }))
}

// newKey takes the creditor's code in the place of his id.
func newKey(ctx context.Context, r *run, s *store.Store, k feed.Key) error {
	c, err := r.creditor(ctx, s, string(k.CreditorID))
	if err != nil {
		return err
	}
	secret := api.NewSecret()
	err = s.Write(ctx, c.ID, func(t *store.Tx) error { return feed.AddKey(t, api.Hash(secret), k) })
	if err != nil {
		return err
	}
	if r.asJSON {
		return r.json(map[string]string{"id": string(k.ID), "key": secret})
	}
	r.printf("%s\n", secret)
	r.line("cli_keys_once", debt.Args{"id": string(k.ID)})
	return nil
}

type keyJSON struct {
	ID       debt.ID `json:"id"`
	Creditor string  `json:"creditor"`
	Name     string  `json:"name"`
	Created  string  `json:"created_at"`
	LastUsed string  `json:"last_used_at"`
	Revoked  string  `json:"revoked_at"`
}

func listKeys(ctx context.Context, r *run, s *store.Store) error {
	codes := map[debt.ID]string{}
	var list []feed.Key
	err := s.Read(ctx, "", func(t *store.Reader) error {
		tenants, err := t.Creditors()
		if err != nil {
			return err
		}
		for _, c := range tenants {
			codes[c.ID] = c.Code
		}
		list, err = feed.Keys(t)
		return err
	})
	if err != nil {
		return err
	}
	out := make([]keyJSON, len(list))
	w := r.main.words
	rows := [][]string{{"ID", w.Text("cli_creditor", nil), w.Text("cli_name", nil), w.Text("cli_created", nil), w.Text("cli_used", nil), w.Text("cli_revoked", nil)}}
	for i, k := range list {
		out[i] = keyJSON{k.ID, codes[k.CreditorID], k.Name, stamp(k.CreatedAt), stamp(k.LastUsedAt), stamp(k.RevokedAt)}
		rows = append(rows, []string{string(k.ID), out[i].Creditor, k.Name, out[i].Created, out[i].LastUsed, out[i].Revoked})
	}
	if r.asJSON {
		return r.json(out)
	}
	r.printf("%s", columns(rows))
	return nil
}

// stamp writes an instant for lists, "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// done says a sentence unless there was an error; for machines it says nothing.
func (r *run) done(key string, err error) error {
	if err == nil && !r.asJSON {
		r.line(key, nil)
	}
	return err
}
