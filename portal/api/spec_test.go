package api_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"quitt/portal/api"
	"quitt/portal/api/wire"
	"quitt/store/storetest"
)

var update = flag.Bool("update", false, "write docs/openapi.json anew")

const committed = "../../docs/openapi.json"

func service() *wire.Service { return api.NewService(nil, storetest.Clock, api.Desks{}) }

// What integrators read is what is served.
func TestTheDescriptionIsCommitted(t *testing.T) {
	spec, err := api.Spec(service())
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(committed, spec, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(committed)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(kept), "\n"), strings.Split(string(spec), "\n")); diff != "" {
		t.Errorf("docs/openapi.json is old; write it with go test ./portal/api -run Committed -update\n%.2000s", diff)
	}
}

// domain are schemas of values that the house has beside the API; docs/api.md explains them.
var domain = regexp.MustCompile(`^(Ledger|Debt|Feed)`)

func TestTheDescriptionFollowsItsRules(t *testing.T) {
	spec, err := api.Spec(service())
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(spec)
	if err == nil {
		err = doc.Validate(context.Background(), openapi3.EnableSchemaFormatValidation())
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range lint(doc) {
		t.Error(fault)
	}
	// A lint that finds nothing anywhere protects nothing.
	for name, spoil := range map[string]func(){
		"operationId": func() { doc.Paths.Value("/api/v1/cases").Get.OperationID = "List Cases" },
		"tag":         func() { doc.Paths.Value("/api/v1/cases").Get.Tags = nil },
		"description": func() { doc.Paths.Value("/api/v1/cases").Get.Description = "" },
		"example":     func() { doc.Components.Schemas["Handed"].Value.Properties["case"].Value.Examples = nil },
		"parameter":   func() { doc.Paths.Value("/api/v1/cases").Get.Parameters[0].Value.Description = "" },
		"problem":     func() { doc.Paths.Value("/api/v1/cases").Get.Responses.Delete("422") },
		"path item":   func() { doc.Paths.Value("/api/v1/cases/{case}").Get.Responses.Delete("404") },
		"meaning":     func() { doc.Paths.Value("/api/v1/payouts").Get.Responses.Value("429").Value.Description = ptr("") },
		"twin":        func() { doc.Paths.Value("/api/v1/payouts").Get.OperationID = "readEvents" },
		"user":        func() { doc.Components.Schemas["Nobody"] = openapi3.NewSchemaRef("", openapi3.NewObjectSchema()) },
		"bound": func() {
			doc.Components.Schemas["NewPayment"].Value.Properties["amount_cents"].Value.Examples = []any{0.0}
		},
		"word": func() {
			doc.Components.Schemas["NewPayment"].Value.Properties["method"].Value.Examples = []any{"barter"}
		},
	} {
		before := len(lint(doc))
		if spoil(); len(lint(doc)) <= before {
			t.Errorf("a missing %s is not found", name)
		}
	}
}

var (
	meaning  = regexp.MustCompile(`^urn:quitt:problem:[a-z-]+: .{10,}\.$`)
	camel    = regexp.MustCompile(`^[a-z][A-Za-z]+$`)
	statuses = []string{"401", "403", "422", "429", "500", "503"} // of every operation
)

func ptr[T any](v T) *T { return &v }

func lint(doc *openapi3.T) (faults []string) {
	say := func(ok bool, where, what string) {
		if !ok {
			faults = append(faults, where+": "+what)
		}
	}
	ids := map[string]bool{}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			at := method + " " + path
			say(camel.MatchString(op.OperationID) && !ids[op.OperationID], at, "operationId is no unique camelCase")
			ids[op.OperationID] = true
			say(len(op.Tags) == 1 && doc.Tags.Get(op.Tags[0]) != nil, at, "has not one tag that is declared")
			say(op.Summary != "" && len(op.Summary) <= 60 && !strings.HasSuffix(op.Summary, "."), at, "summary is no short title")
			say(strings.Contains(op.Description, ".") && strings.Contains(op.Description, "Scope: "), at, "description is no sentence with the scope")
			say(op.Extensions["x-scope"] != nil, at, "has no x-scope")
			for _, p := range op.Parameters {
				say(p.Value.Description != "" && (p.Value.Example != nil || len(p.Value.Schema.Value.Examples) > 0), at, "parameter "+p.Value.Name+" has no description or example")
			}
			must := slices.Clone(statuses)
			if strings.Contains(path, "{") {
				must = append(must, "404")
			}
			for _, status := range must {
				say(op.Responses.Value(status) != nil, at, "has no problem for "+status)
			}
			for status, r := range op.Responses.Map() {
				refuses := status >= "400"
				say(!refuses || r.Value.Content["application/problem+json"] != nil && meaning.MatchString(*r.Value.Description), at, "does not say what "+status+" means")
			}
			say(slices.ContainsFunc([]string{"200", "201"}, func(s string) bool { return op.Responses.Value(s) != nil }), at, "never succeeds")
		}
	}
	used := spelled(doc)
	for name, schema := range doc.Components.Schemas {
		say(used[name], name, "is used by nothing")
		for property, p := range schema.Value.Properties {
			at := name + "." + property
			for _, example := range append(slices.Clone(p.Value.Examples), p.Value.Example) {
				if example != nil {
					err := p.Value.VisitJSON(example)
					say(err == nil, at, fmt.Sprintf("example %v does not fit: %v", example, err))
				}
			}
			if domain.MatchString(name) {
				continue
			}
			say(p.Ref != "" || p.Value.Description != "", at, "has no description")
			scalar := p.Ref == "" && !p.Value.Type.Includes("array") && !p.Value.Type.Includes("object")
			say(!scalar || len(p.Value.Examples) > 0 || p.Value.Example != nil, at, "has no example")
		}
	}
	slices.Sort(faults)
	return faults
}

// spelled are the schemas that something refers to.
func spelled(doc *openapi3.T) map[string]bool {
	used := map[string]bool{}
	b, err := json.Marshal(doc)
	if err != nil {
		panic(err)
	}
	for _, found := range regexp.MustCompile(`"\$ref":"#/components/schemas/([^"]+)"`).FindAllSubmatch(b, -1) {
		used[string(found[1])] = true
	}
	return used
}
