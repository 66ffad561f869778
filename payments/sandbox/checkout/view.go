package checkout

import "strings"

// page is what the layout asks of every page.
type page struct {
	Frame
	title  string
	Failed bool
}

// T gives a sentence in the page's language.
func (p page) T(key string, pairs ...string) (string, error) { return say(p.Lang, key, pairs...) }

// Title is the first thing a screen reader says.
func (p page) Title() (string, error) { return p.T(p.title) }

// Amount writes cents in the page's language.
func (p page) Amount(cents int64, currency string) string { return amount(p.Lang, cents, currency) }

type challengeView struct {
	page
	Challenge Challenge
}

type noticeView struct {
	page
	Notice Notice
}

// Tone of the notice: its colour and sign.
func (v noticeView) Tone() string {
	switch v.Notice.Ending {
	case Paid, Kept:
		return "good"
	case Submitted, Expired:
		return "wait"
	}
	return "plain"
}

type checkoutView struct {
	page
	Session Session
	Errors  []shownError
	Email   field
	Methods []method
	Panels  []panel

	declined bool // the one error comes from the bank
}

// shownError is a line of the summary: where it leads and what it says.
type shownError struct{ Anchor, Text string }

// method is a way to pay with its fields, all there at once: without a script the style
// sheet hides those of the other.
type method struct {
	Name, Label, Hint string
	Checked           bool
	Fields            []field
	Error             string // of the choice itself, at the first
}

// field is one input with everything that is tied to it.
type field struct {
	ID, Label, Hint, Error, Value string
	Type, Auto, Mode, Width       string
}

// Describedby lists the ids of hint and error.
func (f field) Describedby() string {
	switch {
	case f.Hint != "" && f.Error != "":
		return f.ID + "-hint " + f.ID + "-error"
	case f.Hint != "":
		return f.ID + "-hint"
	case f.Error != "":
		return f.ID + "-error"
	}
	return ""
}

// panel lists the numbers of one method.
type panel struct {
	Method string
	Groups []group
}

type group struct {
	Title string
	Open  bool
	Rows  []row
}

type row struct{ Number, Text string }

// words collects sentences and keeps the first failure, which is an error of the program.
type words struct {
	lang string
	err  error
}

func (w *words) say(key string, pairs ...string) string {
	text, err := say(w.lang, key, pairs...)
	if err != nil && w.err == nil {
		w.err = err
	}
	return text
}

func (s Session) view(in Input, errs Errors) (checkoutView, error) {
	w := &words{lang: s.Lang}
	v := checkoutView{page: page{Frame: s.Frame, title: "title_pay", Failed: len(errs) > 0}, Session: s}
	if s.Setup {
		v.title = "title_setup"
	}
	for _, p := range errs {
		anchor := p.Field
		if anchor == "method" && len(s.Methods) > 0 {
			anchor = "method-" + s.Methods[0]
		}
		v.Errors = append(v.Errors, shownError{anchor, w.say(p.Key)})
		v.declined = strings.HasPrefix(p.Key, "dec_")
	}
	email := in.Email
	if email == "" && len(errs) == 0 {
		email = s.Email
	}
	v.Email = w.field(errs, field{ID: "email", Value: email, Type: "email", Auto: "email", Mode: "email"})
	for i, name := range s.Methods {
		m := w.method(name, in, errs)
		if p, ok := errs.of("method"); ok && i == 0 {
			m.Error = w.say(p.Key)
		}
		m.Checked = m.Checked || i == 0 && len(errs) == 0 && in.Method == ""
		v.Methods = append(v.Methods, m)
		v.Panels = append(v.Panels, w.panel(name))
	}
	return v, w.err
}

func (w *words) method(name string, in Input, errs Errors) method {
	m := method{Name: name, Label: w.say("method_" + name), Hint: w.say("method_" + name + "_hint"), Checked: in.Method == name}
	if name == SEPA {
		m.Fields = []field{
			{ID: "name", Value: in.Name, Type: "text", Auto: "name"},
			{ID: "iban", Value: shown(IBANs, in.IBAN), Type: "text", Auto: "off"},
		}
	} else {
		m.Fields = []field{
			{ID: "number", Value: shown(Cards, in.Number), Type: "text", Auto: "cc-number", Mode: "numeric"},
			{ID: "expiry", Value: in.shownExpiry(), Type: "text", Auto: "cc-exp", Mode: "numeric", Width: "half"},
			{ID: "cvc", Type: "text", Auto: "cc-csc", Mode: "numeric", Width: "half"}, // never shown again
		}
	}
	for i := range m.Fields {
		m.Fields[i] = w.field(errs, m.Fields[i])
	}
	return m
}

func shown(samples []Sample, number string) string {
	s, ok := lookup(samples, number)
	if !ok {
		return ""
	}
	return s.Shown()
}

func (w *words) field(errs Errors, f field) field {
	f.Label, f.Hint = w.say(f.ID), w.say(f.ID+"_hint")
	if p, ok := errs.of(f.ID); ok {
		f.Error = w.say(p.Key)
	}
	return f
}

func (w *words) panel(name string) panel {
	samples := Cards
	if name == SEPA {
		samples = IBANs
	}
	p := panel{Method: name}
	for _, g := range groups {
		rows := []row{}
		for _, s := range samples {
			if s.Group == g {
				rows = append(rows, row{s.Shown(), w.say("out_" + s.Outcome)})
			}
		}
		if len(rows) > 0 {
			p.Groups = append(p.Groups, group{w.say("group_" + name + "_" + g), g == groups[0], rows})
		}
	}
	return p
}

// ErrorsTitle is the key of the summary's heading. After a refusal there is nothing to check.
func (v checkoutView) ErrorsTitle() string {
	switch {
	case v.declined:
		return "errors_declined"
	case len(v.Errors) == 1:
		return "errors_one"
	}
	return "errors_many"
}

// OnlyMethod is the one way to pay, where there is no choice.
func (v checkoutView) OnlyMethod() bool { return len(v.Methods) == 1 }

// Consent is the key of what the payer agrees to, "" where nothing is kept.
func (v checkoutView) Consent() string {
	switch {
	case v.Session.Setup:
		return "consent_setup"
	case v.Session.Keep:
		return "consent_keep"
	}
	return ""
}
