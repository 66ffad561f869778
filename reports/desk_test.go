package reports_test

import (
	"strings"
	"testing"

	"quitt/debt"
	"quitt/reports"
	"quitt/store"
	"quitt/store/storetest"
)

// room is a store with one case of one creditor whose sums are made.
func room(t *testing.T, url string) (*store.Store, debt.Creditor, reports.Desk) {
	t.Helper()
	s := storetest.Open(t, store.Options{URL: url})
	c := storetest.Creditor(t, s, "koeln")
	d := reports.Desk{Store: s, Now: storetest.Clock}
	err := s.Write(ctx, c.ID, func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{storetest.File(c.ID, "1")}) })
	if err == nil {
		_, err = s.Sequence(ctx, c.ID)
	}
	if err == nil {
		err = d.CatchUp(ctx, c.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s, c, d
}

func findings(t *testing.T, d reports.Desk, c debt.Creditor) (list []string) {
	t.Helper()
	err := d.Verify(ctx, c, func(f store.Finding) bool {
		list = append(list, f.Detail)
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestVerifyFindsWhatWasTamperedWithAndRebuildMendsIt(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		for name, tamper := range map[string]string{
			"a sum":           `UPDATE rollups SET amount = amount + 1 WHERE span = 'month' AND slice = 'all' AND figure = 'placed'`,
			"a line":          `UPDATE rollup_lines SET n = 2 WHERE figure = 'placed'`,
			"a sum is gone":   `DELETE FROM rollups WHERE figure = 'running' AND slice = 'age' AND span = 'day'`,
			"a line is gone":  `DELETE FROM rollup_lines WHERE figure = 'running'`,
			"a sum too many":  `INSERT INTO rollups SELECT creditor_id, span, slice, value, day_on, figure, 'none', n, amount FROM rollups WHERE figure = 'placed' AND slice = 'all' AND span = 'day'`,
			"a line too many": `INSERT INTO rollup_lines SELECT creditor_id, case_id, figure, 'none', day_on, month_on, n, amount, cohort, ground, age FROM rollup_lines WHERE figure = 'placed'`,
		} {
			t.Run(name, func(t *testing.T) { mends(t, url, tamper) })
		}
	})
}

func mends(t *testing.T, url, tamper string) {
	if strings.HasPrefix(url, "sqlite:") {
		url = storetest.SQLite(t)
	} else {
		url = storetest.Postgres(t)
	}
	_, c, d := room(t, url)
	if list := findings(t, d, c); len(list) > 0 {
		t.Fatalf("before: %v", list)
	}
	if _, err := storetest.Raw(t, url).Exec(tamper); err != nil {
		t.Fatal(err)
	}
	if list := findings(t, d, c); len(list) != 1 {
		t.Errorf("found %v", list)
	}
	if err := d.Rebuild(ctx, c.ID); err != nil {
		t.Fatal(err)
	}
	if list := findings(t, d, c); len(list) > 0 {
		t.Errorf("after: %v", list)
	}
}

func TestTheQueueTellsWhatIsNotIn(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		s, c, d := room(t, url)
		if n, oldest, err := d.Queue(ctx, c.ID); n != 0 || !oldest.IsZero() || err != nil {
			t.Errorf("%d, %v, %v", n, oldest, err)
		}
		err := s.Write(ctx, c.ID, func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{storetest.File(c.ID, "2")}) })
		if err == nil {
			_, err = s.Sequence(ctx, c.ID)
		}
		if n, oldest, e := d.Queue(ctx, c.ID); n != 1 || !oldest.Equal(storetest.Now) || e != nil || err != nil {
			t.Errorf("%d, %v, %v, %v", n, oldest, e, err)
		}
		if did, err := d.Work(ctx, c.ID); did != 1 || err != nil {
			t.Errorf("took in %d, %v", did, err)
		}
		if did, err := d.Work(ctx, c.ID); did != 0 || err != nil {
			t.Errorf("took in %d more, %v", did, err)
		}
	})
}
