package plans

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"strconv"
	"time"

	"quitt/cmd/quitt/shown"
	"quitt/debt"
	"quitt/debt/plan"
	"quitt/plans"
	"quitt/store"
)

func day(typed string) (int, error) {
	n, err := strconv.Atoi(typed)
	if err != nil {
		return 0, debt.E(debt.Invalid, "plan_day_range", nil)
	}
	return n, nil
}

// rowJSON is a plan in a list, for machines.
type rowJSON struct {
	Creditor   string         `json:"creditor"`
	Reference  string         `json:"reference"`
	State      debt.PlanState `json:"state"`
	Waits      plan.Side      `json:"waits_for"`
	Instalment debt.Cents     `json:"instalment_cents"`
	Last       debt.Date      `json:"last_on"`
	Until      string         `json:"until"`
}

// list shows the plans that wait for an answer, or those in a state.
func (d Desk) list(ctx context.Context, in Input) (shown.Answer, error) {
	var creditors []debt.Creditor
	err := d.Store.Read(ctx, "", func(t *store.Reader) (err error) {
		creditors, err = t.Creditors()
		return err
	})
	if err != nil {
		return shown.Answer{}, err
	}
	if in.Creditor != "" {
		c, err := d.creditor(ctx, in.Creditor)
		if err != nil {
			return shown.Answer{}, err
		}
		creditors = []debt.Creditor{c}
	}
	out := []rowJSON{}
	w := d.Words
	rows := [][]string{{w.Text("cli_creditor", nil), w.Text("cli_plans_file", nil), w.Text("cli_plans_state", nil), w.Text("cli_plans_waits", nil),
		w.Text("cli_plans_instalment", nil), w.Text("cli_plans_last", nil), w.Text("cli_plans_until", nil)}}
	for _, c := range creditors {
		list, err := d.List(ctx, c.ID, debt.PlanState(in.State))
		if err != nil {
			return shown.Answer{}, err
		}
		for _, r := range list {
			x := rowJSON{c.Code, r.File, r.Plan.State, r.Waits, r.Plan.Wish.Instalment, r.Plan.Schedule.Last().DueOn, stamp(r.Plan.ExpiresAt)}
			out = append(out, x)
			rows = append(rows, []string{x.Creditor, x.Reference, string(x.State), string(x.Waits), w.Cents(x.Instalment), w.Date(x.Last), x.Until})
		}
	}
	return shown.Answer{JSON: out, Rows: rows}, nil
}

// stamp writes an instant for lists, "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// planJSON is a plan with its rounds, for machines. What people wrote is not in it.
type planJSON struct {
	ID       debt.ID        `json:"id"`
	State    debt.PlanState `json:"state"`
	Schedule plan.Schedule  `json:"schedule"`
	Deal     plan.Deal      `json:"deal,omitzero"`
	Open     debt.Cents     `json:"open_cents"`
	Paid     debt.Cents     `json:"paid_cents"`
	Arrears  debt.Cents     `json:"arrears_cents"`
	Waits    plan.Side      `json:"waits_for"`
	Rounds   []roundJSON    `json:"rounds"`
}

type roundJSON struct {
	By         string      `json:"by"`
	Act        string      `json:"act"`
	Wish       plan.Wish   `json:"wish"`
	Last       debt.Date   `json:"last_on"`
	Reason     string      `json:"reason"`
	Affordable *debt.Cents `json:"affordable_cents"`
	Suggested  plan.Side   `json:"suggested"`
	At         string      `json:"at"`
}

// show prints the plan of a case.
func (d Desk) show(ctx context.Context, in Input) (shown.Answer, error) {
	_, v, err := d.current(ctx, in)
	if err != nil {
		return shown.Answer{}, err
	}
	return d.page(v), nil
}

// page writes a plan: state, rounds with what was said, schedule with what became of it.
func (d Desk) page(v plans.View) shown.Answer {
	k, w := v.Plan, d.Words
	out := planJSON{ID: k.ID, State: k.State, Schedule: k.Schedule, Deal: k.Deal, Open: v.Open, Paid: v.Progress.Paid,
		Arrears: v.Progress.Arrears, Waits: v.Waits, Rounds: []roundJSON{}}
	text := w.Text("cli_plans_head", debt.Args{"state": k.State, "open": v.Open, "arrears": v.Progress.Arrears}) + "\n"
	for _, r := range v.Rounds {
		x := roundJSON{r.By.Kind, string(r.Act), r.Wish, r.Schedule.Last().DueOn, r.Reason, r.Affordable, r.Suggested, stamp(r.At)}
		out.Rounds = append(out.Rounds, x)
		text += w.Text("cli_plans_round", debt.Args{"by": x.By, "act": x.Act, "amount": r.Wish.Instalment, "last": x.Last, "reason": r.Reason}) + "\n"
		if r.Note != "" {
			text += "  " + r.Note.Reveal() + "\n"
		}
		if r.Affordable != nil {
			text += "  " + w.Text("cli_plans_affordable", debt.Args{"amount": *r.Affordable}) + "\n"
		}
		if r.Suggested != "" {
			text += "  " + w.Text("cli_plans_suggested", debt.Args{"side": string(r.Suggested)}) + "\n"
		}
	}
	if v.Waits != "" {
		text += w.Text("cli_plans_waiting", debt.Args{"side": string(v.Waits)}) + "\n"
	}
	for i, x := range k.Schedule.Instalments {
		standing := ""
		if i < len(v.Progress.Instalments) {
			standing = string(v.Progress.Instalments[i].Standing)
		}
		text += strconv.Itoa(x.No) + "  " + w.Date(x.DueOn) + "  " + w.Cents(x.Amount) + "  " + standing + "\n"
	}
	return shown.Answer{JSON: out, Text: text}
}

// rules prints what a creditor allows as JSON, or with --set puts a file in force.
func (d Desk) rules(ctx context.Context, in Input) (shown.Answer, error) {
	c, err := d.creditor(ctx, in.Creditor)
	if err != nil {
		return shown.Answer{}, err
	}
	if in.Set == "" {
		rules, version, err := d.Rules(ctx, c.ID)
		if err != nil {
			return shown.Answer{}, err
		}
		b, err := json.MarshalIndent(rules, "", "  ")
		return shown.Answer{JSON: map[string]any{"version": version, "rules": rules}, Text: string(b) + "\n"}, err
	}
	rules, err := readRules(in.Set)
	if err != nil {
		return shown.Answer{}, err
	}
	version, err := d.SetRules(ctx, c.ID, rules, "operator")
	return shown.Answer{JSON: map[string]any{"version": version}, Text: d.Words.Text("cli_plans_rules_set", debt.Args{"version": int(version)}) + "\n"}, err
}

// mostRules bounds the size of a file of rules.
const mostRules = 1 << 20

// readRules reads a file as quitt plans rules prints it. A field nobody knows is a mistake: a
// rule that is misspelt would allow what nobody meant.
func readRules(path string) (rules plan.Rules, err error) {
	file, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		return rules, debt.E(debt.NotFound, "file_unreadable", debt.Args{"file": path})
	}
	defer func() { _ = file.Close() }()
	d := json.NewDecoder(io.LimitReader(file, mostRules))
	d.DisallowUnknownFields()
	if err := d.Decode(&rules); err != nil {
		return rules, debt.E(debt.Invalid, "plan_rules_unreadable", debt.Args{"problem": err.Error()})
	}
	return rules, nil
}
