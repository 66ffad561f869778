package privacy_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"quitt/cases"
	"quitt/cmd/quitt/logs"
	"quitt/cmd/quitt/privacy"
	"quitt/debt"
	"quitt/portal/text"
	"quitt/store"
	"quitt/store/storetest"
)

// The loop tells how late it is until it has worked, logs what it did and nobody's name, and
// then leaves the database in peace, however often it is woken.
func TestTheLoopDeletesTellsAndRests(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		ctx := context.Background()
		s, watch := storetest.Open(t, store.Options{URL: url}), storetest.NewWatch()
		creditor := storetest.Creditor(t, s, "praxis").ID
		closed := func(reference string) {
			t.Helper()
			f := storetest.File(creditor, reference)
			if err := s.Write(ctx, creditor, func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) }); err != nil {
				t.Fatal(err)
			}
			err := cases.Desk{Store: s, Now: storetest.Clock}.Apply(ctx, f.File.Case, debt.System, func(c *debt.Case, today debt.Date) ([]debt.Event, error) {
				e, err := c.Close("paid", today)
				return []debt.Event{e}, err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		closed("1")
		var said bytes.Buffer
		loop := privacy.Desk{Store: s, Now: watch.Now, Words: text.For(text.German), Log: logs.Requests(&said)}.Loop()
		left := func() string { return storetest.Column(t, url, "SELECT COUNT(*) FROM person_keys")[0] }
		work := func(want int) {
			t.Helper()
			if did, err := loop.Work(ctx, creditor); did != want || err != nil {
				t.Errorf("did %d, %v, want %d", did, err, want)
			}
		}
		work(0)
		due := time.Date(2035, 1, 1, 0, 0, 0, 0, debt.Berlin)
		watch.Set(due.Add(2 * time.Hour))
		fresh := privacy.Desk{Store: s, Now: watch.Now, Log: logs.Requests(&said)}.Loop() // of a process that just began
		if q, err := fresh.Queue(ctx, creditor); err != nil || q.Waiting != 1 || !q.Oldest.Equal(due) {
			t.Errorf("%+v %v", q, err)
		}
		work(1)
		if q, err := loop.Queue(ctx, creditor); err != nil || q.Waiting != 0 || !q.Oldest.IsZero() || left() != "0" {
			t.Errorf("%+v %v, %s keys", q, err, left())
		}
		work(0)
		closed("2")
		work(0) // it has just looked
		watch.Move(privacy.Every)
		work(1)
		if got := said.String(); strings.Count(got, `"class":"closed_cases","rows":1`) != 2 || strings.Contains(got, "O'Brien") || strings.Contains(got, "Weg 1") {
			t.Errorf("logged %s", got)
		}
	})
}
