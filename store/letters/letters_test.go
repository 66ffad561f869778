package letters_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"quitt/debt"
	"quitt/debt/letter"
	"quitt/store"
	"quitt/store/letters"
	"quitt/store/storetest"
)

var ctx = context.Background()

// tenant is a creditor with cases and an open run of reminders.
type tenant struct {
	t        *testing.T
	s        *store.Store
	creditor debt.ID
	cases    []debt.ID
	run      letters.Run
}

func newTenant(t *testing.T, s *store.Store, code string) *tenant {
	t.Helper()
	n := &tenant{t: t, s: s, creditor: storetest.Creditor(t, s, code).ID,
		run: letters.Run{ID: store.NewID(), Kind: letter.Reminder, Way: letters.Print, Directory: "/letters", StartedAt: storetest.Now}}
	n.write(func(tx *store.Tx) error {
		for i := range 3 {
			f := storetest.File(n.creditor, fmt.Sprint("A-", i))
			n.cases = append(n.cases, f.File.Case.ID)
			if err := tx.AddFiles([]store.NewFile{f}); err != nil {
				return err
			}
		}
		return letters.Begin(tx, n.run)
	})
	return n
}

func (n *tenant) write(do func(tx *store.Tx) error) {
	n.t.Helper()
	if err := n.s.Write(ctx, n.creditor, do); err != nil {
		n.t.Fatal(err)
	}
}

func (n *tenant) read(do func(r *store.Reader) error) {
	n.t.Helper()
	if err := n.s.Read(ctx, n.creditor, do); err != nil {
		n.t.Fatal(err)
	}
}

func (n *tenant) letter(number int64, caseID debt.ID) letters.Kept {
	d := letter.Document{Kind: letter.Reminder, Language: "de", Subject: "Müller; \"x\"", Recipient: []string{"Änne"},
		Body: []letter.Block{{Kind: letter.Box, QR: "geheim", Sealed: true, Pairs: []letter.Pair{{Label: "Code", Value: "geheim", Sealed: true}}}}}
	return letters.Kept{ID: store.NewID(), CaseID: caseID, RunID: n.run.ID, Number: number, Kind: letter.Reminder, Document: d,
		Country: "DE", PDFHash: strings.Repeat("f", 64), Pages: 2, On: debt.MustDate("2026-11-22"), Deadline: debt.MustDate("2026-12-10"),
		CreatedAt: storetest.Now}
}

func (n *tenant) add(k letters.Kept) error {
	return n.s.Write(ctx, n.creditor, func(tx *store.Tx) error {
		if _, err := tx.LockOne(k.CaseID); err != nil {
			return err
		}
		if err := letters.Count(tx, k.RunID); err != nil {
			return err
		}
		return letters.Add(tx, k)
	})
}

func (n *tenant) load(id debt.ID) (k letters.Kept) {
	n.t.Helper()
	n.read(func(r *store.Reader) (err error) {
		k, err = letters.Load(r, id)
		return err
	})
	return k
}

func refusal(err error) string {
	return strings.TrimSpace(strings.Join(strings.Fields(fmt.Sprint(err))[1:], " "))
}

func TestALetterReadsBackWithoutItsSecrets(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		n := newTenant(t, s, "koeln")
		k := n.letter(1, n.cases[0])
		if err := n.add(k); err != nil {
			t.Fatal(err)
		}
		k.Document, k.State = k.Document.Sealed(), letters.Created
		k.Hash = k.Document.Hash()
		got := n.load(k.ID)
		if diff := cmp.Diff(k, got, cmp.Comparer(func(a, b debt.Date) bool { return a == b })); diff != "" || strings.Contains(fmt.Sprint(got.Document), "geheim") {
			t.Error(diff)
		}
	})
}

// The number on the paper is the number in the series, and a letter about the same is
// refused before its number is used up.
func TestNumbersHaveNoGapAndLettersNoTwin(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		n := newTenant(t, s, "koeln")
		first := n.letter(1, n.cases[0])
		for _, c := range []struct {
			k    letters.Kept
			want string
		}{
			{n.letter(2, n.cases[0]), "letter_number_taken"}, {first, ""}, {n.letter(1, n.cases[1]), "letter_number_taken"},
			{n.letter(2, n.cases[0]), "letter_exists"}, {n.letter(2, n.cases[1]), ""},
		} {
			if err := n.add(c.k); err == nil && c.want != "" || err != nil && refusal(err) != c.want {
				t.Errorf("number %d: %v, want %q", c.k.Number, err, c.want)
			}
		}
		n.write(func(tx *store.Tx) error { return letters.MarkVoid(tx, n.load(first.ID), letters.VoidLost) })
		if err := n.add(n.letter(3, n.cases[0])); err != nil {
			t.Errorf("after a void one: %v", err)
		}
		n.read(func(r *store.Reader) error {
			list, err := letters.OfRun(r, n.run.ID, 0, 10)
			if len(list) != 2 || list[0].Number != 2 || list[1].Number != 3 {
				t.Errorf("%d letters of the run", len(list))
			}
			return err
		})
	})
}

func TestALetterGoesItsWayOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		n := newTenant(t, s, "koeln")
		k := n.letter(1, n.cases[0])
		if err := n.add(k); err != nil {
			t.Fatal(err)
		}
		k = n.load(k.ID)
		sent := func(tx *store.Tx) error { k.ProviderID = "p1"; return letters.MarkSent(tx, k, storetest.Now) }
		back := func(tx *store.Tx) error { return letters.MarkReturned(tx, k.ID, storetest.Now, debt.StopMoved) }
		for i, c := range []struct {
			do func(tx *store.Tx) error
			ok bool
		}{
			{back, false},
			{func(tx *store.Tx) error { return letters.MarkSending(tx, k.ID) }, true},
			{func(tx *store.Tx) error { return letters.MarkSending(tx, k.ID) }, false},
			{func(tx *store.Tx) error { return letters.MarkCreated(tx, k.ID) }, true},
			{sent, true},
			{sent, false},
			{func(tx *store.Tx) error { return letters.MarkVoid(tx, k, letters.VoidLost) }, false}, // as it was when read
			{back, true},
			{back, false},
		} {
			if err := s.Write(ctx, n.creditor, c.do); (err == nil) != c.ok {
				t.Errorf("step %d: %v", i, err)
			}
		}
		if got := n.load(k.ID); got.State != letters.Returned || got.Reason != debt.StopMoved || got.ProviderID != "p1" || !got.SentAt.Equal(storetest.Now) {
			t.Errorf("%+v", got)
		}
	})
}

func TestOneRunOfAKindIsOpen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		n := newTenant(t, s, "koeln")
		other := n.run
		other.ID = store.NewID()
		if err := s.Write(ctx, n.creditor, func(tx *store.Tx) error { return letters.Begin(tx, other) }); refusal(err) != "letters_busy" {
			t.Errorf("a second one: %v", err)
		}
		end := n.run
		end.FinishedAt, end.SealedAt = storetest.Now.Add(time.Hour), storetest.Now
		n.write(func(tx *store.Tx) error { return letters.Seal(tx, end) })
		if err := n.add(n.letter(1, n.cases[0])); refusal(err) != "letters_run_over" {
			t.Errorf("a letter after the seal: %v", err)
		}
		n.write(func(tx *store.Tx) error { return letters.Finish(tx, end) })
		if err := s.Write(ctx, n.creditor, func(tx *store.Tx) error { return letters.Finish(tx, end) }); refusal(err) != "letters_run_over" {
			t.Errorf("finished twice: %v", err)
		}
		n.write(func(tx *store.Tx) error { return letters.Begin(tx, other) })
		n.read(func(r *store.Reader) error {
			run, found, err := letters.OpenRun(r, letter.Reminder)
			if !found || run.ID != other.ID || run.Sealed() {
				t.Errorf("%+v, %t", run, found)
			}
			return err
		})
	})
}

// Pages of candidates cover everybody once, whatever their size.
func TestCandidatesComePageByPage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		n := newTenant(t, s, "koeln")
		newTenant(t, s, "bonn")
		for most := 1; most < 5; most++ {
			var found []debt.ID
			page := letters.Page{Kind: letter.Reminder, Most: most, Now: storetest.Now}
			for {
				var list []letters.Candidate
				n.read(func(r *store.Reader) (err error) { list, err = letters.Candidates(r, page); return err })
				for _, c := range list {
					found, page.After = append(found, c.CaseID), c.Key
				}
				if len(list) < most {
					break
				}
			}
			if diff := cmp.Diff(n.cases, found); diff != "" {
				t.Errorf("pages of %d: %s", most, diff)
			}
		}
		if err := n.add(n.letter(1, n.cases[1])); err != nil {
			t.Fatal(err)
		}
		n.read(func(r *store.Reader) error {
			list, err := letters.Candidates(r, letters.Page{Kind: letter.Reminder, Most: 9, Now: storetest.Now})
			if len(list) != 2 {
				t.Errorf("%d candidates after one was written", len(list))
			}
			return err
		})
	})
}

func TestTextsAreReplacedAsAWhole(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		n := newTenant(t, s, "koeln")
		for _, texts := range []map[string]string{{"subject": "a", "intro": "b"}, {"intro": "c"}, {}} {
			n.write(func(tx *store.Tx) error { return letters.SaveTexts(tx, letter.Reminder, texts, storetest.Now) })
			n.read(func(r *store.Reader) error {
				got, err := letters.Texts(r, letter.Reminder)
				if diff := cmp.Diff(texts, got); diff != "" {
					t.Error(diff)
				}
				return err
			})
		}
	})
}

// Two machines at one run: what one of them makes void is not in the other one's files, what one
// seals the other leaves alone, and no letter stays behind in a run that is over.
func TestARunIsSealedAndEndedWhole(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		n := newTenant(t, s, "koeln")
		first, other := n.letter(1, n.cases[0]), n.letter(2, n.cases[1])
		for _, k := range []letters.Kept{first, other} {
			if err := n.add(k); err != nil {
				t.Fatal(err)
			}
		}
		end := n.run
		end.SealedAt, end.FinishedAt, end.Letters = storetest.Now, storetest.Now, 2
		try := func(do func(tx *store.Tx, r letters.Run) error) string {
			err := s.Write(ctx, n.creditor, func(tx *store.Tx) error { return do(tx, end) })
			if err == nil {
				return ""
			}
			return refusal(err)
		}
		hold := func(tx *store.Tx, r letters.Run) error { return letters.Hold(tx, r.ID) }
		if got := try(letters.Finish); got != "changed_meanwhile" {
			t.Errorf("ended with letters in the house: %q", got)
		}
		n.write(func(tx *store.Tx) error { return letters.MarkVoid(tx, n.load(first.ID), letters.VoidLost) })
		if got := try(letters.Seal); got != "letters_run_over" {
			t.Errorf("sealed with a void letter: %q", got)
		}
		end.Letters = 1
		if got := try(hold) + try(letters.Seal); got != "" {
			t.Errorf("held and sealed: %q", got)
		}
		if got := try(hold); got != "letters_run_over" {
			t.Errorf("held after the seal: %q", got)
		}
		n.write(func(tx *store.Tx) error { return letters.MarkSent(tx, n.load(other.ID), storetest.Now) })
		if got := try(letters.Finish); got != "" {
			t.Errorf("ended: %q", got)
		}
	})
}

// Every candidate of a run is asked for its letters, and every debtor who looks: without an index
// each of them would read the letters of everybody.
func TestLettersOfACaseAreFoundByAnIndex(t *testing.T) {
	url := storetest.SQLite(t)
	storetest.Open(t, store.Options{URL: url})
	var id, parent, unused int
	var plan string
	err := storetest.Raw(t, url).QueryRow(`EXPLAIN QUERY PLAN SELECT number FROM letters WHERE creditor_id = 'a' AND case_id = 'b' ORDER BY number DESC`).
		Scan(&id, &parent, &unused, &plan)
	if err != nil || !strings.Contains(plan, "letters_by_case") {
		t.Errorf("%s, %v", plan, err)
	}
}
