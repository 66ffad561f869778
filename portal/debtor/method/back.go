package method

import (
	"context"
	"regexp"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/plan"
	"quitt/debt/rail"
	"quitt/plans"
	"quitt/portal/page"
)

// BackPage is where a provider's page leads back to: what became of the card or mandate.
type BackPage struct {
	page.Base

	ID     debt.ID
	Known  debt.PaymentStatus // what scripts wait to change
	State  state
	Method debt.Method
	Label  string // of what was saved
	Next   plan.Kept
	Chosen bool // the instalments are paid from it now
	Wait   int  // seconds until a page without script asks again; 0: it does not
}

// Debit tells a mandate from a card.
func (p BackPage) Debit() bool { return p.Method == debt.MethodDirectDebit }

// state is which page an attempt to save has.
type state string

const (
	isSaved     state = "saved"
	isPending   state = "pending"  // the bank has not confirmed the mandate
	isUnusable  state = "unusable" // saved, and nothing can be charged to it
	isFailed    state = "failed"
	isCancelled state = "cancelled"
	isExpired   state = "expired"
	isOpen      state = "open"
	isChecking  state = "checking"
)

var states = map[debt.PaymentStatus]state{
	debt.PaymentCreated: isChecking, debt.PaymentStarted: isOpen, debt.PaymentUnknown: isChecking, debt.PaymentSucceeded: isSaved,
	debt.PaymentFailed: isFailed, debt.PaymentCancelled: isCancelled, debt.PaymentExpired: isExpired,
}

var backHTML = page.New[BackPage](files, "back.html")

// lookFor is how long a visitor waits for a provider's answer; then what is known is shown.
const lookFor = 6 * time.Second

// attemptForm is how ids of attempts look; anything else is asked of no database.
var attemptForm = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// Back shows what became of an attempt to save, after asking the provider, and lets the plan be
// paid from what was saved. An attempt of another case is answered as none.
func (p Pages) Back(c *fiber.Ctx) error {
	return p.within(c, func(s scene) error {
		nr := c.Query("nr")
		if p.Rail == nil || !attemptForm.MatchString(nr) {
			return p.Door.Kit.Problem(c, page.Problem{Kind: page.NotFound})
		}
		ctx, cancel := context.WithTimeout(c.UserContext(), lookFor)
		defer cancel()
		a, lost := p.Rail.Look(ctx, s.Visit.CreditorID, s.Visit.CaseID, debt.ID(nr))
		if lost != nil && a.ID == "" && debt.KindOf(lost) != debt.NotFound {
			return lost
		}
		if a.ID == "" || a.Kind != rail.Setup {
			return p.Door.Kit.Problem(c, page.Problem{Kind: page.NotFound})
		}
		if lost != nil && p.Rail.Log != nil {
			p.Rail.Log.WarnContext(c.UserContext(), "a saved card could not be asked for", "id", page.Of(c).ID, "error", lost.Error())
		}
		view := s.back(a, c.Query("fertig") != "" || lost != nil)
		if view.State == isSaved {
			if err := p.chosen(c, s, &view); err != nil {
				return err
			}
		}
		return backHTML.Write(c, fiber.StatusOK, view)
	})
}

// back words an attempt. One whose page is open, and which says it is done, is being found out.
func (s scene) back(a rail.Attempt, done bool) BackPage {
	s.Base.Path = PathOf(a.ID)
	out := BackPage{Base: s.Base, ID: a.ID, Known: a.Status, State: states[a.Status], Method: a.Method, Next: s.plan.Progress.Next}
	if out.State == isOpen && done {
		out.State = isChecking
	}
	if out.State == isChecking {
		out.Wait = 5
	}
	return out
}

// chosen lets the plan be paid from what an attempt saved.
func (p Pages) chosen(c *fiber.Ctx, s scene, view *BackPage) error {
	list, err := p.saved().Stored(c.UserContext(), s.Visit.CreditorID, s.Visit.CaseID)
	if err != nil {
		return err
	}
	view.State = isUnusable
	for _, i := range list {
		if i.SavedBy != view.ID {
			continue
		}
		view.Label = s.instrument(i)
		switch {
		case i.State == rail.Pending:
			view.State = isPending
		case i.State == rail.Usable && s.decided(i):
			view.State, view.Chosen = isSaved, s.plan.Plan.InstrumentID == i.ID
		case i.State == rail.Usable:
			err := p.Desk.SetMethod(c.UserContext(), s.who(), plans.Paying{Instrument: i.ID})
			if err != nil && debt.KindOf(err) != debt.Forbidden { // the plan has ended, or the card has, this moment
				return err
			}
			if err == nil {
				view.State, view.Chosen = isSaved, true
			}
		}
	}
	return nil
}

// decided reports whether the way to pay was chosen after a card or mandate was saved: a page
// that is shown again must not undo that.
func (s scene) decided(i rail.Instrument) bool {
	for _, e := range s.View.Events {
		if e.Type == debt.PlanChanged && e.Data["method"] != nil && e.At.After(i.SavedAt) {
			return true
		}
	}
	return false
}
