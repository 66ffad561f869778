// Package figures keeps the sums of the recovery reports: by a loop, and anew when asked to.
package figures

import (
	"context"
	"time"

	"quitt/cases/signin/staffing"
	"quitt/cmd/quitt/shown"
	"quitt/debt"
	"quitt/notifications"
	"quitt/portal/creditor/report"
	"quitt/portal/text"
	"quitt/reports"
	"quitt/reports/mailing"
	"quitt/store"
)

// Loops are what takes new events into the sums, and what writes the mails of those who have
// subscribed to reports.
func Loops(s *store.Store, now func() time.Time, people staffing.Desk) []notifications.Loop {
	d := reports.Desk{Store: s, Now: now}
	m := mailing.Desk{Reports: d, Vault: people.Vault(), Member: people.At, Path: report.Path, Stop: report.Subs}
	due := func(ctx context.Context, creditor debt.ID) (notifications.Queue, error) {
		waiting, oldest, err := m.Queue(ctx, creditor)
		return notifications.Queue{Waiting: waiting, Oldest: oldest}, err
	}
	queue := func(ctx context.Context, creditor debt.ID) (notifications.Queue, error) {
		waiting, oldest, err := d.Queue(ctx, creditor)
		return notifications.Queue{Waiting: waiting, Oldest: oldest}, err
	}
	return []notifications.Loop{{Name: "reports", Every: time.Second, Work: d.Work, Queue: queue},
		{Name: "report_mails", Every: time.Minute, Work: m.Work, Queue: due}}
}

// Options are what quitt verify is asked for.
type Options struct {
	Words        *text.Catalogue
	All, Rebuild bool
}

// Verify is store.Verify, and compares the sums of the reports with the cases; Rebuild makes them
// anew before.
func (o Options) Verify(ctx context.Context, s *store.Store) (shown.Answer, error) {
	if o.Rebuild {
		err := each(ctx, s, func(c debt.Creditor) error { return reports.Desk{Store: s}.Rebuild(ctx, c.ID) })
		if err != nil {
			return shown.Answer{}, err
		}
	}
	findings := []store.Finding{}
	find := func(f store.Finding) bool {
		findings = append(findings, f)
		return o.All
	}
	tally, err := s.Verify(ctx, find)
	if err == nil {
		err = each(ctx, s, func(c debt.Creditor) error {
			if len(findings) > 0 && !o.All {
				return nil
			}
			return reports.Desk{Store: s}.Verify(ctx, c, find)
		})
	}
	if err != nil {
		return shown.Answer{}, err
	}
	return shown.Verified(o.Words, tally, findings), nil
}

func each(ctx context.Context, s *store.Store, do func(debt.Creditor) error) error {
	var creditors []debt.Creditor
	err := s.Read(ctx, "", func(r *store.Reader) (err error) {
		creditors, err = r.Creditors()
		return err
	})
	for _, c := range creditors {
		if err == nil {
			err = do(c)
		}
	}
	return err
}
