package plan

import "quitt/debt"

// ReviveBy is the last day on which paying the arrears revives a plan that lapsed on a day.
func ReviveBy(lapsed debt.Date) debt.Date { return lapsed.AddDays(daysToRevive) }

// NoticeInTime reports whether a notice written on a day leaves its reader the two weeks until
// the last day to pay, when the post is quick.
func NoticeInTime(written, payBy debt.Date) bool {
	return !written.AddDays(daysAfterNotice).After(payBy)
}
