package collecting_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/collection"
	"quitt/debt/ledger"
	"quitt/debt/plan"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/payments/collecting"
	"quitt/payments/paytest"
	"quitt/store"
	"quitt/store/orders"
	"quitt/store/plans"
	"quitt/store/rails"
	"quitt/store/storetest"
	"quitt/store/tasks"
	"quitt/store/vault"
)

var ctx = context.Background()

const (
	tillSecret = "till secret of 32 bytes, at least"
	day        = 24 * time.Hour
)

// shop is a creditor with one case of 1,000.00 without interest, a provider, and a scheduler.
type shop struct {
	t        testing.TB
	s        *store.Store
	till     *paytest.Till
	rail     *payments.Rail
	desk     *collecting.Desk
	book     payments.Desk
	clock    *storetest.Watch
	creditor debt.ID
	caseID   debt.ID
	saved    debt.ID // the mandate
	plan     plans.Kept
	name     string // of the address for notices
}

func each(t *testing.T, do func(w *shop)) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := open(t, s, "koeln")
		do(w)
		w.verified()
	})
}

// open begins on Sunday, 22 November 2026.
func open(t testing.TB, s *store.Store, code string) *shop {
	t.Helper()
	name := sha256.Sum256([]byte(code))
	w := &shop{t: t, s: s, clock: storetest.NewWatch(), creditor: storetest.Creditor(t, s, code).ID, name: hex.EncodeToString(name[:16])}
	w.till = paytest.NewTill(w.clock.Now)
	w.till.External = "acct_" + code
	v, err := vault.New([][]byte{bytes.Repeat([]byte{7}, 32)})
	w.must(err)
	w.book = payments.Desk{Store: s, Now: w.clock.Now}
	w.rail = payments.Open(payments.Rail{Desk: w.book, Providers: map[string]payments.Provider{"till": w.till}, Vault: v, Log: slog.New(slog.DiscardHandler)})
	w.desk = collecting.New(w.rail)
	account, err := w.rail.AddAccount(ctx, w.creditor, payments.NewAccount{Account: rail.Account{Provider: "till", External: "acct_" + code}, Key: "key"})
	w.must(err)
	sealed, err := v.Seal(w.name, []byte(tillSecret))
	w.must(err)
	w.must(s.Write(ctx, "", func(tx *store.Tx) error {
		return rails.AddEndpoint(tx, rails.Endpoint{Name: w.name, Provider: "till", External: "we_1", Owner: w.creditor, Account: account.ID,
			Secret: sealed, CreatedAt: w.clock.Now()})
	}))
	f := storetest.File(w.creditor, "R")
	w.caseID = f.File.Case.ID
	a := ledger.Account{Settings: f.File.Account.Settings, CaseID: w.caseID}
	f.Entries = []ledger.Entry{a.OpenClaim(debt.Claim{ID: store.NewID(), CaseID: w.caseID, Principal: 1000_00, Ground: debt.Contract,
		Object: "Reparatur", ArisenOn: debt.MustDate("2026-01-10"), DueOn: debt.MustDate("2026-03-01")}, storetest.Stamp)}
	f.File.Account = a
	w.write(func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) })
	w.saved = w.save("pm_1")
	return w
}

func (w *shop) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *shop) write(do func(tx *store.Tx) error) {
	w.t.Helper()
	w.must(w.s.Write(ctx, w.creditor, do))
}

func (w *shop) read(do func(r *store.Reader) error) {
	w.t.Helper()
	w.must(w.s.Read(ctx, w.creditor, do))
}

func (w *shop) verified() {
	w.t.Helper()
	_, err := w.s.Verify(ctx, func(f store.Finding) bool {
		w.t.Errorf("verify: %+v", f)
		return true
	})
	w.must(err)
}

// instrument is what the provider says of the mandate.
func instrument(external string) *rail.Instrument {
	return &rail.Instrument{External: external, Method: debt.MethodDirectDebit, State: rail.Usable, Last4: "3000"}
}

// save stores a mandate as the page of a plan does.
func (w *shop) save(external string) (id debt.ID) {
	w.t.Helper()
	a, err := w.rail.Start(ctx, payments.Wish{CreditorID: w.creditor, CaseID: w.caseID, Method: debt.MethodDirectDebit, Setup: true})
	w.must(err)
	w.deliver(w.till.Change(a.ID, func(f *rail.Facts) { f.State, f.Instrument = rail.Ready, instrument(external) }))
	list, err := w.desk.Instruments(ctx, w.creditor, w.caseID)
	w.must(err)
	for _, i := range list {
		if i.External == external && i.SavedBy == a.ID {
			return i.ID
		}
	}
	w.t.Fatal("no mandate")
	return ""
}

// agree begins a plan of n instalments from a day on, one a month, and writes their orders as
// plans does.
func (w *shop) agree(n int, first string, amount debt.Cents) {
	w.t.Helper()
	k := plans.Kept{Plan: plan.Plan{ID: store.NewID(), CaseID: w.caseID, State: debt.PlanActive, AgreedOn: w.today(),
		Wish: plan.Wish{Instalment: amount, First: debt.MustDate(first), Rhythm: plan.Monthly}, Schedule: plan.Schedule{Interest: plan.NoInterest}},
		Method: debt.MethodDirectDebit, InstrumentID: w.saved, MadeBy: "debtor", MadeAt: w.clock.Now(), AgreedAt: w.clock.Now()}
	for i := range n {
		k.Schedule.Instalments = append(k.Schedule.Instalments, plan.Instalment{No: i + 1, DueOn: debt.MustDate(first).AddMonths(i), Amount: amount})
	}
	w.write(func(tx *store.Tx) error {
		if _, err := tx.LockOne(w.caseID); err != nil {
			return err
		}
		if err := plans.Add(tx, k); err != nil {
			return err
		}
		for _, i := range k.Schedule.Instalments {
			_, err := orders.Write(tx, collection.Order{ID: store.NewID(), CaseID: w.caseID, InstrumentID: w.saved,
				Purpose: collection.Purpose(k.ID, i.No, 1), Amount: i.Amount, DueOn: i.DueOn, MadeAt: w.clock.Now()})
			if err != nil {
				return err
			}
		}
		return nil
	})
	k.Version = 1
	w.plan = k
}

func (w *shop) today() debt.Date { return debt.DateIn(w.clock.Now(), debt.Berlin) }

// order gives the one of an instalment and try.
func (w *shop) order(no, try int) (o collection.Order) {
	w.t.Helper()
	w.read(func(r *store.Reader) error {
		found, ok, err := orders.Find(r, collection.Purpose(w.plan.ID, no, try))
		if o = found; err == nil && !ok {
			o = collection.Order{}
		}
		return err
	})
	return o
}

// run has a scheduler do what is due until nothing is.
func (w *shop) run() {
	w.t.Helper()
	for range 20 {
		n, err := w.desk.Work(ctx, w.creditor)
		w.must(err)
		if n == 0 {
			return
		}
	}
	w.t.Fatal("work without an end")
}

// on goes to nine in the morning of a day and lets everything run every day until then.
func (w *shop) on(date string) {
	w.t.Helper()
	end := debt.MustDate(date)
	for d := w.today().AddDays(1); !d.After(end); d = d.AddDays(1) {
		w.clock.Set(d.Time().Add(8 * time.Hour))
		w.look()
		w.run()
	}
}

func (w *shop) look() {
	w.t.Helper()
	_, err := w.rail.LookDue(ctx, w.creditor)
	w.must(err)
}

// deliver brings a notice to the door and lets the loop book it.
func (w *shop) deliver(notice string, err error) {
	w.t.Helper()
	w.must(err)
	w.must(w.rail.Accept(ctx, w.name, []byte(notice), tillSecret))
	for {
		n, err := w.rail.BookNotices(ctx, w.creditor)
		w.must(err)
		if n == 0 {
			return
		}
	}
}

// bounce has the bank refuse an order's debit.
func (w *shop) bounce(o collection.Order, code string) {
	w.t.Helper()
	_, err := w.till.Change(o.AttemptID, func(f *rail.Facts) { f.Instrument = instrument("pm_1") })
	w.must(err)
	w.deliver(w.till.Bounce(o.AttemptID, code))
	w.run()
}

func (w *shop) transfer(amount debt.Cents) {
	w.t.Helper()
	_, err := w.book.Book(ctx, w.creditor, debt.Payment{CaseID: w.caseID, Method: debt.MethodTransfer, Source: "bank",
		ExternalID: string(store.NewID()), Amount: amount, ReceivedOn: w.today()})
	w.must(err)
}

// wants checks where an order stands.
func (w *shop) wants(o collection.Order, s collection.State, reason string) {
	w.t.Helper()
	if o.State != s || o.Reason != reason {
		w.t.Errorf("%s is %s %s, want %s %s", o.Purpose, o.State, o.Reason, s, reason)
	}
}

func (w *shop) charges(want int) {
	w.t.Helper()
	if n := w.till.Calls("charge"); n != want {
		w.t.Errorf("%d charges, want %d", n, want)
	}
}

// events counts those of a type.
func (w *shop) events(typ debt.EventType) (list []debt.Event) {
	w.t.Helper()
	w.read(func(r *store.Reader) error {
		all, err := r.Events(w.caseID)
		for _, e := range all {
			if e.Type == typ {
				list = append(list, e)
			}
		}
		return err
	})
	return list
}

func (w *shop) tasks(kind tasks.Kind) (n int) {
	w.t.Helper()
	w.read(func(r *store.Reader) error {
		list, err := tasks.List(r, 100)
		for _, k := range list {
			if k.Kind == kind {
				n++
			}
		}
		return err
	})
	return n
}
