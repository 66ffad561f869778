// Package instalments wires the pages of instalment plans: the use cases, who words their
// papers, and where they stand.
package instalments

import (
	"log/slog"
	"time"

	"quitt/cases"
	"quitt/notifications/letter"
	"quitt/plans"
	"quitt/plans/revocation"
	pages "quitt/portal/debtor/instalments"
	"quitt/portal/page"
	"quitt/store"
)

// Base is what the pages are made of. Portal is the address that papers and files name.
type Base struct {
	Store   *store.Store
	Now     func() time.Time
	Kit     *page.Kit
	Cases   cases.Desk
	Letters letter.Desk
	Portal  string
	Log     *slog.Logger
}

// Pages wires the pages.
func Pages(b Base) *pages.Pages {
	head := b.Letters.Letterhead
	head.Portal = b.Portal
	return &pages.Pages{Kit: b.Kit, Cases: b.Cases, Portal: b.Portal, Order: head.StandingOrder,
		Desk:        plans.Desk{Store: b.Store, Now: b.Now, Compose: head.Paper, Log: b.Log},
		Revocations: revocation.Desk{Store: b.Store, Now: b.Now}}
}
