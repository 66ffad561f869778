// Package debits has the commands about direct debits that go to the bank in files, and wires the
// pages on which their mandates are given.
package debits

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"quitt/cmd/quitt/shown"
	"quitt/debt"
	"quitt/debt/collection"
	"quitt/debt/mandate"
	"quitt/payments/directdebit"
	"quitt/plans"
	"quitt/portal/text"
	"quitt/store"
)

// Pages wires the use cases of the pages.
func Pages(s *store.Store, now func() time.Time, keys [][]byte, texts bool) *directdebit.Desk {
	return &directdebit.Desk{Store: s, Now: now, Keys: keys, Texts: texts}
}

// Desk is what the commands work with.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
	Words *text.Catalogue
}

// Input is what was typed. Unused fields are empty.
type Input struct {
	Action, Subject                                                 string
	Creditor, Until, Out, On, IBAN, Identifier, Holder, Cut, Notice string
}

// Flags registers those of the command.
func (in *Input) Flags(_ string, fs *flag.FlagSet) {
	fs.StringVar(&in.Creditor, "creditor", "", "")
	fs.StringVar(&in.Until, "until", "", "")
	fs.StringVar(&in.Out, "out", ".", "")
	fs.StringVar(&in.On, "on", "", "")
	fs.StringVar(&in.IBAN, "iban", "", "")
	fs.StringVar(&in.Identifier, "identifier", "", "")
	fs.StringVar(&in.Holder, "holder", "", "")
	fs.StringVar(&in.Cut, "cut-off", "1", "")
	fs.StringVar(&in.Notice, "notice", strconv.Itoa(collection.NoticeDays), "")
}

// Take reads the action and what it is about.
func (in *Input) Take(_ string, args []string) (needs map[string]string, ok bool) {
	in.Action = args[0]
	if len(args) > 1 {
		in.Subject = args[1]
	}
	about := map[string]bool{"run": false, "list": false, "account": false, "status": true, "cancel": true, "file": true, "received": true}
	with, known := about[in.Action]
	if !known || with != (len(args) == 2) {
		return nil, false
	}
	needs = map[string]string{"creditor": in.Creditor}
	switch in.Action {
	case "run": // of all creditors where none is named
		needs = map[string]string{"until": in.Until}
	case "received":
		needs["on"] = in.On
	case "account":
		needs["iban"], needs["identifier"], needs["holder"] = in.IBAN, in.Identifier, in.Holder
	}
	return needs, true
}

// Run does what was asked for.
func (d Desk) Run(ctx context.Context, in Input) (shown.Answer, error) {
	if in.Action == "run" && in.Creditor == "" {
		return d.runAll(ctx, in)
	}
	var c debt.Creditor
	err := d.Store.Read(ctx, "", func(r *store.Reader) (err error) {
		c, err = r.LoadCreditor(in.Creditor)
		return err
	})
	if err != nil {
		return shown.Answer{}, err
	}
	desk := directdebit.Desk{Store: d.Store, Now: d.Now}
	switch in.Action {
	case "run":
		return d.run(ctx, desk, c.ID, in)
	case "list":
		return d.list(ctx, desk, c.ID)
	case "status":
		return d.status(ctx, desk, c.ID, in.Subject)
	case "file":
		f, err := desk.File(ctx, c.ID, in.Subject)
		if err != nil {
			return shown.Answer{}, err
		}
		return d.answer([]directdebit.File{f}, in.Out)
	case "cancel":
		err := desk.Cancel(ctx, c.ID, in.Subject)
		return d.said(c.ID, "collect_cancelled", debt.Args{"name": in.Subject}, err)
	case "received":
		on, err := debt.ParseDate(in.On)
		if err == nil {
			err = d.received(ctx, desk, c.ID, in.Subject, on)
		}
		return d.said(c.ID, "collect_received", debt.Args{"reference": in.Subject}, err)
	}
	err = desk.SetAccount(ctx, c.ID, in.IBAN, mandate.Account{Identifier: in.Identifier, Holder: in.Holder, CutOff: days(in.Cut), Notice: days(in.Notice)})
	return d.said("", "collect_account", nil, err)
}

// days reads a number; 0, which is refused, for what is none.
func days(typed string) int {
	n, err := strconv.Atoi(typed)
	if err != nil {
		return 0
	}
	return n
}

// received puts a mandate into force, and has the instalments of a plan collected that runs and is
// paid by transfer.
func (d Desk) received(ctx context.Context, desk directdebit.Desk, creditor debt.ID, reference string, on debt.Date) error {
	by := debt.Actor{Kind: "operator"}
	m, err := desk.Receive(ctx, creditor, reference, on, by)
	if err != nil || m.Kind == mandate.OneOff {
		return err
	}
	who := plans.Who{Creditor: creditor, Case: m.CaseID, By: by}
	keeper := plans.Desk{Store: d.Store, Now: d.Now}
	v, err := keeper.View(ctx, creditor, m.CaseID)
	if err == nil && v.Plan != nil && v.Plan.Running() && v.Plan.InstrumentID == "" {
		err = keeper.SetMethod(ctx, who, plans.Paying{Instrument: m.ID})
	}
	return err
}

func (d Desk) said(news debt.ID, key string, args debt.Args, err error) (shown.Answer, error) {
	if err != nil {
		return shown.Answer{}, err
	}
	return shown.Answer{JSON: map[string]any{"done": true}, Text: d.Words.Text(key, args) + "\n", News: news}, nil
}

// run makes the files, which are saved before they are written, and so can be written again.
func (d Desk) run(ctx context.Context, desk directdebit.Desk, creditor debt.ID, in Input) (shown.Answer, error) {
	until, err := debt.ParseDate(in.Until)
	if err != nil {
		return shown.Answer{}, err
	}
	files, err := desk.Collect(ctx, creditor, until)
	if err != nil {
		return shown.Answer{News: creditor}, err
	}
	a, err := d.answer(files, in.Out)
	a.News = creditor
	return a, err
}

func (d Desk) answer(files []directdebit.File, dir string) (shown.Answer, error) {
	list, said, err := d.write(files, dir)
	if len(files) == 0 {
		said = d.Words.Text("collect_none", nil) + "\n"
	}
	return shown.Answer{JSON: list, Text: said}, err
}

// written is a file, for machines.
type written struct {
	Creditor string `json:"creditor,omitempty"`

	Message string     `json:"message_id"`
	Path    string     `json:"path,omitempty"`
	State   string     `json:"state,omitempty"`
	Until   debt.Date  `json:"until,omitzero"`
	Debits  int        `json:"debits"`
	Sum     debt.Cents `json:"sum_cents"`
	SHA256  string     `json:"sha256"`
}

func (d Desk) write(files []directdebit.File, dir string) (list []written, said string, err error) {
	list = []written{}
	for _, f := range files {
		path := filepath.Join(dir, f.Run.Message+".xml")
		if err := os.WriteFile(path, f.Content, 0o600); err != nil {
			return list, said, err
		}
		list = append(list, written{Message: f.Run.Message, Path: path, Debits: f.Run.Debits, Sum: f.Run.Sum, SHA256: f.Run.SHA256})
		said += d.Words.Text("collect_file", debt.Args{"name": path, "n": f.Run.Debits, "amount": f.Run.Sum}) + "\n"
	}
	return list, said, nil
}

func (d Desk) list(ctx context.Context, desk directdebit.Desk, creditor debt.ID) (shown.Answer, error) {
	runs, err := desk.Runs(ctx, creditor)
	list := []written{}
	rows := [][]string{{d.Words.Text("collect_head", nil), d.Words.Text("collect_head_until", nil), d.Words.Text("collect_head_state", nil),
		d.Words.Text("collect_head_n", nil), d.Words.Text("collect_head_sum", nil)}}
	for _, r := range runs {
		list = append(list, written{Message: r.Message, State: string(r.State), Until: r.UntilOn, Debits: r.Debits, Sum: r.Sum, SHA256: r.SHA256})
		rows = append(rows, []string{r.Message, d.Words.Date(r.UntilOn), string(r.State), strconv.Itoa(r.Debits), d.Words.Cents(r.Sum)})
	}
	return shown.Answer{JSON: list, Rows: rows}, err
}

func (d Desk) status(ctx context.Context, desk directdebit.Desk, creditor debt.ID, path string) (shown.Answer, error) {
	file, err := os.Open(path) //nolint:gosec // the operator names it
	if err != nil {
		return shown.Answer{}, err
	}
	defer func() { _ = file.Close() }()
	x, err := desk.Hear(ctx, creditor, file)
	if err != nil {
		return shown.Answer{}, err
	}
	return shown.Answer{JSON: map[string]any{"message_id": x.Run.Message, "refused": x.Refused, "known": x.Repeated}, News: creditor,
		Text: d.Words.Text("collect_heard", debt.Args{"refused": x.Refused, "known": x.Repeated}) + "\n"}, nil
}
