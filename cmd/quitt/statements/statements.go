// Package statements has the commands of the bank rail: accounts at banks and their statements.
package statements

import (
	"context"
	"errors"
	"flag"
	"path/filepath"

	"quitt/bank"
	"quitt/cmd/quitt/journal"
	"quitt/cmd/quitt/shown"
	"quitt/debt"
	"quitt/payments/transfer"
	"quitt/payments/transfer/seen"
	"quitt/portal/text"
	"quitt/store"
	kept "quitt/store/statements"
)

// Desk is what the commands work with.
type Desk struct {
	transfer.Desk

	Words *text.Catalogue
}

// Input is what was typed. Unused fields are empty.
type Input struct {
	Action         string
	Files          []string
	Creditor, IBAN string
	Journal        journal.Input
}

// Flags registers those of a command.
func (in *Input) Flags(command string, fs *flag.FlagSet) {
	fs.StringVar(&in.Creditor, "creditor", "", "")
	if command == "bank" {
		fs.StringVar(&in.IBAN, "iban", "", "")
		in.Journal.Flags(fs)
	}
}

// Take reads the action. It names the flags that it needs, or says that there is no such call.
func (in *Input) Take(command string, args []string) (needs map[string]string, ok bool) {
	in.Action, in.Files = command+" "+args[0], args[1:]
	needs = map[string]string{"creditor": in.Creditor}
	switch in.Action {
	case "bank account":
		if len(args) != 2 {
			return nil, false
		}
		if in.Action += " " + args[1]; args[1] == "add" {
			needs["iban"] = in.IBAN
		}
		return needs, args[1] == "add" || args[1] == "list"
	case "bank datev":
		return in.Journal.Needs(in.Creditor), len(in.Files) == 0
	case "statements import":
		return needs, len(in.Files) > 0
	case "statements list", "statements quarantine":
		return needs, len(in.Files) == 0
	}
	return nil, false
}

// Run does what was asked for.
func (d Desk) Run(ctx context.Context, in Input) (shown.Answer, error) {
	var c debt.Creditor
	err := d.Store.Read(ctx, "", func(r *store.Reader) (err error) {
		c, err = r.LoadCreditor(in.Creditor)
		return err
	})
	if err != nil {
		return shown.Answer{}, err
	}
	switch in.Action {
	case "bank account add":
		a, err := d.AddAccount(ctx, c.ID, in.IBAN)
		return shown.Answer{JSON: map[string]string{"id": string(a.ID)}, Text: d.Words.Text("bank_account_added", debt.Args{"source": a.Source()}) + "\n"}, err
	case "bank account list":
		return d.accounts(ctx, c.ID)
	case "bank datev":
		return journal.Desk{Store: d.Store, Now: d.Now, Words: d.Words}.Run(ctx, c, in.Journal)
	case "statements import":
		return d.imports(ctx, c.ID, in.Files)
	case "statements quarantine":
		list, err := d.seen().Quarantined(ctx, c.ID, mostListed)
		a := d.table(list)
		a.Failed = len(list) > 0
		return a, err
	}
	list, err := d.seen().Statements(ctx, c.ID, mostListed)
	return d.table(list), err
}

// mostListed bounds lists.
const mostListed = 1000

func (d Desk) accounts(ctx context.Context, creditor debt.ID) (shown.Answer, error) {
	list, err := d.Accounts(ctx, creditor)
	out, rows := []map[string]string{}, [][]string{}
	for _, a := range list {
		iban := bank.IBAN(a.External).Grouped()
		out = append(out, map[string]string{"id": string(a.ID), "source": a.Source()})
		rows = append(rows, []string{iban, a.Source()})
	}
	return shown.Answer{JSON: out, Rows: rows}, err
}

// fileJSON is what became of a file, for programs.
type fileJSON struct {
	File       string          `json:"file"`
	State      kept.FileState  `json:"state"`
	Reason     string          `json:"reason,omitempty"`
	Known      bool            `json:"known"`
	Elsewhere  int             `json:"elsewhere"`
	Booked     int             `json:"booked"`
	Suspended  int             `json:"suspended"`
	Returned   int             `json:"returned"`
	Statements []statementJSON `json:"statements"`
}

type statementJSON struct {
	ID         debt.ID        `json:"id"`
	Name       string         `json:"name"`
	Kind       string         `json:"kind"`
	To         debt.Date      `json:"to"`
	State      kept.HeadState `json:"state"`
	Reason     string         `json:"reason,omitempty"`
	Difference debt.Cents     `json:"difference_cents"`
	Fresh      int64          `json:"fresh"`
	Known      int64          `json:"known"`
}

func statementsJSON(list []kept.Head) []statementJSON {
	out := make([]statementJSON, len(list))
	for i, h := range list {
		out[i] = statementJSON{h.ID, h.Name, h.Kind, h.To, h.State, h.Reason, h.Difference, h.Fresh, h.Known}
	}
	return out
}

// imports reads files one after the other; one that is refused does not hold up the others.
func (d Desk) imports(ctx context.Context, creditor debt.ID, files []string) (a shown.Answer, err error) {
	var out []fileJSON
	a.News = creditor
	for _, path := range files {
		r, failed := Read(ctx, d.Desk, creditor, path)
		if failed != nil && !refusal(failed) {
			return a, errors.Join(err, failed)
		}
		name := filepath.Base(path)
		out = append(out, fileJSON{name, r.File.State, r.File.Reason, r.Known, r.Elsewhere, r.Work.Booked, r.Work.Suspended, r.Work.Returned, statementsJSON(r.Statements)})
		switch {
		case failed != nil:
			a.Failed = true
			a.Text += name + ": " + d.Words.Error(failed) + "\n"
		case r.Known:
			a.Text += d.Words.Text("bank_file_known", debt.Args{"file": name}) + "\n"
		default:
			a.Text += d.Words.Text("bank_file_read", debt.Args{"file": name, "n": len(r.Statements), "booked": r.Work.Booked, "open": r.Work.Suspended,
				"returned": r.Work.Returned}) + "\n"
		}
		for _, h := range r.Statements {
			if h.State == kept.Quarantine {
				a.Failed = true
				a.Text += "  " + d.Words.Text("bank_statement_aside", debt.Args{"name": h.Name, "difference": h.Difference}) + "\n"
			}
		}
	}
	a.JSON = out
	return a, nil
}

func (d Desk) table(list []kept.Head) shown.Answer {
	rows := [][]string{{d.Words.Text("bank_column_day", nil), d.Words.Text("bank_column_statement", nil), d.Words.Text("bank_column_state", nil),
		d.Words.Text("bank_column_new", nil), d.Words.Text("bank_column_known", nil), d.Words.Text("bank_column_difference", nil)}}
	for _, h := range list {
		rows = append(rows, []string{d.Words.Date(h.To), h.Name, d.state(h.State), d.Words.Int(h.Fresh), d.Words.Int(h.Known), d.Words.Cents(h.Difference)})
	}
	return shown.Answer{JSON: statementsJSON(list), Rows: rows}
}

func (d Desk) state(s kept.HeadState) string {
	switch s {
	case kept.Booked:
		return d.Words.Text("bank_state_booked", nil)
	case kept.Preview:
		return d.Words.Text("bank_state_preview", nil)
	case kept.Detailing:
		return d.Words.Text("bank_state_detail", nil)
	case kept.Quarantine:
		return d.Words.Text("bank_state_quarantined", nil)
	case kept.Known:
		return d.Words.Text("bank_state_known", nil)
	}
	return d.Words.Text("bank_state_reading", nil)
}

func (d Desk) seen() seen.Desk { return seen.Desk{Store: d.Store, Now: d.Now} }
