package checkout

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

var both = Session{Frame: Frame{Lang: "de"}, Methods: []string{Card, SEPA}}

func form(pairs ...string) url.Values {
	out := url.Values{"email": {"erika@example.org"}}
	for i := 0; i < len(pairs); i += 2 {
		out.Set(pairs[i], pairs[i+1])
	}
	return out
}

func TestReadsACardOrAnAccount(t *testing.T) {
	card := Input{Method: Card, Email: "erika@example.org", Number: "4242424242424242", Month: 12, Year: 2034, CVC: "123"}
	account := Input{Method: SEPA, Email: "erika@example.org", Name: "Erika Beispiel", IBAN: "DE89370400440532013000"}
	amex := card
	amex.Number, amex.CVC = "378282246310005", "1234"
	for name, tc := range map[string]struct {
		form url.Values
		want Input
	}{
		"card":                {form("method", Card, "number", "4242424242424242", "expiry", "12/34", "cvc", "123"), card},
		"as it is printed":    {form("method", Card, "number", " 4242 4242 4242 4242 ", "expiry", "12 / 2034", "cvc", " 123 "), card},
		"with hyphens":        {form("method", Card, "number", "4242-4242-4242-4242", "expiry", "12-34", "cvc", "123"), card},
		"digits alone":        {form("method", Card, "number", "4242\u00a04242 4242 4242", "expiry", "1234", "cvc", "123"), card},
		"American Express":    {form("method", Card, "number", "3782 822463 10005", "expiry", "122034", "cvc", "1234"), amex},
		"account":             {form("method", SEPA, "name", "Erika Beispiel", "iban", "DE89370400440532013000"), account},
		"IBAN in small":       {form("method", SEPA, "name", "Erika Beispiel", "iban", "de89 3704 0044 0532 0130 00"), account},
		"the other's ignored": {form("method", SEPA, "name", "Erika Beispiel", "iban", "DE89370400440532013000", "number", "4111", "cvc", "1"), account},
	} {
		got, errs := both.Read(tc.form, now)
		if diff := cmp.Diff(tc.want, got, cmpopts.IgnoreUnexported(Input{})); diff != "" || len(errs) > 0 {
			t.Errorf("%s: %v (-want +got)\n%s", name, errs, diff)
		}
	}
}

func TestSaysWhatIsWrongWithAField(t *testing.T) {
	good := map[string]string{"method": Card, "number": "4242424242424242", "expiry": "11/26", "cvc": "123", "name": "E", "iban": "DE89370400440532013000"}
	for _, tc := range []struct {
		method, field, value, want string // "" is taken
	}{
		{Card, "email", "", "err_email"},
		{Card, "email", "erika", "err_email"},
		{Card, "email", "erika@example", "err_email"},
		{Card, "email", "erika@@example.org", "err_email"},
		{Card, "email", "erika b@example.org", "err_email"},
		{Card, "email", strings.Repeat("e", 600) + "@example.org", "err_email"},
		{Card, "method", "giropay", "err_method"},
		{Card, "method", "", "err_method"},
		{Card, "number", "", "err_number_missing"},
		{Card, "number", "4111111111111111", "err_number"},
		{Card, "number", "DE89370400440532013000", "err_number"},
		{Card, "number", "4242424242424241", ""}, // a test number of its own
		{Card, "expiry", "11/26", ""},
		{Card, "expiry", "10/26", "err_expired"},
		{Card, "expiry", "12/25", "err_expired"},
		{Card, "expiry", "1/27", ""},
		{Card, "expiry", "13/27", "err_expiry"},
		{Card, "expiry", "0/27", "err_expiry"},
		{Card, "expiry", "2027-12", "err_expiry"},
		{Card, "expiry", "12/027", "err_expiry"},
		{Card, "expiry", "+1/27", "err_expiry"},
		{Card, "expiry", "", "err_expiry"},
		{Card, "cvc", "12", "err_cvc"},
		{Card, "cvc", "1234", "err_cvc"},
		{Card, "cvc", "١٢٣", "err_cvc"},
		{SEPA, "name", " ", "err_name"},
		{SEPA, "name", "a\nb", "err_name"},
		{SEPA, "iban", "", "err_iban_missing"},
		{SEPA, "iban", "DE02120300000000202051", "err_iban"},
		{SEPA, "iban", "4242424242424242", "err_iban"},
	} {
		f := form()
		for k, v := range good {
			f.Set(k, v)
		}
		f.Set("method", tc.method)
		f.Set(tc.field, tc.value)
		_, errs := both.Read(f, now)
		var want Errors
		if tc.want != "" {
			want = Errors{{tc.field, tc.want}}
		}
		if diff := cmp.Diff(want, errs, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s %q (-want +got)\n%s", tc.field, tc.value, diff)
		}
	}
}

func TestAnAmericanExpressCardHasFourDigits(t *testing.T) {
	_, errs := both.Read(form("method", Card, "number", "378282246310005", "expiry", "12/34", "cvc", "123"), now)
	if diff := cmp.Diff(Errors{{"cvc", "err_cvc_amex"}}, errs); diff != "" {
		t.Error(diff)
	}
}

func TestTakesOnlyTheSessionsMethods(t *testing.T) {
	only := both
	only.Methods = []string{SEPA}
	in, errs := only.Read(form("method", Card, "name", "E", "iban", "AT611904300234573201"), now)
	if in.Method != SEPA || len(errs) > 0 {
		t.Errorf("one method: %q, %v", in.Method, errs)
	}
	none := both
	none.Methods = nil
	if _, errs := none.Read(form("method", Card), now); len(errs) != 1 || errs[0].Key != "err_method" {
		t.Errorf("no method: %v", errs)
	}
}

func TestARefusalHasItsWords(t *testing.T) {
	for _, tc := range []struct {
		method string
		codes  []string
		want   Problem
	}{
		{Card, []string{"insufficient_funds", "card_declined"}, Problem{"number", "dec_insufficient_funds"}},
		{Card, []string{"generic_decline", "card_declined"}, Problem{"number", "dec_card"}},
		{Card, []string{"stolen_card", "card_declined"}, Problem{"number", "dec_card"}}, // says no more than that
		{Card, []string{"", "incorrect_cvc"}, Problem{"cvc", "dec_cvc"}},
		{SEPA, []string{"", "bank_account_unusable"}, Problem{"iban", "dec_account"}},
		{SEPA, nil, Problem{"iban", "dec_debit"}},
	} {
		if diff := cmp.Diff(Errors{tc.want}, Declined(tc.method, tc.codes...)); diff != "" {
			t.Errorf("%v\n%s", tc.codes, diff)
		}
	}
}

func TestAnAnswerIsOneOfTheButtons(t *testing.T) {
	for value, want := range map[string]bool{"release": true, "refuse": true, "late": true, "": false, "yes": false} {
		if a, ok := ReadAnswer(url.Values{"answer": {value}}); ok != want || string(a) != value {
			t.Errorf("%q: %v %v", value, a, ok)
		}
	}
}

func TestTheNumbersAreWhatTheySay(t *testing.T) {
	for _, c := range Cards {
		if luhn(c.Number) != (c.Outcome != "incorrect_number") {
			t.Errorf("%s %s: check digit", c.Number, c.Outcome)
		}
	}
	for _, i := range IBANs {
		if mod97(i.Number) != 1 {
			t.Errorf("%s: check digits", i.Number)
		}
	}
	if len(Cards) != 31 || len(IBANs) != 13 {
		t.Errorf("%d cards, %d accounts", len(Cards), len(IBANs))
	}
	var seen []string
	for _, s := range slices.Concat(Cards, IBANs) {
		if slices.Contains(seen, s.Number) || !slices.Contains(groups, s.Group) {
			t.Errorf("%s: twice, or in no group", s.Number)
		}
		if bare := strings.ReplaceAll(s.Shown(), " ", ""); bare != s.Number {
			t.Errorf("%s is shown as %s", s.Number, bare)
		}
		seen = append(seen, s.Number)
	}
}

func luhn(number string) bool {
	sum := 0
	for i := range number {
		d := int(number[len(number)-1-i] - '0')
		if i%2 == 1 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return sum%10 == 0
}

func mod97(iban string) (rest int) {
	for _, r := range iban[4:] + iban[:4] {
		if r >= 'A' {
			rest = rest*100 + int(r-'A') + 10
		} else {
			rest = rest*10 + int(r-'0')
		}
		rest %= 97
	}
	return rest
}

// Whatever is typed: what is taken is one of ours, and what is not is not shown again.
func TestNoOtherNumberGetsIn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typed := rapid.StringMatching(`[0-9]{13,19}|[A-Z]{2}[0-9]{20}`).Draw(t, "number")
		if _, ours := lookup(slices.Concat(Cards, IBANs), typed); ours {
			return
		}
		for _, f := range []url.Values{form("method", Card, "number", typed, "expiry", "12/34", "cvc", "987"), form("method", SEPA, "name", "E", "iban", typed)} {
			in, errs := both.Read(f, now)
			html, err := both.HTML(in, errs)
			if err != nil || len(errs) == 0 || in.Number+in.IBAN != "" {
				t.Fatal(in, errs, err)
			}
			if strings.Contains(strings.ReplaceAll(string(html), " ", ""), typed) || strings.Contains(string(html), `"987"`) {
				t.Fatal("what was typed is on the page")
			}
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add("method=card&email=a@b.c&number=4242+4242&expiry=12/34&cvc=123")
	f.Add("method=sepa_debit&email=%00&name=%ff&iban=DE")
	f.Fuzz(func(t *testing.T, query string) {
		form, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		in, errs := both.Read(form, now)
		if len(errs) == 0 && in.Method == Card && (in.Number == "" || in.CVC == "" || in.Month < 1 || in.Month > 12 || in.Year < now.Year()) {
			t.Errorf("taken: %+v", in)
		}
		if len(errs) == 0 && in.Method == SEPA && (in.IBAN == "" || in.Name == "") {
			t.Errorf("taken: %+v", in)
		}
		if _, err := both.HTML(in, errs); err != nil {
			t.Error(err)
		}
	})
}
