package limitation

import "quitt/debt"

// Expiry gives the last day before the first of several claims is time-barred (BGB §§ 195,
// 199), as far as a case tells: every payment restarts the period (§ 212 I Nr. 1), default
// suspends it for consumer loans (§ 497 III 3). Talks and court files are not in a case, so the
// day may be too early; then a clerk decides and no letter goes out by itself. None for claims
// with a title, which have 30 years, and for public dues, which have periods of their own.
func Expiry(claims []debt.Claim, payments []debt.Payment) (first debt.Date) {
	for _, c := range claims {
		if c.Titled || c.Ground == debt.PublicLaw || c.DueOn.IsZero() {
			continue
		}
		facts := Facts{DueOn: c.DueOn}
		for _, p := range payments {
			if p.Method != debt.MethodWaiver && (p.Status == debt.PaymentSucceeded || p.Status == debt.PaymentPartRefunded) {
				facts.Steps = append(facts.Steps, Step{Kind: Acknowledgement, On: p.ReceivedOn})
			}
		}
		if c.Order == debt.Order497 && !c.DefaultFrom.IsZero() {
			facts.Steps = append(facts.Steps, Step{Kind: LoanDefault, On: c.DefaultFrom,
				Until: LoanSuspensionEnd(c.DueOn, debt.Date{})})
		}
		if end := facts.Limitation().ExpiresOn; first.IsZero() || end.Before(first) {
			first = end
		}
	}
	return first
}
