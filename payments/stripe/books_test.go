package stripe_test

import (
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments"
)

func TestAPayout(t *testing.T) {
	sent := o{"id": "po_1", "object": "payout", "amount": 9000, "currency": "eur", "arrival_date": at(time.Date(2026, 11, 5, 0, 0, 0, 0, time.UTC)),
		"created": at(noon), "balance_transaction": "txn_9", "status": "in_transit"}
	for status, want := range map[string]rail.PayoutState{"pending": rail.PayoutSent, "in_transit": rail.PayoutSent, "paid": rail.PayoutPaid,
		"failed": rail.PayoutFailed, "canceled": rail.PayoutFailed, "meditating": ""} {
		f := newFar(t)
		f.answers["GET /v1/payouts/po_1"] = ok(sent.with(o{"status": status, "failure_balance_transaction": "txn_10"}))
		got, err := f.client().FetchPayout(ctx, account, "po_1")
		if want == "" {
			if !errors.Is(err, payments.ErrBusy) {
				t.Error(err)
			}
			continue
		}
		if d := diff(rail.Payout{ID: "po_1", Amount: 90_00, Currency: "EUR", State: want, On: debt.MustDate("2026-11-05"), At: noon,
			Transaction: "txn_9", FailedBy: "txn_10"}, got); d != "" || err != nil {
			t.Error(status, err, d)
		}
	}
	f := newFar(t)
	if _, err := f.client().FetchPayout(ctx, account, "po_2"); !errors.Is(err, payments.ErrNoObject) {
		t.Error(err)
	}
	if _, asked := f.last(); asked != "" {
		t.Errorf("asked with %q", asked)
	}
}

// pages answers a list in several parts, by what it is to start after.
func pages(parts map[string]any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { ok(parts[r.URL.Query().Get("starting_after")])(w, r) }
}

func TestMovementsComeOldestFirstAndToTheEnd(t *testing.T) {
	f := newFar(t)
	f.answers["GET /v1/balance_transactions"] = pages(map[string]any{
		"": o{"has_more": true, "data": []any{
			transaction("txn_4", -9000, 0).with(o{"type": "payout", "source": o{"id": "po_1", "object": "payout"}}),
			transaction("txn_3", -6000, 1500).with(o{"type": "adjustment", "source": o{"id": "dp_1", "object": "dispute"}})}},
		"txn_3": o{"has_more": false, "data": []any{
			transaction("txn_2", -3000, 0).with(o{"type": "payment_refund", "source": "pyr_1"}), nil,
			transaction("txn_1", 10000, 35).with(o{"type": "payment", "source": o{"id": "py_1", "object": "charge"}})}},
	})
	then := noon.AddDate(0, 0, 20)
	want := []rail.Movement{
		{Transaction: "txn_1", Kind: "payment", Amount: 100_00, Fee: 35, Currency: "EUR", At: then, Object: rail.Ref{Kind: rail.ChargeRef, ID: "py_1"}},
		{Transaction: "txn_2", Kind: "payment_refund", Amount: -30_00, Currency: "EUR", At: then},
		{Transaction: "txn_3", Kind: "adjustment", Amount: -60_00, Fee: 15_00, Currency: "EUR", At: then, Object: rail.Ref{Kind: rail.DisputeRef, ID: "dp_1"}},
		{Transaction: "txn_4", Kind: "payout", Amount: -90_00, Currency: "EUR", At: then, Object: rail.Ref{Kind: rail.PayoutRef, ID: "po_1"}},
	}
	for _, in := range []payments.Window{{From: noon, To: noon.Add(time.Hour)}, {Payout: "po_1"}} {
		var got []rail.Movement
		err := f.client().Movements(ctx, account, in, func(m rail.Movement) error { got = append(got, m); return nil })
		for i := range want {
			want[i].Payout = in.Payout
		}
		if d := diff(want, got); d != "" || err != nil {
			t.Error(err, d)
		}
	}
	if q := f.requests[0].URL.RawQuery; q != "expand[0]=data.source&limit=100&created[gte]=1793617200&created[lt]=1793620800" && f.forms[0].Get("created[lt]") != "1793620800" {
		t.Error(q)
	}
	if f.forms[2].Get("payout") != "po_1" || f.forms[2].Has("created[gte]") {
		t.Error(f.forms[2])
	}
	enough := errors.New("enough")
	if err := f.client().Movements(ctx, account, payments.Window{}, func(rail.Movement) error { return enough }); !errors.Is(err, enough) {
		t.Error(err)
	}
}

// A list that says there is more and gives nothing must not be asked for ever.
func TestAListWithoutProgressEnds(t *testing.T) {
	f := newFar(t)
	f.answers["GET /v1/balance_transactions"] = ok(o{"has_more": true, "data": []any{}})
	if err := f.client().Movements(ctx, account, payments.Window{}, nil); err != nil || len(f.calls()) != 1 {
		t.Error(err, len(f.calls()))
	}
}

func TestMissedEventsAreThoseAWebhookWouldHaveBrought(t *testing.T) {
	event := func(id, kind string, object any) o {
		return o{"id": id, "object": "event", "type": kind, "created": at(noon), "api_version": "2026-09-30.endive", "data": o{"object": object}}
	}
	f := newFar(t)
	f.answers["GET /v1/events"] = listed(
		event("evt_3", "charge.succeeded", charge), event("evt_2", "customer.created", o{"id": "cus_1", "object": "customer"}),
		event("evt_1", "checkout.session.completed", session))
	connected := account
	connected.Connected = true
	var got []string
	err := f.client().Missed(ctx, connected, noon, func(n rail.Notice) error {
		got = append(got, n.Event+" "+n.Object.ID+" "+n.External)
		return nil
	})
	if want := []string{"evt_1 cs_1 acct_1", "evt_3 ch_1 acct_1"}; err != nil || !slices.Equal(got, want) {
		t.Error(got, err)
	}
	if got := f.forms[0].Get("created[gte]"); got != "1793617200" {
		t.Error(got)
	}
}
