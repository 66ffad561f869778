package wire

import (
	"net/http"
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
	o.Security = []map[string][]string{{"key": {}}}
	o.Tags = []*huma.Tag{
		{Name: "cases", Description: "Hand over, look at, update and withdraw cases; holds and steps."},
		{Name: "money", Description: "Payments a creditor received himself, credit notes, payouts."},
		{Name: "dialogue", Description: "What debtors say and ask, plans they propose, documents they hand in, and the answers."},
		{Name: "events", Description: "The event feed and the webhooks that deliver it."},
	}
}

// refusals are the statuses any operation may be refused with.
var refusals = []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusConflict,
	http.StatusGone, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity,
	http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable}

func (s *Service) operation(o Op) huma.Operation {
	op := huma.Operation{OperationID: o.ID, Method: o.Method, Path: Prefix + o.Path, Tags: []string{o.Tag}, Summary: o.Summary,
		Description: strings.TrimSpace(o.Description + "\n\nScope: " + string(o.Scope)), DefaultStatus: o.Status, Errors: refusals,
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
	if o.Method != http.MethodPost || o.Scope == feed.ScopeEvents {
		return op
	}
	if !o.Secret {
		op.Parameters = append(op.Parameters, &huma.Param{Name: IdempotencyKey, In: "header",
			Description: "Any text of up to 255 visible characters that you use for this request alone. The same again within 24 hours gives the same answer and does nothing.",
			Schema:      &huma.Schema{Type: huma.TypeString, MinLength: ptr(1), MaxLength: ptr(mostName)}, Example: "7f1c2d9e-4"})
	}
	op.Parameters = append(op.Parameters, &huma.Param{Name: DryRun, In: "header",
		Description: "true does everything and keeps nothing. Ids and numbers in the answer are then not those of the real request.",
		Schema:      &huma.Schema{Type: huma.TypeString, Enum: []any{"true", "false"}}, Example: "true"})
	return op
}

func ptr[T any](v T) *T { return &v }
