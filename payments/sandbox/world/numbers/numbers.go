// Package numbers is the table of test cards and test accounts the payment sandbox accepts,
// and what each of them does. They are those of Stripe's documentation for its test mode.
package numbers

import (
	"cmp"
	"slices"
	"strings"
)

// Behaviour is what a test number does. An empty Brand is visa, Funding credit, Country US. Payment methods keep its name, never the number.
type Behaviour struct {
	Name    string
	Number  string
	Brand   string
	Funding string
	Country string

	Secure   string // "" never asks for 3-D Secure; always, unless_setup
	SetUp    bool   // saved for later use from the start
	Decline  string // code a charge is refused with
	Reason   string // decline_code with it
	Attaches bool   // can be saved although charges fail
	Blocked  bool   // by the provider's own rules, not by the bank
	Dispute  string // reason of a dispute right after the charge
	Inquiry  bool   // of which only questions come, no money moves
	Warning  bool   // early fraud warning
	Refund   string // pending or failed

	Fails string // IBAN: failure code of the debit
	Slow  bool   // IBAN: three minutes later than others
}

// cards are the numbers of Stripe's documentation for test mode; no others are accepted.
var cards = []Behaviour{
	{Name: "visa", Number: "4242424242424242"},
	{Name: "visa_de", Number: "4000002760000016", Country: "DE"},
	{Name: "mastercard", Number: "5555555555554444", Brand: "mastercard"},
	{Name: "visa_debit", Number: "4000056655665556", Funding: "debit"},
	{Name: "prepaid", Number: "5105105105105100", Brand: "mastercard", Funding: "prepaid"},
	{Name: "amex", Number: "378282246310005", Brand: "amex"},
	{Name: "generic_decline", Number: "4000000000000002", Decline: "card_declined", Reason: "generic_decline"},
	{Name: "insufficient_funds", Number: "4000000000009995", Decline: "card_declined", Reason: "insufficient_funds"},
	{Name: "lost_card", Number: "4000000000009987", Decline: "card_declined", Reason: "lost_card"},
	{Name: "stolen_card", Number: "4000000000009979", Decline: "card_declined", Reason: "stolen_card"},
	{Name: "expired_card", Number: "4000000000000069", Decline: "expired_card", Reason: "expired_card"},
	{Name: "incorrect_cvc", Number: "4000000000000127", Decline: "incorrect_cvc", Reason: "incorrect_cvc"},
	{Name: "processing_error", Number: "4000000000000119", Decline: "processing_error", Reason: "processing_error"},
	{Name: "incorrect_number", Number: "4242424242424241", Decline: "incorrect_number"},
	{Name: "velocity", Number: "4000000000006975", Decline: "card_declined", Reason: "card_velocity_exceeded"},
	{Name: "attaches_only", Number: "4000000000000341", Decline: "card_declined", Reason: "generic_decline", Attaches: true},
	{Name: "blocked", Number: "4100000000000019", Decline: "card_declined", Reason: "fraudulent", Blocked: true},
	{Name: "secure_unless_setup", Number: "4000002500003155", Secure: "unless_setup"},
	{Name: "secure_always", Number: "4000002760003184", Secure: "always"},
	{Name: "secure_already_setup", Number: "4000003800000446", Secure: "unless_setup", SetUp: true},
	{Name: "secure_no_funds", Number: "4000008260003178", Secure: "unless_setup", Decline: "card_declined", Reason: "insufficient_funds", Attaches: true},
	{Name: "secure_required", Number: "4000000000003220", Secure: "always"},
	{Name: "secure_declined", Number: "4000008400001629", Secure: "always", Decline: "card_declined", Reason: "generic_decline", Attaches: true},
	{Name: "secure_broken", Number: "4000008400001280", Decline: "card_declined", Reason: "generic_decline"},
	{Name: "secure_optional", Number: "4000000000003055"},
	{Name: "dispute_fraudulent", Number: "4000000000000259", Dispute: "fraudulent"},
	{Name: "dispute_not_received", Number: "4000000000002685", Dispute: "product_not_received"},
	{Name: "dispute_inquiry", Number: "4000000000001976", Dispute: "fraudulent", Inquiry: true},
	{Name: "fraud_warning", Number: "4000000000005423", Warning: true},
	{Name: "refund_pending", Number: "4000000000007726", Refund: "pending"},
	{Name: "refund_fails", Number: "4000000000005126", Refund: "failed"},
}

// ibans likewise.
var ibans = []Behaviour{
	{Name: "debit", Number: "DE89370400440532013000"},
	{Name: "debit_slow", Number: "DE08370400440532013003", Slow: true},
	{Name: "debit_fails", Number: "DE62370400440532013001", Fails: "generic_could_not_process"},
	{Name: "debit_fails_slow", Number: "DE78370400440532013004", Fails: "generic_could_not_process", Slow: true},
	{Name: "debit_disputed", Number: "DE35370400440532013002", Dispute: "debit_not_authorized"},
	{Name: "debit_source_limit", Number: "DE65370400440000343434", Fails: "charge_exceeds_source_limit"},
	{Name: "debit_weekly_limit", Number: "DE27370400440000121212", Fails: "charge_exceeds_weekly_limit"},
	{Name: "debit_no_funds", Number: "DE65370400440002222227", Fails: "insufficient_funds"},
	{Name: "debit_at", Number: "AT611904300234573201"},
	{Name: "debit_at_slow", Number: "AT321904300235473204", Slow: true},
	{Name: "debit_at_fails", Number: "AT861904300235473202", Fails: "generic_could_not_process"},
	{Name: "debit_at_fails_slow", Number: "AT051904300235473205", Fails: "generic_could_not_process", Slow: true},
	{Name: "debit_at_unusable", Number: "AT511904300000066666", Decline: "bank_account_unusable"},
}

// Cards lists what is accepted as a card.
func Cards() []Behaviour { return slices.Clone(cards) }

// IBANs lists what is accepted as an account.
func IBANs() []Behaviour { return slices.Clone(ibans) }

// Card finds what was typed among the test cards.
func Card(typed string) (Behaviour, bool) { return find(cards, typed) }

// IBAN finds what was typed among the test accounts.
func IBAN(typed string) (Behaviour, bool) { return find(ibans, typed) }

func find(of []Behaviour, typed string) (Behaviour, bool) {
	plain := strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(typed))
	for _, b := range of {
		if b.Number == plain {
			b.Brand, b.Funding, b.Country = cmp.Or(b.Brand, "visa"), cmp.Or(b.Funding, "credit"), cmp.Or(b.Country, "US")
			return b, true
		}
	}
	return Behaviour{}, false
}

// Of gives the behaviour of that name, none for an unknown one.
func Of(name string) Behaviour {
	for _, of := range [][]Behaviour{cards, ibans} {
		for _, b := range of {
			if b.Name == name {
				return b
			}
		}
	}
	return Behaviour{}
}

// sentences are what the provider says to a cardholder.
var sentences = map[string]string{
	"card_declined":      "Your card was declined.",
	"insufficient_funds": "Your card has insufficient funds.",
	"expired_card":       "Your card has expired.",
	"incorrect_cvc":      "Your card's security code is incorrect.",
	"processing_error":   "An error occurred while processing your card. Try again in a little bit.",
	"incorrect_number":   "Your card number is incorrect.",
	"card_velocity_exceeded": "Your card was declined for making repeated attempts too frequently " +
		"or exceeding its amount limit.",
}

// Message is what the provider says to the owner of a card that is declined.
func (b Behaviour) Message() string { return cmp.Or(sentences[b.Reason], sentences[b.Decline]) }
