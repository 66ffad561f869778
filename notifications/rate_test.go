package notifications_test

import (
	"testing"

	"quitt/notifications/email"
	"quitt/store"
	"quitt/store/storetest"
)

// BenchmarkPost sends mails one by one to a server on this machine.
func BenchmarkPost(b *testing.B) {
	for name, url := range map[string]func() string{"sqlite": func() string { return storetest.SQLite(b) }, "postgres": func() string { return storetest.Postgres(b) }} {
		b.Run(name, func(b *testing.B) {
			p := newPlace(b, storetest.Open(b, store.Options{URL: url()}), "a")
			box := open(b, p)
			post := p.post(p.sender(box.URL(), email.Times{}))
			for range b.N {
				p.news()
			}
			b.ResetTimer()
			p.send(post)
		})
	}
}
