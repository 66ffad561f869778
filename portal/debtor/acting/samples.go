package acting

import (
	"time"

	"quitt/cases/signin/authority"
	"quitt/debt"
	rules "quitt/debt/authority"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
	"quitt/portal/text"
	"quitt/store/authorities"
)

var sampleAt = time.Date(2026, time.November, 18, 9, 20, 0, 0, time.UTC)

// SampleActing is a debt adviser who may see and negotiate.
func SampleActing() rules.Acting {
	return rules.Acting{Representative: "r", Authority: "a1", Scopes: []rules.Scope{rules.Read, rules.Negotiate},
		Name: "Schuldnerberatung Köln-Nord, Irena Kowalczyk", Client: "Aylin Mustermann"}
}

// Samples shows the pages in their states.
func Samples() []page.Sample {
	return append(append(listSamples(), claimSamples()...), doorSamples()...)
}

func sampleGiven() []authorities.Record {
	given := func(id debt.ID, who authorities.Who, kind rules.Kind, state rules.State) authorities.Record {
		return authorities.Record{Who: who, Authority: rules.Authority{ID: id, Kind: kind, State: state, MadeAt: sampleAt,
			Scopes: []rules.Scope{rules.Read, rules.Negotiate}, Until: debt.MustDate("2027-11-18")}}
	}
	adviser := given("a1", authorities.Who{Name: SampleActing().Name, Email: "kowalczyk@schuldnerberatung-koeln-nord.example"}, rules.Adviser, rules.Active)
	adviser.LastAccessAt = sampleAt.Add(50 * time.Hour)
	lawyer := given("a2", authorities.Who{Name: "Rechtsanwältin Dr. Hülya Aksoy", Email: "aksoy@kanzlei.example"}, rules.Lawyer, rules.Invited)
	lawyer.Scopes = rules.Scopes()
	guardian := given("a3", authorities.Who{Name: "Jörg Petersen", Email: "petersen@betreuung.example"}, rules.Guardian, rules.Claimed)
	sister := given("a4", authorities.Who{Name: "Derya Mustermann", Email: "derya@example.org"}, rules.Relative, rules.Revoked)
	sister.EndedAt = sampleAt.AddDate(0, 0, -2)
	return []authorities.Record{adviser, lawyer, guardian, sister}
}

func listSamples() []page.Sample {
	one := func(name string, known []authorities.Record, said func(page.Base) (room.Fields, shown)) page.Sample {
		return ofCase("acting-"+name, managing, func(s room.Scene) ([]byte, error) {
			f, what := said(s.Base)
			return listHTML.HTML(newList(s, known, f, what))
		})
	}
	silent := func(page.Base) (room.Fields, shown) { return room.Fields{}, shown{} }
	return []page.Sample{
		one("list", sampleGiven(), silent),
		one("list-nobody", nil, silent),
		one("list-refused", sampleGiven()[:1], func(b page.Base) (room.Fields, shown) {
			return typed("kowalczyk(at)beratung"), shown{mistake: b.Words.Error(debt.E(debt.Invalid, "authority_email", nil))}
		}),
		one("invited", sampleGiven()[1:2], func(page.Base) (room.Fields, shown) {
			return room.Fields{}, shown{code: "7K3M-Q9XR-4TVB-2HPD"}
		}),
	}
}

// typed is the form as somebody has filled it.
func typed(email string) room.Fields {
	return room.Fields{Values: page.Values{"name": {"Irena Kowalczyk"}, "email": {email}, "kind": {string(rules.Guardian)},
		"scope": {string(rules.Negotiate)}, "until-day": {"30"}, "until-month": {"6"}, "until-year": {"2027"}}}
}

func claimSamples() []page.Sample {
	one := func(name string, change func(room.Scene) ClaimPage) page.Sample {
		return ofCase("acting-claim"+name, claiming, func(s room.Scene) ([]byte, error) { return claimHTML.HTML(change(s)) })
	}
	proof := func(s room.Scene) ClaimPage {
		out := newClaim(s, room.Fields{}, "")
		out.Told = true
		return out
	}
	return []page.Sample{
		one("", func(s room.Scene) ClaimPage { return newClaim(s, room.Fields{}, "") }),
		one("-refused", func(s room.Scene) ClaimPage {
			return newClaim(s, typed("petersen@example.org"), s.Base.Words.Error(debt.E(debt.Conflict, "authority_exists", nil)))
		}),
		one("-proof", proof),
		one("-proof-sent", func(s room.Scene) ClaimPage {
			out := proof(s)
			out.Proven = true
			out.Results = []page.Received{{ID: "d1", Name: "Betreuerausweis.pdf"}}
			return out
		}),
		one("-proof-refused", func(s room.Scene) ClaimPage {
			out := proof(s)
			out.Failed = true
			out.Results = []page.Received{{Name: "Vollmacht.docx", Refusal: s.Base.Words.Error(debt.E(debt.Invalid, "upload_kind", nil))}}
			return out
		}),
	}
}

// doorSamples are the pages of a representative.
func doorSamples() []page.Sample {
	signIn := func(name string, change func(*SignInPage)) page.Sample {
		return page.Sample{Name: "acting-signin" + name, HTML: func(w *text.Catalogue) ([]byte, error) {
			v := SignInPage{Base: page.SampleBase(w, entry).Whole()}
			v.CSRF = "sample"
			change(&v)
			return signInHTML.HTML(v)
		}}
	}
	clients := func(name string, list []authority.Client, code string, err error) page.Sample {
		return page.Sample{Name: "acting-clients" + name, HTML: func(w *text.Catalogue) ([]byte, error) {
			b := page.SampleBase(w, home).Whole()
			b.SignedIn, b.CSRF, b.Acting = true, "sample", SampleActing()
			said := ""
			if err != nil {
				said = b.Words.Error(err)
			}
			return clientsHTML.HTML(newClients(b, list, code, said))
		}}
	}
	return []page.Sample{
		signIn("", func(*SignInPage) {}),
		signIn("-refused", func(v *SignInPage) {
			v.Email, v.Failed, v.Mistake = "kowalczyk", true, v.Words.Error(debt.E(debt.Invalid, "authority_email", nil))
		}),
		signIn("-code", func(v *SignInPage) { v.Email, v.Sent = "kowalczyk@beratung.example", true }),
		signIn("-code-refused", func(v *SignInPage) {
			v.Email, v.Sent, v.Failed, v.Mistake = "kowalczyk@beratung.example", true, true, v.Words.Error(debt.E(debt.Forbidden, "representative_refused", nil))
		}),
		clients("", sampleClients(), "", nil),
		clients("-none", nil, "", nil),
		clients("-refused", sampleClients()[:1], "7K3M-Q9XR-4TVB-2HPD", debt.E(debt.NotFound, "authority_code_unknown", nil)),
	}
}

func sampleClients() []authority.Client {
	const dentist, landlord = "Zahnarztpraxis Dr. Miriam Lindner", "Gemeinnützige Wohnungsbaugenossenschaft Köln-Ehrenfeld e. G."
	until := debt.MustDate("2027-11-18")
	return []authority.Client{
		{Authority: "a1", Name: SampleActing().Client, Creditor: dentist, Reference: "ZA-2107", Scopes: SampleActing().Scopes, Until: until},
		{Authority: "a5", Name: "Maximilian-Alexander Freiherr von Oberschlettenbach-Wolkenstein", Creditor: landlord,
			Reference: "WBG-2026-000418", Scopes: rules.Scopes(), Until: until},
	}
}

func ofCase(name, path string, html func(room.Scene) ([]byte, error)) page.Sample {
	return room.Shown(name, path, func() *room.Sample { return room.NewSample().Claim(room.SampleObject, 312_40, 120).Fees() },
		func(s room.Scene) ([]byte, error) {
			s.Base = s.Base.Whole()
			s.Base.Path = path
			return html(s)
		})
}
