package shown

import (
	"strconv"

	"errors"

	"quitt/debt"
	rules "quitt/debt/letter"
	"quitt/notifications/letter"
	"quitt/portal/text"
	"quitt/store/letters"
)

// errorKey gives the key of a refusal, for machines.
func errorKey(err error) string {
	var e *debt.Error
	if errors.As(err, &e) {
		return e.Key
	}
	return ""
}

// Kept is a letter.
type Kept struct {
	Number     int64         `json:"number"`
	Kind       rules.Kind    `json:"kind"`
	State      letters.State `json:"state"`
	On         debt.Date     `json:"dated_on"`
	Deadline   debt.Date     `json:"deadline_on,omitzero"`
	Pages      int           `json:"pages"`
	Void       string        `json:"void_reason,omitempty"`
	Returned   debt.Stop     `json:"return_reason,omitempty"`
	ProviderID string        `json:"provider_id,omitempty"`
}

// NewKept is a letter as it is kept.
func NewKept(k letters.Kept) Kept {
	return Kept{k.Number, k.Kind, k.State, k.On, k.Deadline, k.Pages, k.VoidReason, k.Reason, k.ProviderID}
}

// Letters lists letters as they are kept.
func Letters(w *text.Catalogue, kept []letters.Kept) Answer {
	out, rows := []Kept{}, [][]string{}
	for _, k := range kept {
		out = append(out, NewKept(k))
		rows = append(rows, []string{strconv.FormatInt(k.Number, 10), w.Date(k.On), w.Word(k.Kind), State(w, k)})
	}
	return Answer{JSON: out, Text: Columns(rows)}
}

// State says where a letter is.
func State(w *text.Catalogue, k letters.Kept) string {
	switch k.State {
	case letters.Created:
		return w.Text("cli_letter_created", nil)
	case letters.Sending:
		return w.Text("cli_letter_sending", nil)
	case letters.Sent:
		return w.Text("cli_letter_sent", nil)
	case letters.Returned:
		return w.Text("cli_letter_returned", debt.Args{"reason": string(k.Reason)})
	default:
		return w.Text("cli_letter_void", debt.Args{"reason": k.VoidReason})
	}
}

// Problem is a letter that cannot go out.
type Problem struct {
	Case   string   `json:"case"`
	Number int64    `json:"number,omitempty"`
	Key    string   `json:"key,omitempty"`
	Text   string   `json:"text"`
	Reason []string `json:"because,omitempty"`
}

// Run is what a run did for one creditor.
type Run struct {
	Creditor  string    `json:"creditor"`
	Kind      string    `json:"kind"`
	Run       string    `json:"run,omitempty"`
	Resumed   bool      `json:"resumed"`
	Created   int       `json:"created"`
	Void      int       `json:"void"`
	Sent      int       `json:"sent"`
	PDFs      []string  `json:"pdf"`
	Manifests []string  `json:"manifest"`
	Problems  []Problem `json:"problems"`
}

// NewRun words a report.
func NewRun(w *text.Catalogue, o letter.Order, r letter.Report) Run {
	out := Run{o.Creditor.Code, string(o.Kind), string(r.Run), r.Resumed, r.Created, r.Void, r.Sent,
		append([]string{}, r.PDFs...), append([]string{}, r.Manifests...), []Problem{}}
	for _, p := range r.Problems {
		out.Problems = append(out.Problems, NewProblem(w, p))
	}
	return out
}

// NewProblem words what is wrong with one letter.
func NewProblem(w *text.Catalogue, of letter.Problem) Problem {
	p := Problem{Case: of.FileReference, Number: of.Number}
	for _, b := range of.Because {
		p.Reason = append(p.Reason, string(b))
	}
	if of.Err != nil {
		p.Key, p.Text = errorKey(of.Err), w.Error(of.Err)
		return p
	}
	p.Text = w.Text("cli_letters_not_due", debt.Args{"because": of.Because})
	return p
}

// Trial is what a run would do for one case.
type Trial struct {
	Problem

	Creditor string `json:"creditor"`
	Subject  string `json:"subject,omitempty"`
	Due      bool   `json:"due"`
	Pages    int    `json:"pages,omitempty"`
}
