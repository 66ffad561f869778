package objections

import (
	"context"
	"time"

	"quitt/cases/objections"
	"quitt/cmd/quitt/shown"
	"quitt/debt"
	"quitt/store"
	kept "quitt/store/objections"
)

// mostListed bounds a list; what is due first comes first.
const mostListed = 200

// waiting is one thing a person has to decide, without a word about the debtor.
type waiting struct {
	Kind      string     `json:"kind"` // objection, proof or situation
	ID        debt.ID    `json:"id"`
	Creditor  string     `json:"creditor"`
	Reference string     `json:"reference"`
	About     string     `json:"about"` // the ground or the kind of situation
	Amount    debt.Cents `json:"amount_cents"`
	Since     string     `json:"since"`
	Due       string     `json:"due"`
	Late      bool       `json:"late"`
}

// list shows what waits for a person.
func (d Desk) list(ctx context.Context, in Input) (shown.Answer, error) {
	creditors, err := d.creditors(ctx, in.Creditor)
	if err != nil {
		return shown.Answer{}, err
	}
	list := []waiting{}
	for _, c := range creditors {
		said, err := d.desk().Waiting(ctx, c.ID, mostListed)
		if err != nil {
			return shown.Answer{}, err
		}
		rows := d.rows(said)
		for i := range rows {
			rows[i].Creditor = c.Code
		}
		if err := d.references(ctx, c.ID, rows); err != nil {
			return shown.Answer{}, err
		}
		list = append(list, rows...)
	}
	w := d.Words
	rows := [][]string{{"", w.Text("cli_id", nil), w.Text("cli_creditor", nil), w.Text("cli_file", nil), w.Text("cli_about", nil),
		w.Text("cli_amount", nil), w.Text("cli_due", nil)}}
	for _, r := range list {
		due := r.Due
		if r.Late {
			due += " !"
		}
		rows = append(rows, []string{r.Kind, string(r.ID), r.Creditor, r.Reference, r.About, w.Cents(r.Amount), due})
	}
	return shown.Answer{JSON: list, Rows: rows}, nil
}

// rows puts what waits into one list; Reference holds the id of the case at first.
func (d Desk) rows(s objections.Said) (list []waiting) {
	today := debt.DateIn(d.Now(), debt.Berlin)
	for _, o := range s.Objections {
		list = append(list, waiting{Kind: "objection", ID: o.ID, Reference: string(o.CaseID), About: string(o.Ground), Amount: o.Total,
			Since: stamp(o.FiledAt), Due: o.DueOn.String(), Late: today.After(o.DueOn)})
	}
	for _, p := range s.Proofs {
		list = append(list, waiting{Kind: "proof", ID: p.ID, Reference: string(p.CaseID), About: "already_paid", Amount: p.Amount,
			Since: stamp(p.FiledAt), Due: p.DueOn.String(), Late: today.After(p.DueOn)})
	}
	for _, n := range s.Situations {
		list = append(list, waiting{Kind: "situation", ID: n.ID, Reference: string(n.CaseID), About: string(n.Kind), Since: stamp(n.ToldAt)})
	}
	return list
}

func (d Desk) references(ctx context.Context, creditor debt.ID, rows []waiting) error {
	return d.Store.Read(ctx, creditor, func(t *store.Reader) error {
		for i := range rows {
			f, err := t.LoadFile(debt.ID(rows[i].Reference))
			if err != nil {
				return err
			}
			rows[i].Reference = f.Case.FileReference
		}
		return nil
	})
}

type lineJSON struct {
	Line    debt.ID          `json:"line"`
	Account debt.AccountKind `json:"account"`
	Amount  debt.Cents       `json:"disputed_cents"`
}

// spoken is one thing that was said, in the debtor's words: who calls it decides about it.
type spoken struct {
	Kind    string            `json:"kind"`
	ID      debt.ID           `json:"id"`
	About   string            `json:"about"`
	State   string            `json:"state"`
	Whole   bool              `json:"whole,omitempty"`
	Lines   []lineJSON        `json:"lines,omitempty"`
	Amount  debt.Cents        `json:"amount_cents"`
	Since   string            `json:"since"`
	Due     string            `json:"due,omitempty"`
	Ended   string            `json:"ended,omitempty"`
	Answers map[string]string `json:"answers,omitempty"`
	Words   string            `json:"words,omitempty"`
	Reason  string            `json:"reason,omitempty"`
}

// show tells everything said of a case.
func (d Desk) show(ctx context.Context, in Input) (shown.Answer, error) {
	c, id, err := d.Owner(ctx, in.Creditor, in.ID)
	if err != nil {
		return shown.Answer{}, err
	}
	said, err := d.desk().Of(ctx, objections.At{Creditor: c.ID, Case: id})
	if err != nil {
		return shown.Answer{}, err
	}
	list, err := told(said)
	if err != nil {
		return shown.Answer{}, err
	}
	return shown.Answer{JSON: list, Rows: d.table(list)}, nil
}

func told(s objections.Said) ([]spoken, error) {
	list := []spoken{}
	for _, o := range s.Objections {
		said, err := o.Said()
		if err != nil {
			return nil, err
		}
		one := spoken{Kind: "objection", ID: o.ID, About: string(o.Ground), State: string(o.State), Whole: o.Disputed.Whole, Amount: o.Total,
			Since: stamp(o.FiledAt), Due: o.DueOn.String(), Ended: stamp(o.EndedAt), Answers: plain(said), Words: o.Words.Reveal(), Reason: o.Reason.Reveal()}
		for _, l := range o.Disputed.Lines {
			one.Lines = append(one.Lines, lineJSON{l.ID, l.Account, l.Amount})
		}
		list = append(list, one)
	}
	for _, p := range s.Proofs {
		list = append(list, proofSpoken(p))
	}
	for _, p := range s.Promises {
		list = append(list, spoken{Kind: "promise", ID: p.ID, State: string(p.State), Amount: p.Amount, Since: stamp(p.MadeAt), Due: p.By.String(), Ended: stamp(p.EndedAt)})
	}
	for _, n := range s.Situations {
		said, err := n.Said()
		if err != nil {
			return nil, err
		}
		list = append(list, spoken{Kind: "situation", ID: n.ID, About: string(n.Kind), State: string(n.State), Since: stamp(n.ToldAt),
			Ended: stamp(n.EndedAt), Answers: plain(said), Words: n.Words.Reveal(), Reason: n.Reason.Reveal()})
	}
	return list, nil
}

func plain[K ~string](said map[K]string) map[string]string {
	out := map[string]string{}
	for name, v := range said {
		out[string(name)] = v
	}
	return out
}

func proofSpoken(p kept.Proof) spoken {
	return spoken{Kind: "proof", ID: p.ID, About: "already_paid", State: string(p.State), Amount: p.Amount, Since: stamp(p.FiledAt),
		Due: p.DueOn.String(), Ended: stamp(p.EndedAt), Words: p.Words.Reveal(), Reason: p.Reason.Reveal(),
		Answers: map[string]string{"paid_on": p.PaidOn.String(), "target": p.Target.Reveal()}}
}

func (d Desk) table(list []spoken) [][]string {
	w := d.Words
	rows := [][]string{{"", w.Text("cli_id", nil), w.Text("cli_about", nil), w.Text("cli_status", nil), w.Text("cli_amount", nil), w.Text("cli_due", nil), ""}}
	for _, s := range list {
		rows = append(rows, []string{s.Kind, string(s.ID), s.About, s.State, w.Cents(s.Amount), s.Due, s.Words})
		for _, l := range s.Lines {
			rows = append(rows, []string{"", string(l.Line), string(l.Account), "", w.Cents(l.Amount), "", ""})
		}
	}
	return rows
}

// stamp writes an instant for lists, "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
