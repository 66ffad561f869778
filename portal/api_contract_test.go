package portal

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"quitt/portal/api/wire"
	"quitt/store"
	"quitt/store/feed"
	"quitt/store/storetest"
)

// contract provokes every error that the description promises, over HTTP.
type contract struct {
	*program

	url   string            // of the database
	spent string            // a key that has asked too often
	ids   map[string]string // a hold, an objection and so on of the case
	asked int
}

// described is an operation as integrators know it.
type described struct {
	id, method, path string
	scope            string
	body             bool
	*openapi3.Operation
}

func (p *program) described() (list []described) {
	for path, item := range p.judge.doc.Paths.Map() {
		for method, op := range item.Operations() {
			scope, _ := op.Extensions["x-scope"].(string)
			list = append(list, described{op.OperationID, method, path, scope, op.RequestBody != nil, op})
		}
	}
	slices.SortFunc(list, func(a, b described) int { return strings.Compare(a.id, b.id) })
	return list
}

// refusals are the statuses that an operation documents as errors.
func (d described) refusals() (list []int) {
	for status := range d.Responses.Map() {
		if n, err := strconv.Atoi(status); err == nil && n >= 400 {
			list = append(list, n)
		}
	}
	slices.Sort(list)
	return list
}

func newContract(t *testing.T) *contract {
	t.Helper()
	w := sqlWorld(t)
	p, _ := newPrograms(t, w)
	c := &contract{program: p, url: w.rows, ids: p.things()}
	file := c.want(201, "POST", "/api/v1/cases", handover("ODD", nil)).text("case")
	c.ids["two cases"] = file
	c.want(201, "POST", "/api/v1/cases", handover(file, nil))
	return c
}

// part is which id of the case a path asks for.
func part(path string) string {
	if strings.HasPrefix(path, wire.Prefix+"/endpoints") {
		return "endpoints"
	}
	return strings.Split(strings.TrimPrefix(path, wire.Prefix+"/cases/{case}/"), "/")[0]
}

// on is the address of an operation for a case, or for the one that has what it is about.
func (c *contract) on(d described, reference string) string {
	if reference == "" {
		key := victimCase
		if part(d.path) == "plan" {
			key = strangeCase
		}
		reference = c.of.files[key].mark("CreditorReference")
	}
	id := c.ids[part(d.path)]
	return strings.NewReplacer("{case}", reference, "{id}", id, "{hold}", id, "{endpoint}", id).Replace(d.path)
}

// fitting is a body that an operation takes.
func fitting(d described) string {
	switch d.id {
	case "handOver":
		return handover("FIT", nil)
	case "handOverMany":
		return `{"items":[` + handover("FIT", nil) + `]}`
	case "addEndpoint":
		return `{"url":"http://127.0.0.1:9/"}`
	case "acknowledgeEvents":
		return `{"sequence":0}`
	}
	return apiBodies[d.id]
}

// generally says how any operation is refused with a status.
var generally = map[int]func(c *contract, d described) said{
	400: func(c *contract, d described) said { return c.ask(d.method, c.on(d, "")+"?x=1", fitting(d)) },
	401: func(c *contract, d described) said {
		return c.ask(d.method, c.on(d, ""), fitting(d), "Authorization", "Bearer qk_none", "X-Forwarded-For", fmt.Sprintf("203.0.113.%d", c.asked%250))
	},
	403: func(c *contract, d described) said {
		other := feed.ScopeRead
		if d.scope == string(other) {
			other = feed.ScopeMoney
		}
		return c.ask(d.method, c.on(d, ""), fitting(d), "Authorization", "Bearer "+c.key(c.of, other))
	},
	404: func(c *contract, d described) said {
		if strings.Contains(d.path, "{case}") {
			return c.ask(d.method, c.on(d, "2026-999999"), fitting(d))
		}
		return c.ask(d.method, strings.ReplaceAll(d.path, "{endpoint}", string(store.NewID())), fitting(d))
	},
	409: func(c *contract, d described) said {
		if strings.Contains(d.path, "{case}") {
			return c.ask(d.method, c.on(d, c.ids["two cases"]), fitting(d))
		}
		return c.inWork(d)
	},
	413: func(c *contract, d described) said {
		most := maxBody
		if d.id == "uploadDocument" {
			most = 14 << 20
		}
		return c.ask(d.method, c.on(d, ""), `{"x":"`+strings.Repeat("x", most)+`"}`)
	},
	415: func(c *contract, d described) said {
		if d.body {
			return c.ask(d.method, c.on(d, ""), fitting(d), "Content-Type", "text/plain")
		}
		return c.ask(d.method, c.on(d, ""), "", "Content-Encoding", "gzip")
	},
	422: func(c *contract, d described) said {
		switch {
		case d.body:
			return c.ask(d.method, c.on(d, ""), `{"sequence":-1,"unheard_of":true}`)
		case d.method == http.MethodPost:
			return c.ask(d.method, c.on(d, ""), "", "Dry-Run", "perhaps")
		}
		return c.ask(d.method, c.on(d, "")+"?limit=0", "")
	},
	429: func(c *contract, d described) said {
		for spent := c.spent == ""; spent; {
			c.spent = cmp.Or(c.spent, c.key(c.of, feed.Scopes()...))
			spent = c.ask("GET", "/api/v1/payouts", "", "Authorization", "Bearer "+c.spent).status != 429
		}
		return c.ask(d.method, c.on(d, ""), fitting(d), "Authorization", "Bearer "+c.spent)
	},
	500: func(c *contract, d described) said { return c.ask(d.method, c.on(d, ""), fitting(d)) }, // the database is closed
	503: func(c *contract, d described) said {
		for range maxPages {
			c.busy <- struct{}{}
		}
		defer func() {
			for range maxPages {
				<-c.busy
			}
		}()
		return c.ask(d.method, c.on(d, ""), fitting(d))
	},
}

// especially are further errors of one operation, by "operation status".
var especially = map[string][]func(c *contract, d described) said{
	"handOver 409": {func(c *contract, d described) said {
		return c.ask("POST", d.path, handover("ODD", func(h map[string]any) { claimOf(h)["principal_cents"] = 1 }))
	}},
	"handOverMany 409": {func(c *contract, d described) said {
		return c.ask("POST", d.path, `{"items":[`+handover("ODD", func(h map[string]any) { claimOf(h)["principal_cents"] = 1 })+`]}`)
	}},
	"handOver 422": {func(c *contract, d described) said {
		return c.ask("POST", d.path, handover("BAD", func(h map[string]any) { debtorOf(h)["postcode"] = "1" }))
	}},
	"acceptPlan 410":  {over},
	"counterPlan 410": {over},
	"declinePlan 410": {over},
	"uploadDocument 403": {func(c *contract, d described) said {
		for i := 0; ; i++ {
			if a := c.ask("POST", c.on(d, c.of.files[firmCase].mark("CreditorReference")), document("a.pdf", "other", false, onePage(fmt.Sprint(i)), "")); a.status != 201 {
				return a
			}
		}
	}},
	"uploadDocument 404": {func(c *contract, d described) said {
		return c.ask("POST", c.on(d, ""), document("a.pdf", "other", true, onePage("of a request"), string(store.NewID())))
	}},
	"uploadDocument 422": {func(c *contract, d described) said {
		return c.ask("POST", c.on(d, ""), document("a.pdf", "other", true, []byte("%PDF-1.4 that is none"), ""))
	}},
	"uploadDocument 503": {func(c *contract, d described) said {
		for range mostLarge {
			c.large <- struct{}{}
		}
		defer func() {
			for range mostLarge {
				<-c.large
			}
		}()
		return c.ask("POST", c.on(d, ""), fitting(d))
	}},
	"reversePayment 404": {func(c *contract, d described) said {
		return c.ask("POST", d.path, `{"payment":"NOBODY","external_id":"X","reason":"x"}`)
	}},
}

// over answers a plan that was agreed long ago.
func over(c *contract, d described) said {
	f := c.of.files[otherCase]
	return c.ask("POST", strings.NewReplacer("{case}", f.mark("CreditorReference"), "{id}", string(f.plan)).Replace(d.path), fitting(d))
}

// inWork sends a request while one with its Idempotency-Key is being worked on: its process is
// about to die.
func (c *contract) inWork(d described) said {
	c.t.Helper()
	if part(d.path) == "endpoints" && d.id != "addEndpoint" {
		c.ids["endpoints"] = c.want(201, "POST", "/api/v1/endpoints", `{"url":"http://127.0.0.1:9/"}`).text("id")
	}
	name := "work-" + d.id
	mend := storetest.Dying(c.t, c.url)
	c.want(500, d.method, c.on(d, ""), fitting(d), "Idempotency-Key", name)
	mend()
	return c.ask(d.method, c.on(d, ""), fitting(d), "Idempotency-Key", name)
}

// rows are the ways to provoke one documented error.
func rows(d described, status int) (list []func(*contract, described) said) {
	list = slices.Clone(especially[fmt.Sprint(d.id, " ", status)])
	named := status != 404 || strings.Contains(d.path, "{")
	if do := generally[status]; do != nil && named {
		list = append(list, do)
	}
	return list
}

// Every error that the description promises happens, as described; and ask fails the test where
// one happens that is not promised.
func TestEveryDocumentedErrorHappens(t *testing.T) {
	c := newContract(t)
	operations, used := c.described(), map[string]bool{}
	try := func(d described, status int) {
		t.Helper()
		name := fmt.Sprint(d.id, " ", status)
		used[name] = true
		c.secret = c.key(c.of, feed.Scopes()...)
		ways := rows(d, status)
		if len(ways) == 0 {
			t.Errorf("%s: nobody has ever seen it", name)
		}
		for i, way := range ways {
			c.asked++
			a := way(c, d)
			kind := "urn:quitt:problem:" + strings.SplitN(strings.TrimPrefix(*d.Responses.Value(strconv.Itoa(status)).Value.Description, "urn:quitt:problem:"), ":", 2)[0]
			if a.status != status || a.text("type") != kind || a.text("request") == "" || a.text("title") == "" || a.text("detail") == "" {
				t.Errorf("%s, way %d: %d, want %s: %.400s", name, i, a.status, kind, a.body)
			}
			if status == 422 && len(a.codes()) == 0 {
				t.Errorf("%s, way %d: no rule is named: %s", name, i, a.body)
			}
			for header := range d.Responses.Value(strconv.Itoa(status)).Value.Headers {
				if a.head.Get(header) == "" {
					t.Errorf("%s, way %d: no %s", name, i, header)
				}
			}
		}
	}
	for _, d := range operations {
		for _, status := range d.refusals() {
			if status != 500 {
				try(d, status)
			}
		}
	}
	c.secret = c.key(c.of, feed.Scopes()...)
	c.must(c.store.Close())
	for _, d := range operations {
		used[d.id+" 500"] = true
		if a := generally[500](c, d); a.status != 500 || a.text("type") != "urn:quitt:problem:internal" {
			t.Errorf("%s without a database: %d %s", d.id, a.status, a.body)
		}
	}
	for name := range especially {
		if !used[name] {
			t.Errorf("%s is provoked, and not documented", name)
		}
	}
	t.Logf("%d errors of %d operations in %d requests", len(used), len(operations), c.asked)
}
