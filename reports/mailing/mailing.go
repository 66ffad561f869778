// Package mailing sends reports to people who want to have them again and again: who has them, and
// the loop that writes the mails. Carrying them is the work of the post for members.
package mailing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"quitt/debt"
	"quitt/debt/recovery"
	"quitt/debt/staff"
	"quitt/portal/text"
	"quitt/reports"
	"quitt/reports/files"
	"quitt/store"
	"quitt/store/rollups"
	kept "quitt/store/staff"
	"quitt/store/subscriptions"
	"quitt/store/vault"
)

// Desk keeps subscriptions and writes their mails.
type Desk struct {
	Reports reports.Desk
	Vault   vault.Vault // seals mails until they are sent

	// Member is who somebody is and what he is at a creditor, now.
	Member func(r *store.Reader, member, creditor debt.ID) (staff.Member, staff.Role, error)
	// Path is the address of a report in the portal, Stop that of the page that ends it.
	Path func(reports.Query) string
	Stop string
}

// Wish is what somebody subscribes to.
type Wish struct {
	Creditor, Member debt.ID
	Rhythm           recovery.Rhythm
	Query            reports.Query // its days do not count
	Paper            bool
}

// Most is how many subscriptions a member has at one creditor.
const Most = 20

// Subscribe keeps a wish; the first mail is about the period that runs today. Refusals: Invalid
// "report_sub_rhythm" and those of a report, Conflict "report_sub_exists" and "report_sub_most".
func (d Desk) Subscribe(ctx context.Context, w Wish) error {
	now := d.Reports.Now()
	today := debt.DateIn(now, debt.Berlin)
	if !slices.Contains(recovery.Rhythms(), w.Rhythm) {
		return debt.E(debt.Invalid, "report_sub_rhythm", nil)
	}
	w.Query.From, w.Query.To = today, today
	if err := w.Query.Check(); err != nil {
		return err
	}
	first := w.Rhythm.First(today)
	s := subscriptions.Subscription{ID: store.NewID(), Member: w.Member, Rhythm: w.Rhythm, Choice: choiceOf(w.Query), Paper: w.Paper,
		Period: first, DueAt: w.Rhythm.DueAt(first), MadeAt: now}
	return d.Reports.Store.Write(ctx, w.Creditor, func(t *store.Tx) error {
		list, err := subscriptions.Of(&t.Reader, w.Member)
		if err == nil && len(list) >= Most {
			return debt.E(debt.Conflict, "report_sub_most", debt.Args{"n": Most})
		}
		if err != nil {
			return err
		}
		return subscriptions.Add(t, s)
	})
}

func choiceOf(q reports.Query) subscriptions.Choice {
	c := subscriptions.Choice{Kind: string(q.Kind), By: string(q.By), Value: q.Value}
	if q.Kind == reports.Overview { // the others are broken down in one way alone
		c.Per, c.Over = string(q.Per), string(q.Over)
	}
	return c
}

// QueryOf is the report of a subscription about the period that begins on a day.
func QueryOf(s subscriptions.Subscription, first debt.Date) reports.Query {
	c := s.Choice
	return reports.Query{Kind: reports.Kind(c.Kind), Per: rollups.By(c.Per), Over: rollups.By(c.Over),
		Scope: rollups.Scope{By: rollups.By(c.By), Value: c.Value, From: first, To: s.Rhythm.Last(first)}}
}

// Of lists what a member has subscribed to at a creditor.
func (d Desk) Of(ctx context.Context, creditor, member debt.ID) (list []subscriptions.Subscription, err error) {
	err = d.Reports.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		list, err = subscriptions.Of(r, member)
		return err
	})
	return list, err
}

// End ends a member's own subscription; one that is gone is ended.
func (d Desk) End(ctx context.Context, creditor, member, id debt.ID) error {
	return d.Reports.Store.Write(ctx, creditor, func(t *store.Tx) error { return subscriptions.End(t, member, id) })
}

// pauses lie between looks at a report that could not be made; the last one goes on.
var pauses = []time.Duration{5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour}

// Work writes the mail of one subscription that is due: the work of a loop. The mail is stored in the
// transaction that moves the subscription on, under an id that follows from subscription and period:
// however often and by however many it is tried, there is one for each period.
func (d Desk) Work(ctx context.Context, creditor debt.ID) (did int, err error) {
	if n, _, err := d.Queue(ctx, creditor); err != nil || n == 0 {
		return 0, err
	}
	now := d.Reports.Now()
	var s subscriptions.Subscription
	var found bool
	err = d.Reports.Store.Write(ctx, creditor, func(t *store.Tx) error {
		s, found, err = subscriptions.Claim(t, now, now.Add(pauses[0]))
		return err
	})
	if err != nil || !found {
		return 0, err
	}
	if err := d.send(ctx, creditor, s); err != nil {
		later := now.Add(pauses[min(s.Attempts, len(pauses))-1])
		return 0, errors.Join(err, d.Reports.Store.Write(context.WithoutCancel(ctx), creditor, func(t *store.Tx) error { return subscriptions.PutOff(t, s, later) }))
	}
	return 1, nil
}

// Queue tells how many mails are due and since when.
func (d Desk) Queue(ctx context.Context, creditor debt.ID) (n int, oldest time.Time, err error) {
	err = d.Reports.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		n, oldest, err = subscriptions.Due(r, d.Reports.Now())
		return err
	})
	return n, oldest, err
}

// reader is whom a mail is for.
type reader struct {
	staff.Member

	may      bool
	creditor debt.Creditor
}

func (d Desk) reader(r *store.Reader, creditor debt.ID, s subscriptions.Subscription) (who reader, err error) {
	var role staff.Role
	if who.Member, role, err = d.Member(r, s.Member, creditor); err != nil {
		return who, err
	}
	who.may = role.May(staff.See)
	list, err := r.Creditors()
	for _, c := range list {
		if c.ID == creditor {
			who.creditor = c
		}
	}
	return who, err
}

// send makes the report and stores its mail. Who may not see it any more has no subscription any
// more: another role later does not bring it back.
func (d Desk) send(ctx context.Context, creditor debt.ID, s subscriptions.Subscription) error {
	var who reader
	err := d.Reports.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		who, err = d.reader(r, creditor, s)
		return err
	})
	if err != nil {
		return err
	}
	if !who.may {
		return d.End(ctx, creditor, s.Member, s.ID)
	}
	l, ready, err := d.letter(ctx, who, s)
	if err != nil || !ready {
		return err // not ready: the sums are behind, and the claim says when it is looked at again
	}
	now := d.Reports.Now()
	return d.Reports.Store.Write(ctx, creditor, func(t *store.Tx) error {
		who, err := d.reader(&t.Reader, creditor, s)
		if err != nil || !who.may {
			return err // the next look ends it
		}
		if moved, err := subscriptions.Move(t, s); err != nil || !moved {
			return err
		}
		return kept.AddMail(t, d.Vault, l, kept.Mail{ID: mailID(s), MadeAt: now, ExpiresAt: now.Add(keeps)})
	})
}

// keeps is how long a mail may wait for the mail server.
const keeps = 5 * 24 * time.Hour

// mailID follows from subscription and period.
func mailID(s subscriptions.Subscription) debt.ID {
	sum := sha256.Sum256([]byte("report mail/" + string(s.ID) + "/" + s.Period.String()))
	x := hex.EncodeToString(sum[:16])
	return debt.ID(x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:])
}

// letter writes the mail of a period; false while not all of it is in the sums.
func (d Desk) letter(ctx context.Context, who reader, s subscriptions.Subscription) (l kept.Letter, ready bool, err error) {
	q := QueryOf(s, s.Period)
	head := q
	head.Kind = reports.Overview
	made, err := d.Reports.Make(ctx, who.creditor, head)
	if err != nil || made.Building || made.CutOff.Before(s.Rhythm.EndsAt(s.Period)) {
		return l, false, err
	}
	words := text.For(text.Language(who.Language)).Whole()
	l = kept.Letter{To: who.Email, Template: "mail_staff_report", Language: who.Language, Report: &kept.Report{
		Member: who.ID, Creditor: who.creditor.ID, Of: who.creditor.Name, From: words.Date(q.From), To: words.Date(q.To),
		Title: q.Kind.Title().Says(words), Lines: figures(words, made.Tables[0]), Link: d.Path(q), Stop: d.Stop}}
	if s.Paper {
		if q.Kind != reports.Overview {
			if made, err = d.Reports.Make(ctx, who.creditor, q); err != nil {
				return l, false, err
			}
		}
		l.Report.File = string(q.Kind) + "-" + q.To.String() + ".pdf"
		l.Report.Body, err = files.Write(files.PDF, words, made)
	}
	return l, err == nil, err
}

// figures are the key figures as the page shows them, with how many where there is a number.
func figures(words *text.Catalogue, t reports.Table) (list [][2]string) {
	for _, row := range t.Rows {
		said := row.Cells[1].Says(words)
		if !row.Cells[0].None {
			said += " (" + words.Text("report_count_of", debt.Args{"n": row.Cells[0].Says(words)}) + ")"
		}
		list = append(list, [2]string{row.Head.Says(words), said})
	}
	return list
}
