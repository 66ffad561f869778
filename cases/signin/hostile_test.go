package signin_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"quitt/cases/signin"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/store"
	"quitt/store/storetest"
)

// A desk without database and hasher panics as soon as anybody looks anything up.
func TestNonsenseIsRefusedBeforeAnythingIsLookedUp(t *testing.T) {
	d := signin.Desk{Now: storetest.Clock}
	code, token := access.NewCode([10]byte{1}).Grouped(), access.NewToken([16]byte{1}).Plain()
	big := strings.Repeat("7", 1<<20)
	for _, c := range []struct {
		a   signin.Attempt
		key string
	}{
		{signin.Attempt{}, "code_incomplete"}, {signin.Attempt{Code: code[:18]}, "code_incomplete"},
		{signin.Attempt{Code: big}, "code_characters"}, {signin.Attempt{Code: code + "\x00"}, "code_characters"},
		{signin.Attempt{Code: "' OR 1=1; DROP TABLE sessions --"}, "code_characters"},
		{signin.Attempt{Code: code[:18] + "U"}, "code_characters"}, {signin.Attempt{Code: otherEnd(code)}, "code_mistyped"},
		{signin.Attempt{Token: big}, "link_incomplete"}, {signin.Attempt{Token: token[:25]}, "link_incomplete"},
		{signin.Attempt{Token: token + "\x00"}, "link_incomplete"}, {signin.Attempt{Token: token[:25], Code: code}, "link_incomplete"},
		{signin.Attempt{Token: token, Check: check(access.CheckPostcode, big)}, "check_invalid"},
		{signin.Attempt{Token: token, Check: check(access.CheckNumber, "a\x00b")}, "check_invalid"},
		{signin.Attempt{Token: token, Check: check(access.CheckOneTime, "123456")}, "check_invalid"},
		{signin.Attempt{Token: token, Check: check(access.CheckBirth, "")}, "check_missing"},
		{signin.Attempt{Code: code, Check: check("nix", "x")}, "check_invalid"},
	} {
		if _, err := d.Open(ctx, c.a); !is(err, debt.Invalid, c.key) {
			t.Errorf("%.30q %.30q: %v, want %s", c.a.Token, c.a.Code, err, c.key)
		}
		if c.a.Check.Kind == access.CheckNone {
			if err := d.Disown(ctx, c.a); !is(err, debt.Invalid, c.key) {
				t.Errorf("disown %.30q: %v", c.a.Code, err)
			}
		}
	}
}

// otherEnd changes the check symbol.
func otherEnd(code string) string {
	if strings.HasSuffix(code, "7") {
		return code[:18] + "8"
	}
	return code[:18] + "7"
}

func TestWhatLooksLikeSQLIsADatumLikeAnyOther(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		for _, value := range []string{"' OR '1'='1", "50667'; DELETE FROM sessions --", "%", "_____"} {
			_, err := h.byToken(check(access.CheckPostcode, value))
			h.refuses(err, debt.Forbidden, "access_refused")
		}
		h.in(check(access.CheckPostcode, postcode))
	})
}

func TestNoSecretIsStoredOrSaid(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		h := newHouse(t, storetest.Open(t, store.Options{URL: url}), onlyMail)
		var said strings.Builder
		say := func(vs ...any) { _, _ = fmt.Fprintf(&said, "%v %+v %#v\n", vs, vs, vs) }
		letter := check(access.CheckPostcode, postcode)
		first, err := h.byCode(letter)
		say(err)
		_, err = h.byCode(check(access.CheckPostcode, "81234"))
		say(err)
		h.send(first.Cookie)
		code := sent(t, url)[0]
		_, err = h.RaiseByOneTimeCode(ctx, first.Cookie, wrongCode(code))
		say(err)
		raised, err := h.RaiseByOneTimeCode(ctx, first.Cookie, code)
		say(err, raised, &raised, h.letter, h.Peppers, signin.Attempt{Token: h.letter.Token.Plain(), Code: h.letter.Code.Grouped()})
		marshalled, jsonErr := json.Marshal([]any{raised, h.letter, h.Peppers, signin.Attempt{Token: h.letter.Token.Plain(), Code: h.letter.Code.Grouped()}})
		say(jsonErr, string(marshalled))
		events := h.log(h.caseID)
		say(events)
		stored := storetest.Dump(t, url)
		if !strings.Contains(stored, "sessions.tier=full") || !strings.Contains(stored, h.letter.Words) {
			t.Fatal("the dump does not show what is there")
		}
		plain := strings.ReplaceAll(h.letter.Code.Grouped(), "-", "")
		for name, secret := range map[string]string{
			"token": h.letter.Token.Plain(), "code": plain, "printed code": h.letter.Code.Grouped(), "verifier": plain[6:15],
			"selector": plain[:6], "cookie": first.Cookie, "raised cookie": raised.Cookie, "typed datum": "81234",
			"pepper": strings.Repeat("1", signin.PepperSize),
		} {
			for _, where := range []string{stored, said.String()} {
				if strings.Contains(where, secret) || strings.Contains(strings.ToLower(where), strings.ToLower(secret)) && len(secret) > 12 {
					t.Errorf("the %s is there in plain", name)
				}
			}
		}
		if strings.Contains(said.String(), code) || strings.Count(stored, code) != strings.Count(stored, `{"code":"`+code+`"}`) {
			t.Error("the one-time code is somewhere else than in its mail")
		}
	})
}
