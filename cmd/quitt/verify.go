package main

import (
	"context"

	"quitt/debt"
	"quitt/store"
)

type verifyJSON struct {
	store.Tally
	Findings []store.Finding `json:"findings"`
}

// verify recomputes everything and fails at the first difference, or with --all lists
// every one.
func verify(ctx context.Context, r *run) error {
	var all bool
	r.flags.BoolVar(&all, "all", false, "")
	r.jsonFlag()
	if err := r.parse(0, 0); err != nil {
		return err
	}
	s, err := r.open(ctx)
	if err != nil {
		return err
	}
	return r.verify(ctx, s, all)
}

func (r *run) verify(ctx context.Context, s *store.Store, all bool) error {
	out := verifyJSON{Findings: []store.Finding{}}
	tally, err := s.Verify(ctx, func(f store.Finding) bool {
		out.Findings = append(out.Findings, f)
		return all
	})
	if err != nil {
		return err
	}
	out.Tally = tally
	if r.asJSON {
		if err := r.json(out); err != nil {
			return err
		}
	} else {
		for _, f := range out.Findings {
			r.printf("%s %s: %s: %s\n", f.Creditor, f.File, f.Rule, f.Detail)
		}
		r.line("cli_verify_tally", debt.Args{"creditors": tally.Creditors, "cases": tally.Cases, "entries": tally.Entries,
			"postings": tally.Postings, "payments": tally.Payments, "events": int(tally.Events)})
		verdict := "cli_verify_clean"
		if len(out.Findings) > 0 {
			verdict = "cli_verify_findings"
		}
		r.line(verdict, debt.Args{"n": len(out.Findings)})
	}
	if len(out.Findings) > 0 {
		return errFound
	}
	return nil
}
