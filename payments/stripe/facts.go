package stripe

import (
	"slices"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v76"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments"
)

// facts translates an order. A state this version does not know is ErrBusy: the objects of
// Stripe become consistent one after the other, and the next look may understand them.
func (o order) facts(a rail.Account) (rail.Facts, error) {
	f := rail.Facts{AskedAt: o.asked, External: a.External}
	var err error
	if f.State, err = o.state(); err != nil {
		return rail.Facts{}, err
	}
	o.identify(&f)
	if f.State != rail.Settled && f.State != rail.Ready {
		f.Failure = o.failure()
	}
	if f.State == rail.InFlight {
		f.Expected = o.final()
	}
	f.Funding = o.funding()
	f.Moves = o.moves()
	for _, d := range o.disputes {
		// Open questions only: one that is closed without money is nobody's concern.
		open := d.Status == stripe.DisputeStatusWarningNeedsResponse || d.Status == stripe.DisputeStatusWarningUnderReview
		if open && len(d.BalanceTransactions) == 0 {
			f.Inquiry = d.ID
		}
	}
	f.Instrument = o.stored(f.State)
	return f, nil
}

// identify copies ids and figures. The intent, where there is one, is the order; what the
// session says of it comes second.
func (o order) identify(f *rail.Facts) {
	if s := o.session; s != nil {
		f.Session, f.Live, f.Attempt = s.ID, s.Livemode, attemptOf(s.Metadata)
		if f.Attempt == "" {
			f.Attempt = attemptOf(map[string]string{attemptLabel: s.ClientReferenceID})
		}
		f.Amount, f.Currency, f.Customer = debt.Cents(s.AmountTotal), upper(s.Currency), customerID(s.Customer)
		if s.Status == stripe.CheckoutSessionStatusOpen {
			f.URL = s.URL
		}
		if s.ExpiresAt != 0 {
			f.Expires = time.Unix(s.ExpiresAt, 0).UTC()
		}
	}
	if pi := o.intent; pi != nil {
		f.Intent, f.Live = pi.ID, pi.Livemode
		f.Amount, f.Currency = debt.Cents(pi.Amount), upper(pi.Currency)
		f.Attempt = firstOf(attemptOf(pi.Metadata), f.Attempt)
		f.Customer = firstOf(customerID(pi.Customer), f.Customer)
	}
	if si := o.setup; si != nil {
		f.Intent, f.Live = si.ID, si.Livemode
		f.Attempt = firstOf(attemptOf(si.Metadata), f.Attempt)
		f.Customer = firstOf(customerID(si.Customer), f.Customer)
	}
}

// state says where the order stands. Money that has moved settles it whatever the page says:
// a page can expire while it is being paid.
func (o order) state() (rail.State, error) {
	switch {
	case o.setup != nil:
		return o.setupState()
	case o.intent != nil:
		return o.intentState()
	case o.session != nil:
		return o.pageState()
	}
	return "", payments.ErrBusy
}

// pageState is that of a page nobody has tried to pay on.
func (o order) pageState() (rail.State, error) {
	switch o.session.Status {
	case stripe.CheckoutSessionStatusOpen:
		return rail.Waiting, nil
	case stripe.CheckoutSessionStatusExpired:
		return rail.Expired, nil
	}
	return "", payments.ErrBusy
}

// intentState reads from the money down to the page: each line is right only because those
// above it did not hold.
func (o order) intentState() (rail.State, error) {
	status := o.intent.Status
	switch {
	case o.paid():
		return rail.Settled, nil
	case status == stripe.PaymentIntentStatusProcessing, status == stripe.PaymentIntentStatusRequiresCapture, o.pending():
		return rail.InFlight, nil
	case !untried(status): // succeeded with no charge in the list yet, or a new status
		return "", payments.ErrBusy
	case o.session != nil && o.session.Status != stripe.CheckoutSessionStatusComplete:
		return o.pageState()
	case status == stripe.PaymentIntentStatusCanceled:
		return rail.Cancelled, nil
	case o.session != nil && status == stripe.PaymentIntentStatusRequiresPaymentMethod:
		return rail.Failed, nil // the page is done with, so nobody can try again
	case o.session != nil:
		return rail.InFlight, nil
	case o.intent.Metadata[kindLabel] != string(rail.Charge) && attemptOf(o.intent.Metadata) != "":
		return "", payments.ErrBusy // it has a page; the list does not have it yet
	}
	return rail.Failed, nil
}

func (o order) setupState() (rail.State, error) {
	// A page that expires as the mandate is stored has stored it.
	status := o.setup.Status
	switch {
	case status == stripe.SetupIntentStatusSucceeded:
		return rail.Ready, nil
	case status == stripe.SetupIntentStatusProcessing:
		return rail.InFlight, nil
	case o.session != nil && o.session.Status != stripe.CheckoutSessionStatusComplete:
		return o.pageState()
	case status == stripe.SetupIntentStatusCanceled:
		return rail.Cancelled, nil
	case o.session != nil && status == stripe.SetupIntentStatusRequiresPaymentMethod:
		return rail.Failed, nil
	}
	return "", payments.ErrBusy
}

// paid and pending go by all charges: a page may have several, of which the newest failed.
func (o order) paid() bool {
	return slices.ContainsFunc(o.charges, func(c try) bool { return c.Status == stripe.ChargeStatusSucceeded && c.Captured })
}

func (o order) pending() bool {
	return slices.ContainsFunc(o.charges, func(c try) bool { return c.Status == stripe.ChargeStatusPending })
}

// failure gives the code of the last failure. A declined card has the bank's reason beside
// it; a failed debit has it on the charge, while the intent only says that it failed.
func (o order) failure() string {
	if o.setup != nil {
		return code(o.setup.LastSetupError)
	}
	if o.intent == nil {
		return ""
	}
	last := code(o.intent.LastPaymentError)
	if last == rail.NeedsDebtor || o.session == nil && o.intent.Status == stripe.PaymentIntentStatusRequiresAction {
		return rail.NeedsDebtor
	}
	for _, c := range o.charges {
		switch {
		case c.Status != stripe.ChargeStatusFailed || c.FailureCode == "":
			continue
		case c.FailureCode != string(stripe.ErrorCodeCardDeclined):
			return word(c.FailureCode)
		case o.intent.LastPaymentError != nil:
			return last
		case c.Outcome != nil && debt.IsCode(c.Outcome.Reason):
			return c.Outcome.Reason
		}
		return word(c.FailureCode)
	}
	return last
}

// How a direct debit goes: handed in until half past ten in Berlin, or else on the next
// business day of the euro payment system; called succeeded six of those days later; and
// five after the account was debited a bank can no longer refuse it.
const (
	lastMinute    = 10*60 + 30 // of the day
	daysToSucceed = 6
	daysToRefuse  = 5
)

// final is the day on which a debit under way will have succeeded.
func (o order) final() debt.Date {
	for _, c := range o.charges {
		if c.Status != stripe.ChargeStatusPending || c.PaymentMethodDetails == nil || c.PaymentMethodDetails.SEPADebit == nil {
			continue
		}
		if !c.debited.IsZero() {
			return addTargetDays(c.debited, daysToRefuse)
		}
		return addTargetDays(handedIn(time.Unix(c.Created, 0).In(debt.Berlin)), daysToSucceed)
	}
	return debt.Date{}
}

// handedIn is the business day on which a debit of that moment goes to the bank.
func handedIn(berlin time.Time) debt.Date {
	d := debt.DateIn(berlin, debt.Berlin)
	if berlin.Hour()*60+berlin.Minute() >= lastMinute {
		d = d.AddDays(1)
	}
	for !debt.IsTargetDay(d) {
		d = d.AddDays(1)
	}
	return d
}

func addTargetDays(d debt.Date, n int) debt.Date {
	for n > 0 {
		if d = d.AddDays(1); debt.IsTargetDay(d) {
			n--
		}
	}
	return d
}

// funding tells credit from debit cards: of the charge that succeeded, else of the last one.
func (o order) funding() (funding string) {
	for _, c := range o.charges {
		d := c.PaymentMethodDetails
		if d == nil || d.Card == nil {
			continue
		}
		if c.Status == stripe.ChargeStatusSucceeded {
			return word(string(d.Card.Funding))
		}
		if funding == "" {
			funding = word(string(d.Card.Funding))
		}
	}
	return funding
}

func berlin(unix int64) debt.Date { return debt.DateIn(time.Unix(unix, 0), debt.Berlin) }

func upper(c stripe.Currency) string { return strings.ToUpper(string(c)) }

func customerID(c *stripe.Customer) string {
	if c == nil {
		return ""
	}
	return c.ID
}

func firstOf[T ~string](a, b T) T {
	if a != "" {
		return a
	}
	return b
}
