package transfer_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"quitt/bank"
	"quitt/bank/archive"
	"quitt/bank/statement"
	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments/transfer"
	"quitt/store"
	"quitt/store/search"
	"quitt/store/statements"
	"quitt/store/storetest"
	"quitt/store/tasks"
)

var ctx = context.Background()

const ourIBAN = "DE89370400440532013000"

// sheet is a statement as tests write it; a file is a list of them in JSON. The formats of banks
// are tested where they are read.
type sheet struct {
	Head    statement.Head
	Entries []statement.Entry
	Foot    statement.Foot
}

func parse(f archive.File, v statement.Visitor) error {
	var list []sheet
	if err := json.NewDecoder(io.NewSectionReader(f.R, 0, f.Size)).Decode(&list); err != nil {
		return debt.E(debt.Invalid, "bank_file_unreadable", nil)
	}
	for _, s := range list {
		if err := v.Begin(s.Head); err != nil {
			return err
		}
		for _, e := range s.Entries {
			if err := v.Entry(e); err != nil {
				return err
			}
		}
		if err := v.End(s.Foot); err != nil {
			return err
		}
	}
	return nil
}

func euro(c debt.Cents) statement.Money { return statement.Money{Cents: int64(c), Currency: "EUR"} }

// entry is money that moved, with its purpose in pieces.
func entry(on string, amount debt.Cents, from statement.Party, texts ...string) statement.Entry {
	d := statement.Date(on)
	return statement.Entry{Status: statement.Done, Amount: euro(amount), BookedOn: d, ValueOn: d,
		Details: []statement.Transaction{{Amount: euro(amount), Payer: from, Remittance: texts}}}
}

// daily is the statement of a day.
func daily(on, sequence string, opening debt.Cents, entries ...statement.Entry) sheet {
	closing := opening
	for _, e := range entries {
		if e.Status == statement.Done {
			closing += debt.Cents(e.Amount.Cents)
		}
	}
	d := statement.Date(on)
	open, end := euro(opening), euro(closing)
	return sheet{statement.Head{Kind: statement.Booked, ID: "S" + sequence, Sequence: sequence, IBAN: ourIBAN, Currency: "EUR", From: d, To: d},
		entries, statement.Foot{Opening: &open, Closing: &end, Previous: true}}
}

func (s sheet) closing() debt.Cents { return debt.Cents(s.Foot.Closing.Cents) }

func file(list ...sheet) []byte {
	b, err := json.Marshal(list)
	if err != nil {
		panic(err)
	}
	return b
}

func named(b []byte) archive.File {
	return archive.File{Name: "file", R: bytes.NewReader(b), Size: int64(len(b))}
}

// world is a creditor with an account at a bank and cases.
type world struct {
	testing.TB

	s        *store.Store
	desk     transfer.Desk
	creditor debt.ID
	account  rail.Account
	iban     string
	cases    []debt.ID
	refs     []string
}

func each(t *testing.T, n int, test func(t *testing.T, w *world)) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := open(t, s, "koeln", n)
		test(t, w)
		w.verified()
	})
}

func open(t testing.TB, s *store.Store, code string, n int) *world {
	t.Helper()
	w := &world{TB: t, s: s, creditor: storetest.Creditor(t, s, code).ID, desk: transfer.Desk{Store: s, Now: storetest.Clock, Parse: parse}}
	var err error
	w.iban = ourIBAN
	if code != "koeln" { // an account belongs to one creditor
		w.iban = anotherIBAN(code)
	}
	w.account, err = w.desk.AddAccount(ctx, w.creditor, w.iban)
	w.must(err)
	first := []string{"Erika", "Mehmet", "Jana", "Olaf", "Aylin", "Peter", "Sofia", "Hans"}
	last := []string{"Mustermann", "Yilmaz", "Krüger", "Sørensen", "Özdemir", "Groß", "Papadopoulou", "Meier"}
	var files []store.NewFile
	for i := range n {
		f := storetest.File(w.creditor, strconv.Itoa(7_310_001+37*i))
		f.Debtor.FirstName, f.Debtor.LastName = debt.Personal(first[i%8]), debt.Personal(last[i/8%8])
		files = append(files, f)
		w.cases, w.refs = append(w.cases, f.File.Case.ID), append(w.refs, f.File.Case.FileReference)
	}
	w.write(func(tx *store.Tx) error {
		if err := tx.AddFiles(files); err != nil {
			return err
		}
		for _, f := range files {
			if err := search.Add(tx, search.NewSubject(f)); err != nil {
				return err
			}
		}
		return nil
	})
	return w
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) write(fn func(tx *store.Tx) error) {
	w.Helper()
	w.must(w.s.Write(ctx, w.creditor, fn))
}

func (w *world) read(fn func(r *store.Reader) error) {
	w.Helper()
	w.must(w.s.Read(ctx, w.creditor, fn))
}

func (w *world) rf(i int) string {
	rf, err := bank.RFOf(w.refs[i])
	w.must(err)
	return string(rf)
}

// of gives a file of the world's account.
func (w *world) of(list ...sheet) archive.File {
	own := slices.Clone(list)
	for i := range own {
		if own[i].Head.IBAN == ourIBAN {
			own[i].Head.IBAN = w.iban
		}
	}
	return named(file(own...))
}

// state is what the books say, whatever the account is called.
func (w *world) state() string {
	_, text := storetest.State(w, w.s, w.creditor)
	return strings.ReplaceAll(text, w.iban, ourIBAN)
}

// anotherIBAN makes an account of a name.
func anotherIBAN(name string) string {
	number := crc32.ChecksumIEEE([]byte(name))
	for check := range 100 {
		if iban, err := bank.ParseIBAN(fmt.Sprintf("DE%02d37040044%010d", check, number)); err == nil {
			return string(iban)
		}
	}
	panic("no check digits")
}

func (w *world) load(list ...sheet) transfer.Report {
	w.Helper()
	r, err := w.desk.Import(ctx, w.creditor, w.of(list...))
	w.must(err)
	return r
}

// payments of a case as "amount-returned status day".
func (w *world) payments(i int) (list []string) {
	w.Helper()
	w.read(func(r *store.Reader) error {
		all, err := r.Payments(w.cases[i])
		list = nil
		for _, p := range all {
			list = append(list, fmt.Sprintf("%s-%s %s %s", p.Amount, p.Returned, p.Status, p.ReceivedOn))
		}
		return err
	})
	return list
}

func (w *world) lines(s statements.State) (list []statements.Line) {
	w.Helper()
	w.read(func(r *store.Reader) (err error) {
		list, err = statements.Lines(r, s, "", 1000)
		return err
	})
	return list
}

func (w *world) tasks() map[tasks.Kind]int {
	w.Helper()
	found := map[tasks.Kind]int{}
	w.read(func(r *store.Reader) error {
		list, err := tasks.List(r, 1000)
		found = map[tasks.Kind]int{}
		for _, k := range list {
			found[k.Kind]++
		}
		return err
	})
	return found
}

func (w *world) refused(err error, kind debt.Kind, key string) {
	w.Helper()
	if !errors.Is(err, debt.E(kind, key, nil)) {
		w.Errorf("%v, want %s", err, key)
	}
}

func (w *world) verified() {
	w.Helper()
	if _, err := w.s.Verify(ctx, func(f store.Finding) bool {
		w.Errorf("verify: %+v", f)
		return true
	}); err != nil {
		w.Fatal(err)
	}
}

var erika = statement.Party{Name: "Erika Mustermann", IBAN: "DE02120300000000202051"}

// later moves the clock of a desk.
func later(d transfer.Desk, by time.Duration) transfer.Desk {
	d.Now = func() time.Time { return storetest.Now.Add(by) }
	return d
}
