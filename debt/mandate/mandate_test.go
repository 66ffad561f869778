package mandate_test

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/debt/mandate"
)

var now = time.Date(2026, time.November, 22, 11, 0, 0, 0, time.UTC)

func TestAMandateMovesAlongItsGraphOnly(t *testing.T) {
	ways := map[mandate.State][]mandate.State{
		mandate.Pending: {mandate.Active, mandate.Revoked, mandate.Expired},
		mandate.Active:  {mandate.Revoked, mandate.Expired, mandate.Used},
	}
	for _, from := range mandate.States() {
		for _, to := range mandate.States() {
			m := mandate.Mandate{State: from, CodeHash: "x"}
			err := m.To(to, "r", now)
			if allowed := slices.Contains(ways[from], to); allowed != (err == nil) {
				t.Errorf("%s to %s: %v", from, to, err)
			}
			if err != nil && (m.State != from || m.CodeHash != "x") {
				t.Errorf("%s to %s: refused and changed", from, to)
			}
			if err == nil && (m.CodeHash != "" || (to == mandate.Active) == m.SignedOn.IsZero()) {
				t.Errorf("%s to %s: %+v", from, to, m)
			}
		}
		if over := (mandate.Mandate{State: from}).Over(); over != (len(ways[from]) == 0) {
			t.Errorf("%s is over: %v", from, over)
		}
	}
	m := mandate.Mandate{State: mandate.Used}
	if err := m.To(mandate.Active, "", now); !errors.Is(err, debt.E(debt.Forbidden, "mandate_transition", nil)) {
		t.Error(err)
	}
}

func TestAMandateLastsThreeYearsFromItsLastUse(t *testing.T) {
	for _, c := range []struct{ signed, last, want string }{
		{"2026-11-22", "", "2029-11-22"}, {"2026-11-22", "2027-01-31", "2030-01-31"}, {"2024-02-29", "", "2027-02-28"},
	} {
		m := mandate.Mandate{State: mandate.Active, Kind: mandate.Recurring, SignedOn: debt.MustDate(c.signed)}
		if c.last != "" {
			m.LastOn = debt.MustDate(c.last)
		}
		if got := m.LastDay(); got != debt.MustDate(c.want) {
			t.Errorf("%+v: %s", c, got)
		}
		if _, due := m.Due(m.LastDay().Time().Add(9 * time.Hour)); due {
			t.Errorf("%+v: over on its last day", c)
		}
		if s, due := m.Due(m.LastDay().AddDays(1).Time().Add(9 * time.Hour)); !due || s != mandate.Expired {
			t.Errorf("%+v: not over the day after", c)
		}
	}
	for how, days := range map[mandate.How]int{mandate.ByCode: 1, mandate.ByPaper: 90} {
		m := mandate.Mandate{State: mandate.Pending, How: how, MadeAt: now}
		if _, due := m.Due(now.AddDate(0, 0, days)); due {
			t.Errorf("%s: too early", how)
		}
		if _, due := m.Due(now.AddDate(0, 0, days).Add(time.Minute)); !due {
			t.Errorf("%s: too late", how)
		}
	}
}

func TestAFileReachesADayByItsHourOfHandingIn(t *testing.T) {
	for _, c := range []struct {
		today string
		days  int
		want  string
	}{
		{"2026-11-23", 1, "2026-11-24"}, {"2026-11-27", 1, "2026-11-30"}, {"2026-11-28", 1, "2026-12-01"}, {"2026-12-24", 1, "2026-12-28"},
		{"2026-12-23", 2, "2026-12-28"}, {"2027-03-25", 1, "2027-03-30"}, {"2026-12-31", 5, "2027-01-08"},
	} {
		if got := mandate.First(debt.MustDate(c.today), c.days); got != debt.MustDate(c.want) {
			t.Errorf("%s, %d days before: %s, want %s", c.today, c.days, got, c.want)
		}
	}
}

func TestNamesFitAndAreOnesOwn(t *testing.T) {
	fits := regexp.MustCompile(`^[A-Z0-9]{1,27}$`)
	rapid.Check(t, func(r *rapid.T) {
		a, b := rapid.SliceOfN(rapid.Byte(), 15, 15).Draw(r, "a"), rapid.SliceOfN(rapid.Byte(), 15, 15).Draw(r, "b")
		x, y := mandate.Reference(a), mandate.Reference(b)
		if !fits.MatchString(x) || (x == y) != (string(a) == string(b)) {
			r.Fatalf("%s %s", x, y)
		}
		id := rapid.StringMatching(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`).Draw(r, "id")
		key := mandate.DebitKey(debt.ID(id))
		if !fits.MatchString(key) || !mandate.IsKey(key) || mandate.IsKey(key+"X") || mandate.IsKey(strings.ToLower(key)) {
			r.Fatal(key)
		}
	})
}

func TestAnAccountIsChecked(t *testing.T) {
	good := mandate.Account{Holder: "Praxis", CutOff: 1, Notice: 2}
	for key, change := range map[string]func(*mandate.Account){
		"": func(*mandate.Account) {}, "mandate_holder": func(a *mandate.Account) { a.Holder = strings.Repeat("ä", 71) },
		"mandate_cut_off": func(a *mandate.Account) { a.CutOff = 0 },
	} {
		a := good
		change(&a)
		if err := a.Valid(); (key == "") != (err == nil) || err != nil && !errors.Is(err, debt.E(debt.Invalid, key, nil)) {
			t.Errorf("%q: %v", key, err)
		}
	}
}
