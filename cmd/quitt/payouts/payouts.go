// Package payouts has the command that orders what is to be paid out to a creditor.
package payouts

import (
	"context"
	"flag"
	"os"
	"time"

	"quitt/cmd/quitt/shown"
	"quitt/debt"
	"quitt/payments/payout"
	"quitt/portal/text"
	"quitt/store"
	kept "quitt/store/payouts"
)

// Desk is what the command works with.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
	Words *text.Catalogue
}

// Input is what was typed. Unused fields are empty.
type Input struct {
	Action, Subject                                              string
	Creditor, Source, UpTo, Out, Again, FromName, ToIBAN, ToName string
}

// Flags registers those of the command.
func (in *Input) Flags(fs *flag.FlagSet) {
	fs.StringVar(&in.Creditor, "creditor", "", "")
	fs.StringVar(&in.Source, "source", "", "")
	fs.StringVar(&in.UpTo, "up-to", "", "")
	fs.StringVar(&in.Out, "out", "", "")
	fs.StringVar(&in.Again, "again", "", "")
	fs.StringVar(&in.FromName, "from-name", "", "")
	fs.StringVar(&in.ToIBAN, "to-iban", "", "")
	fs.StringVar(&in.ToName, "to-name", "", "")
}

// Take reads the action and what it is about.
func (in *Input) Take(args []string) (needs map[string]string, ok bool) {
	in.Action = args[0]
	needs = map[string]string{"creditor": in.Creditor}
	switch {
	case in.Action == "cancel" && len(args) == 2:
		in.Subject = args[1]
	case in.Action == "list" && len(args) == 1:
	case in.Action == "file" && len(args) == 1:
		needs["out"] = in.Out
	default:
		return nil, false
	}
	return needs, true
}

// mostListed bounds the list.
const mostListed = 1000

// Run does what was asked for.
func (d Desk) Run(ctx context.Context, c debt.Creditor, in Input) (shown.Answer, error) {
	desk := payout.Desk{Store: d.Store, Now: d.Now}
	switch in.Action {
	case "list":
		list, err := desk.List(ctx, c.ID, mostListed)
		return d.table(list), err
	case "cancel":
		if err := desk.Cancel(ctx, c.ID, in.Subject); err != nil {
			return shown.Answer{}, err
		}
		return shown.Answer{JSON: map[string]bool{"done": true}, Text: d.Words.Text("payout_cancelled", debt.Args{"name": in.Subject}) + "\n"}, nil
	}
	w, err := d.make(ctx, desk, c, in)
	if err != nil {
		return shown.Answer{}, err
	}
	if err := os.WriteFile(in.Out, w.Content, 0o600); err != nil {
		return shown.Answer{}, err
	}
	return shown.Answer{JSON: written(w.File), Text: d.Words.Text("payout_written", debt.Args{"path": in.Out, "name": w.Message, "n": w.Payments,
		"amount": w.Amount, "day": w.UpTo, "reference": w.Reference}) + "\n"}, nil
}

func (d Desk) make(ctx context.Context, desk payout.Desk, c debt.Creditor, in Input) (payout.Written, error) {
	if in.Again != "" {
		return desk.Again(ctx, c.ID, in.Again)
	}
	o := payout.Order{Source: in.Source, UpTo: debt.DateIn(d.Now(), debt.Berlin), FromName: in.FromName, ToIBAN: in.ToIBAN, ToName: in.ToName}
	if in.UpTo != "" {
		var err error
		if o.UpTo, err = debt.ParseDate(in.UpTo); err != nil {
			return payout.Written{}, err
		}
	}
	return desk.Make(ctx, c, o)
}

// fileJSON is a file, for machines.
type fileJSON struct {
	Message   string     `json:"message_id"`
	Reference string     `json:"reference"`
	Source    string     `json:"source"`
	UpTo      debt.Date  `json:"up_to"`
	Payments  int        `json:"payments"`
	Amount    debt.Cents `json:"amount_cents"`
	SHA256    string     `json:"sha256"`
	State     kept.State `json:"state"`
}

func written(f kept.File) fileJSON {
	return fileJSON{f.Message, f.Reference, f.Source, f.UpTo, f.Payments, f.Amount, f.SHA256, f.State}
}

func (d Desk) table(list []kept.File) shown.Answer {
	out := []fileJSON{}
	rows := [][]string{{d.Words.Text("payout_head", nil), d.Words.Text("payout_head_day", nil), d.Words.Text("payout_head_amount", nil), d.Words.Text("payout_head_state", nil)}}
	for _, f := range list {
		out = append(out, written(f))
		rows = append(rows, []string{f.Message, d.Words.Date(f.UpTo), d.Words.Cents(f.Amount), string(f.State)})
	}
	return shown.Answer{JSON: out, Rows: rows}
}
