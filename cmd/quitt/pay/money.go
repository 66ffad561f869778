package pay

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"quitt/cmd/quitt/shown"
	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/payments/tally"
	"quitt/store"
	"quitt/store/rails"
	"quitt/store/tasks"
)

type attemptJSON struct {
	ID       debt.ID            `json:"payment"`
	Kind     rail.Kind          `json:"kind"`
	Method   debt.Method        `json:"method"`
	Amount   debt.Cents         `json:"amount_cents"`
	Status   debt.PaymentStatus `json:"status"`
	Failure  string             `json:"failure"`
	Intent   string             `json:"provider_id"`
	Started  string             `json:"started_at"`
	Expected string             `json:"expected_on"`
}

type moveJSON struct {
	ID          debt.ID         `json:"id"`
	Payment     debt.ID         `json:"payment"`
	Creditor    string          `json:"creditor,omitempty"`
	Kind        rail.MoveKind   `json:"kind"`
	Amount      debt.Cents      `json:"amount_cents"`
	Currency    string          `json:"currency"`
	Provider    string          `json:"provider_id"`
	Transaction string          `json:"transaction"`
	On          debt.Date       `json:"value_on"`
	State       rails.MoveState `json:"state"`
	Why         string          `json:"why"`
}

type noteJSON struct {
	Payment debt.ID `json:"payment"`
	At      string  `json:"at"`
	Author  string  `json:"author"`
	Text    string  `json:"text"`
}

type refundJSON struct {
	ID      debt.ID           `json:"id"`
	Payment debt.ID           `json:"payment"`
	Amount  debt.Cents        `json:"amount_cents"`
	State   rails.RefundState `json:"state"`
	Failure string            `json:"failure"`
	Started string            `json:"started_at"`
}

type casePayments struct {
	Attempts []attemptJSON `json:"attempts"`
	Moves    []moveJSON    `json:"movements"`
	Refunds  []refundJSON  `json:"refunds"`
	Notes    []noteJSON    `json:"notes"`
}

// list shows what a case's payments through providers did.
func (d Desk) list(ctx context.Context, in Input) (Answer, error) {
	c, id, err := d.Owner(ctx, in.Creditor, in.ID)
	if err != nil {
		return Answer{}, err
	}
	out := casePayments{[]attemptJSON{}, []moveJSON{}, []refundJSON{}, []noteJSON{}}
	err = d.Store.Read(ctx, c.ID, func(t *store.Reader) error {
		list, err := rails.AttemptsOf(t, id)
		if err != nil {
			return err
		}
		for _, a := range list {
			expected := ""
			if !a.ExpectedOn.IsZero() {
				expected = a.ExpectedOn.String()
			}
			out.Attempts = append(out.Attempts, attemptJSON{a.ID, a.Kind, a.Method, a.Amount, a.Status, a.Failure, a.Intent, stamp(a.StartedAt), expected})
			if err := out.of(t, a.ID); err != nil {
				return err
			}
		}
		return out.placed(t, id)
	})
	return Answer{JSON: out, Text: d.tables(out)}, err
}

// of adds what belongs to one payment.
func (p *casePayments) of(t *store.Reader, payment debt.ID) error {
	moves, err := rails.MovesOf(t, []debt.ID{payment})
	if err != nil {
		return err
	}
	for _, m := range moves[payment] {
		p.Moves = append(p.Moves, newMove(m))
	}
	refunds, err := rails.Refunds(t, payment)
	for _, f := range refunds {
		p.Refunds = append(p.Refunds, refundJSON{f.ID, f.PaymentID, f.Amount, f.State, f.Failure, stamp(f.StartedAt)})
	}
	if err != nil {
		return err
	}
	notes, err := rails.Notes(t, payment)
	for _, n := range notes {
		p.Notes = append(p.Notes, noteJSON{n.PaymentID, stamp(n.At), n.Author, n.Text.Reveal()})
	}
	return err
}

// placed adds what a person has written beside payments that came another way.
func (p *casePayments) placed(t *store.Reader, caseID debt.ID) error {
	list, err := t.Payments(caseID)
	for _, pay := range list {
		known := slices.ContainsFunc(p.Attempts, func(a attemptJSON) bool { return a.ID == pay.ID })
		if known || err != nil {
			continue
		}
		err = p.of(t, pay.ID)
	}
	return err
}

func newMove(m rails.Move) moveJSON {
	return moveJSON{ID: m.RowID, Payment: m.PaymentID, Kind: m.Kind, Amount: m.Amount, Currency: m.Currency, Provider: m.ID,
		Transaction: m.Transaction, On: m.On, State: m.State, Why: m.Why}
}

// tables writes a case's payments for people.
func (d Desk) tables(p casePayments) string {
	w := d.Words
	attempts := [][]string{{w.Text("cli_payment", nil), w.Text("cli_time", nil), w.Text("cli_method", nil), w.Text("cli_amount", nil), w.Text("cli_status", nil), ""}}
	for _, a := range p.Attempts {
		attempts = append(attempts, []string{string(a.ID), a.Started, string(a.Method), w.Cents(a.Amount), string(a.Status), a.Failure})
	}
	moves := [][]string{d.moveHeads()}
	for _, m := range p.Moves {
		moves = append(moves, d.moveRow(m))
	}
	out := shown.Columns(attempts)
	if len(moves) > 1 {
		out += "\n" + shown.Columns(moves)
	}
	refunds := [][]string{{w.Text("cli_refund", nil), w.Text("cli_time", nil), w.Text("cli_amount", nil), w.Text("cli_status", nil), ""}}
	for _, f := range p.Refunds {
		refunds = append(refunds, []string{string(f.ID), f.Started, w.Cents(f.Amount), string(f.State), f.Failure})
	}
	if len(refunds) > 1 {
		out += "\n" + shown.Columns(refunds)
	}
	notes := [][]string{{w.Text("cli_payment", nil), w.Text("cli_time", nil), w.Text("cli_note", nil)}}
	for _, n := range p.Notes {
		notes = append(notes, []string{string(n.Payment), n.At, n.Text})
	}
	if len(notes) > 1 {
		out += "\n" + shown.Columns(notes)
	}
	return out
}

func (d Desk) moveHeads() []string {
	w := d.Words
	return []string{w.Text("cli_move", nil), w.Text("cli_day", nil), w.Text("cli_kind", nil), w.Text("cli_amount", nil), w.Text("cli_status", nil),
		w.Text("cli_provider_id", nil), ""}
}

func (d Desk) moveRow(m moveJSON) []string {
	return []string{string(m.ID), m.On.String(), string(m.Kind), d.Words.Cents(m.Amount) + foreign(m.Currency), string(m.State), m.Provider, m.Why}
}

// foreign marks an amount that is not in euro.
func foreign(currency string) string {
	if currency == "EUR" {
		return ""
	}
	return " (" + currency + ")"
}

// note writes beside a payment.
func (d Desk) note(ctx context.Context, in Input) (Answer, error) {
	n := rails.Note{ID: store.NewID(), PaymentID: debt.ID(in.ID), Author: "operator", Text: debt.Personal(in.Text), At: d.Now()}
	c, err := d.ownerOf(ctx, func(t *store.Reader) error { return known(t, n.PaymentID) })
	if err == nil {
		err = d.Store.Write(ctx, c.ID, func(t *store.Tx) error { return rails.AddNote(t, n) })
	}
	return Answer{JSON: map[string]string{"id": string(n.ID)}, Text: d.say("cli_noted", nil)}, err
}

func known(t *store.Reader, payment debt.ID) error {
	list, err := t.LoadPayments([]debt.ID{payment})
	if err == nil && len(list) == 0 {
		return debt.E(debt.NotFound, "payment_unknown", nil)
	}
	return err
}

type taskJSON struct {
	ID       debt.ID    `json:"id"`
	Creditor string     `json:"creditor"`
	Kind     tasks.Kind `json:"kind"`
	Subject  string     `json:"subject"`
	Case     debt.ID    `json:"case"`
	File     string     `json:"file_reference"`
	Payment  debt.ID    `json:"payment"`
	Amount   debt.Cents `json:"amount_cents"`
	Reason   string     `json:"reason"`
	Opened   string     `json:"opened_at"`
}

// tasks lists what waits for a person, or ends one task.
func (d Desk) tasks(ctx context.Context, in Input) (Answer, error) {
	if in.Done != "" {
		return d.taskDone(ctx, in)
	}
	out, w := []taskJSON{}, d.Words
	rows := [][]string{{"ID", w.Text("cli_creditor", nil), w.Text("cli_kind", nil), w.Text("cli_amount", nil), w.Text("cli_file", nil), w.Text("cli_time", nil), ""}}
	err := d.those(ctx, in.Creditor, func(c debt.Creditor, t *store.Reader) error {
		list, err := tasks.List(t, listed)
		for _, k := range list {
			j := taskJSON{k.ID, c.Code, k.Kind, k.Subject, k.CaseID, "", k.PaymentID, k.Amount, k.Reason, stamp(k.OpenedAt)}
			if k.CaseID != "" && err == nil {
				var f *store.File
				if f, err = t.LoadFile(k.CaseID); err == nil {
					j.File = f.Case.FileReference
				}
			}
			out = append(out, j)
			rows = append(rows, []string{string(j.ID), j.Creditor, string(j.Kind), w.Cents(j.Amount), j.File, j.Opened, j.Reason})
		}
		return err
	})
	return Answer{JSON: out, Rows: rows}, err
}

func (d Desk) taskDone(ctx context.Context, in Input) (Answer, error) {
	if !debt.IsCode(in.Outcome) {
		return Answer{}, debt.E(debt.Invalid, "task_outcome_invalid", nil)
	}
	// A task is looked for where it is ended: every other creditor says that it has none.
	err := error(debt.E(debt.NotFound, "task_unknown", nil))
	var tenants []debt.Creditor
	if read := d.those(ctx, "", func(c debt.Creditor, _ *store.Reader) error { tenants = append(tenants, c); return nil }); read != nil {
		return Answer{}, read
	}
	for _, c := range tenants {
		if debt.KindOf(err) == debt.NotFound {
			err = d.Store.Write(ctx, c.ID, func(t *store.Tx) error { return tasks.Done(t, debt.ID(in.Done), in.Outcome, d.Now()) })
		}
	}
	return Answer{JSON: map[string]string{"id": in.Done, "outcome": in.Outcome}, Text: d.say("cli_task_done", nil)}, err
}

// suspended lists money that is with the provider and belongs to no case.
func (d Desk) suspended(ctx context.Context, in Input) (Answer, error) {
	out, rows := []moveJSON{}, [][]string{slices.Concat([]string{d.Words.Text("cli_creditor", nil)}, d.moveHeads())}
	err := d.those(ctx, in.Creditor, func(c debt.Creditor, t *store.Reader) error {
		list, err := rails.SuspendedMoves(t, listed)
		for _, m := range list {
			j := newMove(m)
			j.Creditor = c.Code
			out = append(out, j)
			rows = append(rows, slices.Concat([]string{c.Code}, d.moveRow(j)))
		}
		return err
	})
	return Answer{JSON: out, Rows: rows}, err
}

// place books suspended money to a case of the same creditor.
func (d Desk) place(ctx context.Context, in Input) (Answer, error) {
	var m rails.Move
	owner, err := d.ownerOf(ctx, func(t *store.Reader) (err error) {
		m, err = rails.LoadMove(t, debt.ID(in.ID))
		return err
	})
	if err != nil {
		return Answer{}, err
	}
	o := payments.PlaceOrder{CreditorID: owner.ID, Move: m.RowID, Method: debt.Method(in.Method)}
	if in.Method == "" {
		o.Method = debt.MethodCard
	}
	if !slices.Contains([]debt.Method{debt.MethodCard, debt.MethodDirectDebit}, o.Method) {
		return Answer{}, debt.E(debt.Invalid, "method_unknown", debt.Args{"allowed": []string{"card", "direct_debit"}})
	}
	if _, o.CaseID, err = d.Owner(ctx, owner.Code, in.Reference); err != nil {
		return Answer{}, err
	}
	p, err := d.Rail.Place(ctx, o)
	return Answer{JSON: map[string]any{"payment": p.ID, "amount_cents": p.Amount}, News: owner.ID,
		Text: d.say("cli_placed", debt.Args{"amount": p.Amount})}, err
}

// refund sends money back through the provider.
func (d Desk) refund(ctx context.Context, in Input) (Answer, error) {
	amount, err := debt.ParseCents(in.Amount)
	if err != nil {
		return Answer{}, err
	}
	o := payments.RefundOrder{PaymentID: debt.ID(in.ID), ID: store.NewID(), Amount: amount}
	owner, err := d.ownerOf(ctx, func(t *store.Reader) error { return known(t, o.PaymentID) })
	if err != nil {
		return Answer{}, err
	}
	o.CreditorID = owner.ID
	f, err := d.Rail.Refund(ctx, o)
	a := Answer{JSON: refundJSON{f.ID, f.PaymentID, f.Amount, f.State, f.Failure, stamp(f.StartedAt)}, News: owner.ID,
		Text: d.say("cli_refunded", debt.Args{"amount": f.Amount})}
	if err != nil && f.State == rails.RefundUnknown {
		// It is saved and called again by a loop: the operator must not order it anew.
		a.Text = d.say("cli_refund_unknown", debt.Args{"amount": f.Amount})
		return a, nil
	}
	return a, err
}

type comparedJSON struct {
	Account     string             `json:"account"`
	On          debt.Date          `json:"day"`
	Movements   int                `json:"movements"`
	Provider    debt.Cents         `json:"provider_cents"`
	Ledger      debt.Cents         `json:"ledger_cents"`
	Unexplained debt.Cents         `json:"unexplained_cents"`
	Differences []tally.Difference `json:"differences"`
}

// reconcile compares a day of a creditor's accounts with the provider, now.
func (d Desk) reconcile(ctx context.Context, in Input) (Answer, error) {
	c, err := d.creditor(ctx, in.Creditor)
	if err != nil {
		return Answer{}, err
	}
	day, err := debt.ParseDate(in.Day)
	if err != nil {
		return Answer{}, err
	}
	list, err := d.Rail.Accounts(ctx, c.ID)
	if err == nil && len(list) == 0 {
		err = payments.ErrNoRail
	}
	out, a, errs := []comparedJSON{}, Answer{}, []error{err}
	for _, acc := range list {
		r, found, err := d.Rail.Reconcile(ctx, c.ID, acc.ID, day)
		errs = append(errs, err)
		out = append(out, comparedJSON{acc.External, day, int(r.Movements), r.Provider, r.Ledger, r.Unexplained, append([]tally.Difference{}, found...)})
		a.Text += d.say("cli_reconciled", debt.Args{"account": acc.External, "day": day, "n": strconv.Itoa(int(r.Movements)),
			"provider": r.Provider, "ledger": r.Ledger, "unexplained": r.Unexplained})
		var rows [][]string
		for _, f := range found {
			rows = append(rows, []string{f.Kind, f.Transaction, d.Words.Cents(f.Provider), d.Words.Cents(f.Here), string(f.Payment)})
		}
		a.Text += shown.Columns(rows)
		a.Failed = a.Failed || r.Unexplained != 0
	}
	a.JSON = out
	return a, errors.Join(errs...)
}

type noticeJSON struct {
	Event    string `json:"event"`
	Type     string `json:"type"`
	Account  string `json:"account"`
	Object   string `json:"object"`
	Live     bool   `json:"live"`
	Reason   string `json:"reason"`
	Received string `json:"received_at"`
}

// quarantine lists notices nobody could make sense of.
func (d Desk) quarantine(ctx context.Context, _ Input) (Answer, error) {
	var list []rails.Notice
	err := d.Store.Read(ctx, "", func(t *store.Reader) (err error) {
		list, err = rails.Quarantine(t, listed)
		return err
	})
	out, w := []noticeJSON{}, d.Words
	rows := [][]string{{w.Text("cli_event", nil), w.Text("cli_kind", nil), w.Text("cli_account", nil), w.Text("cli_provider_id", nil), w.Text("cli_time", nil), ""}}
	for _, n := range list {
		j := noticeJSON{n.Event, n.Type, n.External, n.Object.ID, n.Live, n.Reason, stamp(n.ReceivedAt)}
		out = append(out, j)
		rows = append(rows, []string{j.Event, j.Type, j.Account, j.Object, j.Received, j.Reason})
	}
	return Answer{JSON: out, Rows: rows}, err
}
