package staffing_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"quitt/cases/signin/staffing"
	"quitt/debt"
	"quitt/debt/staff"
)

// What a browser really answers is tried with Chromium's own authenticator (portal/browser);
// here is what must not open anything.
var answers = []string{"", "null", "{}", "[]", `{"id":"","rawId":"","type":"public-key","response":{}}`, strings.Repeat("[", 5000),
	`{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AAAA","signature":"AAAA","userHandle":"AAAA"}}`,
	`{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{"clientDataJSON":"e30","attestationObject":"oA"}}`}

func TestAnswersThatProveNothingOpenNothing(t *testing.T) {
	each(t, func(o *office) {
		o.Origin = "https://portal.example.de"
		p := o.hire("anna@example.org", o.a, staff.Clerk)
		v, err := o.Visit(ctx, p.cookie)
		o.must(err)
		enter, err := o.BeginSignIn()
		o.must(err)
		made, err := o.BeginPasskey(ctx, v.Who)
		o.must(err)
		refused := debt.E(debt.Forbidden, "staff_passkey_refused", nil)
		for _, said := range answers {
			for _, sealed := range []string{"", "no seal", enter.Sealed, made.Sealed} {
				a := staffing.Answer{Said: said, Sealed: sealed}
				if opened, err := o.SignInByPasskey(ctx, a); !errors.Is(err, refused) || opened.Cookie != "" {
					o.Errorf("%.60q opens: %v", said, err)
				}
				if err := o.AddPasskey(ctx, v.Who, a); !errors.Is(err, refused) {
					o.Errorf("%.60q is kept: %v", said, err)
				}
			}
		}
		a, err := o.Account(ctx, v)
		o.must(err)
		if len(a.Passkeys) != 0 {
			o.Errorf("%d passkeys", len(a.Passkeys))
		}
	})
}

// A browser is asked for our own name and for a finger, face or PIN, and each time for another
// challenge; under an address of numbers it is not asked.
func TestWhatABrowserIsAskedFor(t *testing.T) {
	each(t, func(o *office) {
		for origin, want := range map[string]bool{"https://portal.example.de": true, "http://localhost:8080": true, "http://127.0.0.1:8080": false, "http://[::1]:8080": false, "": false} {
			o.Origin = origin
			if got := o.Passkeys(); got != want {
				o.Errorf("%s: %v", origin, got)
			}
		}
		o.Origin = "https://portal.example.de"
		seen := map[string]bool{}
		for range 3 {
			c, err := o.BeginSignIn()
			o.must(err)
			var asked struct{ Challenge, RpID, UserVerification string }
			o.must(json.Unmarshal([]byte(c.Options), &asked))
			if asked.RpID != "portal.example.de" || asked.UserVerification != "required" || len(asked.Challenge) < 22 || seen[asked.Challenge] {
				o.Errorf("%+v", asked)
			}
			seen[asked.Challenge] = true
			if strings.Contains(c.Sealed, asked.Challenge) {
				o.Error("what comes back is not sealed")
			}
		}
		p := o.hire("anna@example.org", o.a, staff.Clerk)
		v, err := o.Visit(ctx, p.cookie)
		o.must(err)
		c, err := o.BeginPasskey(ctx, v.Who)
		o.must(err)
		var asked struct {
			User                   struct{ Name string }
			AuthenticatorSelection struct{ ResidentKey, UserVerification string }
		}
		o.must(json.Unmarshal([]byte(c.Options), &asked))
		if asked.User.Name != "anna@example.org" || asked.AuthenticatorSelection.ResidentKey != "required" || asked.AuthenticatorSelection.UserVerification != "required" {
			o.Errorf("%+v", asked)
		}
		o.clock.Move(time.Minute)
	})
}

func FuzzAnswersOfBrowsersAreRead(f *testing.F) {
	for _, a := range answers {
		f.Add(a, "sealed")
	}
	d := staffing.Desk{Now: func() time.Time { return time.Unix(0, 0) }, Origin: "https://portal.example.de"}
	f.Fuzz(func(t *testing.T, said, sealed string) {
		if _, err := d.SignInByPasskey(ctx, staffing.Answer{Said: said, Sealed: sealed}); err == nil {
			t.Error("it opens")
		}
		if err := d.AddPasskey(ctx, staff.Member{ID: "m"}, staffing.Answer{Said: said, Sealed: sealed}); err == nil {
			t.Error("it is kept")
		}
	})
}
