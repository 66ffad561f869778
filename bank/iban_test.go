package bank

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Examples published in the IBAN registry, one per country family.
func TestParseIBANAcceptsRegistryExamples(t *testing.T) {
	for _, s := range []string{
		"DE89370400440532013000", "AT611904300234573201", "BE68539007547034",
		"BG80BNBG96611020345678", "CH9300762011623852957", "CY17002001280000001200527600",
		"CZ6508000000192000145399", "DK5000400440116243", "EE382200221020145685",
		"ES9121000418450200051332", "FI2112345600000785", "FR1420041010050500013M02606",
		"GB29NWBK60161331926819", "GI75NWBK000000007099453", "GR1601101250000000012300695",
		"HR1210010051863000160", "HU42117730161111101800000000", "IE29AIBK93115212345678",
		"IS140159260076545510730339", "IT60X0542811101000000123456", "LI21088100002324013AA",
		"LT121000011101001000", "LU280019400644750000", "LV80BANK0000435195001",
		"MC5811222000010123456789030", "MT84MALT011000012345MTLCAST001S", "NL91ABNA0417164300",
		"NO9386011117947", "PL61109010140000071219812874", "PT50000201231234567890154",
		"RO49AAAA1B31007593840000", "SE4550000000058398257466", "SI56191000000123438",
		"SK3112000000198742637541", "SM86U0322509800000000270100", "VA59001123000012345678",
		"AD1200012030200359100100", "AL47212110090000000235698741", "MD24AG000225100013104168",
		"ME25505000012345678951", "MK07250120000058984", "RS35260005601001611379",
		"TR330006100519786457841326", "UA213223130000026007233566001", "AE070331234567890123456",
		"SA0380000000608010167519", "XK051212012345678906", "IL620108000000099999999",
		"BR1800360305000010009795493C1", "KZ86125KZT5004100100", "MU17BOMM0101101030300200000MUR",
		"TN5910006035183598478831", "LC55HEMM000100010012001200023015", "QA58DOHB00001234567890ABCDEFG",
	} {
		if i, err := ParseIBAN(s); err != nil || i.Plain() != s {
			t.Errorf("ParseIBAN(%s) = %s, %v", s, i.Plain(), err)
		}
	}
}

func TestParseIBANCleansAndRefuses(t *testing.T) {
	for _, c := range []struct{ in, key string }{
		{"de89 3704 0044 0532 0130 00", ""},
		{" DE89\u00a03704\u202f0044\t0532 0130 00\r\n", ""},
		{"", "iban_country"},
		{"D", "iban_country"},
		{"89370400440532013000", "iban_country"},
		{"ZZ89370400440532013000", "iban_country"},
		{"\u0131E89370400440532013000", "iban_country"}, // dotless i is not I
		{"DE8937040044053201300", "iban_length"},
		{"DE893704004405320130000", "iban_length"},
		{"DE" + strings.Repeat("1", 10_000), "iban_length"},
		{"DE8937040044053201300Ü", "iban_characters"},
		{"DE8937040044053201300O", "iban_characters"}, // letter O: a German number is all digits
		{"DE89-3704-0044-0532-01", "iban_characters"},
		{"DEX9370400440532013000", "iban_characters"},
		{"DE88370400440532013000", "iban_checksum"},
		{"DE89370400440532013001", "iban_checksum"},
		{"DE98370400440532013000", "iban_checksum"}, // two digits swapped
		{"NO9386011117948", "iban_checksum"},
	} {
		i, err := ParseIBAN(c.in)
		if got := keyOf(t, err); got != c.key {
			t.Errorf("ParseIBAN(%.40q): key %q, want %q", c.in, got, c.key)
		}
		if c.key == "" && i != "DE89370400440532013000" {
			t.Errorf("ParseIBAN(%q) = %s, not canonical", c.in, i.Plain())
		}
	}
}

// 98 - r never yields 00, 01 or 99, yet those satisfy the congruence beside 97, 98 and 02.
func TestCheckDigitTwinsAreRefused(t *testing.T) {
	twins := map[string]string{"97": "00", "98": "01", "02": "99"}
	found := 0
	for n := range 1000 {
		bban := fmt.Sprintf("%018d", n)
		twin, has := twins[checkDigits("DE", bban)]
		if !has {
			continue
		}
		found++
		if mod97(bban+"DE"+twin) != 1 {
			t.Fatalf("DE%s%s is no twin: the test proves nothing", twin, bban)
		}
		if _, err := ParseIBAN("DE" + twin + bban); keyOf(t, err) != "iban_checksum" {
			t.Errorf("DE%s%s accepted", twin, bban)
		}
	}
	if found < 3 {
		t.Fatalf("only %d twins among the numbers tried", found)
	}
}

func TestIBANErrorSaysWhatIsWrongButNotTheNumber(t *testing.T) {
	_, err := ParseIBAN("DE8937040044053201300")
	if got, want := err.Error(), "iban_length country=DE got=21 want=22"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	var f *FormatError
	if _, err = ParseIBAN("DE88370400440532013000"); !errors.As(err, &f) || len(f.Args) != 0 {
		t.Errorf("checksum error carries arguments: %v", err)
	}
}

// A number must not reach a log, a page or a file because somebody printed the struct
// around it.
func TestIBANMasksItselfEverywhereButPlain(t *testing.T) {
	i := IBAN("DE89370400440532013000")
	type wrap struct{ Account IBAN }
	var text, js bytes.Buffer
	slog.New(slog.NewTextHandler(&text, nil)).Info("x", "iban", i, "in", wrap{i}, "ptr", &i)
	slog.New(slog.NewJSONHandler(&js, nil)).Info("x", "iban", i, "in", wrap{i}, "list", []IBAN{i})
	marshalled, err := json.Marshal(map[string]any{"x": wrap{i}})
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]string{
		"%v": fmt.Sprintf("%v", i), "%+v": fmt.Sprintf("%+v", i), "%#v": fmt.Sprintf("%#v", i),
		"%s": fmt.Sprintf("%s", i), "%q": fmt.Sprintf("%q", i), "%x": fmt.Sprintf("%x", i),
		"%d": fmt.Sprintf("%d", i), "struct": fmt.Sprintf("%+v", wrap{i}), "slice": fmt.Sprint([]IBAN{i}),
		"slog text": text.String(), "slog json": js.String(), "json": string(marshalled), "String": i.String(),
	} {
		if strings.Contains(got, "3704") || strings.Contains(got, fmt.Sprintf("%x", "3704")) {
			t.Errorf("%s shows the number: %s", name, got)
		}
		if !strings.Contains(got, "DE89…3000") {
			t.Errorf("%s does not show the masked form: %s", name, got)
		}
	}
	if i.Plain() != "DE89370400440532013000" || i.Grouped() != "DE89 3704 0044 0532 0130 00" {
		t.Errorf("Plain %s, Grouped %s", i.Plain(), i.Grouped())
	}
	if i.Country() != "DE" || i.Last4() != "3000" {
		t.Errorf("Country %s, Last4 %s", i.Country(), i.Last4())
	}
}

// A value that never went through ParseIBAN must neither panic nor show itself.
func TestIBANOfAnythingIsSafe(t *testing.T) {
	for in, want := range map[IBAN]string{"": "", "D": "…", "DE893": "…", "DE89300": "…"} {
		if got := fmt.Sprintf("%v", in); got != want {
			t.Errorf("%q prints %q, want %q", string(in), got, want)
		}
		_, _, _, _ = in.Country(), in.Last4(), in.Grouped(), in.SEPA()
	}
}

func TestSEPA(t *testing.T) {
	for in, want := range map[IBAN]bool{
		"DE89370400440532013000": true, "CH9300762011623852957": true,
		"TR330006100519786457841326": false, "": false,
	} {
		if in.SEPA() != want {
			t.Errorf("SEPA of %s = %v", in.Plain(), !want)
		}
	}
}

// change draws s with one character replaced by another of the same class.
func change(t *rapid.T, s string, from int) string {
	at := rapid.IntRange(from, len(s)-1).Draw(t, "at")
	class := "0123456789"
	if isUpper(s[at]) {
		class = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	}
	c := rapid.SampledFrom([]byte(strings.ReplaceAll(class, s[at:at+1], ""))).Draw(t, "to")
	return s[:at] + string(c) + s[at+1:]
}

// MOD 97-10 detects every digit read as another digit and every letter read as another
// letter. It cannot promise that for a digit read as a letter, which changes the length of
// the number beneath; the rule that a German number is all digits covers those.
func TestAnySingleChangeOfAnIBANIsDetected(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		country := rapid.SampledFrom([]string{"DE", "AT", "NL", "FR", "GB", "MT", "LC"}).Draw(t, "country")
		alphabet := "0123456789"
		if !countries[country].digits {
			alphabet += "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		}
		n := countries[country].length - 4
		body := rapid.StringOfN(rapid.SampledFrom([]rune(alphabet)), n, n, n).Draw(t, "body")
		s := country + checkDigits(country, body) + body
		if _, err := ParseIBAN(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
		if wrong := change(t, s, 0); parses(wrong) {
			t.Fatalf("%s and %s both pass", s, wrong)
		}
	})
}

func TestAnySingleChangeOfAGermanIBANIsDetected(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.StringMatching(`[0-9]{18}`).Draw(t, "body")
		s := "DE" + checkDigits("DE", body) + body
		at := rapid.IntRange(2, len(s)-1).Draw(t, "at")
		c := rapid.SampledFrom([]byte(strings.ReplaceAll("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", s[at:at+1], ""))).Draw(t, "to")
		if wrong := s[:at] + string(c) + s[at+1:]; parses(wrong) {
			t.Fatalf("%s and %s both pass", s, wrong)
		}
	})
}

func parses(s string) bool {
	_, err := ParseIBAN(s)
	return err == nil
}

func FuzzParseIBAN(f *testing.F) {
	for _, s := range []string{"DE89370400440532013000", "de89 3704 0044 0532 0130 00", "GB29NWBK60161331926819", "", "DE", "ÜÜ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		i, err := ParseIBAN(s)
		if keyOf(t, err) != "" {
			return
		}
		for _, again := range []string{i.Plain(), i.Grouped(), strings.ToLower(i.Grouped())} {
			if j, err := ParseIBAN(again); err != nil || j != i {
				t.Fatalf("%q reads as %q, then %q as %q (%v)", s, i.Plain(), again, j.Plain(), err)
			}
		}
	})
}
