package checkout

import (
	"slices"
	"strings"
)

// Sample is a number that the pages take, and what comes of it. They are those of Stripe's
// test mode (docs.stripe.com/testing, September 2026).
type Sample struct {
	Number  string
	Group   string // "ok", "release", "declined", "later"
	Outcome string // its key in the catalogues, see Text
}

// Text says what comes of the number, in "de" or "en".
func (s Sample) Text(lang string) (string, error) { return say(lang, "out_"+s.Outcome) }

// Shown is the number as people read it, in groups of four; on an American Express card
// they are of four, six and five.
func (s Sample) Shown() string {
	if s.amex() {
		return s.Number[:4] + " " + s.Number[4:10] + " " + s.Number[10:]
	}
	var groups []string
	for part := range slices.Chunk([]byte(s.Number), 4) {
		groups = append(groups, string(part))
	}
	return strings.Join(groups, " ")
}

func (s Sample) amex() bool { return len(s.Number) == 15 && s.Number[0] == '3' }

// Cards are the numbers a card may have.
var Cards = []Sample{
	{"4242424242424242", "ok", "visa"},
	{"4000002760000016", "ok", "visa_de"},
	{"5555555555554444", "ok", "mastercard"},
	{"4000056655665556", "ok", "visa_debit"},
	{"5105105105105100", "ok", "prepaid"},
	{"378282246310005", "ok", "amex"},

	{"4000000000003220", "release", "release_required"},
	{"4000000000003055", "release", "release_optional"},
	{"4000002500003155", "release", "release_unless_kept"},
	{"4000002760003184", "release", "release_always"},
	{"4000003800000446", "release", "release_done"},
	{"4000008260003178", "release", "release_insufficient_funds"},
	{"4000008400001629", "release", "release_declined"},
	{"4000008400001280", "release", "release_error"},

	{"4000000000000002", "declined", "generic_decline"},
	{"4000000000009995", "declined", "insufficient_funds"},
	{"4000000000009987", "declined", "lost_card"},
	{"4000000000009979", "declined", "stolen_card"},
	{"4000000000000069", "declined", "expired_card"},
	{"4000000000000127", "declined", "incorrect_cvc"},
	{"4000000000000119", "declined", "processing_error"},
	{"4242424242424241", "declined", "incorrect_number"},
	{"4000000000006975", "declined", "card_velocity_exceeded"},
	{"4000000000000341", "declined", "attaches_only"},
	{"4100000000000019", "declined", "blocked"},

	{"4000000000000259", "later", "dispute_fraudulent"},
	{"4000000000002685", "later", "dispute_not_received"},
	{"4000000000001976", "later", "inquiry"},
	{"4000000000005423", "later", "early_fraud_warning"},
	{"4000000000007726", "later", "refund_pending"},
	{"4000000000005126", "later", "refund_fails"},
}

// IBANs are the accounts a direct debit may have.
var IBANs = []Sample{
	{"DE89370400440532013000", "ok", "debit_succeeds"},
	{"DE08370400440532013003", "ok", "debit_succeeds_late"},
	{"AT611904300234573201", "ok", "debit_succeeds"},
	{"AT321904300235473204", "ok", "debit_succeeds_late"},

	{"DE62370400440532013001", "declined", "debit_fails"},
	{"DE78370400440532013004", "declined", "debit_fails_late"},
	{"AT861904300235473202", "declined", "debit_fails"},
	{"AT051904300235473205", "declined", "debit_fails_late"},
	{"DE65370400440002222227", "declined", "debit_insufficient_funds"},
	{"DE65370400440000343434", "declined", "debit_source_limit"},
	{"DE27370400440000121212", "declined", "debit_weekly_limit"},
	{"AT511904300000066666", "declined", "bank_account_unusable"},

	{"DE35370400440532013002", "later", "debit_disputed"},
}

// groups in the order of the page.
var groups = []string{"ok", "release", "declined", "later"}

// lookup finds a number as somebody typed it: spaces and hyphens are for the eye.
func lookup(samples []Sample, typed string) (Sample, bool) {
	bare := strings.ToUpper(strings.NewReplacer(" ", "", "-", "", "\u00a0", "", "\t", "").Replace(typed))
	for _, s := range samples {
		if s.Number == bare {
			return s, true
		}
	}
	return Sample{}, false
}
