package notifications_test

import (
	"fmt"
	"testing"

	"quitt/notifications"
	"quitt/store"
	"quitt/store/storetest"
)

// A large import of one creditor must not hold up the numbers of all others: the loop comes
// round to them after each portion.
func TestTheFeedLoopDoesOnePortionAtATime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		creditor := storetest.Creditor(t, s, "praxis").ID
		const cases = 600
		var files []store.NewFile
		for i := range cases {
			files = append(files, storetest.File(creditor, fmt.Sprintf("A-%d", i)))
		}
		if err := s.Write(ctx, creditor, func(t *store.Tx) error { return t.AddFiles(files) }); err != nil {
			t.Fatal(err)
		}
		loop, placed, visits := notifications.FeedLoop(s), 0, 0
		for {
			n, err := loop.Work(ctx, creditor)
			if err != nil {
				t.Fatal(err)
			}
			if n == 0 {
				break
			}
			placed, visits = placed+n, visits+1
		}
		if placed != cases || visits < 3 {
			t.Errorf("%d placed in %d visits", placed, visits)
		}
	})
}
