// Package edge looks at what is about to be stored. What one engine refuses and the other
// takes is refused here, so that both behave the same and a caller is told instead of
// getting an internal error: PostgreSQL has no text with NUL or invalid UTF-8, which SQLite
// stores and JSON silently replaces; PostgreSQL fails on an id that is no UUID, where SQLite
// finds nothing.
package edge

import (
	"reflect"
	"strings"
	"unicode/utf8"

	"quitt/debt"
)

// OptionalID marks the type of an id that may be missing.
type OptionalID interface{ OptionalID() }

var (
	idType   = reflect.TypeFor[debt.ID]()
	optional = reflect.TypeFor[OptionalID]()
)

// Text gives Invalid "text_invalid" if a text anywhere in v cannot be stored.
func Text(v any) error {
	if !everyText(reflect.ValueOf(v), func(t reflect.Value) bool { return isText(t.String()) }) {
		return debt.E(debt.Invalid, "text_invalid", nil)
	}
	return nil
}

// IDs gives Invalid "id_invalid" if an id anywhere in v is no UUID.
func IDs(v any) error {
	if !everyText(reflect.ValueOf(v), isIDIfID) {
		return debt.E(debt.Invalid, "id_invalid", nil)
	}
	return nil
}

// Rows checks rows that go to the database as JSON.
func Rows(rows any) error {
	if err := Text(rows); err != nil {
		return err
	}
	return IDs(rows)
}

func isIDIfID(t reflect.Value) bool {
	switch typ := t.Type(); {
	case typ == idType:
		return IsID(t.String())
	case typ.Implements(optional):
		return t.Len() == 0 || IsID(t.String())
	}
	return true
}

// everyText walks slices, maps and structs down to their texts; what lies behind a pointer
// is never a row's.
func everyText(v reflect.Value, ok func(reflect.Value) bool) bool {
	switch v.Kind() {
	case reflect.String:
		return ok(v)
	case reflect.Interface:
		return v.IsNil() || everyText(v.Elem(), ok)
	case reflect.Slice:
		for i := range v.Len() {
			if !everyText(v.Index(i), ok) {
				return false
			}
		}
	case reflect.Map:
		for i := v.MapRange(); i.Next(); {
			if !everyText(i.Key(), ok) || !everyText(i.Value(), ok) {
				return false
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if !everyText(v.Field(i), ok) {
				return false
			}
		}
	}
	return true
}

func isText(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

// IsID reports whether s is a UUID in its canonical form, the only one both engines
// compare alike.
func IsID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if c != '-' {
				return false
			}
		} else if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
