package main

import (
	"context"
	"net/url"

	"quitt/cases/signin"
	"quitt/cmd/quitt/shown"
	"quitt/debt"
	"quitt/store"
)

type codesInput struct {
	creditor string
	all      bool
}

// codes makes or revokes the secrets of letters: quitt codes new|revoke REFERENCE.
func codes(ctx context.Context, r *run) error {
	in := codesInput{}
	r.flags.StringVar(&in.creditor, "creditor", "", "")
	r.flags.BoolVar(&in.all, "all", false, "")
	r.jsonFlag()
	if err := r.parse(1, 2); err != nil {
		return err
	}
	action, whole := r.args[0], len(r.args) == 1
	if action != "new" && action != "revoke" || whole != in.all || whole && action == "new" {
		return usageError{debt.E(debt.Invalid, "usage", debt.Args{"command": r.name})}
	}
	if whole {
		if err := r.need(map[string]string{"creditor": in.creditor}); err != nil {
			return err
		}
	}
	s, err := r.open(ctx)
	if err != nil {
		return err
	}
	switch {
	case whole:
		return revokeAllCodes(ctx, r, s, in.creditor)
	case action == "new":
		return newCodes(ctx, r, s, in.creditor)
	default:
		return revokeCodes(ctx, r, s, in.creditor)
	}
}

type codesJSON struct {
	Link      string    `json:"link"`
	Code      string    `json:"code"`
	Words     string    `json:"check_words"`
	ValidTill debt.Date `json:"valid_until"`
}

func newCodes(ctx context.Context, r *run, s *store.Store, creditorCode string) error {
	public, err := r.main.config.Public(r.main.config.Listen)
	if err != nil {
		return usageError{err}
	}
	desk, err := r.main.desk(s)
	if err != nil {
		return err
	}
	creditor, id, err := r.owner(ctx, s, creditorCode, r.args[1])
	if err != nil {
		return err
	}
	l, err := desk.Issue(ctx, creditor.ID, id)
	if err != nil {
		return err
	}
	r.sequence(ctx, s, creditor.ID)
	out := codesJSON{Link: link(public, l), Code: l.Code.Grouped(), Words: l.Words,
		ValidTill: l.ValidUntil()}
	if r.asJSON {
		return r.json(out)
	}
	words := r.main.words
	r.printf("%s", shown.Columns([][]string{
		{words.Text("cli_codes_link", nil), out.Link}, {words.Text("cli_codes_code", nil), out.Code},
		{words.Text("cli_codes_words", nil), out.Words}, {words.Text("cli_codes_until", nil), words.Date(out.ValidTill)},
	}))
	r.line("cli_codes_once", nil)
	return nil
}

// link is what the QR code of a letter holds: the secret stands behind #, which no server
// and no log ever sees.
func link(public *url.URL, l signin.Letter) string { return public.String() + "/#" + l.Token.Plain() }

func revokeCodes(ctx context.Context, r *run, s *store.Store, creditorCode string) error {
	creditor, id, err := r.owner(ctx, s, creditorCode, r.args[1])
	if err != nil {
		return err
	}
	if err := (signin.Desk{Store: s, Now: r.main.Now}).Revoke(ctx, creditor.ID, id); err != nil {
		return err
	}
	r.sequence(ctx, s, creditor.ID)
	return r.revoked(1, "cli_codes_revoked")
}

func revokeAllCodes(ctx context.Context, r *run, s *store.Store, creditorCode string) error {
	creditor, err := r.creditor(ctx, s, creditorCode)
	if err != nil {
		return err
	}
	n, err := signin.Desk{Store: s, Now: r.main.Now}.RevokeAll(ctx, creditor.ID)
	r.sequence(ctx, s, creditor.ID)
	if err != nil {
		return err
	}
	return r.revoked(n, "cli_codes_revoked_all")
}

func (r *run) revoked(n int, key string) error {
	if r.asJSON {
		return r.json(map[string]int{"cases": n})
	}
	r.line(key, debt.Args{"n": n})
	return nil
}
