package letter_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/letter"
	"quitt/debt/plan"
	runs "quitt/notifications/letter"
	"quitt/notifications/letter/post"
	"quitt/store"
	"quitt/store/letters"
	"quitt/store/plans"
	"quitt/store/storetest"
)

// service is a mail service that remembers what it took; what it says can be made to fail.
// The interface itself is tested in post, against a server.
type service struct {
	taken []string
	sends int
	say   func(key string) error // instead of "taken", after it was taken
	take  func(key string) error // instead of taking it
}

func (s *service) Send(_ context.Context, i post.Item) (string, error) {
	s.sends++
	if s.take != nil {
		if err := s.take(i.Key); err != nil {
			return "", err
		}
	}
	s.taken = append(s.taken, i.Key)
	if s.say != nil {
		if err := s.say(i.Key); err != nil {
			return "", err
		}
	}
	return fmt.Sprint(len(s.taken)), nil
}

func (s *service) Find(_ context.Context, key string) (string, error) {
	if i := slices.Index(s.taken, key); i >= 0 {
		return fmt.Sprint(i + 1), nil
	}
	return "", nil
}

func (s *service) Status(context.Context, string) (post.Status, error) { return post.Done, nil }

func (o *office) mailing(s *service) runs.Order {
	order := o.order(letter.Reminder)
	order.Way, order.Provider = letters.Provider, s
	return order
}

// second is in the key of the second letter of any creditor.
const second = "-000002-"

func only(key string, err error) func(string) error {
	return func(k string) error {
		if strings.Contains(k, key) {
			return err
		}
		return nil
	}
}

func unclear() error { return debt.E(debt.Unavailable, "post_unclear", nil) }

// Whatever the service answers, no letter reaches it twice and none is forgotten.
func TestTheServiceGetsEachLetterOnce(t *testing.T) {
	refused := debt.E(debt.Invalid, "post_refused", debt.Args{"reason": "x"})
	denied := debt.E(debt.Unavailable, "post_denied", debt.Args{"status": 403})
	table := map[string]struct {
		service service
		fails   string // the first run as a whole
		sent    int    // by the first run
		problem string
		sends   int // in both runs
	}{
		"takes all":                {sent: 3, sends: 3},
		"takes it and hangs up":    {service: service{say: only(second, unclear())}, sent: 3, sends: 3},
		"does not take it, unsure": {service: service{take: only(second, unclear())}, sent: 2, problem: "post_unclear", sends: 4},
		"refuses one":              {service: service{take: only(second, refused)}, sent: 2, problem: "post_refused", sends: 4},
		"refuses access":           {service: service{take: only(second, denied)}, fails: "post_denied", sent: 1, sends: 4},
	}
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for name, c := range table {
			t.Run(name, func(t *testing.T) {
				o := newOffice(t, s, strings.ReplaceAll(name, " ", "-"))
				ids := []debt.ID{o.addCase(1), o.addCase(2), o.addCase(3)}
				mail := c.service
				r, err := o.Run(ctx, o.mailing(&mail))
				if c.fails != "" && !isKey(err, c.fails) || c.fails == "" && err != nil || r.Sent != c.sent {
					t.Fatalf("%+v, %v", r, err)
				}
				if c.problem != "" && (len(r.Problems) != 1 || !isKey(r.Problems[0].Err, c.problem) || r.Problems[0].FileReference != "2026-000002") {
					t.Errorf("%+v", r.Problems)
				}
				mail.say, mail.take = nil, nil
				if r := o.run(o.mailing(&mail)); len(r.Problems) != 0 {
					t.Errorf("then: %+v", r)
				}
				if mail.sends != c.sends || len(mail.taken) != 3 {
					t.Errorf("asked %d times, took %v", mail.sends, mail.taken)
				}
				for i, id := range ids {
					k := o.kept(id)[0]
					if k.State != letters.Sent || k.ProviderID == "" || len(o.events(id, debt.LetterSent)) != 1 {
						t.Errorf("letter %d: %s", i+1, k.State)
					}
				}
			})
		}
	})
}

// A process that dies between asking and noting the answer leaves a letter that is looked
// up first.
func TestALetterThatWasUnderWayIsLookedUpFirst(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		id := o.addCase(1)
		dead := errors.New("the process is dead")
		mail := service{say: func(string) error { return dead }}
		if _, err := o.Run(ctx, o.mailing(&mail)); !errors.Is(err, dead) || o.kept(id)[0].State != letters.Sending {
			t.Fatalf("%v, %s", err, o.kept(id)[0].State)
		}
		order := o.mailing(&mail)
		order.Anew = true
		if _, err := o.Run(ctx, order); !isKey(err, "post_unclear") {
			t.Errorf("given up although the service may have it: %v", err)
		}
		if r := o.run(o.mailing(&mail)); r.Sent != 1 || mail.sends != 1 {
			t.Errorf("%+v, asked %d times", r, mail.sends)
		}
	})
}

func TestAReturnedLetterStopsTheAddress(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		ids := []debt.ID{o.addCase(1), o.addCase(2)}
		back := runs.Back{Number: 1, Reason: debt.StopMoved, By: debt.Actor{Kind: "operator"}}
		if err := o.Return(ctx, o.creditor.ID, back); !isKey(err, "letter_unknown") {
			t.Errorf("before there is one: %v", err)
		}
		o.run(o.order(letter.Reminder))
		for range 2 {
			if err := o.Return(ctx, o.creditor.ID, back); err != nil {
				t.Fatal(err)
			}
		}
		if e := o.events(ids[0], debt.LetterReturned); len(e) != 1 || e[0].Data["reason"] != "moved" {
			t.Errorf("%v", e)
		}
		order := o.order(letter.FirstNotice)
		order.CaseID = ids[0]
		if r := o.run(order); len(r.Problems) != 1 || !slices.Contains(r.Problems[0].Because, debt.BarrierAddressStopped) {
			t.Errorf("%+v", r.Problems)
		}
		back.Reason = debt.StopUnknown
		if err := o.Return(ctx, o.creditor.ID, back); !isKey(err, "letter_returned_already") {
			t.Errorf("another reason: %v", err)
		}
		if err := o.Return(ctx, o.creditor.ID, runs.Back{Number: 2, Reason: debt.StopBounced}); !isKey(err, "letter_return_reason") {
			t.Errorf("a reason of mails: %v", err)
		}
		o.dies(ids[1])
	})
}

// After a death dunning rests until a clerk releases it.
func (o *office) dies(id debt.ID) {
	o.t.Helper()
	for range 2 {
		if err := o.Return(ctx, o.creditor.ID, runs.Back{Number: 2, Reason: debt.StopDead, By: debt.System}); err != nil {
			o.t.Fatal(err)
		}
	}
	err := o.Store.Read(ctx, o.creditor.ID, func(r *store.Reader) error {
		f, err := r.LoadFile(id)
		if err != nil {
			return err
		}
		if err := r.LoadHolds(&f.Case); err != nil {
			return err
		}
		if c := f.Case; c.Processing != debt.Held || len(c.Holds) != 1 || c.Holds[0].Kind != debt.HoldDataCheck || c.Holds[0].UntilEvent != debt.CaseReleased {
			o.t.Errorf("%s %+v", c.Processing, c.Holds)
		}
		return nil
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

func TestALetterOnItsWayCannotHaveComeBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o, _ := interrupted(t, s)
		if err := o.Return(ctx, o.creditor.ID, runs.Back{Number: 1, Reason: debt.StopMoved}); !isKey(err, "letter_not_sent") {
			t.Error(err)
		}
	})
}

// Letters about events are written once per event, and only while it stands.
func TestLettersAboutEvents(t *testing.T) {
	running := func(c *debt.Case) { c.Plan = debt.PlanActive }
	rates := debt.Args{"instalments": []any{map[string]any{"amount_cents": 100_00, "due": "2026-12-15"}, map[string]any{"amount_cents": 50_00, "due": "2027-01-15"}}}
	table := map[string]struct {
		kind    letter.Kind
		happens func(o *office, id debt.ID)
		says    []string
		problem string
		silent  bool
	}{
		"payment_receipt": {kind: letter.PaymentReceipt, says: []string{"123,45"}, happens: func(o *office, id debt.ID) { o.pay(id, 123_45) }},
		"paid_in_full":    {kind: letter.PaidInFull, happens: func(o *office, id debt.ID) { o.pay(id, 2000_00) }},
		"not paid":        {kind: letter.PaidInFull, silent: true, happens: func(o *office, id debt.ID) { o.pay(id, 5_00) }},
		"plan_confirmation": {kind: letter.PlanConfirmation, says: []string{"15.12.2026", "50,00"},
			happens: func(o *office, id debt.ID) { o.tell(id, debt.PlanAgreed, rates, running) }},
		"a plan without rates": {kind: letter.PlanConfirmation, problem: "letter_incomplete",
			happens: func(o *office, id debt.ID) { o.tell(id, debt.PlanAgreed, nil, running) }},
		"a plan with nonsense": {kind: letter.PlanConfirmation, problem: "letter_event_unreadable",
			happens: func(o *office, id debt.ID) { o.tell(id, debt.PlanAgreed, debt.Args{"instalments": "x"}, running) }},
		"a plan that ended": {kind: letter.PlanConfirmation, silent: true, happens: func(o *office, id debt.ID) { o.tell(id, debt.PlanAgreed, rates) }},
		"plan_missed": {kind: letter.PlanMissed, says: []string{"100,00", "15.11.2026"}, happens: func(o *office, id debt.ID) {
			o.tell(id, debt.PlanInstalmentMissed, debt.Args{"amount_cents": 100_00, "due": "2026-11-15"}, running)
		}},
		"plan_at_risk": {kind: letter.PlanAtRisk, says: []string{"200,00", "15.10.2026", "10.12.2026", "nicht zu verantworten"},
			happens: func(o *office, id debt.ID) { o.atRisk(id, "2026-12-10") }},
		"a notice that comes late": {kind: letter.PlanAtRisk, silent: true, happens: func(o *office, id debt.ID) { o.atRisk(id, "2026-12-01") }},
		"a notice without its day": {kind: letter.PlanAtRisk, problem: "letter_incomplete", happens: func(o *office, id debt.ID) { o.atRisk(id, "") }},
		"a notice that was heard": {kind: letter.PlanAtRisk, silent: true, happens: func(o *office, id debt.ID) {
			o.atRisk(id, "2026-12-10")
			o.at = o.at.Add(time.Hour)
			o.pay(id, 100_00)
		}},
		"plan_lapsed": {kind: letter.PlanLapsed, says: []string{"200,00", "15.10.2026 und 16.11.2026", "seit dem 20.11.2026", "20.12.2026"},
			happens: func(o *office, id debt.ID) { o.lapsed(id, debt.PlanLapsed) }},
		"a lapse that was undone": {kind: letter.PlanLapsed, silent: true, happens: func(o *office, id debt.ID) { o.lapsed(id, debt.PlanActive) }},
		"objection_answer": {kind: letter.ObjectionAnswer, says: []string{"Der Kostenplan liegt bei."},
			happens: func(o *office, id debt.ID) { o.answered(id, "Der Kostenplan liegt bei.") }},
	}
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for name, c := range table {
			t.Run(name, func(t *testing.T) {
				o := newOffice(t, s, strings.ReplaceAll(name, " ", "-"))
				id := o.addCase(1)
				o.addCase(2)
				c.happens(o, id)
				r := o.run(o.order(c.kind))
				switch {
				case c.problem != "":
					if len(r.Problems) != 1 || !isKey(r.Problems[0].Err, c.problem) || r.Sent != 0 {
						t.Errorf("%+v", r)
					}
					return
				case c.silent:
					if len(r.Problems)+r.Sent != 0 {
						t.Errorf("%+v", r)
					}
					return
				case r.Sent != 1 || o.codes != 0:
					t.Fatalf("%+v, %d codes", r, o.codes)
				}
				o.says(id, c.says)
				if r := o.run(o.order(c.kind)); r.Sent != 0 || len(r.Problems) != 0 {
					t.Errorf("again: %+v", r)
				}
			})
		}
	})
}

// missing are two instalments that an event of a plan names.
var missing = []any{map[string]any{"amount_cents": 100_00, "due": "2026-10-15"}, map[string]any{"amount_cents": 100_00, "due": "2026-11-16"}}

func (o *office) atRisk(id debt.ID, payBy string) {
	data := debt.Args{"instalments": missing}
	if payBy != "" {
		data["pay_by"] = payBy
	}
	o.plan(id, plan.Plan{State: debt.PlanAtRisk, NoticeOn: debt.DateIn(o.at, debt.Berlin)})
	o.tell(id, debt.PlanAtRiskEvent, data, func(c *debt.Case) { c.Plan = debt.PlanAtRisk })
}

func (o *office) lapsed(id debt.ID, state debt.PlanState) {
	o.plan(id, plan.Plan{State: debt.PlanLapsed, LapsedOn: debt.MustDate("2026-11-20")})
	o.tell(id, debt.PlanLapsedEvent, debt.Args{"instalments": missing, "lapsed_on": "2026-11-20"}, func(c *debt.Case) { c.Plan = state })
}

// plan keeps a plan as the room for plans does.
func (o *office) plan(id debt.ID, p plan.Plan) {
	p.ID, p.CaseID, p.AgreedOn = store.NewID(), id, debt.MustDate("2026-09-01")
	o.write(func(t *store.Tx) error {
		return plans.Add(t, plans.Kept{Plan: p, Method: debt.MethodTransfer, MadeBy: "debtor", MadeAt: o.at, AgreedAt: o.at})
	})
}

func (o *office) says(id debt.ID, want []string) {
	o.t.Helper()
	k := o.kept(id)[0]
	text := k.Document.Plain()
	for _, w := range want {
		if !strings.Contains(text, w) {
			o.t.Errorf("no %q in\n%s", w, text)
		}
	}
	if k.Subject == "" {
		o.t.Error("nothing says what it is about")
	}
}

// A code may be asked for more than once; each is a letter of its own day and voids the one
// before. Only a case that is named gets one.
func TestANewCodeIsWrittenWhenAskedFor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		id := o.addCase(1)
		order := o.order(letter.NewCode)
		if r := o.run(order); r.Sent != 0 {
			t.Errorf("nobody asked: %+v", r)
		}
		order.CaseID = id
		if r := o.run(order); r.Sent != 1 || o.codes != 1 {
			t.Errorf("%+v, %d codes", r, o.codes)
		}
		if r := o.run(order); r.Sent != 0 || len(r.Problems) != 1 || !slices.Contains(r.Problems[0].Because, debt.BarrierLetterWritten) {
			t.Errorf("twice a day: %+v", r)
		}
		o.at = o.at.AddDate(0, 0, 1)
		if r := o.run(order); r.Sent != 1 {
			t.Errorf("another day: %+v", r)
		}
		list, err := o.Letters(ctx, o.creditor.ID, id)
		if err != nil || len(list) != 2 || list[0].Number != 2 {
			t.Fatalf("%+v, %v", list, err)
		}
		if pdf, err := o.Copy(ctx, o.creditor.ID, id, list[0].ID); err != nil || len(pdf) == 0 {
			t.Error(err)
		}
		if _, err := o.Letter(ctx, o.creditor.ID, store.NewID(), list[0].ID); debt.KindOf(err) != debt.NotFound {
			t.Errorf("as a letter of another case: %v", err)
		}
	})
}

// What is made and not handed over may still become void: the debtor is not shown it.
func TestADebtorIsShownWhatHasLeftTheHouse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		id := o.addCase(1)
		mail := service{take: func(string) error { return debt.E(debt.Unavailable, "post_unreachable", nil) }}
		r, err := o.Run(ctx, o.mailing(&mail))
		if r.Created != 1 || r.Sent != 0 {
			t.Fatalf("%+v, %v", r, err)
		}
		made, err := o.Letters(ctx, o.creditor.ID, id)
		if err != nil || len(made) != 1 {
			t.Fatalf("%+v, %v", made, err)
		}
		if out, err := o.Out(ctx, o.creditor.ID, id); err != nil || len(out) != 0 {
			t.Errorf("shown: %+v, %v", out, err)
		}
		mail.take = nil
		if r, err := o.Run(ctx, o.mailing(&mail)); err != nil || r.Sent != 1 {
			t.Fatalf("%+v, %v", r, err)
		}
		if out, err := o.Out(ctx, o.creditor.ID, id); err != nil || len(out) != 1 {
			t.Errorf("sent: %+v, %v", out, err)
		}
	})
}

// A service that answers nothing any more is not asked for every letter of a large run.
func TestARunStopsWhenTheServiceAnswersNoMore(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		for i := range 6 {
			o.addCase(i + 1)
		}
		mail := service{take: func(string) error { return unclear() }}
		if r, err := o.Run(ctx, o.mailing(&mail)); !isKey(err, "post_unclear") || mail.sends != 3 || len(r.Problems) != 3 {
			t.Errorf("%v, asked %d times: %+v", err, mail.sends, r)
		}
		mail.take = nil
		if r := o.run(o.mailing(&mail)); r.Sent != 6 || len(mail.taken) != 6 {
			t.Errorf("%+v", r)
		}
	})
}

// The list of the service remembers the letters of a database that is gone, with the same
// creditor and numbers.
func TestALetterOfAnotherDatabaseIsAnotherLetter(t *testing.T) {
	mail := &service{}
	for _, name := range []string{"trial", "real"} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, storetest.Open(t, store.Options{URL: storetest.SQLite(t)}))
			o.addCase(1)
			mail.say = func(string) error { return unclear() }
			o.run(o.mailing(mail))
		})
	}
	if len(mail.taken) != 2 || mail.taken[0] == mail.taken[1] {
		t.Errorf("%v", mail.taken)
	}
}

// Without its folder a run by mail may be going on on another machine: only the operator knows.
// What the service has is sent then, and what it does not have is made anew.
func TestARunByMailWhoseFolderIsGoneIsNotGuessedAbout(t *testing.T) {
	for name, taken := range map[string]bool{"the service has it": true, "it does not": false} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				o := newOffice(t, s)
				id := o.addCase(1)
				dead := errors.New("the process is dead")
				mail := service{say: func(string) error { return dead }}
				if !taken {
					mail = service{take: mail.say}
				}
				if _, err := o.Run(ctx, o.mailing(&mail)); !errors.Is(err, dead) {
					t.Fatal(err)
				}
				mail.say, mail.take = nil, nil
				if err := os.RemoveAll(filepath.Join(o.dir, ".spool")); err != nil {
					t.Fatal(err)
				}
				order := o.mailing(&mail)
				if _, err := o.Run(ctx, order); !isKey(err, "letters_run_lost") || len(o.kept(id)) != 1 {
					t.Errorf("%v", err)
				}
				order.Anew = true
				o.run(order)
				if k := o.kept(id)[0]; len(mail.taken) != 1 || k.State != letters.Sent || (k.Number == 1) != taken {
					t.Errorf("%v, %+v", mail.taken, k)
				}
			})
		})
	}
}
