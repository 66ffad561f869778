package notifications

import (
	"context"
	"slices"
	"time"

	"quitt/debt"
	"quitt/debt/channel"
	"quitt/debt/mandate"
	"quitt/store"
	"quitt/store/outbox"
	"quitt/store/plans"
)

// Told are the events a debtor hears of by e-mail.
var told = []debt.EventType{
	debt.PaymentSucceededEvent, debt.PaymentFailedEvent, debt.PaymentReversedEvent,
	debt.ObjectionFiled, debt.ObjectionAnswered,
	debt.PlanPaperEvent, debt.PlanCountered, debt.PlanDeclinedEvent, debt.PlanExpiredEvent, debt.PlanAgreed, debt.PlanChanged,
	debt.PlanInstalmentDue, debt.PlanInstalmentMissed, debt.PlanAtRiskEvent, debt.PlanLapsedEvent, debt.PlanFulfilledEvent, debt.PlanCancelledEvent,
	debt.MessageSent, debt.CaseClosed, debt.MandateRevoked,
}

// Told lists the events a debtor hears of.
func Told() []debt.EventType { return slices.Clone(told) }

// newsLife is how long news are worth a mail: a server that was away for longer does not
// flood people with what they have seen in the portal.
const newsLife = 7 * 24 * time.Hour

// costNotice is the paper that is told of by itself: it goes before an agreement (RDG § 13a III).
const costNotice = string(plans.CostNotice)

// dueArg is the value of a reminder that says the day, collectArg of one that announces that day's
// collection.
const (
	dueArg     = "due"
	collectArg = "collect_on"
)

// Teller reads the feed and writes mails into the outbox.
type Teller struct {
	Store *store.Store
	Now   func() time.Time
	Texts bool // text messages go out: who prefers one gets it
}

// Its place in the feed, and how many events it takes in one transaction.
const (
	tellerName    = "mail"
	tellerPortion = 100
)

// Loop gives the teller to a Runner.
func (d Teller) Loop() Loop { return Loop{Name: "tell", Work: d.work} }

// work writes what the next events are worth telling, in the transaction that moves the
// teller behind them: nothing is told twice or left out, wherever the process ends.
func (d Teller) work(ctx context.Context, creditor debt.ID) (did int, err error) {
	var behind int64
	var begun bool
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		behind, begun, err = outbox.Behind(r, tellerName)
		return err
	})
	if err != nil || begun && behind == 0 {
		return 0, err
	}
	if !begun { // what waits for its place in the feed has happened before, too
		if _, err := d.Store.Sequence(ctx, creditor); err != nil {
			return 0, err
		}
	}
	err = d.Store.Write(ctx, creditor, func(t *store.Tx) error {
		events, err := outbox.Follow(t, tellerName, tellerPortion)
		if err != nil {
			return err
		}
		did = len(events)
		for _, e := range events {
			if err := d.tell(t, e); err != nil {
				return err
			}
		}
		return nil
	})
	return did, err
}

func (d Teller) tell(t *store.Tx, e debt.Event) error {
	if !slices.Contains(told, e.Type) || wishedAway(e) {
		return nil
	}
	to, err := outbox.ReachOf(&t.Reader, e.CaseID)
	if err != nil {
		return err
	}
	acting, err := helperOf(&t.Reader, e.CaseID, d.Now())
	if err != nil || barred(to, string(e.Type), debt.DateIn(d.Now(), debt.Berlin)) {
		return err
	}
	m := outbox.Mail{CaseID: e.CaseID, Key: string(e.ID) + "/" + string(e.Type), Recipient: to.Debtor.Email, Language: to.Debtor.PreferredLanguage,
		Template: string(e.Type), ExpiresAt: e.At.Add(newsLife)}
	switch reached := d.preferred(to); {
	case acting.email != "" && to.Channels.NoEmail:
		return nil
	case acting.email != "":
		m.Recipient = acting.email
	case acting.post: // a letter reaches who acts
		return nil
	case reached == "":
		return nil
	case reached == outbox.SMS:
		m.Channel, m.Recipient = reached, to.Debtor.Phone
	}
	if e.Type == debt.PlanInstalmentDue && !remind(&m, e) {
		return nil
	}
	return outbox.Add(t, m, d.Now())
}

// preferred is the channel news go by, "" for none: who is told nothing finds it in the portal.
func (d Teller) preferred(to outbox.Reach) outbox.Channel {
	return outbox.Channel(channel.Of(to.Debtor, to.Channels, d.Texts))
}

// remind gives a reminder its day, after which it is no use; a day that cannot be read is a
// reminder of nothing.
func remind(m *outbox.Mail, e debt.Event) bool {
	kind := dueArg
	if e.Data[collectArg] != nil {
		kind = collectArg
	}
	text, _ := e.Data[kind].(string)
	due, err := debt.ParseDate(text)
	if err != nil {
		return false
	}
	m.Args = map[string]string{kind: due.String()}
	if end := due.AddDays(1).Time(); end.Before(m.ExpiresAt) {
		m.ExpiresAt = end
	}
	return true
}

// wishedAway is what the debtor knows: a payment that ended because its page was closed or ran
// out, an answer or a change of the debtor's own, and papers that go with other news.
func wishedAway(e debt.Event) bool {
	switch e.Type {
	case debt.PlanPaperEvent:
		return e.Data["kind"] != costNotice
	case debt.PlanDeclinedEvent:
		return byDebtor(e)
	case debt.PlanChanged: // another way of paying, an excuse: nothing new to read
		return byDebtor(e) && e.Data["instalments"] == nil
	case debt.MandateRevoked: // how any other ends is the debtor's own doing, or told with the plan or payment
		return e.Data["reason"] != mandate.Lapsed
	}
	return e.Type == debt.PaymentFailedEvent && (e.Data["status"] == string(debt.PaymentExpired) || e.Data["status"] == string(debt.PaymentCancelled))
}

// byDebtor reports whether it was done by the debtor or on the debtor's behalf.
func byDebtor(e debt.Event) bool { return e.Actor.Kind == "debtor" || e.Actor.Kind == "representative" }
