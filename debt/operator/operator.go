// Package operator describes who runs an installation: the registered collection service,
// or the creditor itself.
package operator

// Profile is what letters and pages must say about the operator (DDG § 5, RDG § 13a I
// Nr. 8). All of it is public.
type Profile struct {
	Name           string
	Street         string
	Postcode       string
	City           string
	Phone          string
	PhoneHours     string // when the telephone is answered, "Mo–Fr 8–18 Uhr"
	Email          string
	Represented    string // who acts for a legal person
	CourtRegister  string // commercial register and number
	VATID          string
	RDGNumber      string // in the register of legal services; "" if the creditor runs it itself
	PrivacyContact string // data protection officer or contact
	Supervisor     Authority
	Enforcement    Authority // market surveillance for accessibility (BFSG)
}

// Authority is a public body with what one needs to reach it.
type Authority struct {
	Name    string
	Address string
	Contact string // electronic
}

// Missing lists the fields without which no page or letter may go out, by the name of
// their setting.
func (p Profile) Missing() []string {
	var missing []string
	for _, f := range []struct{ name, value string }{
		{"NAME", p.Name}, {"STREET", p.Street}, {"POSTCODE", p.Postcode}, {"CITY", p.City},
		{"PHONE", p.Phone}, {"EMAIL", p.Email}, {"SUPERVISOR_NAME", p.Supervisor.Name},
		{"SUPERVISOR_ADDRESS", p.Supervisor.Address}, {"SUPERVISOR_CONTACT", p.Supervisor.Contact},
	} {
		if f.value == "" {
			missing = append(missing, f.name)
		}
	}
	return missing
}
