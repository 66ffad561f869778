// Package objection is what a debtor may say against a claim and what follows from it: the
// grounds, what each asks and which papers help, what is disputed and what is not, and what
// an answer may decide. Any statement is enough to dispute a claim; nothing here makes a
// reason a condition (law.md 9). Pure: values in, values or a refusal out.
package objection

import (
	"maps"
	"slices"

	"quitt/debt"
)

// Ground is why a debtor disputes a claim.
type Ground string

// The grounds. What needs no dispute has ways of its own: a payment that was made (Proof)
// and the situations of debt/situation.
const (
	AmountWrong  Ground = "amount_wrong"
	NotMine      Ground = "not_mine"
	NotDelivered Ground = "not_delivered"
	Faulty       Ground = "faulty"
	Returned     Ground = "returned"
	Cancelled    Ground = "cancelled" // withdrawn from, or ended by notice
	TimeBarred   Ground = "time_barred"
	Other        Ground = "other"
)

// QuestionKind says how a question is answered.
type QuestionKind string

// The kinds of question.
const (
	Words  QuestionKind = "words"
	Day    QuestionKind = "day"
	Amount QuestionKind = "amount"
	Choice QuestionKind = "choice"
)

// Asked names a question.
type Asked string

// Option is one answer to a Choice.
type Option string

// Question is one thing that helps to decide. None must be answered.
type Question struct {
	Name    Asked
	Kind    QuestionKind
	Options []Option // of a Choice
}

// Paper is a kind of document that helps to decide.
type Paper string

// The papers a page names.
const (
	PaperBill         Paper = "bill"
	PaperContract     Paper = "contract"
	PaperLetter       Paper = "letter"
	PaperConfirmation Paper = "confirmation" // of a cancellation or a withdrawal
	PaperPhoto        Paper = "photo"
	PaperReceipt      Paper = "receipt" // of a parcel sent back
)

// guide is what one ground asks for.
type guide struct {
	questions []Question
	papers    []Paper
}

var guides = map[Ground]guide{
	AmountWrong: {[]Question{{Name: "right_amount", Kind: Amount}},
		[]Paper{PaperBill, PaperContract, PaperLetter}},
	NotMine: {[]Question{{Name: "know_creditor", Kind: Choice, Options: []Option{"yes", "no", "unsure"}}},
		[]Paper{PaperLetter}},
	NotDelivered: {[]Question{{Name: "promised_on", Kind: Day}, {Name: "asked_on", Kind: Day}},
		[]Paper{PaperContract, PaperLetter}},
	Faulty: {[]Question{{Name: "complained_on", Kind: Day}},
		[]Paper{PaperPhoto, PaperLetter}},
	Returned: {[]Question{{Name: "returned_on", Kind: Day}},
		[]Paper{PaperReceipt, PaperLetter}},
	Cancelled: {[]Question{{Name: "cancelled_on", Kind: Day},
		{Name: "cancelled_how", Kind: Choice, Options: []Option{"mail", "letter", "phone", "website", "other"}}},
		[]Paper{PaperConfirmation, PaperLetter}},
	TimeBarred: {nil, []Paper{PaperBill, PaperLetter}},
	Other:      {nil, []Paper{PaperLetter}},
}

// order is how a page lists the grounds: the usual ones first, "other" last.
var order = []Ground{AmountWrong, NotMine, NotDelivered, Faulty, Returned, Cancelled, TimeBarred, Other}

// Grounds lists every ground in the order of a page.
func Grounds() []Ground { return slices.Clone(order) }

// Asks lists the names of all questions.
func Asks() (all []Asked) {
	for _, g := range order {
		for _, q := range guides[g].questions {
			all = append(all, q.Name)
		}
	}
	return all
}

// Options lists the answers of all choices.
func Options() (all []Option) {
	for _, g := range order {
		for _, q := range guides[g].questions {
			all = append(all, q.Options...)
		}
	}
	return all
}

// Papers lists every kind of document.
func Papers() []Paper {
	return []Paper{PaperBill, PaperContract, PaperLetter, PaperConfirmation, PaperPhoto, PaperReceipt}
}

// Hint is a sentence about a ground.
type Hint string

// Hint gives the sentence that helps to choose a ground.
func (g Ground) Hint() Hint { return Hint(g) }

// Hints lists them.
func Hints() (all []Hint) {
	for _, g := range order {
		all = append(all, g.Hint())
	}
	return all
}

// Known reports whether there is such a ground.
func (g Ground) Known() bool { return slices.Contains(order, g) }

// Questions lists what a ground asks, without what every one ends with: anything else.
func (g Ground) Questions() []Question { return slices.Clone(guides[g].questions) }

// Papers lists what helps to decide.
func (g Ground) Papers() []Paper { return slices.Clone(guides[g].papers) }

// Answers are what was answered to the questions of a ground, by name.
type Answers map[Asked]string

// Read takes the answers a ground asked for and refuses those that cannot be read. Days
// come as YYYY-MM-DD and may not lie in the future; empty ones are left out.
func (g Ground) Read(typed Answers, today debt.Date) (Answers, error) {
	read := Answers{}
	for _, q := range guides[g].questions {
		v := typed[q.Name]
		if v == "" {
			continue
		}
		if err := q.check(v, today); err != nil {
			return nil, err
		}
		read[q.Name] = v
	}
	return read, nil
}

func (q Question) check(v string, today debt.Date) error {
	switch q.Kind {
	case Day:
		on, err := debt.ParseDate(v)
		if err != nil || on.After(today) {
			return debt.E(debt.Invalid, "objection_day", debt.Args{"field": string(q.Name)})
		}
	case Amount:
		if c, err := debt.ParseCents(v); err != nil || c < 0 {
			return debt.E(debt.Invalid, "objection_amount", debt.Args{"field": string(q.Name)})
		}
	case Choice:
		if !slices.Contains(q.Options, Option(v)) {
			return debt.E(debt.Invalid, "objection_choice", debt.Args{"field": string(q.Name)})
		}
	}
	return nil
}

// Names lists what was answered, in a fixed order.
func (a Answers) Names() []Asked { return slices.Sorted(maps.Keys(a)) }

// MostWords is how many characters a debtor may write.
const MostWords = 4000
