package ledger

import (
	"slices"
	"testing"

	"quitt/debt"
	"quitt/debt/debttest"
)

var orders = map[string]debt.AllocationOrder{"367": debt.Order367, "367+designation": debt.Order367, "497": debt.Order497}

// standing is an account with one claim whose interest is booked up to a day.
func standing(v debt.Balance, accruedTo string) Account {
	a := Account{CaseID: "case"}
	s := (&clock{}).stamp()
	a.OpenClaim(claimOf("claim", v.Principal, "2025-03-01"), s)
	a.Claims[0].Interest, a.Claims[0].AccruedTo = v.Interest, day(accruedTo)
	if v.Costs > 0 {
		a.AddCost(costOf("cost", v.Costs, "2025-04-01"), s)
	}
	return a
}

func TestOnePaymentSettlesTheComponentsInTheirOrder(t *testing.T) {
	for _, v := range debttest.Vectors(t, "allocation") {
		t.Run(v["id"], func(t *testing.T) {
			a := standing(debt.Balance{Principal: v.Cents(t, "open_principal"), Interest: v.Cents(t, "open_interest"),
				Costs: v.Cents(t, "open_costs")}, "2026-11-22")
			a.Claims[0].Order = orders[v["mode"]]
			p := paymentOf("pay", v.Cents(t, "payment"), "2026-11-22")
			if v["designation"] != "" {
				p.Designation = []debt.Target{{Account: debt.PrincipalAccount}}
			}
			entries, next, err := a.Settle(p, (&clock{}).stamp())
			if err != nil {
				t.Fatal(err)
			}
			want := debt.Balance{Principal: v.Cents(t, "rest_principal"), Interest: v.Cents(t, "rest_interest"),
				Costs: v.Cents(t, "rest_costs"), Overpaid: v.Cents(t, "surplus")}
			if got := next.Balance(); got != want {
				t.Errorf("rests %+v, want %+v", got, want)
			}
			for account, column := range map[debt.AccountKind]string{debt.CostsAccount: "to_costs",
				debt.InterestAccount: "to_interest", debt.PrincipalAccount: "to_principal", debt.OverpaymentAccount: "surplus"} {
				if got := settled(entries, account); got != v.Cents(t, column) {
					t.Errorf("%s gets %s, want %s", account, got, v[column])
				}
			}
		})
	}
}

func TestSeveralClaimsAreSettledInTheOrderOfTheLaw(t *testing.T) {
	cases := map[string][]debttest.Vector{}
	for _, v := range debttest.Vectors(t, "allocation_multi") {
		cases[v["case"]] = append(cases[v["case"]], v)
	}
	if len(cases) != 6 {
		t.Fatalf("%d cases", len(cases))
	}
	for name, lines := range cases {
		t.Run(name, func(t *testing.T) {
			a, p := multiAccount(t, lines)
			entries, _, err := a.Settle(p, (&clock{}).stamp())
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range lines {
				got := debt.Cents(0)
				for _, l := range entries[len(entries)-1].Allocations() {
					if l.Line == debt.ID(v["claim"]) {
						got += l.Amount
					}
				}
				if got != v.Cents(t, "allocated_cents") {
					t.Errorf("%s gets %s, want %s", v["claim"], got, v["allocated_cents"])
				}
			}
		})
	}
}

// multiAccount builds a vector's claims, last one first so that no list order helps, with
// nothing accrued on the day of the payment. The base rate of the day is 1.52 %.
func multiAccount(t *testing.T, lines []debttest.Vector) (Account, debt.Payment) {
	a := Account{CaseID: "case"}
	lines = slices.Clone(lines)
	slices.Reverse(lines)
	p := paymentOf("pay", lines[0].Cents(t, "payment"), "2026-11-22")
	for _, v := range lines {
		c := claimOf(debt.ID(v["claim"]), v.Cents(t, "open_principal_cents"), "2026-01-01")
		c.ArisenOn, c.DueOn, c.Secured = day(v["claim_date"]), day(v["due_date"]), v["secured"] == "yes"
		c.DefaultFrom, c.Interest.Surcharge = c.DueOn.AddDays(1), debt.BasisPoints(v.Cents(t, "interest_bp")-152)
		a.OpenClaim(c, (&clock{}).stamp())
		a.Claims[len(a.Claims)-1].AccruedTo = day("2026-11-22")
		if v["rule"] == "366 Abs.1 designation" && v.Cents(t, "allocated_cents") > 0 {
			p.Designation = []debt.Target{{Line: c.ID}}
		}
	}
	return a, p
}

// Instalment schedules, computed by hand. S2 and S3 start 30 days before the first instalment, which
// is what 2.47 of interest on 480.00 at 6.27 % are; S4 23 days before it (4.94 on
// 1,250.00), with 88.63 − 4.94 = 83.69 of interest booked until then.
func TestInstalmentsReduceTheDebtAsScheduled(t *testing.T) {
	start := map[string]struct {
		debt.Balance
		accruedTo string
	}{
		"S1": {debt.Balance{Principal: 480_00, Interest: 21_09, Costs: 55_62}, "2026-11-22"},
		"S2": {debt.Balance{Principal: 480_00, Costs: 55_62}, "2025-09-01"},
		"S3": {debt.Balance{Principal: 480_00, Costs: 55_62}, "2025-09-01"},
		"S4": {debt.Balance{Principal: 1_250_00, Interest: 83_69, Costs: 141_05}, "2025-11-22"},
	}
	accounts := map[string]Account{}
	for name, s := range start {
		accounts[name] = standing(s.Balance, s.accruedTo)
	}
	accounts["S1"].Claims[0].Claim.Interest = debt.InterestRule{Kind: debt.NoInterest}
	for _, v := range debttest.Vectors(t, "plan") {
		a := accounts[v["id"]]
		a.Claims[0].Order = orders[v["allocation"]]
		p := paymentOf(debt.ID(v["instalment_no"]), v.Cents(t, "paid"), v["date"])
		entries, next, err := a.Settle(p, (&clock{}).stamp())
		if err != nil {
			t.Fatal(v["id"], v["instalment_no"], err)
		}
		accounts[v["id"]] = next
		want := [7]debt.Cents{v.Cents(t, "interest_accrued"), v.Cents(t, "to_costs"), v.Cents(t, "to_interest"),
			v.Cents(t, "to_principal"), v.Cents(t, "rest_costs"), v.Cents(t, "rest_interest"), v.Cents(t, "rest_principal")}
		rest := next.Balance()
		got := [7]debt.Cents{earned(entries), settled(entries, debt.CostsAccount), settled(entries, debt.InterestAccount),
			settled(entries, debt.PrincipalAccount), rest.Costs, rest.Interest, rest.Principal}
		if got != want || rest.Overpaid != 0 {
			t.Errorf("%s instalment %s:\n got %v\nwant %v", v["id"], v["instalment_no"], got, want)
		}
	}
}
