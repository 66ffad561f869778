package plan

import (
	"fmt"
	"time"

	"quitt/debt"
	"quitt/debt/ledger"
)

func day(s string) debt.Date { return debt.MustDate(s) }

var statutory = debt.InterestRule{Kind: debt.Statutory, Surcharge: 500}

// stamps lend ids that sort in the order of their making.
type stamps struct{ n int }

func (s *stamps) id() debt.ID {
	s.n++
	return debt.ID(fmt.Sprintf("id-%06d", s.n))
}

func (s *stamps) stamp(on debt.Date) ledger.Stamp {
	return ledger.Stamp{At: on.Time().Add(12 * time.Hour), NewID: s.id}
}

func claimOf(id debt.ID, principal debt.Cents, defaultFrom debt.Date) debt.Claim {
	return debt.Claim{ID: id, CaseID: "case", Principal: principal, Ground: debt.Contract, Object: "a bicycle",
		ArisenOn: defaultFrom.AddDays(-60), DueOn: defaultFrom.AddDays(-30), DefaultFrom: defaultFrom, Interest: statutory,
		Order: debt.Order367}
}

func costOf(id debt.ID, amount debt.Cents, on debt.Date) debt.Cost {
	return debt.Cost{ID: id, CaseID: "case", Kind: debt.CollectionFee, Amount: amount, IncurredOn: on, LegalGround: "RVG § 13, VV 2300"}
}

// owing is an account with one claim and costs.
func owing(principal, costs debt.Cents, defaultFrom debt.Date) ledger.Account {
	a, s := ledger.Account{CaseID: "case"}, &stamps{}
	a.OpenClaim(claimOf("claim", principal, defaultFrom), s.stamp(defaultFrom))
	if costs > 0 {
		a.AddCost(costOf("cost", costs, defaultFrom), s.stamp(defaultFrom))
	}
	return a
}

func positionOf(a ledger.Account, today string) Position {
	return Position{Account: a, Today: day(today)}
}

// usual is a position of 600.00 without interest on a Saturday.
func usual() Position { return positionOf(interestFree(600_00), "2026-11-28") }

func interestFree(principal debt.Cents) ledger.Account {
	a := owing(principal, 0, day("2026-05-01"))
	a.Claims[0].Claim.Interest = debt.InterestRule{Kind: debt.NoInterest}
	return a
}

// strict rules break easily and one at a time.
func strict() Rules {
	r := Standard()
	r.Brackets = []Bracket{{From: 100_00, Least: 20_00, MostInstalments: 12, MostMonths: 9, FirstWithin: 30, Days: []int{1, 15},
		Rhythms: []Rhythm{Monthly, Fortnightly}, Down: 1000, AtOnce: true}}
	return r
}

// kept is a wish that keeps the strict rules for 600.00.
func kept() Wish {
	return Wish{Instalment: 100_00, First: day("2026-12-15"), Rhythm: Monthly, Down: 60_00}
}
