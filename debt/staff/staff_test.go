package staff

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestWhatARoleMay(t *testing.T) {
	want := map[Role]string{Viewer: "see", Clerk: "see act", Manager: "see act decide export rules",
		Admin: "see act decide export rules payouts users", "": "", "root": ""}
	for role, rights := range want {
		var got []string
		for _, r := range Rights() {
			if role.May(r) {
				got = append(got, string(r))
			}
		}
		if s := strings.Join(got, " "); s != rights {
			t.Errorf("%q may %q, want %q", role, s, rights)
		}
		if role.May("") || role.May("everything") {
			t.Errorf("%q may what nobody has thought about", role)
		}
	}
	if len(want) != len(Roles())+2 {
		t.Errorf("%d roles are looked at here, there are %d", len(want)-2, len(Roles()))
	}
}

func TestWhatMovesDataMoneyOrPeopleIsProvedAgain(t *testing.T) {
	for _, r := range Rights() {
		if want := r == Export || r == Payouts || r == Users; r.NeedsProof() != want {
			t.Errorf("%s: %v", r, r.NeedsProof())
		}
	}
}

var noon = time.Date(2026, time.November, 22, 11, 0, 0, 0, time.UTC)

func TestASignInEndsByItself(t *testing.T) {
	for _, tc := range []struct {
		opened, seen time.Duration // ago
		want         bool
	}{
		{0, 0, true}, {11 * time.Hour, 29 * time.Minute, true}, {11 * time.Hour, 30 * time.Minute, false},
		{12*time.Hour - time.Second, 0, true}, {12 * time.Hour, 0, false}, {-time.Hour, -time.Hour, false}, {time.Hour, -time.Hour, false},
	} {
		s := Session{OpenedAt: noon.Add(-tc.opened), SeenAt: noon.Add(-tc.seen)}
		if got := s.Alive(noon); got != tc.want {
			t.Errorf("opened %s, seen %s ago: %v", tc.opened, tc.seen, got)
		}
	}
	s := Session{OpenedAt: noon, SeenAt: noon}
	if s.Seen(noon.Add(59*time.Second)) || !s.Seen(noon.Add(time.Minute)) || s.SeenAt != noon.Add(time.Minute) {
		t.Error("a sign of life is written down once a minute")
	}
	if s.EndsAt() != noon.Add(12*time.Hour) {
		t.Errorf("it ends at %s", s.EndsAt())
	}
}

func TestAProofCountsForAWhile(t *testing.T) {
	for ago, want := range map[time.Duration]bool{0: true, 15*time.Minute - 1: true, 15 * time.Minute: false, -time.Hour: false} {
		if got := (Session{ProvedAt: noon.Add(-ago)}).Fresh(noon); got != want {
			t.Errorf("%s ago: %v", ago, got)
		}
	}
	if (Session{}).Fresh(noon) {
		t.Error("what was never proved is fresh")
	}
}

// Whoever guesses without a break has few tries, and the owner is never shut out for long.
func TestGuessingIsSlow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var tries Tries
		now, tried := noon, 0
		gaps := rapid.SliceOfN(rapid.IntRange(0, 120), 1, 400).Draw(t, "seconds between tries")
		for _, gap := range gaps {
			now = now.Add(time.Duration(gap) * time.Second)
			if tries.Begin(now) {
				tried++
			}
		}
		most := free + int(now.Sub(noon)/time.Minute) + 1
		if tried > most {
			t.Fatalf("%d tries in %s", tried, now.Sub(noon))
		}
		if !tries.Begin(now.Add(longest)) {
			t.Fatal("the pause is longer than its bound")
		}
		tries.Passed()
		if !tries.Begin(now) || tries.Failures != 1 {
			t.Fatal("a success forgets nothing")
		}
	})
}

func TestAMemberIsNotLogged(t *testing.T) {
	m := Member{ID: "m1", Email: "anna@example.org", Name: "Anna"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if s := fmt.Sprintf(verb, m); s != "member m1" {
			t.Errorf("%s: %s", verb, s)
		}
	}
}

// The first account with the verified address of somebody who may come becomes his, and no other.
func TestWhoseAnAccountMayBecome(t *testing.T) {
	for name, tc := range map[string]struct {
		claim Claim
		want  bool
	}{
		"a member's":              {Claim{Verified: true, State: Active}, true},
		"an open invitation":      {Claim{Verified: true, State: Invited, Invited: true}, true},
		"an invitation, too late": {Claim{Verified: true, State: Invited}, false},
		"not verified":            {Claim{State: Active}, false},
		"a second account":        {Claim{Verified: true, State: Active, Linked: true}, false},
		"ended":                   {Claim{Verified: true, State: Ended, Invited: true}, false},
		"nobody's":                {Claim{Verified: true}, false},
	} {
		if got := tc.claim.Holds(); got != tc.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	for _, role := range Roles() {
		if got := (Session{}).KeptOut(role); got != (role != Admin) {
			t.Errorf("%s without the provider is kept out: %v", role, got)
		}
		if (Session{Via: ViaProvider}).KeptOut(role) {
			t.Errorf("%s is kept out with the provider", role)
		}
	}
}

func TestWhenAProviderHasAsked(t *testing.T) {
	now := time.Date(2026, time.November, 22, 9, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		at    time.Duration // from now; the instant somebody was sent there is a minute ago
		again bool
		fresh bool
	}{
		{-14 * time.Minute, false, true}, {-15 * time.Minute, false, false}, {-2*time.Minute - 1, false, true}, {-2 * time.Minute, true, true},
		{0, true, true}, {time.Minute, true, true}, {time.Minute + 1, false, false},
	} {
		if got := Again(now.Add(tc.at), now.Add(-time.Minute), now); got != tc.again {
			t.Errorf("%s: asked anew %v", tc.at, got)
		}
		s := Session{ProvedAt: Shown(now.Add(tc.at), now)}
		if got := s.Fresh(now); got != tc.fresh {
			t.Errorf("%s: fresh %v", tc.at, got)
		}
	}
	if (Session{ProvedAt: Shown(time.Time{}, now)}).Fresh(now) || Again(time.Time{}, now, now) {
		t.Error("a provider that does not say when it asked counts")
	}
}
