package room

import (
	"time"

	"quitt/debt"
	"quitt/debt/staff"
	"quitt/portal/page"
	"quitt/portal/text"
)

// SampleDay is the day all samples are looked at.
var SampleDay = debt.MustDate("2026-11-22")

// SampleNow is the moment.
var SampleNow = time.Date(2026, time.November, 22, 9, 20, 0, 0, time.UTC)

// SampleScene is somebody invented with everything in sight.
func SampleScene(w *text.Catalogue, role staff.Role) Scene {
	base := page.SampleBase(w, Home).Whole()
	base.SignedIn, base.CSRF = true, "sample"
	ways := Ways{}
	for _, part := range []string{"", "/akten", "/entscheidungen", "/uebergabe", "/bank", "/berichte", "/auszahlungen", "/regeln", "/zugaenge"} {
		ways[Home+part] = true
	}
	return Scene{Base: base, Member: staff.Member{ID: "m", Name: "Okan Yildirim", Email: "yildirim@inkasso.example", State: staff.Active}, Role: role,
		Creditor: debt.Creditor{ID: "c", Code: "praxis-lindner", Name: "Zahnarztpraxis Dr. Miriam Lindner"},
		Today:    SampleDay, Now: SampleNow, several: true, ways: ways}
}

// SampleProvider is an identity provider somewhere.
const SampleProvider = "Firmenkonto Lindner"

// With is the scene where there is an identity provider.
func (s Scene) With(provider string) Scene {
	s.provider = provider
	return s
}

// SampleOutside is the frame of a page that needs no sign-in.
func SampleOutside(w *text.Catalogue, path string) Frame {
	base := page.SampleBase(w, path).Whole()
	return Scene{Base: base}.Frame(path)
}

// Sample is a review page of the creditor's window.
func Sample(name string, html func(w *text.Catalogue) ([]byte, error)) page.Sample {
	return page.Sample{Name: "staff-" + name, HTML: html}
}

// Samples shows the pages of this room.
func Samples() []page.Sample {
	return []page.Sample{
		Sample("refused", func(w *text.Catalogue) ([]byte, error) {
			return refusedHTML.HTML(RefusedPage{SampleScene(w, staff.Clerk).Frame(Home + "/zugaenge").Fails()})
		}),
		Sample("prove", func(w *text.Catalogue) ([]byte, error) {
			return proveHTML.HTML(ProvePage{Frame: SampleScene(w, staff.Admin).Frame(Home + "/zugaenge"), Back: Home + "/zugaenge", Factor: true})
		}),
		Sample("prove-provider", func(w *text.Catalogue) ([]byte, error) {
			f := SampleScene(w, staff.Admin).With(SampleProvider).Frame(Home + "/zugaenge")
			return proveHTML.HTML(ProvePage{Frame: f, Back: Home + "/zugaenge", Factor: true, ByIt: true})
		}),
		Sample("prove-provider-only", func(w *text.Catalogue) ([]byte, error) {
			f := SampleScene(w, staff.Admin).With(SampleProvider).Frame(Home + "/zugaenge").Fails()
			return proveHTML.HTML(ProvePage{Frame: f, Back: Home + "/zugaenge", ByIt: true, Mistake: f.Words.Error(debt.E(debt.Forbidden, "staff_sso_again_refused", nil))})
		}),
		Sample("prove-wrong", func(w *text.Catalogue) ([]byte, error) {
			f := SampleScene(w, staff.Admin).Frame(Home + "/zugaenge").Fails()
			return proveHTML.HTML(ProvePage{Frame: f, Back: Home + "/zugaenge", Factor: true, Mistake: f.Words.Error(debt.E(debt.Forbidden, "staff_code_wrong", nil))})
		}),
	}
}
