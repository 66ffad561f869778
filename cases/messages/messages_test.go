package messages_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"quitt/cases/messages"
	"quitt/debt"
	"quitt/debt/debttest"
	"quitt/store"
	kept "quitt/store/messages"
	"quitt/store/storetest"
	"quitt/store/tasks"
)

// room is a desk with one case and a clock.
type room struct {
	*testing.T
	messages.Desk
	creditor, caseID debt.ID
	now              time.Time
}

func each(t *testing.T, do func(*room)) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := &room{T: t, creditor: storetest.Creditor(t, s, "koeln").ID, now: storetest.Now}
		r.Desk = messages.Desk{Store: s, Now: func() time.Time { return r.now }}
		f := storetest.File(r.creditor, "R")
		r.caseID = f.File.Case.ID
		if err := s.Write(context.Background(), r.creditor, func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) }); err != nil {
			t.Fatal(err)
		}
		do(r)
	})
}

func (r *room) from(kind, text string) messages.Letter {
	return messages.Letter{CreditorID: r.creditor, CaseID: r.caseID, By: debt.Actor{Kind: kind}, Text: debt.Personal(text)}
}

func (r *room) thread() messages.Thread {
	r.Helper()
	h, err := r.Thread(context.Background(), r.creditor, r.caseID)
	if err != nil {
		r.Fatal(err)
	}
	return h
}

// open lists the kinds of the open tasks.
func (r *room) open() (kinds []string) {
	r.Helper()
	err := r.Store.Read(context.Background(), r.creditor, func(t *store.Reader) error {
		list, err := tasks.List(t, 50)
		for _, k := range list {
			kinds = append(kinds, string(k.Kind))
		}
		return err
	})
	if err != nil {
		r.Fatal(err)
	}
	return kinds
}

func (r *room) events() (types []string) {
	r.Helper()
	err := r.Store.Read(context.Background(), r.creditor, func(t *store.Reader) error {
		list, err := t.Events(r.caseID)
		for _, e := range list {
			types = append(types, string(e.Type))
			for _, v := range e.Data {
				if text, ok := v.(string); ok && strings.Contains(text, "Ratenzahlung") {
					r.Errorf("%s repeats what was written", e.Type)
				}
			}
		}
		return err
	})
	if err != nil {
		r.Fatal(err)
	}
	return types
}

func TestAMessageIsReadByTheOtherSide(t *testing.T) {
	ctx := context.Background()
	each(t, func(r *room) {
		if _, err := r.Write(ctx, r.from("debtor", " Ist Ratenzahlung möglich?\r\nDanke ")); err != nil {
			r.Fatal(err)
		}
		if got := r.open(); len(got) != 1 || got[0] != "message_unread" {
			r.Errorf("tasks: %v", got)
		}
		r.now = r.now.Add(time.Hour)
		if _, err := r.Answer(ctx, r.from("creditor", "Ja, im Portal."), ""); err != nil {
			r.Fatal(err)
		}
		h := r.thread()
		if len(h.Messages) != 2 || h.Unread != 1 || !h.Messages[0].ReadAt.Equal(r.now) ||
			h.Messages[0].Text.Reveal() != "Ist Ratenzahlung möglich?\nDanke" {
			r.Errorf("%+v", h)
		}
		if got := r.open(); len(got) != 0 {
			r.Errorf("an answered message is still a task: %v", got)
		}
		if err := r.Opened(ctx, r.creditor, r.caseID); err != nil || r.thread().Unread != 0 {
			r.Errorf("opened: %v, %d unread", err, r.thread().Unread)
		}
		if got := strings.Join(r.events(), " "); !strings.HasSuffix(got, "message.received message.sent") {
			r.Errorf("events: %s", got)
		}
	})
}

func TestWhatCannotBeSentIsRefused(t *testing.T) {
	ctx := context.Background()
	each(t, func(r *room) {
		_, err := r.Write(ctx, r.from("debtor", " \n "))
		debttest.WantKey(r, err, debt.Invalid, "message_empty")
		_, err = r.Write(ctx, r.from("debtor", strings.Repeat("ä", 5_001)))
		debttest.WantKey(r, err, debt.Invalid, "message_too_long")
		for range 20 {
			if _, err := r.Write(ctx, r.from("debtor", "Hallo")); err != nil {
				r.Fatal(err)
			}
		}
		_, err = r.Write(ctx, r.from("debtor", "Hallo"))
		debttest.WantKey(r, err, debt.Forbidden, "message_too_many")
		r.now = r.now.Add(25 * time.Hour)
		if _, err := r.Write(ctx, r.from("debtor", "Hallo")); err != nil {
			r.Errorf("the next day: %v", err)
		}
	})
}

func TestARequestIsOwedAfterFiveWorkingDays(t *testing.T) {
	ctx := context.Background()
	each(t, func(r *room) {
		r.now = time.Date(2026, 12, 22, 10, 0, 0, 0, time.UTC) // a Tuesday; Christmas is Friday and Saturday
		q, err := r.Ask(ctx, r.from("debtor", "Wer war der erste Gläubiger?"), kept.Details)
		if err != nil || q.DueOn != debt.MustDate("2026-12-30") {
			r.Fatalf("due %s, %v", q.DueOn, err)
		}
		again, err := r.Ask(ctx, r.from("debtor", ""), kept.Details)
		if err != nil || again.ID != q.ID {
			r.Errorf("asked twice: %+v, %v", again, err)
		}
		r.now = time.Date(2026, 12, 30, 22, 0, 0, 0, time.UTC)
		if n, err := r.WarnOverdue(ctx, r.creditor); n != 0 || err != nil {
			r.Errorf("on the day itself: %d, %v", n, err)
		}
		r.now = r.now.Add(24 * time.Hour)
		for _, want := range []int{1, 0} {
			if n, err := r.WarnOverdue(ctx, r.creditor); n != want || err != nil {
				r.Errorf("warned of %d, want %d: %v", n, want, err)
			}
		}
		if got := r.open(); len(got) != 2 || got[1] != "request_overdue" {
			r.Errorf("tasks: %v", got)
		}
		if _, err := r.Answer(ctx, r.from("operator", "Es war die Praxis selbst."), q.ID); err != nil {
			r.Fatal(err)
		}
		_, err = r.Answer(ctx, r.from("operator", "Noch einmal."), q.ID)
		debttest.WantKey(r, err, debt.Conflict, "request_ended")
		if got := r.open(); len(got) != 0 {
			r.Errorf("an answered request is still a task: %v", got)
		}
		_, err = r.Ask(ctx, r.from("debtor", ""), "money")
		debttest.WantKey(r, err, debt.Invalid, "request_kind_unknown")
	})
}

func TestARequestMayBeWithdrawn(t *testing.T) {
	ctx := context.Background()
	each(t, func(r *room) {
		q, err := r.Ask(ctx, r.from("debtor", ""), kept.Callback)
		if err != nil {
			r.Fatal(err)
		}
		if err := r.Withdraw(ctx, r.from("debtor", ""), q.ID); err != nil {
			r.Fatal(err)
		}
		debttest.WantKey(r, r.Withdraw(ctx, r.from("debtor", ""), q.ID), debt.Conflict, "request_ended")
		if h := r.thread(); h.Requests[0].State != kept.Withdrawn || len(r.open()) != 0 {
			r.Errorf("%+v, tasks %v", h.Requests, r.open())
		}
	})
}
