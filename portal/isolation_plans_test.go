package portal

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/plan"
	"quitt/plans"
	"quitt/plans/revocation"
	"quitt/portal/debtor/instalments"
	"quitt/portal/page"
	"quitt/store"
	kept "quitt/store/plans"
)

func (w *world) planDesk() plans.Desk {
	return plans.Desk{Store: w.store, Now: w.clock.Now, Compose: w.letters().Letterhead.Paper}
}

func (w *world) instalments() *instalments.Pages {
	return &instalments.Pages{Kit: &page.Kit{Operator: page.SampleOperator()}, Cases: w.cases, Desk: w.planDesk(), Order: w.letters().Letterhead.StandingOrder,
		Revocations: revocation.Desk{Store: w.store, Now: w.clock.Now}, Portal: "https://portal.example"}
}

// beginPlans lets a plan run for one case of each creditor, and one be proposed for another.
func (w *world) beginPlans() {
	for _, k := range w.tenants {
		for key, propose := range map[string]bool{otherCase: false, strangeCase: true} {
			f := k.files[key]
			who := plans.Who{Creditor: k.ID, Case: f.caseID, By: debt.Actor{Kind: "debtor"}}
			wish := plan.Wish{Instalment: 311_03 + debt.Cents(f.n)*1_19, First: debt.DateIn(w.clock.Now(), debt.Berlin).AddDays(20), Rhythm: plan.Monthly}
			if propose {
				p, err := w.planDesk().Propose(context.Background(), who, plans.Proposal{Wish: wish, Reason: "income", Note: debt.Personal(f.mark("PlanNote"))})
				w.must(err)
				f.plan = p.ID
			} else {
				o, err := w.planDesk().Prepare(context.Background(), who, wish)
				w.must(err)
				_, err = w.planDesk().Confirm(context.Background(), who, o.Plan.ID)
				w.must(err)
				f.plan = o.Plan.ID
			}
			w.zoo.word(k, f, never, string(f.plan), f.mark("PlanNote"))
			w.zoo.feeds(string(f.plan))
			w.zoo.cents(f, inFull, wish.Instalment)
		}
	}
}

// wantedOfPlan: a form without answers, of a case without a plan.
func wantedOfPlan(r *role, path string) (int, string) {
	switch path {
	case "/akte/raten/neu":
		return 200, "" // asks for what is missing
	case "/akte/raten/leistbar", "/akte/raten/vorbereiten", "/akte/raten/vorschlag":
		if r.barred {
			return 200, ""
		}
		return 422, ""
	case "/akte/raten/abschliessen", "/akte/raten/antwort":
		return 404, "" // names no plan
	}
	return 303, "/akte/raten" // of plans that run
}

// plansOfOthers names the plans of others in every form that names one: they are no different
// from a plan nobody has, and nothing happens to them.
func (st *watched) plansOfOthers(t *testing.T) {
	t.Helper()
	forms := map[string]url.Values{
		"/akte/raten/abschliessen": {}, "/akte/raten/beenden": {}, "/akte/raten/aendern": {"kind": {"skip"}, "do": {"go"}, "version": {"1"}},
		"/akte/raten/antwort": {"do": {"withdraw"}}, "/akte/raten/verzug": {"note": {"x"}}, "/akte/raten/zahlweise": {"way": {"transfer"}},
	}
	for _, r := range st.roles {
		if !r.living() || r.tier < access.FullView {
			continue
		}
		for path, fields := range forms {
			ask := func(id debt.ID) told {
				form := url.Values{"plan": {string(id)}}
				for k, v := range fields {
					form[k] = v
				}
				return st.ask(probe{role: r, method: http.MethodPost, path: path, form: form, note: "the plan of another"})
			}
			missing := ask(store.NewID())
			st.each(func(f *dossier) {
				if f.plan == "" {
					return
				}
				if a := ask(f.plan); a.String() != missing.String() {
					st.fault("%s as %s: the plan of another: %s", path, r.name, difference(missing.String(), a.String()))
				}
			})
		}
	}
	st.each(func(f *dossier) {
		if f.plan == "" {
			return
		}
		st.must(st.store.Read(context.Background(), f.of.ID, func(t *store.Reader) error {
			k, err := kept.Load(t, f.plan)
			if err == nil && k.State != debt.PlanActive && k.State != debt.PlanOpen {
				st.fault("the plan of %s is %s", f.key, k.State)
			}
			return err
		}))
	})
	st.ownPlans(t)
}

// ownPlans is the proof that there is something to hide: whose plan it is sees it.
func (st *watched) ownPlans(t *testing.T) {
	t.Helper()
	for _, k := range st.tenants {
		for key, want := range map[string]string{otherCase: "Ihr Ratenplan", strangeCase: "Ihr Vorschlag ist eingegangen"} {
			f := k.files[key]
			own := &role{name: "whose plan it is", cookie: st.in(f, access.FullView), file: f, tier: access.FullView, lang: "de"}
			a, err := st.send(probe{role: own, method: http.MethodGet, path: "/akte/raten"})
			if err != nil || a.status != 200 || !strings.Contains(a.body, want) {
				t.Errorf("%s: %d %v lacks %q", key, a.status, err, want)
			}
			for _, path := range []string{"/akte/raten/kalender", "/akte/raten/dauerauftrag", "/akte/raten/dauerauftrag/pdf"} {
				if a, err = st.send(probe{role: own, method: http.MethodGet, path: path}); err != nil || key == otherCase && a.status != 200 {
					t.Errorf("%s: %d %v", path, a.status, err)
				}
			}
		}
	}
}
