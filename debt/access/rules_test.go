package access

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"quitt/debt"
)

var now = time.Date(2026, time.November, 22, 11, 0, 0, 0, time.UTC)

// wrong makes n wrong tries, waiting pauses out.
func wrong(t *testing.T, g *Grant, n int) time.Time {
	t.Helper()
	at := now
	for range n {
		if !g.CountTry(at) {
			at = at.Add(pauseTime)
			if !g.CountTry(at) {
				t.Fatalf("no try after %d wrong ones", g.Wrong)
			}
		}
		g.Failed(at)
	}
	return at
}

func TestFiveWrongPauseAndTenLock(t *testing.T) {
	g := NewGrant("g", "c", "Apfel Birne", now)
	wrong(t, &g, 5)
	for _, c := range []struct {
		after time.Duration
		may   bool
	}{{0, false}, {pauseTime - 1, false}, {pauseTime, true}} {
		probe := g
		if probe.CountTry(now.Add(c.after)) != c.may {
			t.Errorf("%s after the fifth", c.after)
		}
	}
	at := wrong(t, &g, 5)
	if g.Wrong != 10 || !g.Locked() || g.CountTry(at.Add(24*time.Hour)) || g.Wrong != 10 {
		t.Errorf("after ten: %+v", g)
	}
}

func TestARightTryDoesNotCountAndForgivesNothing(t *testing.T) {
	g := NewGrant("g", "c", "", now)
	wrong(t, &g, 4)
	for range 20 {
		if !g.CountTry(now) {
			t.Fatal("refused")
		}
		g.Right()
	}
	if g.Wrong != 4 {
		t.Errorf("%d wrong", g.Wrong)
	}
}

func TestTheLastTryCountsBeforeItIsCompared(t *testing.T) {
	g := NewGrant("g", "c", "", now)
	wrong(t, &g, 9)
	first, second := g.CountTry(now.Add(time.Hour)), g.CountTry(now.Add(time.Hour))
	if !first || second {
		t.Error("a second one looked while the tenth was not decided")
	}
}

func TestAClockSetBackDoesNotStretchAPause(t *testing.T) {
	g := NewGrant("g", "c", "", now)
	wrong(t, &g, 5)
	back := now.Add(-48 * time.Hour)
	if g.CountTry(back) {
		t.Error("the jump ended the pause")
	}
	if !g.CountTry(back.Add(pauseTime)) {
		t.Error("the jump stretched the pause")
	}
}

func TestWhatEndsAGrant(t *testing.T) {
	day := 24 * time.Hour
	for name, c := range map[string]struct {
		at, closed time.Time
		reason     Reason
		want       string
	}{
		"fresh":                     {at: now},
		"before it was issued":      {at: now.Add(-day)},
		"last moment":               {at: now.Add(90*day - 1)},
		"90 days":                   {at: now.Add(90 * day), want: "access_expired"},
		"closed lately":             {at: now.Add(40 * day), closed: now.Add(10*day + 1)},
		"closed 30 days ago":        {at: now.Add(40 * day), closed: now.Add(10 * day), want: "access_expired"},
		"closed in the future":      {at: now, closed: now.Add(day)},
		"replaced":                  {at: now, reason: Replaced, want: "access_replaced"},
		"replaced and expired":      {at: now.Add(91 * day), reason: Replaced, want: "access_replaced"},
		"revoked":                   {at: now, reason: Revoked, want: "access_revoked"},
		"given back by a stranger":  {at: now, reason: NotThisPerson, want: "access_revoked"},
		"closed does not prolong":   {at: now.Add(90 * day), closed: now.Add(80 * day), want: "access_expired"},
		"one microsecond too early": {at: now.Add(90*day - time.Microsecond)},
	} {
		g := NewGrant("g", "c", "", now)
		if c.reason != "" {
			g.Revoke(c.reason, now)
		}
		err := g.Ended(c.at, c.closed)
		if c.want == "" && err != nil || c.want != "" && !errors.Is(err, debt.E(debt.Expired, c.want, nil)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNotThisPersonOutweighsOtherReasons(t *testing.T) {
	g := NewGrant("g", "c", "", now)
	for _, step := range []struct {
		why     Reason
		changes bool
	}{{Replaced, true}, {Replaced, false}, {Revoked, false}, {NotThisPerson, true}, {NotThisPerson, false}, {Revoked, false}} {
		if g.Revoke(step.why, now) != step.changes {
			t.Errorf("%s: %+v", step.why, g)
		}
	}
}

func TestHowLongAVisitLasts(t *testing.T) {
	for name, c := range map[string]struct {
		seen, at time.Duration
		want     bool
	}{
		"at once": {0, 0, true}, "14:59 idle": {0, idleTime - 1, true}, "15 min idle": {0, idleTime, false},
		"busy for 59 min": {58 * time.Minute, absoluteTime - 1, true}, "60 min": {59 * time.Minute, absoluteTime, false},
		"clock set back": {0, -time.Hour, true},
	} {
		s := Session{OpenedAt: now, SeenAt: now.Add(c.seen)}
		if s.Alive(now.Add(c.at)) != c.want {
			t.Error(name)
		}
	}
}

func TestASignOfLifeIsWrittenOnceAMinute(t *testing.T) {
	s := Session{OpenedAt: now, SeenAt: now}
	for _, step := range []struct {
		at     time.Duration
		writes bool
	}{{0, false}, {seenEvery - 1, false}, {seenEvery, true}, {seenEvery + 1, false}, {30 * time.Second, true}, {3 * time.Minute, true}} {
		if s.Seen(now.Add(step.at)) != step.writes {
			t.Errorf("at %s", step.at)
		}
	}
	s.Seen(now.Add(-24 * time.Hour))
	if s.Alive(now.Add(-23*time.Hour)) || !s.EndsAt().Equal(now.Add(-23*time.Hour)) {
		t.Error("a clock set back by a day prolonged the visit by a day")
	}
}

func TestAOneTimeCodeLivesTenMinutesAndFiveTries(t *testing.T) {
	o := OneTime{SentAt: now}
	if probe := o; !probe.CountTry(now.Add(oneTimeTime-1)) || probe.CountTry(now.Add(oneTimeTime)) {
		t.Error("ten minutes")
	}
	for range oneTimeTries {
		if !o.CountTry(now) {
			t.Fatal("refused too early")
		}
	}
	if o.CountTry(now) {
		t.Error("a sixth try")
	}
}

var (
	person = debt.Debtor{Kind: debt.Person, Postcode: "50667", BirthOn: "1980-02-29", CustomerNumber: "K-1", Email: "s@example.org"}
	firm   = debt.Debtor{Kind: debt.Company, Postcode: "50667", BirthOn: "1980-02-29", CustomerNumber: "kd 4711-Ä", Email: "s@example.org"}
)

func TestWhatEachCheckOpens(t *testing.T) {
	unknown := debt.Debtor{Kind: debt.Person}
	for _, c := range []struct {
		name  string
		d     debt.Debtor
		kind  CheckKind
		typed debt.Personal
		want  Tier
	}{
		{"postcode", person, CheckPostcode, "50667", LetterView}, {"with blanks", person, CheckPostcode, " 50 667 ", LetterView},
		{"wrong postcode", person, CheckPostcode, "50668", CodeOnly}, {"none typed", person, CheckPostcode, "", CodeOnly},
		{"birth date", person, CheckBirth, "1980-02-29", FullView}, {"as Germans write it", person, CheckBirth, "29.2.1980", FullView},
		{"wrong birth date", person, CheckBirth, "1980-02-28", CodeOnly}, {"postcode as birth date", person, CheckBirth, "50667", CodeOnly},
		{"a person's number", person, CheckNumber, "K-1", CodeOnly},
		{"firm's number", firm, CheckNumber, " KD4711-ä", FullView}, {"firm's postcode", firm, CheckPostcode, "50667", LetterView},
		{"a firm's birth date", firm, CheckBirth, "1980-02-29", CodeOnly},
		{"nothing known, nothing typed", unknown, CheckBirth, "", CodeOnly}, {"nothing known", unknown, CheckPostcode, "50667", CodeOnly},
		{"no kind", person, CheckNone, "", CodeOnly}, {"foreign kind", person, "email", "s@example.org", CodeOnly},
		{"one-time code is not compared here", person, CheckOneTime, "", CodeOnly},
	} {
		if got := Matches(c.d, c.kind, c.typed); got != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}

func TestRaisesNameWhatIsKnown(t *testing.T) {
	without := func(d debt.Debtor, f func(*debt.Debtor)) debt.Debtor { f(&d); return d }
	for _, c := range []struct {
		d    debt.Debtor
		want []CheckKind
	}{
		{person, []CheckKind{CheckBirth}}, {firm, []CheckKind{CheckNumber}},
		{without(person, func(d *debt.Debtor) { d.BirthOn = "" }), []CheckKind{CheckOneTime}},
		{without(firm, func(d *debt.Debtor) { d.CustomerNumber = " " }), []CheckKind{CheckOneTime}},
		{without(person, func(d *debt.Debtor) { d.BirthOn, d.Email = "", "" }), nil},
	} {
		if got := Raises(c.d); !slices.Equal(got, c.want) {
			t.Errorf("%v, want %v", got, c.want)
		}
	}
}

func TestMinorsComeOfAgeOnTheirBirthday(t *testing.T) {
	for _, c := range []struct {
		born, on string
		kind     debt.DebtorKind
		want     bool
	}{
		{"2008-11-22", "2026-11-21", debt.Person, true}, {"2008-11-22", "2026-11-22", debt.Person, false},
		{"2008-02-29", "2026-02-28", debt.Person, true}, {"2008-02-29", "2026-03-01", debt.Person, false},
		{"", "2026-11-22", debt.Person, false}, {"2020-01-01", "2026-11-22", debt.Company, false},
	} {
		d := debt.Debtor{Kind: c.kind, BirthOn: debt.Personal(c.born)}
		if Minor(d, debt.MustDate(c.on)) != c.want {
			t.Errorf("born %s, on %s", c.born, c.on)
		}
	}
}

func TestWhatCannotBeRightIsRefusedWithoutLooking(t *testing.T) {
	for _, c := range []struct {
		kind  CheckKind
		typed string
		key   string
	}{
		{CheckPostcode, "50667", ""}, {CheckBirth, "29.02.1980", ""}, {CheckNone, "", ""}, {CheckNumber, "' OR 1=1 --", ""},
		{CheckPostcode, "", "check_missing"}, {CheckBirth, "  ", "check_missing"},
		{CheckBirth, "30.02.1980", "check_invalid"}, {CheckBirth, "50667", "check_invalid"}, {CheckOneTime, "123456", "check_invalid"},
		{"nix", "x", "check_invalid"}, {CheckNumber, "a\x00b", "check_invalid"}, {CheckNumber, "\xff", "check_invalid"},
		{CheckNumber, strings.Repeat("x", 1<<20), "check_invalid"}, {CheckNone, strings.Repeat("x", 1<<20), "check_invalid"},
	} {
		err := Plausible(c.kind, debt.Personal(c.typed))
		if c.key == "" && err != nil || c.key != "" && !errors.Is(err, debt.E(debt.Invalid, c.key, nil)) {
			t.Errorf("%s %.20q: %v", c.kind, c.typed, err)
		}
	}
}
