package stripe_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments"
)

var page1 = rail.Ref{Kind: rail.SessionRef, ID: "cs_1"}

func TestThePaymentIsTheSameFromWhicheverObject(t *testing.T) {
	want := rail.Facts{AskedAt: noon, External: "acct_1", Attempt: "t1", Session: "cs_1", Intent: "pi_1", Customer: "cus_1",
		Expires: noon.Add(time.Hour), State: rail.Settled, Amount: 100_00, Currency: "EUR", Funding: "debit", Moves: []rail.Move{paid, fee}}
	whole := o{"payment_intent": intent, "charge": "ch_1"}
	for _, row := range []struct {
		ref   rail.Ref
		path  string
		calls int
	}{
		{page1, "", 2},
		{rail.Ref{Kind: rail.IntentRef, ID: "pi_1"}, "", 3},
		{rail.Ref{Kind: rail.ChargeRef, ID: "ch_1"}, "/v1/charges/ch_1", 3},
		{rail.Ref{Kind: rail.RefundRef, ID: "pyr_1"}, "/v1/refunds/pyr_1", 3},
		{rail.Ref{Kind: rail.DisputeRef, ID: "dp_1"}, "/v1/disputes/dp_1", 4},
	} {
		t.Run(string(row.ref.Kind), func(t *testing.T) {
			f := newFar(t)
			f.order(session, intent, charge)
			f.answers["GET /v1/disputes"] = listed()
			if row.path != "" {
				f.answers["GET "+row.path] = ok(whole.with(o{"id": row.ref.ID}))
			}
			got, err := f.client().Fetch(ctx, account, row.ref)
			if err != nil {
				t.Fatal(err)
			}
			if d := diff(want, got); d != "" {
				t.Error(d)
			}
			if calls := f.calls(); len(calls) != row.calls {
				t.Errorf("%d requests, not %d: %v", len(calls), row.calls, calls)
			}
		})
	}
}

// look is what a test asks of the facts of an order.
type look struct {
	state   rail.State
	failure string
}

func TestWhereAnOrderStands(t *testing.T) {
	open := session.with(o{"status": "open", "url": "https://checkout.example/cs_1"})
	expired := session.with(o{"status": "expired"})
	waits := intent.with(o{"status": "requires_payment_method", "latest_charge": nil})
	declined := waits.with(o{"latest_charge": "ch_1", "last_payment_error": o{"code": "card_declined", "decline_code": "lost_card"}})
	returned := waits.with(o{"latest_charge": "py_1", "last_payment_error": o{"code": "payment_intent_payment_attempt_failed"}})
	no := charge.with(o{"status": "failed", "captured": false, "failure_code": "card_declined", "balance_transaction": nil})
	noDebit := debit.with(o{"status": "failed", "failure_code": "insufficient_funds", "balance_transaction": nil})
	pending := debit.with(o{"status": "pending", "balance_transaction": nil})
	offline := o{"metadata": o{"attempt": "t2", "kind": "charge"}}
	foreign := o{"metadata": o{}}
	busy := look{}
	for name, row := range map[string]struct {
		page, intent o
		charges      []any
		want         look
	}{
		"a page nobody has used":              {open, nil, nil, look{rail.Waiting, ""}},
		"a page that was left":                {expired, nil, nil, look{rail.Expired, ""}},
		"an intent without a try":             {open, waits, nil, look{rail.Waiting, ""}},
		"a decline on an open page":           {open, declined, []any{no}, look{rail.Waiting, "lost_card"}},
		"a decline, and the page closed":      {expired, declined.with(o{"status": "canceled"}), []any{no}, look{rail.Expired, "lost_card"}},
		"waiting for the bank's app":          {open, waits.with(o{"status": "requires_action"}), nil, look{rail.Waiting, ""}},
		"a debit handed in":                   {session, intent.with(o{"status": "processing"}), []any{pending}, look{rail.InFlight, ""}},
		"a debit, and the page expired":       {expired, intent.with(o{"status": "processing"}), []any{pending}, look{rail.InFlight, ""}},
		"handed in between two answers":       {session, waits, []any{pending}, look{rail.InFlight, ""}},
		"a debit returned in time":            {session, returned, []any{noDebit}, look{rail.Failed, "insufficient_funds"}},
		"paid":                                {session, intent, []any{charge}, look{rail.Settled, ""}},
		"paid after a decline":                {session, intent, []any{charge, no}, look{rail.Settled, ""}},
		"paid while the page expired":         {expired, intent, []any{charge}, look{rail.Settled, ""}},
		"paid, says only the charge":          {open, waits.with(o{"latest_charge": "ch_1"}), []any{charge}, look{rail.Settled, ""}},
		"paid, but no charge in the list yet": {session, intent, nil, busy},
		"cancelled":                           {session, waits.with(o{"status": "canceled"}), nil, look{rail.Cancelled, ""}},
		"a charge declined":                   {nil, declined.with(offline), []any{no}, look{rail.Failed, "lost_card"}},
		"a charge for the debtor to sign":     {nil, waits.with(offline).with(o{"status": "requires_action"}), nil, look{rail.Failed, rail.NeedsDebtor}},
		"a charge cancelled":                  {nil, waits.with(offline).with(o{"status": "canceled"}), nil, look{rail.Cancelled, ""}},
		"a charge handed in":                  {nil, intent.with(offline).with(o{"status": "processing"}), []any{pending}, look{rail.InFlight, ""}},
		"a page's intent without its page":    {nil, waits, nil, busy},
		"somebody else's payment":             {nil, intent.with(foreign), []any{charge}, look{rail.Settled, ""}},
		"a state of tomorrow":                 {session, intent.with(o{"status": "meditating"}), nil, busy},
		"a page of tomorrow":                  {session.with(o{"status": "meditating"}), nil, nil, busy},
		"a charge of tomorrow":                {session, intent, []any{charge.with(o{"status": "meditating"})}, busy},
		"a decline known by the charge alone": {session, waits.with(o{"latest_charge": "ch_1"}), []any{no.with(o{"outcome": o{"reason": "expired_card"}})}, look{rail.Failed, "expired_card"}},
		"only reserved on the card":           {session, intent.with(o{"status": "requires_capture"}), []any{charge.with(o{"captured": false})}, look{rail.InFlight, ""}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFar(t)
			ref := page1
			switch {
			case row.intent == nil:
				f.answers["GET /v1/checkout/sessions/cs_1"] = ok(row.page.with(o{"payment_intent": nil}))
			case row.page == nil:
				f.order(nil, row.intent, row.charges...)
				ref = rail.Ref{Kind: rail.IntentRef, ID: "pi_1"}
			default:
				f.order(row.page, row.intent, row.charges...)
			}
			got, err := f.client().Fetch(ctx, account, ref)
			if row.want == busy {
				if !errors.Is(err, payments.ErrBusy) {
					t.Errorf("%+v, %v", got, err)
				}
				return
			}
			if (look{got.State, got.Failure}) != row.want || err != nil {
				t.Errorf("%+v, %v", got, err)
			}
			if got.URL != "" && row.page["status"] != "open" {
				t.Error("a closed page has an address")
			}
		})
	}
}

func TestWhenADebitIsFinal(t *testing.T) {
	pending := debit.with(o{"status": "pending", "balance_transaction": nil})
	said := func(day string) o {
		return pending.with(o{"payment_method_details": o{"sepa_debit": o{"expected_debit_date": day}}})
	}
	for name, row := range map[string]struct {
		charge any
		want   string
	}{
		"six business days after it was handed in":  {pending.with(o{"created": at(noon.Add(-2 * time.Hour))}), "2026-11-10"},
		"which it was too late for today":           {pending, "2026-11-11"},
		"over Christmas":                            {pending.with(o{"created": at(time.Date(2026, 12, 23, 23, 30, 0, 0, time.UTC))}), "2027-01-05"},
		"five after the day Stripe says":            {said("2026-11-05"), "2026-11-12"},
		"as before, if the day is none":             {said("soon"), "2026-11-11"},
		"not known of a card":                       {charge.with(o{"status": "pending"}), ""},
		"not known without details of its own kind": {pending.with(o{"payment_method_details": nil}), ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFar(t)
			f.order(session, intent.with(o{"status": "processing"}), row.charge)
			if got, err := f.client().Fetch(ctx, account, page1); err != nil || got.Expected.String() != row.want {
				t.Errorf("%v, %v", got.Expected, err)
			}
		})
	}
}

func transaction(id string, amount, fee int64) o {
	return o{"id": id, "object": "balance_transaction", "amount": amount, "fee": fee, "currency": "eur", "created": at(noon.AddDate(0, 0, 20))}
}

// move is what a test says of one.
type move struct {
	kind        rail.MoveKind
	id          string
	amount      debt.Cents
	on, by, why string
	pending     bool
}

func short(m rail.Move) move {
	return move{m.Kind, m.ID, m.Amount, m.On.String(), m.Transaction, m.Reason, m.Pending}
}

func refunds(list ...any) any {
	return charge.with(o{"refunds": o{"object": "list", "has_more": false, "data": list}})
}

func TestMoneyThatMoved(t *testing.T) {
	in, cost := short(paid), short(fee)
	refund := o{"id": "re_1", "object": "refund", "amount": 3000, "currency": "eur", "status": "succeeded", "created": at(noon.AddDate(0, 0, 3)),
		"reason": "requested_by_customer", "balance_transaction": transaction("txn_2", -3000, 0)}
	out := move{rail.Refunded, "re_1", 30_00, "2026-11-05", "txn_2", "requested_by_customer", false}
	waits := out
	waits.pending = true
	disputed := charge.with(o{"disputed": true})
	dispute := o{"id": "dp_1", "object": "dispute", "status": "lost", "reason": "debit_not_authorized", "amount": 6000, "currency": "eur",
		"balance_transactions": []any{transaction("txn_3", -6000, 1500)}}
	taken := move{rail.Withdrawn, "txn_3", 60_00, "2026-11-22", "txn_3", "debit_not_authorized", false}
	takenFee := move{rail.Fee, "txn_3", 15_00, "2026-11-22", "txn_3", "", false}
	for name, row := range map[string]struct {
		charge  any
		dispute o
		want    []move
		inquiry string
	}{
		"a payment":                  {charge: charge, want: []move{in, cost}},
		"one with no booking yet":    {charge: charge.with(o{"balance_transaction": nil}), want: []move{{rail.Paid, "ch_1", 100_00, "2026-11-02", "", "", false}}},
		"a booking by its id alone":  {charge: charge.with(o{"balance_transaction": "txn_1"}), want: []move{{rail.Paid, "ch_1", 100_00, "2026-11-02", "txn_1", "", false}}},
		"late in the evening":        {charge: charge.with(o{"created": at(noon.Add(12 * time.Hour)), "balance_transaction": nil}), want: []move{{rail.Paid, "ch_1", 100_00, "2026-11-03", "", "", false}}},
		"a part of what was allowed": {charge: charge.with(o{"amount_captured": 4000, "balance_transaction": nil}), want: []move{{rail.Paid, "ch_1", 40_00, "2026-11-02", "", "", false}}},
		"a refund":                   {charge: refunds(refund), want: []move{in, cost, out}},
		"two refunds": {charge: refunds(refund, refund.with(o{"id": "re_2", "amount": 2000, "balance_transaction": nil})),
			want: []move{in, cost, {rail.Refunded, "re_2", 20_00, "2026-11-05", "", "requested_by_customer", false}, out}},
		"a refund under way":               {charge: refunds(refund.with(o{"status": "pending"})), want: []move{in, cost, waits}},
		"a refund the debtor must finish":  {charge: refunds(refund.with(o{"status": "requires_action"})), want: []move{in, cost, waits}},
		"a refund that never left":         {charge: refunds(refund.with(o{"status": "failed"})), want: []move{in, cost}},
		"a refund cancelled before":        {charge: refunds(refund.with(o{"status": "canceled"})), want: []move{in, cost}},
		"a refund of tomorrow":             {charge: refunds(refund.with(o{"status": "meditating"})), want: []move{in, cost}},
		"a refund that came back":          {charge: refunds(refund.with(o{"status": "failed", "failure_reason": "lost_or_stolen_card", "failure_balance_transaction": transaction("txn_4", 3000, 0)})), want: []move{in, cost, out, {rail.RefundFailed, "re_1", 30_00, "2026-11-22", "txn_4", "lost_or_stolen_card", false}}},
		"a debit returned, or a card lost": {charge: disputed, dispute: dispute, want: []move{in, cost, taken, takenFee}},
		"a dispute without a reason":       {charge: disputed, dispute: dispute.with(o{"reason": ""}), want: []move{in, cost, {rail.Withdrawn, "txn_3", 60_00, "2026-11-22", "txn_3", "", false}, takenFee}},
		"a dispute with a novel of one":    {charge: disputed, dispute: dispute.with(o{"reason": "Erika says no"}), want: []move{in, cost, {rail.Withdrawn, "txn_3", 60_00, "2026-11-22", "txn_3", "other", false}, takenFee}},
		"a dispute that was won": {charge: disputed, dispute: dispute.with(o{"status": "won", "balance_transactions": []any{transaction("txn_3", -6000, 1500), transaction("txn_5", 6000, -1500)}}),
			want: []move{in, cost, taken, takenFee, {rail.Reinstated, "txn_5", 60_00, "2026-11-22", "txn_5", "debit_not_authorized", false}, {rail.Fee, "txn_5", -15_00, "2026-11-22", "txn_5", "", false}}},
		"a dispute that cost a fee alone": {charge: disputed, dispute: dispute.with(o{"balance_transactions": []any{nil, transaction("txn_3", 0, 1500)}}), want: []move{in, cost, takenFee}},
		"a bank that asks":                {charge: disputed, dispute: dispute.with(o{"status": "warning_needs_response", "balance_transactions": []any{}}), want: []move{in, cost}, inquiry: "dp_1"},
		"a bank that has asked":           {charge: disputed, dispute: dispute.with(o{"status": "warning_closed", "balance_transactions": []any{}}), want: []move{in, cost}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFar(t)
			f.order(session, intent, row.charge)
			if row.dispute != nil {
				f.answers["GET /v1/disputes"] = listed(row.dispute)
			}
			got, err := f.client().Fetch(ctx, account, page1)
			if err != nil {
				t.Fatal(err)
			}
			var moves []move
			for _, m := range got.Moves {
				moves = append(moves, short(m))
			}
			if !slices.Equal(moves, row.want) || got.Inquiry != row.inquiry {
				t.Errorf("got  %+v %s\nwant %+v %s", moves, got.Inquiry, row.want, row.inquiry)
			}
		})
	}
}

// A charge brings ten refunds along; the others have to be asked for.
func TestAllRefundsAreRead(t *testing.T) {
	f := newFar(t)
	f.order(session, intent, charge.with(o{"refunds": o{"has_more": true, "data": []any{o{"id": "re_1", "status": "succeeded", "amount": 1}}}}))
	f.answers["GET /v1/refunds"] = listed(o{"id": "re_2", "status": "succeeded", "amount": 2}, o{"id": "re_1", "status": "succeeded", "amount": 1})
	got, err := f.client().Fetch(ctx, account, page1)
	if err != nil || len(got.Moves) != 4 {
		t.Errorf("%+v, %v", got.Moves, err)
	}
	if r, _ := f.last(); r.URL.Query().Get("charge") != "ch_1" {
		t.Error(r.URL)
	}
}

func TestAFailedChargeMovesNothingButItsFee(t *testing.T) {
	f := newFar(t)
	gone := debit.with(o{"status": "failed", "failure_code": "account_closed", "balance_transaction": transaction("txn_1", 10000, 35),
		"failure_balance_transaction": transaction("txn_2", -10000, -35)})
	f.order(session, intent.with(o{"status": "requires_payment_method", "latest_charge": "py_1"}), gone)
	got, err := f.client().Fetch(ctx, account, page1)
	if err != nil || got.State != rail.Failed || got.Failure != "account_closed" || len(got.Moves) != 2 ||
		got.Moves[0].Amount != 35 || got.Moves[1].Amount != -35 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestWhatAnOrderStores(t *testing.T) {
	saves := intent.with(o{"setup_future_usage": "off_session"})
	bySEPA := saves.with(o{"payment_method": iban})
	mandate := func(status string) o { return o{"id": "mandate_1", "object": "mandate", "status": status} }
	visa := &rail.Instrument{External: "pm_1", Customer: "cus_1", Method: debt.MethodCard, Last4: "4242", Brand: "visa", State: rail.Usable}
	bank := func(s rail.InstrumentState) *rail.Instrument {
		return &rail.Instrument{External: "pm_2", Customer: "cus_1", Mandate: "mandate_1", Method: debt.MethodDirectDebit, Last4: "3000", Brand: "37040044", State: s}
	}
	dead := *visa
	dead.Customer, dead.State = "", rail.Dead
	for name, row := range map[string]struct {
		intent, charge, mandate o
		want                    *rail.Instrument
	}{
		"nothing":                      {intent, charge, nil, nil},
		"a card":                       {saves, charge, nil, visa},
		"a card taken away":            {saves.with(o{"payment_method": card.with(o{"customer": nil})}), charge, nil, &dead},
		"a mandate":                    {bySEPA, debit, mandate("active"), bank(rail.Usable)},
		"a mandate not confirmed":      {bySEPA, debit, mandate("pending"), bank(rail.Pending)},
		"a mandate withdrawn":          {bySEPA, debit, mandate("inactive"), bank(rail.Dead)},
		"a mandate nobody knows":       {bySEPA, debit, nil, nil},
		"a mandate of tomorrow":        {bySEPA, debit, mandate("meditating"), bank(rail.Dead)},
		"an account without a mandate": {bySEPA, debit.with(o{"payment_method_details": o{}}), nil, nil},
		"a wallet":                     {saves.with(o{"payment_method": o{"id": "pm_3", "type": "link"}}), charge, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFar(t)
			f.order(session, row.intent, row.charge)
			if row.mandate != nil {
				f.answers["GET /v1/mandates/mandate_1"] = ok(row.mandate)
			}
			got, err := f.client().Fetch(ctx, account, page1)
			if err != nil {
				t.Fatal(err)
			}
			if d := diff(row.want, got.Instrument); d != "" {
				t.Error(d)
			}
		})
	}
}

// The first debit of a mandate came back: what was learnt while it was under way must be
// taken back if the mandate is gone, and nothing else is worth keeping.
func TestAFailedPageStoresNothing(t *testing.T) {
	returned := intent.with(o{"setup_future_usage": "off_session", "status": "requires_payment_method", "latest_charge": "py_1",
		"payment_method": nil, "last_payment_error": o{"code": "payment_intent_payment_attempt_failed", "payment_method": iban}})
	charged := returned.with(o{"metadata": o{"attempt": "t2", "kind": "charge"}})
	for name, row := range map[string]struct {
		page, intent o
		mandate      string
		want         rail.InstrumentState
	}{
		"the mandate lives":           {session, returned, "active", ""},
		"the mandate is dead":         {session, returned, "inactive", rail.Dead},
		"a charge of one that lives":  {nil, charged, "active", rail.Usable},
		"a charge of one that is not": {nil, charged, "inactive", rail.Dead},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFar(t)
			f.order(row.page, row.intent, debit.with(o{"status": "failed", "failure_code": "account_closed"}))
			f.answers["GET /v1/mandates/mandate_1"] = ok(o{"id": "mandate_1", "status": row.mandate})
			got, err := f.client().Fetch(ctx, account, rail.Ref{Kind: rail.IntentRef, ID: "pi_1"})
			var state rail.InstrumentState
			if got.Instrument != nil {
				state = got.Instrument.State
			}
			if err != nil || got.State != rail.Failed || state != row.want {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}
