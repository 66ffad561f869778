package sandbox

import (
	"context"
	"strings"

	"quitt/payments/sandbox/world"
)

// Page is what the checkout page shows.
type Page struct {
	Session     world.Object // as the API answers it
	Items       world.Object // list of line items
	Name        string       // business name
	Types       []string     // card, sepa_debit
	AmountCents int64        // 0 when a way to pay is only saved
	Currency    string
	Saves       bool // the way to pay is kept for later payments

	back   string   // where it leads when it is done
	abouts []string // what the items say of themselves; the API does not show it
}

// Session gives what the page of a session shows.
func (s *Server) Session(id string) (Page, error) {
	var p Page
	var failed *world.Error
	s.Do(func(w *world.World) {
		w.Tick()
		a, cs, err := w.FindSession(id)
		if failed = err; err != nil {
			return
		}
		p = Page{Session: a.Shown(cs), Items: a.LineItems(id), Name: a.Name(), AmountCents: cs.Num("amount_total"),
			Currency: cs.Str("currency"), Types: cs.Strs("payment_method_types"), Saves: a.Saves(cs), back: world.SuccessURL(cs), abouts: world.Abouts(cs)}
	})
	if failed != nil {
		return Page{}, failed
	}
	return p, nil
}

// Question gives what the bank's page shows for a session or an intent that waits for 3-D
// Secure; of the page of an intent without a session only amount, currency and name are set.
func (s *Server) Question(id string) (Page, error) {
	if strings.HasPrefix(id, "cs_") {
		return s.Session(id)
	}
	var p Page
	var failed *world.Error
	s.Do(func(w *world.World) {
		a, in, err := w.FindIntent(id)
		if failed = err; err == nil {
			p = Page{Name: a.Name(), AmountCents: in.Num("amount"), Currency: in.Str("currency")}
		}
	})
	if failed != nil {
		return Page{}, failed
	}
	return p, nil
}

// PayCard pays a session by card, or saves the card. When the outcome is world.Done the
// receiver of webhooks has heard of it, or had ten seconds to.
func (s *Server) PayCard(ctx context.Context, session string, c world.Card) (world.Outcome, error) {
	return s.page(ctx, func(w *world.World) (world.Outcome, *world.Error) { return w.PayCard(session, c) })
}

// PayDebit pays a session by direct debit, or saves the account.
func (s *Server) PayDebit(ctx context.Context, session string, d world.Debit) (world.Outcome, error) {
	return s.page(ctx, func(w *world.World) (world.Outcome, *world.Error) { return w.PayDebit(session, d) })
}

// Authenticate is the bank's answer to a 3-D Secure question: world.Allow, world.Deny or
// world.Timeout. id is that of a session or of an intent without one.
func (s *Server) Authenticate(ctx context.Context, id, verdict string) (world.Outcome, error) {
	return s.page(ctx, func(w *world.World) (world.Outcome, *world.Error) { return w.Authenticate(id, verdict) })
}

// Cancel leaves a page: the outcome says where to. The session stays open.
func (s *Server) Cancel(ctx context.Context, session string) (world.Outcome, error) {
	return s.page(ctx, func(w *world.World) (world.Outcome, *world.Error) { return w.Cancel(session) })
}

// page does what a button of a page does.
func (s *Server) page(ctx context.Context, do func(*world.World) (world.Outcome, *world.Error)) (world.Outcome, error) {
	var out world.Outcome
	var failed *world.Error
	s.Do(func(w *world.World) {
		w.Tick()
		out, failed = do(w)
		// What a test number does right after the payment: disputes, warnings.
		w.Tick()
	})
	if failed != nil {
		return world.Outcome{}, failed
	}
	s.receipt(ctx, out.Event)
	return out, nil
}
