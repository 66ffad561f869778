package storetest

import "testing"

// Dying keeps answers to programs from being remembered, until it is mended: a process that dies
// between an effect and its answer leaves the same rows. For SQLite.
func Dying(t testing.TB, url string) (mend func()) {
	t.Helper()
	db := Raw(t, url)
	do := func(query string) {
		if _, err := db.Exec(query); err != nil {
			t.Fatal(err)
		}
	}
	do(`CREATE TRIGGER dying BEFORE UPDATE ON api_requests WHEN NEW.status >= 200 BEGIN SELECT RAISE(ABORT, 'dying'); END`)
	return func() { do(`DROP TRIGGER dying`) }
}
