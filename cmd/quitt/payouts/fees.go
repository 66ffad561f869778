package payouts

import (
	"cmp"
	"context"
	"strings"

	"quitt/cmd/quitt/shown"
	"quitt/debt"
	"quitt/debt/agreed"
	"quitt/payments/remit"
)

// agreementJSON is an agreement, for machines.
type agreementJSON struct {
	From  debt.Date        `json:"from"`
	Share debt.BasisPoints `json:"share_bp"`
	Fixed debt.Cents       `json:"fixed_cents"`
	VAT   debt.BasisPoints `json:"vat_bp"`
}

// fees lists what collecting costs a creditor, or keeps a new agreement.
func (d Desk) fees(ctx context.Context, c debt.Creditor, in Input) (shown.Answer, error) {
	desk, w := remit.Desk{Store: d.Store, Now: d.Now}, d.Words
	if in.Share+in.Fixed+in.VAT+in.From == "" {
		list, err := desk.Agreed(ctx, c.ID)
		out, rows := []agreementJSON{}, [][]string{{w.Text("payout_fees_head_day", nil), w.Text("payout_fees_head_share", nil), w.Text("payout_fees_head_fixed", nil), w.Text("payout_fees_head_vat", nil)}}
		for _, a := range list {
			out = append(out, agreementJSON(a))
			rows = append(rows, []string{w.Date(a.From), w.Percent(a.Share), w.Cents(a.Fixed), w.Percent(a.VAT)})
		}
		if len(list) == 0 {
			return shown.Answer{JSON: out, Text: w.Text("payout_fees_none", nil) + "\n"}, err
		}
		return shown.Answer{JSON: out, Rows: rows}, err
	}
	a, err := d.agreement(in)
	if err == nil {
		err = desk.Agree(ctx, c.ID, a)
	}
	return shown.Answer{JSON: agreementJSON(a), Text: w.Text("payout_fees_set", debt.Args{"day": a.From, "share": w.Percent(a.Share), "fixed": a.Fixed, "vat": w.Percent(a.VAT)}) + "\n"}, err
}

func (d Desk) agreement(in Input) (a agreed.Agreement, err error) {
	a.From = debt.DateIn(d.Now(), debt.Berlin)
	if in.From != "" {
		if a.From, err = debt.ParseDate(in.From); err != nil {
			return a, err
		}
	}
	if a.Share, err = percent(in.Share); err != nil {
		return a, err
	}
	if a.VAT, err = percent(in.VAT); err != nil {
		return a, err
	}
	a.Fixed, err = debt.ParseCents(cmp.Or(in.Fixed, "0"))
	return a, err
}

// percent reads "5", "5 %" and "5,25%".
func percent(s string) (debt.BasisPoints, error) {
	n, err := debt.ParseCents(cmp.Or(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), "%")), "0"))
	if err != nil || n < 0 || n > 100_00 {
		return 0, debt.E(debt.Invalid, "payout_fees_invalid", nil)
	}
	return debt.BasisPoints(n), nil //nolint:gosec // bounded above
}
