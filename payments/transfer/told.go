package transfer

import (
	"slices"
	"strings"

	"quitt/debt"
	"quitt/store"
	"quitt/store/statements"
)

// toldDiffers is why a statement is put aside whose days another tells otherwise.
const toldDiffers = "told_differently"

// retold looks for days that a statement has in common with others of which none has all lines of
// the other: the same money in other words, as where one was MT940 and the other is camt, or one
// that is wrong. A day with the same sum of such lines and the same balance at its end is the
// same and dropped; dropped is how many lines that are. Where it is not, wrong says so.
func (v *reading) retold(t *store.Tx, h statements.Head) (dropped int64, wrong string, err error) {
	others, err := statements.Overlap(&t.Reader, h)
	others = strangers(others, h)
	if err != nil || len(others) == 0 {
		return 0, "", err
	}
	if h.Interim { // it goes on counting, so that its lines are never known again
		return 0, toldDiffers, nil
	}
	fresh, err := statements.FreshDays(&t.Reader, h)
	if err != nil {
		return 0, "", err
	}
	last := slices.MaxFunc(others, func(a, b statements.Head) int { return a.To.Compare(b.To) }).To
	taken, err := statements.TakenDays(&t.Reader, h, h.From, debt.Later(last, h.To))
	if err != nil {
		return 0, "", err
	}
	for on, day := range fresh {
		if day.Lines == 0 || taken[on].Lines == 0 {
			continue
		}
		end := *h.Closing - behind(fresh, on, h.To)
		same := func(o statements.Head) bool {
			return !on.Before(o.From) && !on.After(o.To) && o.Closing != nil && *o.Closing-behind(taken, on, o.To) == end
		}
		if day.Other != taken[on].Other || !slices.ContainsFunc(others, same) {
			return 0, toldDiffers, nil
		}
		n, err := statements.DropDay(t, h, on)
		if err != nil {
			return 0, "", err
		}
		dropped += n
	}
	return dropped, "", nil
}

// behind is what moved after a day and up to another.
func behind(days map[debt.Date]statements.Day, on, to debt.Date) (sum debt.Cents) {
	for d, day := range days {
		if d.After(on) && !d.After(to) {
			sum += day.Sum
		}
	}
	return sum
}

// strangers are the statements that may tell of the same money as one does although their days
// touch. Not those that lead to it or on from it by their balances, one after the other, unless they
// begin and end as it does; not sheets of the same number; not parts of one day that begin and end
// differently.
func strangers(list []statements.Head, h statements.Head) []statements.Head {
	if h.Opening == nil || h.Closing == nil {
		return nil
	}
	list = slices.DeleteFunc(list, func(o statements.Head) bool { return o.Opening == nil || o.Closing == nil })
	for _, next := range []func(x, y statements.Head) bool{follows, func(x, y statements.Head) bool { return follows(y, x) }} {
		for linked := []statements.Head{h}; len(linked) > 0; linked = linked[1:] {
			list = slices.DeleteFunc(list, func(o statements.Head) bool {
				if next(linked[0], o) && (*o.Opening != *h.Opening || *o.Closing != *h.Closing) {
					linked = append(linked, o)
					return true
				}
				return false
			})
		}
	}
	return slices.DeleteFunc(list, func(o statements.Head) bool { return part(o, h) })
}

// follows reports whether one statement opens with what another closes with.
func follows(x, y statements.Head) bool {
	return !x.To.After(y.From) && *x.Closing == *y.Opening
}

// part reports whether two statements are parts of one day.
func part(a, b statements.Head) bool {
	number, sheet, ok := strings.Cut(a.Sequence, "/")
	other, another, too := strings.Cut(b.Sequence, "/")
	if a.To == b.To && ok && too && number == other && sheet != another {
		return true
	}
	return a.To == b.To && a.From == a.To && b.From == b.To && *a.Opening != *b.Opening && *a.Closing != *b.Closing
}
