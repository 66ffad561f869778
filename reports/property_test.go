package reports_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/objection"
	"quitt/debt/plan"
	"quitt/debt/recovery"
	"quitt/reports"
	"quitt/store"
	"quitt/store/objections"
	"quitt/store/plans"
	"quitt/store/rollups"
	"quitt/store/storetest"
)

var (
	ctx       = context.Background()
	errPulled = errors.New("somebody pulled the plug")
)

// told is what happened to one case, noted as it was done and not as it was stored.
type told struct {
	id               debt.ID
	ground           debt.Ground
	received, closed debt.Date
	reason           debt.CloseReason
	rejected         bool
	principal        debt.Cents
	paid             []paid
	plans            []plans.Kept
	objections       []objections.Objection
}

type paid struct {
	debt.Payment

	returned debt.Date
}

// world drives a creditor's cases at random through the store.
type world struct {
	*rapid.T
	s        *store.Store
	creditor debt.ID
	now      time.Time
	cases    []*told
	desk     reports.Desk
}

func (w *world) today() debt.Date { return debt.DateIn(w.now, debt.Berlin) }

func (w *world) stamp() ledger.Stamp { return ledger.Stamp{At: w.now, NewID: store.NewID} }

func (w *world) write(do func(t *store.Tx) error) {
	w.Helper()
	if err := w.s.Write(ctx, w.creditor, do); err != nil {
		w.Fatal(err)
	}
}

func (w *world) event(f *store.File, e debt.EventType, actor string) debt.Event {
	made := f.Case.EventOf(e, nil)
	made.ID, made.At, made.Actor = store.NewID(), w.now, debt.Actor{Kind: actor}
	return made
}

func (w *world) some() *told { return rapid.SampledFrom(w.cases).Draw(w.T, "case") }

func (w *world) handOver() {
	c := debt.NewCase(w.creditor, store.NewID(), w.now)
	c.FileReference = fmt.Sprintf("F-%s", c.ID)
	c.CreditorReference, c.DebtorID, c.Review = c.FileReference, store.NewID(), debt.ReviewAccepted
	f := store.NewFile{File: &store.File{Case: c, ContentHash: "h"}, Debtor: debt.Debtor{ID: c.DebtorID, Kind: debt.Person,
		LastName: "Muster", Country: "DE", AddressSource: "creditor"}}
	f.File.Account.CaseID = c.ID
	due := w.today().AddDays(-rapid.IntRange(0, 500).Draw(w.T, "age"))
	principal := debt.Cents(rapid.Int64Range(1, 900_00).Draw(w.T, "principal"))
	ground := rapid.SampledFrom(debt.Grounds()).Draw(w.T, "ground")
	f.Entries = []ledger.Entry{f.File.Account.OpenClaim(debt.Claim{ID: store.NewID(), CaseID: c.ID, Principal: principal,
		Ground: ground, Object: "Ware", ArisenOn: due.AddDays(-200), DueOn: due,
		DefaultFrom: due.AddDays(30), Interest: debt.InterestRule{Kind: debt.Statutory, Surcharge: 500}}, w.stamp())}
	f.Events = []debt.Event{w.event(f.File, debt.CaseReceived, "creditor")}
	w.write(func(t *store.Tx) error { return t.AddFiles([]store.NewFile{f}) })
	w.cases = append(w.cases, &told{id: c.ID, ground: ground, received: w.today(), principal: principal})
}

// change locks a case and books what do gives.
func (w *world) change(c *told, do func(t *store.Tx, f *store.File) store.Booking) {
	w.write(func(t *store.Tx) error {
		f, err := t.LockOne(c.id)
		if err != nil {
			return err
		}
		k := do(t, f)
		k.File = f
		if len(k.Events) == 0 {
			return nil
		}
		return t.Book(k)
	})
}

func (w *world) history(t *store.Tx, f *store.File) ledger.History {
	h, err := t.LoadHistory(f)
	if err != nil {
		w.Fatal(err)
	}
	return h
}

func (w *world) pay() {
	c := w.some()
	p := debt.Payment{ID: store.NewID(), CaseID: c.id, Method: rapid.SampledFrom(debt.Methods()).Draw(w.T, "method"),
		Status: debt.PaymentSucceeded, Amount: debt.Cents(rapid.Int64Range(1, 700_00).Draw(w.T, "amount")),
		ReceivedOn: w.today().AddDays(-rapid.IntRange(0, 30).Draw(w.T, "late")), Source: "test", BookedAt: w.now}
	p.ExternalID = string(p.ID)
	w.change(c, func(t *store.Tx, f *store.File) store.Booking {
		entries, account, err := w.history(t, f).Insert(p, w.stamp())
		if err != nil {
			w.Fatal(err)
		}
		f.Account = account
		f.Case.Paid(account.Balance(), true)
		return store.Booking{Payments: []debt.Payment{p}, Entries: entries, Events: []debt.Event{w.event(f, debt.PaymentSucceededEvent, "provider")}}
	})
	c.paid = append(c.paid, paid{Payment: p})
}

func (w *world) takeBack() {
	c := w.some()
	if len(c.paid) == 0 {
		return
	}
	p := &c.paid[rapid.IntRange(0, len(c.paid)-1).Draw(w.T, "payment")]
	if !p.returned.IsZero() {
		return
	}
	w.change(c, func(t *store.Tx, f *store.File) store.Booking {
		p.Status, p.Returned, p.returned = debt.PaymentReversed, p.Amount, w.today()
		entries, account, err := w.history(t, f).Reverse(p.ID, debt.Key{Source: "bank", ExternalID: string(p.ID)}, w.stamp())
		if err != nil {
			w.Fatal(err)
		}
		f.Account = account
		f.Case.Paid(account.Balance(), true)
		if err := t.SavePayment(p.Payment); err != nil {
			w.Fatal(err)
		}
		return store.Booking{Entries: entries, Events: []debt.Event{w.event(f, debt.PaymentReversedEvent, "provider")}}
	})
}

// closing closes a case, opens one that is closed, or rejects one.
func (w *world) closing() {
	c := w.some()
	w.change(c, func(_ *store.Tx, f *store.File) store.Booking {
		event := debt.CaseClosed
		switch {
		case !c.closed.IsZero():
			event, c.closed, c.reason = debt.CaseUpdated, debt.Date{}, ""
			f.Case.Stage, f.Case.CloseReason = debt.StageReminder, ""
		case rapid.IntRange(0, 4).Draw(w.T, "reject") == 0:
			event, c.rejected = debt.CaseRejected, !c.rejected
			f.Case.Review = map[bool]debt.Review{true: debt.ReviewRejected, false: debt.ReviewAccepted}[c.rejected]
		default:
			c.closed, c.reason = w.today(), rapid.SampledFrom(debt.CloseReasons()).Draw(w.T, "reason")
			f.Case.Stage, f.Case.CloseReason = debt.StageClosed, c.reason
		}
		return store.Booking{Events: []debt.Event{w.event(f, event, "creditor")}}
	})
}

// agree makes a plan, or moves the one there is.
func (w *world) agree() {
	c := w.some()
	w.change(c, func(t *store.Tx, f *store.File) store.Booking {
		if n := len(c.plans); n > 0 && c.plans[n-1].Running() {
			k := &c.plans[n-1]
			k.State, k.NextOn = rapid.SampledFrom([]debt.PlanState{debt.PlanAtRisk, debt.PlanLapsed, debt.PlanFulfilled}).Draw(w.T, "state"), debt.Date{}
			if err := plans.Save(t, *k); err != nil {
				w.Fatal(err)
			}
			k.Version++
			return store.Booking{Events: []debt.Event{w.event(f, debt.PlanAtRiskEvent, "system")}}
		}
		k := plans.Kept{Plan: plan.Plan{ID: store.NewID(), CaseID: c.id, State: debt.PlanActive, AgreedOn: w.today(),
			Schedule: plan.Schedule{Instalments: []plan.Instalment{{No: 1, DueOn: w.today().AddDays(30), Amount: 77_00}}}},
			Method: debt.MethodTransfer, MadeBy: rapid.SampledFrom([]string{"debtor", "creditor"}).Draw(w.T, "by"), MadeAt: w.now, AgreedAt: w.now}
		if err := plans.Add(t, k); err != nil {
			w.Fatal(err)
		}
		k.Version = 1
		c.plans = append(c.plans, k)
		return store.Booking{Events: []debt.Event{w.event(f, debt.PlanAgreed, "debtor")}}
	})
}

// object files an objection, or answers the one there is.
func (w *world) object() {
	c := w.some()
	w.change(c, func(t *store.Tx, f *store.File) store.Booking {
		if n := len(c.objections); n > 0 && c.objections[n-1].EndedAt.IsZero() {
			o := &c.objections[n-1]
			o.State, o.EndedAt, o.Reason = rapid.SampledFrom([]debt.ObjectionState{debt.ObjectionUpheld, debt.ObjectionRejected}).Draw(w.T, "outcome"), w.now, "so"
			if err := objections.End(t, *o, nil); err != nil {
				w.Fatal(err)
			}
			return store.Booking{Events: []debt.Event{w.event(f, debt.ObjectionAnswered, "creditor")}}
		}
		o := objections.Objection{ID: store.NewID(), CaseID: c.id, Ground: objection.Faulty, Disputed: objection.Disputed{Whole: true}, State: debt.ObjectionOpen, FiledBy: "debtor",
			FiledAt: w.now, DueOn: w.today().AddDays(14)}
		if err := objections.Add(t, o); err != nil {
			w.Fatal(err)
		}
		c.objections = append(c.objections, o)
		return store.Booking{Events: []debt.Event{w.event(f, debt.ObjectionFiled, "debtor")}}
	})
}

// work takes a portion of any size in; now and then the plug is pulled before it is committed.
func (w *world) work() {
	if _, err := w.s.Sequence(ctx, w.creditor); err != nil {
		w.Fatal(err)
	}
	most, pulled := rapid.IntRange(1, 5).Draw(w.T, "portion"), rapid.Bool().Draw(w.T, "pulled")
	err := w.s.Write(ctx, w.creditor, func(t *store.Tx) error {
		if _, err := rollups.Advance(t, most); err != nil {
			return err
		}
		if pulled {
			return errPulled
		}
		return nil
	})
	if err != nil && !errors.Is(err, errPulled) {
		w.Fatal(err)
	}
}

func TestWhatIsKeptIsWhatTheCasesSay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		n := 0
		rapid.Check(t, func(rt *rapid.T) {
			n++
			w := &world{T: rt, s: s, now: storetest.Now}
			w.creditor = storetest.Creditor(t, s, fmt.Sprintf("c%d", n)).ID
			w.desk = reports.Desk{Store: s, Now: func() time.Time { return w.now }}
			w.handOver()
			for range rapid.IntRange(1, 25).Draw(rt, "steps") {
				w.now = w.now.Add(time.Duration(rapid.IntRange(1, 20*24).Draw(rt, "hours")) * time.Hour)
				do := rapid.SampledFrom([]func(){w.handOver, w.pay, w.pay, w.takeBack, w.closing, w.agree, w.object, w.work, w.work}).Draw(rt, "do")
				do()
			}
			w.settle()
			w.check("after the feed")
			if err := w.desk.Rebuild(ctx, w.creditor); err != nil {
				rt.Fatal(err)
			}
			w.check("made anew")
		})
	})
}

func (w *world) settle() {
	if _, err := w.s.Sequence(ctx, w.creditor); err != nil {
		w.Fatal(err)
	}
	if err := w.desk.CatchUp(ctx, w.creditor); err != nil {
		w.Fatal(err)
	}
}

type fact struct {
	on     debt.Date
	figure recovery.Figure
	key    string
	n      int64
	amount debt.Cents
}

// facts tells what a case adds, counted from what was done with it.
func (c *told) facts() (list []fact) {
	note := func(on debt.Date, f recovery.Figure, key string, amount debt.Cents) {
		list = append(list, fact{debt.Later(on, c.received), f, key, 1, amount})
	}
	for _, p := range c.paid {
		switch {
		case p.Method != debt.MethodWaiver:
			channel := map[debt.Method]string{debt.MethodTransfer: "bank"}[p.Method]
			if channel == "" {
				channel = "by_hand"
			}
			note(p.ReceivedOn, recovery.Collected, string(p.Method)+"/"+channel, p.Amount)
			if !p.returned.IsZero() {
				note(p.returned, recovery.Returned, string(p.Method)+"/return", p.Amount)
			}
		default:
			note(p.ReceivedOn, recovery.GivenUp, "waiver", p.Amount)
			if !p.returned.IsZero() {
				list = append(list, fact{p.returned, recovery.GivenUp, "waiver", 0, -p.Amount})
			}
		}
	}
	if c.rejected {
		return list
	}
	note(c.received, recovery.Placed, "", c.principal)
	note(c.received, recovery.Running, "", 0)
	if !c.closed.IsZero() {
		list = append(list, fact{c.closed, recovery.Running, "", -1, 0})
		note(c.closed, recovery.Closed, string(c.reason), c.principal)
	}
	for _, k := range c.plans {
		note(k.AgreedOn, recovery.Planned, string(k.State)+"/"+k.MadeBy+"/0-249", 77_00)
	}
	for _, o := range c.objections {
		key, filed := "faulty/"+string(o.State), debt.DateIn(o.FiledAt, debt.Berlin)
		note(filed, recovery.Objected, key, 0)
		if !o.EndedAt.IsZero() {
			ended := debt.DateIn(o.EndedAt, debt.Berlin)
			note(ended, recovery.Decided, key, debt.Cents(filed.DaysUntil(ended)))
		}
	}
	return list
}

var counted = []recovery.Figure{recovery.Placed, recovery.Running, recovery.Collected, recovery.Returned, recovery.GivenUp,
	recovery.Closed, recovery.Planned, recovery.Objected, recovery.Decided}

type sumOf struct {
	figure recovery.Figure
	key    string
}

func (w *world) check(when string) {
	w.Helper()
	scopes := []rollups.Scope{{By: rollups.All, From: debt.MustDate("2026-01-01"), To: debt.MustDate("2029-01-01")}}
	for range 3 {
		from := debt.DateIn(storetest.Now, debt.Berlin).AddDays(rapid.IntRange(-40, 300).Draw(w.T, "from"))
		s := rollups.Scope{By: rollups.All, From: from, To: from.AddDays(rapid.IntRange(0, 120).Draw(w.T, "to"))}
		if rapid.Bool().Draw(w.T, "sliced") {
			s.By, s.Value = rollups.ByGround, string(w.some().ground)
		}
		scopes = append(scopes, s)
	}
	err := w.s.Read(ctx, w.creditor, func(r *store.Reader) error {
		for _, s := range scopes {
			w.compare(r, when, s)
		}
		w.totals(r, when, scopes[0])
		if when == "after the feed" {
			w.cells(r, scopes)
		}
		found, err := rollups.Differences(r)
		if len(found) > 0 {
			w.Fatalf("%s: %v", when, found)
		}
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) compare(r *store.Reader, when string, s rollups.Scope) {
	want, got := map[sumOf][2]int64{}, map[sumOf][2]int64{}
	for _, c := range w.cases {
		if s.By == rollups.ByGround && string(c.ground) != s.Value {
			continue
		}
		for _, f := range c.facts() {
			if at := (sumOf{f.figure, f.key}); !f.on.Before(s.From) && !f.on.After(s.To) {
				want[at] = [2]int64{want[at][0] + f.n, want[at][1] + int64(f.amount)}
			}
		}
	}
	flows, err := rollups.Flows(r, s)
	if err != nil {
		w.Fatal(err)
	}
	for _, f := range flows {
		at := sumOf{f.Figure, f.Key}
		got[at] = [2]int64{got[at][0] + f.N, got[at][1] + f.Amount}
	}
	for at := range want { // also what is missing in got
		sum := got[at]
		got[at] = sum
	}
	for at, sum := range got {
		for _, f := range counted {
			if f == at.figure && sum != want[at] {
				w.Fatalf("%s: %v to %v, %s %s: %s %s is %v, by what happened %v", when, s.From, s.To, s.By, s.Value, at.figure, at.key, sum, want[at])
			}
		}
		w.behind(r, s, at, sum)
	}
}

// behind looks whether the lines behind a number add up to it, page by page.
func (w *world) behind(r *store.Reader, s rollups.Scope, at sumOf, want [2]int64) {
	b := rollups.Behind{Scope: s, Figure: at.figure, Key: at.key}
	var sum [2]int64
	for {
		page, err := b.Lines(r, 2)
		if err != nil {
			w.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, l := range page {
			sum = [2]int64{sum[0] + l.N, sum[1] + l.Amount}
		}
		last := page[len(page)-1]
		b.After = rollups.Place{On: last.DayOn.Date, Case: last.CaseID, Key: last.Key}
	}
	if sum != want {
		w.Fatalf("%s %s is %v, the cases behind it %v", at.figure, at.key, want, sum)
	}
}

// totals compares what no case's history tells day by day with the balances of the cases.
func (w *world) totals(r *store.Reader, when string, all rollups.Scope) {
	var open, recovered, got, gotRecovered int64
	for _, c := range w.cases {
		f, err := r.LoadFile(c.id)
		if err != nil {
			w.Fatal(err)
		}
		var net debt.Cents
		for _, p := range c.paid {
			if p.Method != debt.MethodWaiver && p.returned.IsZero() {
				net += p.Amount
			}
		}
		if !c.rejected {
			recovered += int64(min(net, c.principal))
		}
		if !c.rejected && c.closed.IsZero() {
			open += int64(f.Balance().Total())
		}
	}
	flows, err := rollups.Flows(r, all)
	if err != nil {
		w.Fatal(err)
	}
	for _, f := range flows {
		switch f.Figure {
		case recovery.Open:
			got += f.Amount
		case recovery.Recovered:
			gotRecovered += f.Amount
		}
	}
	w.rates(when, all, recovered)
	if got != open || gotRecovered != recovered {
		w.Fatalf("%s: open %d, recovered %d; by the cases %d and %d", when, got, gotRecovered, open, recovered)
	}
}

// cells looks, in every report, whether the lines behind each count and each amount add up to it.
func (w *world) cells(r *store.Reader, scopes []rollups.Scope) {
	for _, s := range scopes[:2] {
		for _, kind := range reports.Kinds() {
			made, err := w.desk.Make(ctx, debt.Creditor{ID: w.creditor}, reports.Query{Kind: kind, Scope: s})
			if err != nil || made.Building || len(made.Tables) == 0 {
				w.Fatalf("%s: %v, building %v", kind, err, made.Building)
			}
			for _, t := range made.Tables {
				w.table(r, t)
			}
		}
	}
	for _, per := range []rollups.By{rollups.ByGround, rollups.ByAge, rollups.ByCohort} {
		made, err := w.desk.Make(ctx, debt.Creditor{ID: w.creditor}, reports.Query{Kind: reports.Overview, Scope: scopes[0], Per: per, Over: rollups.ByMonth})
		if err != nil || made.Building {
			w.Fatalf("by month and %s: %v, building %v", per, err, made.Building)
		}
		w.crossed(r, made)
		for _, over := range rollups.Breakdowns() {
			if over == per {
				continue
			}
			made, err := w.desk.Make(ctx, debt.Creditor{ID: w.creditor}, reports.Query{Kind: reports.Overview, Scope: scopes[0], Per: per, Over: over})
			if err != nil || made.Building || len(made.Tables) != 5 {
				w.Fatalf("%s and %s: %v, building %v", per, over, err, made.Building)
			}
			w.paired(r, made)
		}
	}
}

// paired compares a table of pairs with the breakdown by the first: a row's cells add up to its value.
func (w *world) paired(r *store.Reader, made reports.Report) {
	one := map[string][2]int64{}
	for _, row := range made.Tables[2].Rows {
		one[fmt.Sprint(row.Head)] = [2]int64{row.Cells[1].Value, row.Cells[2].Value - row.Cells[3].Value}
	}
	for k := range 2 { // placed, and collected less returned
		t := made.Tables[3+k]
		w.table(r, t)
		for _, row := range t.Rows {
			var sum int64
			last := len(row.Cells) - 1
			for _, c := range row.Cells[:last] {
				sum += c.Value
			}
			if want := one[fmt.Sprint(row.Head)][k]; sum != want || row.Cells[last].Value != want {
				w.Fatalf("%s, %v: the cells add up to %d, all are %d, the breakdown says %d", t.Title.Key, row.Head, sum, row.Cells[last].Value, want)
			}
		}
	}
}

// crossed compares two breakdowns at once with one: a row's cells add up to the month, and the last
// of them is the month of all cases.
func (w *world) crossed(r *store.Reader, made reports.Report) {
	months := made.Tables[1]
	if len(made.Tables) == 3 && len(made.Tables[2].Rows) == 0 { // nothing to break down: the only cases were rejected
		return
	}
	if len(made.Tables) != 5 {
		w.Fatalf("%d tables", len(made.Tables))
	}
	for k, column := range []int{1, 4} { // placed, and collected less returned
		t := made.Tables[3+k]
		w.table(r, t)
		if len(t.Rows) != len(months.Rows) {
			w.Fatalf("%d months, want %d", len(t.Rows), len(months.Rows))
		}
		for i, row := range t.Rows {
			var sum int64
			last := len(row.Cells) - 1
			for _, c := range row.Cells[:last] {
				sum += c.Value
			}
			if want := months.Rows[i].Cells[column].Value; sum != want || row.Cells[last].Value != want {
				w.Fatalf("%s, %v: the cells add up to %d, all are %d, the month is %d", t.Title.Key, row.Head, sum, row.Cells[last].Value, want)
			}
		}
	}
}

func (w *world) table(r *store.Reader, t reports.Table) {
	for _, row := range t.Rows {
		if len(row.Cells) != len(t.Columns) {
			w.Fatalf("%s: %d cells under %d columns", t.Title.Key, len(row.Cells), len(t.Columns))
		}
		for i, c := range row.Cells {
			net := row.Head.Key == "report_net" || t.Columns[i].Key == "report_net"
			net = net || t.Title.Key == "report_cross_net" || t.Title.Key == "report_twice_net" || c.Behind.Figure == ""
			if c.None || net || c.Unit != reports.Count && c.Unit != reports.Euro {
				continue
			}
			lines, err := c.Behind.Lines(r, 10_000)
			if err != nil {
				w.Fatal(err)
			}
			var sum int64
			for _, l := range lines {
				sum += map[reports.Unit]int64{reports.Count: l.N, reports.Euro: l.Amount}[c.Unit]
			}
			if sum != c.Value {
				w.Fatalf("%s, %v, column %d is %d, the lines behind it %d: %+v", t.Title.Key, row.Head, i, c.Value, sum, c.Behind)
			}
		}
	}
}

// rates compares the rates of the overview with what the cases got.
func (w *world) rates(when string, all rollups.Scope, recovered int64) {
	made, err := w.desk.Make(ctx, debt.Creditor{ID: w.creditor}, reports.Query{Kind: reports.Overview, Scope: all})
	if err != nil {
		w.Fatal(err)
	}
	var placed, closed, kept int64
	for _, c := range w.cases {
		var net debt.Cents
		for _, p := range c.paid {
			if p.Method != debt.MethodWaiver && p.returned.IsZero() {
				net += p.Amount
			}
		}
		if !c.rejected {
			placed += int64(c.principal)
		}
		if !c.rejected && !c.closed.IsZero() {
			closed, kept = closed+int64(c.principal), kept+int64(min(net, c.principal))
		}
	}
	for _, row := range made.Tables[0].Rows {
		part, whole := recovered, placed
		switch row.Head.Key {
		case "report_rate_closed":
			part, whole = kept, closed
		case "report_rate_all":
		default:
			continue
		}
		cell, none := row.Cells[1], whole == 0
		if cell.None != none || !none && (cell.Value < part*10_000/whole || cell.Value > part*10_000/whole+1) {
			w.Fatalf("%s: %s is %d of ten thousand, by the cases %d of %d", when, row.Head.Key, cell.Value, part, whole)
		}
	}
}
