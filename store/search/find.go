package search

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"quitt/debt"
	"quitt/store"
	"quitt/store/bulk"
	"quitt/store/person"
)

// Query is what somebody looks for. All that fits any of it is found.
type Query struct {
	Text   string // a part of a name, or the beginning of a reference or an invoice number
	Amount debt.Cents
}

// Most is how many cases a search gives at most.
const Most = 1000

// Found are the cases that fit, those by name with the newest first.
type Found struct {
	Cases []debt.ID
	More  bool // there are more than Most
}

func (f *Found) add(ids []debt.ID, known map[debt.ID]bool) {
	for _, id := range ids {
		switch {
		case known[id]:
		case len(f.Cases) == Most:
			f.More = true
			return
		default:
			f.Cases, known[id] = append(f.Cases, id), true
		}
	}
}

// Find looks for everything a query can mean.
func Find(r *store.Reader, q Query) (f Found, err error) {
	known := map[debt.ID]bool{}
	for _, look := range []func(*store.Reader, Query) ([]debt.ID, error){byTerm, byAmount, byName} {
		ids, err := look(r, q)
		if err != nil {
			return f, err
		}
		f.add(ids, known)
	}
	return f, nil
}

const termSQL = `SELECT case_id FROM search_terms WHERE creditor_id = $1 AND term >= $2 AND term <= $3 ORDER BY term, case_id LIMIT $4`

// last is behind every term of capitals and digits with the same beginning.
const last = "ZZZZZZZZ"

func byTerm(r *store.Reader, q Query) (ids []debt.ID, err error) {
	term := Term(q.Text)
	if term == "" {
		return nil, nil
	}
	return ids, r.List(&ids, termSQL, r.Creditor(), term, term+last, Most+1)
}

// Hit is a case that has a term.
type Hit struct {
	Term   string  `db:"term"`
	CaseID debt.ID `db:"case_id"`
}

const exactSQL = `SELECT term, case_id FROM search_terms WHERE creditor_id = $1 AND term IN (`

// Exact gives the cases that have one of some terms to the letter.
func Exact(r *store.Reader, terms []string) (hits []Hit, err error) {
	for chunk := range slices.Chunk(terms, most) {
		var some []Hit
		query, args := bulk.In(exactSQL, r.Creditor(), chunk)
		if err := r.List(&some, query+` ORDER BY term, case_id`, args...); err != nil {
			return nil, err
		}
		hits = append(hits, some...)
	}
	return hits, nil
}

const (
	originalSQL = `SELECT case_id FROM claims WHERE creditor_id = $1 AND principal_cents = $2 ORDER BY case_id DESC LIMIT $3`
	openSQL     = `SELECT id FROM cases WHERE creditor_id = $1 AND principal_cents = $2 ORDER BY id DESC LIMIT $3`
)

// byAmount finds the principal of a claim as it was handed over, and what is open of that of a
// case.
func byAmount(r *store.Reader, q Query) (ids []debt.ID, err error) {
	if q.Amount <= 0 {
		return nil, nil
	}
	for _, query := range []string{originalSQL, openSQL} {
		var some []debt.ID
		if err := r.List(&some, query, r.Creditor(), q.Amount, Most+1); err != nil {
			return nil, err
		}
		ids = append(ids, some...)
	}
	return ids, nil
}

// Bounds of a search by name: how many pieces of it choose candidates, how many of those who have
// a piece are looked at to tell how many there are, how many candidates are unsealed at a time and
// at most.
const (
	pieces     = 4
	newest     = 1000
	candidates = 256
	rounds     = 16
)

func byName(r *store.Reader, q Query) (ids []debt.ID, err error) {
	words := Words(q.Text)
	if !Enough(q.Text) {
		return nil, nil
	}
	key, found, err := KeyOf(r)
	if err != nil || !found {
		return nil, err
	}
	marks, err := rarest(r, key.pieces(asked(words)))
	if err != nil || len(marks) == 0 {
		return nil, err
	}
	after := lastID
	for range rounds {
		some, err := candidatesOf(r, marks, after)
		if err != nil || len(some) == 0 {
			return ids, err
		}
		debtors, err := Debtors(r, some)
		if err != nil {
			return nil, err
		}
		for _, id := range some {
			if Means(words, names(debtors[id])) {
				ids = append(ids, id)
			}
		}
		if len(some) < candidates || len(ids) > Most {
			return ids, nil
		}
		after = some[len(some)-1]
	}
	return ids, nil
}

// lastID is greater than every id.
const lastID debt.ID = "ffffffff-ffff-ffff-ffff-ffffffffffff"

const countSQL = `SELECT CAST(COUNT(*) AS BIGINT) AS n, COALESCE(MIN(CAST(case_id AS TEXT)), '') AS since FROM (
	SELECT case_id FROM search_marks WHERE creditor_id = $1 AND mark = $2 ORDER BY case_id DESC LIMIT $3) counted`

// piece is a mark of one of the words, and how many have it: N up to newest, and the oldest of
// these. Ids grow with time, so of two pieces that more have the rarer one is that whose newest
// reach back further: to count all would take longer than to search.
type piece struct {
	mark int64
	word int

	N     int64  `db:"n"`
	Since string `db:"since"`
}

// rarest chooses the marks by which candidates are looked for: the rarest of all, that of each
// other word, then the next rarest; none if nobody has one of them.
func rarest(r *store.Reader, list []piece) ([]int64, error) {
	for i := range list {
		if err := r.Get(&list[i], countSQL, r.Creditor(), list[i].mark, newest); err != nil || list[i].N == 0 {
			return nil, err
		}
	}
	slices.SortStableFunc(list, func(a, b piece) int { return cmp.Or(cmp.Compare(a.N, b.N), cmp.Compare(a.Since, b.Since)) })
	var marks, later []int64
	known := map[int]bool{}
	for _, p := range list {
		if known[p.word] {
			later = append(later, p.mark)
		} else {
			marks, known[p.word] = append(marks, p.mark), true
		}
	}
	marks = append(marks, later...)
	return marks[:min(len(marks), pieces)], nil
}

// candidateSQL finds those who have the first of some marks and all others.
func candidateSQL(others int) string {
	var b strings.Builder
	b.WriteString(`SELECT a.case_id FROM search_marks a WHERE a.creditor_id = $1 AND a.mark = $2 AND a.case_id < $3`)
	for i := range others {
		b.WriteString(` AND EXISTS (SELECT 1 FROM search_marks o WHERE o.creditor_id = $1 AND o.mark = $` + strconv.Itoa(5+i) +
			` AND o.case_id = a.case_id)`)
	}
	return b.String() + ` ORDER BY a.case_id DESC LIMIT $4`
}

func candidatesOf(r *store.Reader, marks []int64, after debt.ID) (ids []debt.ID, err error) {
	args := []any{r.Creditor(), marks[0], after, candidates}
	for _, m := range marks[1:] {
		args = append(args, m)
	}
	return ids, r.List(&ids, candidateSQL(len(marks)-1), args...)
}

const debtorsSQL = `
	SELECT c.id AS case_id, d.id, d.kind, d.country, d.state, d.sealed, d.first_name, d.last_name, d.company_name, d.street, d.postcode, d.city,
	       d.birth_on, d.email, d.phone, d.customer_number, d.payer_iban, COALESCE(k.sealed, '') AS person_key
	  FROM cases c JOIN debtors d ON d.creditor_id = c.creditor_id AND d.id = c.debtor_id
	       LEFT JOIN person_keys k ON k.creditor_id = d.creditor_id AND k.debtor_id = d.id
	 WHERE c.creditor_id = $1 AND c.id IN (`

// Debtors gives who cases are about, for up to 256 cases.
func Debtors(r *store.Reader, cases []debt.ID) (map[debt.ID]debt.Debtor, error) {
	if len(cases) == 0 {
		return nil, nil
	}
	var rows []struct {
		person.Row

		CaseID debt.ID `db:"case_id"`
	}
	query, args := bulk.In(debtorsSQL, r.Creditor(), cases)
	if err := r.List(&rows, query, args...); err != nil {
		return nil, err
	}
	found := make(map[debt.ID]debt.Debtor, len(rows))
	for _, row := range rows {
		d, err := r.Safe().Debtor(r.Creditor(), row.Row)
		if err != nil {
			return nil, err
		}
		found[row.CaseID] = d
	}
	return found, nil
}
