package shown

import (
	"fmt"
	"strings"

	"quitt/debt"
	"quitt/portal/text"
	"quitt/store"
)

// Verification is what verify found, for machines.
type Verification struct {
	store.Tally
	Findings []store.Finding `json:"findings"`
}

// Verified tells what was verified and what is wrong.
func Verified(words *text.Catalogue, tally store.Tally, findings []store.Finding) Answer {
	var said strings.Builder
	for _, f := range findings {
		_, _ = fmt.Fprintf(&said, "%s %s: %s: %s\n", f.Creditor, f.File, f.Rule, f.Detail)
	}
	verdict := "cli_verify_clean"
	if len(findings) > 0 {
		verdict = "cli_verify_findings"
	}
	_, _ = fmt.Fprintf(&said, "%s\n%s\n", words.Text("cli_verify_tally", debt.Args{"creditors": tally.Creditors, "cases": tally.Cases,
		"entries": tally.Entries, "postings": tally.Postings, "payments": tally.Payments, "events": int(tally.Events)}),
		words.Text(verdict, debt.Args{"n": len(findings)}))
	return Answer{JSON: Verification{tally, findings}, Text: said.String(), Failed: len(findings) > 0}
}
