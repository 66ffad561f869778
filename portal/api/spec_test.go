package api_test

import (
	"context"
	"flag"
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
	} {
		before := len(lint(doc))
		if spoil(); len(lint(doc)) <= before {
			t.Errorf("a missing %s is not found", name)
		}
	}
}

var (
	camel    = regexp.MustCompile(`^[a-z][A-Za-z]+$`)
	statuses = []string{"400", "401", "403", "404", "409", "410", "413", "415", "422", "429", "500", "503"}
)

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
			for _, status := range statuses {
				r := op.Responses.Value(status)
				say(r != nil && r.Value.Content["application/problem+json"] != nil, at, "has no problem for "+status)
			}
			say(slices.ContainsFunc([]string{"200", "201"}, func(s string) bool { return op.Responses.Value(s) != nil }), at, "never succeeds")
		}
	}
	for name, schema := range doc.Components.Schemas {
		if domain.MatchString(name) {
			continue
		}
		for property, p := range schema.Value.Properties {
			at := name + "." + property
			say(p.Ref != "" || p.Value.Description != "", at, "has no description")
			scalar := p.Ref == "" && !p.Value.Type.Includes("array") && !p.Value.Type.Includes("object")
			say(!scalar || len(p.Value.Examples) > 0 || p.Value.Example != nil, at, "has no example")
		}
	}
	slices.Sort(faults)
	return faults
}
