// Command trim makes spec.json.gz, the part of Stripe's OpenAPI description that the sandbox
// serves, and testdata/fixtures.json.gz, Stripe's own sample objects for the tests. Run it as
//
//	go generate ./payments/sandbox/spec
//
// after changing the operations below or the release. Both files come from the module
// github.com/stripe/stripe-mock, fetched by the go command into its cache and not required
// by this one: its release with API version 2023-10-16 is the one that stripe-go v76 speaks.
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// The release and its checksum as in go.sum: what is fetched is what was read.
const (
	release  = "github.com/stripe/stripe-mock@v0.183.0"
	checksum = "h1:HO5y2E0IG465rtxva9TWuuceRl5GiXcmYG8L/kYFeJ0="
)

// operations are what the sandbox serves, by method and path.
var operations = map[string][]string{
	"/v1/account":                                 {"get"},
	"/v1/accounts/{account}":                      {"get"},
	"/v1/balance":                                 {"get"},
	"/v1/customers":                               {"post", "get"},
	"/v1/customers/{customer}":                    {"get", "post", "delete"},
	"/v1/customers/{customer}/payment_methods":    {"get"},
	"/v1/payment_methods":                         {"post", "get"},
	"/v1/payment_methods/{payment_method}":        {"get"},
	"/v1/payment_methods/{payment_method}/attach": {"post"},
	"/v1/payment_methods/{payment_method}/detach": {"post"},
	"/v1/setup_intents":                           {"post", "get"},
	"/v1/setup_intents/{intent}":                  {"get", "post"},
	"/v1/setup_intents/{intent}/confirm":          {"post"},
	"/v1/setup_intents/{intent}/cancel":           {"post"},
	"/v1/payment_intents":                         {"post", "get"},
	"/v1/payment_intents/{intent}":                {"get", "post"},
	"/v1/payment_intents/{intent}/confirm":        {"post"},
	"/v1/payment_intents/{intent}/cancel":         {"post"},
	"/v1/charges":                                 {"get"},
	"/v1/charges/{charge}":                        {"get"},
	"/v1/charges/{charge}/refunds":                {"get"},
	"/v1/refunds":                                 {"post", "get"},
	"/v1/refunds/{refund}":                        {"get", "post"},
	"/v1/refunds/{refund}/cancel":                 {"post"},
	"/v1/mandates/{mandate}":                      {"get"},
	"/v1/disputes":                                {"get"},
	"/v1/disputes/{dispute}":                      {"get", "post"},
	"/v1/disputes/{dispute}/close":                {"post"},
	"/v1/checkout/sessions":                       {"post", "get"},
	"/v1/checkout/sessions/{session}":             {"get"},
	"/v1/checkout/sessions/{session}/expire":      {"post"},
	"/v1/checkout/sessions/{session}/line_items":  {"get"},
	"/v1/events":                                  {"get"},
	"/v1/events/{id}":                             {"get"},
	"/v1/webhook_endpoints":                       {"post", "get"},
	"/v1/webhook_endpoints/{webhook_endpoint}":    {"get", "post", "delete"},
	"/v1/balance_transactions":                    {"get"},
	"/v1/balance_transactions/{id}":               {"get"},
	"/v1/payouts":                                 {"get"},
	"/v1/payouts/{payout}":                        {"get"},
}

// kinds are the objects the sandbox keeps; an event's data is one of them.
var kinds = []string{
	"account", "balance", "balance_transaction", "charge", "checkout.session", "customer", "dispute", "event",
	"mandate", "payment_intent", "payment_method", "payout", "refund", "setup_attempt", "setup_intent",
	"webhook_endpoint", "deleted_customer", "deleted_webhook_endpoint", "error", "item",
}

func main() {
	spec, fixtures, err := files()
	if err == nil {
		err = errors.Join(os.WriteFile("spec.json.gz", spec, 0o600), os.WriteFile("testdata/fixtures.json.gz", fixtures, 0o600))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "trim:", err)
		os.Exit(1)
	}
}

// files gives the two files, the same bytes for the same release.
func files() (spec, fixtures []byte, err error) {
	dir, err := fetch()
	if err != nil {
		return nil, nil, err
	}
	full, err := read(filepath.Join(dir, "embedded/openapi/spec3.json"))
	if err != nil {
		return nil, nil, err
	}
	all, err := read(filepath.Join(dir, "embedded/openapi/fixtures3.json"))
	if err != nil {
		return nil, nil, err
	}
	if spec, err = pack(trim(full)); err != nil {
		return nil, nil, err
	}
	samples := map[string]any{}
	for _, k := range kinds {
		if f := at(all, "resources", k); f != nil {
			samples[k] = f
		}
	}
	fixtures, err = pack(samples)
	return spec, fixtures, err
}

// fetch lets the go command find the release in its cache or bring it there.
func fetch() (dir string, err error) {
	cmd := exec.Command("go", "mod", "download", "-json", release)
	cmd.Dir = os.TempDir() // outside this module: its go.mod stays as it is
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("fetching %s: %w", release, err)
	}
	var got struct{ Dir, Sum string }
	if err := json.Unmarshal(out, &got); err != nil {
		return "", err
	}
	if got.Sum != checksum {
		return "", fmt.Errorf("%s has the checksum %s, expected %s", release, got.Sum, checksum)
	}
	return got.Dir, nil
}

// read keeps numbers as they are written, so that they come out as they went in.
func read(name string) (map[string]any, error) {
	body, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var out map[string]any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	err = d.Decode(&out)
	return out, err
}

// pack leaves time and name out of the header: the same input gives the same bytes.
func pack(v any) ([]byte, error) {
	body, err := json.Marshal(v) // sorts keys
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// at walks down objects by name; nil where there is nothing.
func at(v any, names ...string) any {
	for _, n := range names {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[n]
	}
	return v
}

// object is at for what has to be an object; an empty one where there is nothing.
func object(v any, names ...string) map[string]any {
	m, ok := at(v, names...).(map[string]any)
	if !ok {
		return map[string]any{}
	}
	return m
}

// list is at for what has to be a list; none where there is nothing.
func list(v any) []any {
	l, ok := v.([]any)
	if !ok {
		return nil
	}
	return l
}

// trim gives the description of the sandbox: its operations and every schema they reach.
func trim(full map[string]any) map[string]any {
	schemas := object(full, "components", "schemas")
	anyKind := []any{}
	for _, k := range kinds {
		if k != "error" {
			anyKind = append(anyKind, map[string]any{"$ref": prefix + k})
		}
	}
	// The description calls an event's object "object" and no more; here it is judged by its name.
	object(schemas, "notification_event_data", "properties")["object"] = map[string]any{"anyOf": anyKind}

	ops := map[string]any{}
	kept := closure{schemas, map[string]any{}}
	for path, methods := range operations {
		for _, m := range methods {
			op := operation(object(full, "paths", path, m))
			ops[strings.ToUpper(m)+" "+path] = op
			kept.add(op)
		}
	}
	for _, k := range kinds {
		kept.add(map[string]any{"$ref": prefix + k})
	}
	return map[string]any{"version": at(full, "info", "version"), "operations": ops, "schemas": kept.got}
}

// operation puts query and form parameters side by side: no operation has both.
func operation(op map[string]any) map[string]any {
	form := object(op, "requestBody", "content", "application/x-www-form-urlencoded", "schema")
	props := object(clean(object(form, "properties")))
	required := list(form["required"])
	for _, p := range list(op["parameters"]) {
		if at(p, "in") != "query" {
			continue
		}
		name, ok := at(p, "name").(string)
		if !ok {
			continue
		}
		props[name] = schema(object(p, "schema"))
		if at(p, "required") == true {
			required = append(required, name)
		}
	}
	params := map[string]any{"type": "object", "properties": props}
	if len(required) > 0 {
		params["required"] = required
	}
	response := object(op, "responses", "200", "content", "application/json", "schema")
	return map[string]any{"params": params, "response": schema(response)}
}

// clean trims each schema of a table by name.
func clean(props map[string]any) map[string]any {
	out := map[string]any{}
	for name, s := range props {
		out[name] = schema(object(s))
	}
	return out
}

// schema keeps what a value is judged by: no descriptions, titles or hints to SDK makers.
func schema(s map[string]any) map[string]any {
	out := map[string]any{}
	for _, key := range []string{"$ref", "type", "format", "nullable", "maxLength", "required"} {
		if v := s[key]; v != nil {
			out[key] = v
		}
	}
	var choices []string
	for _, c := range list(s["enum"]) {
		choices = append(choices, fmt.Sprint(c)) // "deleted" may only be true
	}
	if choices != nil {
		out["enum"] = choices
	}
	if s["properties"] != nil { // an empty table is an object without properties, none an open one
		out["properties"] = clean(object(s, "properties"))
	}
	for _, key := range []string{"items", "additionalProperties"} {
		if sub := object(s, key); len(sub) > 0 {
			out[key] = schema(sub)
		}
	}
	var alternatives []any
	for _, sub := range list(s["anyOf"]) {
		alternatives = append(alternatives, schema(object(sub)))
	}
	if len(alternatives) > 0 {
		out["anyOf"] = alternatives
	}
	return out
}

const prefix = "#/components/schemas/"

// closure collects the schemas that are reached.
type closure struct{ all, got map[string]any }

// add looks for names anywhere in a value.
func (c closure) add(v any) {
	switch v := v.(type) {
	case []any:
		for _, sub := range v {
			c.add(sub)
		}
	case map[string]any:
		if ref, ok := v["$ref"].(string); ok {
			c.reach(strings.TrimPrefix(ref, prefix))
		}
		for _, sub := range v {
			c.add(sub)
		}
	}
}

// reach takes a schema in and goes on from there; schemas name each other in circles.
func (c closure) reach(name string) {
	if c.got[name] != nil {
		return
	}
	s := schema(object(c.all, name))
	c.got[name] = s
	c.add(s)
}
