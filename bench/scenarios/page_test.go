package scenarios_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// EnvDoc has the test write docs/scenarios.md anew.
const EnvDoc = "QUITT_SCENARIOS_DOC"

const (
	page  = "../../docs/scenarios.md"
	intro = `# Scenarios

What can happen between a debtor, a payment provider and Quitt, and where it ends. This page is
written by its test (` + "`bench/scenarios`" + `), which fails when the page says anything else than the code:

    make proof PROOFS=Scenario            # all orders and blows
    QUITT_PROOF=1 QUITT_SCENARIOS_DOC=1 scripts/with-postgres go test ./bench/scenarios -timeout 3h   # writes this page

The provider is the sandbox with its own clock, the adapter the one for Stripe, the line between
them HTTP. Each story is played in five ways, on SQLite and on PostgreSQL:

- **as told**: each event is delivered when it happens;
- **any order**: all events later, in all orders up to six events, in 200 drawn ones above, in
  24 on PostgreSQL. What we do ourselves stays where it is: events are shuffled between two acts
  of ours. Three in four orders are answered with what the provider said when the event
  happened, as if the question had been asked then and the answer came late;
- **twice**: each event twice, and all of them once more at the end;
- **untold**: no event at all; our own loops find out, once with the provider's list of events,
  once with the movements of its account alone;
- **ended**: our process ends before or after one commit, for every commit of the story: nothing
  it would have done after that happens. It starts again, and whoever got no answer asks again.

Every run of a story has to leave the same ledger, the same payments, tasks, refunds, cards and
mandates, ` + "`quitt verify`" + ` has to find nothing, and every day of the provider's account has to
agree with ours to the cent. When a story has been told as it happens, three quarters of an hour
of our own loops must change nothing. The numbers are runs on SQLite and on PostgreSQL. All amounts are in
euros; a case owes 100.00 unless the end says more. Fees are the sandbox's own.
`
)

// titles of the groups, by the letter of their ids.
var titles = map[byte]string{'A': "A. Cards, on the provider's page", 'B': "B. Direct debits, on the provider's page",
	'C': "C. Mandates and instalments", 'D': "D. Refunds", 'E': "E. Disputes of cards", 'F': "F. Transport and payouts",
	'X': "X. Bad input"}

var kindNames = map[kind]string{permuted: "any order", doubled: "twice", dropped: "untold", crashed: "ended"}

// written makes the page. count writes a number of runs.
func written(played map[string]map[string]tally, count func(n int) string) string {
	var b strings.Builder
	b.WriteString(intro)
	for _, group := range stories() {
		fmt.Fprintf(&b, "\n## %s\n\n| | What happens | Where it ends | as told | any order | twice | untold | ended |\n|---|---|---|---|---|---|---|---|\n",
			titles[group[0].id[0]])
		var notes []string
		for _, s := range group {
			fmt.Fprintf(&b, "| %s | %s | %s |", s.id, s.says, s.ends)
			for k := asListed; k <= crashed; k++ {
				if s.not[k] != "" {
					b.WriteString(" – |")
					notes = append(notes, fmt.Sprintf("- %s, %s: %s.", s.id, kindNames[k], s.not[k]))
					continue
				}
				fmt.Fprintf(&b, " %s / %s |", count(played[s.id]["sqlite"][k]), count(played[s.id]["postgres"][k]))
			}
			b.WriteString("\n")
			if s.blind != "" && s.not[dropped] == "" {
				notes = append(notes, fmt.Sprintf("- %s, untold: with the list of events only; %s.", s.id, s.blind))
			}
		}
		if len(notes) > 0 {
			b.WriteString("\nWays that make no sense:\n\n" + strings.Join(notes, "\n") + "\n")
		}
	}
	return b.String()
}

// checkPage holds the committed page against what was played, or writes it. The numbers of
// runs may differ: a quick run has fewer.
func checkPage(t *testing.T, played map[string]map[string]tally) {
	t.Helper()
	if os.Getenv(EnvDoc) != "" && !t.Failed() {
		if err := os.WriteFile(page, []byte(written(played, strconv.Itoa)), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	committed, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	got, want := uncounted(string(committed)), uncounted(written(played, strconv.Itoa))
	if d := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); d != "" {
		t.Errorf("docs/scenarios.md says otherwise; write it with %s=1 (code -, page +):\n%s", EnvDoc, d)
	}
}

// uncounted takes the numbers of runs out of the page.
func uncounted(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		cells := strings.Split(line, " | ")
		if !strings.HasPrefix(line, "| ") || len(cells) != 8 {
			continue
		}
		for j := 3; j < len(cells); j++ {
			cells[j] = strings.Trim(cells[j], "0123456789 |")
		}
		lines[i] = strings.Join(cells, " | ")
	}
	return strings.Join(lines, "\n")
}

// The matrix has 68 rows; bad input comes beside them.
func TestEveryRowOfTheMatrixIsAStory(t *testing.T) {
	var want, got []string
	for letter, n := range map[string]int{"A": 16, "B": 15, "C": 15, "D": 7, "E": 4, "F": 11, "X": 14} {
		for i := range n {
			want = append(want, letter+strconv.Itoa(i+1))
		}
	}
	for _, group := range stories() {
		for _, s := range group {
			got = append(got, s.id)
			if titles[s.id[0]] == "" || s.says == "" || s.ends == "" || s.play == nil || strings.Contains(s.says+s.ends, "|") {
				t.Errorf("%s is no story", s.id)
			}
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
