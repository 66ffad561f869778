package letter_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/letter"
	"quitt/debt/plan"
	"quitt/store"
	"quitt/store/letters"
	"quitt/store/storetest"
)

// oldClaim makes the claim of a case fall due on a day.
func oldClaim(due string) func(*store.NewFile) {
	return func(f *store.NewFile) {
		c := f.File.Account.Claims[0].Claim
		c.ArisenOn, c.DueOn, c.DefaultFrom = debt.MustDate(due), debt.MustDate(due), debt.MustDate(due).AddDays(30)
		f.File.Account.Claims = nil
		f.Entries = f.Entries[:0]
		f.Entries = append(f.Entries, f.File.Account.OpenClaim(c, storetest.Stamp))
	}
}

func TestATimeBarredClaimIsNotDemanded(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		barred, due := o.addCase(1, oldClaim("2022-11-20")), o.addCase(2, oldClaim("2023-01-10"))
		if r := o.run(o.order(letter.FirstNotice)); r.Sent != 1 || len(o.kept(barred)) != 0 || len(o.kept(due)) != 1 {
			t.Errorf("%+v", r)
		}
		order := o.order(letter.FirstNotice)
		order.CaseID = barred
		r := o.run(order)
		if len(r.Problems) != 1 || len(r.Problems[0].Because) != 1 || r.Problems[0].Because[0] != debt.BarrierTimeBarred {
			t.Errorf("%+v", r.Problems)
		}
	})
}

// Whoever has just paid by direct debit gets no demand while the money is under way.
func TestNoDemandWhileMoneyIsUnderWay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		id := o.addCase(1)
		p := debt.Payment{ID: store.NewID(), CaseID: id, Method: debt.MethodDirectDebit, Status: debt.PaymentInFlight, Amount: 1000_00,
			ReceivedOn: debt.DateIn(o.at, debt.Berlin), Source: "psp", ExternalID: "p1", BookedAt: o.at}
		o.write(func(t *store.Tx) error {
			f, err := t.LockOne(id)
			if err != nil {
				return err
			}
			return t.Book(store.Booking{File: f, Payments: []debt.Payment{p}})
		})
		if r := o.run(o.order(letter.Reminder)); r.Created != 0 {
			t.Errorf("%+v", r)
		}
	})
}

// The base rate is known for the days up to the end of the half-year: interest runs up to
// there, and only of what follows the letter says that it is not known.
func TestInterestRunsToTheLastKnownBaseRate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		o.at = debt.LastBaseRateDay().AddDays(-10).Time().Add(12 * time.Hour)
		id := o.addCase(1)
		o.run(o.order(letter.Reminder))
		k := o.kept(id)[0]
		if !k.Deadline.After(debt.LastBaseRateDay().AddDays(1)) {
			t.Fatalf("the deadline %s tests nothing", k.Deadline)
		}
		last := debt.LastBaseRateDay().String()
		said := last[8:] + "." + last[5:7] + "." + last[:4]
		if text := k.Document.Plain(); !strings.Contains(text, "Verzugszinsen bis "+said) || !strings.Contains(text, "sind bis zum "+said+" berechnet") {
			t.Error(text)
		}
	})
}

// Hours may lie between the making of a letter and its way out of the house.
func TestNoDemandLeavesTheHouseAfterAPaymentOrObjection(t *testing.T) {
	changes := map[string]func(o *office, id debt.ID){
		"paid in full": func(o *office, id debt.ID) { o.pay(id, 2000_00) },
		"paid in part": func(o *office, id debt.ID) { o.pay(id, 100_00) },
		"objected": func(o *office, id debt.ID) {
			o.tell(id, debt.ObjectionFiled, nil, func(c *debt.Case) { c.Objection = debt.ObjectionOpen })
		},
		"stopped address": func(o *office, id debt.ID) {
			o.write(func(t *store.Tx) error {
				f, err := t.LockOne(id)
				if err != nil {
					return err
				}
				d, err := t.LoadDebtor(f.Case.DebtorID)
				d.AddressStopped = debt.StopMoved
				return errors.Join(err, t.SaveStops(d))
			})
		},
	}
	for _, way := range []letters.Way{letters.Print, letters.Provider} {
		for name, change := range changes {
			t.Run(string(way)+" "+name, func(t *testing.T) {
				storetest.Each(t, func(t *testing.T, s *store.Store) {
					o := newOffice(t, s)
					mail := &service{}
					order := o.mailing(mail)
					order.Way, order.Files = way, true
					ids := []debt.ID{o.addCase(1), o.addCase(2), o.addCase(3)}
					restore := o.stopAfter(2)
					if _, err := o.Run(ctx, order); !errors.Is(err, errStopped) {
						t.Fatal(err)
					}
					restore()
					o.at = o.at.Add(time.Hour)
					change(o, ids[0])
					if r := o.run(order); r.Void != 1 || r.Sent != 2 {
						t.Errorf("%+v", r)
					}
					k := o.kept(ids[0])
					if k[len(k)-1].State != letters.Void || k[len(k)-1].VoidReason != letters.VoidNotDue || len(mail.taken) > 2 {
						t.Errorf("%s, %v", k[len(k)-1].State, mail.taken)
					}
					if files, _ := filepath.Glob(filepath.Join(o.dir, "letter-*.pdf")); len(files) != 2 {
						t.Errorf("%d files", len(files))
					}
				})
			})
		}
	}
}

// What lies in the folder is in the print house's hands, so nothing that may still be made anew
// is there.
func TestNoFileIsInTheFolderBeforeTheSeal(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o, ids := interrupted(t, s)
		spool := filepath.Dir(strings.Split(o.spool(), "\n")[0])
		if err := os.Symlink("/dev/full", filepath.Join(spool, "combined.pdf")); err != nil {
			t.Fatal(err)
		}
		order := o.order(letter.Reminder)
		order.Files = true
		if _, err := o.Run(ctx, order); !isKey(err, "letters_disk_full") {
			t.Fatal(err)
		}
		if files, _ := filepath.Glob(filepath.Join(o.dir, "*.pdf")); len(files) != 0 {
			t.Errorf("%v", files)
		}
		if err := os.Remove(filepath.Join(spool, "combined.pdf")); err != nil {
			t.Fatal(err)
		}
		o.run(order)
		o.whole(ids)
		if files, _ := filepath.Glob(filepath.Join(o.dir, "letter-*.pdf")); len(files) != 3 {
			t.Errorf("%v", files)
		}
	})
}

func TestWhoHasCaughtUpIsNotToldThatARateIsMissing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		missed := func(n int) debt.ID {
			id := o.addCase(n)
			o.tell(id, debt.PlanInstalmentMissed, debt.Args{"amount_cents": 50_00, "due": "2026-11-20"}, func(c *debt.Case) { c.Plan = debt.PlanActive })
			return id
		}
		late, caughtUp := missed(1), missed(2)
		o.at = o.at.Add(24 * time.Hour)
		o.pay(caughtUp, 50_00)
		if r := o.run(o.order(letter.PlanMissed)); r.Sent != 1 || len(o.kept(late)) != 1 || len(o.kept(caughtUp)) != 0 {
			t.Errorf("%+v", r)
		}
	})
}

// Letters about plans go to those that stand so since the last weeks, each found once.
func TestPlansInTroubleAreCandidates(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		today := debt.DateIn(o.at, debt.Berlin)
		for i, p := range []plan.Plan{
			{State: debt.PlanAtRisk, NoticeOn: today}, {State: debt.PlanLapsed, NoticeOn: today.AddDays(-70), LapsedOn: today.AddDays(-44)},
			{State: debt.PlanLapsed, LapsedOn: today.AddDays(-50)}, {State: debt.PlanCancelled, NoticeOn: today}, {State: debt.PlanLapsed, LapsedOn: today},
			{State: debt.PlanLapsed, NoticeOn: today, LapsedOn: today.AddDays(-46)},
		} {
			o.plan(o.addCase(i+1), p)
		}
		for kind, want := range map[letter.Kind]int{letter.PlanAtRisk: 1, letter.PlanLapsed: 2} {
			got, page := map[string]debt.ID{}, letters.Page{Kind: kind, Most: 1, Now: o.at}
			for range 9 {
				var list []letters.Candidate
				if err := s.Read(ctx, o.creditor.ID, func(r *store.Reader) (err error) { list, err = letters.Candidates(r, page); return err }); err != nil {
					t.Fatal(err)
				}
				for _, c := range list {
					got[c.Key], page.After = c.CaseID, c.Key
				}
			}
			if len(got) != want {
				t.Errorf("%s: %v, want %d", kind, got, want)
			}
		}
	})
}
