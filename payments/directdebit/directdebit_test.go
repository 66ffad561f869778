package directdebit_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/collection"
	"quitt/debt/debttest"
	"quitt/debt/mandate"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/payments/booking"
	"quitt/payments/directdebit"
	"quitt/store"
	"quitt/store/outbox"
	"quitt/store/storetest"
)

func TestASumIsCollectedOnceItsMandateIsConfirmed(t *testing.T) {
	each(t, func(w *bench) {
		m, err := w.desk.Give(ctx, w.who, wish(mandate.OneOff, 300_00))
		w.must(err)
		if m.How != mandate.ByCode || m.State != mandate.Pending || m.Holder != "Mara Muster" || m.IBAN != theirs || len(m.Reference) > 35 {
			w.t.Errorf("%+v", m)
		}
		debttest.WantKey(w.t, w.desk.Confirm(ctx, w.who, m.ID, "12"), debt.Invalid, "one_time_invalid")
		wrong := "000000"
		if w.code() == wrong {
			wrong = "000001"
		}
		debttest.WantKey(w.t, w.desk.Confirm(ctx, w.who, m.ID, wrong), debt.Forbidden, "contact_code_wrong")
		w.must(w.desk.Confirm(ctx, w.who, m.ID, w.code()))
		w.must(w.desk.Confirm(ctx, w.who, m.ID, w.code())) // pressed twice
		o := w.order(collection.Once(m.ID))
		if o.CollectOn != debt.MustDate("2026-11-24") || o.ToldOn != w.today() || o.Amount != 300_00 {
			w.t.Errorf("%+v", o)
		}
		if x, ok, err := w.desk.Terms(ctx, w.who); err != nil || !ok || x.Waiting.ID != m.ID || x.WaitsFor != o.CollectOn {
			w.t.Errorf("%+v %v %v", x, ok, err)
		}
		_, err = w.desk.Give(ctx, w.who, wish(mandate.OneOff, 300_00))
		debttest.WantKey(w.t, err, debt.Conflict, "mandate_waiting")
		files := w.collect("2026-11-30")
		if len(files) != 1 || files[0].Run.Debits != 1 || files[0].Run.Sum != 300_00 {
			w.t.Fatalf("%d files", len(files))
		}
		w.valid(files[0].Content)
		l := w.lines(files[0])[0]
		if l.CollectOn != o.CollectOn || l.Sequence != "OOFF" {
			w.t.Errorf("%+v", l)
		}
		w.on("2026-11-24")
		w.moves(l, rail.Paid, "")
		w.moves(l, rail.Paid, "") // 053 and 054 of the same money
		if b := w.balance(); b.Total() != 700_00 {
			w.t.Errorf("%s open", b.Total())
		}
		w.on("2026-12-10")
		if _, err := w.desk.Expire(ctx, w.creditor); err != nil || w.mandate(m.ID).State != mandate.Used || w.instrument(m.ID).State != rail.Dead {
			w.t.Errorf("%s %v", w.mandate(m.ID).State, err)
		}
	})
}

// valid holds a file against the schema of the standard, where it lies beside the checkout, and
// against our own rules, which wrote it.
func (w *bench) valid(content []byte) {
	w.t.Helper()
	schema := filepath.Join("..", "..", "..", "shared", "bank", "xsd", "pain.008.001.08.xsd")
	if _, err := os.Stat(schema); err != nil {
		schema = filepath.Join("..", "..", "..", "..", "shared", "bank", "xsd", "pain.008.001.08.xsd")
	}
	if _, err := os.Stat(schema); err != nil {
		w.t.Log("the schema is not beside the checkout: held against our own rules alone")
		return
	}
	cmd := exec.CommandContext(ctx, "xmllint", "--nonet", "--noout", "--schema", schema, "-")
	cmd.Stdin = bytes.NewReader(content)
	if out, err := cmd.CombinedOutput(); err != nil {
		w.t.Errorf("%v\n%s\n%s", err, out, content)
	}
}

func TestTheSameRunWritesTheSameBytes(t *testing.T) {
	each(t, func(w *bench) {
		m := w.given(mandate.Recurring, 0)
		w.agree(m.ID, 3, "2026-12-07", 50_00)
		w.on("2026-12-03")
		first := w.collect("2026-12-07")
		again := w.collect("2026-12-07")
		if len(first) != 1 || len(again) != 1 || !bytes.Equal(first[0].Content, again[0].Content) || first[0].Run.Message != again[0].Run.Message {
			w.t.Fatalf("%d and %d files", len(first), len(again))
		}
		w.valid(first[0].Content)
		w.on("2026-12-05")
		later, err := w.desk.File(ctx, w.creditor, first[0].Run.Message)
		w.must(err)
		if !bytes.Equal(first[0].Content, later.Content) || !strings.Contains(string(later.Content), "<MndtId>"+m.Reference+"</MndtId>") {
			w.t.Error("written again it is another file")
		}
		if list := w.attempts(); len(list) != 1 || list[0].Status != debt.PaymentInFlight || list[0].ExpectedOn != debt.MustDate("2026-12-07") {
			w.t.Errorf("%+v", list)
		}
		w.write(func(tx *store.Tx) error { // a byte of what it says is another
			_, err := tx.Exec("UPDATE debits SET purpose = 'X' WHERE creditor_id = $1", w.creditor)
			return err
		})
		_, err = w.desk.File(ctx, w.creditor, first[0].Run.Message)
		debttest.WantKey(w.t, err, debt.Conflict, "run_changed")
		_, err = w.desk.File(ctx, w.creditor, "Q1")
		debttest.WantKey(w.t, err, debt.NotFound, "run_unknown")
	})
}

func TestWhatCameAnotherWayIsNotCollected(t *testing.T) {
	each(t, func(w *bench) {
		k := w.agree(w.given(mandate.Recurring, 0).ID, 2, "2026-12-07", 50_00)
		w.on("2026-12-03")
		w.transfer(30_00)
		files := w.collect("2026-12-07")
		if len(files) != 1 || files[0].Run.Sum != 20_00 {
			w.t.Fatalf("%+v", files)
		}
		w.transfer(1000_00)
		if files := w.collect("2027-01-07"); len(files) != 0 {
			w.t.Errorf("%d files for a claim that is paid", len(files))
		}
		if o := w.order(collection.Purpose(k.ID, 2, 1)); o.State != collection.Cancelled {
			w.t.Errorf("%+v", o)
		}
	})
}

// A file is made too late for the day that was told: the day moves, and is told anew.
func TestADayThatCannotBeReachedMovesAndIsTold(t *testing.T) {
	each(t, func(w *bench) {
		k := w.agree(w.given(mandate.Recurring, 0).ID, 1, "2026-12-07", 50_00)
		w.on("2026-12-07")
		files := w.collect("2026-12-31")
		if len(files) != 1 {
			w.t.Fatalf("%d files", len(files))
		}
		if l := w.lines(files[0])[0]; l.CollectOn != debt.MustDate("2026-12-09") {
			w.t.Errorf("collected on %s", l.CollectOn)
		}
		told := w.events(debt.PlanInstalmentDue)
		if len(told) != 2 || told[1].Data["collect_on"] != "2026-12-09" {
			w.t.Errorf("%+v", told)
		}
		if o := w.order(collection.Purpose(k.ID, 1, 1)); o.State != collection.Charged {
			w.t.Errorf("%+v", o)
		}
	})
}

func TestARunThatWasNotHandedInIsTakenBack(t *testing.T) {
	each(t, func(w *bench) {
		k := w.agree(w.given(mandate.Recurring, 0).ID, 2, "2026-12-07", 50_00)
		w.on("2026-12-03")
		f := w.collect("2026-12-07")[0]
		w.must(w.desk.Cancel(ctx, w.creditor, f.Run.Message))
		w.must(w.desk.Cancel(ctx, w.creditor, f.Run.Message))
		_, err := w.desk.File(ctx, w.creditor, f.Run.Message)
		debttest.WantKey(w.t, err, debt.Conflict, "run_not_closed")
		w.on("2026-12-04")
		if o := w.order(collection.Purpose(k.ID, 1, 1)); o.State != collection.Waiting {
			w.t.Errorf("%+v", o)
		}
		next := w.collect("2026-12-07")
		if len(next) != 1 || next[0].Run.Debits != 1 || next[0].Run.Message == f.Run.Message {
			w.t.Fatalf("%d files", len(next))
		}
		w.on("2026-12-07")
		debttest.WantKey(w.t, w.desk.Cancel(ctx, w.creditor, next[0].Run.Message), debt.Conflict, "run_late")
		w.moves(w.lines(next[0])[0], rail.Paid, "")
		if n := len(w.events(debt.PaymentFailedEvent)); n != 0 || w.balance().Total() != 950_00 {
			w.t.Errorf("%d events, %s", n, w.balance().Total())
		}
	})
}

// What a bank says of a debit before and after it was booked.
func TestAReasonDecidesOverRetryAndMandate(t *testing.T) {
	for reason, want := range map[string]struct{ again, lives bool }{
		"AM04": {true, true}, "MS03": {false, true}, "AC04": {false, false}, "MD01": {false, false}, "MD06": {false, false},
		"MS02": {false, false}, "SL01": {false, false}, "AG02": {false, true}, "MD07": {false, false},
	} {
		for _, late := range []bool{false, true} {
			name := reason
			if late {
				name += " after weeks"
			}
			t.Run(name, func(t *testing.T) {
				s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
				w := open(t, s, "koeln")
				m := w.given(mandate.Recurring, 0)
				k := w.agree(m.ID, 2, "2026-12-07", 50_00)
				w.on("2026-12-03")
				f := w.collect("2026-12-07")[0]
				l := w.lines(f)[0]
				w.on("2026-12-07")
				if late {
					w.moves(l, rail.Paid, "")
					w.on("2027-01-02")
					w.moves(l, rail.Withdrawn, reason)
					w.moves(l, rail.Withdrawn, reason)
				} else if x := w.hears(f, l, "RJCT", reason); x.Refused != 1 || x.Repeated != 0 {
					t.Errorf("%+v", x)
				} else if x := w.hears(f, l, "RJCT", reason); x.Repeated != 1 {
					t.Errorf("%+v", x)
				}
				if o := w.order(collection.Purpose(k.ID, 1, 1)); o.State != collection.Failed || o.Reason != reason {
					t.Errorf("%+v", o)
				}
				if o := w.order(collection.Purpose(k.ID, 1, 2)); (o.ID != "") != want.again && !late {
					t.Errorf("again %v", o.ID != "")
				}
				if lives := w.instrument(m.ID).State == rail.Usable; lives != want.lives {
					t.Errorf("the mandate lives: %v", lives)
				}
				if ended := w.mandate(m.ID).Over(); ended == want.lives {
					t.Errorf("the mandate is over: %v", ended)
				}
				if w.balance().Total() != 1000_00 {
					t.Errorf("%s open", w.balance().Total())
				}
				w.verified()
			})
		}
	}
}

func TestAReturnWaitsForItsCredit(t *testing.T) {
	each(t, func(w *bench) {
		w.agree(w.given(mandate.Recurring, 0).ID, 1, "2026-12-07", 50_00)
		w.on("2026-12-03")
		l := w.lines(w.collect("2026-12-07")[0])[0]
		w.on("2026-12-20")
		back := directdebit.Moved{Account: w.account, Kind: rail.Withdrawn, Amount: 50_00, On: w.today(), Reason: "MS03"}
		if _, err := w.desk.Book(ctx, w.creditor, l.EndToEnd, back); !errors.Is(err, booking.ErrEarly) {
			w.t.Errorf("%v", err)
		}
		w.moves(l, rail.Paid, "")
		w.moves(l, rail.Withdrawn, "MS03")
		if w.balance().Total() != 1000_00 {
			w.t.Errorf("%s", w.balance().Total())
		}
		if ok, err := w.desk.Book(ctx, w.creditor, "NOTPROVIDED", back); ok || err != nil {
			w.t.Errorf("%v %v", ok, err)
		}
	})
}

func TestWithoutACodeTheMandateIsGivenOnPaper(t *testing.T) {
	each(t, func(w *bench) {
		other := wish(mandate.Recurring, 0)
		other.Other = true
		m, err := w.desk.Give(ctx, w.who, other)
		w.must(err)
		if m.How != mandate.ByPaper || w.instrument(m.ID).State != rail.Pending {
			w.t.Errorf("%+v", m)
		}
		debttest.WantKey(w.t, w.desk.Confirm(ctx, w.who, m.ID, "123456"), debt.Expired, "one_time_expired")
		clerk := debt.Actor{Kind: "operator"}
		receive := func(reference string, on debt.Date) error {
			_, err := w.desk.Receive(ctx, w.creditor, reference, on, clerk)
			return err
		}
		debttest.WantKey(w.t, receive("QX", w.today()), debt.NotFound, "mandate_unknown")
		debttest.WantKey(w.t, receive(m.Reference, w.today().AddDays(1)), debt.Invalid, "date_invalid")
		w.must(receive(strings.ToLower(m.Reference[:4])+" "+m.Reference[4:], debt.MustDate("2026-11-20")))
		if m = w.mandate(m.ID); m.State != mandate.Active || m.SignedOn != debt.MustDate("2026-11-20") || w.instrument(m.ID).State != rail.Usable {
			w.t.Errorf("%+v", m)
		}
		debttest.WantKey(w.t, receive(m.Reference, w.today()), debt.Forbidden, "mandate_transition")
	})
}

func TestWhatIsNoMandateIsRefused(t *testing.T) {
	each(t, func(w *bench) {
		for key, change := range map[string]func(x *directdebit.Wish){
			"mandate_holder":       func(x *directdebit.Wish) { x.Holder = "  " },
			"mandate_iban":         func(x *directdebit.Wish) { x.IBAN = "DE02120300000000202052" },
			"mandate_iban_abroad":  func(x *directdebit.Wish) { x.IBAN = "CH9300762011623852957" },
			"mandate_iban_own":     func(x *directdebit.Wish) { x.IBAN = ours },
			"payment_amount_range": func(x *directdebit.Wish) { x.Amount = 1000_01 },
		} {
			x := wish(mandate.OneOff, 300_00)
			change(&x)
			_, err := w.desk.Give(ctx, w.who, x)
			debttest.WantKey(w.t, err, debt.Invalid, key)
		}
		w.transfer(1000_00)
		_, err := w.desk.Give(ctx, w.who, wish(mandate.OneOff, 1_00))
		debttest.WantKey(w.t, err, debt.Forbidden, "mandate_not_offered")
		bad := mandate.Account{Identifier: "DE00ZZZ09999999999", Holder: "X", CutOff: 1, Notice: 2}
		debttest.WantKey(w.t, w.desk.SetAccount(ctx, w.creditor, ours, bad), debt.Invalid, "mandate_identifier")
		bad.Identifier = "DE98ZZZ09999999999"
		debttest.WantKey(w.t, w.desk.SetAccount(ctx, w.creditor, theirs, bad), debt.NotFound, "bank_account_unknown")
	})
}

func TestARevokedMandateCollectsNothing(t *testing.T) {
	each(t, func(w *bench) {
		m := w.given(mandate.OneOff, 300_00)
		w.must(w.desk.Revoke(ctx, w.who, m.ID))
		w.must(w.desk.Revoke(ctx, w.who, m.ID))
		if files := w.collect("2026-12-31"); len(files) != 0 {
			w.t.Errorf("%d files", len(files))
		}
		if w.mandate(m.ID).State != mandate.Revoked || len(w.events(debt.MandateRevoked)) != 1 {
			w.t.Errorf("%+v", w.mandate(m.ID))
		}
		r := w.given(mandate.Recurring, 0)
		w.must(w.loop.Revoke(ctx, w.creditor, w.caseID, r.ID)) // by the page of stored ways to pay
		if w.mandate(r.ID).State != mandate.Revoked {
			w.t.Errorf("%+v", w.mandate(r.ID))
		}
	})
}

func TestAMandateLapsesAfterThreeYearsUnused(t *testing.T) {
	each(t, func(w *bench) {
		m := w.given(mandate.Recurring, 0)
		w.clock.Set(debt.MustDate("2029-11-22").Time().Add(12 * time.Hour))
		if n, err := w.desk.Expire(ctx, w.creditor); n != 0 || err != nil {
			w.t.Errorf("%d %v", n, err)
		}
		w.clock.Set(debt.MustDate("2029-11-23").Time().Add(12 * time.Hour))
		if n, err := w.desk.Expire(ctx, w.creditor); n != 1 || err != nil || w.mandate(m.ID).State != mandate.Expired || w.instrument(m.ID).State != rail.Dead {
			w.t.Errorf("%d %v %s", n, err, w.mandate(m.ID).State)
		}
		if n, err := w.desk.Expire(ctx, w.creditor); n != 0 || err != nil {
			w.t.Errorf("once more: %d %v", n, err)
		}
		told, list := w.events(debt.MandateRevoked), w.tasks()
		if len(told) != 1 || told[0].Data["reason"] != mandate.Lapsed || len(list) != 1 || list[0].Kind != payments.TaskMandate || list[0].Reason != mandate.Lapsed {
			w.t.Errorf("%+v %+v", told, list)
		}
		unconfirmed, err := w.desk.Give(ctx, w.who, wish(mandate.Recurring, 0)) // which is no news to anybody
		w.must(err)
		w.clock.Move(25 * time.Hour)
		if n, err := w.desk.Expire(ctx, w.creditor); n != 1 || err != nil || w.mandate(unconfirmed.ID).State != mandate.Expired || len(w.events(debt.MandateRevoked)) != 1 {
			w.t.Errorf("%d %v", n, err)
		}
	})
}

func TestACodeGoesToTheKnownAddressOnly(t *testing.T) {
	each(t, func(w *bench) {
		m, err := w.desk.Give(ctx, w.who, wish(mandate.OneOff, 300_00))
		w.must(err)
		w.read(func(r *store.Reader) error {
			list, err := outbox.List(r, outbox.Waiting, 9)
			if len(list) != 1 || list[0].Recipient != "mara@example.org" || list[0].Template != "mail_mandate_code" {
				w.t.Errorf("%+v", list)
			}
			return err
		})
		debttest.WantKey(w.t, w.desk.Resend(ctx, w.who, m.ID), debt.Forbidden, "one_time_too_many")
		w.clock.Move(11 * time.Minute)
		old := w.code()
		debttest.WantKey(w.t, w.desk.Confirm(ctx, w.who, m.ID, old), debt.Expired, "one_time_expired")
		w.must(w.desk.Resend(ctx, w.who, m.ID))
		w.must(w.desk.Confirm(ctx, w.who, m.ID, w.code()))
		stranger := directdebit.Who{Creditor: w.creditor, Case: store.NewID()}
		if _, err := w.desk.Mandate(ctx, w.creditor, stranger.Case, m.ID); debt.KindOf(err) != debt.NotFound {
			w.t.Errorf("another case sees it: %v", err)
		}
	})
}
