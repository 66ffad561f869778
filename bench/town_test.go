package bench

import (
	"context"
	"encoding/base64"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"quitt/cases/signin"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/store"
	"quitt/store/storetest"
)

// The one birth date of all debtors, and one that nobody has.
const (
	born    = "1980-02-29"
	notBorn = "1999-09-09"
)

// pepper is a setting of the program; no other installation has this key.
func pepper() string {
	return "1:" + base64.StdEncoding.EncodeToString([]byte(strings.Repeat("b", signin.PepperSize)))
}

// setting reads a size from the environment.
func setting(b testing.TB, name string, normal int) int {
	b.Helper()
	v := os.Getenv(name)
	if v == "" {
		return normal
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 {
		b.Fatalf("%s=%s is no size", name, v)
	}
	return n
}

// town is one creditor whose debtors get letters.
type town struct {
	b        *testing.B
	desk     signin.Desk
	creditor debt.Creditor
	issued   int
	// untouched letters must still open after everything.
	untouched []signin.Letter

	mu  sync.Mutex
	now time.Time
}

func newTown(b *testing.B, url string, now time.Time) *town {
	b.Helper()
	peppers, err := signin.ParsePeppers(pepper())
	if err != nil {
		b.Fatal(err)
	}
	s := storetest.Open(b, store.Options{URL: url})
	t := &town{b: b, now: now, creditor: storetest.Creditor(b, s, "town")}
	t.desk = signin.New(s, t.clock, peppers)
	return t
}

// clock stands still unless it is moved, so that a pause lasts as long as the measurement.
func (t *town) clock() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.now
}

func (t *town) move(d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.now = t.now.Add(d)
}

// letters hands over n cases and issues a letter for each. The slow hashes take as many
// processors as there are here; a portal takes one.
func (t *town) letters(n int) []signin.Letter {
	t.b.Helper()
	const batch, writers = 200, 2
	files := make([]store.NewFile, n)
	for i := range files {
		t.issued++
		files[i] = storetest.File(t.creditor.ID, strconv.Itoa(t.issued))
		files[i].Debtor.BirthOn = born
	}
	for at := 0; at < n; at += batch {
		part := files[at:min(at+batch, n)]
		if err := t.desk.Store.Write(context.Background(), t.creditor.ID, func(tx *store.Tx) error { return tx.AddFiles(part) }); err != nil {
			t.b.Fatal(err)
		}
	}
	clerk := t.desk
	clerk.Hasher = signin.NewHasher(writers, writers)
	out := make([]signin.Letter, n)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := w; i < n; i += writers {
				l, err := clerk.Issue(context.Background(), t.creditor.ID, files[i].File.Case.ID)
				if err != nil {
					t.b.Error(err)
					return
				}
				out[i] = l
			}
		})
	}
	wg.Wait()
	if t.b.Failed() {
		t.b.FailNow()
	}
	return out
}

// wrong makes n wrong tries with each letter.
func (t *town) wrong(letters []signin.Letter, n int) {
	t.b.Helper()
	for _, l := range letters {
		for range n {
			if err := t.open(l, notBorn); debt.KindOf(err) != debt.Forbidden {
				t.b.Fatal(err)
			}
		}
	}
}

func (t *town) open(l signin.Letter, birth string) error {
	_, err := t.desk.Open(context.Background(), signin.Attempt{Token: l.Token.Plain(),
		Check: signin.Check{Kind: access.CheckBirth, Value: debt.Personal(birth)}})
	return err
}

// entry is the entry form as a visitor sends it, with a token or a typed code.
func entry(token, code, birth string) string {
	year, rest, _ := strings.Cut(birth, "-")
	month, day, _ := strings.Cut(rest, "-")
	return "form=entry&token=" + token + "&code=" + code + "&check=birth_date&day=" + day + "&month=" + month + "&year=" + year + "&number=&postcode="
}
