package caselist

import (
	"cmp"
	"slices"
	"strings"

	"quitt/debt"
	"quitt/store"
	"quitt/store/bulk"
	"quitt/store/column"
)

// List is what is looked at.
type List struct {
	Filter

	Order Order
}

// At is where a page begins: after a case in the order of the list, or before it. The zero
// At is the beginning.
type At struct {
	Case debt.ID
	Back bool
}

// Page is a part of a list.
type Page struct {
	Cases []debt.ID
	// Previous and Next are the cases before and after which there may be more; "" at an end.
	Previous, Next debt.ID
	// Searched is set when the page ends because so many cases were looked at without filling
	// it: what is meant lies far apart.
	Searched int
}

// Bounds of one page: how many cases a filter may leave for them to be collected and put in
// order, and how many are looked at one after the other, in steps.
const (
	gatherMost = 2000
	firstStep  = 200
	step       = 2000
	walkMost   = 10_000
)

// Read gives up to most cases of a list. However many cases there are and whatever is asked
// for, it looks at a bounded number of them, all by an index.
func (l List) Read(r *store.Reader, at At, most int) (Page, error) {
	s, err := l.scan(r)
	if err != nil {
		return Page{}, err
	}
	forward := l.Order
	if at.Back {
		l.Order.Descending = !l.Order.Descending
	}
	var ids []debt.ID
	var p Page
	if s.gather {
		ids, err = l.gathered(r, s.only, at)
	} else {
		ids, p.Next, err = l.walk(r, s, at.Case, most+1)
		if p.Next != "" {
			p.Searched = walkMost
		}
	}
	if err != nil {
		return Page{}, err
	}
	if len(ids) > most {
		ids = ids[:most]
		p.Next, p.Searched = ids[most-1], 0
	}
	l.Order = forward
	p.Cases = ids
	if at.Case != "" {
		p.Previous = at.Case
		if len(ids) > 0 {
			p.Previous = ids[0]
		}
	}
	if at.Back {
		slices.Reverse(p.Cases)
		p.Previous, p.Next = p.Next, p.Previous
	}
	return p, nil
}

// scan is how a list is read: the cases are collected, or walked along an index.
type scan struct {
	gather bool
	only   []debt.ID
	along  *axis // nil: that of the order alone
}

// scan chooses: what few cases have is collected. In the order of hand-over each value of an
// axis has an index to walk along.
func (l List) scan(r *store.Reader) (scan, error) {
	if l.Only != nil {
		return scan{gather: true, only: l.Only}, nil
	}
	rarest, fewest := -1, gatherMost+1
	ways := l.ways(r.Creditor(), gatherMost+1)
	for i, w := range ways {
		var n int
		if err := r.Get(&n, `SELECT CAST(COUNT(*) AS BIGINT) FROM (`+w.sql+`) counted`, w.args...); err != nil {
			return scan{}, err
		}
		if n < fewest {
			rarest, fewest = i, n
		}
	}
	if rarest >= 0 {
		s := scan{gather: true, only: []debt.ID{}}
		return s, r.List(&s.only, ways[rarest].sql, ways[rarest].args...)
	}
	for _, a := range l.axes() {
		if l.Order.By == Received {
			return scan{along: &a}, nil
		}
	}
	return scan{}, nil
}

type walkRow struct {
	ID  debt.ID `db:"id"`
	Hit int     `db:"hit"`
}

// walk looks at cases in order until it has enough. further is the last case it looked at, if
// it gave up.
func (l List) walk(r *store.Reader, s scan, after debt.ID, enough int) (ids []debt.ID, further debt.ID, err error) {
	size := firstStep
	for looked := 0; looked < walkMost; size = step {
		query, args, err := l.walkSQL(r, s, after, size)
		if err != nil {
			return nil, "", err
		}
		var rows []walkRow
		if err := r.List(&rows, query, args...); err != nil {
			return nil, "", err
		}
		for _, row := range rows {
			if row.Hit == 1 {
				ids = append(ids, row.ID)
			}
			if len(ids) == enough {
				return ids, "", nil
			}
		}
		if len(rows) < size {
			return ids, "", nil
		}
		after, looked = rows[len(rows)-1].ID, looked+size
	}
	return ids, after, nil
}

// walkSQL words a step. The filter stands in the selected column and not in the condition, so
// that a step looks at so many cases and no more, however few of them are meant.
func (l List) walkSQL(r *store.Reader, s scan, after debt.ID, size int) (string, []any, error) {
	st := &statement{[]any{r.Creditor()}}
	where := []string{"c.creditor_id = $1"}
	hit := l.hit(st)
	if s.along != nil {
		where = append(where, s.along.is(st))
	}
	switch l.Order.By {
	case Received:
		where = append(where, l.received(st)...)
	case Open:
		where = append(where, l.open(st)...)
	}
	if after != "" {
		k, err := keyOf(r, after)
		if err != nil {
			return "", nil, err
		}
		where = append(where, l.Order.behind(st, k))
	}
	return "SELECT c.id, " + hit + " AS hit FROM cases c WHERE " + strings.Join(where, " AND ") + " ORDER BY " + l.Order.sql() + " LIMIT " + st.put(size), st.args, nil
}

func (o Order) sql() string {
	way := ""
	if o.Descending {
		way = " DESC"
	}
	if o.By == Reference { // one of its own for each case
		return "c.file_reference" + way
	}
	return "c." + sortColumns[o.By] + way + ", c.id" + way
}

// behind is the condition of the cases that come after one.
func (o Order) behind(s *statement, k key) string {
	sign := " > "
	if o.Descending {
		sign = " < "
	}
	switch o.By {
	case Reference:
		return "c.file_reference" + sign + s.put(k.Reference)
	case Open:
		return "(c.principal_cents, c.id)" + sign + "(" + s.put(k.Open) + ", " + s.put(k.ID) + ")"
	default:
		return "(c.received_at, c.id)" + sign + "(" + s.put(k.Received) + ", " + s.put(k.ID) + ")"
	}
}

// key is where a case stands in each order.
type key struct {
	ID        debt.ID        `db:"id"`
	Received  column.Instant `db:"received_at"`
	Open      debt.Cents     `db:"principal_cents"`
	Reference string         `db:"file_reference"`
	Hit       int            `db:"hit"`
}

const (
	keyColumns = `c.id, c.received_at, c.principal_cents, c.file_reference`
	keySQL     = `SELECT ` + keyColumns + ` FROM cases c WHERE c.creditor_id = $1 AND c.id = $2`
)

// keyOf gives where a case stands now, or NotFound "case_unknown": an address may be old.
func keyOf(r *store.Reader, id debt.ID) (k key, err error) {
	return k, store.Missing(r.Get(&k, keySQL, r.Creditor(), id), "case_unknown")
}

// compare gives the order of two cases, as the database has it.
func (o Order) compare(a, b key) int {
	var n int
	switch o.By {
	case Reference:
		n = strings.Compare(a.Reference, b.Reference)
	case Open:
		n = cmp.Compare(a.Open, b.Open)
	default:
		n = a.Received.Compare(b.Received.Time)
	}
	if n == 0 {
		n = strings.Compare(string(a.ID), string(b.ID))
	}
	if o.Descending {
		return -n
	}
	return n
}

// most bounds a list of ids in a statement.
const most = 256

// gathered reads the cases of a short list that a filter means, in order, behind a case.
func (l List) gathered(r *store.Reader, only []debt.ID, at At) (ids []debt.ID, err error) {
	var keys []key
	for chunk := range slices.Chunk(only, most) {
		query, args := bulk.In("", r.Creditor(), chunk)
		s := &statement{args}
		text := "SELECT " + keyColumns + ", " + l.hit(s) + " AS hit FROM cases c WHERE c.creditor_id = $1 AND c.id IN (" + query
		var rows []key
		if err := r.List(&rows, text, s.args...); err != nil {
			return nil, err
		}
		for _, k := range rows {
			if k.Hit == 1 {
				keys = append(keys, k)
			}
		}
	}
	slices.SortFunc(keys, l.Order.compare)
	keys = slices.CompactFunc(keys, func(a, b key) bool { return a.ID == b.ID })
	var from key
	if at.Case != "" {
		if from, err = keyOf(r, at.Case); err != nil {
			return nil, err
		}
	}
	for _, k := range keys {
		if at.Case == "" || l.Order.compare(k, from) > 0 {
			ids = append(ids, k.ID)
		}
	}
	return ids, nil
}

// Count is how many cases a list has, as far as that is known without looking at all.
type Count struct {
	N    int
	More bool // there are more, or may be
}

// countMost is up to where it is counted.
const countMost = 1000

// Count counts up to a thousand.
func (l List) Count(r *store.Reader) (Count, error) {
	s, err := l.scan(r)
	if err != nil {
		return Count{}, err
	}
	if s.gather {
		ids, err := l.gathered(r, s.only, At{})
		return Count{min(len(ids), countMost), len(ids) > countMost}, err
	}
	ids, further, err := l.walk(r, s, "", countMost+1)
	return Count{min(len(ids), countMost), len(ids) > countMost || further != ""}, err
}
