// Package payouts has the command that orders what is to be paid out to a creditor, and what goes
// back to whom it came from.
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
	"quitt/store/givebacks"
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
	Amount, Share, Fixed, VAT, From                              string
	Undo                                                         bool
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
	fs.StringVar(&in.Amount, "amount", "", "")
	fs.StringVar(&in.Share, "share", "", "")
	fs.StringVar(&in.Fixed, "fixed", "", "")
	fs.StringVar(&in.VAT, "vat", "", "")
	fs.StringVar(&in.From, "from", "", "")
	fs.BoolVar(&in.Undo, "undo", false, "")
}

// Take reads the action and what it is about.
func (in *Input) Take(args []string) (needs map[string]string, ok bool) {
	in.Action = args[0]
	needs = map[string]string{"creditor": in.Creditor}
	switch {
	case (in.Action == "cancel" || in.Action == "refund") && len(args) == 2:
		in.Subject = args[1]
	case (in.Action == "list" || in.Action == "fees") && len(args) == 1:
	case (in.Action == "file" || in.Action == "give-backs") && len(args) == 1:
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
	desk := payout.Desk{Store: d.Store, Now: d.Now, By: debt.Actor{Kind: "operator"}}
	switch in.Action {
	case "list":
		return d.list(ctx, desk, c)
	case "give-backs":
		return d.giveBacks(ctx, desk, c, in)
	case "fees":
		return d.fees(ctx, c, in)
	case "refund":
		return d.refund(ctx, desk, c, in)
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

// giveBacks writes the transfers by which money goes back to whom it came from.
func (d Desk) giveBacks(ctx context.Context, desk payout.Desk, c debt.Creditor, in Input) (shown.Answer, error) {
	var w payout.Backs
	var err error
	if in.Again != "" {
		w, err = desk.GiveBacksAgain(ctx, c.ID, in.Again)
	} else {
		w, err = desk.GiveBacks(ctx, c, payout.Order{Source: in.Source, FromName: in.FromName, Purpose: d.Words.Text("payout_back_purpose", nil)})
	}
	if err != nil {
		return shown.Answer{}, err
	}
	if err := os.WriteFile(in.Out, w.Content, 0o600); err != nil {
		return shown.Answer{}, err
	}
	said := d.Words.Text("payout_back_written", debt.Args{"path": in.Out, "name": w.Message, "n": w.Transfers, "amount": w.Amount}) + "\n"
	if len(w.Left) > 0 {
		said += d.Words.Text("payout_back_left", debt.Args{"n": len(w.Left)}) + "\n"
	}
	out := backJSON(w.File)
	out.Left = w.Left
	return shown.Answer{JSON: out, Text: said}, nil
}

// refund orders that what was paid too much in a case goes back, or takes that back.
func (d Desk) refund(ctx context.Context, desk payout.Desk, c debt.Creditor, in Input) (a shown.Answer, err error) {
	var id debt.ID
	err = d.Store.Read(ctx, c.ID, func(r *store.Reader) (err error) {
		id, err = r.FindCase(in.Subject)
		return err
	})
	if err != nil {
		return a, err
	}
	if in.Undo {
		err = desk.TakeBack(ctx, c.ID, id)
		return shown.Answer{JSON: map[string]bool{"done": true}, Text: d.Words.Text("payout_cancelled", debt.Args{"name": in.Subject}) + "\n"}, err
	}
	var amount debt.Cents
	if in.Amount != "" {
		if amount, err = debt.ParseCents(in.Amount); err != nil {
			return a, err
		}
	}
	list, err := desk.Refund(ctx, c.ID, id, amount)
	amount = 0
	for _, b := range list {
		amount += b.Amount
	}
	return shown.Answer{JSON: map[string]debt.Cents{"amount_cents": amount}, Text: d.Words.Text("payout_back_asked", debt.Args{"amount": amount, "name": in.Subject}) + "\n"}, err
}

// fileJSON is a file, for machines.
type fileJSON struct {
	Message   string     `json:"message_id"`
	Kind      string     `json:"kind"` // payout, give_backs
	Reference string     `json:"reference"`
	Source    string     `json:"source"`
	UpTo      debt.Date  `json:"up_to"` // of give-backs: the day they were ordered
	Payments  int        `json:"payments"`
	Amount    debt.Cents `json:"amount_cents"`
	SHA256    string     `json:"sha256"`
	State     kept.State `json:"state"`
	Left      []debt.ID  `json:"left,omitempty"` // lines no bank would take
}

func written(f kept.File) fileJSON {
	return fileJSON{f.Message, "payout", f.Reference, f.Source, f.UpTo, f.Payments, f.Amount, f.SHA256, f.State, nil}
}

func backJSON(f givebacks.File) fileJSON {
	return fileJSON{f.Message, "give_backs", "", "", f.MadeOn, f.Transfers, f.Amount, f.SHA256, kept.State(f.State), nil}
}

// list gives the newest files of both kinds.
func (d Desk) list(ctx context.Context, desk payout.Desk, c debt.Creditor) (shown.Answer, error) {
	out := []fileJSON{}
	list, err := desk.Sheets(ctx, c.ID, mostListed)
	for _, f := range list {
		kind := "payout"
		if payout.IsBacks(f.Message) {
			kind = "give_backs"
		}
		out = append(out, fileJSON{f.Message, kind, f.Reference, f.Source, f.UpTo, f.N, f.Amount, f.SHA256, f.State, nil})
	}
	rows := [][]string{{d.Words.Text("payout_head", nil), d.Words.Text("payout_head_day", nil), d.Words.Text("payout_head_amount", nil), d.Words.Text("payout_head_state", nil)}}
	for _, f := range out {
		rows = append(rows, []string{f.Message, d.Words.Date(f.UpTo), d.Words.Cents(f.Amount), string(f.State)})
	}
	return shown.Answer{JSON: out, Rows: rows}, err
}
