package person

import "quitt/debt"

// Texts seals or opens the texts of one row, each under the name of its column. What fails
// first fails them all: ask Err at the end.
type Texts struct {
	key        Key
	table, row string
	err        error
}

// Texts are those of a row of a table; row is its id.
func (k Key) Texts(table string, creditor, row debt.ID) *Texts {
	return &Texts{key: k, table: table, row: string(creditor + "/" + row)}
}

// Texts are those of a row that was read with its KeyColumn.
func (s Safe) Texts(found, table string, creditor, row debt.ID) *Texts {
	key, err := s.Found(creditor, found)
	x := key.Texts(table, creditor, row)
	x.err = err
	return x
}

func (x *Texts) owner(column string) string { return x.table + "." + column + "/" + x.row }

// Seal seals a text. An empty one tells of nobody and stays empty.
func (x *Texts) Seal(column string, text debt.Personal) (sealed string) {
	if x.err == nil && text != "" {
		sealed, x.err = x.key.Seal(x.owner(column), text.Reveal())
	}
	return sealed
}

// Last seals what is written at the end of something: of somebody erased nothing is kept.
func (x *Texts) Last(column string, text debt.Personal) string {
	if x.key.None() {
		return ""
	}
	return x.Seal(column, text)
}

// Open gives the text back.
func (x *Texts) Open(column, sealed string) (text debt.Personal) {
	if x.err == nil && sealed != "" {
		var plain string
		plain, x.err = x.key.Open(x.owner(column), sealed)
		text = debt.Personal(plain)
	}
	return text
}

// Err is what failed.
func (x *Texts) Err() error { return x.err }
