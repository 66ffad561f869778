package page

// Again is what a form brought whose page is shown once more: nobody types twice because files
// were sent or another language was chosen.
type Again struct {
	Values

	Received []Received // what became of the files
}

// Typed is the value of the field "form" of a form that comes back as it was typed: the fields
// "path" or "back" name its page.
const Typed = "typed"

// Refused reports whether a file was not taken.
func (a Again) Refused() bool {
	for _, r := range a.Received {
		if r.Refusal != "" {
			return true
		}
	}
	return false
}

// ticked reports whether a document is chosen: all are, until somebody has unticked one.
func (a *Again) ticked(id string) bool {
	if a == nil {
		return true
	}
	for _, value := range a.Values["document"] {
		if value == id {
			return true
		}
	}
	for _, r := range a.Received {
		if string(r.ID) == id {
			return true
		}
	}
	return false
}

// Sent is the base of a page that answers a form with what it brought.
func (b Base) Sent(v Values) Base {
	if b.Again == nil && len(v) > 0 {
		b.Again = &Again{Values: v}
	}
	return b
}

// Keeps is the form of a page whose typed values stay when the language changes. Do is what
// Enter in one of its fields presses, "" for a form whose button says nothing.
type Keeps struct{ Form, Do string }

// Keep names the form.
func (b Base) Keep(form, do string) Base {
	b.Keeps = Keeps{form, do}
	return b
}
