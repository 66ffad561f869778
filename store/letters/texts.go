package letters

import (
	"time"

	"quitt/debt/letter"
	"quitt/store"
	"quitt/store/column"
)

const textsSQL = `SELECT block, text FROM letter_texts WHERE creditor_id = $1 AND kind = $2 ORDER BY block`

// Texts gives the blocks of a kind that a creditor words itself.
func Texts(r *store.Reader, k letter.Kind) (map[string]string, error) {
	var rows []struct {
		Block string `db:"block"`
		Text  string `db:"text"`
	}
	if err := r.List(&rows, textsSQL, r.Creditor(), k); err != nil {
		return nil, err
	}
	texts := make(map[string]string, len(rows))
	for _, row := range rows {
		texts[row.Block] = row.Text
	}
	return texts, nil
}

const (
	dropTextsSQL = `DELETE FROM letter_texts WHERE creditor_id = $1 AND kind = $2`
	addTextSQL   = `INSERT INTO letter_texts (creditor_id, kind, block, text, changed_at) VALUES ($1, $2, $3, $4, $5)`
)

// SaveTexts replaces all own blocks of a kind; whoever calls has checked them.
func SaveTexts(t *store.Tx, k letter.Kind, texts map[string]string, at time.Time) error {
	if _, err := t.Exec(dropTextsSQL, t.Creditor(), k); err != nil {
		return err
	}
	for block, text := range texts {
		if _, err := t.Exec(addTextSQL, t.Creditor(), k, block, text, column.At(at)); err != nil {
			return err
		}
	}
	return nil
}
