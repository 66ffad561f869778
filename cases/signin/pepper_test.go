package signin

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"quitt/debt"
)

func key(c string, n int) string {
	return base64.StdEncoding.EncodeToString([]byte(strings.Repeat(c, n)))
}

func TestPeppersAreReadAndTheNewestWins(t *testing.T) {
	p, err := ParsePeppers("2:" + key("b", 32) + ", 1:" + key("a", 40))
	if err != nil || p.current != 2 || len(p.keys) != 2 || p.Missing() {
		t.Errorf("%v, %v", p, err)
	}
	for _, bad := range []string{"", "1", "1:", key("a", 32), "0:" + key("a", 32), "-1:" + key("a", 32), "x:" + key("a", 32), "1:" + key("a", 31),
		"1:!!!", "1:" + key("a", 32) + ",", "1:" + key("a", 32) + ",1:" + key("b", 32), "1:" + key("a", 32) + ";2:" + key("b", 32)} {
		if _, err := ParsePeppers(bad); !errors.Is(err, debt.E(debt.Invalid, "pepper_invalid", nil)) {
			t.Errorf("%.10q: %v", bad, err)
		} else if len(bad) > 30 && strings.Contains(err.Error(), bad[2:20]) {
			t.Error("the complaint shows the key")
		}
	}
	if shown := fmt.Sprintf("%v %+v %#v %s", p, p, p, p); strings.Contains(shown, "aaaa") || strings.Contains(shown, "97") {
		t.Error(shown)
	}
}

func TestAHashBelongsToItsRowAndPepper(t *testing.T) {
	p, err := ParsePeppers("1:" + key("a", 32) + ",2:" + key("b", 32))
	if err != nil {
		t.Fatal(err)
	}
	digest := []byte("digest")
	stored := p.mac(1, "row", digest)
	if !p.proves(1, stored, p.mac(1, "row", digest)) || p.proves(1, stored, p.mac(1, "other", digest)) || p.proves(2, stored, p.mac(2, "row", digest)) {
		t.Error("a hash proves under another row or pepper")
	}
	if p.proves(3, p.mac(3, "row", digest), p.mac(3, "row", digest)) {
		t.Error("a pepper that is not there proves something")
	}
}

func TestTheHasherShedsWhoWouldWaitTooLong(t *testing.T) {
	h := NewHasher(1, 1)
	h.slots <- struct{}{} // one hashes
	h.present.Add(1)
	waiting, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() {
		_, err := h.Derive(waiting, []byte("x"), dummySalt)
		done <- err
	}()
	for h.present.Load() < 2 { // one waits
		runtime.Gosched()
	}
	if _, err := h.Derive(context.Background(), []byte("x"), dummySalt); !errors.Is(err, debt.E(debt.Unavailable, "access_busy", nil)) {
		t.Errorf("the third: %v", err)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("the one who went away: %v", err)
	}
	<-h.slots
	h.present.Add(-1)
	if _, err := h.Derive(context.Background(), []byte("x"), dummySalt); err != nil || h.present.Load() != 0 {
		t.Errorf("afterwards: %v, %d present", err, h.present.Load())
	}
}

func TestMaskedAddresses(t *testing.T) {
	for address, want := range map[string]string{"sabine@meier.example": "s•••@m•••.example", "ä@b.de": "ä•••@b•••.de",
		`"a@b"@c.de`: `"•••@c•••.de`, "a@localhost": "•••", "": "•••", "nobody": "•••", "@example.org": "•••"} {
		if got := maskedAddress(address); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func FuzzParseCookie(f *testing.F) {
	cookie, _ := newCookie()
	f.Add(cookie)
	f.Add(strings.Repeat("_", 43))
	f.Fuzz(func(t *testing.T, s string) {
		hash, ok := parseCookie(s)
		if !ok {
			if hash != "" {
				t.Error("refused, and a hash all the same")
			}
			return
		}
		b, err := base64.RawURLEncoding.DecodeString(s)
		if err != nil || len(b) != cookieBytes || hashID(b) != hash || base64.RawURLEncoding.EncodeToString(b) != s {
			t.Errorf("%q has a second spelling", s)
		}
	})
}

func FuzzParsePeppers(f *testing.F) {
	f.Add("1:" + key("a", 32))
	f.Fuzz(func(t *testing.T, s string) {
		if p, err := ParsePeppers(s); (err == nil) == p.Missing() {
			t.Errorf("%v", err)
		}
	})
}
