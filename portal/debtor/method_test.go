package debtor

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/plan"
	"quitt/debt/rail"
	"quitt/notifications/letter"
	"quitt/payments"
	"quitt/plans"
	"quitt/portal/page"
	"quitt/store"
	"quitt/store/rails"
	"quitt/store/storetest"
)

const (
	methodPath = "/akte/raten/zahlweise"
	savedPath  = methodPath + "/zurueck?nr="
)

func (t *till) must(err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (t *till) plans() plans.Desk {
	head := letter.Letterhead{Operator: page.SampleOperator(), Portal: "https://portal.example"}
	return plans.Desk{Store: t.store, Now: t.watch.Now, Compose: head.Paper}
}

// planned lets a plan run.
func (t *till) planned() {
	t.Helper()
	who := plans.Who{Creditor: t.visit.CreditorID, Case: t.visit.CaseID, By: debt.Actor{Kind: "debtor"}}
	o, err := t.plans().Prepare(context.Background(), who, plan.Wish{Instalment: 50_00, First: debt.DateIn(t.watch.Now(), debt.Berlin).AddDays(20), Rhythm: plan.Monthly})
	t.must(err)
	_, err = t.plans().Confirm(context.Background(), who, o.Plan.ID)
	t.must(err)
}

// paidBy gives how the plan is paid.
func (t *till) paidBy() debt.Method {
	t.Helper()
	v, err := t.plans().View(context.Background(), t.visit.CreditorID, t.visit.CaseID)
	t.must(err)
	return v.Plan.Method
}

// saves goes to the provider's page and gives the attempt.
func (t *till) saves(m debt.Method) debt.ID {
	t.Helper()
	res, body := t.send(methodPath+"/start", "method", string(m))
	address := res.header.Get("Location")
	if res.code != http.StatusSeeOther || !strings.HasPrefix(address, checkoutOrigin+"/cs_") {
		t.Fatalf("start answers %d %s: %.200s", res.code, address, body)
	}
	return debt.ID(strings.TrimPrefix(address, checkoutOrigin+"/cs_"))
}

// stored is the debtor who has done on the provider's page what is asked there.
func (t *till) stored(id debt.ID, m debt.Method, s rail.InstrumentState) {
	t.mu.Lock()
	defer t.mu.Unlock()
	f := t.facts["cs_"+string(id)]
	f.State, f.URL, f.Instrument = rail.Ready, "", &rail.Instrument{External: "pm_" + string(id), Method: m, Last4: "3000", State: s}
	t.facts["cs_"+string(id)] = f
	t.watch.Move(3 * time.Second)
}

func (t *till) instruments(caseID debt.ID) (list []rail.Instrument) {
	t.Helper()
	t.must(t.store.Read(context.Background(), t.visit.CreditorID, func(r *store.Reader) (err error) {
		list, err = rails.Instruments(r, caseID)
		return err
	}))
	return list
}

func TestAMandateIsSavedForAPlanChosenAndRevoked(t *testing.T) {
	eachTill(t, func(t *till) {
		if res, _ := t.see(methodPath); res.code != http.StatusSeeOther || res.header.Get("Location") != "/akte/raten" {
			t.Errorf("without a plan: %d", res.code)
		}
		t.planned()
		_, body := t.see(methodPath)
		t.holds(body, []string{`value="new_card"`, `value="new_direct_debit"`, `value="transfer" checked`}, methodPath+"/widerrufen")
		_, body = t.send(methodPath, "way", "new_direct_debit")
		t.holds(body, []string{"kasse.example", "mindestens 2 Tage vorher", "acht Wochen", "Jetzt wird nichts abgebucht.", "jederzeit hier widerrufen"})
		if t.calls != 0 {
			t.Errorf("the provider was asked %d times before anybody agreed", t.calls)
		}
		id := t.saves(debt.MethodDirectDebit)
		_, body = t.see("/akte/bezahlen")
		t.holds(body, []string{`value="card"`}, "Weiter zur begonnenen Zahlung")
		if res, _ := t.see("/akte/zahlung?nr=" + string(id)); res.header.Get("Location") != savedPath+string(id) {
			t.Errorf("the page of payments answers %d %s", res.code, res.header.Get("Location"))
		}
		t.stored(id, debt.MethodDirectDebit, rail.Usable)
		_, body = t.see(savedPath + string(id) + "&fertig=1")
		t.holds(body, []string{"Ihr Lastschriftmandat ist gespeichert", "auf 3000 endet", "Nächste Rate: 50,00"}, `http-equiv="refresh"`)
		if m := t.paidBy(); m != debt.MethodDirectDebit {
			t.Errorf("paid by %s", m)
		}
		t.decidesOtherwise(id)
		t.revokes()
	})
}

// decidesOtherwise: the page that says what was saved undoes no later choice.
func (t *till) decidesOtherwise(id debt.ID) {
	t.Helper()
	t.watch.Move(time.Minute)
	t.send(methodPath, "way", "transfer")
	_, body := t.see(savedPath + string(id) + "&fertig=1")
	t.holds(body, []string{"auf einem anderen Weg"})
	if m := t.paidBy(); m != debt.MethodTransfer {
		t.Errorf("a page shown again chose %s", m)
	}
	t.send(methodPath, "way", string(t.instruments(t.visit.CaseID)[0].ID))
	if m := t.paidBy(); m != debt.MethodDirectDebit {
		t.Errorf("chosen again: %s", m)
	}
}

func (t *till) revokes() {
	t.Helper()
	i := string(t.instruments(t.visit.CaseID)[0].ID)
	_, body := t.send(methodPath+"/widerrufen", "id", i)
	t.holds(body, []string{"Möchten Sie das Mandat widerrufen?", "Die Raten überweisen Sie dann selbst"})
	if t.instruments(t.visit.CaseID)[0].State != rail.Usable {
		t.Error("asking revokes")
	}
	_, body = t.send(methodPath+"/widerrufen", "id", i, "do", "go")
	t.holds(body, []string{"Das Mandat ist widerrufen", "/akte/raten/dauerauftrag"})
	if s, m := t.instruments(t.visit.CaseID)[0].State, t.paidBy(); s != rail.Dead || m != debt.MethodTransfer {
		t.Errorf("the mandate is %s, the plan paid by %s", s, m)
	}
	_, body = t.see(methodPath)
	t.holds(body, []string{`value="transfer" checked`}, i)
}

func TestWhatBecomesOfSavingIsSaid(t *testing.T) {
	for name, tc := range map[string]struct {
		then  func(t *till, id debt.ID)
		query string
		want  []string
	}{
		"left":          {func(*till, debt.ID) {}, "", []string{"Es ist noch nichts gespeichert", `href="/akte/raten/zahlweise"`}},
		"just back":     {func(*till, debt.ID) {}, "&fertig=1", []string{"Wir prüfen, ob es gespeichert ist", `content="5"`}},
		"no answer":     {func(t *till, _ debt.ID) { t.fail = payments.ErrOutcome }, "", []string{"Wir prüfen, ob es gespeichert ist"}},
		"failed":        {func(t *till, id debt.ID) { t.become(id, rail.Failed) }, "", []string{"Ihre Bank hat das abgelehnt", "gilt weiter wie bisher"}},
		"cancelled":     {func(t *till, id debt.ID) { t.become(id, rail.Cancelled) }, "", []string{"Sie haben das Speichern abgebrochen"}},
		"expired":       {func(t *till, id debt.ID) { t.become(id, rail.Expired) }, "&fertig=1", []string{"nicht mehr offen"}},
		"not confirmed": {func(t *till, id debt.ID) { t.stored(id, debt.MethodCard, rail.Pending) }, "", []string{"muss das Mandat noch bestätigen"}},
		"dead":          {func(t *till, id debt.ID) { t.stored(id, debt.MethodCard, rail.Dead) }, "", []string{"Davon kann nichts abgebucht werden"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
			w := newTill(t, s)
			w.planned()
			id := w.saves(debt.MethodCard)
			tc.then(w, id)
			w.watch.Move(3 * time.Second)
			res, body := w.see(savedPath + string(id) + tc.query)
			if res.code != http.StatusOK {
				t.Fatalf("%d", res.code)
			}
			w.holds(body, tc.want)
			if m := w.paidBy(); m != debt.MethodTransfer {
				t.Errorf("paid by %s", m)
			}
		})
	}
}

func TestWhyNothingCanBeSavedIsSaid(t *testing.T) {
	w := newTill(t, storetest.Open(t, store.Options{URL: storetest.SQLite(t)}))
	w.planned()
	for _, err := range []error{payments.ErrBusy, payments.ErrKey} {
		w.fail = err
		if res, body := w.send(methodPath+"/start", "method", "card"); res.code != http.StatusServiceUnavailable || !strings.Contains(body, `role="alert"`) {
			t.Errorf("%v: %d", err, res.code)
		}
	}
	w.fail = payments.ErrOutcome
	res, _ := w.send(methodPath+"/start", "method", "card")
	if to := res.header.Get("Location"); !strings.HasPrefix(to, savedPath) {
		t.Errorf("an unknown outcome leads to %q", to)
	}
	w.fail = nil
	if res, _ := w.send(methodPath+"/start", "method", "cash"); res.header.Get("Location") != methodPath {
		t.Errorf("no such method: %d", res.code)
	}
}

func TestOneCaseOpensNoEndOfPages(t *testing.T) {
	w := newTill(t, storetest.Open(t, store.Options{URL: storetest.SQLite(t)}))
	w.planned()
	var res reply
	for range payments.StartsADay + 1 {
		w.watch.Move(2 * time.Minute)
		if res, _ = w.send(methodPath+"/start", "method", "card"); res.code != http.StatusSeeOther {
			break
		}
		w.become(debt.ID(strings.TrimPrefix(res.header.Get("Location"), checkoutOrigin+"/cs_")), rail.Expired)
		w.watch.Move(3 * time.Second)
		w.see(strings.Replace(res.header.Get("Location"), checkoutOrigin+"/cs_", savedPath, 1))
	}
	if res.code != http.StatusForbidden {
		t.Errorf("after %d pages: %d", payments.StartsADay, res.code)
	}
}

// What another case has saved is none here, in every form that names one.
func TestACardOfAnotherCaseIsNone(t *testing.T) {
	eachTill(t, func(t *till) {
		t.planned()
		id := t.saves(debt.MethodCard)
		t.stored(id, debt.MethodCard, rail.Usable)
		t.see(savedPath + string(id))
		mine, own := t.visit.CaseID, t.instruments(t.visit.CaseID)[0]
		f := storetest.File(t.visit.CreditorID, "R2")
		t.must(t.store.Write(context.Background(), t.visit.CreditorID, func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) }))
		t.visit.CaseID = f.File.Case.ID
		t.planned()
		ask := func(i debt.ID) (int, string) {
			res, body := t.send(methodPath+"/widerrufen", "id", string(i), "do", "go")
			return res.code, body
		}
		unknown, said := ask(store.NewID())
		if got, body := ask(own.ID); got != unknown || body != said || got != http.StatusNotFound {
			t.Errorf("revoking another's card answers %d, one of nobody %d", got, unknown)
		}
		t.send(methodPath, "way", string(own.ID))
		if m := t.paidBy(); m != debt.MethodTransfer {
			t.Errorf("paid from another's card")
		}
		for _, nr := range []debt.ID{id, store.NewID(), "x"} {
			if res, _ := t.see(savedPath + string(nr)); res.code != http.StatusNotFound {
				t.Errorf("the page of %q: %d", nr, res.code)
			}
		}
		if t.instruments(mine)[0].State != rail.Usable {
			t.Error("the other's card is gone")
		}
	})
}
