// Package retention says how long each kind of thing is kept, why, and when a person may be
// erased. What is here is the text of docs/privacy.md as rules; it deletes nothing.
package retention

import (
	"time"

	"quitt/debt"
)

// Class is a kind of thing with one period.
type Class string

// The classes.
const (
	Sessions        Class = "sessions"
	Searches        Class = "searches"
	OneTimeCodes    Class = "one_time_codes"
	Looks           Class = "looks"
	Grants          Class = "grants"
	Messages        Class = "messages"
	ProviderNotices Class = "provider_notices"
	Requests        Class = "api_requests"
	Documents       Class = "documents"
	RejectedCases   Class = "rejected_cases"
	Letters         Class = "letters"
	ClosedCases     Class = "closed_cases"
	UnplacedLines   Class = "unplaced_bank_lines"
	ForeignLines    Class = "other_bank_lines"
)

// Rule is the period of a class: days after a moment, or whole calendar years after the end
// of the year that moment lies in.
type Rule struct {
	Class Class
	Days  int
	Years int
	From  string // the moment
	Law   string
}

// Business letters are kept for six years, vouchers for eight (since 1 January 2025; ten for
// banks, insurers and securities firms, which Quitt is not made for).
const (
	letterYears  = 6
	voucherYears = 8
)

// Rules gives one rule per class. Periods that no law names are the shortest in which the
// thing is of use; the general rule is GDPR Art. 5 I e.
func Rules() []Rule {
	return []Rule{
		{Class: Sessions, Days: 1, From: "opened", Law: "GDPR Art. 5 I e: a visit lasts an hour at most"},
		{Class: Searches, Days: 1, From: "typed", Law: "GDPR Art. 5 I e: a search is looked at while one works"},
		{Class: OneTimeCodes, Days: 30, From: "sent", Law: "GDPR Art. 5 I e, 32: limits count back a day, attacks are looked into for a month"},
		{Class: Grants, Days: 365, From: "revoked, or expired", Law: "GDPR Art. 5 I e, 32: who had access stays traceable for a year"},
		{Class: Looks, Days: 365, From: "seen", Law: "GDPR Art. 5 I e, 32: after a breach it must be possible to say whose data an account saw; a year is how far breaches are traced back"},
		{Class: Messages, Days: 90, From: "written", Law: "GDPR Art. 5 I e: reports that a message bounced come within days"},
		{Class: ProviderNotices, Days: 180, From: "received", Law: "GDPR Art. 5 I e: the same notice may come again for weeks, a dispute for four months"},
		{Class: Requests, Days: 1, From: "begun", Law: "GDPR Art. 5 I e: a request is sent again within minutes; a day is promised"},
		{Class: Documents, Days: 180, From: "decided", Law: "GDPR Art. 5 I e: until an objection to the decision is unlikely"},
		{Class: RejectedCases, Days: 180, From: "rejected", Law: "GDPR Art. 5 I e, 17 I a: nothing was booked on them that could be paid"},
		{Class: Letters, Years: letterYears, From: "dated", Law: "HGB § 257 I Nr. 2, 3, IV, V; AO § 147 I Nr. 2, 3, III, IV"},
		{Class: ClosedCases, Years: voucherYears, From: "closed", Law: "HGB § 257 I Nr. 4, IV, V; AO § 147 I Nr. 4, III, IV"},
		{Class: UnplacedLines, Years: voucherYears, From: "booked", Law: "HGB § 257 I Nr. 4, IV, V; AO § 147 I Nr. 4, III, IV: the voucher of money in these books that is nobody's"},
		{Class: ForeignLines, Days: 365, From: "booked", Law: "GDPR Art. 5 I c, e: not in these books; whoever has the account keeps its statements himself"},
	}
}

// Of gives the rule of a class.
func Of(c Class) Rule {
	for _, r := range Rules() {
		if r.Class == c {
			return r
		}
	}
	return Rule{}
}

const day = 24 * time.Hour

// Due gives the moment from which a thing must be gone.
func (r Rule) Due(from time.Time) time.Time {
	if r.Years > 0 {
		return newYear(from.In(debt.Berlin).Year() + r.Years + 1)
	}
	return from.Add(time.Duration(r.Days) * day)
}

// Before gives the moment before which a thing must have begun to be due now.
func (r Rule) Before(now time.Time) time.Time {
	if r.Years > 0 {
		return newYear(now.In(debt.Berlin).Year() - r.Years)
	}
	return now.Add(-time.Duration(r.Days) * day)
}

func newYear(year int) time.Time { return time.Date(year, time.January, 1, 0, 0, 0, 0, debt.Berlin) }

// Standing is what decides whether a person may be erased, for one of his cases.
type Standing struct {
	Rejected bool // the case was never taken over
	Closed   bool
	ClosedAt time.Time // the last time
	Moving   bool      // money is under way or its outcome is unknown
}

// MayErase refuses with Forbidden: "erase_money_moving" as long as money is under way, which
// nobody can waive, for it must reach the debtor or the creditor; "erase_case_open" while the
// claim is pursued (GDPR Art. 17 III e); "erase_retention" until vouchers may go (Art. 17 III b
// with HGB § 257, AO § 147). waived lifts the last two: a court or an authority may have
// decided so, or the case is about somebody else.
func MayErase(s Standing, waived bool, now time.Time) error {
	due := Of(ClosedCases).Due(s.ClosedAt)
	switch {
	case s.Moving:
		return debt.E(debt.Forbidden, "erase_money_moving", nil)
	case waived || s.Rejected:
		return nil
	case !s.Closed:
		return debt.E(debt.Forbidden, "erase_case_open", nil)
	case now.Before(due):
		return debt.E(debt.Forbidden, "erase_retention", debt.Args{"until": debt.DateIn(due, debt.Berlin)})
	}
	return nil
}
