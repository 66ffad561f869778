package debtor

import (
	"context"
	"regexp"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/rail"
	"quitt/portal/debtor/method"
	"quitt/portal/debtor/told"
	"quitt/portal/page"
)

// PaymentPage says where a payment stands. It is where a provider's page leads back to.
type PaymentPage struct {
	page.Base

	ID        debt.ID
	Known     debt.PaymentStatus // what scripts wait to change
	State     payState
	Amount    debt.Cents
	Method    debt.Method
	On        debt.Date // value day of the money
	Expected  debt.Date // when a debit is final
	Returned  debt.Cents
	Split     []told.Fact
	Left      debt.Cents // open now
	Quit      bool       // nothing is
	Payable   bool       // something may be paid
	Full      bool
	Resume    bool
	Wait      int // seconds until a page without script asks again; 0: it does not
	Plain     string
	Reference string
	Creditor  string
}

// payState is which page a payment has.
type payState string

const (
	isPaid      payState = "paid"
	isReturned  payState = "returned"
	isInFlight  payState = "in_flight"
	isFailed    payState = "failed"
	isCancelled payState = "cancelled"
	isExpired   payState = "expired"
	isStarting  payState = "starting"
	isOpen      payState = "open"
	isChecking  payState = "checking"
)

var states = map[debt.PaymentStatus]payState{
	debt.PaymentCreated: isStarting, debt.PaymentStarted: isOpen, debt.PaymentUnknown: isChecking, debt.PaymentInFlight: isInFlight,
	debt.PaymentSucceeded: isPaid, debt.PaymentPartRefunded: isPaid, debt.PaymentRefunded: isReturned, debt.PaymentReversed: isReturned,
	debt.PaymentFailed: isFailed, debt.PaymentCancelled: isCancelled, debt.PaymentExpired: isExpired,
}

// Way names a method as one chooses it.
func (p PaymentPage) Way(m debt.Method) string { return way(p.Words, m) }

// Debit tells a direct debit, which is on its way for days.
func (p PaymentPage) Debit() bool { return p.Method == debt.MethodDirectDebit }

// Live tells that the state may change while somebody looks.
func (p PaymentPage) Live() bool { return p.Wait > 0 || p.State == isInFlight }

// Gone is what of the payment went back: all of it, if nothing else is known.
func (p PaymentPage) Gone() debt.Cents {
	if p.Returned > 0 {
		return p.Returned
	}
	return p.Amount
}

var paymentHTML = page.New[PaymentPage](files, "payment.html")

// attemptForm is how ids of payments look; anything else is asked of no database.
var attemptForm = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// numberOf reads which payment a page is about.
func numberOf(c *fiber.Ctx) (debt.ID, bool) {
	nr := c.Query("nr")
	return debt.ID(nr), attemptForm.MatchString(nr)
}

// Payment shows where a payment stands, after asking the provider. An attempt of another case
// is answered as none.
func (p *Pages) Payment(c *fiber.Ctx) error {
	return p.within(c, access.LetterView, func(s scene) error {
		id, ok := numberOf(c)
		if !ok || p.Rail == nil {
			return p.Kit.Problem(c, page.Problem{Kind: page.NotFound})
		}
		ctx, cancel := context.WithTimeout(c.UserContext(), lookFor)
		defer cancel()
		a, err := p.Rail.Look(ctx, s.Visit.CreditorID, s.Visit.CaseID, id)
		switch {
		case err != nil && a.ID == "":
			return p.unknownPayment(c, err)
		case a.Kind == rail.Setup: // no payment, but what keeps the case from one
			return c.Redirect(method.PathOf(a.ID), fiber.StatusSeeOther)
		}
		how := returned{done: c.Query("fertig") != "", lost: err != nil, now: page.Of(c).Now}
		if err != nil && p.Rail.Log != nil { // what is known is shown, and that is no reason to pay again
			p.Rail.Log.WarnContext(c.UserContext(), "a payment could not be asked for", "id", page.Of(c).ID, "error", err.Error())
		}
		if s.View, err = p.Cases.View(c.UserContext(), s.Visit.CreditorID, s.Visit.CaseID); err != nil {
			return err
		}
		return paymentHTML.Write(c, fiber.StatusOK, s.payment(a, how))
	})
}

// lookFor is how long a visitor waits for a provider's answer; then what is known is shown.
const lookFor = 6 * time.Second

// unknownPayment answers as any address without a page.
func (p *Pages) unknownPayment(c *fiber.Ctx, err error) error {
	if err == nil || debt.KindOf(err) == debt.NotFound {
		return p.Kit.Problem(c, page.Problem{Kind: page.NotFound})
	}
	return err
}

// returned is how a visitor came to the page.
type returned struct {
	done bool // the provider's page says that all was done there
	lost bool // the provider did not answer
	now  time.Time
}

func (s scene) payment(a rail.Attempt, r returned) PaymentPage {
	v := s.View
	s.Base = s.Base.Whole()
	s.Base.Path = told.PaymentPath(a.ID)
	out := PaymentPage{Base: s.Base, ID: a.ID, Known: a.Status, State: states[a.Status], Amount: a.Amount, Method: a.Method,
		Expected: a.ExpectedOn, Left: v.Statement.Payable, Quit: v.Statement.Payable == 0, Payable: told.Of(v).Pay(),
		Full: s.Visit.Tier >= access.FullView, Plain: plainAmount(a.Amount), Reference: v.Case.FileReference, Creditor: v.Creditor.Name}
	if out.State == isOpen && (r.done || r.lost) {
		out.State = isChecking // it may be paid: nothing to press until that is known
	}
	out.Resume = out.State == isOpen && a.ExpiresAt.After(r.now.Add(enoughTime)) && out.Payable
	switch out.State {
	case isStarting:
		out.Wait = 3
	case isChecking:
		out.Wait = 5
	case isOpen: // there is something to read and press
		out.Wait = 30
	}
	for _, q := range v.Statement.Payments {
		if q.ID != a.ID {
			continue
		}
		out.On, out.Returned = q.ReceivedOn, q.Returned
		if out.Full {
			out.Split = told.NewPaid(s.Base.Words, q).Went
		}
	}
	return out
}
