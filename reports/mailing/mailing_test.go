package mailing_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/debttest"
	"quitt/debt/recovery"
	"quitt/debt/staff"
	"quitt/reports"
	"quitt/reports/mailing"
	"quitt/store"
	"quitt/store/rollups"
	kept "quitt/store/staff"
	"quitt/store/storetest"
	"quitt/store/vault"
)

var ctx = context.Background()

// office is a creditor with one colleague, a clock, and the mails that lie there.
type office struct {
	*testing.T
	mailing.Desk

	creditor debt.Creditor
	member   debt.ID
	now      time.Time
	role     staff.Role
	sums     func() // what makes the sums current
}

// Now is the clock.
func (o *office) Now() time.Time { return o.now }

// begin is a Monday in winter, at noon in Berlin.
var begin = time.Date(2026, time.January, 5, 11, 0, 0, 0, time.UTC)

func each(t *testing.T, test func(o *office)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		v, err := vault.New([][]byte{[]byte("the key of an installation: 32 b")})
		if err != nil {
			t.Fatal(err)
		}
		o := &office{T: t, creditor: storetest.Creditor(t, s, "praxis"), member: store.NewID(), now: begin, role: staff.Viewer}
		sums := reports.Desk{Store: s, Now: o.Now}
		o.Desk = mailing.Desk{Reports: sums, Vault: v, Stop: "/abos", Path: func(q reports.Query) string { return "/" + string(q.Kind) + "?von=" + q.From.String() },
			Member: func(*store.Reader, debt.ID, debt.ID) (staff.Member, staff.Role, error) {
				return staff.Member{ID: o.member, Email: "anna@example.org", Language: "de", State: staff.Active}, o.role, nil
			}}
		o.sums = func() {
			if err := sums.CatchUp(ctx, o.creditor.ID); err != nil {
				t.Fatal(err)
			}
		}
		err = s.Write(ctx, "", func(tx *store.Tx) error {
			return kept.Add(tx, kept.Record{ID: o.member, EmailHash: strings.Repeat("a", 64), Sealed: "x", State: staff.Invited, MadeAt: begin})
		})
		if err != nil {
			t.Fatal(err)
		}
		o.sums()
		test(o)
	})
}

func (o *office) wish(r recovery.Rhythm) mailing.Wish {
	return mailing.Wish{Creditor: o.creditor.ID, Member: o.member, Rhythm: r, Query: reports.Query{Kind: reports.Money, Scope: rollups.Scope{By: rollups.All}}}
}

func (o *office) subscribe(w mailing.Wish) {
	o.Helper()
	if err := o.Subscribe(ctx, w); err != nil {
		o.Fatal(err)
	}
}

// turn gives the loop turns until there is nothing to do.
func (o *office) turn() {
	o.Helper()
	for range 50 {
		did, err := o.Work(ctx, o.creditor.ID)
		if err != nil {
			o.Fatal(err)
		}
		if did == 0 {
			return
		}
	}
	o.Fatal("the loop does not come to an end")
}

// taken takes the mails that wait away, as the post does, and gives what they say.
func (o *office) taken() (list []kept.Letter) {
	o.Helper()
	for {
		var waits bool
		if err := o.Reports.Store.Read(ctx, "", func(r *store.Reader) (err error) { waits, err = kept.AnyMail(r); return err }); err != nil {
			o.Fatal(err)
		}
		if !waits {
			return list
		}
		var m kept.Mail
		var found bool
		err := o.Reports.Store.Write(ctx, "", func(t *store.Tx) (err error) {
			if m, found, err = kept.ClaimMail(t, o.now, o.now.Add(time.Minute)); err != nil || !found {
				return err
			}
			m.State = kept.MailSent
			return kept.SaveMail(t, m)
		})
		if err != nil {
			o.Fatal(err)
		}
		if !found {
			return list
		}
		l, ok := kept.OpenLetter(o.Vault, m)
		if !ok || l.Report == nil {
			o.Fatalf("a mail nobody can open, or without a report")
		}
		list = append(list, l)
	}
}

// A year brings each period once, also over both changes of the clock, however often the program is
// started anew; nothing goes out before six in the morning of a working day.
func TestAYearBringsEachPeriodOnce(t *testing.T) {
	each(t, func(o *office) {
		for _, r := range recovery.Rhythms() {
			o.subscribe(o.wish(r))
		}
		of := map[recovery.Rhythm]map[string]int{recovery.Weekly: {}, recovery.Monthly: {}, recovery.Quarterly: {}}
		last := map[recovery.Rhythm]string{}
		for day := range 2 * 365 { // just before six and at seven
			local := begin.In(debt.Berlin).AddDate(0, 0, day/2)
			o.now = time.Date(local.Year(), local.Month(), local.Day(), 6, -1+62*(day%2), 0, 0, debt.Berlin)
			o.turn()
			mails := o.taken()
			if len(mails) > 0 {
				o.turn() // a program that is started anew
				mails = append(mails, o.taken()...)
			}
			for _, l := range mails {
				local := o.now.In(debt.Berlin)
				if local.Hour() != 7 || !debt.IsBusinessDay(debt.DateIn(o.now, debt.Berlin), "") {
					t.Errorf("the mail about %s to %s goes out at %s", l.Report.From, l.Report.To, local)
				}
				first, err := time.Parse("02.01.2006", l.Report.From)
				to, err2 := time.Parse("02.01.2006", l.Report.To)
				if errors.Join(err, err2) != nil {
					t.Fatal(err, err2)
				}
				r := map[bool]recovery.Rhythm{true: recovery.Weekly, false: recovery.Monthly}[to.Sub(first) < 8*24*time.Hour]
				if to.Sub(first) > 40*24*time.Hour {
					r = recovery.Quarterly
				}
				of[r][l.Report.From]++
				if before := last[r]; before != "" && before != first.AddDate(0, 0, -1).Format("02.01.2006") {
					t.Errorf("%s: after a period that ends on %s comes one that begins on %s", r, before, l.Report.From)
				}
				last[r] = l.Report.To
			}
		}
		for r, want := range map[recovery.Rhythm]int{recovery.Weekly: 52, recovery.Monthly: 12, recovery.Quarterly: 4} {
			if len(of[r]) != want {
				t.Errorf("%s: %d mails, want %d", r, len(of[r]), want)
			}
			for first, n := range of[r] {
				if n != 1 {
					t.Errorf("%s: %d mails about the period from %s", r, n, first)
				}
			}
		}
	})
}

// Two processes at once write one mail.
func TestTwoProcessesWriteOneMail(t *testing.T) {
	each(t, func(o *office) {
		for _, kind := range reports.Kinds() {
			w := o.wish(recovery.Weekly)
			w.Query.Kind = kind
			o.subscribe(w)
		}
		o.now = begin.AddDate(0, 0, 7)
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for range 20 {
					if _, err := o.Work(ctx, o.creditor.ID); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		if n := len(o.taken()); n != len(reports.Kinds()) {
			t.Errorf("%d mails, want %d", n, len(reports.Kinds()))
		}
	})
}

func TestWhatAMailSays(t *testing.T) {
	each(t, func(o *office) {
		w := o.wish(recovery.Monthly)
		w.Paper, w.Query.By, w.Query.Value = true, rollups.ByGround, "contract"
		o.subscribe(w)
		o.now = begin.AddDate(0, 2, 0)
		o.turn()
		list := o.taken()
		if len(list) != 2 { // January and February
			t.Fatalf("%d mails", len(list))
		}
		r := list[0].Report
		if list[1].Report.From == "01.01.2026" {
			r = list[1].Report
		}
		if r.To != "31.01.2026" || r.Title != "Zahlungswege" || r.Of != o.creditor.Name || r.Link != "/money?von=2026-01-01" || r.Stop != "/abos" ||
			len(r.Lines) != 11 || r.Lines[0][0] != "Übergeben" || !strings.HasPrefix(string(r.Body), "%PDF-") || r.File != "money-2026-01-31.pdf" {
			t.Errorf("%s %s %s %s %d %v", r.From, r.To, r.Title, r.Link, len(r.Body), r.Lines)
		}
	})
}

// Sums that do not have the whole period are waited for.
func TestAMailWaitsForTheSums(t *testing.T) {
	each(t, func(o *office) {
		o.subscribe(o.wish(recovery.Weekly))
		f := storetest.FileBy(storetest.Stamp, o.creditor.ID, "K-1")
		f.Events[0].At = begin.Add(time.Hour)
		err := o.Reports.Store.Write(ctx, o.creditor.ID, func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) })
		if err == nil {
			_, err = o.Reports.Store.Sequence(ctx, o.creditor.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
		o.now = begin.AddDate(0, 0, 7)
		if o.turn(); len(o.taken()) != 0 {
			t.Error("a mail about a week that is not in the sums")
		}
		o.sums()
		if o.turn(); len(o.taken()) != 0 {
			t.Error("it is looked at again at once")
		}
		o.now = o.now.Add(5 * time.Minute)
		if o.turn(); len(o.taken()) != 1 {
			t.Error("no mail when the sums are there")
		}
	})
}

// Who has lost the right has no subscription any more, whatever he becomes later.
func TestWhoLostTheRightGetsNothing(t *testing.T) {
	each(t, func(o *office) {
		o.subscribe(o.wish(recovery.Weekly))
		o.now, o.role = begin.AddDate(0, 0, 7), ""
		o.turn()
		o.role, o.now = staff.Admin, begin.AddDate(0, 0, 14)
		if o.turn(); len(o.taken()) != 0 {
			t.Error("a mail after the right was lost")
		}
		if list, err := o.Of(ctx, o.creditor.ID, o.member); err != nil || len(list) != 0 {
			t.Errorf("%v %v", list, err)
		}
	})
}

// What cannot be made is tried again later and later, and is not in the way of others.
func TestFailuresAreTriedAgain(t *testing.T) {
	each(t, func(o *office) {
		o.subscribe(o.wish(recovery.Weekly))
		broken := errors.New("broken")
		member := o.Member
		o.Member = func(*store.Reader, debt.ID, debt.ID) (staff.Member, staff.Role, error) {
			return staff.Member{}, "", broken
		}
		o.now = begin.AddDate(0, 0, 7)
		tries := 0
		for range 24 * 12 { // a day, every five minutes
			if _, err := o.Work(ctx, o.creditor.ID); errors.Is(err, broken) {
				tries++
			}
			o.now = o.now.Add(5 * time.Minute)
		}
		if tries < 8 || tries > 12 {
			t.Errorf("%d tries in a day", tries)
		}
		o.Member = member
		o.now = o.now.Add(3 * time.Hour)
		if o.turn(); len(o.taken()) != 1 {
			t.Error("no mail when it can be made")
		}
	})
}

func TestSubscriptionsAreOnesOwnAndEnd(t *testing.T) {
	each(t, func(o *office) {
		w := o.wish(recovery.Weekly)
		o.subscribe(w)
		debttest.WantKey(t, o.Subscribe(ctx, w), debt.Conflict, "report_sub_exists")
		w.Rhythm = "daily"
		debttest.WantKey(t, o.Subscribe(ctx, w), debt.Invalid, "report_sub_rhythm")
		w = o.wish(recovery.Monthly)
		w.Query.By, w.Query.Value = rollups.ByGround, "spite"
		debttest.WantKey(t, o.Subscribe(ctx, w), debt.Invalid, "report_slice")
		w.Query.Kind = "secrets"
		debttest.WantKey(t, o.Subscribe(ctx, w), debt.NotFound, "report_unknown")
		list, err := o.Of(ctx, o.creditor.ID, o.member)
		if err != nil || len(list) != 1 {
			t.Fatalf("%v %v", list, err)
		}
		if err := o.End(ctx, o.creditor.ID, store.NewID(), list[0].ID); err != nil {
			t.Fatal(err)
		}
		if list, err = o.Of(ctx, o.creditor.ID, o.member); err != nil || len(list) != 1 {
			t.Errorf("somebody else has ended it: %v", err)
		}
		if err := o.End(ctx, o.creditor.ID, o.member, list[0].ID); err != nil {
			t.Fatal(err)
		}
		o.now = begin.AddDate(0, 0, 7)
		if o.turn(); len(o.taken()) != 0 {
			t.Error("a mail after the end")
		}
		for i := range mailing.Most + 1 {
			w := o.wish(recovery.Weekly)
			w.Query.By, w.Query.Value = rollups.ByCohort, debt.DateIn(begin, debt.Berlin).AddMonths(-i).String()[:7]
			if err := o.Subscribe(ctx, w); (err != nil) != (i == mailing.Most) {
				t.Errorf("%d: %v", i, err)
			}
		}
	})
}
