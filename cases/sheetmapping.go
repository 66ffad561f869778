package cases

import (
	"cmp"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"quitt/debt"
)

// Mapping says what the columns of a file mean whose names are not ours.
type Mapping struct {
	Delimiter string            // as Inspect found it
	Headers   []string          // the first line the mapping was made for
	Fields    map[string]Origin // by Field.Name
	Fixed     map[string]string // likewise: what every row says that the file does not
}

// Origin says where a field stands. Columns count from 1. And is a second column whose text is
// put behind the first's, for streets and house numbers in two; 0 for none.
type Origin struct {
	Column, And int
	Style       Style
}

// Style says how a column writes amounts or days. Without one, only what can mean one thing
// alone is taken: 1.234 and 03/04/2026 are refused.
type Style string

// The styles a person may choose for a column.
const (
	StyleClear   Style = ""
	StyleGerman  Style = "german"  // 1.234,56
	StyleEnglish Style = "english" // 1,234.56
	StyleDayWise Style = "day"     // 3/4/2026 is in April
	StyleMonths  Style = "month"   // 3/4/2026 is in March
)

// Styles lists every Style, for forms and checks.
func Styles() []Style {
	return []Style{StyleClear, StyleGerman, StyleEnglish, StyleDayWise, StyleMonths}
}

// Field is one thing a hand-over may tell, named as the columns of our own files are.
type Field struct {
	Name, German string
	Required     bool // no hand-over can do without it
	Most         int  // characters
}

// Fields lists every Field in the order of docs/import.md.
func Fields() []Field {
	list := make([]Field, 0, columnCount)
	for _, info := range columnInfos {
		list = append(list, Field{info.english, info.german, info.required, info.most})
	}
	return list
}

// FieldNamed gives the Field.Name that a word is one of the names of, "" if there is none.
func FieldNamed(word string) string {
	if c, ok := columnByWord[plainWord(word)]; ok {
		return columnInfos[c].english
	}
	return ""
}

// Head is the beginning of a file whose columns nobody has explained yet.
type Head struct {
	Delimiter string
	Names     []string
	Rows      [][]string // a few, for people to recognise what is what
}

// Inspect reads the names and the first rows of a foreign file. The delimiter is the one that
// yields more columns. Errors are of kind Invalid, or come from reading.
func Inspect(in io.ReadSeeker, rows int) (Head, error) {
	s := &Sheet{in: in}
	if err := s.begin(); err != nil {
		return Head{}, err
	}
	best, firstErr := Head{}, error(nil)
	for _, d := range []byte{';', ',', '\t'} {
		_, err := s.tryHeader(d)
		if err != nil {
			if firstErr == nil {
				firstErr = err
			}
			continue
		}
		if len(s.records.ends) > max(1, len(best.Names)) {
			best = Head{Delimiter: string(d), Names: s.texts()}
		}
	}
	switch {
	case len(best.Names) == 0 && firstErr != nil:
		return Head{}, firstErr
	case len(best.Names) == 0:
		return Head{}, debt.E(debt.Invalid, "intake_one_column", nil)
	}
	if _, err := s.tryHeader(best.Delimiter[0]); err != nil {
		return Head{}, err
	}
	for len(best.Rows) < rows {
		_, err := s.nextFields()
		var broken *debt.Error
		if errors.Is(err, io.EOF) || errors.As(err, &broken) { // the dry run tells what is broken
			break
		}
		if err != nil {
			return Head{}, err
		}
		best.Rows = append(best.Rows, s.texts())
	}
	if len(best.Rows) == 0 {
		return Head{}, debt.E(debt.Invalid, "sheet_without_rows", nil)
	}
	return best, nil
}

// texts gives the cells of the record, short, for the eyes of people.
func (s *Sheet) texts() []string {
	list := make([]string, len(s.records.ends))
	for i := range list {
		list[i] = shorten(squeeze(s.field(i)))
	}
	return list
}

// OpenMapped opens a foreign file. Beside what OpenSheet refuses: Invalid "intake_other_header"
// if the first line is not the one the mapping was made for.
func OpenMapped(r io.ReadSeeker, creditor debt.Creditor, today debt.Date, m Mapping) (*Sheet, error) {
	return (&Sheet{in: r, creditor: creditor, today: today, mapping: &m}).open()
}

// readMapped takes the first line for what the mapping says of it.
func (s *Sheet) readMapped() error {
	m := s.mapping
	if len(m.Delimiter) != 1 {
		return debt.E(debt.Invalid, "intake_other_header", nil)
	}
	if _, err := s.tryHeader(m.Delimiter[0]); err != nil {
		return err
	}
	s.first = s.records.at
	if !slices.Equal(s.texts(), m.Headers) {
		return debt.E(debt.Invalid, "intake_other_header", nil)
	}
	return s.takeMapping()
}

// takeMapping keeps where each field stands, and refuses a mapping that lacks what no row can do
// without.
func (s *Sheet) takeMapping() error {
	var missing []string
	s.names = [columnCount]string{}
	s.columns = slices.Repeat([]column{noColumn}, len(s.mapping.Headers))
	for c, info := range columnInfos {
		from := s.mapping.Fields[info.english]
		if from.Column < 0 || from.Column > len(s.columns) || from.And < 0 || from.And > len(s.columns) {
			return debt.E(debt.Invalid, "intake_other_header", nil)
		}
		if from.Column > 0 {
			s.columns[from.Column-1] = column(c)
			s.names[c], s.styles[c] = cmp.Or(s.mapping.Headers[from.Column-1], info.german), from.Style
		}
		if info.required && from.Column == 0 && s.mapping.Fixed[info.english] == "" {
			missing = append(missing, info.german)
		}
	}
	if len(missing) > 0 {
		return debt.E(debt.Invalid, "intake_columns_missing", debt.Args{"columns": listed(missing)})
	}
	return nil
}

// takeMapped takes the cells a mapping names, and what it says of every row.
func (r *reading) takeMapped() {
	m := r.sheet.mapping
	for c, info := range columnInfos {
		from := m.Fields[info.english]
		if from.Column == 0 {
			r.take(column(c), m.Fixed[info.english])
			continue
		}
		cell := r.sheet.field(from.Column - 1)
		if from.And > 0 {
			cell += " " + r.sheet.field(from.And-1)
		}
		r.take(column(c), cell)
	}
}

// ReadFields makes a row of what a form or an invoice says; keys are Field.Name, and so are the
// columns of its problems.
func ReadFields(fields map[string]string, creditor debt.Creditor, today debt.Date) Row {
	r := &reading{sheet: &Sheet{creditor: creditor, today: today, english: true}}
	for c, info := range columnInfos {
		if text := fields[info.english]; text != "" {
			r.take(column(c), text)
		}
	}
	h := r.handover()
	r.validate(h)
	return Row{Handover: h, Problems: r.problems}
}

// styled writes an amount of a column with a style so that it means one thing alone.
func (s Style) styled(amount string) string {
	bare := strings.TrimSpace(strings.TrimSuffix(strings.TrimSuffix(amount, "€"), "EUR"))
	switch s {
	case StyleGerman:
	case StyleEnglish:
		bare = strings.NewReplacer(",", ".", ".", ",").Replace(bare)
	default:
		return amount
	}
	if !strings.Contains(bare, ",") {
		bare += ",00"
	}
	return bare
}

// day reads one of a column with a style.
func (s Style) day(text string) (debt.Date, error) {
	layouts := map[Style][]string{
		StyleDayWise: {"2/1/2006", "2-1-2006", "2.1.2006"}, StyleMonths: {"1/2/2006", "1-2-2006", "1.2.2006"},
	}
	for _, layout := range layouts[s] {
		if t, err := time.Parse(layout, text); err == nil {
			return debt.ParseDate(t.Format(time.DateOnly))
		}
	}
	return debt.ParseDate(text)
}
