// Package sepa knows what the schemes of the European Payments Council fix beyond a format: the
// characters a text may have, and what it means when a payment comes back.
package sepa

import (
	_ "embed"
	"encoding/csv"
	"strings"
)

// Retry says whether a direct debit may be presented again.
type Retry string

// The policies. Banks charge each return, and a debit that comes back again costs the debtor.
const (
	Never     Retry = "never"
	Once      Retry = "once"      // with a new notice, on a day that is agreed
	Asked     Retry = "asked"     // only after the debtor was asked: in Germany MS03 stands for AM04 and MD07 too
	Corrected Retry = "corrected" // once what was wrong is put right; it was not the debtor's money
)

// Return is what a reason code of a returned payment means.
type Return struct {
	Code          string // ISO 20022, external code list of return reasons
	German        string
	English       string
	Retry         Retry
	EndsMandate   bool // nothing may be collected on this mandate and account any more
	MayBeObjected bool // the debtor has said no: to be treated as a possible objection
}

//go:embed return_reasons.csv
var table string

var reasons = read(table)

// read takes the table as it is compiled in; its form is held by a test. The last column says
// whether a row was read in a source or is known from memory.
func read(table string) map[string]Return {
	rows, err := csv.NewReader(strings.NewReader(table)).ReadAll()
	if err != nil {
		return nil
	}
	out := map[string]Return{}
	for _, r := range rows[1:] {
		out[r[0]] = Return{r[0], r[1], r[2], Retry(r[3]), r[4] == "yes", r[5] == "yes"}
	}
	return out
}

// Reason gives what is known of a code. Of an unknown one nothing may be assumed: it is never
// presented again without a person having looked, and the mandate stays.
func Reason(code string) (r Return, known bool) {
	r, known = reasons[strings.ToUpper(strings.TrimSpace(code))]
	if !known {
		r = Return{Code: code, Retry: Never}
	}
	return r, known
}
