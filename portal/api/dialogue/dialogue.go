// Package dialogue is what debtors say over the API's other side: objections, proofs, plans,
// messages and documents, and the answers of the creditor.
package dialogue

import (
	"context"
	"net/http"
	"time"

	"quitt/cases/messages"
	"quitt/cases/objections"
	"quitt/cases/upload"
	"quitt/plans"
	"quitt/portal/api/wire"
	"quitt/store/feed"
)

// Desk answers for what is said. Documents is nil where none can be handed in.
type Desk struct {
	Service    *wire.Service
	Objections objections.Desk
	Plans      plans.Desk
	Messages   messages.Desk
	Documents  *upload.Desk
	Now        func() time.Time
}

// Add adds the operations.
func (d Desk) Add() {
	s, read, manage := d.Service, feed.ScopeRead, feed.ScopeManage
	wire.Add(s, wire.Op{ID: "listObjections", Method: http.MethodGet, Path: "/cases/{case}/objections", Tag: "dialogue", Scope: read, Summary: "What a debtor has said",
		Description: "Objections, proofs of payment, promises and situations. Of a situation only its kind: what somebody wrote about health or family is for a person to read, in Quitt."}, d.said)
	wire.Add(s, wire.Op{ID: "answerObjection", Method: http.MethodPost, Path: "/cases/{case}/objections/{id}/answer", Tag: "dialogue", Scope: manage, Summary: "Answer an objection",
		Description: "A person's decision with its reason, which the debtor reads. What is given up is credited from the first day."}, d.answer)
	wire.Add(s, wire.Op{ID: "decideProof", Method: http.MethodPost, Path: "/cases/{case}/proofs/{id}/decision", Tag: "dialogue", Scope: manage, Summary: "Decide a proof of payment",
		Description: "Book the payment first, so that nothing is demanded in between."}, d.decide)
	wire.Add(s, wire.Op{ID: "listPlans", Method: http.MethodGet, Path: "/cases/{case}/plan", Tag: "dialogue", Scope: read, Summary: "Instalment plan of a case",
		Description: "The one that is open or runs, otherwise the last one."}, d.plan)
	wire.Add(s, wire.Op{ID: "acceptPlan", Method: http.MethodPost, Path: "/cases/{case}/plan/{id}/acceptance", Tag: "dialogue", Scope: manage, Refuses: []int{410}, Summary: "Accept a plan",
		Description: "The debtor's proposal becomes active."}, d.accept)
	wire.Add(s, wire.Op{ID: "counterPlan", Method: http.MethodPost, Path: "/cases/{case}/plan/{id}/counter", Tag: "dialogue", Scope: manage, Refuses: []int{410}, Summary: "Counter a plan",
		Description: "Answers a proposal with another plan, which the debtor may take."}, d.counter)
	wire.Add(s, wire.Op{ID: "declinePlan", Method: http.MethodPost, Path: "/cases/{case}/plan/{id}/refusal", Tag: "dialogue", Scope: manage, Refuses: []int{410}, Summary: "Decline a plan",
		Description: "A person's no, with a reason and a name: no machine refuses a plan (GDPR Art. 22)."}, d.decline)
	wire.Add(s, wire.Op{ID: "listMessages", Method: http.MethodGet, Path: "/cases/{case}/messages", Tag: "dialogue", Scope: read, Summary: "Messages of a case",
		Description: "Both ways, and what the debtor has asked for with the day an answer is owed."}, d.thread)
	wire.Add(s, wire.Op{ID: "sendMessage", Method: http.MethodPost, Path: "/cases/{case}/messages", Tag: "dialogue", Scope: manage, Status: 201, Summary: "Send a message",
		Description: "To the debtor's inbox. What he wrote before counts as read."}, d.send)
	wire.Add(s, wire.Op{ID: "readMessages", Method: http.MethodPost, Path: "/cases/{case}/messages/reading", Tag: "dialogue", Scope: manage, Summary: "Mark messages as read",
		Description: "The debtor sees that somebody has opened them."}, d.seen)
	wire.Add(s, wire.Op{ID: "listDocuments", Method: http.MethodGet, Path: "/cases/{case}/documents", Tag: "dialogue", Scope: read, Summary: "Documents of a case",
		Description: "What either side brought. Infected files and those in quarantine have no content."}, d.documents)
	wire.Add(s, wire.Op{ID: "uploadDocument", Method: http.MethodPost, Path: "/cases/{case}/documents", Tag: "dialogue", Scope: manage, Status: 201, Keyed: true, Large: mostContent,
		Again: "It was there; nothing was changed", Summary: "Add a document to a case",
		Description: "An invoice, a contract, a title: for the debtor, who is sent a message with it, or for your side alone. The same file again in the same way is 200 and the document that is there. Content is shown once the file was checked."}, d.give)
	wire.Add(s, wire.Op{ID: "getDocument", Method: http.MethodGet, Path: "/cases/{case}/documents/{id}/content", Tag: "dialogue", Scope: read, Files: []string{"application/pdf", "image/jpeg", "image/png"},
		Summary: "Content of a document", Description: "As it came."}, d.content)
}

// On names something of a case.
type On struct {
	wire.At
	ID string `path:"id" maxLength:"64" example:"019a0000-0000-7000-8000-000000000001" doc:"Its id."`
}

type caseIn struct{ wire.At }

type onIn struct{ On }

func (d Desk) at(ctx context.Context, c wire.Caller, in wire.At) (objections.At, error) {
	id, err := d.Service.Case(ctx, c, in.Case)
	return objections.At{Creditor: c.Creditor(), Case: id}, err
}
