package page

import (
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/debt/operator"
	"quitt/portal/text"
)

// Kit makes pages.
type Kit struct {
	Operator operator.Profile
	// Again shows the page of a path as its GET does, with what its form brought. The server
	// fills it in.
	Again func(c *fiber.Ctx, path string, with Again) error
}

// Base gives what the layout needs for a request.
func (k *Kit) Base(c *fiber.Ctx) Base {
	r := Of(c)
	b := Base{Words: r.Words, Operator: k.Operator, Path: r.Page, CSRF: r.CSRF, SignedIn: r.Visit != nil, Again: r.Again}
	b.Failed = r.Again != nil && r.Again.Refused()
	if r.Visit != nil {
		b.Acting = r.Visit.Acting
	}
	return b
}

// ProblemKind names a page that says what went wrong and what to do.
type ProblemKind string

// The problems with a page of their own.
const (
	NotFound     ProblemKind = "not_found"
	Incomplete   ProblemKind = "incomplete"    // a link that lost its end, or a secret in path or query
	Expired      ProblemKind = "expired"       // an old code, both secrets were right
	Replaced     ProblemKind = "replaced"      // there is a newer letter
	Locked       ProblemKind = "locked"        // revoked, or tries used up in a visit
	SessionEnded ProblemKind = "session_ended" // idle, too old, or of another installation
	OutOfScope   ProblemKind = "out_of_scope"  // an authority does not cover the page
	TooMany      ProblemKind = "too_many"      // address limit
	Busy         ProblemKind = "busy"          // shed, try again
	TooLarge     ProblemKind = "too_large"
	Foreign      ProblemKind = "foreign"      // a form sent from another site
	BadRequest   ProblemKind = "bad_request"  // what no browser sends
	ServerError  ProblemKind = "server_error" // shows the reference number only
)

// ProblemKinds lists every ProblemKind.
func ProblemKinds() []ProblemKind {
	return []ProblemKind{NotFound, Incomplete, Expired, Replaced, Locked, SessionEnded, OutOfScope, TooMany, Busy, TooLarge,
		Foreign, BadRequest, ServerError}
}

// Problem is what a problem page needs beyond the request.
type Problem struct {
	Kind       ProblemKind
	RetryAfter time.Duration // of TooMany and Busy
}

// statuses of the problems. An old code is gone, not forbidden: both of its secrets were
// right. A session that ended is 403 rather than 401, which would have to name a scheme
// by which a browser could sign in (RFC 9110, 15.5.2).
var statuses = map[ProblemKind]int{
	NotFound: fiber.StatusNotFound, Incomplete: fiber.StatusBadRequest, Expired: fiber.StatusGone,
	Replaced: fiber.StatusGone, Locked: fiber.StatusForbidden, SessionEnded: fiber.StatusForbidden,
	OutOfScope: fiber.StatusForbidden,
	TooMany:    fiber.StatusTooManyRequests, Busy: fiber.StatusServiceUnavailable,
	TooLarge: fiber.StatusRequestEntityTooLarge, Foreign: fiber.StatusForbidden,
	BadRequest: fiber.StatusBadRequest, ServerError: fiber.StatusInternalServerError,
}

// Status gives the HTTP status of a kind.
func (k ProblemKind) Status() int {
	if s, ok := statuses[k]; ok {
		return s
	}
	return fiber.StatusInternalServerError
}

// ProblemPage is the view of a problem: what happened, what it means, what to do.
type ProblemPage struct {
	Base

	Title, Meaning string
	Steps          []string
	Reference      string // shown where the operator can look the request up
	ToEntry        bool   // the way on begins at the code form
}

var problemPage = New[ProblemPage](shared, "problem.html")

// NewProblem words a problem. minutes is how long to wait, 0 when nobody knows.
func NewProblem(b Base, kind ProblemKind, minutes int) ProblemPage {
	p := ProblemPage{Base: b}
	p.Failed = true
	p.say(b.Words, kind, minutes)
	return p
}

// Problem writes a problem page with the status that belongs to its kind.
func (k *Kit) Problem(c *fiber.Ctx, p Problem) error {
	seconds := int((p.RetryAfter + time.Second - 1) / time.Second)
	if seconds > 0 {
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(seconds))
	}
	view := NewProblem(k.Base(c), p.Kind, (seconds+59)/60)
	view.Reference = Of(c).ID
	return problemPage.Write(c, p.Kind.Status(), view)
}

// Ready parses the pages of the kit.
func (k *Kit) Ready() { problemPage.Ready() }

// say chooses the sentences of a kind.
func (p *ProblemPage) say(w *text.Catalogue, kind ProblemKind, minutes int) {
	said := func(title, meaning string, steps ...string) {
		p.Title, p.Meaning, p.Steps = title, meaning, steps
	}
	switch kind {
	case NotFound:
		said(w.Text("problem_not_found", nil), w.Text("problem_not_found_why", nil), w.Text("problem_not_found_do", nil))
	case Incomplete:
		said(w.Text("problem_incomplete", nil), w.Text("problem_incomplete_why", nil), w.Text("problem_incomplete_do", nil))
	case Expired:
		said(w.Text("problem_expired", nil), w.Text("problem_expired_why", nil), w.Text("problem_expired_do", nil))
	case Replaced:
		said(w.Text("problem_replaced", nil), w.Text("problem_replaced_why", nil), w.Text("problem_replaced_do", nil))
	case Locked:
		said(w.Text("problem_locked", nil), w.Text("problem_locked_why", nil), w.Text("problem_locked_do", nil))
	case SessionEnded:
		said(w.Text("problem_session", nil), w.Text("problem_session_why", nil), w.Text("problem_session_do", nil))
	case OutOfScope:
		said(w.Text("problem_scope", nil), w.Text("problem_scope_why", nil), w.Text("problem_scope_do", nil))
	case TooMany:
		said(w.Text("problem_many", nil), w.Text("problem_many_why", nil), wait(w, minutes))
	case Busy:
		said(w.Text("problem_busy", nil), w.Text("problem_busy_why", nil), wait(w, minutes))
	case TooLarge:
		said(w.Text("problem_large", nil), w.Text("problem_large_why", nil), w.Text("problem_large_do", nil))
	case Foreign:
		said(w.Text("problem_foreign", nil), w.Text("problem_foreign_why", nil), w.Text("problem_foreign_do", nil))
	case BadRequest:
		said(w.Text("problem_bad", nil), w.Text("problem_bad_why", nil), w.Text("problem_bad_do", nil))
	default:
		said(w.Text("problem_server", nil), w.Text("problem_server_why", nil), w.Text("problem_server_do", nil))
	}
	p.ToEntry = kind != OutOfScope && kind != TooMany && kind != Busy && kind != ServerError
}

// wait says when to come back.
func wait(w *text.Catalogue, minutes int) string {
	switch {
	case minutes <= 0:
		return w.Text("problem_wait", nil)
	case minutes == 1:
		return w.Text("problem_wait_one", nil)
	}
	return w.Text("problem_wait_minutes", map[string]any{"n": minutes})
}
