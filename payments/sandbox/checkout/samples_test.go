package checkout

import "time"

var now = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

// world gives every page in the states that differ, by name.
func world(lang string) map[string]func() ([]byte, error) {
	name, _ := Style()
	frame := Frame{lang, name, "Praxis Dr. Muster"}
	pay := Session{
		Frame: frame, Action: "/c/pay/cs_test_1", CancelURL: "http://127.0.0.1:8080/zahlen", AmountCents: 31240, Currency: "eur",
		Lines:   []Line{{"Praxis Dr. Muster, Aktenzeichen 2026-004711", "Rechnung R-2026-118 vom 3. Februar 2026", 1, 31240}},
		Methods: []string{Card, SEPA}, Email: "erika@example.org",
	}
	long := pay
	long.Company = "Wasserversorgungszweckverband Niederbayern-Oberpfalz-Mitte GmbH"
	long.AmountCents, long.Keep = 1234567890, true
	long.Lines = []Line{
		{"Wasserversorgungszweckverband Niederbayern-Oberpfalz-Mitte GmbH, Verbrauchsabrechnung", "", 1, 1234500000},
		{"Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft", "Zweite Rate", 3, 67890},
	}
	card, sepa, setup := pay, pay, pay
	card.Methods, card.Keep = []string{Card}, true
	sepa.Methods = []string{SEPA}
	setup.Setup, setup.AmountCents = true, 0
	bare := Session{Frame: frame, Action: "/c/pay/cs_test_2", AmountCents: 50, Currency: "usd", Methods: []string{Card}}

	show := func(s Session, form map[string][]string) func() ([]byte, error) {
		return func() ([]byte, error) {
			if form == nil {
				return s.HTML(Input{}, nil)
			}
			return s.HTML(s.Read(form, now))
		}
	}
	return map[string]func() ([]byte, error){
		"pay":         show(pay, nil),
		"pay-long":    show(long, nil),
		"pay-card":    show(card, nil),
		"pay-sepa":    show(sepa, nil),
		"pay-bare":    show(bare, nil),
		"setup":       show(setup, nil),
		"errors-card": show(pay, map[string][]string{"email": {"erika"}, "method": {Card}, "number": {"4111 1111 1111 1111"}, "expiry": {"01/20"}, "cvc": {"x"}}),
		"errors-sepa": show(pay, map[string][]string{"email": {"erika@example.org"}, "method": {SEPA}, "iban": {"DE02120300000000202051"}}),
		"errors-none": show(pay, map[string][]string{"email": {"erika@example.org"}}),
		"declined": func() ([]byte, error) {
			in := Input{Method: Card, Email: "erika@example.org", Number: "4000000000009995", Month: 12, Year: 2034}
			return pay.HTML(in, Declined(Card, "insufficient_funds", "card_declined"))
		},
		"challenge":       Challenge{frame, "/c/3ds/pi_1", false, 31240, "eur"}.HTML,
		"challenge-setup": Challenge{frame, "/c/3ds/seti_1", true, 0, ""}.HTML,
		"end-paid":        Notice{frame, Paid, "http://127.0.0.1:8080/zurueck"}.HTML,
		"end-submitted":   Notice{frame, Submitted, "http://127.0.0.1:8080/zurueck"}.HTML,
		"end-kept":        Notice{frame, Kept, ""}.HTML,
		"end-expired":     Notice{frame, Expired, "http://127.0.0.1:8080/zahlen"}.HTML,
		"end-not-found":   Notice{Frame{lang, name, ""}, NotFound, ""}.HTML,
	}
}
