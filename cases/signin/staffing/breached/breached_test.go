package breached

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // as in the list
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"quitt/debt"
)

// written is a list of passwords as it is given out: n of them, with or without counts.
func written(passwords []string, style func(i int, hash string) string) string {
	var hashes []string
	for _, p := range passwords {
		sum := sha1.Sum([]byte(p)) //nolint:gosec // as in the list
		hashes = append(hashes, strings.ToUpper(hex.EncodeToString(sum[:])))
	}
	slices.Sort(hashes)
	var out strings.Builder
	for i, h := range slices.Compact(hashes) {
		out.WriteString(style(i, h))
	}
	return out.String()
}

func open(text string) (*List, error) { return New(strings.NewReader(text), int64(len(text))) }

// The search in the file and a look at every line say the same, however long the lines are.
func TestTheSearchFindsWhatIsThereAndNothingElse(t *testing.T) {
	styles := []func(i int, hash string) string{
		func(i int, hash string) string { return fmt.Sprintf("%s:%d\r\n", hash, i*i*i) },
		func(_ int, hash string) string { return hash + "\n" },
		func(i int, hash string) string {
			return fmt.Sprintf("%s:%s\n", strings.ToLower(hash), strings.Repeat("9", 1+i%20))
		},
	}
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringN(0, 12, -1), 1, 300).Draw(t, "words")
		text := written(words, rapid.SampledFrom(styles).Draw(t, "style"))
		if rapid.Bool().Draw(t, "cut") { // the last line may have no end
			text = strings.TrimRight(text, "\r\n")
		}
		l, err := open(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range append(rapid.SliceOfN(rapid.StringN(0, 12, -1), 0, 50).Draw(t, "others"), words...) {
			sum := sha1.Sum([]byte(p)) //nolint:gosec // as in the list
			want := strings.Contains(strings.ToUpper(text), strings.ToUpper(hex.EncodeToString(sum[:])))
			if got, err := l.Has(p); err != nil || got != want {
				t.Fatalf("%q: %v %v, want %v", p, got, err, want)
			}
		}
	})
}

// "password" is in every list there is: its hash is known from elsewhere.
func TestAKnownPasswordIsKnown(t *testing.T) {
	l, err := open("000000005AD76BD555C1D6D771DE417A4B87E4B4:10\r\n5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:10434004\r\nFFFFFFFEE791CBAC0F6305CAF0CEE06BBE131160:2\r\n")
	if err != nil {
		t.Fatal(err)
	}
	for password, want := range map[string]bool{"password": true, "Password": false, "": false} {
		if got, err := l.Has(password); err != nil || got != want {
			t.Errorf("%q: %v %v", password, got, err)
		}
	}
	var none *List
	if got, err := none.Has("password"); got || err != nil {
		t.Errorf("no list holds %v %v", got, err)
	}
}

func TestWhatIsNoList(t *testing.T) {
	const a, b = "000000005AD76BD555C1D6D771DE417A4B87E4B4", "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8"
	for name, text := range map[string]string{
		"nothing": "", "an empty line": "\n", "words": "password\nqwertz\n", "shorter hashes": a[:32] + ":1\n" + b[:32] + ":1\n", "longer ones": a + "00\n",
		"no digits": strings.Repeat("G", 40) + "\n", "out of order": b + ":1\n" + a + ":1\n", "a count of letters": a + ":x\n", "no count": a + ":\n",
		"an archive": "PK\x03\x04" + strings.Repeat("\x00", 200), "a list and a rest": a + "\n\n",
	} {
		if _, err := open(text); !errors.Is(err, debt.E(debt.Invalid, "breached_invalid", nil)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A file that breaks later must not let a password pass for one nobody knows.
func TestAFileThatBreaksIsAnError(t *testing.T) {
	text := written([]string{"a", "b", "c", "d"}, func(_ int, hash string) string { return hash + "\n" })
	l, err := open(text)
	if err != nil {
		t.Fatal(err)
	}
	l.r = bytes.NewReader([]byte(strings.Repeat("x", len(text))))
	if _, err := l.Has("a"); err == nil {
		t.Error("nobody notices")
	}
	l.r = strings.NewReader("")
	if _, err := l.Has("a"); err == nil {
		t.Error("nobody notices that it is empty")
	}
}

func FuzzList(f *testing.F) {
	f.Add("000000005AD76BD555C1D6D771DE417A4B87E4B4:10\r\n5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:3\r\n", "password")
	f.Add("", "")
	f.Add(strings.Repeat("\n", 200), "x")
	f.Fuzz(func(t *testing.T, text, password string) {
		l, err := open(text)
		if err != nil {
			return
		}
		found, err := l.Has(password)
		sum := sha1.Sum([]byte(password)) //nolint:gosec // as in the list
		if err == nil && found && !strings.Contains(strings.ToUpper(text), strings.ToUpper(hex.EncodeToString(sum[:]))) {
			t.Errorf("%q is found and not there", password)
		}
	})
}
