package rollups

import (
	"fmt"

	"quitt/debt"
	"quitt/debt/recovery"
	"quitt/store"
	"quitt/store/column"
)

// Difference is a count and an amount as they are kept and as the cases say.
type Difference struct{ Kept, Is [2]int64 }

const keptSQL = `SELECT span, slice, value, day_on, figure, key, n, amount FROM rollups WHERE creditor_id = $1`

// Differences recomputes every line and sum from the cases and gives those that are kept
// otherwise, by what they are of.
func Differences(r *store.Reader) (map[string]Difference, error) {
	found := map[string]Difference{}
	want := sums{}
	for after := firstID; ; {
		var ids []debt.ID
		if err := r.List(&ids, casesSQL, r.Creditor(), after, Portion); err != nil {
			return nil, err
		}
		if len(ids) == 0 {
			break
		}
		if err := compareLines(r, ids, want, found); err != nil {
			return nil, err
		}
		after = ids[len(ids)-1]
	}
	return found, compareSums(r, want, found)
}

func compareLines(r *store.Reader, ids []debt.ID, want sums, found map[string]Difference) error {
	stories, err := load(r, ids)
	if err != nil {
		return err
	}
	kept, err := listed[lineRow](r, linesSQL, ids)
	if err != nil {
		return err
	}
	was := map[lineRow]lineRow{}
	for _, k := range kept {
		was[k.place()] = k
	}
	for id, s := range stories {
		at := recovery.PlaceOf(s)
		for _, l := range recovery.Lines(s) {
			row := lineOf(id, l, at)
			want.add(row, 1)
			if k := was[row.place()]; k != row {
				found[row.String()] = Difference{[2]int64{k.N, k.Amount}, [2]int64{row.N, row.Amount}}
			}
			delete(was, row.place())
		}
	}
	for _, k := range was {
		found[k.String()] = Difference{Kept: [2]int64{k.N, k.Amount}}
	}
	return nil
}

func (r lineRow) String() string {
	return fmt.Sprintf("line %s %s %s of case %s", r.DayOn, r.Figure, r.Key, r.CaseID)
}

func compareSums(r *store.Reader, want sums, found map[string]Difference) error {
	var rows []struct {
		Span   string          `db:"span"`
		Slice  string          `db:"slice"`
		Value  string          `db:"value"`
		DayOn  column.Day      `db:"day_on"`
		Figure recovery.Figure `db:"figure"`
		Key    string          `db:"key"`
		N      int64           `db:"n"`
		Amount int64           `db:"amount"`
	}
	if err := r.List(&rows, keptSQL, r.Creditor()); err != nil {
		return err
	}
	kept := sums{}
	for _, k := range rows {
		c := cell{k.Span, k.Slice, k.Value, k.DayOn.Date, string(k.Figure), k.Key}
		kept[c] = [2]int64{k.N, k.Amount}
		if kept[c] != want[c] {
			found[c.String()] = Difference{kept[c], want[c]}
		}
	}
	for c, sum := range want {
		if kept[c] != sum {
			found[c.String()] = Difference{kept[c], sum}
		}
	}
	return nil
}

func (c cell) String() string {
	return fmt.Sprintf("sum of the %s %s, %s %s, %s %s", c.span, c.on, c.slice, c.value, c.figure, c.key)
}
