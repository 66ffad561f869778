package feeds

import (
	"context"

	"quitt/debt"
	"quitt/portal/api"
	"quitt/store"
	"quitt/store/feed"
)

// keys makes, lists and revokes keys of the event feed.
func (d Desk) keys(ctx context.Context, in Input) (Answer, error) {
	switch in.Action {
	case "new":
		return d.newKey(ctx, in)
	case "list":
		return d.listKeys(ctx)
	}
	err := d.Store.Write(ctx, "", func(t *store.Tx) error { return feed.RevokeKey(t, debt.ID(in.ID), d.Now()) })
	return Answer{Text: d.Words.Text("cli_keys_revoked", nil) + "\n"}, err
}

func (d Desk) newKey(ctx context.Context, in Input) (Answer, error) {
	c, err := d.creditor(ctx, in.Creditor)
	if err != nil {
		return Answer{}, err
	}
	scopes, err := feed.ParseScopes(in.Scopes)
	if err != nil {
		return Answer{}, err
	}
	k, secret := feed.Key{ID: store.NewID(), Name: in.Name, Scopes: scopes, CreatedAt: d.Now()}, api.NewSecret()
	err = d.Store.Write(ctx, c.ID, func(t *store.Tx) error { return feed.AddKey(t, api.Hash(secret), k) })
	return Answer{JSON: map[string]string{"id": string(k.ID), "key": secret},
		Text: secret + "\n" + d.Words.Text("cli_keys_once", debt.Args{"id": string(k.ID)}) + "\n"}, err
}

type keyJSON struct {
	ID       debt.ID `json:"id"`
	Creditor string  `json:"creditor"`
	Name     string  `json:"name"`
	Scopes   string  `json:"scopes"`
	Created  string  `json:"created_at"`
	LastUsed string  `json:"last_used_at"`
	Revoked  string  `json:"revoked_at"`
}

func (d Desk) listKeys(ctx context.Context) (Answer, error) {
	codes := map[debt.ID]string{}
	var list []feed.Key
	err := d.Store.Read(ctx, "", func(t *store.Reader) error {
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
	out, w := make([]keyJSON, len(list)), d.Words
	rows := [][]string{{"ID", w.Text("cli_creditor", nil), w.Text("cli_name", nil), w.Text("cli_scopes", nil), w.Text("cli_created", nil), w.Text("cli_used", nil), w.Text("cli_revoked", nil)}}
	for i, k := range list {
		out[i] = keyJSON{k.ID, codes[k.CreditorID], k.Name, feed.Words(k.Scopes), stamp(k.CreatedAt), stamp(k.LastUsedAt), stamp(k.RevokedAt)}
		rows = append(rows, []string{string(k.ID), out[i].Creditor, k.Name, out[i].Scopes, out[i].Created, out[i].LastUsed, out[i].Revoked})
	}
	return Answer{JSON: out, Rows: rows}, err
}
