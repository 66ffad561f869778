package store

import (
	"database/sql/driver"
	"fmt"
	"time"

	"quitt/debt"
)

// The two engines disagree about time: SQLite has none, PostgreSQL rounds to microseconds
// and gives back its own zone. These types are the only way an instant, a day or an
// optional id enters or leaves a row. Their JSON is the same text, for the bulk forms.

const instantLayout = "2006-01-02T15:04:05.000000Z"

// instant is a moment in UTC microseconds, written with a fixed width so that text order
// is time order.
type instant struct{ time.Time }

func at(t time.Time) instant { return instant{t.UTC().Truncate(time.Microsecond)} }

func (i instant) String() string { return i.UTC().Format(instantLayout) }

// Value implements driver.Valuer.
func (i instant) Value() (driver.Value, error) { return i.String(), nil }

// MarshalText overrides time.Time's own form.
func (i instant) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// MarshalJSON overrides time.Time's own form.
func (i instant) MarshalJSON() ([]byte, error) { return []byte(`"` + i.String() + `"`), nil }

// Scan implements sql.Scanner.
func (i *instant) Scan(src any) error {
	switch v := src.(type) {
	case time.Time:
		*i = at(v)
		return nil
	case string:
		t, err := time.Parse(instantLayout, v)
		*i = instant{t}
		return err
	}
	return fmt.Errorf("store: %T is not an instant", src)
}

// day is a civil date or NULL.
type day struct{ debt.Date }

// Value implements driver.Valuer.
func (d day) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	return d.String(), nil
}

// MarshalJSON writes null for none.
func (d day) MarshalJSON() ([]byte, error) {
	if d.IsZero() {
		return []byte("null"), nil
	}
	return []byte(`"` + d.String() + `"`), nil
}

// Scan implements sql.Scanner.
func (d *day) Scan(src any) (err error) {
	switch v := src.(type) {
	case nil:
		d.Date = debt.Date{}
	case time.Time:
		d.Date = debt.DateIn(v, time.UTC)
	case string:
		d.Date, err = debt.ParseDate(v)
	default:
		err = fmt.Errorf("store: %T is not a day", src)
	}
	return err
}

// maybe is an id or NULL.
type maybe debt.ID

// OptionalID says that the empty one is stored as NULL.
func (maybe) OptionalID() {}

// Value implements driver.Valuer.
func (m maybe) Value() (driver.Value, error) {
	if m == "" {
		return nil, nil
	}
	return string(m), nil
}

// MarshalJSON writes null for none.
func (m maybe) MarshalJSON() ([]byte, error) {
	if m == "" {
		return []byte("null"), nil
	}
	return []byte(`"` + string(m) + `"`), nil
}

// Scan implements sql.Scanner.
func (m *maybe) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*m = ""
	case string:
		*m = maybe(v)
	case []byte:
		*m = maybe(v)
	default:
		return fmt.Errorf("store: %T is not an id", src)
	}
	return nil
}
