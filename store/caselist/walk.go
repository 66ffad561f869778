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

// Opened is a list about which is known how to read it.
type Opened struct {
	list   List
	reader *store.Reader
	scan   scan
}

// Open finds out how a list is read best.
func (l List) Open(r *store.Reader) (Opened, error) {
	s, err := l.scan(r)
	return Opened{l, r, s}, err
}

// Read is Page of a list that is opened for it.
func (l List) Read(r *store.Reader, at At, most int) (Page, error) {
	o, err := l.Open(r)
	if err != nil {
		return Page{}, err
	}
	return o.Page(at, most)
}

// Page gives up to most cases of a list. However many cases there are and whatever is asked
// for, it looks at a bounded number of them, all by an index.
func (o Opened) Page(at At, most int) (p Page, err error) {
	l := o.list
	if at.Back {
		l.Order.Descending = !l.Order.Descending
	}
	var ids []debt.ID
	if o.scan.gather {
		ids, err = l.behind(o.reader, o.scan.keys, at)
	} else {
		ids, p.Next, err = l.walk(o.reader, o.scan, at.Case, most+1)
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
	keys   []key // of those that are meant
	along  *axis // nil: that of the order alone
}

// scan chooses. In the order of hand-over each value of an axis has an index to walk along;
// else what few cases have is collected.
func (l List) scan(r *store.Reader) (s scan, err error) {
	if l.Only != nil {
		s.gather = true
		s.keys, err = l.gathered(r, l.Only)
		return s, err
	}
	rarest, fewest := way{}, gatherMost+1
	for _, w := range l.ways(r.Creditor()) {
		var n int
		st := &statement{slices.Clone(w.args)}
		query := `SELECT CAST(COUNT(*) AS BIGINT) FROM (` + w.sql(st, "", gatherMost+1) + `) counted`
		if err := r.Get(&n, query, st.args...); err != nil {
			return s, err
		}
		if n < fewest || rarest.from == "" && w.axis != nil {
			rarest, fewest = w, n
		}
	}
	switch {
	case l.Order.By == Received && rarest.axis != nil:
		return scan{along: rarest.axis}, nil
	case fewest > gatherMost:
		return scan{}, nil
	default:
		s.gather = true
		s.keys, err = l.collect(r, rarest)
		return s, err
	}
}

// collect reads what a way has of a list.
func (l List) collect(r *store.Reader, w way) ([]key, error) {
	if w.from == "cases" {
		query, args := l.collectSQL(w)
		var rows []key
		if err := r.List(&rows, query, args...); err != nil {
			return nil, err
		}
		return hits(rows), nil
	}
	st := &statement{slices.Clone(w.args)}
	var ids []debt.ID
	query := w.sql(st, "", gatherMost)
	if err := r.List(&ids, query, st.args...); err != nil {
		return nil, err
	}
	return l.gathered(r, ids)
}

func (l List) collectSQL(w way) (string, []any) {
	st := &statement{slices.Clone(w.args)}
	return w.sql(st, ", c.received_at, c.principal_cents, c.file_reference, "+l.hit(st)+" AS hit", gatherMost), st.args
}

func hits(rows []key) []key {
	return slices.DeleteFunc(rows, func(k key) bool { return k.Hit == 0 })
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
		where = append(where, s.along.walked(st))
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
		where = append(where, l.Order.after(st, k))
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

// after is the condition of the cases that come after one.
func (o Order) after(s *statement, k key) string {
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

// gathered reads the cases of a short list that a filter means.
func (l List) gathered(r *store.Reader, only []debt.ID) (keys []key, err error) {
	known := map[debt.ID]bool{}
	for chunk := range slices.Chunk(only, most) {
		query, args := bulk.In("", r.Creditor(), chunk)
		s := &statement{args}
		text := "SELECT " + keyColumns + ", " + l.hit(s) + " AS hit FROM cases c WHERE c.creditor_id = $1 AND c.id IN (" + query
		var rows []key
		if err := r.List(&rows, text, s.args...); err != nil {
			return nil, err
		}
		for _, k := range hits(rows) {
			if !known[k.ID] {
				keys, known[k.ID] = append(keys, k), true
			}
		}
	}
	return keys, nil
}

// behind puts a short list in order and gives what comes after a case.
func (l List) behind(r *store.Reader, keys []key, at At) (ids []debt.ID, err error) {
	keys = slices.SortedFunc(slices.Values(keys), l.Order.compare)
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
func (o Opened) Count() (Count, error) {
	if n := len(o.scan.keys); o.scan.gather {
		return Count{min(n, countMost), n > countMost}, nil
	}
	ids, further, err := o.list.walk(o.reader, o.scan, "", countMost+1)
	return Count{min(len(ids), countMost), len(ids) > countMost || further != ""}, err
}
