// Package spec judges requests and answers of the payment sandbox by Stripe's own OpenAPI
// description of API version 2023-10-16. What the real service refuses for its parameters,
// the sandbox refuses in the same words; what the sandbox answers has the shape a client of
// the real service was written for.
//
// The description comes from the module github.com/stripe/stripe-mock (MIT, see
// LICENSE.stripe-mock) and is trimmed to the operations of the sandbox by internal/trim.
// It knows types, names and choices, not meanings: whether an amount is positive, a currency
// exists, a session has line items or an id is known is for the sandbox itself to say.
package spec

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
)

//go:generate go run ./internal/trim

//go:embed spec.json.gz
var packed []byte

// Version is the API version that the description is of.
const Version = "2023-10-16"

// Spec is the description, ready to judge. It is never changed and may be shared.
type Spec struct {
	operations []operation
	schemas    map[string]*schema
}

type operation struct {
	method   string
	segments []string // of the path; "{…}" stands for an id
	params   *schema  // of the query or of the form
	response *schema
}

// Load gives the description. The first call takes some milliseconds, later ones nothing.
// An error means that the program was built wrongly.
func Load() (*Spec, error) { return load() }

var load = sync.OnceValues(func() (*Spec, error) { return read(packed) })

// read unpacks a description. Its parts are shared afterwards: a schema that is named in a
// hundred places is one value, and circles (a charge has an intent that has a charge) close.
func read(packed []byte) (*Spec, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("spec: %w", err)
	}
	var file struct {
		Version    string             `json:"version"`
		Schemas    map[string]*schema `json:"schemas"`
		Operations map[string]*struct {
			Params   *schema `json:"params"`
			Response *schema `json:"response"`
		} `json:"operations"`
	}
	if err := json.NewDecoder(r).Decode(&file); err != nil {
		return nil, fmt.Errorf("spec: %w", err)
	}
	if file.Version != Version {
		return nil, fmt.Errorf("spec: is of version %q, expected %q", file.Version, Version)
	}
	s := &Spec{schemas: file.Schemas}
	for _, sch := range file.Schemas {
		s.link(&sch)
	}
	for name, op := range file.Operations {
		method, path, _ := strings.Cut(name, " ")
		s.link(&op.Params)
		s.link(&op.Response)
		s.operations = append(s.operations, operation{method, segments(path), op.Params, op.Response})
	}
	return s, nil
}

// link puts the schema itself where its name stands, down to the next names.
func (s *Spec) link(at **schema) {
	sch := *at
	if sch == nil {
		return
	}
	if name, ok := strings.CutPrefix(sch.Ref, "#/components/schemas/"); ok {
		*at = s.schemas[name]
		return
	}
	for name, sub := range sch.Properties {
		s.link(&sub)
		sch.Properties[name] = sub
	}
	for i := range sch.AnyOf {
		s.link(&sch.AnyOf[i])
	}
	s.link(&sch.Items)
	s.link(&sch.Extra)
}

// segments keeps empty ones: /v1/customers/ is no customer.
func segments(path string) []string { return strings.Split(strings.TrimPrefix(path, "/"), "/") }

// find gives the operation of a request. The path is the request's, with ids in it.
func (s *Spec) find(method, path string) (operation, bool) {
	given := segments(path)
	for _, op := range s.operations {
		if op.method == method && op.covers(given) {
			return op, true
		}
	}
	return operation{}, false
}

func (op operation) covers(given []string) bool {
	if len(op.segments) != len(given) {
		return false
	}
	for i, want := range op.segments {
		if want != given[i] && (want[0] != '{' || given[i] == "") {
			return false
		}
	}
	return true
}

// Serves reports whether the description has the operation: what it has not, the sandbox
// answers with Stripe's 404.
func (s *Spec) Serves(method, path string) bool {
	_, ok := s.find(method, path)
	return ok
}

// schema is one value's description. Without a type, alternatives or both it takes anything.
type schema struct {
	Ref        string             `json:"$ref"`
	Type       string             `json:"type"`
	Format     string             `json:"format"`
	Nullable   bool               `json:"nullable"`
	Enum       []string           `json:"enum"`
	MaxLength  int                `json:"maxLength"` // characters, 0 for no bound
	Properties map[string]*schema `json:"properties"`
	Required   []string           `json:"required"`
	Extra      *schema            `json:"additionalProperties"`
	Items      *schema            `json:"items"`
	AnyOf      []*schema          `json:"anyOf"`
}

// open reports whether an object may have any properties at all.
func (s *schema) open() bool { return s.Properties == nil && s.Extra == nil }

// property gives the schema of a property, nil if there is none. Names that are free, as in
// metadata, share one.
func (s *schema) property(name string) *schema {
	if sub := s.Properties[name]; sub != nil {
		return sub
	}
	return s.Extra
}
