package letters

import (
	"quitt/debt"
	"quitt/debt/letter"
	"quitt/debt/staff"
	written "quitt/notifications/letter"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/portal/text"
)

// Samples shows the page of this room.
func Samples() []page.Sample {
	one := func(name string, form page.Values, fill func(*WordingPage)) page.Sample {
		return room.Sample("wording"+name, func(w *text.Catalogue) ([]byte, error) {
			s := scene{Scene: room.SampleScene(w, staff.Manager), kind: letter.FirstNotice, form: form}
			draft, err := written.Desk{}.Draft(s.kind, debt.Creditor{}, nil)
			if err != nil {
				return nil, err
			}
			s.blocks = draft.Blocks
			s.blocks[0].Own, s.blocks[0].Text = true, "Ihre Rechnung von {creditor}"
			v := s.blank()
			fill(&v)
			return wordingHTML.HTML(v)
		})
	}
	return []page.Sample{
		one("", page.Values{}, func(v *WordingPage) {
			v.Seen, v.Versions = 2, []version{{Number: 2, When: "20.11.2026 09:14", Who: "Miriam Lindner", Texts: []block{{Label: v.Blocks[0].Label, Text: "Ihre Rechnung vom Sommer"}}},
				{Number: 1, When: "03.11.2026 16:40", Who: "Bernhard-Alexander Schnitzelmeier-Hohenstaufen"}}
		}),
		one("-done", page.Values{}, func(v *WordingPage) { v.Notice = v.Words.Text("rules_letters_done", nil) }),
		one("-wrong", page.Values{"block-lead": {"Wir ziehen die Rechnung ein."}}, func(v *WordingPage) {
			v.Frame, v.Mistakes = v.Fails(), []string{v.Words.Text("letter_block_empty", debt.Args{"block": "lead"})}
		}),
		one("-second", page.Values{"block-closing": {"Viele Grüße"}}, func(v *WordingPage) { v.Frame, v.IsChanged = v.Fails(), true }),
	}
}
