package debits

import (
	"context"
	"time"

	"quitt/cmd/quitt/shown"
	"quitt/debt"
	"quitt/notifications"
	"quitt/payments/directdebit"
	"quitt/store"
)

// failed is a creditor whose files could not be made, for machines.
type failed struct {
	Creditor string `json:"creditor"`
	Error    string `json:"error"`
}

// runAll makes the files of every creditor that collects by file. One that fails is told at the
// end, and keeps nobody else from theirs.
func (d Desk) runAll(ctx context.Context, in Input) (shown.Answer, error) {
	until, err := debt.ParseDate(in.Until)
	if err != nil {
		return shown.Answer{}, err
	}
	var creditors []debt.Creditor
	err = d.Store.Read(ctx, "", func(r *store.Reader) error {
		creditors, err = r.Creditors()
		return err
	})
	if err != nil {
		return shown.Answer{}, err
	}
	desk := directdebit.Desk{Store: d.Store, Now: d.Now}
	a, done, wrong := shown.Answer{}, []written{}, []failed{}
	for _, c := range creditors {
		list, said, err := d.runOf(ctx, desk, c, until, in.Out)
		if ctx.Err() != nil {
			return a, ctx.Err()
		}
		if err != nil {
			wrong = append(wrong, failed{c.Code, d.Words.Error(err)})
			a.Text += d.Words.Text("collect_failed", debt.Args{"creditor": c.Code, "error": d.Words.Error(err)}) + "\n"
			continue
		}
		done = append(done, list...)
		a.Text += said
	}
	if a.Text == "" {
		a.Text = d.Words.Text("collect_none", nil) + "\n"
	}
	a.JSON, a.Failed = map[string]any{"files": done, "failed": wrong}, len(wrong) > 0
	return a, nil
}

// runOf makes the files of one creditor, if it collects by file.
func (d Desk) runOf(ctx context.Context, desk directdebit.Desk, c debt.Creditor, until debt.Date, out string) (list []written, said string, err error) {
	accounts, err := desk.Accounts(ctx, c.ID)
	if err != nil || len(accounts) == 0 {
		return nil, "", err
	}
	files, err := desk.Collect(ctx, c.ID, until)
	if err != nil || len(files) == 0 {
		return nil, "", err
	}
	if list, said, err = d.write(files, out); err != nil {
		return nil, "", err
	}
	for i := range list {
		list[i].Creditor = c.Code
	}
	_, err = d.Store.Sequence(ctx, c.ID)
	return list, said, err
}

// lookEvery is how often mandates are looked at that may have lapsed: a loop that was not heard of for
// five minutes is an alarm.
const lookEvery = 4 * time.Minute

// Loops end mandates whose time is over, and say what should have been in a file by now.
func Loops(s *store.Store, now func() time.Time) []notifications.Loop {
	desk := directdebit.Desk{Store: s, Now: now}
	return []notifications.Loop{{Name: "debits", Every: lookEvery, Work: desk.Expire,
		Queue: func(ctx context.Context, creditor debt.ID) (notifications.Queue, error) {
			late, err := desk.Late(ctx, creditor)
			found := notifications.Queue{Waiting: int(late.N)}
			if late.N > 0 {
				found.Oldest = late.Since.Time()
			}
			return found, err
		}}}
}
