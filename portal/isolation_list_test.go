package portal

import (
	"net/url"

	"quitt/debt/staff"
)

// The ways of the lists. A case is named in an address where a page begins behind it, and in
// the form that chooses many.
func init() {
	for name, e := range map[string]expected{
		"GET /verwaltung/aufgaben": {who: Staff, right: staff.See, answers: []int{404}},
		"GET /verwaltung/akten": {who: Staff, right: staff.See, ask: func(f *dossier) (query, form url.Values) {
			return url.Values{"nach": {string(f.caseID)}}, nil
		}},
		"POST /verwaltung/akten/suche":             {who: Staff, right: staff.See, answers: []int{422}},
		"POST /verwaltung/akten/ansicht":           {who: Staff, right: staff.See, answers: []int{422}},
		"POST /verwaltung/akten/ansicht/entfernen": {who: Staff, right: staff.See, answers: []int{404}},
		"GET /verwaltung/akten/export":             {who: Staff, right: staff.Export, answers: []int{400}},
		"GET /verwaltung/akten/sammeln":            {who: Staff, right: staff.Act},
		"POST /verwaltung/akten/sammeln": {who: Staff, right: staff.Act, answers: []int{303}, ask: func(f *dossier) (query, form url.Values) {
			return nil, url.Values{"aktion": {"hold"}, "akte": {string(f.caseID)}}
		}},
		"POST /verwaltung/akten/sammeln/starten": {who: Staff, right: staff.Act, answers: []int{404}},
		"POST /verwaltung/akten/sammeln/zurueck": {who: Staff, right: staff.Act, answers: []int{404}},
	} {
		staffTable[name] = e
	}
}
