package directdebit_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/collection"
	"quitt/debt/ledger"
	"quitt/debt/mandate"
	"quitt/debt/plan"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/payments/collecting"
	"quitt/payments/directdebit"
	"quitt/store"
	"quitt/store/mandates"
	"quitt/store/orders"
	"quitt/store/outbox"
	"quitt/store/plans"
	"quitt/store/rails"
	"quitt/store/storetest"
	"quitt/store/tasks"
)

var ctx = context.Background()

const (
	ours   = "DE41500105170123456789"
	theirs = "DE02120300000000202051"
)

// bench is a creditor that collects by file, with one case of 1,000.00 without interest.
type bench struct {
	t        testing.TB
	s        *store.Store
	desk     directdebit.Desk
	loop     *collecting.Desk
	book     payments.Desk
	clock    *storetest.Watch
	creditor debt.ID
	caseID   debt.ID
	account  rail.Account
	who      directdebit.Who
}

func each(t *testing.T, do func(w *bench)) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := open(t, s, "koeln")
		do(w)
		w.verified()
	})
}

// open begins on Sunday, 22 November 2026.
func open(t testing.TB, s *store.Store, code string) *bench {
	t.Helper()
	w := &bench{t: t, s: s, clock: storetest.NewWatch(), creditor: storetest.Creditor(t, s, code).ID}
	w.book = payments.Desk{Store: s, Now: w.clock.Now}
	w.desk = directdebit.Desk{Store: s, Now: w.clock.Now, Keys: [][]byte{bytes.Repeat([]byte{3}, 32)}}
	w.loop = collecting.New(payments.Open(payments.Rail{Desk: w.book, Log: slog.New(slog.DiscardHandler)}))
	w.account = rail.Account{ID: store.NewID(), CreditorID: w.creditor, Provider: rail.Bank, External: ours, Live: true,
		Methods: []debt.Method{debt.MethodTransfer}, CreatedAt: w.clock.Now()}
	w.write(func(tx *store.Tx) error { return rails.AddAccount(tx, rails.Account{Account: w.account}) })
	w.must(w.desk.SetAccount(ctx, w.creditor, ours, mandate.Account{Identifier: "DE98 ZZZ 0999 9999 999", Holder: "Praxis Köln", CutOff: 1, Notice: 2}))
	f := storetest.File(w.creditor, "R-17")
	f.Debtor.Email = "mara@example.org"
	w.caseID = f.File.Case.ID
	a := ledger.Account{Settings: f.File.Account.Settings, CaseID: w.caseID}
	f.Entries = []ledger.Entry{a.OpenClaim(debt.Claim{ID: store.NewID(), CaseID: w.caseID, Principal: 1000_00, Ground: debt.Contract,
		Object: "Reparatur", ArisenOn: debt.MustDate("2026-01-10"), DueOn: debt.MustDate("2026-03-01")}, storetest.Stamp)}
	f.File.Account = a
	w.write(func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) })
	w.who = directdebit.Who{Creditor: w.creditor, Case: w.caseID, Language: "de"}
	return w
}

// notice is what mandates agree on from now on.
func (w *bench) notice(days int) {
	w.t.Helper()
	w.must(w.desk.SetAccount(ctx, w.creditor, ours, mandate.Account{Identifier: "DE98ZZZ09999999999", Holder: "Praxis Köln", CutOff: 1, Notice: days}))
}

// tasks lists those that are open in the case.
func (w *bench) tasks() (list []tasks.Task) {
	w.t.Helper()
	w.read(func(r *store.Reader) error {
		all, err := tasks.OfCase(r, w.caseID)
		for _, k := range all {
			if k.Outcome == "" {
				list = append(list, k)
			}
		}
		return err
	})
	return list
}

func (w *bench) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *bench) write(do func(tx *store.Tx) error) {
	w.t.Helper()
	w.must(w.s.Write(ctx, w.creditor, do))
}

func (w *bench) read(do func(r *store.Reader) error) {
	w.t.Helper()
	w.must(w.s.Read(ctx, w.creditor, do))
}

func (w *bench) verified() {
	w.t.Helper()
	_, err := w.s.Verify(ctx, func(f store.Finding) bool {
		w.t.Errorf("verify: %+v", f)
		return true
	})
	w.must(err)
}

func (w *bench) today() debt.Date { return debt.DateIn(w.clock.Now(), debt.Berlin) }

// wish is a mandate of the debtor's own account.
func wish(k mandate.Kind, amount debt.Cents) directdebit.Wish {
	return directdebit.Wish{Holder: " Mara  Muster", IBAN: "DE02 1203 0000 0000 2020 51", Kind: k, Amount: amount}
}

// given begins a mandate and confirms it with the code that was sent.
func (w *bench) given(k mandate.Kind, amount debt.Cents) mandate.Mandate {
	w.t.Helper()
	m, err := w.desk.Give(ctx, w.who, wish(k, amount))
	w.must(err)
	w.must(w.desk.Confirm(ctx, w.who, m.ID, w.code()))
	return w.mandate(m.ID)
}

func (w *bench) mandate(id debt.ID) mandate.Mandate {
	w.t.Helper()
	m, err := w.desk.Mandate(ctx, w.creditor, w.caseID, id)
	w.must(err)
	return m
}

// code is the newest one that was sent.
func (w *bench) code() (code string) {
	w.t.Helper()
	w.read(func(r *store.Reader) error {
		list, err := outbox.List(r, outbox.Waiting, 50)
		if len(list) == 0 {
			w.t.Fatal("no code was sent")
		}
		code = list[0].Args["code"]
		return err
	})
	return code
}

// agree begins a plan of n instalments from a day on, one a month, and writes their orders as
// plans does.
func (w *bench) agree(m debt.ID, n int, first string, amount debt.Cents) plans.Kept {
	w.t.Helper()
	k := plans.Kept{Plan: plan.Plan{ID: store.NewID(), CaseID: w.caseID, State: debt.PlanActive, AgreedOn: w.today(),
		Wish: plan.Wish{Instalment: amount, First: debt.MustDate(first), Rhythm: plan.Monthly}, Schedule: plan.Schedule{Interest: plan.NoInterest}},
		Method: debt.MethodDirectDebit, InstrumentID: m, MadeBy: "debtor", MadeAt: w.clock.Now(), AgreedAt: w.clock.Now()}
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
			_, err := orders.Write(tx, collection.Order{ID: store.NewID(), CaseID: w.caseID, InstrumentID: m,
				Purpose: collection.Purpose(k.ID, i.No, 1), Amount: i.Amount, DueOn: i.DueOn, MadeAt: w.clock.Now()})
			if err != nil {
				return err
			}
		}
		return nil
	})
	k.Version = 1
	return k
}

func (w *bench) order(purpose string) (o collection.Order) {
	w.t.Helper()
	w.read(func(r *store.Reader) error {
		found, ok, err := orders.Find(r, purpose)
		if o = found; err == nil && !ok {
			o = collection.Order{}
		}
		return err
	})
	return o
}

// run has the loop do what is due until nothing is.
func (w *bench) run() {
	w.t.Helper()
	for range 20 {
		n, err := w.loop.Work(ctx, w.creditor)
		w.must(err)
		if n == 0 {
			return
		}
	}
	w.t.Fatal("work without an end")
}

// on goes to nine in the morning of a day and lets the loop run every day until then.
func (w *bench) on(date string) {
	w.t.Helper()
	end := debt.MustDate(date)
	for d := w.today().AddDays(1); !d.After(end); d = d.AddDays(1) {
		w.clock.Set(d.Time().Add(8 * time.Hour))
		w.run()
	}
}

// collect makes the files up to a day and says how many debits are in the last one.
func (w *bench) collect(until string) []directdebit.File {
	w.t.Helper()
	files, err := w.desk.Collect(ctx, w.creditor, debt.MustDate(until))
	w.must(err)
	return files
}

func (w *bench) lines(f directdebit.File) (list []mandates.Debit) {
	w.t.Helper()
	w.read(func(r *store.Reader) (err error) {
		list, err = mandates.Debits(r, f.Run.ID)
		return err
	})
	return list
}

// moves books what a statement says of a debit.
func (w *bench) moves(l mandates.Debit, kind rail.MoveKind, reason string) {
	w.t.Helper()
	ok, err := w.desk.Book(ctx, w.creditor, l.EndToEnd, directdebit.Moved{Account: w.account, Kind: kind, Amount: l.Amount, On: w.today(), Reason: reason})
	w.must(err)
	if !ok {
		w.t.Fatal("a debit of ours is unknown")
	}
	w.run()
}

// report is a bank's word on one debit of a file.
func report(message, batch, endToEnd, status, code string) string {
	return fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>B1</MsgId><CreDtTm>2026-12-01T10:00:00</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>%s</OrgnlMsgId><OrgnlMsgNmId>pain.008.001.08</OrgnlMsgNmId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>
<OrgnlPmtInfAndSts><OrgnlPmtInfId>%s</OrgnlPmtInfId><PmtInfSts>PART</PmtInfSts><TxInfAndSts><OrgnlEndToEndId>%s</OrgnlEndToEndId><TxSts>%s</TxSts>
<StsRsnInf><Rsn><Cd>%s</Cd></Rsn></StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>`, message, batch, endToEnd, status, code)
}

func (w *bench) hears(f directdebit.File, l mandates.Debit, status, code string) directdebit.Answer {
	w.t.Helper()
	x, err := w.desk.Hear(ctx, w.creditor, strings.NewReader(report(f.Run.Message, l.Batch, l.EndToEnd, status, code)))
	w.must(err)
	w.run()
	return x
}

func (w *bench) balance() (b debt.Balance) {
	w.t.Helper()
	w.read(func(r *store.Reader) error {
		f, err := r.LoadFile(w.caseID)
		b = f.Balance()
		return err
	})
	return b
}

func (w *bench) attempts() (list []rail.Attempt) {
	w.t.Helper()
	w.read(func(r *store.Reader) (err error) {
		list, err = rails.AttemptsOf(r, w.caseID)
		return err
	})
	return list
}

func (w *bench) instrument(id debt.ID) (i rail.Instrument) {
	w.t.Helper()
	w.read(func(r *store.Reader) (err error) {
		i, err = rails.LoadInstrument(r, id)
		return err
	})
	return i
}

func (w *bench) events(typ debt.EventType) (list []debt.Event) {
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

func (w *bench) transfer(amount debt.Cents) {
	w.t.Helper()
	_, err := w.book.Book(ctx, w.creditor, debt.Payment{CaseID: w.caseID, Method: debt.MethodTransfer, Source: "bank",
		ExternalID: string(store.NewID()), Amount: amount, ReceivedOn: w.today()})
	w.must(err)
}
