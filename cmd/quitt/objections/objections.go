// Package objections has the command for what debtors said and what a person decides about
// it, until the creditor's pages do. It gives answers; package main reads flags and prints.
package objections

import (
	"context"
	"errors"
	"flag"
	"slices"
	"strings"
	"time"

	"quitt/cases/objections"
	"quitt/cmd/quitt/shown"
	"quitt/debt"
	"quitt/debt/objection"
	"quitt/notifications"
	"quitt/payments"
	"quitt/portal/text"
	"quitt/store"
	kept "quitt/store/objections"
)

// Desk is what the command works with.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
	Words *text.Catalogue
	// Owner finds the creditor who has a case under a reference, and the case.
	Owner func(ctx context.Context, creditor, reference string) (debt.Creditor, debt.ID, error)
}

// Input is what was typed. Unused fields are empty.
type Input struct {
	Action, ID                        string
	Creditor, Outcome, Reason, Credit string
	Close, Book                       bool
}

// Flags registers the command's flags.
func (in *Input) Flags(_ string, fs *flag.FlagSet) {
	for name, to := range map[string]*string{"creditor": &in.Creditor, "outcome": &in.Outcome, "reason": &in.Reason, "credit": &in.Credit} {
		fs.StringVar(to, name, "", "")
	}
	fs.BoolVar(&in.Close, "close", false, "")
	fs.BoolVar(&in.Book, "book", false, "")
}

// Take reads what was typed beside the flags. It names the flags that the action needs, or
// says that there is no such call.
func (in *Input) Take(_ string, args []string) (needs map[string]string, ok bool) {
	if in.Action = args[0]; len(args) > 1 {
		in.ID = args[1]
	}
	switch in.Action {
	case "list":
		return nil, in.ID == ""
	case "show":
		return nil, in.ID != ""
	case "answer":
		return map[string]string{"outcome": in.Outcome, "reason": in.Reason}, in.ID != ""
	case "proof", "situation":
		return map[string]string{"outcome": in.Outcome}, in.ID != ""
	}
	return nil, false
}

// Run does what was asked for.
func (d Desk) Run(ctx context.Context, in Input) (shown.Answer, error) {
	switch in.Action {
	case "list":
		return d.list(ctx, in)
	case "show":
		return d.show(ctx, in)
	}
	c, err := d.holder(ctx, in)
	if err != nil {
		return shown.Answer{}, err
	}
	said := ""
	switch in.Action {
	case "answer":
		err = d.answer(ctx, c.ID, in)
	case "proof":
		said, err = d.proof(ctx, c.ID, in)
	default:
		err = d.situation(ctx, c.ID, in)
	}
	if err != nil {
		return shown.Answer{}, err
	}
	return shown.Answer{JSON: map[string]string{"id": in.ID, "outcome": in.Outcome}, Text: d.Words.Text("cli_decided", nil) + "\n" + said, News: c.ID}, nil
}

// by is who decides on the command line.
var by = debt.Actor{Kind: "operator"}

func (d Desk) desk() objections.Desk { return objections.Desk{Store: d.Store, Now: d.Now} }

func (d Desk) answer(ctx context.Context, creditor debt.ID, in Input) error {
	given, err := credits(in.Credit)
	if err != nil {
		return err
	}
	return d.desk().Answer(ctx, creditor, debt.ID(in.ID), by,
		objection.Answer{Outcome: debt.ObjectionState(in.Outcome), Reason: debt.Personal(in.Reason), Credits: given})
}

// credits reads LINE=AMOUNT,LINE=AMOUNT. A part without a line is the cents of the amount before
// it, written with a comma as people do.
func credits(typed string) (list []objection.Given, err error) {
	var parts []string
	for part := range strings.SplitSeq(typed, ",") {
		if last := len(parts) - 1; last >= 0 && !strings.Contains(part, "=") {
			parts[last] += "," + part
			continue
		}
		parts = append(parts, part)
	}
	for _, part := range parts {
		line, amount, ok := strings.Cut(strings.TrimSpace(part), "=")
		if typed == "" {
			return nil, nil
		}
		g := objection.Given{Line: debt.ID(line)}
		if g.Amount, err = debt.ParseCents(amount); err != nil || !ok {
			return nil, debt.E(debt.Invalid, "credit_unreadable", nil)
		}
		list = append(list, g)
	}
	return list, nil
}

// verdict reads a decision with two outcomes.
func verdict(in Input, yes, no string) (objections.Verdict, error) {
	if in.Outcome != yes && in.Outcome != no {
		return objections.Verdict{}, debt.E(debt.Invalid, "outcome_unknown_word", debt.Args{"allowed": []string{yes, no}})
	}
	return objections.Verdict{Yes: in.Outcome == yes, Reason: debt.Personal(in.Reason), Close: in.Close}, nil
}

// proof decides a proof of payment; with --book the payment it proves is booked first, so
// that nothing is demanded in between. One that was accepted without is booked later, once. said
// tells what is left to do.
func (d Desk) proof(ctx context.Context, creditor debt.ID, in Input) (said string, err error) {
	v, err := verdict(in, string(kept.ProofAccepted), string(kept.ProofRejected))
	if err != nil {
		return "", err
	}
	id, ended := debt.ID(in.ID), debt.E(debt.Conflict, "proof_ended", nil)
	var p kept.Proof
	if err := d.Store.Read(ctx, creditor, func(t *store.Reader) (err error) { p, err = kept.LoadProof(t, id); return err }); err != nil {
		return "", err
	}
	if p.State == kept.ProofRejected || p.State == kept.ProofAccepted && !in.Book {
		return "", ended
	}
	if p.State == kept.ProofAccepted { // its booking may be left
		switch booked, err := d.desk().Booked(ctx, creditor, id); {
		case err != nil:
			return "", err
		case booked:
			return "", ended
		}
	}
	if v.Yes && in.Book {
		if err := d.book(ctx, creditor, p); err != nil {
			return "", err
		}
	}
	if err = d.desk().DecideProof(ctx, creditor, id, by, v); errors.Is(err, ended) && v.Yes && in.Book {
		err = nil // accepted before: the booking was left
	}
	if err != nil || !v.Yes {
		return "", err
	}
	booked, err := d.desk().Booked(ctx, creditor, id)
	if err == nil && !booked {
		said = d.Words.Text("seven_unbooked", debt.Args{"amount": p.Amount, "id": in.ID}) + "\n"
	}
	return said, err
}

func (d Desk) book(ctx context.Context, creditor debt.ID, p kept.Proof) error {
	_, err := payments.Desk{Store: d.Store, Now: d.Now}.Book(ctx, creditor, debt.Payment{CaseID: p.CaseID, Method: debt.MethodDirect,
		Amount: p.Amount, ReceivedOn: p.PaidOn, Source: objections.ProofSource, ExternalID: string(p.ID)})
	return err
}

func (d Desk) situation(ctx context.Context, creditor debt.ID, in Input) error {
	v, err := verdict(in, string(kept.SituationConfirmed), string(kept.SituationUnconfirmed))
	if err != nil {
		return err
	}
	return d.desk().DecideSituation(ctx, creditor, debt.ID(in.ID), by, v)
}

// holder finds whose an objection, proof or situation is.
func (d Desk) holder(ctx context.Context, in Input) (c debt.Creditor, err error) {
	load := map[string]func(t *store.Reader) error{
		"answer":    func(t *store.Reader) error { _, err := kept.Load(t, debt.ID(in.ID)); return err },
		"proof":     func(t *store.Reader) error { _, err := kept.LoadProof(t, debt.ID(in.ID)); return err },
		"situation": func(t *store.Reader) error { _, err := kept.LoadSituation(t, debt.ID(in.ID)); return err },
	}[in.Action]
	list, err := d.creditors(ctx, in.Creditor)
	if err != nil {
		return c, err
	}
	for _, c := range list {
		err = d.Store.Read(ctx, c.ID, load)
		if debt.KindOf(err) != debt.NotFound {
			return c, err
		}
	}
	return c, errors.Join(err)
}

// creditors lists all, or the one of a code.
func (d Desk) creditors(ctx context.Context, code string) (list []debt.Creditor, err error) {
	err = d.Store.Read(ctx, "", func(t *store.Reader) error {
		if list, err = t.Creditors(); err != nil || code == "" {
			return err
		}
		if _, err = t.LoadCreditor(code); err != nil {
			return err
		}
		list = slices.DeleteFunc(list, func(c debt.Creditor) bool { return c.Code != code })
		return nil
	})
	return list, err
}

// Loops are what works on objections and promises by itself.
func Loops(s *store.Store, now func() time.Time) []notifications.Loop {
	d := objections.Desk{Store: s, Now: now}
	promises := &objections.Promises{Desk: d}
	return []notifications.Loop{{Name: "objections", Every: time.Minute, Work: d.Clock},
		{Name: "proofs", Every: 30 * time.Second, Work: d.Proved}, {Name: "promises", Every: 10 * time.Second, Work: promises.Work}}
}
