package text

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"quitt/bank"
	"quitt/debt"
	"quitt/debt/fees"
)

// whole are the catalogues that say everything.
var whole = []*Catalogue{For(German), For(English)}

// fileOf reads a language's file.
func fileOf(t *testing.T, lang Language) []byte {
	t.Helper()
	file, err := files.ReadFile(string(lang) + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestBothLanguagesSayTheSameThings(t *testing.T) {
	de, en := keysInOrder(t, fileOf(t, German)), keysInOrder(t, fileOf(t, English))
	if !slices.Equal(de, en) {
		t.Errorf("de.json and en.json differ in keys or their order:\nonly de %q\nonly en %q", without(de, en), without(en, de))
	}
	for key, sentence := range For(German).sentences {
		want, got := placeholders(sentence), placeholders(For(English).sentences[key])
		if !slices.Equal(want, got) {
			t.Errorf("%s: placeholders %q in German, %q in English", key, want, got)
		}
	}
}

// keysInOrder reads the tokens, because json.Unmarshal keeps the last of two equal keys
// without a word.
func keysInOrder(t *testing.T, file []byte) (keys []string) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(file))
	for i := 0; d.More() || i == 0; i++ {
		token, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 { // the opening brace; after it, keys and sentences alternate
			continue
		}
		word, ok := token.(string)
		if !ok {
			t.Fatalf("want a flat catalogue of strings, got %v", token)
		}
		if i%2 == 0 {
			continue
		}
		if slices.Contains(keys, word) {
			t.Errorf("the key %q occurs twice", word)
		}
		keys = append(keys, word)
	}
	return keys
}

func without(list, others []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(others, s) })
}

func placeholders(sentence string) []string {
	names := placeholder.FindAllString(sentence, -1)
	slices.Sort(names)
	return slices.Compact(names)
}

// Others read along in a mailbox: the mail with a one-time code says nothing about a debt.
func TestTheMailWithACodeSaysNothingAboutADebt(t *testing.T) {
	for _, lang := range Languages() {
		c := For(lang)
		for _, key := range []string{"mail_one_time_code_subject", "mail_one_time_code", "mail_mandate_code_subject", "mail_mandate_code"} {
			sentence := c.Text(key, debt.Args{"code": "123456"})
			for _, word := range []string{"orderung", "chuld", "nkasso", "ahlung", "ahnung", "debt", "collect", "claim", "pay", "http", "«", "{"} {
				if strings.Contains(sentence, word) {
					t.Errorf("%s %s: %q", c.language, key, word)
				}
			}
		}
	}
}

// The words and signs no sentence may contain: threats, labels the courts have refused, and
// the straight marks where each language has its own.
func TestSentencesKeepTheTone(t *testing.T) {
	for _, lang := range Languages() {
		c := For(lang)
		forbidden := []string{"!", "mahnkosten", "schufa", "letzte chance", "last chance", "inkassoverfahren", `"`, " '", "  "}
		open, shut := "„", "“"
		if c.language == English {
			open, shut = "“", "”"
			forbidden = append(forbidden, "„")
		}
		for key, sentence := range c.sentences {
			for _, word := range forbidden {
				if strings.Contains(strings.ToLower(sentence), word) {
					t.Errorf("%s %s contains %q: %s", c.language, key, word, sentence)
				}
			}
			if strings.Count(sentence, open) != strings.Count(sentence, shut) {
				t.Errorf("%s %s: the quotes %s%s do not pair: %s", c.language, key, open, shut, sentence)
			}
			if strings.TrimSpace(sentence) != sentence || sentence == "" {
				t.Errorf("%s %s is empty or has blanks around it: %q", c.language, key, sentence)
			}
			if rest := placeholder.ReplaceAllString(sentence, ""); strings.ContainsAny(rest, "{}") {
				t.Errorf("%s %s: a brace outside a placeholder: %s", c.language, key, sentence)
			}
		}
	}
}

func TestEveryLanguageWritesValuesItsOwnWay(t *testing.T) {
	day := debt.MustDate("2026-11-22")
	for _, tc := range []struct {
		value  any
		de, en string
	}{
		{debt.Cents(0), "0,00\u00a0€", "€0.00"},
		{debt.Cents(5), "0,05\u00a0€", "€0.05"},
		{debt.Cents(999_99), "999,99\u00a0€", "€999.99"},
		{debt.Cents(1234_56), "1.234,56\u00a0€", "€1,234.56"},
		{debt.Cents(-1234_56), "−1.234,56\u00a0€", "−€1,234.56"},
		{debt.MaxCents, "1.000.000.000,00\u00a0€", "€1,000,000,000.00"},
		{debt.Cents(math.MinInt64), "−92.233.720.368.547.758,08\u00a0€", "−€92,233,720,368,547,758.08"},
		{day, "22.11.2026", "22 Nov 2026"},
		{debt.MustDate("2026-03-01"), "01.03.2026", "1 Mar 2026"},
		{debt.Date{}, "", ""},
		{debt.BasisPoints(652), "6,52\u00a0%", "6.52%"},
		{debt.BasisPoints(950), "9,5\u00a0%", "9.5%"},
		{debt.BasisPoints(3000), "30\u00a0%", "30%"},
		{debt.BasisPoints(-88), "−0,88\u00a0%", "−0.88%"},
		{debt.BasisPoints(5), "0,05\u00a0%", "0.05%"},
		{fees.Full, "0,9", "0.9"},
		{fees.Contested, "1,3", "1.3"},
		{fees.Rate(7500), "0,75", "0.75"},
		{7, "7", "7"},
		{-7, "−7", "−7"},
		{2026, "2026", "2026"},
		{9999, "9999", "9999"},
		{10_000, "10.000", "10,000"},
		{int64(1_234_567), "1.234.567", "1,234,567"},
		{int32(-10_000), "−10.000", "−10,000"},
		{"Müller & Söhne", "Müller & Söhne", "Müller & Söhne"},
		{[]string{"Name", "Ort"}, "Name, Ort", "Name, Ort"},
		{[]string{}, "", ""},
		{debt.StageCourt, "gerichtliches Mahnverfahren", "court payment procedure"},
		{debt.Stage("moon"), "«stage_moon»", "«stage_moon»"},
		{debt.StepCourt, "court", "court"},
		{[]debt.Barrier{debt.BarrierPaid, "hold_promise"}, "Forderung bezahlt, Mahnsperre wegen einer Zahlungszusage",
			"claim paid, hold because of a promise to pay"},
		{debt.Personal("Erika"), "•••", "•••"},
	} {
		for i, want := range []string{tc.de, tc.en} {
			if got := whole[i].value(tc.value); got != want {
				t.Errorf("%s: %#v is written %q, want %q", whole[i].language, tc.value, got, want)
			}
		}
	}
}

func TestTextFillsPlaceholders(t *testing.T) {
	due, from := debt.MustDate("2026-03-17"), debt.MustDate("2026-03-16")
	for _, tc := range []struct {
		key      string
		args     debt.Args
		language Language
		want     string
	}{
		{"contract_after_due", debt.Args{"contract": due, "due": from}, German,
			"Das Vertragsdatum 17.03.2026 liegt nach der Fälligkeit 16.03.2026. Bitte prüfen Sie beide Daten."},
		{"contract_after_due", debt.Args{"contract": due, "due": from}, English,
			"The contract date 17 Mar 2026 is later than the due date 16 Mar 2026. Check both dates."},
		{"dunning_cost_too_high", debt.Args{"most": debt.Cents(250)}, German,
			"Erstattet werden nur Materialkosten der Mahnung, höchstens 2,50\u00a0€. Bitte korrigieren Sie den Betrag."},
		{"no_such_key", nil, German, "«no_such_key»"},
		{"date_in_future", nil, English, "The date is in the future. It must not be later than {today}."},
		{"date_in_future", debt.Args{"row": 3}, English, "The date is in the future. It must not be later than {today}."},
		// What a person typed is text, whatever it looks like.
		{"transition_forbidden", debt.Args{"from": "{to}", "to": "x"}, English, "The change from “{to}” to “x” is not possible."},
		{"transition_forbidden", debt.Args{"from": debt.StageReminder, "to": debt.StageTitled}, German,
			"Der Wechsel von „erstes Schreiben“ nach „tituliert“ ist nicht möglich."},
		{"payment_transition", debt.Args{"from": debt.PaymentExpired, "to": debt.PaymentSucceeded}, English,
			"The payment is “expired” and cannot become “received”."},
		{"court_step_forbidden", debt.Args{"reasons": []debt.Barrier{debt.BarrierMinor, "hold_plan"}}, German,
			"Der gerichtliche Schritt ist jetzt nicht erlaubt: Schuldner minderjährig ohne bekannte Vertretung, Mahnsperre wegen eines Ratenplans."},
		{"case_unknown", nil, "fr", "Zu diesem Aktenzeichen gibt es keinen Fall. Bitte prüfen Sie das Zeichen."},
	} {
		if got := For(tc.language).Text(tc.key, tc.args); got != tc.want {
			t.Errorf("%s %s %v:\n got %s\nwant %s", tc.language, tc.key, tc.args, got, tc.want)
		}
	}
}

func TestErrorSpeaksForEveryKind(t *testing.T) {
	for _, c := range whole {
		for _, kind := range debt.Kinds() {
			refusal := debt.E(kind, "payment_key_taken", debt.Args{"key": "B-17"})
			want := c.Text("payment_key_taken", debt.Args{"key": "B-17"})
			for _, err := range []error{
				refusal,
				fmt.Errorf("book: %w", refusal),
				fmt.Errorf("%w: %w", refusal, errors.New("driver words")),
				errors.Join(errors.New("rollback"), refusal, debt.E(debt.Invalid, "due_missing", nil)),
			} {
				if got := c.Error(err); got != want {
					t.Errorf("%s %s: %v is said as %q, want %q", c.language, kind, err, got, want)
				}
			}
		}
	}
}

func TestErrorSpeaksForBankAndForTheUnexpected(t *testing.T) {
	c := For(English)
	format := &bank.FormatError{Key: "iban_length", Args: map[string]any{"country": "DE", "want": 22, "got": 21}}
	for _, tc := range []struct {
		err  error
		want string
	}{
		{nil, ""},
		{fmt.Errorf("payer: %w", format),
			"An IBAN from DE has 22 characters, this one has 21. Check whether something is missing or too much."},
		{errors.Join(format, debt.E(debt.NotFound, "debtor_unknown", nil)), "There is no such debtor."},
		{errors.New("disk on fire"), "Unexpected error: disk on fire"},
		{debt.E(debt.Invalid, "forgotten", nil), "«forgotten»"},
	} {
		if got := c.Error(tc.err); got != tc.want {
			t.Errorf("%v is said as %q, want %q", tc.err, got, tc.want)
		}
	}
}

func TestBrokenCataloguePanicsWithItsName(t *testing.T) {
	for _, file := range []string{`{"a": "b",}`, `{"a": 1}`, `{}`, ``, `null`, `{"a": "b"}`, `{"_dir": "up", "a": "b"}`,
		`{"_dir": "ltr", "_name": "English", "a": "b"}`} {
		func() {
			defer func() {
				if said := fmt.Sprint(recover()); !strings.Contains(said, "en.json") {
					t.Errorf("%q: the panic does not name the file: %s", file, said)
				}
			}()
			mustParse(English, []byte(file))
		}()
	}
}
