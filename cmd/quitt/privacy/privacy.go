// Package privacy has the command that erases a person and the loop that deletes what has been
// kept as long as it may be.
package privacy

import (
	"context"
	"errors"
	"flag"
	"log/slog"
	"sync"
	"time"

	"quitt/cases/privacy"
	"quitt/cases/upload"
	"quitt/cmd/quitt/shown"
	"quitt/debt"
	"quitt/notifications"
	"quitt/notifications/letter"
	"quitt/portal/text"
	"quitt/store"
	"quitt/store/documents"
)

// Desk is what the command and the loop work with.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
	Words *text.Catalogue
	Log   *slog.Logger
	// Papers makes what works with documents. It is asked only for cases that have some: their
	// place may be another machine's.
	Papers func(ctx context.Context) (*upload.Desk, error)
}

// Input is what was typed.
type Input struct {
	Creditor, Case, Reason string
	Force                  bool
}

// Flags registers those of the command.
func (in *Input) Flags(fs *flag.FlagSet) {
	fs.StringVar(&in.Creditor, "creditor", "", "")
	fs.StringVar(&in.Case, "case", "", "")
	fs.StringVar(&in.Reason, "reason", "", "")
	fs.BoolVar(&in.Force, "force", false, "")
}

// Needs names the flags that must be given.
func (in *Input) Needs() map[string]string {
	needs := map[string]string{"creditor": in.Creditor, "case": in.Case}
	if in.Force {
		needs["reason"] = in.Reason
	}
	return needs
}

// Cases is what erases and retains, with everything that keeps something elsewhere.
func (d Desk) Cases() privacy.Desk {
	files := letter.Desk{Store: d.Store, Now: d.Now}
	return privacy.Desk{Store: d.Store, Now: d.Now, Elsewhere: []func(context.Context, debt.ID, debt.ID) error{files.Forget, d.forget}}
}

// forget deletes documents that were handed in.
func (d Desk) forget(ctx context.Context, creditor, caseID debt.ID) error {
	var left []documents.Document
	err := d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		left, err = documents.Left(r, caseID)
		return err
	})
	if err != nil || len(left) == 0 {
		return err
	}
	papers, err := d.Papers(ctx)
	if err != nil {
		return err
	}
	return papers.Forget(ctx, creditor, caseID)
}

type erasedJSON struct {
	Cases    int  `json:"cases"`
	Before   bool `json:"before"`
	Scrubbed bool `json:"scrubbed"`
}

// Erase forgets the person of a case.
func (d Desk) Erase(ctx context.Context, creditor, caseID debt.ID, in Input) (shown.Answer, error) {
	o := privacy.Order{Waived: in.Force, Reason: in.Reason, By: debt.Actor{Kind: "operator"}}
	done, err := d.Cases().Erase(ctx, creditor, caseID, o)
	if err != nil {
		return shown.Answer{}, err
	}
	key := "cli_erased"
	if done.Before {
		key = "cli_erased_before"
	}
	a := shown.Answer{News: creditor, Text: d.Words.Text(key, debt.Args{"reference": in.Case, "n": done.Cases}) + "\n"}
	err = d.Store.Scrub(ctx)
	a.JSON = erasedJSON{done.Cases, done.Before, err == nil}
	if errors.Is(err, busy()) { // the person is erased all the same
		a.Text += d.Words.Text("cli_erased_unscrubbed", nil) + "\n"
		err = nil
	}
	return a, err
}

// Migrate seals what is in the clear, and with findable makes all cases findable anew, and says
// so.
func (d Desk) Migrate(ctx context.Context, findable bool) (said string, err error) {
	n, err := d.Cases().Reseal(ctx)
	if err == nil && n > 0 {
		said = d.Words.Text("cli_sealed", debt.Args{"n": n}) + "\n"
		err = d.Store.Scrub(ctx)
	}
	if err != nil || !findable {
		return said, err
	}
	n, err = d.Cases().Findable(ctx)
	return said + d.Words.Text("list_rebuilt", debt.Args{"n": n}) + "\n", err
}

func busy() error { return debt.E(debt.Unavailable, "database_busy", nil) }

// Every is how often the loop looks: what is due today is gone today.
const Every = time.Hour

// sweeps remembers when it was looked for each creditor, and what was found: every commit
// wakes all loops, and counting what is overdue reads whole tables.
type sweeps struct {
	Desk

	mu     sync.Mutex
	looked map[debt.ID]time.Time
	found  map[debt.ID]notifications.Queue
}

// Loop gives the deletion to a Runner. quitt_loop_oldest_seconds of it is how late the oldest
// deletion is, quitt_loop_waiting how many rows should be gone.
func (d Desk) Loop() notifications.Loop {
	s := &sweeps{Desk: d, looked: map[debt.ID]time.Time{}, found: map[debt.ID]notifications.Queue{}}
	return notifications.Loop{Name: "retention", Every: Every, Work: s.work, Queue: s.queue}
}

// work does a portion. More than none means that there may be more; then it is asked again.
func (s *sweeps) work(ctx context.Context, creditor debt.ID) (int, error) {
	now := s.Now()
	s.mu.Lock()
	looked := s.looked[creditor]
	s.mu.Unlock()
	if now.Sub(looked) < Every/2 && !looked.After(now) {
		return 0, nil
	}
	cases := s.Cases()
	did, err := cases.Retain(ctx, creditor, func(b privacy.Batch) {
		s.Log.InfoContext(ctx, "retention", "creditor", string(creditor), "class", string(b.Class), "rows", b.Rows)
	})
	if err != nil {
		return did, err
	}
	if did > 0 {
		if err := s.Store.Scrub(ctx); err != nil && !errors.Is(err, busy()) {
			return did, err
		}
	}
	return did, s.note(ctx, cases, creditor, did == 0)
}

// note counts what is left. Only after a portion that found nothing to do is it quiet for a
// while.
func (s *sweeps) note(ctx context.Context, cases privacy.Desk, creditor debt.ID, quiet bool) error {
	list, err := cases.Overdue(ctx, creditor)
	if err != nil {
		return err
	}
	var q notifications.Queue
	for _, o := range list {
		q.Waiting += o.Rows
		if q.Oldest.IsZero() || o.Since.Before(q.Oldest) {
			q.Oldest = o.Since
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.found[creditor] = q
	if quiet {
		s.looked[creditor] = s.Now()
	}
	return nil
}

// queue gives what the last look found; before the first one it looks.
func (s *sweeps) queue(ctx context.Context, creditor debt.ID) (notifications.Queue, error) {
	s.mu.Lock()
	q, known := s.found[creditor]
	s.mu.Unlock()
	if known {
		return q, nil
	}
	err := s.note(ctx, s.Cases(), creditor, false)
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.found[creditor], err
}
