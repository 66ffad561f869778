package search_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/store"
	"quitt/store/search"
	"quitt/store/storetest"
)

var ctx = context.Background()

func TestWordsAreFolded(t *testing.T) {
	for name, want := range map[string]string{
		"Müller":              "mueller",
		"Mu\u0308ller":        "mueller", // composed of two characters
		"GROẞ":                "gross",
		"Änne O’Brien-Weiß":   "aenne obrien weiss",
		"Łukasz Đurić":        "lukasz duric",
		"Nguyễn Thị":          "nguyen thi",
		"Autohaus Söhne & Co": "autohaus soehne co",
		"  ":                  "",
		"Юрій":                "юріи", // й comes apart into two characters
		"Ng, 2. Stock":        "ng 2 stock",
	} {
		if got := strings.Join(search.Words(name), " "); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}

func TestTermsAreCapitalsAndDigits(t *testing.T) {
	for text, want := range map[string]string{"RE-2026/0815": "RE20260815", " re 2026.0815": "RE20260815", "-/-": "", "Größe 7": "GROESSE7"} {
		if got := search.Term(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestASearchNeedsThreeLetters(t *testing.T) {
	for text, want := range map[string]bool{"": false, "Li": false, "Ü": false, "Öz": true, "Li W": true, "Ng Ly": true, "abc": true, "a-b": false} {
		if got := search.Enough(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// office is a creditor with cases about people of these names.
type office struct {
	t        *testing.T
	s        *store.Store
	creditor debt.ID
	files    map[string]store.NewFile
}

func newOffice(t *testing.T, s *store.Store, names ...string) *office {
	t.Helper()
	o := &office{t: t, s: s, creditor: storetest.Creditor(t, s, fmt.Sprintf("praxis-%d", len(names))).ID, files: map[string]store.NewFile{}}
	for i, name := range names {
		f := storetest.File(o.creditor, fmt.Sprintf("RE-%d", i))
		f.Debtor.FirstName, f.Debtor.LastName = "", debt.Personal(name)
		f.File.Account.Claims[0].InvoiceNumber = fmt.Sprintf("2026.%04d", i)
		o.files[name] = f
		o.write(func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) })
	}
	o.write(func(tx *store.Tx) error {
		for _, f := range o.files {
			if err := search.Add(tx, search.NewSubject(f)); err != nil {
				return err
			}
		}
		return nil
	})
	return o
}

func (o *office) write(do func(tx *store.Tx) error) {
	o.t.Helper()
	if err := o.s.Write(ctx, o.creditor, do); err != nil {
		o.t.Fatal(err)
	}
}

// find gives the names found, in order.
func (o *office) find(q search.Query) string {
	o.t.Helper()
	var names []string
	err := o.s.Read(ctx, o.creditor, func(r *store.Reader) error {
		found, err := search.Find(r, q)
		for _, id := range found.Cases {
			for name, f := range o.files {
				if f.File.Case.ID == id {
					names = append(names, name)
				}
			}
		}
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func TestFindsByPartsOfNamesReferencesInvoicesAndAmounts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s, "Anna Müller", "Hermann Mueller-Lüdenscheid", "Anneliese Schmidt", "Ng Ly", "Łukasz Özdemir")
		other := newOffice(t, s, "Anna Müller bei anderen", "Anna Meier")
		for typed, want := range map[string]string{
			"müll":            "Anna Müller, Hermann Mueller-Lüdenscheid",
			"MUELLER anna":    "Anna Müller",
			"mann":            "Hermann Mueller-Lüdenscheid",
			"luedensch":       "Hermann Mueller-Lüdenscheid",
			"ann":             "Anna Müller, Anneliese Schmidt, Hermann Mueller-Lüdenscheid",
			"an müller":       "Anna Müller, Hermann Mueller-Lüdenscheid", // a short word is a part like any other
			"ng ly":           "Ng Ly",
			"ng":              "",
			"lukasz oez":      "Łukasz Özdemir",
			"schmitt":         "",
			"mit":             "",
			"re-0":            "Anna Müller",
			"2026 0004":       "Łukasz Özdemir",
			"f-re-3":          "Ng Ly",
			"xyz":             "",
			"%":               "",
			"anna\u0000müll":  "Anna Müller",
			"müller anna bei": "",
		} {
			if got := o.find(search.Query{Text: typed}); got != want {
				t.Errorf("%q finds %q, want %q", typed, got, want)
			}
		}
		if got := o.find(search.Query{Amount: 1000_00}); strings.Count(got, ",") != 4 {
			t.Errorf("by amount %q", got)
		}
		if got := o.find(search.Query{Amount: 1000_01}); got != "" {
			t.Errorf("by another amount %q", got)
		}
		if got := other.find(search.Query{Text: "anna müller"}); got != "Anna Müller bei anderen" {
			t.Errorf("the other finds %q", got)
		}
	})
}

// Marks of two creditors have nothing in common, so that nobody can tell from the rows that
// both know the same person, nor is a name anywhere.
func TestMarksTellNothingAcrossCreditors(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Options{URL: url})
		newOffice(t, s, "Quakernackel")
		newOffice(t, s, "Quakernackel", "Andersen")
		marks := storetest.Column(t, url, "SELECT mark FROM search_marks")
		if n := len(slices.Compact(slices.Sorted(slices.Values(marks)))); n != len(marks) || n < 20 {
			t.Errorf("%d marks, %d different", len(marks), n)
		}
		if dump := storetest.Dump(t, url); strings.Contains(strings.ToLower(dump), "uakern") {
			t.Error("a name in the clear")
		}
	})
}

func TestANewNameIsFoundAndTheOldOneIsNot(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Options{URL: url})
		o := newOffice(t, s, "Anna Vorher", "Berta Andere")
		f := o.files["Anna Vorher"]
		f.Debtor.LastName = "Nachher"
		o.write(func(tx *store.Tx) error { return search.Rename(tx, f.Debtor) })
		before := storetest.Column(t, url, "SELECT mark FROM search_marks ORDER BY mark, case_id")
		o.write(func(tx *store.Tx) error { return search.Rename(tx, f.Debtor) })
		if again := storetest.Column(t, url, "SELECT mark FROM search_marks ORDER BY mark, case_id"); !slices.Equal(before, again) {
			t.Error("renamed twice is not as once")
		}
		if got := o.find(search.Query{Text: "Vorher"}); got != "" {
			t.Errorf("the old name finds %q", got)
		}
	})
}

func TestExistingCasesBecomeFindableOnce(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Options{URL: url})
		o := newOffice(t, s, "Anna Müller")
		f := storetest.File(o.creditor, "von früher")
		f.Debtor.LastName, o.files["Altfall"] = "Altfall", f
		o.write(func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) })
		const first debt.ID = "00000000-0000-0000-0000-000000000000"
		if o.find(search.Query{Text: "altfall"}) != "" {
			t.Error("found before")
		}
		for round, want := range []int{1, 0} {
			o.write(func(tx *store.Tx) error {
				last, did, err := search.Missing(tx, first)
				if did != want || (last != "") != (want > 0) {
					t.Errorf("round %d: %d %q", round, did, last)
				}
				return err
			})
		}
		if got := o.find(search.Query{Text: "altfall"}); got != "Altfall" {
			t.Errorf("found %q", got)
		}
		rows := func() string {
			return strings.Join(storetest.Column(t, url, "SELECT CAST(mark AS TEXT) || CAST(case_id AS TEXT) FROM search_marks ORDER BY mark, case_id"), "\n")
		}
		before := rows()
		o.write(func(tx *store.Tx) error {
			_, did, err := search.Rebuild(tx, first)
			if did != 2 {
				t.Errorf("rebuilt %d", did)
			}
			return err
		})
		if rows() != before {
			t.Error("a rebuild changes marks")
		}
	})
}

// Whatever part of a name somebody types, the person is among those who are found.
func TestEveryPartOfANameFindsIt(t *testing.T) {
	letters := rapid.SampledFrom([]rune("abcdeÄöüßéłA -'"))
	rapid.Check(t, func(t *rapid.T) {
		name := string(rapid.SliceOfN(letters, 3, 20).Draw(t, "name"))
		words := search.Words(name)
		for _, w := range words {
			runes := []rune(w)
			from := rapid.IntRange(0, len(runes)-1).Draw(t, "from")
			to := rapid.IntRange(from+1, len(runes)).Draw(t, "to")
			if part := string(runes[from:to]); !search.Means(search.Words(part), words) {
				t.Fatalf("%q is a part of %q", part, name)
			}
		}
	})
}

func FuzzWords(f *testing.F) {
	for _, seed := range []string{"", "Änne O'Brien", "ẞ", "\xff", "a\u0300\u0301", "İstanbul", "ﬃ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		words := search.Words(name)
		if again := search.Words(strings.Join(words, " ")); !slices.Equal(words, again) {
			t.Errorf("%q folds to %q and then to %q", name, words, again)
		}
		if len(words) > 0 && !search.Means(words, words) {
			t.Errorf("%q does not mean itself", name)
		}
		_ = search.Term(name)
	})
}
