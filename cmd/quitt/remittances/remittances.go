// Package remittances has the command that books what was paid out to a creditor.
package remittances

import (
	"context"
	"flag"
	"strconv"
	"time"

	"quitt/cmd/quitt/payouts"
	"quitt/cmd/quitt/shown"
	"quitt/debt"
	"quitt/payments/remit"
	"quitt/portal/text"
	"quitt/store"
	kept "quitt/store/remittances"
)

// Desk is what the command works with.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
	Words *text.Catalogue
}

// Input is what was typed. Unused fields are empty.
type Input struct {
	Action                                          string
	Creditor, Source, UpTo, On, Reference, AmountIs string

	Payout *payouts.Input // of quitt payout
}

// Flags registers those of the command.
func (in *Input) Flags(command string, fs *flag.FlagSet) {
	if command == "payout" {
		in.Payout = &payouts.Input{}
		in.Payout.Flags(fs)
		return
	}
	fs.StringVar(&in.Creditor, "creditor", "", "")
	fs.StringVar(&in.Source, "source", "", "")
	fs.StringVar(&in.UpTo, "up-to", "", "")
	fs.StringVar(&in.On, "on", "", "")
	fs.StringVar(&in.Reference, "reference", "", "")
	fs.StringVar(&in.AmountIs, "amount", "", "")
}

// Take reads the action. It names the flags that it needs, or says that there is no such call.
func (in *Input) Take(_ string, args []string) (needs map[string]string, ok bool) {
	if in.Payout != nil {
		needs, ok = in.Payout.Take(args)
		in.Creditor = in.Payout.Creditor
		return needs, ok
	}
	if len(args) != 1 {
		return nil, false
	}
	switch in.Action = args[0]; in.Action {
	case "list":
		return map[string]string{"creditor": in.Creditor}, true
	case "due":
		return map[string]string{"creditor": in.Creditor, "source": in.Source, "up-to": in.UpTo}, true
	case "paid":
		return map[string]string{"creditor": in.Creditor, "source": in.Source, "up-to": in.UpTo, "on": in.On,
			"reference": in.Reference, "amount": in.AmountIs}, true
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
	if in.Payout != nil {
		return payouts.Desk{Store: d.Store, Now: d.Now, Words: d.Words}.Run(ctx, c, *in.Payout)
	}
	if in.Action == "list" {
		return d.list(ctx, c)
	}
	o, err := order(in)
	if err != nil {
		return shown.Answer{}, err
	}
	desk := remit.Desk{Store: d.Store, Now: d.Now}
	if in.Action == "due" {
		lines, err := desk.Due(ctx, c.ID, o)
		return shown.Answer{JSON: lines, Text: d.Words.Text("report_remit_due", debt.Args{"amount": remit.Sum(lines), "n": len(lines)}) + "\n"}, err
	}
	m, err := desk.Pay(ctx, c.ID, o)
	return shown.Answer{JSON: m, Text: d.Words.Text("report_remit_booked", debt.Args{"n": int(m.Number), "amount": m.Amount}) + "\n", News: c.ID}, err
}

func order(in Input) (o remit.Order, err error) {
	o = remit.Order{Source: in.Source, Reference: in.Reference, By: debt.Actor{Kind: "operator"}}
	if o.UpTo, err = debt.ParseDate(in.UpTo); err != nil || in.Action == "due" {
		return o, err
	}
	if o.PaidOn, err = debt.ParseDate(in.On); err != nil {
		return o, err
	}
	o.Amount, err = debt.ParseCents(in.AmountIs)
	return o, err
}

// mostListed bounds the list.
const mostListed = 1000

func (d Desk) list(ctx context.Context, c debt.Creditor) (shown.Answer, error) {
	var list []kept.Remittance
	err := d.Store.Read(ctx, c.ID, func(r *store.Reader) (err error) {
		list, err = kept.List(r, debt.MustDate("1990-01-01"), debt.DateIn(d.Now(), debt.Berlin), mostListed)
		return err
	})
	rows := [][]string{{d.Words.Text("report_remit_head", nil), d.Words.Text("report_remit_no", nil), d.Words.Text("report_value", nil),
		d.Words.Text("report_remit_source", nil), d.Words.Text("report_remit_use", nil)}}
	for _, m := range list {
		rows = append(rows, []string{d.Words.Date(m.PaidOn), strconv.FormatInt(m.Number, 10), d.Words.Cents(m.Amount), m.Source, m.Reference})
	}
	return shown.Answer{JSON: list, Rows: rows}, err
}
