// Code generated from docs/openapi.json; DO NOT EDIT.

package client

import (
	"context"
	"net/url"
	"strconv"
)

// ListCasesQuery is what of a list is asked for.
type ListCasesQuery struct {
	After string // next_after of the page before; without it the list begins.
	Limit int64  // How many at most.
}

func (q ListCasesQuery) values() url.Values {
	v := url.Values{}
	if q.After != "" {
		v.Set("after", q.After)
	}
	if q.Limit != 0 {
		v.Set("limit", strconv.FormatInt(q.Limit, 10))
	}
	return v
}

// ListCases: List cases. In the order in which they came. For what changes, read the event feed instead.
func (c *Client) ListCases(ctx context.Context, q ListCasesQuery) (*Cases, error) {
	return call[Cases](ctx, c, request{method: "GET", path: at("/api/v1/cases"), query: q.values()})
}

// HandOver: Hand over a case. A new case is 201, one that was handed over before with the same content 200. With Dry-Run: true all faults are told and nothing is stored.
func (c *Client) HandOver(ctx context.Context, body Handover, options ...Option) (*Handed, error) {
	return call[Handed](ctx, c, request{method: "POST", path: at("/api/v1/cases"), body: body, options: options})
}

// HandOverMany: Hand over many cases. All in one transaction. Unless partial is set one fault stops them all.
func (c *Client) HandOverMany(ctx context.Context, body Bulk, options ...Option) (*BulkDone, error) {
	return call[BulkDone](ctx, c, request{method: "POST", path: at("/api/v1/cases/bulk"), body: body, options: options})
}

// GetCase: Status of a case. All axes, what is open today, holds, and what may be done next.
func (c *Client) GetCase(ctx context.Context, reference string) (*Status, error) {
	return call[Status](ctx, c, request{method: "GET", path: at("/api/v1/cases/{case}", reference)})
}

// BookCreditNote: Book a credit note. A part of one line was never owed. It counts from the first day: interest on it vanishes and costs follow a smaller claim. It books once under your external_id in the case.
func (c *Client) BookCreditNote(ctx context.Context, reference string, body CreditNote, options ...Option) (*Credited, error) {
	return call[Credited](ctx, c, request{method: "POST", path: at("/api/v1/cases/{case}/credit-notes", reference), body: body, options: options})
}

// UpdateDebtor: Update address and contact data. What is left out stays. The same data again change nothing.
func (c *Client) UpdateDebtor(ctx context.Context, reference string, body Contact, options ...Option) (*Updated, error) {
	return call[Updated](ctx, c, request{method: "POST", path: at("/api/v1/cases/{case}/debtor", reference), body: body, options: options})
}

// ListDocuments: Documents of a case. What either side brought. Infected files and those in quarantine have no content.
func (c *Client) ListDocuments(ctx context.Context, reference string) (*Documents, error) {
	return call[Documents](ctx, c, request{method: "GET", path: at("/api/v1/cases/{case}/documents", reference)})
}

// UploadDocument: Add a document to a case. An invoice, a contract, a title: for the debtor, who is sent a message with it, or for your side alone. The same file again in the same way is 200 and the document that is there. Content is shown once the file was checked.
func (c *Client) UploadDocument(ctx context.Context, reference string, body NewDocument, options ...Option) (*Document, error) {
	return call[Document](ctx, c, request{method: "POST", path: at("/api/v1/cases/{case}/documents", reference), body: body, options: options})
}

// GetDocument: Content of a document. As it came.
func (c *Client) GetDocument(ctx context.Context, reference, id string) ([]byte, error) {
	return c.send(ctx, request{method: "GET", path: at("/api/v1/cases/{case}/documents/{id}/content", reference, id)})
}

// PlaceHold: Hold a case. Dunning rests until a day (Mahnsperre).
func (c *Client) PlaceHold(ctx context.Context, reference string, body NewHold, options ...Option) (*Status, error) {
	return call[Status](ctx, c, request{method: "POST", path: at("/api/v1/cases/{case}/holds", reference), body: body, options: options})
}

// ReleaseHold: Release a hold. Holds for objections, proofs, promises and plans end with their decision and cannot be released here.
func (c *Client) ReleaseHold(ctx context.Context, reference, hold string, options ...Option) (*Status, error) {
	return call[Status](ctx, c, request{method: "POST", path: at("/api/v1/cases/{case}/holds/{hold}/release", reference, hold), options: options})
}

// ListMessages: Messages of a case. Both ways, and what the debtor has asked for with the day an answer is owed.
func (c *Client) ListMessages(ctx context.Context, reference string) (*Thread, error) {
	return call[Thread](ctx, c, request{method: "GET", path: at("/api/v1/cases/{case}/messages", reference)})
}

// SendMessage: Send a message. To the debtor's inbox. What he wrote before counts as read.
func (c *Client) SendMessage(ctx context.Context, reference string, body NewMessage, options ...Option) (*Done, error) {
	return call[Done](ctx, c, request{method: "POST", path: at("/api/v1/cases/{case}/messages", reference), body: body, options: options})
}

// ReadMessages: Mark messages as read. The debtor sees that somebody has opened them.
func (c *Client) ReadMessages(ctx context.Context, reference string, options ...Option) (*Done, error) {
	return call[Done](ctx, c, request{method: "POST", path: at("/api/v1/cases/{case}/messages/reading", reference), options: options})
}

// ListObjections: What a debtor has said. Objections, proofs of payment, promises and situations. Of a situation only its kind: what somebody wrote about health or family is for a person to read, in Quitt.
func (c *Client) ListObjections(ctx context.Context, reference string) (*Said, error) {
	return call[Said](ctx, c, request{method: "GET", path: at("/api/v1/cases/{case}/objections", reference)})
}

// AnswerObjection: Answer an objection. A person's decision with its reason, which the debtor reads. What is given up is credited from the first day.
func (c *Client) AnswerObjection(ctx context.Context, reference, id string, body Answer, options ...Option) (*Done, error) {
	return call[Done](ctx, c, request{method: "POST", path: at("/api/v1/cases/{case}/objections/{id}/answer", reference, id), body: body, options: options})
}

// ListPayments: Payments of a case. Every payment, also those that have not arrived or went back.
func (c *Client) ListPayments(ctx context.Context, reference string) (*Payments, error) {
	return call[Payments](ctx, c, request{method: "GET", path: at("/api/v1/cases/{case}/payments", reference)})
}

// BookPayment: Book a direct payment. Money you received yourself. It books once under your external_id: the same again is 200 and changes nothing, another payment under it is 409.
func (c *Client) BookPayment(ctx context.Context, reference string, body NewPayment, options ...Option) (*Booked, error) {
	return call[Booked](ctx, c, request{method: "POST", path: at("/api/v1/cases/{case}/payments", reference), body: body, options: options})
}

// ListPlans: Instalment plan of a case. The one that is open or runs, otherwise the last one.
func (c *Client) ListPlans(ctx context.Context, reference string) (*Planned, error) {
	return call[Planned](ctx, c, request{method: "GET", path: at("/api/v1/cases/{case}/plan", reference)})
}

// AcceptPlan: Accept a plan. The debtor's proposal becomes active.
func (c *Client) AcceptPlan(ctx context.Context, reference, id string, options ...Option) (*Done, error) {
	return call[Done](ctx, c, request{method: "POST", path: at("/api/v1/cases/{case}/plan/{id}/acceptance", reference, id), options: options})
}

// CounterPlan: Counter a plan. Answers a proposal with another plan, which the debtor may take.
func (c *Client) CounterPlan(ctx context.Context, reference, id string, body Counter, options ...Option) (*Done, error) {
	return call[Done](ctx, c, request{method: "POST", path: at("/api/v1/cases/{case}/plan/{id}/counter", reference, id), body: body, options: options})
}

// DeclinePlan: Decline a plan. A person's no, with a reason and a name: no machine refuses a plan (GDPR Art. 22).
func (c *Client) DeclinePlan(ctx context.Context, reference, id string, body Refusal, options ...Option) (*Done, error) {
	return call[Done](ctx, c, request{method: "POST", path: at("/api/v1/cases/{case}/plan/{id}/refusal", reference, id), body: body, options: options})
}

// DecideProof: Decide a proof of payment. Book the payment first, so that nothing is demanded in between.
func (c *Client) DecideProof(ctx context.Context, reference, id string, body Decision, options ...Option) (*Done, error) {
	return call[Done](ctx, c, request{method: "POST", path: at("/api/v1/cases/{case}/proofs/{id}/decision", reference, id), body: body, options: options})
}

// GetStatement: Statement of a claim. What is demanded, how interest was computed and how every payment was allocated (Forderungsaufstellung).
func (c *Client) GetStatement(ctx context.Context, reference string) (*Statement, error) {
	return call[Statement](ctx, c, request{method: "GET", path: at("/api/v1/cases/{case}/statement", reference)})
}

// ListSteps: Next steps. What may be done next, and for each step that may not be taken every reason.
func (c *Client) ListSteps(ctx context.Context, reference string) (*Steps, error) {
	return call[Steps](ctx, c, request{method: "GET", path: at("/api/v1/cases/{case}/steps", reference)})
}

// TakeStep: Take a step. A step that is not allowed is refused with 403. Letters are sent by dunning runs, plans offered with the plan operations.
func (c *Client) TakeStep(ctx context.Context, reference string, body Step, options ...Option) (*Status, error) {
	return call[Status](ctx, c, request{method: "POST", path: at("/api/v1/cases/{case}/steps", reference), body: body, options: options})
}

// GetTimelineQuery is what of a list is asked for.
type GetTimelineQuery struct {
	After int64 // Number of the last event you have.
	Limit int64 // How many at most.
}

func (q GetTimelineQuery) values() url.Values {
	v := url.Values{}
	if q.After != 0 {
		v.Set("after", strconv.FormatInt(q.After, 10))
	}
	if q.Limit != 0 {
		v.Set("limit", strconv.FormatInt(q.Limit, 10))
	}
	return v
}

// GetTimeline: Timeline of a case. Everything that happened, oldest first. No event has a name or an address.
func (c *Client) GetTimeline(ctx context.Context, reference string, q GetTimelineQuery) (*Timeline, error) {
	return call[Timeline](ctx, c, request{method: "GET", path: at("/api/v1/cases/{case}/timeline", reference), query: q.values()})
}

// WithdrawCase: Withdraw a case. Ends the case. Once more is 403.
func (c *Client) WithdrawCase(ctx context.Context, reference string, body Withdrawal, options ...Option) (*Status, error) {
	return call[Status](ctx, c, request{method: "POST", path: at("/api/v1/cases/{case}/withdrawal", reference), body: body, options: options})
}

// ListEndpoints: Webhook endpoints. Where events are sent, and how far each has come.
func (c *Client) ListEndpoints(ctx context.Context) (*Endpoints, error) {
	return call[Endpoints](ctx, c, request{method: "GET", path: at("/api/v1/endpoints")})
}

// AddEndpoint: Add a webhook endpoint. For the events from now on. The secret is shown this once.
func (c *Client) AddEndpoint(ctx context.Context, body NewEndpoint, options ...Option) (*Secret, error) {
	return call[Secret](ctx, c, request{method: "POST", path: at("/api/v1/endpoints"), body: body, options: options})
}

// ListAttempts: Failed requests. Of the last 30 days, and the events that were given up.
func (c *Client) ListAttempts(ctx context.Context, endpoint string) (*Attempts, error) {
	return call[Attempts](ctx, c, request{method: "GET", path: at("/api/v1/endpoints/{endpoint}/attempts", endpoint)})
}

// EnableEndpoint: Try an endpoint again. One that answered 410 is disabled; it goes on from where it stood.
func (c *Client) EnableEndpoint(ctx context.Context, endpoint string, options ...Option) (*Done, error) {
	return call[Done](ctx, c, request{method: "POST", path: at("/api/v1/endpoints/{endpoint}/enabling", endpoint), options: options})
}

// RemoveEndpoint: Remove an endpoint. With everything that belongs to it.
func (c *Client) RemoveEndpoint(ctx context.Context, endpoint string, options ...Option) (*Done, error) {
	return call[Done](ctx, c, request{method: "POST", path: at("/api/v1/endpoints/{endpoint}/removal", endpoint), options: options})
}

// ReplayEvents: Send events again. From one place of the feed to another, both included. They carry the ids they had.
func (c *Client) ReplayEvents(ctx context.Context, endpoint string, body Replay, options ...Option) (*Done, error) {
	return call[Done](ctx, c, request{method: "POST", path: at("/api/v1/endpoints/{endpoint}/replay", endpoint), body: body, options: options})
}

// RotateEndpoint: Give an endpoint a new secret. For a day requests are signed with both.
func (c *Client) RotateEndpoint(ctx context.Context, endpoint string, options ...Option) (*Secret, error) {
	return call[Secret](ctx, c, request{method: "POST", path: at("/api/v1/endpoints/{endpoint}/rotation", endpoint), options: options})
}

// ReadEventsQuery is what of a list is asked for.
type ReadEventsQuery struct {
	After int64 // Number of the last event you have worked off.
	Limit int64 // How many at most.
}

func (q ReadEventsQuery) values() url.Values {
	v := url.Values{}
	if q.After != 0 {
		v.Set("after", strconv.FormatInt(q.After, 10))
	}
	if q.Limit != 0 {
		v.Set("limit", strconv.FormatInt(q.Limit, 10))
	}
	return v
}

// ReadEvents: Read the event feed. The events behind a place of the feed, 0 being its beginning. See docs/feed.md.
func (c *Client) ReadEvents(ctx context.Context, q ReadEventsQuery) (*Page, error) {
	return call[Page](ctx, c, request{method: "GET", path: at("/api/v1/events"), query: q.values()})
}

// AcknowledgeEvents: Say how far you are. It moves forward only; a smaller number is answered with where it stands.
func (c *Client) AcknowledgeEvents(ctx context.Context, body Acknowledgement, options ...Option) (*Acknowledgement, error) {
	return call[Acknowledgement](ctx, c, request{method: "POST", path: at("/api/v1/events/acknowledgement"), body: body, options: options})
}

// ReversePayment: Take a direct payment back. Undoes a payment that was booked with bookPayment, under an external_id of its own.
func (c *Client) ReversePayment(ctx context.Context, body Reversal, options ...Option) (*Booked, error) {
	return call[Booked](ctx, c, request{method: "POST", path: at("/api/v1/payments/reversals"), body: body, options: options})
}

// ListPayoutsQuery is what of a list is asked for.
type ListPayoutsQuery struct {
	After string // next_after of the page before; without it the list begins.
	Limit int64  // How many at most.
}

func (q ListPayoutsQuery) values() url.Values {
	v := url.Values{}
	if q.After != "" {
		v.Set("after", q.After)
	}
	if q.Limit != 0 {
		v.Set("limit", strconv.FormatInt(q.Limit, 10))
	}
	return v
}

// ListPayouts: Payouts. What the payment provider paid out to your account, and payouts your bank sent back.
func (c *Client) ListPayouts(ctx context.Context, q ListPayoutsQuery) (*Payouts, error) {
	return call[Payouts](ctx, c, request{method: "GET", path: at("/api/v1/payouts"), query: q.values()})
}
