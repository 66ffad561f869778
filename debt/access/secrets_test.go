package access

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"quitt/debt"
)

// plain gives the 16 symbols of a random code.
func plain(t *rapid.T) string {
	var random [10]byte
	copy(random[:], rapid.SliceOfN(rapid.Byte(), 10, 10).Draw(t, "random"))
	return string(NewCode(random))
}

func mistyped(s string) bool {
	_, err := ParseCode(s)
	return errors.Is(err, debt.E(debt.Invalid, "code_mistyped", nil))
}

// Every position, every other symbol, of random codes.
func TestEverySingleTypoIsCaught(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := plain(t)
		for i := range code {
			for _, c := range alphabet {
				if wrong := code[:i] + string(c) + code[i+1:]; wrong != code && !mistyped(wrong) {
					t.Errorf("position %d, %c taken for %c", i, c, code[i])
				}
			}
		}
	})
}

// The sum is linear, so a swap is caught for every code if it is caught for every pair of
// symbols at every two places: 120 pairs of places, 32 x 31 of symbols, all of them.
func TestEverySwapIsCaught(t *testing.T) {
	for i := range codeSymbols {
		for j := i + 1; j < codeSymbols; j++ {
			for a := range int8(32) {
				for b := range int8(32) {
					if a != b && sumOf(map[int]int8{i: a, j: b}) == sumOf(map[int]int8{i: b, j: a}) {
						t.Fatalf("places %d and %d: %d and %d may change places", i, j, a, b)
					}
				}
			}
		}
	}
}

// aa for bb at neighbours, and aca for bcb over one.
func TestEveryTwinErrorIsCaught(t *testing.T) {
	for i := range codeSymbols {
		for _, j := range []int{i + 1, i + 2} {
			for a := range int8(32) {
				for b := range int8(32) {
					if j < codeSymbols && a != b && sumOf(map[int]int8{i: a, j: a}) == sumOf(map[int]int8{i: b, j: b}) {
						t.Fatalf("places %d and %d: twins of %d pass for twins of %d", i, j, a, b)
					}
				}
			}
		}
	}
}

// sumOf is the weighted sum of 16 symbols, all zero but the given ones.
func sumOf(given map[int]int8) (sum int8) {
	weight := int8(1)
	for i := range codeSymbols {
		sum ^= times(weight, given[i])
		weight = times(weight, 2)
	}
	return sum
}

// The exhaustive tests above speak about sumOf; this one ties it to the codes.
func TestAWholeCodeSumsToZero(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits, _ := symbols(plain(t))
		given := map[int]int8{}
		for i, d := range digits {
			given[i] = d
		}
		if sum := sumOf(given); sum != 0 {
			t.Errorf("sum %d", sum)
		}
	})
}

func TestSwapsAndTwinsInWholeCodes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := []byte(plain(t))
		for _, over := range []int{1, 2} {
			for i := range len(code) - over {
				swapped := slices.Clone(code)
				swapped[i], swapped[i+over] = swapped[i+over], swapped[i]
				if code[i] != code[i+over] && !mistyped(string(swapped)) {
					t.Errorf("swap at %d over %d", i, over)
				}
			}
		}
	})
}

func TestACodeIsReadAsPeopleTypeIt(t *testing.T) {
	code := NewCode([10]byte{0x08, 0x42, 1, 2, 3, 4, 5, 6, 7, 8})
	g := code.Grouped()
	if len(g) != 19 || g[4] != '-' || g[9] != '-' || g[14] != '-' {
		t.Fatal("not 4x4")
	}
	for name, typed := range map[string]string{
		"printed": g, "lower case": strings.ToLower(g), "blanks": strings.ReplaceAll(g, "-", " "), "nothing between": strings.ReplaceAll(g, "-", ""),
		"en dashes": strings.ReplaceAll(g, "-", " – "), "dots": strings.ReplaceAll(g, "-", "."), "no-break": strings.ReplaceAll(g, "-", "\u00a0"),
		"I for 1": strings.ReplaceAll(g, "1", "I"), "l for 1": strings.ReplaceAll(g, "1", "l"), "O for 0": strings.ReplaceAll(g, "0", "O"),
		"around": "  " + g + "\r\n", "minus": strings.ReplaceAll(g, "-", "\u2212"), "soft hyphen": strings.ReplaceAll(g, "-", "\u00ad"),
	} {
		if got, err := ParseCode(typed); err != nil || got != code {
			t.Errorf("%s: %v", name, err)
		}
	}
	if !strings.ContainsAny(g, "1") || !strings.ContainsAny(g, "0") {
		t.Error("the example has no 1 or no 0: nothing was replaced")
	}
}

func TestWhatIsNoCodeIsRefusedWithItsReason(t *testing.T) {
	code := NewCode([10]byte{1, 2, 3}).Grouped()
	for _, c := range []struct {
		typed, key string
		got        any
	}{
		{"", "code_incomplete", 0}, {code[:len(code)-1], "code_incomplete", 15}, {code + "0", "code_incomplete", 17}, {"---", "code_incomplete", 0},
		{code + "\x00", "code_characters", nil}, {"ABCD-EFGH-JKMN-PQRU", "code_characters", nil}, {"Ä" + code, "code_characters", nil},
		{code + "' OR 1=1 --", "code_characters", nil}, {strings.Repeat("A", 1<<20), "code_characters", nil},
		{code[:len(code)-1] + "\xff", "code_characters", nil}, {"ſ" + code[1:], "code_characters", nil},
	} {
		_, err := ParseCode(c.typed)
		var e *debt.Error
		if !errors.As(err, &e) || e.Kind != debt.Invalid || e.Key != c.key || e.Args["got"] != c.got {
			t.Errorf("%.30q: %v", c.typed, err)
		}
	}
}

func TestATokenIsReadAsItWasPrinted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var random [16]byte
		copy(random[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "random"))
		token := NewToken(random)
		if len(token) != 26 {
			t.Fatalf("%d symbols", len(token))
		}
		if got, err := ParseToken(strings.ToLower(token.Plain())); err != nil || got != token || got.Hash() != token.Hash() {
			t.Error(err)
		}
		for cut := range 26 {
			if _, err := ParseToken(token.Plain()[:cut]); !errors.Is(err, debt.E(debt.Invalid, "link_incomplete", nil)) {
				t.Errorf("the first %d symbols: %v", cut, err)
			}
		}
	})
	low, high := NewToken([16]byte{15: 1}), NewToken([16]byte(slices.Repeat([]byte{0xff}, 16)))
	if low != "00000000000000000000000001" || high != "7ZZZZZZZZZZZZZZZZZZZZZZZZZ" {
		t.Errorf("%s %s", low.Plain(), high.Plain())
	}
	if _, err := ParseToken("8" + string(high[1:])); err == nil {
		t.Error("more than 128 bits taken")
	}
	if _, err := ParseToken(strings.Repeat("0", 1<<20)); err == nil {
		t.Error("a megabyte taken")
	}
}

func TestSecretsMaskThemselves(t *testing.T) {
	token, code := NewToken([16]byte{9, 8, 7, 6, 5}), NewCode([10]byte{9, 8, 7, 6, 5})
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "token", token, "code", code)
	marshalled, err := json.Marshal([]any{token, code})
	if err != nil {
		t.Fatal(err)
	}
	out := []string{log.String(), string(marshalled)}
	for _, verb := range []string{"%v", "%s", "%q", "%x", "%+v", "%#v", "%d"} {
		out = append(out, fmt.Sprintf(verb+verb, token, code), fmt.Sprintf(verb, struct {
			T Token
			C Code
		}{token, code}))
	}
	for _, s := range out {
		if strings.Contains(s, token.Plain()) || strings.Contains(s, string(code)) || strings.Contains(s, fmt.Sprintf("%x", string(code))) {
			t.Error("a secret is shown")
		}
		if !strings.Contains(s, secretMask) {
			t.Errorf("no mask in %q", s)
		}
	}
}

func TestSelectorAndVerifierShareTheCode(t *testing.T) {
	a := Code("ABCDEF123456789X")
	if string(a.Verifier()) != "123456789" || a.Selector() == Code("ABCDEG123456789X").Selector() ||
		a.Selector() != Code("ABCDEF000000000X").Selector() {
		t.Error("selector is six symbols, verifier the nine after it")
	}
}

func TestCheckWordsAreManyAndTellApart(t *testing.T) {
	if len(words) < 512 {
		t.Fatalf("%d words", len(words))
	}
	for i, a := range words {
		if a != strings.TrimSpace(a) || strings.ToLower(a[1:]) != a[1:] || len(a) < 3 || len(a) > 12 {
			t.Errorf("%q is no plain noun", a)
		}
		for _, b := range words[:i] {
			if near(strings.ToLower(a), strings.ToLower(b)) {
				t.Errorf("%s and %s differ in one letter", a, b)
			}
		}
	}
}

// near reports whether one letter changed, added or dropped makes b of a.
func near(a, b string) bool {
	if len(a) < len(b) {
		a, b = b, a
	}
	if len(a)-len(b) > 1 {
		return false
	}
	i := 0
	for i < len(b) && a[i] == b[i] {
		i++
	}
	if len(a) > len(b) {
		return a[i+1:] == b[i:]
	}
	return i == len(a) || a[i+1:] == b[i+1:]
}

func TestTheTwoCheckWordsDiffer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var random [4]byte
		copy(random[:], rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "random"))
		two := strings.Fields(NewWords(random))
		if len(two) != 2 || two[0] == two[1] {
			t.Error(two)
		}
	})
}

func FuzzParseCode(f *testing.F) {
	f.Add(NewCode([10]byte{1, 2, 3}).Grouped())
	f.Add("abcd efgh – jkmn.pqrs")
	f.Fuzz(func(t *testing.T, typed string) {
		code, err := ParseCode(typed)
		if err != nil {
			if debt.KindOf(err) != debt.Invalid || code != "" {
				t.Error(err)
			}
			return
		}
		if again, err := ParseCode(code.Grouped()); err != nil || again != code || len(code) != codeSymbols {
			t.Error("a code that was read does not read back")
		}
	})
}

func FuzzParseToken(f *testing.F) {
	f.Add(NewToken([16]byte{1, 2, 3}).Plain())
	f.Add("#7zzz")
	f.Fuzz(func(t *testing.T, scanned string) {
		token, err := ParseToken(scanned)
		if err != nil {
			if debt.KindOf(err) != debt.Invalid || token != "" {
				t.Error(err)
			}
			return
		}
		if again, err := ParseToken(token.Plain()); err != nil || again != token || len(token) != tokenSymbols {
			t.Error("a token that was read does not read back")
		}
	})
}
