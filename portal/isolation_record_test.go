package portal

import (
	"fmt"
	"net/url"

	"quitt/debt"
	"quitt/debt/staff"
)

// askedFor fills in a page about a case: by the reference that stands on its letters, and by one
// that no case has where the case does not exist.
func askedFor(f *dossier) url.Values {
	nr := "2026-999999"
	if f.of.files[f.key].caseID == f.caseID {
		nr = fmt.Sprintf("2026-%06d", 730011+f.n*7)
	}
	return url.Values{"nr": {nr}}
}

// aboutCase asks with a query, decidedOn with a form; more is what the page is about in the case.
func aboutCase(more func(f *dossier) debt.ID) func(*dossier) (query, form url.Values) {
	return func(f *dossier) (query, form url.Values) {
		query = askedFor(f)
		if more != nil {
			query.Set("id", string(more(f)))
		}
		return query, nil
	}
}

func decidedOn(more func(f *dossier) debt.ID) func(*dossier) (query, form url.Values) {
	return func(f *dossier) (query, form url.Values) {
		form, _ = aboutCase(more)(f)
		return nil, form
	}
}

func documentOf(f *dossier) debt.ID { return f.document }
func planOf(f *dossier) debt.ID     { return f.plan }

func init() {
	const at = "/verwaltung/akte"
	see := func(path string, right staff.Right, more func(f *dossier) debt.ID, answers ...int) {
		staffTable["GET "+path] = expected{who: Staff, right: right, ask: aboutCase(more), answers: answers}
	}
	// A form without a version was made from no case that there is: nobody decides by it.
	decide := func(name string, right staff.Right, more func(f *dossier) debt.ID, answers ...int) {
		see(at+"/"+name, right, more, answers...)
		if answers == nil {
			answers = []int{409, 422}
		}
		staffTable["POST "+at+"/"+name] = expected{who: Staff, right: right, ask: decidedOn(more), answers: answers}
	}
	see(at, staff.See, nil)
	see(at+"/brief", staff.See, nil, 404)
	see(at+"/brief/pdf", staff.See, nil, 404)
	see(at+"/vorschau", staff.See, documentOf, 200, 404) // none could be made of some
	see(at+"/original", staff.Act, documentOf, 200, 404)
	for name, right := range map[string]staff.Right{"ruhe": staff.Act, "zahlung": staff.Act, "korrektur": staff.Decide, "ende": staff.Decide, "erstattung": staff.Decide, "angebot": staff.Decide, "code": staff.Act,
		"notiz": staff.Act, "nachricht": staff.Act, "mandat": staff.Act, "annehmen": staff.Act, "ablehnen": staff.Decide, "inkasso": staff.Act, "mahnverfahren": staff.Decide} {
		decide(name, right, nil)
	}
	for _, name := range []string{"einwand", "nachweis", "meldung", "vollmacht"} { // there is none in this case
		decide(name, staff.Act, nil, 404)
	}
	decide("plan", staff.Decide, planOf, 404)
	staffTable["GET /verwaltung/entscheidungen"] = expected{who: Staff, right: staff.Act}
	staffTable["POST /verwaltung/entscheidungen/erledigt"] = expected{who: Staff, right: staff.Act, answers: []int{422}} // without an id
	staffTable["GET /verwaltung/regeln/briefe"] = expected{who: Staff, right: staff.Rules}
	staffTable["POST /verwaltung/regeln/briefe"] = expected{who: Staff, right: staff.Rules, answers: []int{409}} // made from no version
	staffTable["GET /verwaltung/regeln/ablauf"] = expected{who: Staff, right: staff.Rules}
	staffTable["GET /verwaltung/regeln/kontakt"] = expected{who: Staff, right: staff.Rules}
	for _, name := range []string{"wege", "mahnen", "kontakt"} { // made from no version
		staffTable["POST /verwaltung/regeln/"+name] = expected{who: Staff, right: staff.Rules, answers: []int{409}}
	}
	staffTable["GET /verwaltung/regeln"] = expected{who: Staff, right: staff.Rules}
	for _, name := range []string{"raten", "fristen", "vergleich"} {
		staffTable["POST /verwaltung/regeln/"+name] = expected{who: Staff, right: staff.Rules, answers: []int{409, 422}}
	}
}
