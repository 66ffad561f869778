package hook

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"quitt/debt"
)

// The specification's own example.
func TestSignatureOfTheSpecification(t *testing.T) {
	key, err := base64.RawStdEncoding.DecodeString("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	s := Secret{key}
	m := Message{ID: "msg_p5jXN8AQM9LWM0D4loKWxJek", Body: []byte(`{"test": 2432232314}`)}
	if got := Sign(m, time.Unix(1614265330, 0), s); got != "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" {
		t.Error(got)
	}
}

func TestEachSecretSigns(t *testing.T) {
	one, two := NewSecret(), NewSecret()
	m, now := Message{ID: "msg_1", Body: []byte(`{}`)}, time.Now()
	h := http.Header{}
	h.Set("webhook-id", "msg_1")
	h.Set("webhook-timestamp", fmt.Sprint(now.Unix()))
	h.Set("webhook-signature", Sign(m, now, one, two))
	for _, s := range []Secret{one, two} {
		v, err := standardwebhooks.NewWebhook(s.Reveal())
		if err != nil {
			t.Fatal(err)
		}
		if err := v.Verify(m.Body, h); err != nil {
			t.Error(err)
		}
		if err := v.Verify([]byte(`{ }`), h); err == nil {
			t.Error("another body verifies")
		}
	}
	other, _ := standardwebhooks.NewWebhook(NewSecret().Reveal())
	if other.Verify(m.Body, h) == nil {
		t.Error("another secret verifies")
	}
}

func TestSecretsAreLongAndMasked(t *testing.T) {
	s := NewSecret()
	if key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(s.Reveal(), "whsec_")); err != nil || len(key) != 32 || NewSecret().Reveal() == s.Reveal() {
		t.Error(err)
	}
	asJSON, _ := json.Marshal(map[string]any{"s": s})
	if shown := fmt.Sprintf("%v %+v %#v %s %q", s, s, s, s, s) + string(asJSON); strings.Contains(shown, s.Reveal()[6:20]) {
		t.Error(shown)
	}
}

func TestASealedSecretOpensForItsEndpointAlone(t *testing.T) {
	old, err := NewVault([][]byte{bytes.Repeat([]byte{1}, 32)})
	if err != nil {
		t.Fatal(err)
	}
	both, err := NewVault([][]byte{bytes.Repeat([]byte{2}, 32), bytes.Repeat([]byte{1}, 32)})
	if err != nil {
		t.Fatal(err)
	}
	s := NewSecret()
	sealed, err := old.Seal("a", s)
	if err != nil || strings.Contains(sealed, s.Reveal()[6:20]) || !both.Stale("a", sealed) || old.Stale("a", sealed) || old.Stale("a", "") {
		t.Errorf("%q %v", sealed, err)
	}
	if got, err := both.Open("a", sealed); err != nil || got.Reveal() != s.Reveal() {
		t.Error(err)
	}
	first := "x"
	if sealed[0] == 'x' { // one time in 64
		first = "y"
	}
	for _, tc := range []struct {
		endpoint debt.ID
		sealed   string
	}{{"b", sealed}, {"a", ""}, {"a", "!"}, {"a", first + sealed[1:]}, {"a", sealed[:len(sealed)-4] + "AAAA"}, {"a", "AAAA"}} {
		if _, err := both.Open(tc.endpoint, tc.sealed); !errors.Is(err, debt.E(debt.Unavailable, "hook_secret_sealed", nil)) {
			t.Errorf("%+v: %v", tc, err)
		}
	}
	if _, err := (Vault{}).Seal("a", s); err == nil {
		t.Error("sealed without a key")
	}
	if _, err := NewVault([][]byte{{1}}); err == nil {
		t.Error("a short key is taken")
	}
}
