package debtor

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"

	"quitt/debt"
	"quitt/debt/mandate"
	"quitt/debt/rail"
	"quitt/payments/directdebit"
	"quitt/store"
	"quitt/store/contacts"
	"quitt/store/outbox"
	"quitt/store/rails"
	"quitt/store/storetest"
)

// collects lets the creditor collect himself.
func (t *till) collects() {
	t.Helper()
	ctx, creditor := context.Background(), t.visit.CreditorID
	t.pages.Debits = &directdebit.Desk{Store: t.store, Now: t.watch.Now, Keys: [][]byte{bytes.Repeat([]byte{5}, 32)}}
	t.must(t.store.Write(ctx, creditor, func(tx *store.Tx) error {
		return rails.AddAccount(tx, rails.Account{Account: rail.Account{ID: store.NewID(), CreditorID: creditor, Provider: rail.Bank, External: "DE41500105170123456789",
			Live: true, Methods: []debt.Method{debt.MethodTransfer}, CreatedAt: t.watch.Now()}})
	}))
	t.must(t.store.Write(ctx, creditor, func(tx *store.Tx) error { // to whom a code can be sent
		f, err := tx.LockOne(t.visit.CaseID)
		if err != nil {
			return err
		}
		d, err := tx.LoadDebtor(f.Case.DebtorID)
		if err != nil {
			return err
		}
		d.Email = "mara@example.org"
		return contacts.SaveDebtor(tx, t.visit.CaseID, d)
	}))
	t.must(t.pages.Debits.SetAccount(ctx, creditor, "DE41500105170123456789", mandate.Account{Identifier: "DE98ZZZ09999999999", Holder: "Praxis Köln", CutOff: 1, Notice: 2}))
}

// sentCode is the newest one in the outbox.
func (t *till) sentCode() (code string) {
	t.Helper()
	t.must(t.store.Read(context.Background(), t.visit.CreditorID, func(r *store.Reader) error {
		list, err := outbox.List(r, outbox.Waiting, 9)
		for _, m := range list {
			if m.Template == "mail_mandate_code" && code == "" {
				code = m.Args["code"]
			}
		}
		return err
	}))
	return code
}

// account names an account and gives where the mandate is.
func (t *till) account(fields ...string) string {
	t.Helper()
	res, body := t.send("/akte/lastschrift", append([]string{"holder", "Mara Muster", "iban", "DE02 1203 0000 0000 2020 51", "whose", "own"}, fields...)...)
	to := res.header.Get("Location")
	if res.code != http.StatusSeeOther || !strings.HasPrefix(to, "/akte/lastschrift/mandat?nr=") {
		t.Fatalf("the account is answered %d %s: %.300s", res.code, to, body)
	}
	return to
}

func TestASumIsPaidByAMandateToTheCreditor(t *testing.T) {
	eachTill(t, func(t *till) {
		t.collects()
		_, body := t.send("/akte/bezahlen/weiter", "amount", "all", "method", "direct_debit", "do", "go")
		t.holds(body, []string{"Per Lastschrift zahlen", "DE98ZZZ09999999999", `name="iban"`, "kostet Sie nichts"}, "Zahlungsdienst")
		res, body := t.send("/akte/lastschrift", "holder", "Mara", "iban", "DE02", "cents", "1000")
		if res.code != http.StatusUnprocessableEntity {
			t.Errorf("%d", res.code)
		}
		t.holds(body, []string{"Diese IBAN stimmt nicht", `value="DE02"`})
		at := t.account("cents", "1000")
		_, body = t.see(at)
		t.holds(body, []string{"Ich ermächtige Praxis Köln", "innerhalb von acht Wochen", "DE02 1203 0000 0000 2020 51", "QM", `name="code"`, "mindestens 2 Tage vorher"})
		id := strings.TrimPrefix(at, "/akte/lastschrift/mandat?nr=")
		res, body = t.send("/akte/lastschrift/bestaetigen", "nr", id, "code", t.sentCode())
		if res.code != http.StatusUnprocessableEntity {
			t.Errorf("without the box it is answered %d", res.code)
		}
		t.holds(body, []string{"setzen Sie das Häkchen"})
		if res, _ = t.send("/akte/lastschrift/bestaetigen", "nr", id, "code", t.sentCode(), "agree", "1"); res.code != http.StatusSeeOther {
			t.Fatalf("%d", res.code)
		}
		_, body = t.see(at)
		t.holds(body, []string{"Ihr Mandat gilt", "24.11.2026", "10,00", "… 2051"}, "DE02 1203 0000 0000 2020 51")
		_, body = t.see("/akte/bezahlen")
		t.holds(body, []string{"unterwegs"})
		res, body = t.see("/akte/lastschrift/pdf?nr=" + id)
		if res.header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(body, "%PDF") {
			t.Errorf("no PDF: %s", res.header.Get("Content-Type"))
		}
		_, body = t.send("/akte/lastschrift/widerrufen", "nr", id)
		t.holds(body, []string{"wirklich widerrufen"})
		t.send("/akte/lastschrift/widerrufen", "nr", id, "do", "go")
		_, body = t.see(at)
		t.holds(body, []string{"gilt nicht mehr"}, "Ja, Mandat widerrufen")
		for _, nr := range []string{string(store.NewID()), "", "x"} {
			if res, _ := t.see("/akte/lastschrift/mandat?nr=" + nr); res.code != http.StatusNotFound {
				t.Errorf("nobody's mandate is answered %d", res.code)
			}
		}
	})
}

func TestAPlanIsPaidByAMandateToTheCreditor(t *testing.T) {
	t.Run("sqlite", func(tt *testing.T) {
		t := newTill(tt, storetest.Open(tt, store.Options{URL: storetest.SQLite(tt)}))
		t.collects()
		if res, _ := t.see("/akte/lastschrift"); res.code != http.StatusSeeOther {
			t.Errorf("without a plan it is answered %d", res.code)
		}
		t.planned()
		res, _ := t.send(methodPath, "way", "new_direct_debit")
		if res.header.Get("Location") != "/akte/lastschrift" {
			t.Fatalf("the choice leads to %s", res.header.Get("Location"))
		}
		_, body := t.see("/akte/lastschrift")
		t.holds(body, []string{"Jetzt wird nichts abgebucht"})
		at := t.account("cents", "0")
		id := strings.TrimPrefix(at, "/akte/lastschrift/mandat?nr=")
		t.send("/akte/lastschrift/bestaetigen", "nr", id, "code", t.sentCode(), "agree", "1")
		if t.paidBy() != debt.MethodDirectDebit {
			t.Error("the plan is not paid by it")
		}
		t.send("/akte/lastschrift/widerrufen", "nr", id, "do", "go")
		if t.paidBy() != debt.MethodTransfer {
			t.Error("the plan is paid by a revoked mandate")
		}
		at = t.account("cents", "0", "whose", "other")
		_, body = t.see(at)
		t.holds(body, []string{"Mandat unterschreiben", "drucken"}, `name="code"`)
	})
}
