package claims

import (
	"net/http"
	"time"

	"quitt/cases"
	"quitt/cases/contacts"
	"quitt/cases/steps"
	"quitt/cases/taking"
	"quitt/debt"
	"quitt/portal/api/wire"
	"quitt/store/feed"
)

// Desk answers for cases.
type Desk struct {
	Service  *wire.Service
	Cases    cases.Desk
	Taking   taking.Desk
	Contacts contacts.Desk
	Steps    steps.Desk
	Now      func() time.Time
}

func (d Desk) today() debt.Date { return debt.DateIn(d.Now(), debt.Berlin) }

// Add adds the operations.
func (d Desk) Add() {
	s := d.Service
	wire.Add(s, wire.Op{ID: "handOver", Method: http.MethodPost, Path: "/cases", Tag: "cases", Scope: feed.ScopeIntake, Keyed: true, Status: 201, Again: "Handed over before with the same content", Summary: "Hand over a case",
		Description: "A new case is 201, one that was handed over before with the same content 200. With Dry-Run: true all faults are told and nothing is stored."}, d.handOver)
	wire.Add(s, wire.Op{ID: "handOverMany", Method: http.MethodPost, Path: "/cases/bulk", Tag: "cases", Scope: feed.ScopeIntake, Keyed: true, Summary: "Hand over many cases",
		Description: "All in one transaction. Unless partial is set one fault stops them all."}, d.bulk)
	wire.Add(s, wire.Op{ID: "listCases", Method: http.MethodGet, Path: "/cases", Tag: "cases", Scope: feed.ScopeRead, Summary: "List cases",
		Description: "In the order in which they came. For what changes, read the event feed instead."}, d.list)
	wire.Add(s, wire.Op{ID: "getCase", Method: http.MethodGet, Path: "/cases/{case}", Tag: "cases", Scope: feed.ScopeRead, Summary: "Status of a case",
		Description: "All axes, what is open today, holds, and what may be done next."}, d.status)
	wire.Add(s, wire.Op{ID: "getStatement", Method: http.MethodGet, Path: "/cases/{case}/statement", Tag: "cases", Scope: feed.ScopeRead, Summary: "Statement of a claim",
		Description: "What is demanded, how interest was computed and how every payment was allocated (Forderungsaufstellung)."}, d.statement)
	wire.Add(s, wire.Op{ID: "getTimeline", Method: http.MethodGet, Path: "/cases/{case}/timeline", Tag: "cases", Scope: feed.ScopeRead, Summary: "Timeline of a case",
		Description: "Everything that happened, oldest first. No event has a name or an address."}, d.timeline)
	wire.Add(s, wire.Op{ID: "listSteps", Method: http.MethodGet, Path: "/cases/{case}/steps", Tag: "cases", Scope: feed.ScopeRead, Summary: "Next steps",
		Description: "What may be done next, and for each step that may not be taken every reason."}, d.steps)
	wire.Add(s, wire.Op{ID: "takeStep", Method: http.MethodPost, Path: "/cases/{case}/steps", Tag: "cases", Scope: feed.ScopeManage, Summary: "Take a step",
		Description: "A step that is not allowed is refused with 403. Letters are sent by dunning runs, plans offered with the plan operations."}, d.take)
	wire.Add(s, wire.Op{ID: "updateDebtor", Method: http.MethodPost, Path: "/cases/{case}/debtor", Tag: "cases", Scope: feed.ScopeIntake, Summary: "Update address and contact data",
		Description: "What is left out stays. The same data again change nothing."}, d.update)
	wire.Add(s, wire.Op{ID: "withdrawCase", Method: http.MethodPost, Path: "/cases/{case}/withdrawal", Tag: "cases", Scope: feed.ScopeIntake, Summary: "Withdraw a case",
		Description: "Ends the case. Once more is 403."}, d.withdraw)
	wire.Add(s, wire.Op{ID: "placeHold", Method: http.MethodPost, Path: "/cases/{case}/holds", Tag: "cases", Scope: feed.ScopeManage, Status: 201, Summary: "Hold a case",
		Description: "Dunning rests until a day (Mahnsperre)."}, d.hold)
	wire.Add(s, wire.Op{ID: "releaseHold", Method: http.MethodPost, Path: "/cases/{case}/holds/{hold}/release", Tag: "cases", Scope: feed.ScopeManage, Summary: "Release a hold",
		Description: "Holds for objections, proofs, promises and plans end with their decision and cannot be released here."}, d.release)
}
