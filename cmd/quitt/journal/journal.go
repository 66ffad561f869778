// Package journal has the command that writes a period's bookings for DATEV.
package journal

import (
	"bytes"
	"context"
	"flag"
	"os"
	"strconv"
	"time"

	"quitt/bank/datev"
	"quitt/bank/statement"
	"quitt/cmd/quitt/shown"
	"quitt/debt"
	"quitt/payments/journal"
	"quitt/portal/creditor/books"
	"quitt/portal/text"
	"quitt/store"
)

// Desk is what the command works with.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
	Words *text.Catalogue
}

// Input is what was typed. Unused fields are empty.
type Input struct {
	From, To, Out, Year string
	Consultant, Client  int
	Digits              int
	Plan                string
	Chart               journal.Chart
}

// Flags registers those of the command.
func (in *Input) Flags(fs *flag.FlagSet) {
	fs.StringVar(&in.From, "from", "", "")
	fs.StringVar(&in.To, "to", "", "")
	fs.StringVar(&in.Out, "out", "", "")
	fs.StringVar(&in.Year, "fiscal-year", "", "")
	fs.IntVar(&in.Consultant, "consultant", 0, "")
	fs.IntVar(&in.Client, "client", 0, "")
	fs.IntVar(&in.Digits, "digits", 4, "")
	fs.StringVar(&in.Plan, "chart", "03", "")
	fs.StringVar(&in.Chart.Bank, "account-bank", journal.SKR03.Bank, "")
	fs.StringVar(&in.Chart.Provider, "account-provider", journal.SKR03.Provider, "")
	fs.StringVar(&in.Chart.Client, "account-client-money", journal.SKR03.Client, "")
	fs.StringVar(&in.Chart.Open, "account-unplaced", journal.SKR03.Open, "")
	fs.StringVar(&in.Chart.Fees, "account-fees", journal.SKR03.Fees, "")
}

// Needs names the flags that a file needs.
func (in *Input) Needs(creditor string) map[string]string {
	return map[string]string{"creditor": creditor, "from": in.From, "to": in.To, "out": in.Out,
		"consultant": number(in.Consultant), "client": number(in.Client)}
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// Run writes the file, all of it or nothing.
func (d Desk) Run(ctx context.Context, c debt.Creditor, in Input) (shown.Answer, error) {
	from, err := debt.ParseDate(in.From)
	if err != nil {
		return shown.Answer{}, err
	}
	to, err := debt.ParseDate(in.To)
	if err != nil {
		return shown.Answer{}, err
	}
	year := debt.NewDate(from.Year(), time.January, 1)
	if in.Year != "" {
		if year, err = debt.ParseDate(in.Year); err != nil {
			return shown.Answer{}, err
		}
	}
	var content bytes.Buffer
	sums, err := journal.Desk{Store: d.Store}.Write(ctx, c.ID, &content, journal.Order{Chart: in.Chart, Batch: datev.Batch{
		Created: d.Now().In(debt.Berlin), Consultant: in.Consultant, Client: in.Client, FiscalYear: day(year), AccountDigits: in.Digits,
		From: day(from), To: day(to), Name: d.Words.Text("datev_name", nil), Chart: in.Plan,
	}, Names: books.Names(d.Words)})
	if err != nil {
		return shown.Answer{}, err
	}
	if err := os.WriteFile(in.Out, content.Bytes(), 0o600); err != nil {
		return shown.Answer{}, err
	}
	return shown.Answer{JSON: sums, Text: d.Words.Text("datev_written", debt.Args{"name": in.Out, "n": sums.Rows, "in": sums.In, "out": sums.Out}) + "\n"}, nil
}

func day(d debt.Date) statement.Date { return statement.Date(d.String()) }
