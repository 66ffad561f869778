package portal

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/mandate"
	"quitt/debt/rail"
	"quitt/payments/directdebit"
	"quitt/store"
	"quitt/store/rails"
)

// permits gives a mandate on paper for a case and its id.
func (w *world) permits(f *dossier, iban string) debt.ID {
	w.t.Helper()
	ctx, desk := context.Background(), directdebit.Desk{Store: w.store, Now: w.clock.Now}
	w.must(w.store.Write(ctx, f.of.ID, func(t *store.Tx) error {
		list, err := rails.BankAccounts(&t.Reader)
		if err != nil || len(list) > 0 {
			return err
		}
		return rails.AddAccount(t, rails.Account{Account: rail.Account{ID: store.NewID(), CreditorID: f.of.ID, Provider: rail.Bank, External: iban, Live: true,
			Methods: []debt.Method{debt.MethodTransfer}, CreatedAt: w.clock.Now()}})
	}))
	w.must(desk.SetAccount(ctx, f.of.ID, iban, mandate.Account{Identifier: "DE98ZZZ09999999999", Holder: "Praxis", CutOff: 1, Notice: 2}))
	m, err := desk.Give(ctx, directdebit.Who{Creditor: f.of.ID, Case: f.caseID, Language: "de"},
		directdebit.Wish{Holder: "Mara Muster", IBAN: "DE02120300000000202051", Kind: mandate.Recurring})
	w.must(err)
	return m.ID
}

// A mandate that others gave is no different from one nobody gave: it is not shown, printed,
// confirmed or revoked. One's own is.
func TestMandatesOfOthersAreThoseOfNobody(t *testing.T) {
	w := sqlWorld(t)
	st := watch(t, w, nil)
	mine, theirs, next := w.tenants[0].files[otherCase], w.tenants[1].files[otherCase], w.tenants[0].files[plainCase]
	own := w.permits(mine, "DE41500105170123456789")
	foreign := []debt.ID{w.permits(theirs, "DE89370400440532013000"), w.permits(next, "DE41500105170123456789")}
	r := &role{name: "whose mandate it is", cookie: w.in(mine, access.FullView), file: mine, tier: access.FullView, lang: "de"}
	post := func(path string, id debt.ID) told {
		return st.ask(probe{role: r, method: http.MethodPost, path: path, note: "the mandate of another",
			form: url.Values{"nr": {string(id)}, "do": {"go"}, "code": {"123456"}, "agree": {"1"}}})
	}
	const path = "/akte/lastschrift"
	nobody := store.NewID()
	for _, id := range foreign {
		for _, p := range []string{"/mandat", "/pdf"} {
			if a, want := st.byNumber(r, path+p, string(id)), st.byNumber(r, path+p, string(nobody)); a.String() != want.String() {
				t.Errorf("%s: %s", p, difference(want.String(), a.String()))
			}
		}
		for _, p := range []string{"/bestaetigen", "/code", "/papier", "/widerrufen"} {
			if a, want := post(path+p, id), post(path+p, nobody); a.String() != want.String() {
				t.Errorf("%s: %s", p, difference(want.String(), a.String()))
			}
		}
	}
	a, err := st.send(probe{role: r, method: http.MethodGet, path: path + "/mandat", query: url.Values{"nr": {string(own)}}})
	if err != nil || a.status != http.StatusOK || !strings.Contains(a.body, "Mara Muster") {
		t.Errorf("the own mandate is answered %d %v", a.status, err)
	}
	if a := post(path+"/widerrufen", own); a.status != http.StatusSeeOther {
		t.Errorf("the own mandate is not revoked: %d", a.status)
	}
	desk := directdebit.Desk{Store: w.store, Now: w.clock.Now}
	for _, k := range []struct {
		of   *dossier
		id   debt.ID
		want mandate.State
	}{{mine, own, mandate.Revoked}, {theirs, foreign[0], mandate.Pending}, {next, foreign[1], mandate.Pending}} {
		if m, err := desk.Mandate(context.Background(), k.of.of.ID, k.of.caseID, k.id); err != nil || m.State != k.want {
			t.Errorf("a mandate is %s, want %s: %v", m.State, k.want, err)
		}
	}
	for _, fault := range st.found() {
		t.Error(fault)
	}
}
