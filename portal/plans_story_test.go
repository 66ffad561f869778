package portal

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/payments"
	"quitt/plans"
)

// story is a plan over months: the clock moves, the loops look, and its debtor comes back.
type story struct {
	*watched
	t *testing.T
	f *dossier
}

// on moves the clock to a day and lets everything that happened by then have its effect.
func (s story) on(day debt.Date) {
	s.t.Helper()
	s.clock.Set(day.Time().Add(9 * time.Hour))
	keeper := plans.Keeper{Desk: s.planDesk()}
	for range 3 {
		_, err := s.store.Sequence(context.Background(), s.f.of.ID)
		s.must(err)
		_, err = keeper.Follow(context.Background(), s.f.of.ID)
		s.must(err)
		_, err = keeper.Due(context.Background(), s.f.of.ID)
		s.must(err)
	}
}

// shows asks for the overview in both languages with a letter of the day.
func (s story) shows(german, english string) string {
	s.t.Helper()
	var err error
	s.f.letter, err = s.desk.Issue(context.Background(), s.f.of.ID, s.f.caseID)
	s.must(err)
	cookie, german1 := s.in(s.f, access.FullView), ""
	for lang, want := range map[string]string{"de": german, "en": english} {
		r := &role{name: "the debtor", cookie: cookie, file: s.f, tier: access.FullView, lang: lang}
		a, err := s.send(probe{role: r, method: http.MethodGet, path: "/akte/raten"})
		if err != nil || a.status != http.StatusOK || !strings.Contains(a.body, want) {
			s.t.Errorf("%s: %d %v lacks %q:\n%s", lang, a.status, err, want, a.body)
		}
		if lang == "de" {
			german1 = a.body
		}
	}
	return german1
}

func TestAPlanIsMissedLapsesAndLivesAgain(t *testing.T) {
	w := sqlWorld(t)
	s := story{watch(t, w, nil), t, w.tenants[0].files[otherCase]}
	v, err := s.planDesk().View(context.Background(), s.f.of.ID, s.f.caseID)
	w.must(err)
	first := v.Plan.Schedule.Instalments[0].DueOn
	second := v.Plan.Schedule.Instalments[1].DueOn

	s.on(first.AddDays(10))
	s.shows("Eine Rate ist noch nicht da", "An instalment is not here yet")

	s.on(second.AddDays(12))
	page := s.shows("Zwei Raten fehlen", "Two instalments are missing")
	for _, way := range []string{"/akte/raten/verzug", "/akte/bezahlen", "/hilfe"} {
		if !strings.Contains(page, way) {
			t.Errorf("at risk: no way to %s", way)
		}
	}

	s.on(second.AddDays(45))
	page = s.shows("gilt nicht mehr", "no longer holds")
	if !strings.Contains(page, "/akte/raten/neu") || strings.Contains(page, "/akte/raten/beenden") {
		t.Error("lapsed: a new plan is possible, and there is none to end")
	}

	v, err = s.planDesk().View(context.Background(), s.f.of.ID, s.f.caseID)
	w.must(err)
	_, err = payments.Desk{Store: w.store, Now: w.clock.Now}.Book(context.Background(), s.f.of.ID, debt.Payment{CaseID: s.f.caseID, Method: debt.MethodTransfer,
		Source: "bank", ExternalID: "caught up", Amount: v.Progress.Arrears, ReceivedOn: debt.DateIn(w.clock.Now(), debt.Berlin)})
	w.must(err)
	s.on(debt.DateIn(w.clock.Now(), debt.Berlin))
	page = s.shows("Ihr Ratenplan", "Your instalment plan")
	if strings.Contains(page, "gilt nicht mehr") || !strings.Contains(page, "/akte/raten/aendern") {
		t.Error("caught up: the plan goes on")
	}
}

// Two windows: what was ended in one is not changed in the other, and says so.
func TestTwoWindowsAreToldTheSame(t *testing.T) {
	w := sqlWorld(t)
	st := watch(t, w, nil)
	f := w.tenants[0].files[otherCase]
	own := &role{name: "the debtor", cookie: w.in(f, access.FullView), file: f, tier: access.FullView, lang: "de"}
	send := func(path string, form url.Values) told {
		a, err := st.send(probe{role: own, method: http.MethodPost, path: path, form: form})
		w.must(err)
		return a
	}
	look := url.Values{"kind": {"skip"}, "do": {"show"}, "version": {"0"}}
	if a := send("/akte/raten/aendern", look); a.status != 200 || !strings.Contains(a.body, "Ihr neuer Plan") {
		t.Fatalf("%d", a.status)
	}
	look.Set("do", "go") // of a version that is not the plan's: shown once more, and nothing done
	if a := send("/akte/raten/aendern", look); a.status != 200 || !strings.Contains(a.body, "Ihr neuer Plan") {
		t.Errorf("an old version: %d", a.status)
	}
	if a := send("/akte/raten/beenden", url.Values{"plan": {string(f.plan)}}); a.status != 200 || !strings.Contains(a.body, "beendet") {
		t.Fatalf("%d", a.status)
	}
	for path, form := range map[string]url.Values{"/akte/raten/aendern": look, "/akte/raten/beenden": {"plan": {string(f.plan)}}} {
		if a := send(path, form); a.status != 303 || a.raw.Get("Location") != "/akte/raten" {
			t.Errorf("%s: %d %s", path, a.status, a.raw.Get("Location"))
		}
	}
	if a := send("/akte/raten/abschliessen", url.Values{"plan": {string(f.plan)}}); a.status < 400 || a.status >= 500 || !strings.Contains(a.body, "nichts vereinbart") {
		t.Errorf("agreeing to what has ended: %d", a.status)
	}
}
