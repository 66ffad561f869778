package home

import (
	"quitt/cases/signin/staffing"
	"quitt/debt"
	"quitt/debt/staff"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/portal/text"
)

// Samples shows the pages in their states.
func Samples() []page.Sample {
	shut := []staffing.Place{{Creditor: debt.Creditor{ID: "e", Name: "Stadtwerke Beispielstadt GmbH"}, Role: staff.Clerk, Demands: true}}
	choose := func(name string, places ...staffing.Place) page.Sample {
		return room.Sample(name, func(w *text.Catalogue) ([]byte, error) {
			s := room.SampleScene(w, "")
			s.Creditor = debt.Creditor{}
			return chooseHTML.HTML(ChoosePage{Frame: s.Frame(room.Choose), Places: places})
		})
	}
	return []page.Sample{
		choose("choose", staffing.Place{Creditor: debt.Creditor{ID: "c", Name: "Zahnarztpraxis Dr. Miriam Lindner"}, Role: staff.Manager},
			staffing.Place{Creditor: debt.Creditor{ID: "d", Name: "Gemeinnützige Wohnungsbaugenossenschaft Köln-Ehrenfeld e. G."}, Role: staff.Viewer}),
		choose("choose-none"),
		room.Sample("choose-shut", func(w *text.Catalogue) ([]byte, error) {
			s := room.SampleScene(w, "").With(room.SampleProvider)
			s.Creditor = debt.Creditor{}
			return chooseHTML.HTML(ChoosePage{Frame: s.Frame(room.Choose), Shut: shut})
		}),
	}
}
