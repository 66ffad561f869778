package portal

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"quitt/portal/api/wire"
)

// sendable are the operations that take a body, with one that fits.
func sendable() (list []*wire.Operation, bodies []string) {
	more := map[string]string{"handOver": handover("FUZZ", nil), "handOverMany": `{"partial":true,"items":[` + handover("FUZZ", nil) + `]}`,
		"addEndpoint": `{"url":"http://127.0.0.1:9/","types":["case.received"]}`}
	for _, op := range apiOperations() {
		body := apiBodies[op.OperationID] + more[op.OperationID]
		if body != "" {
			list, bodies = append(list, op), append(bodies, body)
		}
	}
	return list, bodies
}

// odd sends a body to an operation of a case that exists. Whatever it is, the answer is as
// described, and never an internal error.
func (p *program) odd(op *wire.Operation, body string) {
	p.t.Helper()
	key := "victim"
	f := p.of.files[victimCase]
	path := strings.NewReplacer("{case}", f.mark("CreditorReference"), "{id}", "01a00000-0000-7000-8000-000000000001", "{hold}", key, "{endpoint}", key).Replace(op.Operation.Path)
	if a := p.ask("POST", path, body, "Dry-Run", "true"); a.status >= 500 && a.status != 503 || strings.Contains(a.body, "«") {
		p.t.Errorf("%s with %.300q: %d %s", op.OperationID, body, a.status, a.body)
	}
}

func FuzzBodies(f *testing.F) {
	p, _ := newPrograms(f, sqlWorld(f))
	list, bodies := sendable()
	for i, body := range bodies {
		f.Add(i, body)
		f.Add(i, strings.Replace(body, ":", ":-", 1))
		f.Add(i, strings.Replace(body, `"`, `"\u0000`, 3))
	}
	f.Fuzz(func(t *testing.T, i int, body string) {
		q := *p
		q.t = t
		q.odd(list[(i%len(list)+len(list))%len(list)], body)
	})
}

// strange are values that somebody has sent somewhere.
var strange = []any{nil, true, "", " ", "x", "\u0000", "\ufffd", "\u202e", "😀", "'; DROP TABLE cases; --", "{{.}}", strings.Repeat("ä", 70_000), -1, 0, 1, 1.5, 1e18, 9.3e18, 1e300,
	-9223372036854775808.0, []any{}, []any{[]any{}}, map[string]any{}, map[string]any{"a": map[string]any{}}, "0000-00-00", "2026-02-30", "9999-12-31", "99999-01-01", "01a00000-0000-7000-8000-000000000001"}

// mutate changes one thing somewhere in a value.
func mutate(t *rapid.T, v any) any {
	if rapid.IntRange(0, 3).Draw(t, "here") == 0 {
		return strange[rapid.IntRange(0, len(strange)-1).Draw(t, "strange")]
	}
	switch x := v.(type) {
	case map[string]any:
		names := make([]string, 0, len(x))
		for name := range x {
			names = append(names, name)
		}
		if len(names) == 0 {
			return strange[rapid.IntRange(0, len(strange)-1).Draw(t, "strange")]
		}
		name := rapid.SampledFrom(slices.Sorted(slices.Values(names))).Draw(t, "name")
		switch rapid.IntRange(0, 5).Draw(t, "how") {
		case 0:
			delete(x, name)
		case 1:
			x[strings.ToUpper(name)] = x[name]
		default:
			x[name] = mutate(t, x[name])
		}
		return x
	case []any:
		if len(x) == 0 {
			return []any{nil}
		}
		i := rapid.IntRange(0, len(x)-1).Draw(t, "item")
		x[i] = mutate(t, x[i])
		if rapid.Bool().Draw(t, "twice") {
			x = append(x, x[i])
		}
		return x
	}
	return strange[rapid.IntRange(0, len(strange)-1).Draw(t, "strange")]
}

// Bodies that were right and have one to four things wrong.
func TestNoBodyBreaksTheAPI(t *testing.T) {
	p, _ := newPrograms(t, sqlWorld(t))
	list, bodies := sendable()
	rapid.Check(t, func(r *rapid.T) {
		i := rapid.IntRange(0, len(list)-1).Draw(r, "operation")
		var v any
		if err := json.Unmarshal([]byte(bodies[i]), &v); err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(1, 4).Draw(r, "changes") {
			v = mutate(r, v)
		}
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		p.odd(list[i], string(b))
	})
	p.report(t)
}
