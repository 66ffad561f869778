package transfer

import (
	"slices"
	"strconv"
	"strings"

	"quitt/debt"
	"quitt/store"
	"quitt/store/statements"
	"quitt/store/tasks"
)

// What a person has to look at, beside money that belongs to no case.
const (
	TaskQuarantine tasks.Kind = "statement_quarantined" // a statement that does not add up
	TaskGap        tasks.Kind = "statement_gap"         // a statement before it is missing
	TaskUnreturned tasks.Kind = "return_unmatched"      // a return of a payment nobody knows
	TaskBatch      tasks.Kind = "batch_unresolved"      // a sum whose parts are not known
	TaskForeign    tasks.Kind = "foreign_money"         // not in euro
	TaskBounced    tasks.Kind = "transfer_returned"     // a transfer of ours came back
)

// Chained is how many of the newest statements of an account are held against each other.
const Chained = 400

// Aside is what the task about a statement is known by: reading its file again finds it again.
func Aside(h statements.Head) string { return string(h.FileID) + "/" + h.Name }

// put asks for a person.
func (v *reading) put(t *store.Tx, kind tasks.Kind, subject, reason string) error {
	return tasks.Again(t, tasks.Task{ID: store.NewID(), Kind: kind, Subject: subject, Reason: reason, OpenedAt: v.Now()})
}

// chain asks for the gaps that are new with a statement, and settles those it has closed.
func (v *reading) chain(t *store.Tx, h statements.Head) error {
	list, err := statements.Chain(&t.Reader, v.account.ID, Chained)
	if err != nil {
		return err
	}
	now := Gaps(list)
	before := Gaps(slices.DeleteFunc(list, func(o statements.Head) bool { return o.ID == h.ID }))
	for _, id := range now {
		if err := tasks.Open(t, tasks.Task{ID: store.NewID(), Kind: TaskGap, Subject: string(id), Reason: "opening_differs", OpenedAt: v.Now()}); err != nil {
			return err
		}
	}
	for _, id := range before {
		if slices.Contains(now, id) {
			continue
		}
		if err := tasks.End(t, tasks.Task{Kind: TaskGap, Subject: string(id)}, "settled", v.Now()); err != nil {
			return err
		}
	}
	return nil
}

// Gaps gives the statements before which one is missing: none of the newest that end before
// they begin closes with what they open with, or their numbers leave one out. The oldest has
// nothing before it, one whose first day another tells of as well has that one's before it, and
// files may come in any order.
func Gaps(list []statements.Head) (gaps []debt.ID) {
	for _, h := range list {
		var before []statements.Head
		covered := false
		for _, o := range list {
			covered = covered || o.ID != h.ID && covers(o, h)
			if o.ID != h.ID && o.Closing != nil && precedes(o, h) && (!within(o, h) || h.Opening != nil && *o.Closing == *h.Opening) {
				before = append(before, o)
			}
		}
		if covered || len(before) == 0 || h.Opening == nil {
			continue
		}
		last := slices.MaxFunc(before, func(a, b statements.Head) int { return a.To.Compare(b.To) }).To
		fits := slices.ContainsFunc(before, func(o statements.Head) bool {
			return o.To == last && *o.Closing == *h.Opening && !skips(o, h)
		})
		if !fits {
			gaps = append(gaps, h.ID)
		}
	}
	return gaps
}

// within reports whether all days of a statement are days of a longer one.
func within(o, h statements.Head) bool {
	return !o.From.Before(h.From) && !o.To.After(h.To) && (o.From != h.From || o.To != h.To)
}

// covers reports whether a statement tells of the days before another begins.
func covers(o, h statements.Head) bool {
	return within(h, o) || o.From.Before(h.From) && o.To.After(h.From)
}

// precedes reports whether a statement ends before another begins. Many banks count a day twice,
// at the end of one and at the beginning of the next; several of one day are told by their
// numbers or, without any, by their balances.
func precedes(o, h statements.Head) bool {
	if o.To.Before(h.To) {
		return !o.To.After(h.From)
	}
	a, b := number(o.Sequence), number(h.Sequence)
	return o.To == h.To && (a < b || a == b && h.Opening != nil && *o.Closing == *h.Opening && *o.Closing != deref(h.Closing))
}

func deref(c *debt.Cents) debt.Cents {
	if c == nil {
		return 0
	}
	return *c
}

// skips reports whether the numbers of two statements of one year leave one out between them.
func skips(o, h statements.Head) bool {
	a, b := number(o.Sequence), number(h.Sequence)
	return a > 0 && b > a+1 && o.To.Year() == h.To.Year() && !strings.Contains(o.Sequence+h.Sequence, "/")
}

// number is that of a statement, with its sheet where it has one: 17/2 stands behind 17/1.
func number(sequence string) int {
	head, sheet, _ := strings.Cut(sequence, "/")
	n, err := strconv.Atoi(strings.TrimSpace(head))
	if err != nil {
		return 0
	}
	s, _ := strconv.Atoi(strings.TrimSpace(sheet))
	const sheets = 10_000
	if strings.Contains(sequence, "/") {
		return n*sheets + s
	}
	return n
}

// Before gives the newest of an account's statements that end before one begins; ok is false where
// none is known.
func Before(list []statements.Head, h statements.Head) (last statements.Head, ok bool) {
	for _, o := range list {
		if o.ID != h.ID && o.Closing != nil && precedes(o, h) && (!ok || o.To.After(last.To)) {
			last, ok = o, true
		}
	}
	return last, ok
}

// isNumber reports whether an account in another way is that of an IBAN: bank code and account
// number, or the number alone, as :25: of MT940 has them.
func isNumber(iban, other string) bool {
	other = strings.ToUpper(strings.Join(strings.Fields(other), ""))
	if other == iban {
		return true
	}
	const bban = 4
	if !strings.HasPrefix(iban, "DE") || len(iban) != 22 {
		return false
	}
	code, account, ok := strings.Cut(other, "/")
	if !ok || len(code) != 8 {
		return false
	}
	account = strings.TrimRight(account, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") // the currency, behind it
	return iban[bban:bban+8] == code && strings.TrimLeft(iban[bban+8:], "0") == strings.TrimLeft(account, "0")
}
