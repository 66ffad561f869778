// Package search finds cases by a part of a name, although names are sealed, by a reference,
// an invoice number or an amount. Of a name there are marks: for each three letters what a
// hash leaves of them under a key of the creditor's own, which lies sealed under a key that the
// database does not have. Marks only choose whom to look at: whoever is found was unsealed and
// compared. docs/privacy.md says what marks tell somebody who has the rows.
package search

import (
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"io"

	"quitt/debt"
	"quitt/store"
	"quitt/store/bulk"
	"quitt/store/person"
)

// Key makes the marks of one creditor, and seals what was searched for.
type Key struct {
	mac   []byte
	texts person.Key
	raw   []byte
}

func owner(creditor debt.ID) string { return "search_keys/" + string(creditor) }

const (
	keySQL    = `SELECT sealed FROM search_keys WHERE creditor_id = $1`
	addKeySQL = `INSERT INTO search_keys (creditor_id, sealed) VALUES ($1, $2) ON CONFLICT DO NOTHING`
)

// KeyOf gives a creditor's key; found is false while nothing has been marked for it.
func KeyOf(r *store.Reader) (k Key, found bool, err error) {
	var sealed string
	if err := r.Get(&sealed, keySQL, r.Creditor()); err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			return k, false, nil
		}
		return k, false, err
	}
	raw, err := r.Safe().OpenSecret(owner(r.Creditor()), sealed)
	if err != nil {
		return k, false, err
	}
	k, err = newKey(raw)
	return k, err == nil, err
}

// MakeKey is KeyOf that draws a key where there is none. Of two that draw one at the same
// time the first to commit wins, and the other waits for it.
func MakeKey(t *store.Tx) (Key, error) {
	k, found, err := KeyOf(&t.Reader)
	if found || err != nil {
		return k, err
	}
	_, sealed, err := t.Safe().Secret(owner(t.Creditor()))
	if err != nil {
		return k, err
	}
	if _, err := t.Exec(addKeySQL, t.Creditor(), sealed); err != nil {
		return k, err
	}
	k, _, err = KeyOf(&t.Reader)
	return k, err
}

// newKey gives marks and texts keys of their own, so that neither tells of the other.
func newKey(raw []byte) (k Key, err error) {
	of := func(purpose string) []byte {
		h := hmac.New(sha256.New, raw)
		_, _ = io.WriteString(h, purpose)
		return h.Sum(nil)
	}
	k.mac, k.raw = of("marks"), raw
	k.texts, err = person.KeyFrom(of("texts"))
	return k, err
}

// For gives a key for hashes and one for texts of another room, which tell nothing of these.
func (k Key) For(room string) (mac []byte, texts person.Key, err error) {
	of := func(purpose string) []byte {
		h := hmac.New(sha256.New, k.raw)
		_, _ = io.WriteString(h, room+"/"+purpose)
		return h.Sum(nil)
	}
	texts, err = person.KeyFrom(of("texts"))
	return of("hashes"), texts, err
}

// mark keeps four bytes of a hash: there are some ten thousand pieces of names.
func (k Key) mark(gram string) int64 {
	h := hmac.New(sha256.New, k.mac)
	_, _ = io.WriteString(h, gram)
	return int64(binary.BigEndian.Uint32(h.Sum(nil)))
}

func (k Key) marks(grams []string) []int64 {
	list := make([]int64, len(grams))
	for i, g := range grams {
		list[i] = k.mark(g)
	}
	return list
}

// pieces are the marks of words, each once.
func (k Key) pieces(words []string) (list []piece) {
	known := map[int64]bool{}
	for i, w := range words {
		for _, m := range k.marks(grams([]string{w})) {
			if !known[m] {
				known[m], list = true, append(list, piece{mark: m, word: i})
			}
		}
	}
	return list
}

// Subject is a case and by what it is found.
type Subject struct {
	CaseID debt.ID
	Debtor debt.Debtor
	Terms  []string // references and invoice numbers, as they are written
}

// NewSubject is that of a case that is handed over.
func NewSubject(f store.NewFile) Subject {
	c := f.File.Case
	s := Subject{c.ID, f.Debtor, []string{c.FileReference, c.CreditorReference}}
	for _, claim := range f.File.Account.Claims {
		s.Terms = append(s.Terms, claim.InvoiceNumber)
	}
	return s
}

// names are the words of all a debtor is called.
func names(d debt.Debtor) []string {
	return Words(d.FirstName.Reveal() + " " + d.LastName.Reveal() + " " + d.CompanyName.Reveal())
}

// most bounds the rows of one statement, a power of two.
const most = 256

const (
	addMarksSQL = `INSERT INTO search_marks (creditor_id, case_id, mark) VALUES `
	addTermsSQL = `INSERT INTO search_terms (creditor_id, case_id, term) VALUES `
	onceSQL     = ` ON CONFLICT DO NOTHING`

	dropMarksSQL = `DELETE FROM search_marks WHERE creditor_id = $1 AND case_id = $2`
	dropTermsSQL = `DELETE FROM search_terms WHERE creditor_id = $1 AND case_id = $2`
)

// Add makes cases findable. Whoever adds a case calls it in the same transaction; twice does
// no harm.
func Add(t *store.Tx, list ...Subject) error {
	if len(list) == 0 {
		return nil
	}
	key, err := MakeKey(t)
	if err != nil {
		return err
	}
	var marks, terms []any
	for _, s := range list {
		for _, m := range key.marks(grams(names(s.Debtor))) {
			marks = append(marks, t.Creditor(), s.CaseID, m)
		}
		for _, text := range s.Terms {
			if term := Term(text); term != "" {
				terms = append(terms, t.Creditor(), s.CaseID, term)
			}
		}
	}
	if err := insert(t, addMarksSQL, marks); err != nil {
		return err
	}
	return insert(t, addTermsSQL, terms)
}

// columns of a mark, and of a term.
const columns = 3

func insert(t *store.Tx, query string, values []any) error {
	for len(values) > 0 {
		rows := bulk.Portion(len(values)/columns, most)
		if _, err := t.Exec(query+bulk.Tuples(rows, columns)+onceSQL, values[:rows*columns]...); err != nil {
			return err
		}
		values = values[rows*columns:]
	}
	return nil
}

const casesSQL = `SELECT id FROM cases WHERE creditor_id = $1 AND debtor_id = $2 ORDER BY id`

// Rename replaces the marks of all cases about a debtor whose name may have changed.
func Rename(t *store.Tx, d debt.Debtor) error {
	var ids []debt.ID
	if err := t.List(&ids, casesSQL, t.Creditor(), d.ID); err != nil {
		return err
	}
	for _, id := range ids {
		if _, err := t.Exec(dropMarksSQL, t.Creditor(), id); err != nil {
			return err
		}
		if err := Add(t, Subject{CaseID: id, Debtor: d}); err != nil {
			return err
		}
	}
	return nil
}
