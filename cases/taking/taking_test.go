package taking_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"quitt/cases"
	"quitt/cases/taking"
	"quitt/debt"
	"quitt/store"
	"quitt/store/storetest"
)

func file(reference string, principal debt.Cents) cases.Handover {
	return cases.Handover{Reference: reference, Debtor: debt.Debtor{Kind: debt.Person, LastName: "Muster", Street: "Weg 1", Postcode: "50667", City: "Köln", Country: "DE", AddressSource: "creditor"},
		Claims: []debt.Claim{{Principal: principal, Ground: debt.Tort, Object: "Schaden", DueOn: debt.MustDate("2026-01-10"), Interest: debt.InterestRule{Kind: debt.NoInterest}}}}
}

// outcomes writes what became of hand-overs: new, same, or the rule that was broken.
func outcomes(list []taking.Taken) string {
	words := make([]string, len(list))
	for i, t := range list {
		switch {
		case t.Err != nil:
			words[i] = t.Err.Key
		case t.New:
			words[i] = "new"
		default:
			words[i] = "same"
		}
	}
	return strings.Join(words, " ")
}

func TestAListIsTakenAllOrNoneUnlessPartial(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		creditor, desk := storetest.Creditor(t, s, "praxis"), taking.Desk{Store: s, Now: storetest.Clock}
		for i, tc := range []struct {
			list    []cases.Handover
			partial bool
			want    string
			stored  int
		}{
			{[]cases.Handover{file("A", 1), file("B", 2), file("A", 1)}, false, "new new same", 2},
			{[]cases.Handover{file("A", 1), file("C", 3)}, false, "same new", 3},
			{[]cases.Handover{file("D", 4), file("A", 9)}, false, "new reference_other_content", 3},
			{[]cases.Handover{file("D", 4), file("D", 5)}, false, "new reference_other_content", 3},
			{[]cases.Handover{file("D", 4), file("E", 0)}, false, "new principal_not_positive", 3},
			{[]cases.Handover{file("D", 4), file("A", 9), file("E", 0), file("D", 5), file("D", 4)}, true, "new reference_other_content principal_not_positive reference_other_content same", 4},
			{nil, false, "", 4},
		} {
			list, err := desk.Take(context.Background(), creditor, tc.list, tc.partial)
			if got := outcomes(list); err != nil || got != tc.want {
				t.Errorf("%d: %s, want %s: %v", i, got, tc.want, err)
			}
			if n := stored(t, s, creditor.ID); n != tc.stored {
				t.Errorf("%d: %d cases, want %d", i, n, tc.stored)
			}
		}
	})
}

func stored(t *testing.T, s *store.Store, creditor debt.ID) (n int) {
	t.Helper()
	err := s.Read(context.Background(), creditor, func(r *store.Reader) error {
		for _, reference := range []string{"A", "B", "C", "D", "E", "F", "G", "H"} {
			if _, err := r.FindCase(reference); err == nil {
				n++
			} else if debt.KindOf(err) != debt.NotFound {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Whoever hands the same over at the same moment gets the same case.
func TestTheSameHandedOverAtOnceIsOneCase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		creditor, desk := storetest.Creditor(t, s, "praxis"), taking.Desk{Store: s, Now: storetest.Clock}
		var all sync.WaitGroup
		files := make([]string, 8)
		for i := range files {
			all.Go(func() {
				list, err := desk.Take(context.Background(), creditor, []cases.Handover{file("A", 1)}, false)
				if err != nil || list[0].Err != nil {
					t.Errorf("%v %v", list, err)
					return
				}
				files[i] = list[0].FileReference
			})
		}
		all.Wait()
		for _, f := range files {
			if f != files[0] || f == "" {
				t.Errorf("%v", files)
			}
		}
	})
}

// However lists are cut, what is stored is each reference's first content, and counts add up.
func TestTakingCountsAddUp(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
	run := 0
	rapid.Check(t, func(r *rapid.T) {
		run++
		creditor, desk := storetest.Creditor(t, s, fmt.Sprintf("p%d", run)), taking.Desk{Store: s, Now: storetest.Clock}
		first := map[string]debt.Cents{}
		for range rapid.IntRange(1, 3).Draw(r, "requests") {
			list := make([]cases.Handover, rapid.IntRange(0, 6).Draw(r, "size"))
			for i := range list {
				list[i] = file(rapid.SampledFrom([]string{"A", "B", "C", "D"}).Draw(r, "reference"), debt.Cents(rapid.IntRange(0, 2).Draw(r, "principal")))
			}
			partial := rapid.Bool().Draw(r, "partial")
			out, err := desk.Take(context.Background(), creditor, list, partial)
			if err != nil {
				t.Fatal(err)
			}
			refused := false
			for _, o := range out {
				refused = refused || o.Err != nil
			}
			if refused && !partial {
				continue
			}
			for i, h := range list {
				principal := h.Claims[0].Principal
				known, ok := first[h.Reference]
				switch o := out[i]; {
				case principal == 0 || ok && known != principal:
					if o.Err == nil {
						t.Fatalf("%s %d is taken", h.Reference, principal)
					}
				case o.Err != nil || o.New == ok:
					t.Fatalf("%s %d: %+v, known %v", h.Reference, principal, o, ok)
				default:
					first[h.Reference] = principal
				}
			}
		}
		if n := stored(t, s, creditor.ID); n != len(first) {
			t.Fatalf("%d cases, want %d", n, len(first))
		}
	})
}
