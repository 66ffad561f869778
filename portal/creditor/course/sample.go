package course

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
	one := func(name, sent string, form page.Values, change func(*CoursePage)) page.Sample {
		return room.Sample("course"+name, func(w *text.Catalogue) ([]byte, error) {
			s := scene{Scene: room.SampleScene(w, staff.Manager), form: form, names: map[debt.ID]debt.Personal{"m": "Okan Yildirim"}}
			if sent == home {
				s.Creditor.Settings.Channels = debt.Channels{NoText: true}
				s.Creditor.Settings.Dunning = debt.Dunning{PayDays: 21, FirstAfter: 5, SecondAfter: 14, RemindFirst: true}
				s.dunning = []terms.State{paced(2, s.Creditor.Settings.Dunning), paced(1, debt.Dunning{NoSecond: true})}
				s.channels = []terms.State{state(2, debt.Channels{NoText: true}), state(1, debt.Channels{NoText: true, NoLetter: true})}
			}
			v := s.view(sent)
			change(&v)
			return courseHTML.HTML(v)
		})
	}
	return []page.Sample{
		one("", home, page.Values{}, func(v *CoursePage) { v.Notice = v.Words.Text("record_rules_done", nil) }),
		one("-first", "", page.Values{}, func(*CoursePage) {}),
		one("-none", channelsPath, page.Values{}, func(v *CoursePage) {
			v.Frame, v.Mistake = v.Fails(), v.Words.Error(debt.E(debt.Invalid, "channels_none", nil))
		}),
		one("-short", dunningPath, page.Values{"pay": {"7"}, "first": {"1"}, "second": {"4"}, "more": {"1"}}, func(v *CoursePage) {
			v.Frame, v.Mistake = v.Fails(), v.Words.Error(debt.E(debt.Invalid, "channels_days", debt.Args{"least": 14, "most": 42}))
		}),
		one("-second", channelsPath, page.Values{"email": {"1"}}, func(v *CoursePage) { v.Frame, v.IsChanged = v.Fails(), true }),
	}
}

func state(n int64, c debt.Channels) terms.State { return laid(n, debt.Settings{Channels: c}) }

func paced(n int64, d debt.Dunning) terms.State { return laid(n, debt.Settings{Dunning: d}) }

func laid(n int64, s debt.Settings) terms.State {
	return terms.State{Version: versions.Version{Number: n, By: debt.Actor{Kind: "creditor", ID: "m"}, At: room.SampleNow.AddDate(0, 0, int(n)-10)}, Settings: s}
}
