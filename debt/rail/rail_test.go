package rail

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"quitt/debt"
)

var noon = time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC)

var sameDay = cmp.Comparer(func(x, y debt.Date) bool { return x == y })

func TestLoopsLookAsLongAsAnythingCanHappen(t *testing.T) {
	minutes := func(a Attempt, looks int) (list []float64) {
		now := noon
		for a.Looks = range looks {
			next := a.Next(now)
			if next.IsZero() {
				return append(list, -1)
			}
			list, now = append(list, next.Sub(now).Minutes()), next
		}
		return list
	}
	for _, tc := range []struct {
		what string
		a    Attempt
		want []float64
	}{
		{"unknown", Attempt{Status: debt.PaymentUnknown}, []float64{1, 5, 30, 120, 1440, 1440}},
		{"before its call", Attempt{Status: debt.PaymentCreated}, []float64{1, 5, 30, 120, 1440, 1440}},
		{"with the debtor", Attempt{Status: debt.PaymentStarted}, []float64{2, 5, 10, 14, 14, 14}},
		{"page closes before", Attempt{Status: debt.PaymentStarted, ExpiresAt: noon.Add(time.Minute)}, []float64{2, 5, 10, 14, 14, 14}},
		{"page closes between", Attempt{Status: debt.PaymentStarted, ExpiresAt: noon.Add(4 * time.Minute)}, []float64{2, 3, 10, 14, 14, 14}},
		{"in flight", Attempt{Status: debt.PaymentInFlight}, []float64{360, 360, 360, 360, 360, 360}},
		{"closed, a page was there", Attempt{Status: debt.PaymentExpired, Session: "s"}, []float64{10, -1}},
		{"closed before there was one", Attempt{Status: debt.PaymentCancelled}, []float64{-1}},
		{"paid", Attempt{Status: debt.PaymentSucceeded, Session: "s"}, []float64{-1}},
		{"failed", Attempt{Status: debt.PaymentFailed}, []float64{-1}},
	} {
		if got := minutes(tc.a, 6); !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v, want %v", tc.what, got, tc.want)
		}
	}
	a := Attempt{StartedAt: noon}
	if !a.MayResend(noon.Add(23*time.Hour-1)) || a.MayResend(noon.Add(23*time.Hour)) {
		t.Error("a key is good for less than the 24 hours the provider keeps it")
	}
}

func paid(id string, cents debt.Cents) Move {
	return Move{Kind: Paid, ID: id, Amount: cents, Currency: "EUR", At: noon}
}

func TestFactsTeachWhatWasNotKnown(t *testing.T) {
	later := noon.Add(time.Hour)
	refund := Move{Kind: Refunded, ID: "re", Amount: 40, Currency: "EUR", At: later, Pending: true}
	moved := refund
	moved.Pending = false
	numbered := paid("ch", 100)
	numbered.Transaction = "txn"
	for what, tc := range map[string]struct {
		known []Move
		facts Facts
		want  Lesson
	}{
		"nothing":            {nil, Facts{State: Waiting}, Lesson{State: Waiting}},
		"money":              {nil, Facts{State: Settled, Moves: []Move{paid("ch", 100)}}, Lesson{State: Settled, Fresh: []Move{paid("ch", 100)}}},
		"known money":        {[]Move{paid("ch", 100)}, Facts{State: Settled, Moves: []Move{paid("ch", 100)}}, Lesson{State: Settled}},
		"its number":         {[]Move{paid("ch", 100)}, Facts{State: Settled, Moves: []Move{numbered}}, Lesson{State: Settled, Numbers: []Move{numbered}}},
		"announced":          {nil, Facts{Moves: []Move{refund}}, Lesson{Pending: []Move{refund}}},
		"announced again":    {[]Move{refund}, Facts{Moves: []Move{refund}}, Lesson{}},
		"moved at last":      {[]Move{refund}, Facts{Moves: []Move{moved}}, Lesson{Fresh: []Move{moved}}},
		"never moved":        {[]Move{refund}, Facts{}, Lesson{Gone: []Move{refund}}},
		"another sum":        {nil, Facts{Moves: []Move{paid("ch", 99)}}, Lesson{Suspend: WhyAmount, Fresh: []Move{paid("ch", 99)}}},
		"dollars":            {nil, Facts{Moves: []Move{{Kind: Paid, ID: "ch", Amount: 100, Currency: "USD"}}}, Lesson{Suspend: WhyCurrency, Fresh: []Move{{Kind: Paid, ID: "ch", Amount: 100, Currency: "USD"}}}},
		"in the wrong order": {nil, Facts{Moves: []Move{moved, paid("ch", 100)}}, Lesson{Fresh: []Move{paid("ch", 100), moved}}},
	} {
		a := Attempt{Amount: 100}
		tc.facts.Amount = 100
		if diff := cmp.Diff(tc.want, a.Learn(tc.facts, tc.known), sameDay); diff != "" {
			t.Errorf("%s:\n%s", what, diff)
		}
	}
}

func TestOldFactsChangeNoState(t *testing.T) {
	a := Attempt{Amount: 100, AskedAt: noon, Failure: "f"}
	l := a.Learn(Facts{AskedAt: noon.Add(-time.Second), State: Waiting, URL: "u", Failure: "x", Intent: "pi", Amount: 100, Moves: []Move{paid("ch", 100)}}, nil)
	if l.State != "" || a.URL != "" || a.Failure != "f" || a.Intent != "pi" || len(l.Fresh) != 1 {
		t.Errorf("%+v %+v: an old answer may bring money and ids, no state", a, l)
	}
}

func TestWhatIsLeftOfAPayment(t *testing.T) {
	m := func(k MoveKind, cents debt.Cents) Move { return Move{Kind: k, ID: string(k), Amount: cents} }
	for _, tc := range []struct {
		moves            []Move
		status           debt.PaymentStatus
		returned, excess debt.Cents
	}{
		{[]Move{m(Paid, 100)}, debt.PaymentSucceeded, 0, 0},
		{[]Move{m(Paid, 100), m(Fee, 3)}, debt.PaymentSucceeded, 0, 0},
		{[]Move{m(Paid, 100), m(Refunded, 30)}, debt.PaymentPartRefunded, 30, 0},
		{[]Move{m(Paid, 100), m(Refunded, 100)}, debt.PaymentRefunded, 100, 0},
		{[]Move{m(Paid, 100), m(Refunded, 100), m(RefundFailed, 100)}, debt.PaymentSucceeded, 0, 0},
		{[]Move{m(Paid, 100), m(Withdrawn, 100)}, debt.PaymentReversed, 100, 0},
		{[]Move{m(Paid, 100), m(Withdrawn, 100), m(Reinstated, 100)}, debt.PaymentSucceeded, 0, 0},
		{[]Move{m(Paid, 100), m(Refunded, 40), m(Withdrawn, 60)}, debt.PaymentReversed, 100, 0},
		{[]Move{m(Paid, 100), m(Refunded, 100), m(Withdrawn, 100)}, debt.PaymentReversed, 100, 100},
		{[]Move{m(Refunded, 100), m(Paid, 100)}, debt.PaymentRefunded, 100, 0},
	} {
		o := OutcomeOf(tc.moves)
		if o.Status != tc.status || o.Returned != tc.returned || o.Excess != tc.excess || !o.Paid {
			t.Errorf("%v: %+v", tc.moves, o)
		}
	}
}

func TestEveryStateIsReachedFromEveryOther(t *testing.T) {
	for _, from := range debt.PaymentStatuses() {
		for _, to := range debt.PaymentStatuses() {
			if to == debt.PaymentCreated || to == debt.PaymentUnknown && from.Final() {
				continue // nothing a provider says leads there
			}
			p := debt.Payment{Status: from}
			steps, err := Towards(&p, to)
			if err != nil && to != debt.PaymentUnknown || err == nil && p.Status != to {
				t.Errorf("%s → %s: %v %v", from, to, steps, err)
			}
			for _, s := range steps {
				if s.Event != "" && !s.Event.Known() {
					t.Errorf("%s → %s adds %s", from, to, s.Event)
				}
			}
		}
	}
	p := debt.Payment{Status: debt.PaymentExpired}
	steps, _ := Towards(&p, debt.PaymentSucceeded)
	var said []string
	for _, s := range steps {
		said = append(said, string(s.Event))
	}
	if got := strings.Join(said, " "); got != "payment.corrected payment.succeeded" {
		t.Errorf("a payment that was over and is not: %s", got)
	}
}

// However facts are cut into answers and in whatever order these come, the same movements
// are learnt, each once.
func TestEveryOrderOfHearingTeachesTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := []Move{paid("ch", 100)}
		kinds := []MoveKind{Refunded, RefundFailed, Withdrawn, Reinstated, Fee}
		for i := range rapid.IntRange(0, 5).Draw(t, "movements") {
			k := rapid.SampledFrom(kinds).Draw(t, "kind")
			all = append(all, Move{Kind: k, ID: string(rune('a' + i)), Amount: debt.Cents(rapid.IntRange(1, 100).Draw(t, "cents")),
				Currency: "EUR", At: noon.Add(time.Duration(i) * time.Hour)})
		}
		a, known := Attempt{Amount: 100}, []Move(nil)
		for range rapid.IntRange(1, 6).Draw(t, "answers") {
			n := rapid.IntRange(0, len(all)).Draw(t, "how much is known there")
			f := Facts{AskedAt: noon.Add(time.Duration(n) * time.Minute), Amount: 100, Currency: "EUR", State: Settled, Moves: rapid.Permutation(all[:n]).Draw(t, "order")}
			known = append(known, a.Learn(f, known).Fresh...)
		}
		known = append(known, a.Learn(Facts{AskedAt: noon.Add(time.Hour), Amount: 100, State: Settled, Moves: all}, known).Fresh...)
		if len(known) != len(all) {
			t.Fatalf("%d movements learnt, %d happened", len(known), len(all))
		}
		got, want := OutcomeOf(known), OutcomeOf(all)
		if got != want {
			t.Fatalf("%+v, want %+v", got, want)
		}
		if want.Returned > 100 || want.Returned < 0 || want.Excess < 0 || want.Excess > 0 && want.Returned != 100 {
			t.Fatalf("%+v", want)
		}
	})
}
