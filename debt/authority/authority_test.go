package authority_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/debt/authority"
	"quitt/debt/debttest"
)

var (
	now   = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	today = debt.MustDate("2026-11-22")
)

const day = 24 * time.Hour

func wish(scopes ...authority.Scope) authority.Wish {
	return authority.Wish{Kind: authority.Adviser, Scopes: scopes, Until: today.AddDays(90)}
}

// Every scope and every act, written out: whoever changes the table changes it here too.
func TestWhatEachScopeOpens(t *testing.T) {
	open := map[authority.Scope][]authority.Act{
		authority.Read:      {authority.See},
		authority.Pay:       {authority.Settle},
		authority.Negotiate: {authority.Propose, authority.HandIn},
		authority.Object:    {authority.Contest, authority.HandIn},
	}
	for _, s := range authority.Scopes() {
		for _, act := range append(authority.Acts(), "", "whatever") {
			if got, want := authority.Covers([]authority.Scope{s}, act), slices.Contains(open[s], act); got != want {
				t.Errorf("%s opens %q: %v", s, act, got)
			}
		}
	}
	if authority.Covers(authority.Scopes(), authority.Personally) {
		t.Error("what only the debtor may do is open to a representative")
	}
}

func TestAWishThatCannotBeGivenIsRefused(t *testing.T) {
	for key, w := range map[string]authority.Wish{
		"authority_kind":   {Kind: "boss", Scopes: authority.Scopes(), Until: today},
		"authority_scopes": {Kind: authority.Lawyer, Scopes: []authority.Scope{"own"}, Until: today},
		"authority_until":  {Kind: authority.Lawyer, Scopes: authority.Scopes(), Until: today.AddDays(-1)},
	} {
		debttest.WantKey(t, w.Check(today), debt.Invalid, key)
	}
	debttest.WantKey(t, authority.Wish{Kind: authority.Lawyer, Until: today}.Check(today), debt.Invalid, "authority_scopes")
	far := wish(authority.Pay)
	far.Until = today.AddDays(authority.MostDays + 1)
	debttest.WantKey(t, far.Check(today), debt.Invalid, "authority_until")
	if err := wish(authority.Pay).Check(today); err != nil {
		t.Error(err)
	}
}

func TestAnAuthorityEndsWithItsLastDay(t *testing.T) {
	a := authority.Invite(authority.Authority{}, wish(authority.Pay), now)
	if err := a.Redeem(now); err != nil || !slices.Equal(a.Scopes, []authority.Scope{authority.Read, authority.Pay}) {
		t.Fatal(a, err)
	}
	last := a.Until.Time().Add(22 * time.Hour)
	if !a.May(authority.Settle, last) || a.May(authority.Settle, last.Add(3*time.Hour)) || a.On(last.Add(3*time.Hour)) != authority.Expired {
		t.Error("the last day counts whole, and nothing after it")
	}
	b := authority.Invite(authority.Authority{}, wish(authority.Pay), now)
	debttest.WantKey(t, b.Redeem(now.Add(14*day)), debt.Conflict, "authority_code_used")
}

// Whatever happens in whatever order: only the code puts an authority in force, what has
// ended stays ended, and nothing is open that is not in force.
func TestOnlyTheCodeOpensAndNothingReopens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := now
		var a authority.Authority
		if rapid.Bool().Draw(t, "invited") {
			a = authority.Invite(a, wish(rapid.SampledFrom(authority.Scopes()).Draw(t, "scope")), at)
		} else {
			a = authority.Claim(a, wish(rapid.SampledFrom(authority.Scopes()).Draw(t, "scope")), at)
		}
		accepted, redeemed := a.State == authority.Invited, false
		for range rapid.IntRange(0, 12).Draw(t, "steps") {
			at = at.Add(time.Duration(rapid.IntRange(0, 30).Draw(t, "days")) * day)
			before := a
			switch rapid.IntRange(0, 3).Draw(t, "step") {
			case 0:
				accepted = a.Accept(at) == nil || accepted
			case 1:
				_ = a.Refuse("creditor", at)
			case 2:
				redeemed = a.Redeem(at) == nil || redeemed
			case 3:
				a.Revoke("debtor", at)
			}
			if !before.Live() && a.State != before.State {
				t.Fatalf("%s became %s", before.State, a.State)
			}
			if a.Live() == !a.EndedAt.IsZero() {
				t.Fatalf("%+v", a)
			}
			for _, act := range authority.Acts() {
				if a.May(act, at) && (!accepted || !redeemed || !a.Live() || debt.DateIn(at, debt.Berlin).After(a.Until)) {
					t.Fatalf("%s is open: %+v", act, a)
				}
			}
		}
	})
}

func TestScopesComeBackAsWritten(t *testing.T) {
	if got := authority.Scoped(authority.Written(authority.Scopes())); !slices.Equal(got, authority.Scopes()) {
		t.Error(got)
	}
}

// What a court has given decides beside what was asked for, for guardians alone.
func TestAGuardianAgreesOnlyWithTheCareOfProperty(t *testing.T) {
	all := authority.Acts()
	without := []authority.Act{authority.See, authority.Settle, authority.Contest, authority.HandIn}
	whole := append(slices.Clone(without), authority.Propose)
	for _, tc := range []struct {
		name     string
		kind     authority.Kind
		areas    []authority.Area
		open     []authority.Act
		reserves bool
	}{
		{"a guardian of whom no area is known", authority.Guardian, nil, without, false},
		{"a guardian for property", authority.Guardian, []authority.Area{authority.Property}, whole, false},
		{"with a reservation as well", authority.Guardian, authority.Areas(), whole, true},
		{"with a reservation in other matters", authority.Guardian, []authority.Area{authority.Reservation}, without, false},
		{"an adviser, who has no areas", authority.Adviser, authority.Areas(), whole, false},
	} {
		a := authority.Invite(authority.Authority{}, authority.Wish{Kind: tc.kind, Scopes: authority.Scopes(), Areas: tc.areas, Until: today}, now)
		if a.Reserves(now) || a.May(authority.See, now) {
			t.Errorf("%s: something holds before the code is used", tc.name)
		}
		if err := a.Redeem(now); err != nil {
			t.Fatal(err)
		}
		for _, act := range all {
			if got, want := a.May(act, now), slices.Contains(tc.open, act); got != want {
				t.Errorf("%s: %s is %v", tc.name, act, got)
			}
		}
		if a.Reserves(now) != tc.reserves {
			t.Errorf("%s: reserves %v", tc.name, a.Reserves(now))
		}
		a.Revoke("creditor", now)
		if a.Reserves(now) {
			t.Errorf("%s: reserves after its end", tc.name)
		}
	}
}

func TestACertificateNamesTheAreasOfGuardiansAlone(t *testing.T) {
	a := authority.Claim(authority.Authority{}, authority.Wish{Kind: authority.Guardian, Scopes: authority.Scopes(), Areas: authority.Areas(), Until: today}, now)
	if err := a.Certify([]authority.Area{authority.Property}); err != nil || a.Has(authority.Reservation) || !a.Has(authority.Property) {
		t.Errorf("%v, %v", a.Areas, err)
	}
	debttest.WantKey(t, a.Certify([]authority.Area{"world"}), debt.Invalid, "seven_areas")
	b := authority.Claim(authority.Authority{}, authority.Wish{Kind: authority.Lawyer, Scopes: authority.Scopes(), Until: today}, now)
	debttest.WantKey(t, b.Certify([]authority.Area{authority.Property}), debt.Invalid, "seven_areas")
	w := wish(authority.Pay)
	w.Areas = []authority.Area{"world"}
	debttest.WantKey(t, w.Check(today), debt.Invalid, "seven_areas")
}

func TestAreasComeBackAsWritten(t *testing.T) {
	if got := authority.Within(authority.Written(authority.Areas())); !slices.Equal(got, authority.Areas()) {
		t.Error(got)
	}
}
