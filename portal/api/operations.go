package api

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/cases"
	"quitt/cases/contacts"
	"quitt/cases/messages"
	"quitt/cases/objections"
	"quitt/cases/steps"
	"quitt/cases/taking"
	"quitt/cases/upload"
	"quitt/notifications/hook"
	"quitt/payments"
	"quitt/plans"
	"quitt/portal/api/claims"
	"quitt/portal/api/dialogue"
	"quitt/portal/api/endpoints"
	"quitt/portal/api/money"
	"quitt/portal/api/wire"
	"quitt/store"
	"quitt/store/feed"
)

// Desks are what operations work with that a store and a clock do not make.
type Desks struct {
	Plans     plans.Desk
	Documents *upload.Desk // nil: none can be handed in
	Hooks     hook.Desk
}

// NewService puts all operations together, those of the feed for the description alone.
func NewService(s *store.Store, now func() time.Time, d Desks) *wire.Service {
	v := wire.New(s, now)
	files, said := cases.Desk{Store: s, Now: now}, objections.Desk{Store: s, Now: now}
	claims.Desk{Service: v, Cases: files, Taking: taking.Desk{Store: s, Now: now}, Contacts: contacts.Desk{Store: s, Now: now},
		Steps: steps.Desk{Store: s, Now: now}, Now: now}.Add()
	money.Desk{Service: v, Cases: files, Payments: payments.Desk{Store: s, Now: now}, Objections: said, Now: now}.Add()
	dialogue.Desk{Service: v, Objections: said, Plans: d.Plans, Messages: messages.Desk{Store: s, Now: now}, Documents: d.Documents, Now: now}.Add()
	endpoints.Desk{Service: v, Hooks: d.Hooks}.Add()
	wire.Describe[eventsIn, wire.Out[page]](v, wire.Op{ID: "readEvents", Method: fiber.MethodGet, Path: "/events", Tag: "events", Scope: feed.ScopeEvents,
		Summary: "Read the event feed", Description: "The events behind a place of the feed, 0 being its beginning. See docs/feed.md."})
	wire.Describe[acknowledgeIn, wire.Out[acknowledgement]](v, wire.Op{ID: "acknowledgeEvents", Method: fiber.MethodPost, Path: "/events/acknowledgement", Tag: "events",
		Scope: feed.ScopeEvents, Summary: "Say how far you are", Description: "It moves forward only; a smaller number is answered with where it stands."})
	return v
}

type eventsIn struct {
	After int64 `query:"after" minimum:"0" maximum:"9007199254740992" default:"0" example:"0" doc:"Number of the last event you have worked off."`
	Limit int   `query:"limit" minimum:"1" maximum:"500" default:"100" example:"100" doc:"How many at most."`
}

type acknowledgeIn struct {
	Body acknowledgement
}

// Serve answers an operation for the key that was recognised.
func Serve(o *wire.Operation) fiber.Handler {
	return func(c *fiber.Ctx) error {
		k := key(c)
		return o.Serve(c, k.Key, k.Promise)
	}
}
