package letterhead

import (
	"quitt/cases/terms"
	"quitt/debt"
	"quitt/debt/staff"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/portal/text"
	"quitt/store/versions"
)

// Samples shows the page in its states.
func Samples() []page.Sample {
	one := func(name string, form page.Values, change func(*ContactPage)) page.Sample {
		return room.Sample("letterhead"+name, func(w *text.Catalogue) ([]byte, error) {
			s := scene{Scene: room.SampleScene(w, staff.Manager), form: form, names: map[debt.ID]debt.Personal{"m": "Okan Yildirim"}}
			s.Creditor.Address = debt.Address{Street: "Venloer Straße 214", Postcode: "50823", City: "Köln", Country: "DE"}
			if form == nil {
				s.Creditor.Settings.Contact = debt.Contact{Phone: "0221 555 0114", Email: "post@lindner.example", Web: "www.lindner.example", Hours: "Mo–Fr 9–12 Uhr"}
				s.states = []terms.State{laid(2, s.Creditor.Settings.Contact, "m"), laid(1, debt.Contact{}, "")}
			}
			v := s.view()
			change(&v)
			return contactHTML.HTML(v)
		})
	}
	return []page.Sample{
		one("", nil, func(v *ContactPage) { v.Notice = v.Words.Text("head_done", nil) }),
		one("-wrong", page.Values{"phone": {"0221"}, "email": {"rechnung"}}, func(v *ContactPage) {
			v.Frame, v.Mistake = v.Fails(), v.Words.Error(debt.E(debt.Invalid, "contact_line_email", nil))
		}),
		one("-second", page.Values{"phone": {"0221 555 0114"}}, func(v *ContactPage) { v.Frame, v.IsChanged = v.Fails(), true }),
	}
}

func laid(n int64, c debt.Contact, by debt.ID) terms.State {
	return terms.State{Version: versions.Version{Number: n, By: debt.Actor{Kind: "creditor", ID: by}, At: room.SampleNow.AddDate(0, 0, int(n)-10)},
		Settings: debt.Settings{Contact: c}}
}
