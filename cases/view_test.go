package cases_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"quitt/cases"
	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/plan"
	"quitt/store"
	"quitt/store/plans"
	"quitt/store/storetest"
)

// placed stores one case and gives its creditor and id.
func placed(t *testing.T, s *store.Store, change func(*store.NewFile)) (debt.Creditor, debt.ID) {
	t.Helper()
	creditor := storetest.Creditor(t, s, "praxis")
	f := storetest.File(creditor.ID, "R1")
	if change != nil {
		change(&f)
	}
	err := s.Write(context.Background(), creditor.ID, func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) })
	if err != nil {
		t.Fatal(err)
	}
	return creditor, f.File.Case.ID
}

func at(day string) func() time.Time {
	return func() time.Time { return debt.MustDate(day).Time().Add(11 * time.Hour) }
}

func TestViewIsTheStatementWithItsCreditor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		creditor, id := placed(t, s, nil)
		desk := cases.Desk{Store: s, Now: storetest.Clock}
		v, err := desk.View(context.Background(), creditor.ID, id)
		if err != nil {
			t.Fatal(err)
		}
		r, err := desk.Statement(context.Background(), creditor.ID, id, debt.DateIn(storetest.Now, debt.Berlin))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(r.Statement, v.Statement, cmp.AllowUnexported(debt.Date{})); diff != "" {
			t.Errorf("the debtor sees another statement than the creditor:\n%s", diff)
		}
		if v.Creditor != creditor || v.Debtor.ID != v.Case.DebtorID || len(v.Events) != 1 || v.Minor || !v.InterestTo.IsZero() {
			t.Errorf("creditor %q, events %d, minor %v, interest to %v", v.Creditor.Name, len(v.Events), v.Minor, v.InterestTo)
		}
		if len(v.Steps) == 0 || v.Steps[0].Name != debt.StepNotice || !v.Steps[0].Allowed {
			t.Errorf("steps: %+v", v.Steps)
		}
	})
}

func TestViewOfAStrangerIsNotFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		creditor, id := placed(t, s, nil)
		other := storetest.Creditor(t, s, "other")
		desk := cases.Desk{Store: s, Now: storetest.Clock}
		for name, err := range map[string]error{
			"another creditor": second(desk.View(context.Background(), other.ID, id)),
			"no such case":     second(desk.View(context.Background(), creditor.ID, store.NewID())),
			"no such creditor": second(desk.View(context.Background(), store.NewID(), id)),
			"no id at all":     second(desk.View(context.Background(), creditor.ID, "x")),
		} {
			if debt.KindOf(err) != debt.NotFound {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func second[T any](_ T, err error) error { return err }

// Nobody knows the base rate of next year. What is known must still be shown.
func TestViewBeyondTheBaseRateShowsWhatIsKnown(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		creditor, id := placed(t, s, nil)
		last := debt.LastBaseRateDay()
		late := last.AddDays(40)
		desk := cases.Desk{Store: s, Now: at(late.String())}
		c, err := desk.View(context.Background(), creditor.ID, id)
		if err != nil {
			t.Fatal(err)
		}
		cost := debt.Cost{Kind: debt.CollectionFee, Amount: 30_00, IncurredOn: last.AddDays(20), LegalGround: "RVG VV 2300"}
		if err := desk.AddCosts(context.Background(), c.Case, cost); err != nil {
			t.Fatal(err)
		}
		v, err := desk.View(context.Background(), creditor.ID, id)
		if err != nil {
			t.Fatal(err)
		}
		known, err := cases.Desk{Store: s, Now: at(last.AddDays(1).String())}.View(context.Background(), creditor.ID, id)
		if err != nil {
			t.Fatal(err)
		}
		if v.InterestTo != last || v.Statement.On != late {
			t.Errorf("interest to %v on %v, want %v on %v", v.InterestTo, v.Statement.On, last, late)
		}
		if !known.InterestTo.IsZero() || v.Statement.Open.Interest != known.Statement.Open.Interest || v.Statement.Open.Interest == 0 {
			t.Errorf("interest %v, on the last known day %v", v.Statement.Open.Interest, known.Statement.Open.Interest)
		}
		if want := known.Statement.Payable + 30_00; v.Statement.Payable != want || len(v.Statement.Costs) != 1 || v.Statement.Demanded.Costs != 30_00 {
			t.Errorf("payable %v with %d costs, want %v with the later cost", v.Statement.Payable, len(v.Statement.Costs), want)
		}
	})
}

func TestViewKnowsWhoIsUnderAge(t *testing.T) {
	today := debt.DateIn(storetest.Now, debt.Berlin)
	for born, want := range map[string]bool{
		today.AddMonths(-18 * 12).String():            false, // the birthday itself
		today.AddMonths(-18 * 12).AddDays(1).String(): true,
		today.AddMonths(-12).String():                 true,
		"1960-01-01":                                  false,
		"":                                            false,
	} {
		v, err := source(func(s *cases.Source) { s.Debtor.Kind, s.Debtor.BirthOn = debt.Person, debt.Personal(born) }).View(today)
		if err != nil {
			t.Fatal(err)
		}
		if v.Minor != want {
			t.Errorf("born %s: minor %v, want %v", born, v.Minor, want)
		}
		if allowed := v.Steps[1].Allowed; v.Steps[1].Name != debt.StepPlan || allowed == want {
			t.Errorf("born %s: a plan is allowed: %v", born, allowed)
		}
	}
}

func source(change func(*cases.Source)) cases.Source {
	s := cases.Source{Case: debt.NewCase("c", "k", storetest.Now), Account: ledger.Account{CaseID: "k"}, History: ledger.History{CaseID: "k"}}
	s.Case.Review = debt.ReviewAccepted
	change(&s)
	return s
}

func TestNextInstalmentIsTheFirstThatIsOwed(t *testing.T) {
	agreed, december, january := debt.MustDate("2026-11-20"), debt.MustDate("2026-12-01"), debt.MustDate("2027-01-04")
	pays := func(status debt.PaymentStatus, amount debt.Cents) debt.Payment {
		return debt.Payment{ID: "p", CaseID: "k", Method: debt.MethodDirectDebit, Status: status, Amount: amount, ReceivedOn: debt.MustDate("2026-11-21"),
			BookedAt: debt.MustDate("2026-11-21").Time()}
	}
	for name, tc := range map[string]struct {
		state debt.PlanState
		today string
		paid  []debt.Payment
		want  cases.Instalment
	}{
		"the first":             {debt.PlanActive, "2026-11-22", nil, cases.Instalment{Amount: 50_00, DueOn: december}},
		"the second, once paid": {debt.PlanActive, "2026-11-22", []debt.Payment{pays(debt.PaymentSucceeded, 50_00)}, cases.Instalment{Amount: 40_00, DueOn: january}},
		"what is under way":     {debt.PlanActive, "2026-11-22", []debt.Payment{pays(debt.PaymentInFlight, 50_00)}, cases.Instalment{Amount: 40_00, DueOn: january}},
		"the rest of one":       {debt.PlanActive, "2026-11-22", []debt.Payment{pays(debt.PaymentSucceeded, 20_00)}, cases.Instalment{Amount: 30_00, DueOn: december}},
		"what failed pays none": {debt.PlanActive, "2026-11-22", []debt.Payment{pays(debt.PaymentFailed, 50_00)}, cases.Instalment{Amount: 50_00, DueOn: december}},
		"after a missed one":    {debt.PlanAtRisk, "2026-12-20", nil, cases.Instalment{Amount: 40_00, DueOn: january}},
		"all are missed":        {debt.PlanAtRisk, "2027-02-20", nil, cases.Instalment{}},
		"no plan":               {debt.PlanLapsed, "2026-11-22", nil, cases.Instalment{}},
	} {
		v, err := source(func(s *cases.Source) {
			s.Account.OpenClaim(debt.Claim{ID: "f", CaseID: "k", Principal: 90_00, Ground: debt.Contract, Object: "x", ArisenOn: agreed.AddDays(-90),
				DueOn: agreed.AddDays(-60)}, storetest.Stamp)
			for _, p := range tc.paid {
				s.History.Payments = append(s.History.Payments, p)
				if p.Status == debt.PaymentSucceeded { // a booked one is gone from the account
					s.Account.Claims[0].Open -= p.Amount
				}
			}
			s.Case.Plan = tc.state
			s.Plan = cases.Agreed{Grace: 3, Kept: plans.Kept{AgreedAt: agreed.Time(), Plan: plan.Plan{ID: "p", CaseID: "k", State: tc.state, AgreedOn: agreed,
				Schedule: plan.Schedule{Interest: plan.NoInterest, Instalments: []plan.Instalment{{No: 1, DueOn: december, Amount: 50_00},
					{No: 2, DueOn: january, Amount: 40_00}}}}}}
		}).View(debt.MustDate(tc.today))
		if err != nil {
			t.Fatal(err)
		}
		if v.Next != tc.want {
			t.Errorf("%s: %+v, want %+v", name, v.Next, tc.want)
		}
	}
}

func TestInFlightIsWhatMayStillArrive(t *testing.T) {
	v := cases.View{}
	for i, status := range debt.PaymentStatuses() {
		v.Payments = append(v.Payments, debt.Payment{ID: debt.ID(status), Status: status, ReceivedOn: debt.MustDate("2026-11-01").AddDays(i)})
	}
	var got []debt.PaymentStatus
	for _, p := range v.InFlight() {
		got = append(got, p.Status)
	}
	if diff := cmp.Diff([]debt.PaymentStatus{debt.PaymentUnknown, debt.PaymentInFlight}, got); diff != "" {
		t.Error(diff)
	}
}

func TestPayeesListsNamesAndTheEndsOfAccounts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		storetest.Creditor(t, s, "zebra")
		storetest.Creditor(t, s, "adler")
		got, err := cases.Desk{Store: s, Now: storetest.Clock}.Payees(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		want := []cases.Payee{{Name: "Praxis adler", AccountHolder: "Praxis adler", Last4: "3000"},
			{Name: "Praxis zebra", AccountHolder: "Praxis zebra", Last4: "3000"}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestViewNamesTheDatabaseErrorAndNothingElse(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		v, err := cases.Desk{Store: s, Now: storetest.Clock}.View(ctx, store.NewID(), store.NewID())
		if err == nil || errors.Is(err, debt.E(debt.NotFound, "case_unknown", nil)) || v.Case.ID != "" {
			t.Errorf("a stopped read gives %v and case %q", err, v.Case.ID)
		}
	})
}
