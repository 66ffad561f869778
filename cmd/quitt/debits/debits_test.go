package debits_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"quitt/bank/archive"
	"quitt/bank/statement"
	"quitt/cmd/quitt/debits"
	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/mandate"
	"quitt/payments/directdebit"
	"quitt/payments/transfer"
	"quitt/portal/text"
	"quitt/store"
	"quitt/store/mandates"
	"quitt/store/outbox"
	"quitt/store/rails"
	"quitt/store/statements"
	"quitt/store/storetest"
)

const ours = "DE41500105170123456789"

var ctx = context.Background()

// house is a creditor with cases of 500.00 that are paid by one-off mandates.
type house struct {
	*testing.T

	s        *store.Store
	clock    *storetest.Watch
	creditor debt.ID
	cases    []debt.ID
	desk     directdebit.Desk
	bank     transfer.Desk
	sheets   map[string]sheet // by the name of a file
}

// sheet is the statement of a day.
type sheet struct {
	day     string
	opening debt.Cents
	entries []statement.Entry
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func euro(c debt.Cents) *statement.Money { return &statement.Money{Cents: int64(c), Currency: "EUR"} }

// parse gives the sheet a file names.
func (h *house) parse(f archive.File, v statement.Visitor) error {
	name := make([]byte, f.Size)
	if _, err := f.R.ReadAt(name, 0); err != nil {
		return err
	}
	s := h.sheets[string(name)]
	closing := s.opening
	if err := v.Begin(statement.Head{Kind: statement.Booked, ID: s.day, IBAN: ours, Currency: "EUR", From: statement.Date(s.day), To: statement.Date(s.day)}); err != nil {
		return err
	}
	for _, e := range s.entries {
		closing += debt.Cents(e.Amount.Cents)
		if err := v.Entry(e); err != nil {
			return err
		}
	}
	return v.End(statement.Foot{Opening: euro(s.opening), Closing: euro(closing), Previous: true})
}

func (h *house) reads(name string) {
	h.Helper()
	_, err := h.bank.Import(ctx, h.creditor, archive.File{Name: name, R: bytes.NewReader([]byte(name)), Size: int64(len(name))})
	h.must(err)
}

func entry(day string, amount debt.Cents) statement.Entry {
	d := statement.Date(day)
	return statement.Entry{Status: statement.Done, Amount: *euro(amount), BookedOn: d, ValueOn: d}
}

func newHouse(t *testing.T, s *store.Store, n int) *house {
	return houseOf(&house{T: t, s: s, clock: storetest.NewWatch(), creditor: storetest.Creditor(t, s, "koeln").ID}, ours, n)
}

// tenant is another creditor beside it, with one case.
func (h *house) tenant(code, iban string) *house {
	h.Helper()
	return houseOf(&house{T: h.T, s: h.s, clock: h.clock, creditor: storetest.Creditor(h.T, h.s, code).ID}, iban, 1)
}

func houseOf(h *house, iban string, n int) *house {
	s := h.s
	h.desk = directdebit.Desk{Store: s, Now: h.clock.Now, Keys: [][]byte{bytes.Repeat([]byte{3}, 32)}}
	h.bank = transfer.Desk{Store: s, Now: h.clock.Now, Parse: h.parse}
	_, err := h.bank.AddAccount(ctx, h.creditor, iban)
	h.must(err)
	h.must(h.desk.SetAccount(ctx, h.creditor, iban, mandate.Account{Identifier: "DE98ZZZ09999999999", Holder: "Praxis", CutOff: 1, Notice: 2}))
	for i := range n {
		f := storetest.File(h.creditor, fmt.Sprintf("R-%d", i+1))
		f.Debtor.Email = "mara@example.org"
		a := ledger.Account{Settings: f.File.Account.Settings, CaseID: f.File.Case.ID}
		f.Entries = []ledger.Entry{a.OpenClaim(debt.Claim{ID: store.NewID(), CaseID: f.File.Case.ID, Principal: 500_00, Ground: debt.Contract,
			Object: "Reparatur", ArisenOn: debt.MustDate("2026-01-10"), DueOn: debt.MustDate("2026-03-01")}, storetest.Stamp)}
		f.File.Account = a
		h.must(s.Write(ctx, h.creditor, func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) }))
		h.cases = append(h.cases, f.File.Case.ID)
		h.permit(f.File.Case.ID, debt.Cents(100_00*(i+1)))
	}
	return h
}

func (h *house) permit(caseID debt.ID, amount debt.Cents) {
	h.Helper()
	who := directdebit.Who{Creditor: h.creditor, Case: caseID}
	m, err := h.desk.Give(ctx, who, directdebit.Wish{Holder: "Mara Muster", IBAN: "DE02120300000000202051", Kind: mandate.OneOff, Amount: amount})
	h.must(err)
	h.must(h.s.Read(ctx, h.creditor, func(r *store.Reader) error {
		list, err := outbox.List(r, outbox.Waiting, 1)
		if err == nil {
			err = h.desk.Confirm(ctx, who, m.ID, list[0].Args["code"])
		}
		return err
	}))
}

func (h *house) open() (list []debt.Cents) {
	h.Helper()
	h.must(h.s.Read(ctx, h.creditor, func(r *store.Reader) error {
		for _, id := range h.cases {
			f, err := r.LoadFile(id)
			if err != nil {
				return err
			}
			b := f.Balance()
			list = append(list, b.Total())
		}
		return nil
	}))
	return list
}

// A file is credited as one sum, one debit comes back with a fee, and one credit is named alone:
// whatever order the statements are read in, and however often, the cases say the same.
func TestStatementsTellOfDebitsInWhateverOrderTheyAreRead(t *testing.T) {
	for _, order := range [][]string{{"sum", "back"}, {"back", "sum"}, {"sum", "sum", "back", "back"}, {"parts", "back", "sum"}} {
		t.Run(fmt.Sprint(order), func(t *testing.T) {
			s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
			h := newHouse(t, s, 3)
			files, err := h.desk.Collect(ctx, h.creditor, debt.MustDate("2026-11-30"))
			h.must(err)
			if len(files) != 1 || files[0].Run.Sum != 600_00 {
				t.Fatalf("%d files", len(files))
			}
			var lines []mandates.Debit
			h.must(s.Read(ctx, h.creditor, func(r *store.Reader) (err error) {
				lines, err = mandates.Debits(r, files[0].Run.ID)
				return err
			}))
			slices.SortFunc(lines, func(a, b mandates.Debit) int { return int(a.Amount - b.Amount) })
			sum := entry("2026-11-24", 600_00)
			sum.Batch = &statement.Batch{PaymentID: lines[0].Batch, MessageID: files[0].Run.Message, Count: 3}
			parts := sheet{day: "2026-11-24", opening: 0}
			for _, l := range lines {
				e := entry("2026-11-24", l.Amount)
				e.Code.GVC, e.Details = "171", []statement.Transaction{{Amount: *euro(l.Amount), EndToEnd: l.EndToEnd}}
				parts.entries = append(parts.entries, e)
			}
			back := entry("2026-11-26", -203_00)
			back.Code.GVC = "109"
			back.Details = []statement.Transaction{{Amount: *euro(-203_00), Original: euro(200_00), EndToEnd: lines[1].EndToEnd, Return: &statement.Return{Code: "MS03"}}}
			h.sheets = map[string]sheet{"sum": {"2026-11-24", 0, []statement.Entry{sum}}, "parts": parts, "back": {"2026-11-26", 600_00, []statement.Entry{back}}}
			h.clock.Set(debt.MustDate("2026-11-27").Time().Add(9 * time.Hour))
			if order[0] == "parts" {
				order = order[:2] // the same money under other lines is for a person, and not tried here
			}
			for _, name := range order {
				h.reads(name)
			}
			if got := h.open(); got[0] != 400_00 || got[1] != 500_00 || got[2] != 200_00 {
				t.Errorf("%v open", got)
			}
			h.must(s.Read(ctx, h.creditor, func(r *store.Reader) error {
				for i, l := range lines {
					a, err := rails.LoadAttempt(r, l.AttemptID)
					want := debt.PaymentSucceeded
					if i == 1 {
						want = debt.PaymentReversed
					}
					if err != nil || a.Status != want {
						return errors.Join(err, fmt.Errorf("%s is %s", l.Amount, a.Status))
					}
				}
				if list, err := statements.Lines(r, statements.Suspended, "", 9); err != nil || len(list) > 0 {
					return errors.Join(err, fmt.Errorf("%d lines wait for a person", len(list)))
				}
				return nil
			}))
			_, err = s.Verify(ctx, func(f store.Finding) bool {
				t.Errorf("verify: %+v", f)
				return true
			})
			h.must(err)
		})
	}
}

// Every creditor gets its file, also behind one that fails.
func TestARunOfAllCreditorsGoesOnBehindOneThatFails(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
	first := newHouse(t, s, 1)
	for _, code := range []string{"bonn", "essen"} {
		storetest.Creditor(t, s, code)
	}
	d := debits.Desk{Store: s, Now: first.clock.Now, Words: text.For(text.German)}
	in := debits.Input{Action: "run", Until: "2026-11-30", Out: t.TempDir()}
	a, err := d.Run(ctx, in)
	first.must(err)
	files, err := os.ReadDir(in.Out)
	first.must(err)
	if a.Failed || len(files) != 1 || !strings.Contains(a.Text, "1 Lastschriften") {
		t.Errorf("%d files: %s", len(files), a.Text)
	}
	second := first.tenant("ulm", "DE89370400440532013000")
	first.must(s.Write(ctx, first.creditor, func(tx *store.Tx) error { // its file is not what it was
		_, err := tx.Exec("UPDATE debits SET purpose = 'X' WHERE creditor_id = $1", first.creditor)
		return err
	}))
	in.Out = t.TempDir()
	a, err = d.Run(ctx, in)
	first.must(err)
	if files, err = os.ReadDir(in.Out); err != nil || len(files) != 1 || !a.Failed || !strings.Contains(a.Text, "koeln: keine Datei") {
		t.Errorf("%d files, failed %v: %s %v", len(files), a.Failed, a.Text, err)
	}
	if list, err := second.desk.Runs(ctx, second.creditor); err != nil || len(list) != 1 || list[0].Debits != 1 {
		t.Errorf("%+v %v", list, err)
	}
	in.Until = "soon"
	if _, err := d.Run(ctx, in); err == nil {
		t.Error("no day")
	}
}
