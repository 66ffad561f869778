// Package wire is what every resource of the API stands on: operations that are served by
// Fiber and described in OpenAPI at once, problems, dry runs, idempotency and paging.
package wire

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/portal/page"
	"quitt/portal/text"
	"quitt/store"
	"quitt/store/feed"
	"quitt/store/programs"
	"quitt/store/rehearse"
)

// Prefix is where all operations are.
const Prefix = "/api/v1"

// Version of the API's description. A field that is added raises the second number.
const Version = "1.0.0"

// Service is the API while it is put together.
type Service struct {
	Store *store.Store
	Now   func() time.Time

	api  huma.API
	list *adapter
}

// Operation is one way in.
type Operation struct {
	*huma.Operation

	Scope   feed.Scope
	secret  bool // no answer is remembered
	keyed   bool // books once by a key of its own
	Large   int  // bytes its body may have; 0 for what any may
	handler func(huma.Context)
	service *Service
}

// Path as Fiber writes it.
func (o *Operation) Path() string {
	return strings.NewReplacer("{", ":", "}", "").Replace(o.Operation.Path)
}

// Op describes an operation.
type Op struct {
	ID, Method, Path, Tag, Summary, Description string
	Scope                                       feed.Scope
	Status                                      int // of success; 0 is 200
	// Secret marks an answer that is shown once: it must not be remembered, and a repeat under
	// an Idempotency-Key is told that it was.
	Secret bool
	// Keyed marks what books once by a business key of its own: a repeat gets its answer, even
	// if the process died that gave it first. All else says in the transaction of its effect
	// that the request has taken effect.
	Keyed bool
	Files []string // media types of an answer that is no JSON
	Again string   // what 200 means beside Status
	Large int      // bytes its body may have, where that is more than usual
	// Refuses are statuses of its use case beside those that follow from what it takes.
	Refuses []int
}

var hooked sync.Once

// New makes an empty API.
func New(s *store.Store, now func() time.Time) *Service {
	hooked.Do(func() { // huma asks package variables; all APIs of a process want the same
		huma.ValidateStrictCasing = true // a name twice in two spellings would be read as either
		huma.NewError = func(status int, msg string, _ ...error) huma.StatusError {
			return &Problem{Status: status, Detail: msg}
		}
		huma.NewErrorWithContext = func(c huma.Context, status int, msg string, errs ...error) huma.StatusError {
			if k, ok := c.(*carrier); ok {
				k.fail(refusal(status, errs))
			}
			return huma.NewError(status, msg)
		}
	})
	c := huma.DefaultConfig("Quitt", Version)
	c.OpenAPIPath, c.DocsPath, c.SchemasPath, c.CreateHooks = "", "", "", nil
	c.RejectUnknownQueryParameters = true
	c.Components = &huma.Components{Schemas: huma.NewMapRegistry("#/components/schemas/", named)}
	aliases(c.Components.Schemas)
	describe(c.OpenAPI)
	list := &adapter{}
	return &Service{Store: s, Now: now, api: huma.NewAPI(c, list), list: list}
}

// OpenAPI is the description of what was added.
func (s *Service) OpenAPI() *huma.OpenAPI { return s.api.OpenAPI() }

// Operations are all that were added.
func (s *Service) Operations() []*Operation { return s.list.list }

// Caller is the program that asks.
type Caller struct {
	Key    feed.Key
	Words  *text.Catalogue
	DryRun bool
}

type callerKey struct{}

// By is the actor of what the program does.
func (c Caller) By() debt.Actor { return debt.Actor{Kind: "creditor", ID: c.Key.ID} }

// Creditor is whose program it is.
func (c Caller) Creditor() debt.ID { return c.Key.CreditorID }

// Add adds an operation. What do returns as an error becomes a problem.
func Add[I, O any](s *Service, o Op, do func(context.Context, Caller, *I) (*O, error)) {
	huma.Register(s.api, s.operation(o), func(ctx context.Context, in *I) (*O, error) {
		caller, _ := ctx.Value(callerKey{}).(Caller)
		out, err := do(ctx, caller, in)
		if err != nil {
			k, _ := ctx.Value(carrierKey{}).(*carrier)
			k.fail(err)
			return nil, &Problem{Status: http.StatusInternalServerError}
		}
		return out, nil
	})
	made := s.list.list[len(s.list.list)-1]
	if o.Again != "" {
		again := *made.Responses[strconv.Itoa(o.Status)]
		again.Description = o.Again
		made.Responses["200"] = &again
	}
	explain(made.Operation)
	made.Scope, made.secret, made.keyed, made.Large, made.service = o.Scope, o.Secret, o.Keyed, o.Large, s
}

// Describe adds an operation that has a handler of its own.
func Describe[I, O any](s *Service, o Op) {
	Add(s, o, func(context.Context, Caller, *I) (*O, error) { return nil, fiber.ErrNotImplemented })
	s.list.list = s.list.list[:len(s.list.list)-1]
}

// Serve answers one request of a program with the key's scope.
func (o *Operation) Serve(c *fiber.Ctx, key feed.Key, secret string) error {
	caller := Caller{Key: key, Words: page.Of(c).Words.Whole()}
	post := c.Method() == fiber.MethodPost
	switch dry := c.Get(DryRun); {
	case dry == "", dry == "false":
	case dry == "true" && post:
		caller.DryRun = true
		c.SetUserContext(rehearse.In(c.UserContext()))
		c.Set(DryRun, "true")
	default:
		return Invalid("header."+DryRun, debt.E(debt.Invalid, "api_dry_run", nil))
	}
	if at := null(c.Request().Body()); post && at != "" {
		return Invalid(clip(at), debt.E(debt.Invalid, "api_field_null", nil))
	}
	if name := c.Get(IdempotencyKey); name != "" && post && !caller.DryRun {
		return o.once(c, caller, promise{name: name, secret: secret})
	}
	return o.answer(c, caller)
}

func (o *Operation) answer(c *fiber.Ctx, caller Caller) error {
	k := newCarrier(c, o.Operation, caller)
	o.handler(k)
	if k.err != nil {
		c.Response().ResetBody()
		return k.err
	}
	return nil
}

// Case finds the case that a path names.
func (s *Service) Case(ctx context.Context, c Caller, reference string) (id debt.ID, err error) {
	err = s.Store.Read(ctx, c.Creditor(), func(r *store.Reader) error {
		id, err = programs.Find(r, reference)
		return err
	})
	return id, err
}

// CreditorOf loads whose program asks.
func (s *Service) CreditorOf(ctx context.Context, c Caller) (creditor debt.Creditor, err error) {
	err = s.Store.Read(ctx, c.Creditor(), func(r *store.Reader) error {
		creditor, err = programs.Owner(r)
		return err
	})
	return creditor, err
}
