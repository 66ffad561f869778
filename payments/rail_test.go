package payments_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/payments/paytest"
	"quitt/store"
	"quitt/store/rails"
	"quitt/store/storetest"
	"quitt/store/tasks"
	"quitt/store/vault"
)

// shop is a creditor whose debtors pay through a till.
type shop struct {
	office

	till    *paytest.Till
	rail    *payments.Rail
	clock   *storetest.Watch
	account rail.Account
	name    string // of the address for notices
}

const tillSecret = "till secret of 32 bytes, at least"

func newShop(t testing.TB, s *store.Store, cases int) *shop {
	t.Helper()
	return newShopOf(t, s, "koeln", cases)
}

func newShopOf(t testing.TB, s *store.Store, code string, cases int) *shop {
	t.Helper()
	name := sha256.Sum256([]byte(code))
	w := &shop{clock: storetest.NewWatch(), name: hex.EncodeToString(name[:16])}
	w.office = openAt(t, s, code, cases)
	w.desk.Now = w.clock.Now
	w.till = paytest.NewTill(w.clock.Now)
	w.till.External = "acct_" + code
	v, err := vault.New([][]byte{bytes.Repeat([]byte{7}, 32)})
	w.must(err)
	w.rail = payments.Open(payments.Rail{Desk: w.desk, Providers: map[string]payments.Provider{"till": w.till}, Vault: v, Log: slog.New(slog.DiscardHandler)})
	w.account, err = w.rail.AddAccount(ctx, w.creditor, payments.NewAccount{Account: rail.Account{Provider: "till", External: "acct_" + code}, Key: "key"})
	w.must(err)
	sealed, err := v.Seal(w.name, []byte(tillSecret))
	w.must(err)
	w.must(s.Write(ctx, "", func(tx *store.Tx) error {
		return rails.AddEndpoint(tx, rails.Endpoint{Name: w.name, Provider: "till", External: "we_1", Owner: w.creditor, Account: w.account.ID,
			Secret: sealed, CreatedAt: w.clock.Now()})
	}))
	return w
}

func (w *shop) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *shop) wish(i int, amount debt.Cents, m debt.Method) payments.Wish {
	return payments.Wish{CreditorID: w.creditor, CaseID: w.cases[i], Amount: amount, Method: m, Language: "de"}
}

func (w *shop) start(wish payments.Wish) rail.Attempt {
	w.t.Helper()
	a, err := w.rail.Start(ctx, wish)
	w.must(err)
	return a
}

// deliver brings a notice to the door and lets the loop book it.
func (w *shop) deliver(notice string, err error) {
	w.t.Helper()
	w.must(err)
	w.must(w.rail.Accept(ctx, w.name, []byte(notice), tillSecret))
	w.work()
}

func (w *shop) work() {
	w.t.Helper()
	for {
		n, err := w.rail.BookNotices(ctx, w.creditor)
		w.must(err)
		if n == 0 {
			return
		}
	}
}

func (w *shop) attempt(a rail.Attempt) rail.Attempt {
	w.t.Helper()
	got, err := w.rail.Attempt(ctx, w.creditor, a.CaseID, a.ID)
	w.must(err)
	return got
}

func (w *shop) open(i int) debt.Balance {
	w.t.Helper()
	var b debt.Balance
	w.must(w.desk.Store.Read(ctx, w.creditor, func(r *store.Reader) error {
		f, err := r.LoadFile(w.cases[i])
		if err == nil {
			b = f.Balance()
		}
		return err
	}))
	return b
}

func (w *shop) tasks() map[tasks.Kind]debt.Cents {
	w.t.Helper()
	out := map[tasks.Kind]debt.Cents{}
	w.must(w.desk.Store.Read(ctx, w.creditor, func(r *store.Reader) error {
		list, err := tasks.List(r, 100)
		for _, k := range list {
			out[k.Kind] += k.Amount
		}
		return err
	}))
	return out
}

func (w *shop) events(i int) (list []string) {
	w.t.Helper()
	w.must(w.desk.Store.Read(ctx, w.creditor, func(r *store.Reader) error {
		events, err := r.Events(w.cases[i])
		for _, e := range events {
			if strings.HasPrefix(string(e.Type), "payment.") {
				list = append(list, strings.TrimPrefix(string(e.Type), "payment."))
			}
		}
		return err
	}))
	return list
}

func eachShop(t *testing.T, test func(w *shop)) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newShop(t, s, 3)
		test(w)
		verified(t, s)
	})
}

func TestWhoBeganAPaymentIsNamed(t *testing.T) {
	eachShop(t, func(w *shop) {
		helper := debt.Actor{Kind: "representative", ID: "0193561e-0000-7000-8000-0000000000aa"}
		for i, by := range []debt.Actor{{}, helper} {
			wish := w.wish(i, 100_00, debt.MethodCard)
			wish.By = by
			w.deliver(w.till.Pay(w.start(wish).ID))
		}
		for i, want := range []debt.Actor{{Kind: "debtor"}, helper} {
			w.must(w.desk.Store.Read(ctx, w.creditor, func(r *store.Reader) error {
				events, err := r.Events(w.cases[i])
				for typ, actor := range map[debt.EventType]debt.Actor{debt.PaymentStartedEvent: want, debt.PaymentSucceededEvent: {Kind: "provider"}} {
					at := slices.IndexFunc(events, func(e debt.Event) bool { return e.Type == typ })
					if at < 0 || events[at].Actor != actor {
						w.t.Errorf("case %d: %s is not by %v: %+v", i, typ, actor, events)
					}
				}
				return err
			}))
		}
	})
}

func TestACardIsBookedOnceHoweverOftenItIsHeardOf(t *testing.T) {
	eachShop(t, func(w *shop) {
		before := w.open(0).Total()
		a := w.start(w.wish(0, 100_00, debt.MethodCard))
		if a.Status != debt.PaymentStarted || a.URL == "" || !a.Open {
			w.t.Fatalf("started: %+v", a)
		}
		notice, err := w.till.Pay(a.ID)
		for range 3 {
			w.deliver(notice, err)
		}
		if _, err := w.rail.Look(ctx, w.creditor, a.CaseID, a.ID); err != nil {
			w.t.Fatal(err)
		}
		if got := w.attempt(a); got.Status != debt.PaymentSucceeded || got.Open || got.URL != "" {
			w.t.Errorf("afterwards: %+v", got)
		}
		b := w.open(0)
		if b.Total() >= before || b.Overpaid != 0 {
			w.t.Errorf("%s before, %s after", before, b.Total())
		}
		if got := strings.Join(w.events(0), " "); got != "started succeeded" {
			w.t.Errorf("events: %s", got)
		}
	})
}

func TestADebitIsShownAndNotBookedUntilItArrives(t *testing.T) {
	eachShop(t, func(w *shop) {
		before := w.open(0)
		a := w.start(w.wish(0, 100_00, debt.MethodDirectDebit))
		w.deliver(w.till.Pay(a.ID))
		if got := w.attempt(a); got.Status != debt.PaymentInFlight || w.open(0) != before {
			w.t.Errorf("in flight: %+v, %+v", got, w.open(0))
		}
		_, err := w.rail.Start(ctx, w.wish(0, 100_00, debt.MethodCard))
		w.refused("while in flight", err, debt.Conflict, "payment_in_flight")
		insists := w.wish(0, 100_00, debt.MethodCard)
		insists.Anyway = true
		b := w.start(insists)
		w.deliver(w.till.Expire(b.ID))
		w.deliver(w.till.Settle(a.ID))
		if got := w.attempt(a); got.Status != debt.PaymentSucceeded || w.open(0) == before {
			w.t.Errorf("arrived: %+v", got)
		}
		if got := strings.Join(w.events(0), " "); got != "started in_flight started failed succeeded" {
			w.t.Errorf("events: %s", got)
		}
	})
}

func TestAReturnedDebitOpensTheClaimAgain(t *testing.T) {
	eachShop(t, func(w *shop) {
		before := w.open(0)
		a := w.start(w.wish(0, 100_00, debt.MethodDirectDebit))
		w.deliver(w.till.Pay(a.ID))
		w.deliver(w.till.Settle(a.ID))
		w.deliver(w.till.Back(a.ID, rail.Withdrawn, 100_00))
		if got := w.attempt(a); got.Status != debt.PaymentReversed || w.open(0) != before {
			w.t.Errorf("returned: %+v, %+v", got, w.open(0))
		}
		if got := w.tasks(); got["payment_returned"] != 100_00 {
			w.t.Errorf("tasks: %v", got)
		}
		w.deliver(w.till.Back(a.ID, rail.Reinstated, 100_00))
		if got := w.attempt(a); got.Status != debt.PaymentSucceeded || w.open(0) == before {
			w.t.Errorf("came back: %+v", got)
		}
	})
}

func TestPartsGoBackAndNothingTwice(t *testing.T) {
	eachShop(t, func(w *shop) {
		before := w.open(0)
		a := w.start(w.wish(0, 100_00, debt.MethodCard))
		w.deliver(w.till.Pay(a.ID))
		w.deliver(w.till.Back(a.ID, rail.Refunded, 40_00))
		if got := w.attempt(a); got.Status != debt.PaymentPartRefunded {
			w.t.Errorf("refunded in part: %+v", got)
		}
		w.deliver(w.till.Back(a.ID, rail.Withdrawn, 60_00))
		if b := w.open(0); b != before {
			w.t.Errorf("all went back: %+v, was %+v", b, before)
		}
		w.deliver(w.till.Back(a.ID, rail.Withdrawn, 40_00))
		if b := w.open(0); b != before || w.tasks()["double_credit"] != 40_00 {
			w.t.Errorf("more went back than came: %+v, tasks %v", b, w.tasks())
		}
		w.deliver(w.till.Back(a.ID, rail.Reinstated, 100_00))
		if w.tasks()["double_credit"] != 0 || w.attempt(a).Status != debt.PaymentPartRefunded {
			w.t.Errorf("reinstated: %v %+v", w.tasks(), w.attempt(a))
		}
	})
}

func TestAHundredClicksMakeOnePayableAttempt(t *testing.T) {
	eachShop(t, func(w *shop) {
		var mu sync.Mutex
		urls := map[string]int{}
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() {
				a, err := w.rail.Start(ctx, w.wish(0, 100_00, debt.MethodCard))
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					urls[a.URL]++
				case !errors.Is(err, debt.E(debt.Conflict, "payment_starting", nil)):
					w.t.Error(err)
				}
			})
		}
		all.Wait()
		if len(urls) != 1 || w.till.Calls("checkout") != 1 {
			w.t.Errorf("%d pages, %d calls", len(urls), w.till.Calls("checkout"))
		}
		other := w.start(w.wish(0, 50_00, debt.MethodDirectDebit))
		if again := w.start(w.wish(0, 50_00, debt.MethodDirectDebit)); again.ID != other.ID {
			w.t.Error("the same wish opened another page")
		}
		if w.till.Calls("cancel") != 1 {
			w.t.Errorf("%d pages closed", w.till.Calls("cancel"))
		}
	})
}

func TestACaseOpensNoMoreThanThirtyPagesADay(t *testing.T) {
	eachShop(t, func(w *shop) {
		for range payments.StartsADay {
			a := w.start(w.wish(0, 100_00, debt.MethodCard))
			w.deliver(w.till.Expire(a.ID))
		}
		_, err := w.rail.Start(ctx, w.wish(0, 100_00, debt.MethodCard))
		w.refused("once more", err, debt.Forbidden, "payment_too_often")
		w.start(w.wish(1, 100_00, debt.MethodCard))
		w.clock.Move(24*time.Hour + time.Second)
		w.start(w.wish(0, 100_00, debt.MethodCard))
	})
}

func TestALatePaymentOnAClosedPageIsBooked(t *testing.T) {
	eachShop(t, func(w *shop) {
		a := w.start(w.wish(0, 100_00, debt.MethodCard))
		w.deliver(w.till.Expire(a.ID))
		if got := w.attempt(a); got.Status != debt.PaymentExpired || got.Open {
			w.t.Errorf("expired: %+v", got)
		}
		b := w.start(w.wish(0, 1000_00, debt.MethodCard))
		w.deliver(w.till.Pay(b.ID))
		w.must2(w.till.Change(a.ID, func(f *rail.Facts) { f.State = rail.InFlight }))
		w.deliver(w.till.Settle(a.ID))
		if got := w.attempt(a); got.Status != debt.PaymentSucceeded {
			w.t.Errorf("paid late: %+v", got)
		}
		if got := strings.Join(w.events(0), " "); got != "started failed started succeeded corrected succeeded" {
			w.t.Errorf("events: %s", got)
		}
		if w.open(0).Overpaid > 0 && w.tasks()["refund_overpayment"] != w.open(0).Overpaid {
			w.t.Errorf("overpaid %s, tasks %v", w.open(0).Overpaid, w.tasks())
		}
	})
}

func (w *shop) must2(_ string, err error) { w.t.Helper(); w.must(err) }

func TestNoAnswerIsFoundOutAndNeverAskedTwice(t *testing.T) {
	for what, took := range map[string]bool{"the provider took it": true, "the provider never got it": false} {
		t.Run(what, func(t *testing.T) {
			eachShop(t, func(w *shop) {
				w.till.Answer = func(verb string, _ debt.ID) (error, bool) {
					if verb == "checkout" && w.till.Calls("checkout") == 0 {
						return payments.ErrOutcome, took
					}
					return nil, true
				}
				_, err := w.rail.Start(ctx, w.wish(0, 100_00, debt.MethodCard))
				w.refused("no answer", err, debt.Conflict, "payment_being_checked")
				_, err = w.rail.Start(ctx, w.wish(0, 100_00, debt.MethodCard))
				w.refused("a second button", err, debt.Conflict, "payment_being_checked")
				if n, err := w.rail.LookDue(ctx, w.creditor); n != 0 || err != nil {
					w.t.Errorf("looked at once: %d %v", n, err)
				}
				w.clock.Move(61 * time.Second)
				if n, err := w.rail.LookDue(ctx, w.creditor); n != 1 || err != nil {
					w.t.Fatalf("after a minute: %d %v", n, err)
				}
				a := w.start(w.wish(0, 100_00, debt.MethodCard))
				if want := map[bool]int{true: 1, false: 2}[took]; w.till.Calls("checkout") != want {
					w.t.Errorf("%d calls, want %d", w.till.Calls("checkout"), want)
				}
				w.deliver(w.till.Pay(a.ID))
			})
		})
	}
}

func TestWhatTheProviderNeverTookEndsAfterItsKey(t *testing.T) {
	eachShop(t, func(w *shop) {
		w.till.Answer = func(verb string, _ debt.ID) (error, bool) { return payments.ErrOutcome, false }
		_, err := w.rail.Start(ctx, w.wish(0, 100_00, debt.MethodCard))
		w.refused("no answer", err, debt.Conflict, "payment_being_checked")
		for range 6 {
			w.clock.Move(25 * time.Hour)
			if _, err := w.rail.LookDue(ctx, w.creditor); err == nil {
				w.t.Error("nobody answers, and that is no error")
			}
		}
		calls := w.till.Calls("checkout")
		w.till.Answer = nil
		w.clock.Move(25 * time.Hour)
		_, err = w.rail.LookDue(ctx, w.creditor)
		w.must(err)
		if w.till.Calls("checkout") != calls || calls != 1 {
			w.t.Errorf("sent again after its key ended: %d calls", w.till.Calls("checkout"))
		}
		w.start(w.wish(0, 100_00, debt.MethodCard))
	})
}

func TestLostNoticesAreMadeUpForWithinAQuarterOfAnHour(t *testing.T) {
	eachShop(t, func(w *shop) {
		a := w.start(w.wish(0, 100_00, debt.MethodCard))
		w.must2(w.till.Pay(a.ID))
		for range 15 {
			w.clock.Move(time.Minute)
			_, err := w.rail.LookDue(ctx, w.creditor)
			w.must(err)
		}
		if got := w.attempt(a); got.Status != debt.PaymentSucceeded {
			w.t.Errorf("%+v", got)
		}
		w.must2(w.till.Back(a.ID, rail.Withdrawn, 100_00))
		w.clock.Move(time.Minute)
		if n, err := w.rail.Sweep(ctx, w.creditor); n != 1 || err != nil {
			w.t.Errorf("swept %d: %v", n, err)
		}
		if got := w.attempt(a); got.Status != debt.PaymentReversed {
			w.t.Errorf("%+v", got)
		}
		if n, err := w.rail.Sweep(ctx, w.creditor); n != 0 || err != nil {
			w.t.Errorf("swept again at once: %d %v", n, err)
		}
	})
}

func TestMoneyThatDoesNotFitIsKeptOutOfTheCase(t *testing.T) {
	for what, c := range map[string]struct {
		change func(f *rail.Facts)
		why    string
	}{
		"another amount":   {func(f *rail.Facts) { f.Moves[0].Amount = 99_00 }, rail.WhyAmount},
		"another currency": {func(f *rail.Facts) { f.Moves[0].Currency = "USD" }, rail.WhyCurrency},
		"another intent":   {func(f *rail.Facts) { f.Intent = "pi_other" }, "foreign_intent"},
		"nobody's":         {func(f *rail.Facts) { f.Attempt = "" }, rail.WhyNobody},
		"somebody's":       {func(f *rail.Facts) { f.Attempt = store.NewID() }, rail.WhyNobody},
	} {
		t.Run(what, func(t *testing.T) {
			eachShop(t, func(w *shop) {
				before := w.open(0)
				a := w.start(w.wish(0, 100_00, debt.MethodCard))
				w.must2(w.till.Pay(a.ID))
				w.deliver(w.till.Change(a.ID, c.change))
				if w.open(0) != before {
					w.t.Errorf("credited: %+v", w.open(0))
				}
				var list []rails.Move
				w.must(w.desk.Store.Read(ctx, w.creditor, func(r *store.Reader) (err error) {
					list, err = rails.SuspendedMoves(r, 10)
					return err
				}))
				if len(list) != 1 || list[0].Why != c.why || w.tasks()["unplaced_money"] == 0 {
					w.t.Errorf("suspended: %+v, tasks %v", list, w.tasks())
				}
			})
		})
	}
}

func TestAProviderThatDoesNotAnswerKeepsNobodyWaiting(t *testing.T) {
	eachShop(t, func(w *shop) {
		a := w.start(w.wish(0, 100_00, debt.MethodCard))
		notice, err := w.till.Pay(a.ID)
		w.must(err)
		w.rail.Patience = 10 * time.Millisecond
		w.till.Slow = func(ctx context.Context) { <-ctx.Done() }
		w.deliver(notice, nil)
		if got := w.attempt(a); got.Status != debt.PaymentStarted {
			w.t.Errorf("nobody has answered: %+v", got)
		}
		w.till.Slow = nil
		w.clock.Move(10 * time.Second)
		w.work()
		if got := w.attempt(a); got.Status != debt.PaymentSucceeded {
			w.t.Errorf("%+v", got)
		}
	})
}

func TestARefundThatWasMissedOnceIsBookedWhenItMoves(t *testing.T) {
	eachShop(t, func(w *shop) {
		a := w.start(w.wish(0, 100_00, debt.MethodCard))
		w.deliver(w.till.Pay(a.ID))
		paid := w.open(0)
		announced := rail.Move{Kind: rail.Refunded, ID: "re_1", Amount: 40_00, Currency: "EUR", On: debt.MustDate("2026-11-22"), At: w.clock.Now(), Pending: true}
		says := func(list ...rail.Move) {
			w.clock.Move(time.Minute)
			w.deliver(w.till.Change(a.ID, func(f *rail.Facts) { f.Moves = append(f.Moves[:1:1], list...) }))
		}
		says(announced)
		says() // an answer that does not know it
		if w.open(0) != paid {
			w.t.Errorf("nothing has moved: %+v", w.open(0))
		}
		announced.Pending = false
		says(announced)
		if got := w.attempt(a); got.Status != debt.PaymentPartRefunded || w.open(0) == paid {
			w.t.Errorf("it has moved: %+v %+v", got, w.open(0))
		}
	})
}

func TestForgedAndForeignNoticesBookNothing(t *testing.T) {
	eachShop(t, func(w *shop) {
		a := w.start(w.wish(0, 100_00, debt.MethodCard))
		notice, err := w.till.Pay(a.ID)
		w.must(err)
		w.refused("forged", w.rail.Accept(ctx, w.name, []byte(notice), "guess"), debt.Forbidden, "notice_forged")
		w.refused("no such address", w.rail.Accept(ctx, strings.Repeat("0", 32), []byte(notice), tillSecret), debt.NotFound, "endpoint_unknown")
		w.work()
		if got := w.attempt(a); got.Status != debt.PaymentStarted {
			w.t.Errorf("%+v", got)
		}
		w.must(w.rail.Accept(ctx, w.name, []byte("evt_9 paid intent pi_unknown"), tillSecret))
		w.clock.Move(10 * time.Second)
		w.work()
		w.clock.Move(3 * time.Hour)
		w.work()
		var lost int64
		w.must(w.desk.Store.Read(ctx, "", func(r *store.Reader) (err error) { lost, err = rails.CountQuarantined(r); return err }))
		if lost != 1 {
			w.t.Errorf("%d notices in quarantine", lost)
		}
	})
}

func TestAStoredMandateIsChargedOncePerPurpose(t *testing.T) {
	eachShop(t, func(w *shop) {
		i := w.mandate(0)
		c := payments.Collection{CreditorID: w.creditor, CaseID: w.cases[0], InstrumentID: i, Purpose: "plan/1/1", Amount: 200_00}
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() {
				if _, err := w.rail.Collect(ctx, c); err != nil {
					w.t.Error(err)
				}
			})
		}
		all.Wait()
		if n := w.till.Calls("charge"); n != 1 {
			w.t.Errorf("%d charges", n)
		}
		c.Purpose, c.Amount = "plan/1/2", 5000_00
		a, err := w.rail.Collect(ctx, c)
		w.must(err)
		if a.Amount >= 1000_00 {
			w.t.Errorf("collects %s: more than what is open less what is under way", a.Amount)
		}
		c.Purpose = "plan/1/3"
		_, err = w.rail.Collect(ctx, c)
		w.refused("nothing left", err, debt.Forbidden, "nothing_to_collect")
	})
}

// mandate stores a usable mandate as a setup would.
func (w *shop) mandate(i int) (id debt.ID) {
	w.t.Helper()
	wish := w.wish(i, 0, debt.MethodDirectDebit)
	wish.Setup = true
	a := w.start(wish)
	w.deliver(w.till.Change(a.ID, func(f *rail.Facts) {
		f.State = rail.Ready
		f.Instrument = &rail.Instrument{External: "pm_" + strconv.Itoa(i), Method: debt.MethodDirectDebit, State: rail.Usable, Last4: "3000"}
	}))
	w.must(w.desk.Store.Read(ctx, w.creditor, func(r *store.Reader) error {
		list, err := rails.Instruments(r, w.cases[i])
		if len(list) == 1 {
			id = list[0].ID
		}
		return err
	}))
	if id == "" || w.attempt(a).Status != debt.PaymentSucceeded {
		w.t.Fatalf("no mandate: %+v", w.attempt(a))
	}
	return id
}

func TestALostMandateIsNotChargedAgain(t *testing.T) {
	eachShop(t, func(w *shop) {
		i := w.mandate(0)
		c := payments.Collection{CreditorID: w.creditor, CaseID: w.cases[0], InstrumentID: i, Purpose: "plan/1/1", Amount: 200_00}
		a, err := w.rail.Collect(ctx, c)
		w.must(err)
		w.must2(w.till.Change(a.ID, func(f *rail.Facts) {
			f.Instrument = &rail.Instrument{External: "pm_0", Method: debt.MethodDirectDebit, State: rail.Usable, Last4: "3000"}
		}))
		w.deliver(w.till.Bounce(a.ID, "authorization_revoked"))
		c.Purpose = "plan/1/2"
		_, err = w.rail.Collect(ctx, c)
		w.refused("after it was revoked", err, debt.Forbidden, "instrument_unusable")
		if w.till.Calls("charge") != 1 {
			w.t.Errorf("%d charges", w.till.Calls("charge"))
		}
	})
}

func TestAnOverpaymentIsSentBackOnceAndNotTooEarly(t *testing.T) {
	eachShop(t, func(w *shop) {
		a := w.start(w.wish(0, 100_00, debt.MethodDirectDebit))
		w.deliver(w.till.Pay(a.ID))
		w.deliver(w.till.Settle(a.ID))
		o := payments.RefundOrder{CreditorID: w.creditor, PaymentID: a.ID, ID: store.NewID(), Amount: 60_00}
		_, err := w.rail.Refund(ctx, o)
		w.refused("at once", err, debt.Forbidden, "refund_too_early")
		w.clock.Move(14 * 24 * time.Hour)
		w.till.Answer = func(verb string, _ debt.ID) (error, bool) {
			if verb == "refund" && w.till.Calls("refund") == 0 {
				return payments.ErrOutcome, true
			}
			return nil, true
		}
		_, err = w.rail.Refund(ctx, o)
		w.refused("no answer", err, debt.Unavailable, "provider_outcome_unknown")
		w.clock.Move(2 * time.Minute)
		if n, err := w.rail.CallRefunds(ctx, w.creditor); n != 1 || err != nil {
			w.t.Errorf("called again: %d %v", n, err)
		}
		if _, err := w.rail.Refund(ctx, o); err != nil {
			w.t.Error(err)
		}
		if got := w.till.Credited(a.ID); got != 40_00 {
			w.t.Errorf("the provider keeps %s", got)
		}
		o.ID = store.NewID()
		_, err = w.rail.Refund(ctx, o)
		w.refused("more than is left", err, debt.Invalid, "refund_too_large")
	})
}

// silent has the provider take orders and say nothing of them.
func (w *shop) silent() {
	w.till.Answer = func(verb string, _ debt.ID) (error, bool) {
		if verb == "fetch" {
			return payments.ErrBusy, false
		}
		return nil, true
	}
}

// Between the order and the notice of it the books do not know yet that money goes back.
func TestAnOverpaymentIsOrderedBackOnce(t *testing.T) {
	eachShop(t, func(w *shop) {
		a := w.start(w.wish(0, 100_00, debt.MethodCard))
		w.deliver(w.till.Pay(a.ID))
		due := w.open(0).Total()
		_, err := payments.Desk{Store: w.rail.Store, Now: w.clock.Now}.Book(ctx, w.creditor, debt.Payment{CaseID: w.cases[0], Method: debt.MethodTransfer, Source: "creditor",
			ExternalID: "x", Amount: due + 60_00, ReceivedOn: debt.DateIn(w.clock.Now(), debt.Berlin)})
		w.must(err)
		if over := w.open(0).Overpaid; over != 60_00 {
			w.t.Fatalf("%s paid too much", over)
		}
		send := func(amount debt.Cents) error {
			_, err := w.rail.RefundOverpaid(ctx, w.creditor, w.cases[0], payments.RefundOrder{ID: store.NewID(), Amount: amount})
			return err
		}
		w.refused("more than that", send(60_01), debt.Invalid, "refund_too_large")
		w.refused("more than any payment", send(100_01), debt.Forbidden, "refund_by_hand")
		w.silent()
		_ = send(40_00) // ordered, and nobody hears of it
		if over := w.open(0).Overpaid; over != 60_00 {
			w.t.Fatalf("%s paid too much: it is booked already", over)
		}
		w.refused("more than the rest, before anything is booked", send(20_01), debt.Invalid, "refund_too_large")
		_ = send(20_00)
		w.refused("once more", send(1), debt.Invalid, "refund_too_large")
		w.till.Answer = nil
		w.deliver(w.till.Change(a.ID, func(*rail.Facts) {}))
		if got := w.open(0); got.Overpaid != 0 || got.Total() != 0 || w.till.Credited(a.ID) != 40_00 {
			w.t.Errorf("%+v, the provider keeps %s", got, w.till.Credited(a.ID))
		}
		w.refused("after it is booked", send(1), debt.Invalid, "refund_too_large")
	})
}

// What went back before by the provider's own pages is not what was ordered here.
func TestWhatWentBackBeforeHidesNoOrder(t *testing.T) {
	eachShop(t, func(w *shop) {
		a := w.start(w.wish(0, 100_00, debt.MethodCard))
		w.deliver(w.till.Pay(a.ID))
		_, err := payments.Desk{Store: w.rail.Store, Now: w.clock.Now}.Book(ctx, w.creditor, debt.Payment{CaseID: w.cases[0], Method: debt.MethodTransfer, Source: "creditor",
			ExternalID: "x", Amount: w.open(0).Total() + 60_00, ReceivedOn: debt.DateIn(w.clock.Now(), debt.Berlin)})
		w.must(err)
		w.deliver(w.till.Change(a.ID, func(f *rail.Facts) {
			f.Moves = append(f.Moves, rail.Move{Kind: rail.Refunded, ID: "re_own", Amount: 30_00, Currency: "EUR", On: debt.DateIn(w.clock.Now(), debt.Berlin), At: w.clock.Now()})
		}))
		if over := w.open(0).Overpaid; over != 30_00 {
			w.t.Fatalf("%s paid too much", over)
		}
		w.clock.Move(10 * time.Minute)
		send := func(amount debt.Cents) error {
			_, err := w.rail.RefundOverpaid(ctx, w.creditor, w.cases[0], payments.RefundOrder{ID: store.NewID(), Amount: amount})
			return err
		}
		w.silent()
		_ = send(20_00) // ordered, and nobody hears of it
		w.refused("more than the rest", send(10_01), debt.Invalid, "refund_too_large")
	})
}

func TestTheDayIsReconciledToTheCent(t *testing.T) {
	eachShop(t, func(w *shop) {
		a := w.start(w.wish(0, 100_00, debt.MethodCard))
		w.deliver(w.till.Pay(a.ID))
		b := w.start(w.wish(1, 50_00, debt.MethodCard))
		w.must2(w.till.Pay(b.ID))
		on := debt.DateIn(w.clock.Now(), debt.Berlin)
		c, list, err := w.rail.Reconcile(ctx, w.creditor, w.account.ID, on)
		w.must(err)
		if c.Unexplained != 50_00 || len(list) != 1 || list[0].Kind != "missing_here" {
			w.t.Errorf("before: %+v %+v", c, list)
		}
		w.clock.Move(20 * time.Minute)
		_, err = w.rail.Sweep(ctx, w.creditor)
		w.must(err)
		if c, list, err = w.rail.Reconcile(ctx, w.creditor, w.account.ID, on); err != nil || c.Unexplained != 0 || c.Movements != 2 || c.Provider != c.Ledger {
			w.t.Errorf("after: %+v %+v %v", c, list, err)
		}
		w.clock.Move(18 * time.Hour)
		if n, err := w.rail.ReconcileDue(ctx, w.creditor); n != 0 || err != nil {
			w.t.Errorf("compared again: %d %v", n, err)
		}
	})
}
