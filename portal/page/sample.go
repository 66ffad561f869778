package page

import (
	"quitt/debt/authority"
	"quitt/debt/operator"
	"quitt/portal/text"
)

// Sample is one page in one state with invented data, for review, screenshots and tests.
type Sample struct {
	Name string // "claim-open"
	HTML func(*text.Catalogue) ([]byte, error)
}

// SampleOperator is nobody.
func SampleOperator() operator.Profile {
	return operator.Profile{
		Name: "Beispiel Inkasso GmbH", Street: "Musterallee 12", Postcode: "10115", City: "Berlin",
		Phone: "030 5550 1234", PhoneHours: "Mo–Fr 8–18 Uhr", Email: "hilfe@inkasso.example",
		Represented: "Dr. Jana Beispiel, Geschäftsführerin", CourtRegister: "Amtsgericht Charlottenburg, HRB 000000",
		VATID: "DE000000000", RDGNumber: "3712-0/0000", PrivacyContact: "datenschutz@inkasso.example",
		Supervisor: operator.Authority{Name: "Bundesamt für Justiz", Address: "53094 Bonn", Contact: "rdg@bfj.bund.de"},
		Enforcement: operator.Authority{Name: "Musterstelle für Marktüberwachung", Address: "39104 Musterstadt",
			Contact: "kontakt@marktueberwachung.example"},
	}
}

// SampleBase is the base of every sample.
func SampleBase(w *text.Catalogue, path string) Base {
	return Base{Words: w, Operator: SampleOperator(), Path: path}
}

// Samples shows every problem.
func Samples() []Sample {
	var list []Sample
	for _, kind := range ProblemKinds() {
		list = append(list, Sample{"problem-" + string(kind), func(w *text.Catalogue) ([]byte, error) {
			minutes := 0
			if kind == TooMany || kind == Busy {
				minutes = 10
			}
			b := SampleBase(w, "/")
			if kind == OutOfScope {
				b.SignedIn, b.CSRF = true, "sample"
				b.Acting = authority.Acting{Representative: "r", Authority: "a", Client: "Aylin Mustermann"}
			}
			p := NewProblem(b, kind, minutes)
			p.Reference = "K7Q2M9XR4TVB"
			return problemPage.HTML(p)
		}})
	}
	return list
}
