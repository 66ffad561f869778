package person_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/store/person"
)

func key(b byte) []byte { return bytes.Repeat([]byte{b}, 32) }

func safe(t testing.TB, keys ...[]byte) person.Safe {
	t.Helper()
	s, err := person.NewSafe(keys)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var texts = rapid.Map(rapid.String(), func(s string) string { return strings.ReplaceAll(strings.ToValidUTF8(s, "?"), "\x00", "?") })

func broken(err error) bool {
	return errors.Is(err, debt.E(debt.Unavailable, "person_key_broken", nil))
}

func TestWhatIsSealedOpensForItsPersonAndItsPlaceOnly(t *testing.T) {
	s := safe(t, key(1))
	rapid.Check(t, func(t *rapid.T) {
		text, owner, other := texts.Draw(t, "text"), rapid.String().Draw(t, "owner"), rapid.String().Draw(t, "other")
		k, sealed, err := s.New("a")
		if err != nil {
			t.Fatal(err)
		}
		stranger, _, err := s.New("b")
		if err != nil {
			t.Fatal(err)
		}
		out, err := k.Seal(owner, text)
		if err != nil || !person.Sealed(out) || len(text) > 3 && strings.Contains(out, text) {
			t.Fatalf("%q %v", out, err)
		}
		again, err := s.Open("a", sealed)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := again.Open(owner, out); got != text || err != nil {
			t.Fatalf("%q, %v", got, err)
		}
		if _, err := stranger.Open(owner, out); !broken(err) {
			t.Fatal("another person's key opens it", err)
		}
		if _, err := k.Open(other, out); other != owner && !broken(err) {
			t.Fatal("it opens elsewhere", err)
		}
		if _, err := s.Open("b", sealed); !broken(err) {
			t.Fatal("the key opens for another owner", err)
		}
		at := rapid.IntRange(3, len(out)-1).Draw(t, "at")
		if got, err := k.Open(owner, out[:at]+string(out[at]^1)+out[at+1:]); err == nil && got == text && out[at]^1 != out[at] && at < len(out)-1 {
			t.Fatal("a changed text opens")
		}
	})
}

func TestWithoutItsKeyNothingOpensAndNothingIsSealed(t *testing.T) {
	k, _, err := safe(t, key(1)).New("a")
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := k.Seal("x", "Kanarienvogel")
	if err != nil {
		t.Fatal(err)
	}
	gone, err := safe(t, key(1)).Open("a", "")
	if err != nil || !gone.None() {
		t.Fatal(err)
	}
	if _, err := gone.Open("x", sealed); !broken(err) {
		t.Error(err)
	}
	if _, err := gone.Seal("x", "y"); !errors.Is(err, debt.E(debt.Conflict, "person_erased", nil)) {
		t.Error(err)
	}
	if got, err := gone.Open("x", "in the clear"); got != "in the clear" || err != nil {
		t.Errorf("%q %v", got, err)
	}
	if _, _, err := safe(t).New("a"); !errors.Is(err, debt.E(debt.Unavailable, "pepper_missing", nil)) {
		t.Errorf("without a key of the installation: %v", err)
	}
}

// An old key of the installation may go once what it sealed is renewed.
func TestKeysAreRenewed(t *testing.T) {
	k, sealed, err := safe(t, key(1)).New("a")
	if err != nil {
		t.Fatal(err)
	}
	text, err := k.Seal("x", "Kanarienvogel")
	if err != nil {
		t.Fatal(err)
	}
	both := safe(t, key(2), key(1))
	renewed, err := both.Renew("a", sealed)
	if err != nil || renewed == "" {
		t.Fatal(renewed, err)
	}
	if again, err := both.Renew("a", renewed); again != "" || err != nil {
		t.Errorf("renewed twice: %q %v", again, err)
	}
	after, err := safe(t, key(2)).Open("a", renewed)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := after.Open("x", text); got != "Kanarienvogel" || err != nil {
		t.Errorf("%q %v", got, err)
	}
	if _, err := safe(t, key(2)).Open("a", sealed); !broken(err) {
		t.Errorf("the old one still opens: %v", err)
	}
}

// A mark is the same for the same address however it is written, and another one under
// another key: who has the rows alone cannot try addresses.
func TestMarksTellAddressesApart(t *testing.T) {
	s, other := safe(t, key(2), key(1)), safe(t, key(3))
	a, b := s.Marks("Mara@example.org "), s.Marks("mara@EXAMPLE.org")
	if len(a) != 2 || a[0] != b[0] || a[1] != b[1] || a[0] == a[1] || a[1] != safe(t, key(1)).Marks("mara@example.org")[0] {
		t.Errorf("%v %v", a, b)
	}
	if s.Marks("x@example.org")[0] == a[0] || other.Marks("mara@example.org")[0] == a[0] {
		t.Error("marks do not tell apart")
	}
}

func FuzzOpen(f *testing.F) {
	k, _, err := safe(f, key(1)).New("a")
	if err != nil {
		f.Fatal(err)
	}
	good, err := k.Seal("x", "text")
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{"", "~1:", "~1:%%", "~1:AAAA", "plain", good, good[:len(good)-2]} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := k.Open("x", text)
		if person.Sealed(text) && err == nil && got != "text" {
			t.Errorf("%q opened as %q", text, got)
		}
		if !person.Sealed(text) && (got != text || err != nil) {
			t.Errorf("%q is not sealed: %q %v", text, got, err)
		}
	})
}

// BenchmarkNewRow is what a debtor costs an import: a key, its seal and that of the row.
func BenchmarkNewRow(b *testing.B) {
	s := safe(b, key(1))
	d := debt.Debtor{ID: "019ab000-0000-7000-8000-000000000001", Kind: debt.Person, FirstName: "Änne", LastName: "Löwe", Street: "Rosenallee 7",
		Postcode: "50825", City: "Köln", Country: "DE", Email: "aenne@example.org"}
	for b.Loop() {
		if _, _, err := s.NewRow("019ab000-0000-7000-8000-000000000002", d); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDebtor is what a debtor costs whoever reads him.
func BenchmarkDebtor(b *testing.B) {
	s := safe(b, key(1))
	const creditor = debt.ID("019ab000-0000-7000-8000-000000000002")
	row, k, err := s.NewRow(creditor, debt.Debtor{ID: "019ab000-0000-7000-8000-000000000001", Kind: debt.Person, FirstName: "Änne", LastName: "Löwe"})
	if err != nil {
		b.Fatal(err)
	}
	row.Key = k.Sealed
	for b.Loop() {
		if d, err := s.Debtor(creditor, row); err != nil || d.LastName != "Löwe" {
			b.Fatal(err)
		}
	}
}
