// Package authorities has the command with which a person decides about representatives who
// showed papers, beside the page in the creditor's window.
package authorities

import (
	"context"
	"flag"
	"strings"
	"time"

	"quitt/cases/signin/authority"
	"quitt/cmd/quitt/shown"
	"quitt/debt"
	rules "quitt/debt/authority"
	"quitt/portal/text"
	"quitt/store"
	kept "quitt/store/authorities"
)

// Desk is what the command works with.
type Desk struct {
	Desk  authority.Desk
	Words *text.Catalogue
}

// Input is what was typed.
type Input struct{ Action, ID, Creditor, Areas, Reason string }

// Flags registers the command's flags.
func (in *Input) Flags(_ string, fs *flag.FlagSet) {
	fs.StringVar(&in.Creditor, "creditor", "", "")
	fs.StringVar(&in.Areas, "areas", "", "")
	fs.StringVar(&in.Reason, "reason", "", "")
}

// Take reads what was typed beside the flags, or says that there is no such call.
func (in *Input) Take(_ string, args []string) (needs map[string]string, ok bool) {
	if in.Action = args[0]; len(args) > 1 {
		in.ID = args[1]
	}
	switch in.Action {
	case "list":
		return nil, in.ID == "" && in.Areas+in.Reason == ""
	case "accept":
		return nil, in.ID != "" && in.Reason == ""
	case "refuse":
		return map[string]string{"reason": in.Reason}, in.ID != "" && in.Areas == ""
	case "revoke":
		return nil, in.ID != "" && in.Areas+in.Reason == ""
	}
	return nil, false
}

const mostListed = 200

// by is who decides on the command line.
var by = debt.Actor{Kind: "operator"}

// Run does what was asked for.
func (d Desk) Run(ctx context.Context, in Input) (shown.Answer, error) {
	tenants, err := d.creditors(ctx, in.Creditor)
	if err != nil {
		return shown.Answer{}, err
	}
	if in.Action == "list" {
		return d.list(ctx, tenants)
	}
	id := debt.ID(in.ID)
	for _, c := range tenants {
		switch in.Action {
		case "accept":
			err = d.Desk.Certify(ctx, c.ID, authority.Certificate{ID: id, By: by, Areas: areas(in.Areas)})
		case "refuse":
			err = d.Desk.Refuse(ctx, c.ID, authority.Refusal{ID: id, By: by, Reason: rules.Refusal(in.Reason)})
		default:
			err = d.Desk.Revoke(ctx, authority.At{Creditor: c.ID}, by, id)
		}
		if debt.KindOf(err) == debt.NotFound {
			continue
		}
		return shown.Answer{JSON: map[string]string{"id": in.ID, "outcome": in.Action}, Text: d.Words.Text("cli_decided", nil) + "\n", News: c.ID}, err
	}
	return shown.Answer{}, debt.E(debt.NotFound, "authority_unknown", nil)
}

// areas reads what a certificate names, "none" for neither; nil if nobody looked.
func areas(typed string) []rules.Area {
	if typed == "" {
		return nil
	}
	list := []rules.Area{}
	for word := range strings.SplitSeq(typed, ",") {
		if word != "none" {
			list = append(list, rules.Area(strings.TrimSpace(word)))
		}
	}
	return list
}

// waiting is a claim a person has to decide; who it is, that person has to know.
type waiting struct {
	ID       debt.ID `json:"id"`
	Creditor string  `json:"creditor"`
	Kind     string  `json:"kind"`
	Areas    string  `json:"areas"`
	Name     string  `json:"name"`
	Until    string  `json:"until"`
	Since    string  `json:"since"`
}

func (d Desk) list(ctx context.Context, tenants []debt.Creditor) (shown.Answer, error) {
	list, w := []waiting{}, d.Words
	rows := [][]string{{w.Text("cli_id", nil), w.Text("cli_creditor", nil), w.Text("cli_about", nil), ""}}
	for _, c := range tenants {
		found, err := d.Desk.Claimed(ctx, c.ID, mostListed)
		if err != nil {
			return shown.Answer{}, err
		}
		for _, a := range found {
			one := of(c, a)
			list = append(list, one)
			rows = append(rows, []string{string(one.ID), one.Creditor, one.Kind, one.Name})
		}
	}
	return shown.Answer{JSON: list, Rows: rows}, nil
}

func of(c debt.Creditor, a kept.Record) waiting {
	return waiting{a.ID, c.Code, string(a.Kind), rules.Written(a.Areas), a.Who.Name.Reveal(), a.Until.String(), a.MadeAt.UTC().Format(time.RFC3339)}
}

func (d Desk) creditors(ctx context.Context, code string) (list []debt.Creditor, err error) {
	err = d.Desk.Store.Read(ctx, "", func(t *store.Reader) error {
		if code == "" {
			list, err = t.Creditors()
			return err
		}
		c, err := t.LoadCreditor(code)
		list = []debt.Creditor{c}
		return err
	})
	return list, err
}
