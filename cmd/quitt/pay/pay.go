package pay

import (
	"context"
	"flag"
	"slices"
	"time"

	"quitt/cmd/quitt/shown"
	"quitt/debt"
	"quitt/payments"
	"quitt/portal/text"
	"quitt/store"
)

// Desk is what a command works with.
type Desk struct {
	Settings

	Rail   *payments.Rail
	Store  *store.Store
	Now    func() time.Time
	Words  *text.Catalogue
	Portal string // where debtors open it, "" if that is not set
	// Owner finds the creditor who has a case under a reference, and the case.
	Owner func(ctx context.Context, creditor, reference string) (debt.Creditor, debt.ID, error)
}

// Input is what was typed. Unused fields are empty.
type Input struct {
	Action, ID, Reference                    string
	Creditor, Account, KeyFile, Methods      string
	URL, SecretFile                          string
	Text, Done, Outcome, Method, Amount, Day string
	DebitOnly, Live                          bool
}

// Flags registers those of one of the two commands.
func (in *Input) Flags(command string, fs *flag.FlagSet) {
	list := map[string]*string{"creditor": &in.Creditor}
	if command == "stripe" {
		fs.BoolVar(&in.DebitOnly, "debit-only", false, "")
		fs.BoolVar(&in.Live, "live", false, "")
		list["account"], list["key-file"], list["methods"] = &in.Account, &in.KeyFile, &in.Methods
		list["url"], list["secret-file"] = &in.URL, &in.SecretFile
	} else {
		list["text"], list["done"], list["outcome"] = &in.Text, &in.Done, &in.Outcome
		list["method"], list["amount"], list["day"] = &in.Method, &in.Amount, &in.Day
	}
	for name, to := range list {
		fs.StringVar(to, name, "", "")
	}
}

// call is one action of a command.
type call struct {
	words int // how many it takes beside its name
	needs func(in Input) map[string]string
	run   func(d Desk, ctx context.Context, in Input) (Answer, error)
}

var calls = map[string]call{
	"stripe connect": {0, func(in Input) map[string]string {
		return map[string]string{"creditor": in.Creditor, "account": in.Account}
	}, Desk.connect},
	"stripe accounts":         {0, nil, Desk.accounts},
	"stripe close":            {0, func(in Input) map[string]string { return map[string]string{"creditor": in.Creditor} }, Desk.closeAccount},
	"stripe webhook register": {0, nil, Desk.register},
	"stripe webhook list":     {0, nil, Desk.endpoints},
	"stripe webhook rotate":   {1, func(in Input) map[string]string { return map[string]string{"secret-file": in.SecretFile} }, Desk.rotate},

	"payments list":       {1, nil, Desk.list},
	"payments note":       {1, func(in Input) map[string]string { return map[string]string{"text": in.Text} }, Desk.note},
	"payments tasks":      {0, tasksNeed, Desk.tasks},
	"payments suspended":  {0, nil, Desk.suspended},
	"payments quarantine": {0, nil, Desk.quarantine},
	"payments place":      {2, nil, Desk.place},
	"payments refund":     {1, func(in Input) map[string]string { return map[string]string{"amount": in.Amount} }, Desk.refund},
	"payments reconcile": {0, func(in Input) map[string]string {
		return map[string]string{"creditor": in.Creditor, "day": in.Day}
	}, Desk.reconcile},
}

// tasksNeed asks for an outcome where a task is done.
func tasksNeed(in Input) map[string]string {
	if in.Done == "" && in.Outcome == "" {
		return nil
	}
	return map[string]string{"done": in.Done, "outcome": in.Outcome}
}

// Take reads what was typed beside the flags. It names the flags that the action needs, or
// says that there is no such call.
func (in *Input) Take(command string, args []string) (needs map[string]string, ok bool) {
	in.Action = command + " " + args[0]
	rest := args[1:]
	if args[0] == "webhook" && len(rest) > 0 {
		in.Action, rest = in.Action+" "+rest[0], rest[1:]
	}
	c, ok := calls[in.Action]
	if !ok || len(rest) != c.words {
		return nil, false
	}
	words := slices.Concat(rest, []string{"", ""})
	in.ID, in.Reference = words[0], words[1]
	if c.needs == nil {
		return nil, true
	}
	return c.needs(*in), true
}

// Run does what was asked for.
func (d Desk) Run(ctx context.Context, in Input) (Answer, error) {
	return calls[in.Action].run(d, ctx, in)
}

// Answer is what to print.
type Answer = shown.Answer

// creditor finds a creditor by code.
func (d Desk) creditor(ctx context.Context, code string) (c debt.Creditor, err error) {
	err = d.Store.Read(ctx, "", func(t *store.Reader) error {
		c, err = t.LoadCreditor(code)
		return err
	})
	return c, err
}

// those calls do for every creditor, or for the one of a code.
func (d Desk) those(ctx context.Context, code string, do func(c debt.Creditor, t *store.Reader) error) error {
	found := false
	err := each(ctx, d.Store, func(c debt.Creditor, t *store.Reader) error {
		if code != "" && c.Code != code {
			return nil
		}
		found = true
		return do(c, t)
	})
	if err == nil && code != "" && !found {
		_, err = d.creditor(ctx, code)
	}
	return err
}

// ownerOf finds whose an id is: read fails with NotFound for everybody else.
func (d Desk) ownerOf(ctx context.Context, read func(t *store.Reader) error) (owner debt.Creditor, err error) {
	missing := error(debt.E(debt.NotFound, "payment_unknown", nil))
	err = each(ctx, d.Store, func(c debt.Creditor, t *store.Reader) error {
		err := read(t)
		if debt.KindOf(err) == debt.NotFound {
			missing = err
			return nil
		}
		owner = c
		return err
	})
	if err == nil && owner.ID == "" {
		err = missing
	}
	return owner, err
}

// stamp writes an instant for lists, "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// say gives a sentence as a line.
func (d Desk) say(key string, args debt.Args) string { return d.Words.Text(key, args) + "\n" }

// listed is how many rows of a list are shown for a creditor.
const listed = 200
