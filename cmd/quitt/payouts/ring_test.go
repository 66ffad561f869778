package payouts

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"quitt/bank"
	"quitt/bank/archive"
	"quitt/bank/pain"
	"quitt/debt"
	"quitt/payments"
	"quitt/payments/payout"
	"quitt/payments/remit"
	"quitt/payments/transfer"
	"quitt/store"
	"quitt/store/givebacks"
	kept "quitt/store/payouts"
	"quitt/store/rails"
	"quitt/store/remittances"
	"quitt/store/search"
	"quitt/store/statements"
	"quitt/store/storetest"
	"quitt/store/tasks"
)

const (
	collecting = "DE89370400440532013000"
	erikas     = "DE02120300000000202051"
	theirs     = "DE41500105170123456789"
	source     = "bank:" + collecting
)

var (
	ctx   = context.Background()
	today = debt.DateIn(storetest.Now, debt.Berlin)
)

// ring is a creditor whose money goes in and out by statements alone.
type ring struct {
	*testing.T

	s       *store.Store
	c       debt.Creditor
	desk    payout.Desk
	bank    transfer.Desk
	of      store.NewFile
	balance debt.Cents // what the bank has
	sheets  int
}

func each(t *testing.T, do func(t *testing.T, r *ring)) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := &ring{T: t, s: s, c: storetest.Creditor(t, s, "koeln"), desk: payout.Desk{Store: s, Now: storetest.Clock}, bank: transfer.Desk{Store: s, Now: storetest.Clock}}
		_, err := r.bank.AddAccount(ctx, r.c.ID, collecting)
		r.must(err)
		r.of = storetest.File(r.c.ID, "7310001")
		r.must(s.Write(ctx, r.c.ID, func(tx *store.Tx) error {
			if err := tx.AddFiles([]store.NewFile{r.of}); err != nil {
				return err
			}
			return search.Add(tx, search.NewSubject(r.of))
		}))
		do(t, r)
		_, err = s.Verify(ctx, func(f store.Finding) bool { t.Errorf("verify: %+v", f); return true })
		r.must(err)
	})
}

func (r *ring) must(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

func (r *ring) refused(err error, key string) {
	r.Helper()
	var e *debt.Error
	if !errors.As(err, &e) || e.Key != key {
		r.Errorf("got %v, want %s", err, key)
	}
}

func (r *ring) read(do func(*store.Reader) error) {
	r.Helper()
	r.must(r.s.Read(ctx, r.c.ID, do))
}

// booked is a payment as a bank tells of it.
type booked struct {
	amount                     debt.Cents
	name, iban, endToEnd, text string
}

// sheet is a camt.053 with some payments.
func (r *ring) sheet(list ...booked) []byte {
	r.sheets++
	var b strings.Builder
	day := today.String()
	opening := r.balance
	for i, p := range list {
		r.balance += p.amount
		side, party, abs := "CRDT", "Dbtr", p.amount
		if p.amount < 0 {
			side, party, abs = "DBIT", "Cdtr", -p.amount
		}
		fmt.Fprintf(&b, `<Ntry><NtryRef>%d</NtryRef><Amt Ccy="EUR">%s</Amt><CdtDbtInd>%s</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>%s</Dt></BookgDt><ValDt><Dt>%s</Dt></ValDt><AcctSvcrRef>%d-%d</AcctSvcrRef>`+
			`<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>%s</EndToEndId></Refs><Amt Ccy="EUR">%s</Amt><CdtDbtInd>%s</CdtDbtInd>`+
			`<RltdPties><%s><Pty><Nm>%s</Nm></Pty></%s><%sAcct><Id><IBAN>%s</IBAN></Id></%sAcct></RltdPties><RmtInf><Ustrd>%s</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`,
			i+1, pain.Decimal(int64(abs)), side, day, day, r.sheets, i, p.endToEnd, pain.Decimal(int64(abs)), side, party, p.name, party, party, p.iban, party, p.text)
	}
	return fmt.Appendf(nil, `<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>M%d</MsgId><CreDtTm>%sT18:00:00</CreDtTm></GrpHdr>`+
		`<Stmt><Id>S%d</Id><ElctrncSeqNb>%d</ElctrncSeqNb><CreDtTm>%sT18:00:00</CreDtTm><Acct><Id><IBAN>%s</IBAN></Id><Ccy>EUR</Ccy></Acct>`+
		`<Bal><Tp><CdOrPrtry><Cd>PRCD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">%s</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>%s</Dt></Dt></Bal>`+
		`<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">%s</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>%s</Dt></Dt></Bal>%s</Stmt></BkToCstmrStmt></Document>`,
		r.sheets, day, r.sheets, r.sheets, day, collecting, pain.Decimal(int64(opening)), day, pain.Decimal(int64(r.balance)), day, b.String())
}

func (r *ring) load(sheet []byte) transfer.Report {
	r.Helper()
	said, err := r.bank.Import(ctx, r.c.ID, archive.File{Name: "a.xml", R: bytes.NewReader(sheet), Size: int64(len(sheet))})
	r.must(err)
	return said
}

func (r *ring) lines(s statements.State) (list []statements.Line) {
	r.Helper()
	r.read(func(x *store.Reader) (err error) {
		list, err = statements.Lines(x, s, "", 100)
		return err
	})
	return list
}

// settled says that nobody has to do anything and that the books are the bank's.
func (r *ring) settled(what string) {
	r.Helper()
	r.read(func(x *store.Reader) error {
		open, err := tasks.List(x, 100)
		if err != nil || len(open) > 0 {
			r.Errorf("%s: %+v, %v", what, open, err)
		}
		held, err := rails.SuspendedMoves(x, 100)
		if err != nil || len(held) > 0 {
			r.Errorf("%s: %+v, %v", what, held, err)
		}
		return err
	})
	if got := r.holds(debt.ClearingAccount); got != r.balance {
		r.Errorf("%s: the books have %s, the bank has %s", what, got, r.balance)
	}
}

func (r *ring) holds(account debt.AccountKind) (sum debt.Cents) {
	r.Helper()
	r.read(func(x *store.Reader) error {
		return x.Get(&sum, `SELECT CAST(COALESCE(SUM(amount_cents), 0) AS BIGINT) FROM postings WHERE creditor_id = $1 AND account = $2 AND provider IN ('', $3)`,
			r.c.ID, string(account), source)
	})
	return sum
}

// valid holds a file against the rules of banks and, where the schemas lie beside the project,
// against those.
func valid(t *testing.T, file []byte) {
	t.Helper()
	if err := pain.Check(bytes.NewReader(file), pain.Rules{}); err != nil {
		t.Errorf("%v\n%s", err, file)
	}
	schema := filepath.Join("..", "..", "..", "..", "shared", "bank", "xsd", "pain.001.001.09.xsd")
	if _, err := os.Stat(schema); err != nil {
		return
	}
	cmd := exec.Command("xmllint", "--nonet", "--noout", "--schema", schema, "-")
	cmd.Stdin = bytes.NewReader(file)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func (r *ring) rf() string {
	rf, err := bank.RFOf(r.of.File.Case.FileReference)
	r.must(err)
	return string(rf)
}

func choice(l statements.Line) transfer.Choice {
	return transfer.Choice{Line: l.ID, Version: l.Version}
}

// owed is what the case of the ring owes.
func (r *ring) owed() debt.Balance {
	var b debt.Balance
	r.read(func(x *store.Reader) error {
		f, err := x.LoadFile(r.of.File.Case.ID)
		b = f.Account.Balance()
		return err
	})
	return b
}

// Money of nobody and what was paid too much goes the whole way: in by a statement, back by a file,
// out by a statement; what is left is paid out to the creditor, and booked when it has left.
func TestMoneyGoesRoundOnceAndTheBooksAreTheBanks(t *testing.T) {
	each(t, func(t *testing.T, r *ring) {
		much := r.owed().Total() + 500_00
		r.load(r.sheet(booked{much, "Max Mustermann", theirs, "", r.rf()}, booked{70_00, "Erika Mustermann", erikas, "", "Miete"}))
		l := r.lines(statements.Suspended)[0]
		over := r.owed().Overpaid
		if over <= 0 {
			t.Fatalf("nothing was paid too much: %s", over)
		}
		r.must(r.bank.GiveBack(ctx, r.c.ID, choice(l)))
		order := payout.Order{FromName: "Inkasso Müller", Purpose: "Rückzahlung"}
		first, err := r.desk.GiveBacks(ctx, r.c, order)
		r.must(err)
		valid(t, first.Content)
		for _, want := range []string{">70.00<", erikas, "<EndToEndId>" + transfer.OrderOf(l.ID) + "<", "<Nm>Erika Mustermann</Nm>", "<BtchBookg>false<", "Rueckzahlung " + today.String()} {
			if !strings.Contains(string(first.Content), want) {
				t.Errorf("%s is missing in\n%s", want, first.Content)
			}
		}
		_, err = r.desk.GiveBacks(ctx, r.c, order)
		r.refused(err, "payout_back_nothing")
		again, err := r.desk.GiveBacksAgain(ctx, r.c.ID, first.Message)
		if r.must(err); !bytes.Equal(again.Content, first.Content) {
			t.Errorf("again:\n%s", again.Content)
		}
		r.refused(r.bank.Reopen(ctx, r.c.ID, choice(l)), "bank_line_changed")
		r.refused(r.bank.Reopen(ctx, r.c.ID, choice(r.lines(statements.GiveBack)[0])), "payout_line_ordered")
		if shown, err := r.bank.Show(ctx, r.c.ID, l.ID); err != nil || !shown.InFile {
			t.Errorf("the page does not say that it is on its way: %v", err)
		}
		_, err = payments.Open(payments.Rail{Desk: payments.Desk{Store: r.s, Now: storetest.Clock}}).Place(ctx,
			payments.PlaceOrder{CreditorID: r.c.ID, CaseID: r.of.File.Case.ID, Move: r.lines(statements.GiveBack)[0].MoveID, Method: debt.MethodTransfer})
		r.refused(err, "move_not_placeable")
		r.must(r.desk.Cancel(ctx, r.c.ID, first.Message))
		r.refused(r.desk.Cancel(ctx, r.c.ID, first.Message), "payout_late")
		_, err = r.desk.GiveBacksAgain(ctx, r.c.ID, first.Message)
		r.refused(err, "payout_late")

		_, err = r.desk.Refund(ctx, r.c.ID, r.of.File.Case.ID, over+1)
		r.refused(err, "refund_too_large")
		_, err = r.desk.Refund(ctx, r.c.ID, r.of.File.Case.ID, 0)
		r.must(err)
		_, err = r.desk.Refund(ctx, r.c.ID, r.of.File.Case.ID, 0)
		r.refused(err, "refund_too_large")
		r.must(r.desk.TakeBack(ctx, r.c.ID, r.of.File.Case.ID))
		refund, err := r.desk.Refund(ctx, r.c.ID, r.of.File.Case.ID, 0)
		r.must(err)
		second, err := r.desk.GiveBacks(ctx, r.c, order)
		if r.must(err); second.Transfers != 2 || second.Amount != 70_00+over || second.Message == first.Message {
			t.Errorf("%+v", second.File)
		}
		valid(t, second.Content)
		r.refused(r.desk.TakeBack(ctx, r.c.ID, r.of.File.Case.ID), "payout_unknown")
		paid := payout.Order{UpTo: today, ToIBAN: theirs, ToName: "Kölner Betriebe", FromName: "Inkasso Müller"}
		out, err := r.desk.Make(ctx, r.c, paid)
		if r.must(err); out.Amount != much-over {
			t.Errorf("%s is paid out while %s of %s goes back", out.Amount, over, much)
		}
		valid(t, out.Content)

		r.load(r.sheet(booked{-70_00, "Erika Mustermann", erikas, strings.ToUpper(transfer.OrderOf(l.ID)), "Rueckzahlung"},
			booked{-over, "Max Mustermann", theirs, givebacks.EndToEnd(refund[0].ID), "Rueckzahlung"}))
		r.settled("what went back")
		if len(r.lines(statements.GiveBack)) != 0 || len(r.lines(statements.GivenBack)) != 3 || r.owed().Overpaid != 0 || r.holds(debt.InTransitAccount) != 0 {
			t.Errorf("%+v, %s too much, %s in transit", r.lines(statements.GivenBack), r.owed().Overpaid, r.holds(debt.InTransitAccount))
		}
		r.refused(r.desk.Cancel(ctx, r.c.ID, second.Message), "payout_late")
		if said := r.load(r.sheet(booked{-out.Amount, "Koelner Betriebe", theirs, out.Message, out.Reference})); said.Work.Remitted != 1 {
			t.Errorf("%+v", said.Work)
		}
		r.settled("the payout")
		_, err = remit.Desk{Store: r.s, Now: storetest.Clock}.Pay(ctx, r.c.ID, remit.Order{Source: source, UpTo: today, PaidOn: today, Amount: out.Amount, Reference: out.Reference})
		r.refused(err, "report_remit_taken")
		r.read(func(x *store.Reader) error {
			due, err := remittances.Due(x, source, today)
			if len(due) != 0 {
				t.Errorf("due: %+v", due)
			}
			return err
		})
		list, err := r.desk.Sheets(ctx, r.c.ID, 10) // all made in one second: in any order
		r.must(err)
		states := map[kept.State]int{}
		for _, f := range list {
			states[f.State]++
		}
		if len(list) != 3 || states[kept.Paid] != 2 || states[kept.Cancelled] != 1 || r.balance != 0 {
			t.Errorf("%+v, %s", list, r.balance)
		}
	})
}

// What comes back between order and statement is in the next payout: this one is what it was.
func TestAPayoutIsBookedAsItWasOrdered(t *testing.T) {
	each(t, func(t *testing.T, r *ring) {
		r.load(r.sheet(booked{60_00, "Max Mustermann", erikas, "A", r.rf()}, booked{40_00, "Max Mustermann", erikas, "B", r.rf()}))
		out, err := r.desk.Make(ctx, r.c, payout.Order{UpTo: today, ToIBAN: theirs, ToName: "Betriebe"})
		r.must(err)
		r.load(bytes.Replace(r.sheet(booked{-40_00, "Max Mustermann", erikas, "B", "Storno"}), []byte("<Sts>"), []byte("<RvslInd>true</RvslInd><Sts>"), 1))
		for i, wrong := range []booked{{-out.Amount + 1, "B", theirs, out.Message, out.Reference}, {-out.Amount, "B", erikas, out.Message, out.Reference}, {-out.Amount, "B", theirs, "", "anderes"}} {
			r.balance += out.Amount + debt.Cents(i+1) // the bank has more; each statement only has to add up
			sheet := r.sheet(wrong)
			if said := r.load(sheet); said.Work.Remitted != 0 || said.Work.Listed != 1 {
				t.Errorf("%+v: %+v", wrong, said.Work)
			}
		}
		r.balance += out.Amount + 50_00
		if said := r.load(r.sheet(booked{-out.Amount, "B", theirs, "", "uns. " + out.Reference})); said.Work.Remitted != 1 {
			t.Errorf("%+v", said.Work)
		}
		r.read(func(x *store.Reader) error {
			due, err := remittances.Due(x, source, today)
			if len(due) != 1 || due[0].Amount != -40_00 {
				t.Errorf("due: %+v", due)
			}
			return err
		})
	})
}

// A person and statements that show it at once book a payout one time.
func TestAPayoutIsBookedOnceWhoeverComesFirst(t *testing.T) {
	each(t, func(t *testing.T, r *ring) {
		for i := range 4 {
			r.load(r.sheet(booked{60_00 + debt.Cents(i), "Max Mustermann", erikas, "", r.rf()}))
			out, err := r.desk.Make(ctx, r.c, payout.Order{UpTo: today, ToIBAN: theirs, ToName: "Betriebe"})
			r.must(err)
			sheet := r.sheet(booked{-out.Amount, "B", theirs, out.Message, out.Reference})
			var wg sync.WaitGroup
			for i := range 4 {
				wg.Go(func() {
					if i%2 == 0 {
						_, err := r.bank.Import(ctx, r.c.ID, archive.File{Name: "a.xml", R: bytes.NewReader(sheet), Size: int64(len(sheet))})
						if err != nil && debt.KindOf(err) != debt.Conflict {
							t.Error(err)
						}
						return
					}
					_, err := remit.Desk{Store: r.s, Now: storetest.Clock}.Pay(ctx, r.c.ID, remit.Order{Source: source, UpTo: today, PaidOn: today, Amount: out.Amount, Reference: out.Reference})
					if err != nil && !errors.Is(err, debt.E(debt.Conflict, "report_remit_taken", nil)) {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			_, err = r.bank.Work(ctx, r.c.ID)
			r.must(err)
			var listed []statements.Line
			r.read(func(x *store.Reader) (err error) {
				listed, err = statements.Lines(x, statements.Listed, "", 100)
				return err
			})
			if got := r.holds(debt.ClearingAccount); got != 0 || len(listed) != 0 {
				t.Fatalf("the books have %s, %d lines are listed", got, len(listed))
			}
		}
		r.read(func(x *store.Reader) error {
			list, err := remittances.List(x, today, today, 100)
			if len(list) != 4 {
				t.Errorf("%+v", list)
			}
			return err
		})
	})
}

// Of many at once one file has a line.
func TestALineStandsInOneFile(t *testing.T) {
	each(t, func(t *testing.T, r *ring) {
		r.load(r.sheet(booked{70_00, "Erika Mustermann", erikas, "", "Miete"}, booked{5_00, "", theirs, "", "ohne Namen"}))
		for _, l := range r.lines(statements.Suspended) {
			r.must(r.bank.GiveBack(ctx, r.c.ID, choice(l)))
		}
		var wg sync.WaitGroup
		made := make(chan payout.Backs, 8)
		for i := range 8 {
			wg.Go(func() {
				if i%2 == 0 {
					for _, l := range r.lines(statements.GiveBack) {
						if l.Amount == 70_00 && r.bank.Reopen(ctx, r.c.ID, choice(l)) == nil {
							made <- payout.Backs{}
						}
					}
					return
				}
				if w, err := r.desk.GiveBacks(ctx, r.c, payout.Order{Purpose: "zurueck"}); err == nil {
					made <- w
				} else if debt.KindOf(err) != debt.Conflict {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if len(made) != 1 {
			t.Fatalf("%d had it", len(made))
		}
		if w := <-made; w.Message != "" && (w.Transfers != 1 || len(w.Left) != 1) {
			t.Errorf("%+v", w)
		}
	})
}
