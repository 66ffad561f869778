package limitation

import (
	"testing"

	"quitt/debt"
)

func TestExpiryIsThatOfTheFirstClaim(t *testing.T) {
	claim := func(due string) debt.Claim {
		return debt.Claim{Ground: debt.Contract, DueOn: debt.MustDate(due)}
	}
	loan, titled, dues := claim("2019-05-01"), claim("2015-05-01"), claim("2015-05-01")
	loan.Order, loan.DefaultFrom, titled.Titled, dues.Ground = debt.Order497, debt.MustDate("2019-06-01"), true, debt.PublicLaw
	paid := func(on string, s debt.PaymentStatus) debt.Payment {
		return debt.Payment{ReceivedOn: debt.MustDate(on), Status: s}
	}
	for _, tc := range []struct {
		name     string
		claims   []debt.Claim
		payments []debt.Payment
		want     string
	}{
		{"three years from the end of the year", []debt.Claim{claim("2023-02-10")}, nil, "2026-12-31"},
		{"the older of two", []debt.Claim{claim("2024-02-10"), claim("2022-02-10")}, nil, "2025-12-31"},
		{"a payment begins it anew", []debt.Claim{claim("2022-05-01")}, []debt.Payment{paid("2025-03-14", debt.PaymentSucceeded)}, "2028-03-14"},
		{"one that was taken back does not", []debt.Claim{claim("2022-05-01")}, []debt.Payment{paid("2025-03-14", debt.PaymentReversed)}, "2025-12-31"},
		{"one that came too late does not", []debt.Claim{claim("2020-05-01")}, []debt.Payment{paid("2025-03-14", debt.PaymentSucceeded)}, "2023-12-31"},
		{"titles and public dues have other periods", []debt.Claim{titled, dues}, nil, ""},
	} {
		if got := Expiry(tc.claims, tc.payments).String(); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
		}
	}
	if got := Expiry([]debt.Claim{loan}, nil); !got.After(debt.MustDate("2029-01-01")) {
		t.Errorf("a consumer loan in default: %s", got)
	}
}
