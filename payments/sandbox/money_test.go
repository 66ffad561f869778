package sandbox_test

import (
	"testing"
	"time"

	"github.com/stripe/stripe-go/v76"

	"quitt/payments/sandbox"
	"quitt/payments/sandbox/world"
)

func (b *bench) refund(p *stripe.RefundParams) (*stripe.Refund, error) {
	b.t.Helper()
	return b.api.Refunds.New(p)
}

func (b *bench) charge(id string) *stripe.Charge {
	b.t.Helper()
	p := &stripe.ChargeParams{}
	p.AddExpand("refunds")
	p.AddExpand("balance_transaction")
	return must[*stripe.Charge](b.t)(b.api.Charges.Get(id, p))
}

func TestRefundsAddUpAndStopAtTheCharge(t *testing.T) {
	b := newBench(t)
	ch := b.paid("4242424242424242")
	re := must[*stripe.Refund](t)(b.refund(&stripe.RefundParams{Charge: stripe.String(ch.ID), Amount: stripe.Int64(3_000)}))
	must[*stripe.Refund](t)(b.refund(&stripe.RefundParams{PaymentIntent: stripe.String(ch.PaymentIntent.ID), Amount: stripe.Int64(2_000)}))
	if re.Status != "succeeded" || re.ID[:3] != "re_" {
		t.Errorf("%+v", re)
	}
	if _, err := b.refund(&stripe.RefundParams{Charge: stripe.String(ch.ID), Amount: stripe.Int64(5_001)}); refusal(t, err).HTTPStatusCode != 400 {
		t.Errorf("more than is left: %v", err)
	}
	ch = b.charge(ch.ID)
	if ch.AmountRefunded != 5_000 || ch.Refunded || len(ch.Refunds.Data) != 2 || ch.Refunds.Data[0].Amount != 2_000 {
		t.Errorf("%d %v %d", ch.AmountRefunded, ch.Refunded, len(ch.Refunds.Data))
	}
	must[*stripe.Refund](t)(b.refund(&stripe.RefundParams{Charge: stripe.String(ch.ID)}))
	if ch = b.charge(ch.ID); ch.AmountRefunded != 10_000 || !ch.Refunded {
		t.Errorf("%d %v", ch.AmountRefunded, ch.Refunded)
	}
	if _, err := b.refund(&stripe.RefundParams{Charge: stripe.String(ch.ID)}); refusal(t, err).Code != "charge_already_refunded" {
		t.Errorf("%v", err)
	}
}

func TestRefundsThatWaitAndRefundsThatFail(t *testing.T) {
	b := newBench(t)
	waits := must[*stripe.Refund](t)(b.refund(&stripe.RefundParams{Charge: stripe.String(b.paid("4000000000007726").ID)}))
	fails := must[*stripe.Refund](t)(b.refund(&stripe.RefundParams{Charge: stripe.String(b.paid("4000000000005126").ID)}))
	if waits.Status != "pending" || fails.Status != "succeeded" {
		t.Fatalf("%s %s", waits.Status, fails.Status)
	}
	b.advance(7 * 24 * time.Hour)
	waits = must[*stripe.Refund](t)(b.api.Refunds.Get(waits.ID, nil))
	fails = must[*stripe.Refund](t)(b.api.Refunds.Get(fails.ID, nil))
	if waits.Status != "succeeded" || fails.Status != "failed" || fails.FailureReason == "" || fails.FailureBalanceTransaction == nil {
		t.Errorf("%s %s %s", waits.Status, fails.Status, fails.FailureReason)
	}
	if ch := b.charge(fails.Charge.ID); ch.AmountRefunded != 0 || ch.Refunded {
		t.Errorf("the money came back, and the charge says %d", ch.AmountRefunded)
	}
}

func TestWhatCannotBeRefunded(t *testing.T) {
	b := newBench(t)
	pending := b.intent(b.payDebit(b.session().ID, "DE89370400440532013000").Intent).LatestCharge
	disputed := b.paid("4000000000000259")
	failed := b.intent(b.payCard(b.session().ID, "4000000000000002").Intent)
	old := b.paid("4242424242424242")
	b.advance(time.Hour)
	for name, p := range map[string]*stripe.RefundParams{
		"on its way": {Charge: stripe.String(pending.ID)}, "disputed": {Charge: stripe.String(disputed.ID)},
		"failed": {PaymentIntent: stripe.String(failed.ID)}, "unknown": {Charge: stripe.String("ch_nobody")}, "nothing": {},
		"less than a cent": {Charge: stripe.String(old.ID), Amount: stripe.Int64(0)},
	} {
		if _, err := b.refund(p); refusal(t, err).HTTPStatusCode != 400 {
			t.Errorf("%s: %v", name, err)
		}
	}
	b.advance(181 * 24 * time.Hour)
	if _, err := b.refund(&stripe.RefundParams{Charge: stripe.String(old.ID)}); err == nil {
		t.Error("refunded after 181 days")
	}
	debit := b.debited("DE89370400440532013000")
	re := must[*stripe.Refund](t)(b.refund(&stripe.RefundParams{Charge: stripe.String(debit.ID)}))
	if re.ID[:4] != "pyr_" || re.Status != "pending" {
		t.Errorf("%s %s", re.ID, re.Status)
	}
}

// A debtor can take a debit back although it was refunded: the money is gone twice.
func TestARefundedDebitCanStillBeDisputed(t *testing.T) {
	b := newBench(t)
	ch := b.debited("DE89370400440532013000")
	must[*stripe.Refund](t)(b.refund(&stripe.RefundParams{Charge: stripe.String(ch.ID)}))
	var d struct{ Amount int64 }
	b.control("POST", "/disputes", map[string]any{"charge": ch.ID, "reason": "debit_not_authorized"}, &d)
	if d.Amount != 10_000 {
		t.Errorf("disputed %d", d.Amount)
	}
}

func TestDisputesOfCards(t *testing.T) {
	evidence := func(b *bench, id, text string) {
		b.t.Helper()
		must[*stripe.Dispute](b.t)(b.api.Disputes.Update(id, &stripe.DisputeParams{
			Evidence: &stripe.DisputeEvidenceParams{UncategorizedText: stripe.String(text)}}))
		b.advance(72 * time.Hour)
	}
	cases := []struct {
		name, number string
		act          func(b *bench, id string)
		status       string
		moved        []int64
		refundable   bool
	}{
		{"won", "4000000000000259", func(b *bench, id string) { evidence(b, id, "winning_evidence") }, "won", []int64{-10_000, 10_000}, true},
		{"lost", "4000000000002685", func(b *bench, id string) { evidence(b, id, "losing_evidence") }, "lost", []int64{-10_000}, false},
		{"conceded", "4000000000000259", func(b *bench, id string) {
			must[*stripe.Dispute](b.t)(b.api.Disputes.Close(id, &stripe.DisputeParams{}))
		}, "lost", []int64{-10_000}, false},
		{"under review", "4000000000000259", func(b *bench, id string) { evidence(b, id, "something else") }, "under_review", []int64{-10_000}, false},
		{"inquiry answered", "4000000000001976", func(b *bench, id string) { evidence(b, id, "winning_evidence") }, "warning_closed", nil, true},
		{"inquiry escalated", "4000000000001976", func(b *bench, id string) { evidence(b, id, "escalate_inquiry_evidence") }, "needs_response", []int64{-10_000}, false},
		{"untouched inquiry", "4000000000001976", func(*bench, string) {}, "warning_needs_response", nil, true},
		{"decided by command", "4000000000000259", func(b *bench, id string) {
			b.control("POST", "/disputes/"+id+"/close", map[string]any{"won": true}, nil)
		}, "won", []int64{-10_000, 10_000}, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t)
			ch := b.paid(c.number)
			it := b.api.Disputes.List(&stripe.DisputeListParams{Charge: stripe.String(ch.ID)})
			if !it.Next() {
				t.Fatal("no dispute")
			}
			c.act(b, it.Dispute().ID)
			d := must[*stripe.Dispute](t)(b.api.Disputes.Get(it.Dispute().ID, nil))
			var moved []int64
			for _, bt := range d.BalanceTransactions {
				moved = append(moved, bt.Amount)
			}
			if string(d.Status) != c.status || len(moved) != len(c.moved) || d.IsChargeRefundable != c.refundable {
				t.Fatalf("%s %v refundable %v", d.Status, moved, d.IsChargeRefundable)
			}
			for i := range moved {
				if moved[i] != c.moved[i] {
					t.Errorf("%v", moved)
				}
			}
		})
	}
}

func TestAPartlyRefundedCardIsDisputedForTheRest(t *testing.T) {
	b := newBench(t)
	ch := b.paid("4242424242424242")
	must[*stripe.Refund](t)(b.refund(&stripe.RefundParams{Charge: stripe.String(ch.ID), Amount: stripe.Int64(4_000)}))
	var d struct{ Amount int64 }
	b.control("POST", "/disputes", map[string]any{"charge": ch.ID}, &d)
	if d.Amount != 6_000 {
		t.Errorf("disputed %d", d.Amount)
	}
	if status, _ := b.tryControl("POST", "/disputes", map[string]any{"charge": ch.ID}, token); status != 400 {
		t.Errorf("disputed twice: %d", status)
	}
}

// sumOf adds up a payout's movements, the payout's own apart.
func (b *bench) sumOf(payout string) (sum int64, types map[string]int) {
	b.t.Helper()
	p := &stripe.BalanceTransactionListParams{Payout: stripe.String(payout)}
	p.AddExpand("data.source")
	types = map[string]int{}
	it := b.api.BalanceTransactions.List(p)
	for it.Next() {
		bt := it.BalanceTransaction()
		types[string(bt.Type)]++
		if bt.Source == nil || bt.Net != bt.Amount-bt.Fee || bt.Status != "available" {
			b.t.Errorf("%+v", bt)
		}
		if bt.Type != "payout" {
			sum += bt.Net
		}
	}
	if it.Err() != nil {
		b.t.Fatal(it.Err())
	}
	return sum, types
}

func TestAPayoutIsTheSumOfItsMovements(t *testing.T) {
	b := newBench(t, func(o *sandbox.Options) {
		o.Fees = &world.Fees{CardBasis: 100, CardFixed: 10, DebitFixed: 30, CardDispute: 1500}
	})
	b.payDebit(b.session().ID, "DE62370400440532013001")
	b.advance(6 * 24 * time.Hour)
	ch := b.paid("4242424242424242")
	b.paid("5555555555554444")
	must[*stripe.Refund](t)(b.refund(&stripe.RefundParams{Charge: stripe.String(ch.ID), Amount: stripe.Int64(3_000)}))
	b.control("POST", "/disputes", map[string]any{"charge": ch.ID, "amount": 6_000}, nil)
	if before := must[*stripe.Balance](t)(b.api.Balance.Get(nil)); before.Pending[0].Amount <= 0 {
		t.Errorf("%+v", before)
	}
	b.advance(20 * 24 * time.Hour)
	var total int64
	all := map[string]int{}
	it := b.api.Payouts.List(&stripe.PayoutListParams{})
	for it.Next() {
		po := it.Payout()
		sum, types := b.sumOf(po.ID)
		if po.Status != "paid" || po.ReconciliationStatus != "completed" || !po.Automatic || sum != po.Amount {
			t.Errorf("payout %s %s %d, movements %d %v", po.ID, po.Status, po.Amount, sum, types)
		}
		total += po.Amount
		for k, n := range types {
			all[k] += n
		}
	}
	// 2 × (100.00 − 1.10) − 30.00 − 60.00 − 15.00; the failed debit cancels itself.
	if total != 9_280 {
		t.Errorf("paid out %d", total)
	}
	for _, kind := range []string{"charge", "refund", "adjustment", "payment", "payment_failure_refund", "payout"} {
		if all[kind] == 0 {
			t.Errorf("no movement of type %s: %v", kind, all)
		}
	}
	if after := must[*stripe.Balance](t)(b.api.Balance.Get(nil)); after.Available[0].Amount != 0 || after.Pending[0].Amount != 0 {
		t.Errorf("balance after all: %+v", after)
	}
}

func TestAPayoutCanComeBackAfterItWasPaid(t *testing.T) {
	b := newBench(t)
	b.paid("4242424242424242")
	b.advance(10 * 24 * time.Hour)
	it := b.api.Payouts.List(&stripe.PayoutListParams{})
	if !it.Next() {
		t.Fatal("no payout")
	}
	po := it.Payout()
	b.control("POST", "/payouts/"+po.ID+"/fail", map[string]any{"code": "account_closed"}, nil)
	po = must[*stripe.Payout](t)(b.api.Payouts.Get(po.ID, nil))
	if po.Status != "failed" || po.FailureCode != "account_closed" || po.FailureBalanceTransaction == nil {
		t.Errorf("%+v", po)
	}
	var made []struct{ Amount int64 }
	b.control("POST", "/payouts/run", nil, &made)
	if len(made) != 1 || made[0].Amount != po.Amount {
		t.Errorf("the money goes out again: %v", made)
	}
}

func TestPayoutsAreMadeOnBusinessDays(t *testing.T) {
	b := newBench(t)
	for range 8 {
		b.paid("4242424242424242")
		b.advance(31 * time.Hour)
	}
	b.advance(30 * 24 * time.Hour)
	it := b.api.Payouts.List(&stripe.PayoutListParams{})
	n := 0
	for it.Next() {
		n++
		for _, sec := range []int64{it.Payout().Created, it.Payout().ArrivalDate} {
			if day := time.Unix(sec, 0).UTC().Weekday(); day == time.Saturday || day == time.Sunday {
				t.Errorf("on a %s", day)
			}
		}
	}
	if n < 3 {
		t.Errorf("%d payouts", n)
	}
}
