package portal

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/rails"
)

// saved keeps a card for a case as the provider's page does, and gives the attempt and the card.
func (w *world) saved(f *dossier) (attempt, card debt.ID) {
	w.t.Helper()
	ctx, now := context.Background(), w.clock.Now()
	w.must(w.store.Write(ctx, f.of.ID, func(t *store.Tx) error {
		acc, err := rails.OpenAccount(&t.Reader)
		if err != nil {
			return err
		}
		a := rail.Attempt{ID: store.NewID(), CaseID: f.caseID, AccountID: acc.ID, Kind: rail.Setup, Method: debt.MethodCard, Save: true,
			Status: debt.PaymentSucceeded, StartedAt: now, ExpiresAt: now.Add(rail.Page)}
		i := rail.Instrument{ID: store.NewID(), CaseID: f.caseID, Account: acc.ID, External: "pm_" + string(a.ID), Method: debt.MethodCard,
			Last4: "4242", State: rail.Usable, SavedBy: a.ID, SavedAt: now}
		attempt, card = a.ID, i.ID
		if err := rails.AddAttempt(t, a); err != nil {
			return err
		}
		_, err = rails.SaveInstrument(t, i)
		return err
	}))
	return attempt, card
}

// A card that others saved is no different from one nobody has: it is not shown, chosen or
// revoked. One's own is.
func TestCardsOfOthersAreThoseOfNobody(t *testing.T) {
	w := sqlWorld(t)
	st := watch(t, w, nil)
	mine, theirs := w.tenants[0].files[otherCase], w.tenants[1].files[otherCase]
	attempt, card := w.saved(mine)
	foreign, strange := w.saved(theirs)
	_, neighbour := w.saved(w.tenants[0].files[plainCase])
	own := &role{name: "whose plan it is", cookie: w.in(mine, access.FullView), file: mine, tier: access.FullView, lang: "de"}
	const path = "/akte/raten/zahlweise"
	ask := func(field, path string, id debt.ID) told {
		return st.ask(probe{role: own, method: http.MethodPost, path: path, form: url.Values{field: {string(id)}, "do": {"go"}}, note: "the card of another"})
	}
	nobody := store.NewID()
	for _, id := range []debt.ID{strange, neighbour} {
		for field, path := range map[string]string{"id": path + "/widerrufen", "way": path} {
			if a, want := ask(field, path, id), ask(field, path, nobody); a.String() != want.String() {
				t.Errorf("%s: %s", path, difference(want.String(), a.String()))
			}
		}
	}
	for _, nr := range []debt.ID{foreign, w.tenants[0].files[plainCase].attempt, mine.attempt} { // the last is a payment
		if a, want := st.byNumber(own, path+"/zurueck", string(nr)), st.byNumber(own, path+"/zurueck", string(nobody)); a.String() != want.String() {
			t.Errorf("number: %s", difference(want.String(), a.String()))
		}
	}
	a, err := st.send(probe{role: own, method: http.MethodGet, path: path + "/zurueck", query: url.Values{"nr": {string(attempt)}}})
	if err != nil || a.status != http.StatusOK || !strings.Contains(a.body, "Ihre Karte ist gespeichert") {
		t.Errorf("the own card is answered %d %v", a.status, err)
	}
	if a := ask("id", path+"/widerrufen", card); a.status != http.StatusOK {
		t.Errorf("the own card is not revoked: %d", a.status)
	}
	for _, k := range []struct {
		of   *dossier
		id   debt.ID
		want rail.InstrumentState
	}{{mine, card, rail.Dead}, {theirs, strange, rail.Usable}, {mine, neighbour, rail.Usable}} {
		w.must(w.store.Read(context.Background(), k.of.of.ID, func(r *store.Reader) error {
			i, err := rails.LoadInstrument(r, k.id)
			if err == nil && i.State != k.want {
				t.Errorf("a card is %s, want %s", i.State, k.want)
			}
			return err
		}))
	}
	for _, fault := range st.found() {
		t.Error(fault)
	}
}
