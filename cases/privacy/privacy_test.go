package privacy_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"quitt/cases"
	"quitt/cases/privacy"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/letter"
	"quitt/debt/rail"
	"quitt/debt/retention"
	"quitt/store"
	"quitt/store/contacts"
	"quitt/store/grants"
	"quitt/store/letters"
	"quitt/store/looks"
	"quitt/store/messages"
	"quitt/store/notes"
	"quitt/store/outbox"
	"quitt/store/rails"
	"quitt/store/search"
	"quitt/store/storetest"
)

var ctx = context.Background()

// office has two cases about two people, the first with everything that can be kept.
type office struct {
	t        *testing.T
	s        *store.Store
	url      string
	watch    *storetest.Watch
	creditor debt.ID
	cases    []debt.Case
	desk     privacy.Desk
	removed  []debt.ID
}

func newOffice(t *testing.T, url string) *office {
	t.Helper()
	o := &office{t: t, url: url, s: storetest.Open(t, store.Options{URL: url}), watch: storetest.NewWatch()}
	o.creditor = storetest.Creditor(t, o.s, "praxis").ID
	o.desk = privacy.Desk{Store: o.s, Now: o.watch.Now, Elsewhere: []func(context.Context, debt.ID, debt.ID) error{
		func(_ context.Context, _, id debt.ID) error { o.removed = append(o.removed, id); return nil }}}
	for _, name := range []debt.Personal{"Quakernackel", "Andersen"} {
		f := storetest.File(o.creditor, "of "+string(name[:1]))
		f.Debtor.LastName, f.Debtor.Email = name, "post@"+name+".example"
		o.cases = append(o.cases, f.File.Case)
		o.write(func(tx *store.Tx) error {
			return errors.Join(tx.AddFiles([]store.NewFile{f}), search.Add(tx, search.NewSubject(f)))
		})
	}
	return o
}

func (o *office) write(do func(tx *store.Tx) error) {
	o.t.Helper()
	if err := o.s.Write(ctx, o.creditor, do); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) read(do func(r *store.Reader) error) {
	o.t.Helper()
	if err := o.s.Read(ctx, o.creditor, do); err != nil {
		o.t.Fatal(err)
	}
}

// furnish keeps about a case what can be kept.
func (o *office) furnish(c debt.Case) {
	o.t.Helper()
	now := o.watch.Now()
	run := letters.Run{ID: store.NewID(), Kind: letter.Reminder, Way: letters.Print, Directory: "/letters", StartedAt: now}
	g := grants.Record{Grant: access.NewGrant(store.NewID(), c.ID, "Apfel Birne", now),
		Secret: grants.Secret{Salt: strings.Repeat("0", 32), Hash: strings.Repeat("a", 64), Pepper: 1}}
	o.write(func(tx *store.Tx) error {
		number, err := letters.NextNumber(&tx.Reader)
		k := letters.Kept{ID: store.NewID(), CaseID: c.ID, RunID: run.ID, Number: number, Kind: letter.Reminder, Country: "DE", Pages: 1,
			Document: letter.Document{Recipient: []string{"Quakernackel"}}, PDFHash: strings.Repeat("f", 64), On: debt.DateIn(now, debt.Berlin), CreatedAt: now}
		return errors.Join(err, letters.Begin(tx, run), letters.Count(tx, run.ID), letters.Add(tx, k), letters.MarkSent(tx, k, now),
			letters.Finish(tx, letters.Run{ID: run.ID, Letters: 1, FinishedAt: now}))
	})
	visit := access.Session{CreditorID: o.creditor, CaseID: c.ID, GrantID: g.ID, Tier: access.FullView, OpenedAt: now, SeenAt: now}
	once := grants.OneTime{OneTime: access.OneTime{ID: store.NewID(), GrantID: g.ID, SentAt: now}, Hash: strings.Repeat("3", 64), Pepper: 1}
	mail := outbox.Mail{CaseID: c.ID, Recipient: "post@Quakernackel.example", Template: "x", Args: map[string]string{"name": "Quakernackel"}}
	for _, keep := range []func(tx *store.Tx) error{
		func(tx *store.Tx) error { return grants.Add(tx, g) },
		func(tx *store.Tx) error { _, err := grants.AddLookup(tx, strings.Repeat("1", 64), g.ID); return err },
		func(tx *store.Tx) error { return grants.AddSession(tx, strings.Repeat("2", 64), visit) },
		func(tx *store.Tx) error { return grants.AddOneTime(tx, once) },
		func(tx *store.Tx) error { return outbox.Add(tx, mail, now) },
		func(tx *store.Tx) error {
			_, err := search.Keep(tx, store.NewID(), search.Query{Text: "Quakernackel"}, now)
			return err
		},
		func(tx *store.Tx) error {
			by := debt.Actor{Kind: "debtor"}
			said := messages.Message{ID: store.NewID(), CaseID: c.ID, By: by, Text: "Quakernackel", At: now}
			asked := messages.Request{ID: store.NewID(), CaseID: c.ID, Kind: messages.Other, By: by, Text: "Quakernackel", State: messages.Open, At: now, DueOn: debt.DateIn(now, debt.Berlin)}
			moved := contacts.Change{ID: store.NewID(), CaseID: c.ID, DebtorID: c.DebtorID, Kind: contacts.Email, Old: "alt@quakernackel.example", New: "neu@quakernackel.example",
				Source: "debtor", ValidFrom: debt.DateIn(now, debt.Berlin), State: contacts.Applied, At: now, EndedAt: now}
			seen := looks.Look{ID: store.NewID(), CaseID: c.ID, By: debt.Actor{Kind: "creditor", ID: store.NewID()}, What: looks.Record, At: now}
			note := notes.Note{ID: store.NewID(), CaseID: c.ID, By: debt.Actor{Kind: "creditor"}, Text: "Quakernackel", At: now}
			return errors.Join(looks.Add(tx, seen), notes.Add(tx, note), messages.Add(tx, said), messages.AddRequest(tx, asked), contacts.Add(tx, moved))
		},
	} {
		o.write(keep)
	}
	o.write(func(tx *store.Tx) error {
		_, err := rails.Accept(tx, []rails.Notice{{Notice: rail.Notice{Event: "evt_1", External: "acct", Object: rail.Ref{Kind: "payment", ID: "pi_1"}},
			Provider: "stripe", Owner: o.creditor, State: rails.Done, ReceivedAt: now}})
		return err
	})
}

// close ends a case today.
func (o *office) close(c debt.Case) {
	o.t.Helper()
	err := cases.Desk{Store: o.s, Now: o.watch.Now}.Apply(ctx, c, debt.System, func(c *debt.Case, today debt.Date) ([]debt.Event, error) {
		e, err := c.Close("uneconomical", today)
		return []debt.Event{e}, err
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) refuses(err error, key string) {
	o.t.Helper()
	if e := (*debt.Error)(nil); !errors.As(err, &e) || e.Key != key {
		o.t.Errorf("%v, want %s", err, key)
	}
}

func (o *office) verified() {
	o.t.Helper()
	if _, err := o.s.Sequence(ctx, o.creditor); err != nil {
		o.t.Fatal(err)
	}
	if _, err := o.s.Verify(ctx, func(f store.Finding) bool { o.t.Error(f); return true }); err != nil {
		o.t.Fatal(err)
	}
}

// found searches by name.
func (o *office) found(name string) (ids []debt.ID) {
	o.t.Helper()
	o.read(func(r *store.Reader) error {
		found, err := search.Find(r, search.Query{Text: name})
		ids = found.Cases
		return err
	})
	return ids
}

// rows counts by table, of those that are about people.
func (o *office) rows() string {
	o.t.Helper()
	var list []string
	for _, table := range []string{"person_keys", "access_grants", "access_lookups", "sessions", "one_time_codes", "outbox", "provider_notices", "letters", "payments"} {
		list = append(list, table+"="+storetest.Column(o.t, o.url, "SELECT COUNT(*) FROM "+table)[0])
	}
	return strings.Join(list, " ")
}

func TestErasingEndsEverythingAboutOnePersonAndNothingElse(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		c := o.cases[0]
		o.furnish(c)
		o.write(func(tx *store.Tx) error {
			return tx.AddPayment(debt.Payment{ID: store.NewID(), CaseID: c.ID, Method: debt.MethodTransfer, Status: debt.PaymentFailed, Source: "bank",
				ExternalID: "1", Amount: 10_00, ReceivedOn: debt.MustDate("2026-11-20"), BookedAt: o.watch.Now(), Note: "von Frau Quakernackel"})
		})
		if dump := storetest.Dump(t, url); strings.Count(dump, "Quakernackel") != 1 { // the note, until it goes
			t.Errorf("in the clear:\n%s", dump)
		}
		_, before := storetest.State(t, o.s, o.creditor)
		o.verified()
		_, err := o.desk.Erase(ctx, o.creditor, c.ID, privacy.Order{})
		o.refuses(err, "erase_case_open")
		o.close(c)
		_, err = o.desk.Erase(ctx, o.creditor, c.ID, privacy.Order{})
		o.refuses(err, "erase_retention")
		_, err = o.desk.Erase(ctx, o.creditor, c.ID, privacy.Order{Waived: true, Reason: "Frau Quakernackel will das"})
		o.refuses(err, "erase_reason_missing")
		if len(o.removed) > 0 {
			t.Error("files went although it was refused")
		}
		o.watch.Set(time.Date(2035, 1, 1, 0, 0, 0, 0, debt.Berlin))
		if e, err := o.desk.Erase(ctx, o.creditor, c.ID, privacy.Order{By: debt.System}); err != nil || e.Cases != 1 || e.Before {
			t.Fatal(e, err)
		}
		if e, err := o.desk.Erase(ctx, o.creditor, c.ID, privacy.Order{By: debt.System}); err != nil || !e.Before {
			t.Error("twice", e, err)
		}
		if want := "person_keys=1 access_grants=0 access_lookups=0 sessions=0 one_time_codes=0 outbox=0 provider_notices=1 letters=1 payments=1"; o.rows() != want {
			t.Errorf("left are %s", o.rows())
		}
		for _, query := range []string{"SELECT COUNT(*) FROM contact_changes", "SELECT COUNT(*) FROM notes", "SELECT COUNT(*) FROM search_marks WHERE case_id = '" + string(c.ID) + "'", "SELECT COUNT(*) FROM messages WHERE text <> ''", "SELECT COUNT(*) FROM requests WHERE text <> ''"} {
			if n := storetest.Column(t, url, query)[0]; n != "0" {
				t.Errorf("%s: %s", query, n)
			}
		}
		if dump := storetest.Dump(t, url); strings.Contains(dump, "Quakernackel") {
			t.Errorf("left:\n%s", dump)
		}
		if _, after := storetest.State(t, o.s, o.creditor); after != before {
			t.Errorf("the ledger changed from\n%s\nto\n%s", before, after)
		}
		o.verified()
		if !slices.Equal(o.removed, []debt.ID{c.ID}) {
			t.Errorf("elsewhere: %v", o.removed)
		}
		o.read(func(r *store.Reader) error {
			events, err := r.Events(c.ID)
			if last := events[len(events)-1]; last.Type != debt.PersonErased || last.Data["reason"] != "requested" {
				t.Errorf("%+v", last)
			}
			other := o.cases[1]
			d, loadErr := r.LoadDebtor(other.DebtorID)
			if d.LastName != "Andersen" {
				t.Errorf("another person: %q", d.LastName.Reveal())
			}
			return errors.Join(err, loadErr)
		})
		if left := o.found("quakernackel"); len(left) > 0 {
			t.Errorf("an erased person is found: %v", left)
		}
		if left := o.found("andersen"); !slices.Equal(left, []debt.ID{o.cases[1].ID}) {
			t.Errorf("another person is found as %v", left)
		}
		o.refuses(o.s.Write(ctx, o.creditor, func(tx *store.Tx) error {
			return outbox.Add(tx, outbox.Mail{CaseID: c.ID, Recipient: "a@b.example", Template: "x"}, o.watch.Now())
		}), "person_erased")
	})
}

// Whoever has an old copy of the rows, and even the key of the installation, reads nothing of
// somebody whose key is gone.
func TestAnOldCopyOfTheRowsDoesNotOpenWithoutTheKey(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		c := o.cases[0]
		sealed := storetest.Column(t, url, "SELECT sealed FROM debtors WHERE id = '"+string(c.DebtorID)+"'")[0]
		if _, err := o.desk.Erase(ctx, o.creditor, c.ID, privacy.Order{Waived: true, Reason: "court_order"}); err != nil {
			t.Fatal(err)
		}
		if _, err := storetest.Raw(t, url).Exec("UPDATE debtors SET sealed = '" + sealed + "' WHERE id = '" + string(c.DebtorID) + "'"); err != nil {
			t.Fatal(err)
		}
		o.refuses(o.s.Read(ctx, o.creditor, func(r *store.Reader) error { _, err := r.LoadDebtor(c.DebtorID); return err }), "person_key_broken")
	})
}

// A sealed row or key moved to another person opens nothing there.
func TestWhatIsMovedToAnotherPersonDoesNotOpen(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		a, b := string(o.cases[0].DebtorID), string(o.cases[1].DebtorID)
		for _, move := range []string{
			"UPDATE debtors SET sealed = (SELECT d.sealed FROM debtors d WHERE d.id = '" + a + "') WHERE id = '" + b + "'",
			"UPDATE person_keys SET sealed = (SELECT k.sealed FROM person_keys k WHERE k.debtor_id = '" + a + "') WHERE debtor_id = '" + b + "'",
		} {
			if _, err := storetest.Raw(t, url).Exec(move); err != nil {
				t.Fatal(err)
			}
			o.refuses(o.s.Read(ctx, o.creditor, func(r *store.Reader) error { _, err := r.LoadDebtor(o.cases[1].DebtorID); return err }), "person_key_broken")
		}
	})
}

// Money under way must reach somebody: no reason lifts that.
func TestNobodyIsErasedWhileMoneyMoves(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := &office{t: t, s: s, watch: storetest.NewWatch(), creditor: storetest.Creditor(t, s, "praxis").ID}
		o.desk = privacy.Desk{Store: s, Now: o.watch.Now}
		f := storetest.File(o.creditor, "1")
		o.write(func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) })
		p := debt.Payment{ID: store.NewID(), CaseID: f.File.Case.ID, Method: debt.MethodCard, Status: debt.PaymentInFlight, Amount: 1, Source: "x", ExternalID: "1",
			ReceivedOn: debt.MustDate("2026-11-20"), BookedAt: o.watch.Now()}
		o.write(func(tx *store.Tx) error { return tx.AddPayment(p) })
		_, err := o.desk.Erase(ctx, o.creditor, f.File.Case.ID, privacy.Order{Waived: true, Reason: "court_order"})
		o.refuses(err, "erase_money_moving")
	})
}

func (o *office) retain() (told []privacy.Batch) {
	o.t.Helper()
	for {
		n, err := o.desk.Retain(ctx, o.creditor, func(b privacy.Batch) { told = append(told, b) })
		if err != nil {
			o.t.Fatal(err)
		}
		if n == 0 {
			return told
		}
	}
}

// Each class goes on its day and not before, and the figures say how late what is left is.
func TestWhatWasKeptLongEnoughGoes(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		begin := o.watch.Now()
		o.furnish(o.cases[0])
		o.write(func(tx *store.Tx) error { // it is only a leftover once it has gone out
			claimed, err := outbox.Claim(tx, outbox.Email, outbox.Lease{Now: begin, Until: begin.Add(time.Minute), Most: 1})
			if err != nil {
				return err
			}
			m := claimed[0]
			m.Close(outbox.Sent, "")
			return outbox.Save(tx, m, claimed[0])
		})
		o.close(o.cases[0])
		o.close(o.cases[1])
		gone := map[string]time.Time{}
		for at := begin; at.Year() < 2036; at = at.Add(12 * time.Hour) {
			o.watch.Set(at)
			if list, err := o.desk.Overdue(ctx, o.creditor); err != nil {
				t.Fatal(err)
			} else if len(list) == 0 {
				if at.Sub(begin) > 400*24*time.Hour && at.Month() < time.December { // nothing is due between the new years
					at = time.Date(at.Year(), 12, 31, 11, 0, 0, 0, debt.Berlin)
				}
				continue
			}
			for _, b := range o.retain() {
				gone[string(b.Class)] = at
				rule := retention.Of(b.Class)
				from := begin
				if b.Class == retention.Grants {
					from = begin.Add(89 * 24 * time.Hour) // a letter opens for 90 days
				}
				if at.Before(rule.Due(from)) {
					t.Errorf("%s went at %s, due %s", b.Class, at, rule.Due(from))
				}
			}
			if list, err := o.desk.Overdue(ctx, o.creditor); err != nil || len(list) > 0 {
				t.Errorf("left at %s: %+v, %v", at, list, err)
			}
		}
		for _, c := range []retention.Class{retention.Sessions, retention.Searches, retention.OneTimeCodes, retention.Grants, retention.Looks, retention.Messages,
			retention.ProviderNotices, retention.Letters, retention.ClosedCases} {
			if gone[string(c)].IsZero() {
				t.Errorf("%s never went", c)
			}
		}
		if want := "person_keys=0 access_grants=0 access_lookups=0 sessions=0 one_time_codes=0 outbox=0 provider_notices=0 letters=1 payments=0"; o.rows() != want {
			t.Errorf("left are %s", o.rows())
		}
		o.verified()
	})
}

// What is late is told by how late it is, and one person who may not go does not keep the others.
func TestLatenessIsTold(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		o.close(o.cases[0])
		o.close(o.cases[1])
		o.desk.Elsewhere = []func(context.Context, debt.ID, debt.ID) error{func(_ context.Context, _, id debt.ID) error {
			if id == o.cases[0].ID {
				return debt.E(debt.Conflict, "erase_letter_open", nil)
			}
			return nil
		}}
		due := time.Date(2035, 1, 1, 0, 0, 0, 0, debt.Berlin)
		o.watch.Set(due.Add(-time.Minute))
		if list, err := o.desk.Overdue(ctx, o.creditor); err != nil || len(list) != 0 {
			t.Errorf("early: %+v %v", list, err)
		}
		o.watch.Set(due.Add(3 * time.Hour))
		if told := o.retain(); len(told) != 1 || told[0].Class != retention.ClosedCases || told[0].Rows != 1 {
			t.Errorf("%+v", told)
		}
		list, err := o.desk.Overdue(ctx, o.creditor)
		if err != nil || len(list) != 1 || list[0].Rows != 1 || !list[0].Since.Equal(due) {
			t.Errorf("%+v %v", list, err)
		}
	})
}

// The way of an installation from before there were keys, with a mail that waits and a letter
// that was sent.
func TestWhatWasInTheClearIsSealed(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		o.furnish(o.cases[0])
		raw := storetest.Raw(t, url)
		for _, before := range []string{"DELETE FROM person_keys",
			"UPDATE debtors SET sealed = '', last_name = 'Quakernackel', email = 'post@Quakernackel.example'",
			`UPDATE letters SET document = '{"subject": "An Quakernackel"}', text = 'An Quakernackel'`,
			`UPDATE outbox SET recipient = 'post@Quakernackel.example', args = '{"name": "Quakernackel"}', recipient_mark = 'abcdabcd'`} {
			if _, err := raw.Exec(before); err != nil {
				t.Fatal(err)
			}
		}
		said := func() (all []string) {
			o.read(func(r *store.Reader) error {
				d, err := r.LoadDebtor(o.cases[0].DebtorID)
				list, lettersErr := letters.OfCase(r, o.cases[0].ID)
				mails, mailsErr := outbox.List(r, "", 10)
				if err := errors.Join(err, lettersErr, mailsErr); err != nil {
					return err
				}
				all = []string{d.LastName.Reveal(), d.Email.Reveal(), list[0].Document.Subject, mails[0].Recipient.Reveal(), mails[0].Args["name"]}
				return nil
			})
			return all
		}
		before := said()
		if before[0] != "Quakernackel" || before[2] != "An Quakernackel" || before[4] != "Quakernackel" {
			t.Fatalf("what is in the clear is not read: %q", before)
		}
		if n, err := o.desk.Reseal(ctx); err != nil || n != 4 {
			t.Errorf("sealed %d, %v", n, err)
		}
		if after := said(); !slices.Equal(before, after) {
			t.Errorf("%q became %q", before, after)
		}
		if dump := storetest.Dump(t, url); strings.Contains(dump, "Quakernackel") {
			t.Errorf("in the clear:\n%s", dump)
		}
		if n, err := o.desk.Reseal(ctx); err != nil || n != 0 {
			t.Errorf("again: %d, %v", n, err)
		}
		// A new key of the installation: the keys of two persons and of the creditor's marks are
		// sealed anew, and the old one may go.
		later := storetest.Open(t, store.Options{URL: url, Keys: [][]byte{[]byte("another key of the installation!"), storetest.Keys[0]}})
		if n, err := (privacy.Desk{Store: later, Now: o.watch.Now}).Reseal(ctx); err != nil || n != 3 {
			t.Errorf("renewed %d, %v", n, err)
		}
		o.s = storetest.Open(t, store.Options{URL: url, Keys: [][]byte{[]byte("another key of the installation!")}})
		if after := said(); !slices.Equal(before, after) {
			t.Errorf("with the new key: %q", after)
		}
		// Behind the back of the search both are called so now: it finds whom it knew, until it
		// is made anew.
		if ids := o.found("quakernackel"); len(ids) != 1 {
			t.Errorf("with the new key %v are found", ids)
		}
		if n, err := (privacy.Desk{Store: o.s, Now: o.watch.Now}).Findable(ctx); err != nil || n != 2 || len(o.found("quakernackel")) != 2 {
			t.Errorf("made anew: %d, %v, found %v", n, err, o.found("quakernackel"))
		}
	})
}
