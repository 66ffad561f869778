package signin_test

import (
	"testing"

	"quitt/cases/signin"
	"quitt/debt/access"
	"quitt/store"
	"quitt/store/storetest"
)

// What one visitor costs: by scanned token and by typed code, known and unknown.
func BenchmarkOpen(b *testing.B) {
	for engine, url := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(engine, func(b *testing.B) {
			h := newHouse(b, storetest.Open(b, store.Options{URL: url(b)}))
			right := check(access.CheckBirth, born)
			for name, a := range map[string]signin.Attempt{
				"token": {Token: h.letter.Token.Plain(), Check: right}, "code": {Code: h.letter.Code.Grouped(), Check: right},
				"unknown token": {Token: access.NewToken([16]byte{1}).Plain(), Check: right},
				"unknown code":  {Code: access.NewCode([10]byte{1}).Grouped(), Check: right},
			} {
				b.Run(name, func(b *testing.B) {
					for b.Loop() {
						_, _ = h.Open(ctx, a)
					}
				})
			}
			o := h.in(right)
			b.Run("visit", func(b *testing.B) {
				for b.Loop() {
					if _, err := h.Visit(ctx, o.Cookie); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}
