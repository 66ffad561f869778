package camt

import (
	"encoding/xml"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"quitt/bank/statement"
)

// writer writes what the reader should read, in the places of version 8 or of version 2.
type writer struct {
	strings.Builder
	old bool
}

func (w *writer) text(name, s string) {
	if s == "" {
		return
	}
	w.WriteString("<" + name + ">")
	_ = xml.EscapeText(w, []byte(s))
	w.WriteString("</" + strings.Fields(name)[0] + ">")
}

func (w *writer) in(name string, do func()) {
	w.WriteString("<" + name + ">")
	do()
	w.WriteString("</" + name + ">")
}

func (w *writer) amount(m statement.Money) {
	n := max(m.Cents, -m.Cents)
	w.text(`Amt Ccy="`+m.Currency+`"`, fmt.Sprintf("%d.%02d", n/100, n%100))
}

func (w *writer) sign(m statement.Money) {
	w.text("CdtDbtInd", map[bool]string{true: "CRDT", false: "DBIT"}[m.Cents > 0])
}

func (w *writer) balance(code string, m *statement.Money, on statement.Date) {
	w.in("Bal", func() {
		w.in("Tp", func() { w.in("CdOrPrtry", func() { w.text("Cd", code) }) })
		w.amount(*m)
		w.sign(*m)
		w.in("Dt", func() { w.text("Dt", string(on)) })
	})
}

func (w *writer) code(c statement.Code) {
	w.in("BkTxCd", func() {
		w.in("Domn", func() {
			w.text("Cd", c.Domain)
			w.in("Fmly", func() { w.text("Cd", c.Family); w.text("SubFmlyCd", c.Sub) })
		})
		w.in("Prtry", func() { w.text("Cd", "NTRF+"+c.GVC+"+"+c.Prima+"+"+c.TextKey); w.text("Issr", "DK") })
	})
}

func (w *writer) entry(e statement.Entry) {
	w.in("Ntry", func() {
		w.amount(e.Amount)
		w.sign(e.Amount)
		if e.Reversal {
			w.text("RvslInd", "true")
		}
		status := map[statement.Status]string{statement.Done: "BOOK", statement.Pending: "PDNG", statement.Info: "INFO"}[e.Status]
		if w.old {
			w.text("Sts", status)
		} else {
			w.in("Sts", func() { w.text("Cd", status) })
		}
		w.in("BookgDt", func() { w.text("Dt", string(e.BookedOn)) })
		w.in("ValDt", func() { w.text("DtTm", string(e.ValueOn)+"T00:00:00+02:00") })
		w.text("AcctSvcrRef", e.Ref)
		w.code(e.Code)
		w.in("NtryDtls", func() {
			if b := e.Batch; b != nil {
				w.in("Btch", func() {
					w.text("MsgId", b.MessageID)
					w.text("PmtInfId", b.PaymentID)
					w.text("NbOfTxs", fmt.Sprint(b.Count))
				})
			}
			for _, d := range e.Details {
				w.detail(d)
			}
		})
		w.text("AddtlNtryInf", e.Text)
	})
}

func (w *writer) detail(d statement.Transaction) {
	w.in("TxDtls", func() {
		w.in("Refs", func() {
			w.text("AcctSvcrRef", d.Ref)
			w.text("PmtInfId", d.PaymentID)
			w.text("InstrId", d.Instruction)
			w.text("EndToEndId", map[bool]string{true: "NOTPROVIDED", false: d.EndToEnd}[d.EndToEnd == ""])
			w.text("MndtId", d.Mandate)
		})
		if !w.old {
			w.amount(d.Amount)
		}
		w.sign(d.Amount)
		w.in("AmtDtls", func() {
			if d.Original != nil {
				w.in("InstdAmt", func() { w.amount(*d.Original) })
			}
			w.in("TxAmt", func() { w.amount(d.Amount) })
		})
		w.code(d.Code)
		if d.Charges > 0 {
			charge := statement.Money{Cents: d.Charges, Currency: d.Amount.Currency}
			if w.old {
				w.in("Chrgs", func() { w.amount(charge) })
			} else {
				w.in("Chrgs", func() { w.in("Rcrd", func() { w.amount(charge); w.text("CdtDbtInd", "DBIT") }) })
			}
		}
		w.parties(d)
		w.in("Purp", func() { w.text("Cd", d.Purpose) })
		w.in("RmtInf", func() {
			for _, s := range d.Remittance {
				w.text("Ustrd", s)
			}
			if d.Reference != "" {
				w.in("Strd", func() { w.in("CdtrRefInf", func() { w.text("Ref", d.Reference) }) })
			}
		})
		if r := d.Return; r != nil {
			w.in("RtrInf", func() { w.in("Rsn", func() { w.text("Cd", r.Code) }); w.text("AddtlInf", r.Text) })
		}
	})
}

func (w *writer) parties(d statement.Transaction) {
	side, bic := "Dbtr", "BICFI"
	if (d.Amount.Cents < 0) != (d.Return != nil) {
		side = "Cdtr"
	}
	party := func(side string, inner func()) {
		w.in(side, func() {
			if w.old {
				inner()
			} else {
				w.in("Pty", inner)
			}
		})
	}
	if w.old {
		bic = "BIC"
	}
	w.in("RltdPties", func() {
		party(side, func() { w.text("Nm", d.Payer.Name) })
		w.in(side+"Acct", func() { w.in("Id", func() { w.text("IBAN", d.Payer.IBAN) }) })
		party("Ultmt"+side, func() { w.text("Nm", d.Ultimate) })
		if d.CreditorID != "" {
			party("Cdtr", func() {
				w.in("Id", func() { w.in("PrvtId", func() { w.in("Othr", func() { w.text("Id", d.CreditorID) }) }) })
			})
		}
	})
	w.in("RltdAgts", func() { w.in(side+"Agt", func() { w.in("FinInstnId", func() { w.text(bic, d.Payer.BIC) }) }) })
}

func anyDay(t *rapid.T) statement.Date {
	at := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 30_000).Draw(t, "day"))
	return statement.Date(at.Format(time.DateOnly))
}

func anyMoney(t *rapid.T) statement.Money {
	n := rapid.Int64Range(1, 999_999_999_99).Draw(t, "cents")
	if rapid.Bool().Draw(t, "out") {
		n = -n
	}
	return statement.Money{Cents: n, Currency: rapid.SampledFrom([]string{"EUR", "EUR", "CHF"}).Draw(t, "currency")}
}

var (
	word  = rapid.StringMatching(`[A-Za-z0-9äöüÄÖÜß&<>"'+?:/.-]{1,12}( [A-Za-z0-9äß&<]{1,9}){0,2}`)
	maybe = rapid.OneOf(rapid.Just(""), word)
	piece = rapid.StringMatching(` ?[A-Za-z0-9äöß&<>]{1,20} ?`)
)

func anyDetail(t *rapid.T, currency string) statement.Transaction {
	d := statement.Transaction{
		Amount: anyMoney(t), EndToEnd: maybe.Draw(t, "e2e"), Mandate: maybe.Draw(t, "mandate"), Ref: maybe.Draw(t, "ref"),
		PaymentID: maybe.Draw(t, "pmtinf"), Instruction: maybe.Draw(t, "instr"), Code: anyCode(t), Ultimate: maybe.Draw(t, "ultimate"),
		Payer:      statement.Party{Name: word.Draw(t, "name"), IBAN: "DE02120300000000202051", BIC: "COBADEFFXXX"},
		Remittance: rapid.SliceOfN(piece, 0, 4).Draw(t, "remittance"), Reference: maybe.Draw(t, "reference"),
		Purpose: rapid.SampledFrom([]string{"", "SALA"}).Draw(t, "purpose"),
	}
	d.Amount.Currency = currency
	if len(d.Remittance) == 0 {
		d.Remittance = nil
	}
	if rapid.Bool().Draw(t, "charged") {
		d.Charges = rapid.Int64Range(1, 5000).Draw(t, "charges")
		d.Original = &statement.Money{Cents: d.Amount.Cents * 2, Currency: currency}
	}
	if rapid.Bool().Draw(t, "returned") {
		d.Return = &statement.Return{Code: rapid.SampledFrom([]string{"MS03", "AC01"}).Draw(t, "reason"), Text: maybe.Draw(t, "why")}
	}
	if (d.Amount.Cents > 0) == (d.Return == nil) {
		d.CreditorID = maybe.Draw(t, "creditor")
	}
	return d
}

func anyCode(t *rapid.T) statement.Code {
	digits := func(n int) *rapid.Generator[string] { return rapid.StringMatching(fmt.Sprintf("[0-9]{%d}", n)) }
	return statement.Code{Domain: "PMNT", Family: "RCDT", Sub: "ESCT",
		GVC: rapid.SampledFrom([]string{"166", "152", "805"}).Draw(t, "gvc"), Prima: digits(5).Draw(t, "prima"), TextKey: digits(3).Draw(t, "key")}
}

// isOff reports whether two sums, whatever their signs, are just the charges apart.
func isOff(a, b, charges int64) bool {
	off := max(a, -a) - max(b, -b)
	return off == charges || off == -charges
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := collected{heads: []statement.Head{{Kind: statement.Booked, ID: word.Draw(t, "id"), Sequence: "7", IBAN: "DE89370400440532013000",
			Currency: "EUR", From: anyDay(t), To: anyDay(t), Created: time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "created"), 0).UTC()}}}
		opening, closing := anyMoney(t), anyMoney(t)
		want.feet = []statement.Foot{{Opening: &opening, Closing: &closing, OpeningOn: anyDay(t), ClosingOn: anyDay(t), Previous: true}}
		var entries []statement.Entry
		for range rapid.IntRange(0, 4).Draw(t, "entries") {
			e := statement.Entry{Status: rapid.SampledFrom([]statement.Status{statement.Done, statement.Pending, statement.Info}).Draw(t, "status"),
				Amount: anyMoney(t), BookedOn: anyDay(t), ValueOn: anyDay(t), Reversal: rapid.Bool().Draw(t, "reversal"),
				Ref: maybe.Draw(t, "entry ref"), Code: anyCode(t), Text: maybe.Draw(t, "text")}
			for range rapid.IntRange(1, 3).Draw(t, "details") {
				e.Details = append(e.Details, anyDetail(t, e.Amount.Currency))
			}
			if d := &e.Details[0]; len(e.Details) == 1 && d.Charges > 0 && isOff(e.Amount.Cents, d.Amount.Cents, d.Charges) {
				d.Charges++ // else it is a sum without its charges, which TestWhatIsReadDifferently has
			}
			if rapid.Bool().Draw(t, "batch") {
				e.Batch = &statement.Batch{Count: len(e.Details), MessageID: maybe.Draw(t, "message"), PaymentID: maybe.Draw(t, "payment")}
			}
			entries = append(entries, e)
		}
		want.entries = [][]statement.Entry{entries}
		w := &writer{old: rapid.Bool().Draw(t, "version 2")}
		w.WriteString(`<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.` + map[bool]string{true: "02", false: "08"}[w.old] + `">`)
		w.in("BkToCstmrStmt", func() {
			w.in("Stmt", func() {
				h, f := want.heads[0], want.feet[0]
				w.text("Id", h.ID)
				w.text("ElctrncSeqNb", h.Sequence)
				w.text("CreDtTm", h.Created.Format(time.RFC3339))
				w.in("FrToDt", func() { w.text("FrDtTm", string(h.From)+"T00:00:00"); w.text("ToDtTm", string(h.To)+"T23:59:59") })
				w.in("Acct", func() { w.in("Id", func() { w.text("IBAN", h.IBAN) }); w.text("Ccy", h.Currency) })
				w.balance("PRCD", f.Opening, f.OpeningOn)
				w.balance("CLBD", f.Closing, f.ClosingOn)
				for _, e := range entries {
					w.entry(e)
				}
			})
		})
		w.WriteString("</Document>")
		var got collected
		if err := Read(strings.NewReader(w.String()), &got); err != nil {
			t.Fatalf("%v\n%s", err, w.String())
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(collected{})); diff != "" {
			t.Fatalf("%s\n%s", diff, w.String())
		}
	})
}
