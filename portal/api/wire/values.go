package wire

import (
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"quitt/debt"
	"quitt/store/edge"
)

// At names the case of a path.
type At struct {
	Case string `path:"case" minLength:"1" maxLength:"64" example:"2026-000123" doc:"Quitt's case reference or the creditor's own."`
}

// Out is an answer with a body.
type Out[T any] struct{ Body T }

// Said wraps a body.
func Said[T any](body T) *Out[T] { return &Out[T]{body} }

// Done says that something was done.
type Done struct {
	ID string `json:"id" example:"019a0000-0000-7000-8000-000000000001" doc:"Of what it was done to."`
}

// Paging is how much of a list is asked for.
type Paging struct {
	After string `query:"after" maxLength:"200" example:"" doc:"next_after of the page before; without it the list begins."`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"100" example:"100" doc:"How many at most."`
}

// Cursor hides what a list goes by.
func Cursor(key string) string { return base64.RawURLEncoding.EncodeToString([]byte(key)) }

// ID reads a cursor that goes by an id; "" without one, Invalid "api_cursor" for what is none.
func (p Paging) ID() (debt.ID, error) {
	key, err := base64.RawURLEncoding.DecodeString(p.After)
	if err != nil || len(key) > 0 && !edge.IsID(string(key)) {
		return "", Invalid("query.after", debt.E(debt.Invalid, "api_cursor", nil))
	}
	return debt.ID(key), nil
}

// Instant is a moment as answers have it; "" for none.
func Instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// day describes debt.Date.
type day string

// Schema of a day: those of answers may be empty, and of requests are checked by us.
func (day) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Pattern: `^(\d{4}-\d{2}-\d{2})?$`, Examples: []any{"2026-11-28"}, MaxLength: ptr(10)}
}

// anything describes JSON of events, whose shape docs/feed.md has by type.
type anything struct{}

func (anything) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true, Description: "By type of event, see docs/feed.md.", Examples: []any{map[string]any{"amount_cents": 1}}}
}

// aliases let values of the domain describe themselves.
func aliases(r huma.Registry) {
	r.RegisterTypeAlias(reflect.TypeFor[debt.Date](), reflect.TypeFor[day]())
	r.RegisterTypeAlias(reflect.TypeFor[json.RawMessage](), reflect.TypeFor[anything]())
	r.RegisterTypeAlias(reflect.TypeFor[debt.Args](), reflect.TypeFor[anything]())
}

// named tells types of the domain apart from those of the API that have their names.
func named(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	switch dir := t.PkgPath(); {
	case dir == "" || strings.HasPrefix(dir, "quitt/portal/api"):
		return name
	default:
		room := dir[strings.LastIndexByte(dir, '/')+1:]
		return strings.ToUpper(room[:1]) + room[1:] + name
	}
}
