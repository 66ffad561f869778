package wire

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"quitt/store/feed"
)

// describe fills in what holds for all operations.
func describe(o *huma.OpenAPI) {
	o.Info.Description = `What programs of a creditor do with his cases. Amounts are whole cents, days are YYYY-MM-DD, instants are RFC 3339 in UTC.
Errors are application/problem+json (RFC 9457) in the language of Accept-Language (de, en); their type and the code of each fault are stable.
Requests that change something take an Idempotency-Key and can be tried out with Dry-Run: true. See docs/api.md.`
	o.Info.License = &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}
	o.Servers = []*huma.Server{{URL: "/", Description: "This installation"}}
	o.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"key": {Type: "http", Scheme: "bearer",
		Description: "A key of the creditor: quitt keys new --creditor CODE --name NAME --scopes read,intake. Each operation names the scope it needs in x-scope."}}
	scopes := map[string]string{}
	for _, s := range feed.Scopes() {
		scopes[string(s)] = "Operations whose x-scope is " + string(s) + "."
	}
	o.Components.SecuritySchemes["token"] = &huma.SecurityScheme{Type: "oauth2", Description: "A token for a quarter of an hour: client_id is the id of the key, client_secret the key.",
		Flows: &huma.OAuthFlows{ClientCredentials: &huma.OAuthFlow{TokenURL: Prefix + "/token", Scopes: scopes}}}
	o.Security = []map[string][]string{{"key": {}}, {"token": {}}}
	o.Tags = []*huma.Tag{
		{Name: "cases", Description: "Hand over, look at, update and withdraw cases; holds and steps."},
		{Name: "money", Description: "Payments a creditor received himself, credit notes, payouts."},
		{Name: "dialogue", Description: "What debtors say and ask, plans they propose, documents they hand in, and the answers."},
		{Name: "events", Description: "The event feed and the webhooks that deliver it."},
	}
}

// meanings say what a status means, with the stable end of its problem's type.
var meanings = map[int]string{
	http.StatusBadRequest:            "request: no JSON, or a query where none may be.",
	http.StatusUnauthorized:          "key: missing, unknown, over or revoked; it is not said which.",
	http.StatusForbidden:             "forbidden: the key lacks the scope, or the case does not allow it now.",
	http.StatusNotFound:              "unknown: no such thing, or not yours; it is not said which.",
	http.StatusConflict:              "conflict: there already with other content, changed meanwhile, being worked on, or a reference that names two cases.",
	http.StatusGone:                  "expired: it was possible once.",
	http.StatusRequestEntityTooLarge: "size: the body is too large.",
	http.StatusUnsupportedMediaType:  "media-type: the body is no application/json, or compressed.",
	http.StatusUnprocessableEntity:   "value: see errors, which name places and rules.",
	http.StatusTooManyRequests:       "limit: the key has asked too often.",
	http.StatusInternalServerError:   "internal: our fault; only the number of the request is told.",
	http.StatusServiceUnavailable:    "busy: try again later.",
}

// refusals are the statuses an operation may be refused with. They follow from what it takes,
// and from what its use case adds.
func refusals(o Op) []int {
	list := slices.Concat([]int{http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity, http.StatusTooManyRequests,
		http.StatusInternalServerError, http.StatusServiceUnavailable}, o.Refuses)
	if strings.Contains(o.Path, "{") {
		list = append(list, http.StatusNotFound)
	}
	if strings.Contains(o.Path, "{case}") || o.once() {
		list = append(list, http.StatusConflict)
	}
	if o.Method == http.MethodPost {
		list = append(list, http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// once reports that an operation takes an Idempotency-Key.
func (o Op) once() bool { return o.Method == http.MethodPost && o.Scope != feed.ScopeEvents }

// explain words the refusals, which huma only names.
func explain(op *huma.Operation) {
	for status, meaning := range meanings {
		r := op.Responses[strconv.Itoa(status)]
		if r == nil {
			continue
		}
		r.Description = "urn:quitt:problem:" + meaning
		switch status {
		case http.StatusUnauthorized:
			r.Headers = map[string]*huma.Param{"WWW-Authenticate": {Description: "Bearer (RFC 6750).", Schema: &huma.Schema{Type: huma.TypeString}}}
		case http.StatusTooManyRequests, http.StatusServiceUnavailable:
			r.Headers = map[string]*huma.Param{"Retry-After": {Description: "Seconds to wait.", Schema: &huma.Schema{Type: huma.TypeInteger, Minimum: ptr(0.0)}}}
		}
	}
}

func (s *Service) operation(o Op) huma.Operation {
	op := huma.Operation{OperationID: o.ID, Method: o.Method, Path: Prefix + o.Path, Tags: []string{o.Tag}, Summary: o.Summary,
		Description: strings.TrimSpace(o.Description + "\n\nScope: " + string(o.Scope)), DefaultStatus: o.Status, MaxBodyBytes: int64(o.Large), Errors: refusals(o),
		Extensions: map[string]any{"x-scope": string(o.Scope)}}
	if op.DefaultStatus == 0 {
		op.DefaultStatus = http.StatusOK
	}
	op.Responses = map[string]*huma.Response{}
	if len(o.Files) > 0 {
		file := &huma.Response{Description: "The file", Content: map[string]*huma.MediaType{}}
		for _, kind := range o.Files {
			file.Content[kind] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
		}
		op.Responses["200"] = file
	}
	if !o.once() {
		return op
	}
	again := "The same again within 24 hours gives the same answer and does nothing."
	if o.Secret {
		again = "The same again within 24 hours does nothing and is 409: a secret is shown once."
	}
	op.Parameters = append(op.Parameters, &huma.Param{Name: IdempotencyKey, In: "header",
		Description: "Any text of up to 255 visible characters that you use for this request alone. " + again,
		Schema:      &huma.Schema{Type: huma.TypeString, MinLength: ptr(1), MaxLength: ptr(mostName)}, Example: "7f1c2d9e-4"}, &huma.Param{Name: DryRun, In: "header",
		Description: "true does everything and keeps nothing. Ids and numbers in the answer are then not those of the real request.",
		Schema:      &huma.Schema{Type: huma.TypeString, Enum: []any{"true", "false"}}, Example: "true"})
	return op
}

func ptr[T any](v T) *T { return &v }
