package collecting_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/debt/collection"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/payments/collecting"
	"quitt/payments/paytest"
	"quitt/store"
	"quitt/store/orders"
	"quitt/store/plans"
	"quitt/store/rails"
	"quitt/store/storetest"
)

var errEnded = errors.New("the process has ended here")

// power cuts our process off at a commit: nothing is committed after it, nothing is called.
type power struct {
	mu   sync.Mutex
	left int // commits until it fails; 0 is never
	done bool
	off  bool
}

func (p *power) strike(done bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.left > 0 && !done {
		p.left--
	}
	if p.left == 0 && p.off && p.done == done {
		p.left = -1
	}
	if p.left < 0 {
		return errEnded
	}
	return nil
}

func (p *power) arm(commits int, done bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.left, p.done, p.off = commits, done, commits > 0
}

func (p *power) failed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.left < 0
}

// town plays at random: two schedulers, a bank, a debtor who pays another way, a plan that
// changes, a provider that is silent or busy, and processes that end between two commits.
type town struct {
	*shop

	rt     *rapid.T
	power  *power
	second *collecting.Desk
}

// TestNoInstalmentIsCollectedTwice checks after every step what the provider has: never two
// charges of one instalment that came or may come, never more handed in than was open and not
// under way at that moment, and nothing before its notice.
func TestNoInstalmentIsCollectedTwice(t *testing.T) {
	p := &power{}
	s := storetest.Open(t, store.Options{URL: memory(t), AtCommit: p.strike})
	n, charges := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		p.arm(0, false)
		w := &town{shop: open(t, s, fmt.Sprintf("t%d", n)), rt: rt, power: p}
		w.second = collecting.New(w.rail)
		w.agree(rapid.IntRange(1, 8).Draw(rt, "instalments"), "2026-11-25", debt.Cents(rapid.SampledFrom([]int{50_00, 125_00, 400_00}).Draw(rt, "rate")))
		w.till.Answer = w.answer
		for range rapid.IntRange(8, 25).Draw(rt, "steps") {
			w.step()
			w.once()
		}
		w.till.Answer = nil
		for range 12 { // everything comes to rest
			w.clock.Move(8 * time.Hour)
			w.quiet(w.rail.LookDue(ctx, w.creditor))
			w.quiet(w.desk.Work(ctx, w.creditor))
			w.once()
		}
		w.told()
		charges += w.till.Calls("charge")
	})
	p.arm(0, false)
	if charges < n/3 { // a play in which nothing is charged shows nothing
		t.Errorf("%d charges in %d plays", charges, n)
	}
	_, err := s.Verify(ctx, func(f store.Finding) bool {
		t.Errorf("verify: %+v", f)
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
}

// memory is a database that need not outlive the test: in memory where the system has one,
// since thousands of commits would wait for a disk otherwise.
func memory(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "quitt")
	if err != nil {
		return storetest.SQLite(t)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return "sqlite:" + filepath.Join(dir, "quitt.db")
}

// quiet lets pass what a disturbed provider or an ended process answers.
func (w *town) quiet(_ int, err error) {
	if err != nil && !errors.Is(err, errEnded) && debt.KindOf(err) == "" {
		w.rt.Fatal(err)
	}
}

// answer disturbs calls, and lets none out of a process that has ended.
func (w *town) answer(verb string, _ debt.ID) (error, bool) { //nolint:revive // the error is the answer
	if w.power.failed() {
		return payments.ErrOutcome, false
	}
	if verb != "charge" && verb != "find" {
		return nil, true
	}
	switch w.clock.Now().UnixMicro() % 5 { // drawn with the time
	case 0:
		return payments.ErrOutcome, true
	case 1:
		return payments.ErrOutcome, false
	case 2:
		return payments.ErrBusy, false
	}
	return nil, true
}

func (w *town) step() {
	verbs := []func(){w.work, w.both, w.week, w.week, w.week, w.wait, w.looks, w.bank, w.bank, w.pays, w.mind, w.page}
	verbs[rapid.IntRange(0, len(verbs)-1).Draw(w.rt, "verb")]()
}

// work is one scheduler; its process may end at any commit.
func (w *town) work() {
	room := w.room()
	before := w.handed()
	w.power.arm(rapid.IntRange(0, 6).Draw(w.rt, "commits"), rapid.Bool().Draw(w.rt, "committed"))
	w.quiet(w.desk.Work(ctx, w.creditor))
	w.power.arm(0, false)
	w.bounded(room, before)
}

// both are two at the same moment.
func (w *town) both() {
	room, before := w.room(), w.handed()
	var all sync.WaitGroup
	var errs [2]error
	for i, d := range []*collecting.Desk{w.desk, w.second} {
		all.Go(func() { _, errs[i] = d.Work(ctx, w.creditor) })
	}
	all.Wait()
	w.quiet(0, errors.Join(errs[0], errs[1]))
	w.bounded(room, before)
}

// room is what is open and not under way.
func (w *town) room() (left debt.Cents) {
	w.read(func(r *store.Reader) error {
		f, err := r.LoadFile(w.caseID)
		if err != nil {
			return err
		}
		left = f.Balance().Total()
		return nil
	})
	for _, a := range w.attempts() {
		if a.Status == debt.PaymentInFlight || rail.Blocks(a.Status) {
			left -= a.Amount
		}
	}
	return max(left, 0)
}

// handed is the sum of all charges that were ever asked for.
func (w *town) handed() (sum debt.Cents) {
	for _, a := range w.attempts() {
		if a.Kind == rail.Charge && a.Status != debt.PaymentCancelled {
			sum += a.Amount
		}
	}
	return sum
}

func (w *town) bounded(room, before debt.Cents) {
	if more := w.handed() - before; more > room {
		w.rt.Fatalf("%s handed in, %s was open and not under way", more, room)
	}
}

func (w *town) attempts() (list []rail.Attempt) {
	w.read(func(r *store.Reader) (err error) { list, err = rails.AttemptsOf(r, w.caseID); return err })
	return list
}

func (w *town) orders() (list []collection.Order) {
	w.read(func(r *store.Reader) (err error) { list, err = orders.OfCase(r, w.caseID); return err })
	return list
}

func (w *town) wait() {
	w.clock.Move(time.Duration(rapid.IntRange(1, 60*24*6).Draw(w.rt, "minutes"))*time.Minute + time.Duration(rapid.IntRange(0, 4).Draw(w.rt, "answer"))*time.Microsecond)
}

// week goes by in steps of a day, one scheduler running or both.
func (w *town) week() {
	for range rapid.IntRange(1, 8).Draw(w.rt, "days") {
		w.wait24()
		if rapid.Bool().Draw(w.rt, "both") {
			w.both()
		} else {
			w.work()
		}
	}
}

func (w *town) wait24() {
	w.clock.Move(day + time.Duration(rapid.IntRange(0, 4).Draw(w.rt, "answer"))*time.Microsecond)
}

func (w *town) looks() { w.quiet(w.rail.LookDue(ctx, w.creditor)) }

// bank lets a debit arrive, fail or come back, also weeks later.
func (w *town) bank() {
	list := slices.DeleteFunc(w.attempts(), func(a rail.Attempt) bool { return a.Kind == rail.Setup })
	if len(list) == 0 {
		return
	}
	a := rapid.SampledFrom(list).Draw(w.rt, "attempt")
	code := rapid.SampledFrom([]string{"insufficient_funds", "MS03", "generic_could_not_process", "authorization_revoked"}).Draw(w.rt, "code")
	notice, err := "", error(nil)
	switch rapid.IntRange(0, 3).Draw(w.rt, "does") {
	case 0, 1:
		notice, err = w.till.Settle(a.ID)
	case 2:
		notice, err = w.till.Bounce(a.ID, code)
	case 3:
		if credited := w.till.Credited(a.ID); credited > 0 {
			notice, err = w.till.Back(a.ID, rail.Withdrawn, credited)
		}
	}
	if err == nil && notice != "" && rapid.Bool().Draw(w.rt, "heard") {
		w.quiet(0, w.rail.Accept(ctx, w.name, []byte(notice), tillSecret))
		w.quiet(w.rail.BookNotices(ctx, w.creditor))
	} else if err != nil && !errors.Is(err, paytest.ErrLever) {
		w.rt.Fatal(err)
	}
}

func (w *town) pays() { w.transfer(debt.Cents(rapid.IntRange(1, 200_00).Draw(w.rt, "cents"))) }

// mind is what plans do meanwhile.
func (w *town) mind() {
	[]func(){w.cancel, w.again, w.ends}[rapid.IntRange(0, 2).Draw(w.rt, "mind")]()
}

// cancel and again are plans changing its mind about an order; ends is the plan's end, and its
// revival.
func (w *town) cancel() {
	o := rapid.SampledFrom(w.orders()).Draw(w.rt, "order")
	w.locked(func(tx *store.Tx) error {
		_, err := orders.Cancel(tx, o.ID, collection.PlanOver, w.clock.Now())
		return err
	})
}

func (w *town) again() {
	o := rapid.SampledFrom(w.orders()).Draw(w.rt, "order")
	err := w.s.Write(ctx, w.creditor, func(tx *store.Tx) error {
		if _, err := tx.LockOne(w.caseID); err != nil {
			return err
		}
		o.ID, o.MadeAt, o.ToldOn, o.CollectOn = store.NewID(), w.clock.Now(), debt.Date{}, debt.Date{}
		_, err := orders.Write(tx, o)
		return err
	})
	w.quiet(0, err)
}

func (w *town) ends() {
	states := []debt.PlanState{debt.PlanActive, debt.PlanActive, debt.PlanCancelled}
	state := rapid.SampledFrom(states).Draw(w.rt, "state")
	w.locked(func(tx *store.Tx) error {
		k, err := plans.Load(&tx.Reader, w.plan.ID)
		if err != nil {
			return err
		}
		k.State = state
		return plans.Save(tx, k)
	})
}

func (w *town) locked(do func(tx *store.Tx) error) {
	w.write(func(tx *store.Tx) error {
		if _, err := tx.LockOne(w.caseID); err != nil {
			return err
		}
		return do(tx)
	})
}

// page is a debtor who pays on a page at the same time, or only opens it.
func (w *town) page() {
	a, err := w.rail.Start(ctx, payments.Wish{CreditorID: w.creditor, CaseID: w.caseID, Method: debt.MethodDirectDebit, Anyway: true,
		Amount: debt.Cents(rapid.IntRange(1, 4).Draw(w.rt, "euro")) * 50_00})
	if err == nil && rapid.Bool().Draw(w.rt, "pays") {
		_, err = w.till.Pay(a.ID)
	}
	if err != nil && !errors.Is(err, paytest.ErrLever) {
		w.quiet(0, err)
	}
}

// once asks the provider: of one instalment at most one charge came or may come.
func (w *town) once() {
	answer := w.till.Answer
	w.till.Answer = nil
	defer func() { w.till.Answer = answer }()
	live := map[int]debt.ID{}
	for _, a := range w.attempts() {
		if a.Kind != rail.Charge {
			continue
		}
		ref, err := w.till.Find(ctx, rail.Account{}, a)
		if errors.Is(err, payments.ErrNoObject) {
			continue
		}
		f, err2 := w.till.Fetch(ctx, rail.Account{}, ref)
		w.must(errors.Join(err, err2))
		if f.State != rail.InFlight && (f.State != rail.Settled || w.till.Credited(a.ID) == 0) {
			continue
		}
		no := w.instalmentOf(a)
		if live[no] != "" {
			w.rt.Fatalf("instalment %d is charged by %s and by %s", no, live[no], a.ID)
		}
		live[no] = a.ID
	}
}

// instalmentOf reads "plan/ID/no/try" and "plan/ID/no/try/calln".
func (w *town) instalmentOf(a rail.Attempt) (no int) {
	if _, err := fmt.Sscanf(a.Purpose[len("plan/")+len(w.plan.ID):], "/%d/", &no); err != nil {
		w.rt.Fatalf("%s: %v", a.Purpose, err)
	}
	return no
}

// told checks that nobody was charged before a notice had run.
func (w *town) told() {
	for _, o := range w.orders() {
		for _, a := range w.attempts() {
			if a.ID == o.AttemptID && (o.ToldOn.IsZero() || o.ToldOn.DaysUntil(debt.DateIn(a.StartedAt, debt.Berlin)) < collection.NoticeDays) {
				w.rt.Fatalf("%s was told on %s and charged at %s", o.Purpose, o.ToldOn, a.StartedAt)
			}
		}
	}
}
