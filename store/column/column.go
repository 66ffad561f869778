// Package column holds the types of columns on which the two engines disagree. SQLite has no
// time, PostgreSQL rounds to microseconds and gives back its own zone: these types are the
// only way an instant, a day or an optional id enters or leaves a row. Their JSON is the
// same text, for the bulk forms.
package column

import (
	"database/sql/driver"
	"fmt"
	"time"

	"quitt/debt"
)

const layout = "2006-01-02T15:04:05.000000Z"

// Instant is a moment in UTC microseconds, written with a fixed width so that text order
// is time order; the zero one is NULL.
type Instant struct{ time.Time }

// At cuts a moment to what a row can hold.
func At(t time.Time) Instant { return Instant{t.UTC().Truncate(time.Microsecond)} }

func (i Instant) String() string { return i.UTC().Format(layout) }

// Value implements driver.Valuer.
func (i Instant) Value() (driver.Value, error) {
	if i.IsZero() {
		return nil, nil
	}
	return i.String(), nil
}

// MarshalText overrides time.Time's own form.
func (i Instant) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// MarshalJSON overrides time.Time's own form.
func (i Instant) MarshalJSON() ([]byte, error) {
	if i.IsZero() {
		return []byte("null"), nil
	}
	return []byte(`"` + i.String() + `"`), nil
}

// Scan implements sql.Scanner.
func (i *Instant) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*i = Instant{}
		return nil
	case time.Time:
		*i = At(v)
		return nil
	case string:
		t, err := time.Parse(layout, v)
		*i = Instant{t}
		return err
	}
	return fmt.Errorf("column: %T is not an instant", src)
}

// Day is a civil date or NULL.
type Day struct{ debt.Date }

// On makes the column of a date.
func On(d debt.Date) Day { return Day{d} }

// Value implements driver.Valuer.
func (d Day) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	return d.String(), nil
}

// MarshalJSON writes null for none.
func (d Day) MarshalJSON() ([]byte, error) {
	if d.IsZero() {
		return []byte("null"), nil
	}
	return []byte(`"` + d.String() + `"`), nil
}

// Scan implements sql.Scanner.
func (d *Day) Scan(src any) (err error) {
	switch v := src.(type) {
	case nil:
		d.Date = debt.Date{}
	case time.Time:
		d.Date = debt.DateIn(v, time.UTC)
	case string:
		d.Date, err = debt.ParseDate(v)
	default:
		err = fmt.Errorf("column: %T is not a day", src)
	}
	return err
}

// Optional is an id or NULL.
type Optional debt.ID

// OptionalID says that the empty one is stored as NULL.
func (Optional) OptionalID() {}

// Value implements driver.Valuer.
func (m Optional) Value() (driver.Value, error) {
	if m == "" {
		return nil, nil
	}
	return string(m), nil
}

// MarshalJSON writes null for none.
func (m Optional) MarshalJSON() ([]byte, error) {
	if m == "" {
		return []byte("null"), nil
	}
	return []byte(`"` + string(m) + `"`), nil
}

// Scan implements sql.Scanner.
func (m *Optional) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*m = ""
	case string:
		*m = Optional(v)
	case []byte:
		*m = Optional(v)
	default:
		return fmt.Errorf("column: %T is not an id", src)
	}
	return nil
}
