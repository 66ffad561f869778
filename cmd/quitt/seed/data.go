package seed

import (
	"fmt"
	"time"

	"quitt/debt"
	"quitt/debt/operator"
	"quitt/store"
)

// The demo: everybody in it is invented, the account numbers are the published test ones.

// Creditors are three tenants of different trades.
func Creditors() []debt.Creditor {
	return []debt.Creditor{
		{ID: store.NewID(), Code: "praxis-lindner", Name: "Zahnarztpraxis Dr. Miriam Lindner", State: "NW",
			Address: debt.Address{Street: "Venloer Straße 214", Postcode: "50823", City: "Köln", Country: "DE"},
			IBAN:    "DE89370400440532013000", AccountHolder: "Dr. Miriam Lindner",
			Settings: debt.Settings{PromiseDays: 14, Contact: debt.Contact{Phone: "0221 555 0114", Hours: "Mo–Fr 9–12 Uhr", Email: "rechnung@praxis-lindner.example"}}},
		{ID: store.NewID(), Code: "elektro-brandl", Name: "Elektro Brandl GmbH", State: "BY", VATDeductible: true,
			Address: debt.Address{Street: "Landsberger Straße 77", Postcode: "80339", City: "München", Country: "DE"},
			IBAN:    "DE02120300000000202051", AccountHolder: "Elektro Brandl GmbH",
			Settings: debt.Settings{ImpliedDesignation: true, PromiseDays: 10, InterestMethod: debt.Act365}},
		{ID: store.NewID(), Code: "stadtwerke-auental", Name: "Stadtwerke Auental", State: "SN", VATDeductible: true,
			Address: debt.Address{Street: "Am Wasserturm 3", Postcode: "04416", City: "Markkleeberg", Country: "DE"},
			IBAN:    "DE02500105170137075030", AccountHolder: "Stadtwerke Auental",
			Settings: debt.Settings{ObjectionDays: 21, PromiseDays: 30, Accent: "#1f4e8c"}},
	}
}

var demoObjects = [][]string{
	{"Professionelle Zahnreinigung", "Füllung am Zahn 26", "Implantat, Eigenanteil", "Wurzelbehandlung", "Zahnersatz, Eigenanteil", "Ausfallhonorar nach Terminabsage"},
	{"Montage einer Wallbox", "Erneuerung der Hausverteilung", "Prüfung ortsfester Anlagen", "Notdienst am Wochenende", "Beleuchtung der Werkhalle", "Smart-Home-Installation"},
	{"Stromlieferung, Jahresabrechnung", "Gaslieferung, Abschlag", "Fernwärme, Jahresabrechnung", "Trinkwasser und Abwasser", "Hausanschluss Glasfaser", "Stromlieferung, Schlussrechnung"},
}

var demoFirstNames = []string{"Aylin", "Bernd", "Carla", "Dmytro", "Elif", "Frank", "Greta", "Hassan", "Ines", "Jakub",
	"Katharina", "Luis", "Martina", "Nikola", "Oksana", "Piotr", "Renate", "Samuel", "Tanja", "Uwe"}

var demoLastNames = []string{"Ackermann", "Bozkurt", "Czerny", "Dietz", "Ehlers", "Fährmann", "Gröning", "Haddad", "Iwanow",
	"Jablonski", "Kowalczyk", "Löwe", "Marquardt", "Nguyen", "Oppermann", "Petrenko", "Quandt", "Rößler", "Şahin", "Tümmler"}

var demoCompanies = []string{"Bäckerei Morgenrot GmbH", "Autohaus Seidel KG", "Café Kastanie UG (haftungsbeschränkt)",
	"Metallbau Förster GmbH & Co. KG", "Hausverwaltung Nordstern GmbH"}

var demoPlaces = []struct {
	postcode, city string
	state          debt.State
}{
	{"50825", "Köln", "NW"}, {"51103", "Köln", "NW"}, {"53111", "Bonn", "NW"}, {"80637", "München", "BY"},
	{"85221", "Dachau", "BY"}, {"04277", "Leipzig", "SN"}, {"04416", "Markkleeberg", "SN"}, {"40227", "Düsseldorf", "NW"},
}

var demoStreets = []string{"Ahornweg", "Bergstraße", "Am Mühlbach", "Rosenallee", "Schulstraße", "Lindenplatz", "Gartenweg"}

// demoAmounts are principals in cents, small ones first because most claims are small.
var demoAmounts = []debt.Cents{45_00, 89_90, 120_00, 187_35, 249_00, 312_40, 480_00, 655_20, 1_250_00, 2_380_00, 7_600_00}

// Debtors beside the usual: one whose date of birth nobody knows, one who is sixteen.
const (
	demoNoBirthday = 32
	demoMinor      = 33
	// Shown is how many cases the demo opens: each story once, then these two.
	Shown = 34
)

// demoDebtor invents debtor number i; every fifth debtor of the electrician is a company.
func demoDebtor(i, creditor int, today debt.Date) debt.Debtor {
	place := demoPlaces[i*5%len(demoPlaces)]
	d := debt.Debtor{
		Kind: debt.Person, Country: "DE", State: place.state, AddressSource: "creditor",
		FirstName: debt.Personal(demoFirstNames[i*7%len(demoFirstNames)]),
		LastName:  debt.Personal(demoLastNames[i*3%len(demoLastNames)]),
		Street:    debt.Personal(fmt.Sprintf("%s %d", demoStreets[i%len(demoStreets)], 1+i*11%97)),
		Postcode:  debt.Personal(place.postcode), City: debt.Personal(place.city),
		BirthOn:        debt.Personal(debt.NewDate(today.Year()-21-i*13%55, time.Month(1+i%12), 1+i*17%28).String()),
		CustomerNumber: debt.Personal(fmt.Sprintf("K-%05d", 10400+i*37)),
	}
	if i%3 != 0 {
		d.Email = debt.Personal(fmt.Sprintf("schuldner%02d@example.org", i+1))
	}
	if creditor == 1 && i%5 < 2 {
		d.Kind, d.FirstName, d.LastName, d.BirthOn = debt.Company, "", "", ""
		d.CompanyName = debt.Personal(demoCompanies[i/3%len(demoCompanies)])
	}
	switch i {
	case 17:
		d.AddressSource = "researched"
	case demoNoBirthday:
		d.BirthOn = ""
	case demoMinor:
		d.BirthOn = debt.Personal(today.AddMonths(-16 * 12).String())
	}
	return d
}

// demoClaim invents the claim of debtor number i that fell due some days before the
// hand-over.
func demoClaim(i, creditor int, due debt.Date, business bool) debt.Claim {
	objects := demoObjects[creditor]
	c := debt.Claim{
		Principal: demoAmounts[i*7%len(demoAmounts)], Ground: debt.Contract, Object: objects[i%len(objects)],
		ArisenOn: due.AddDays(-45), InvoicedOn: due.AddDays(-21), DueOn: due, DefaultFrom: due.AddDays(15),
		InvoiceNumber: fmt.Sprintf("R-%d-%04d", due.Year(), 1180+i*9), Business: business, PaymentForServices: true,
		Order: debt.Order367,
	}
	c.Interest = debt.InterestRule{Kind: debt.Statutory, Surcharge: debt.DefaultSurcharge(c.ArisenOn, !business, true)}
	return c
}

// Operator is invented; the numbers belong to nobody.
func Operator() operator.Profile {
	return operator.Profile{
		Name: "Inkasso Musterstadt GmbH", Street: "Hafenstraße 12", Postcode: "50668", City: "Köln",
		Phone: "0221 4710 123", PhoneHours: "Mo–Fr 8–18 Uhr", Email: "hilfe@inkasso-musterstadt.example",
		Represented: "Dr. Jana Vogt, Geschäftsführerin", CourtRegister: "Amtsgericht Köln, HRB 00000",
		VATID: "DE000000000", RDGNumber: "1234 E 1-567 (erfunden)", PrivacyContact: "datenschutz@inkasso-musterstadt.example",
		Supervisor:  operator.Authority{Name: "Bundesamt für Justiz", Address: "Adenauerallee 99–103, 53113 Bonn", Contact: "rdg@bfj.bund.de"},
		Enforcement: operator.Authority{Name: "Marktüberwachungsstelle der Länder für die Barrierefreiheit von Produkten und Dienstleistungen", Address: "Magdeburg", Contact: "www.mlbf-barrierefrei.de"},
	}
}
