package search

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"quitt/store"
	"quitt/store/storetest"
)

// many fills the marks and terms of cases that need not be there.
var many = map[string][]string{
	"postgres": {
		`INSERT INTO search_marks SELECT $1::uuid, (n * (k * k + 1)) % 4000 / (k + 1) + 10000 * k, ('019ab000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid
		   FROM generate_series(0, 199999) n, generate_series(0, 5) k`,
		`INSERT INTO search_terms SELECT $1::uuid, 'RE' || n, ('019ab000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid FROM generate_series(0, 199999) n`,
		`VACUUM ANALYZE`,
	},
	"sqlite": {`INSERT INTO search_marks (creditor_id, mark, case_id) VALUES ($1, 1, '019ab000-0000-7000-8000-000000000000')`},
}

// No statement of a search reads a table from end to end or puts it in order.
func TestEverySearchIsAnsweredByAnIndex(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Options{URL: url})
		c := storetest.Creditor(t, s, "viele")
		storetest.Crowd(t, url, c.ID, 20_000)
		db := storetest.Raw(t, url)
		for _, query := range many[s.Engine()] {
			args := []any{string(c.ID)}
			if !strings.Contains(query, "$1") {
				args = nil
			}
			if _, err := db.Exec(query, args...); err != nil {
				t.Fatal(err)
			}
		}
		queries := map[string][]any{
			countSQL:        {c.ID, 10007, newest},
			termSQL:         {c.ID, "RE17", "RE17" + last, Most + 1},
			originalSQL:     {c.ID, 100_00, Most + 1},
			openSQL:         {c.ID, 100_00, Most + 1},
			candidateSQL(0): {c.ID, 7, lastID, candidates},
			candidateSQL(3): {c.ID, 7, lastID, candidates, 10014, 20007, 30009},
		}
		for query, args := range queries {
			err := s.Read(context.Background(), c.ID, func(r *store.Reader) error {
				plan, err := storetest.Plan(r, s.Engine(), query, args...)
				for _, bad := range []string{"Seq Scan", "Sort", "SCAN a", "SCAN o", "SCAN cases", "SCAN claims", "SCAN search", "TEMP B-TREE"} {
					if strings.Contains(plan, bad) {
						t.Errorf("%s\n%s", query, plan)
					}
				}
				return err
			})
			if err != nil {
				t.Fatal(query, err)
			}
		}
	})
}

// common fills marks that 40,000, 20,000 and 5,000 cases have.
var common = map[string]string{
	"postgres": `INSERT INTO search_marks SELECT $1::uuid, k, ('019ab000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid
		FROM generate_series(1, 40000) n, generate_series(1, 3) k WHERE k = 1 OR k = 2 AND n % 2 = 0 OR k = 3 AND n % 8 = 0`,
	"sqlite": `WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 40000), m(k) AS (VALUES (1), (2), (3))
		INSERT INTO search_marks (creditor_id, mark, case_id) SELECT $1, k, '019ab000-0000-7000-8000-' || printf('%012x', n) FROM s, m
		WHERE k = 1 OR k = 2 AND n % 2 = 0 OR k = 3 AND n % 8 = 0`,
}

// It is the piece that the fewest have whose bearers are asked for the others,
// also where thousands have each.
func TestTheRarestPieceLeads(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Options{URL: url})
		c := storetest.Creditor(t, s, "viele")
		if _, err := storetest.Raw(t, url).Exec(common[s.Engine()], string(c.ID)); err != nil {
			t.Fatal(err)
		}
		for want, list := range map[string][]piece{
			"[3 1 2]": {{mark: 1, word: 0}, {mark: 2, word: 1}, {mark: 3, word: 1}},
			"[3 2 1]": {{mark: 1}, {mark: 2}, {mark: 3}},
			"[]":      {{mark: 1, word: 0}, {mark: 4, word: 1}},
		} {
			err := s.Read(context.Background(), c.ID, func(r *store.Reader) error {
				marks, err := rarest(r, list)
				if got := fmt.Sprint(marks); got != want {
					t.Errorf("%s instead of %s", got, want)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}
