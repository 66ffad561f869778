package bench

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"quitt/bank"
	files "quitt/bank/archive"
	"quitt/debt"
	"quitt/payments/transfer"
	"quitt/store"
	"quitt/store/storetest"
)

// BenchmarkStatements reads a statement of QUITT_BENCH_ENTRIES entries (20,000 if not set) for
// a creditor with QUITT_BENCH_CASES open cases (200,000 if not set): read, checked, matched and
// booked, each payment in its own case or several in one.
func BenchmarkStatements(b *testing.B) {
	cases, entries := setting(b, "QUITT_BENCH_CASES", 200_000), setting(b, "QUITT_BENCH_ENTRIES", 20_000)
	s := storetest.Open(b, store.Options{URL: storetest.Postgres(b)})
	creditor := storetest.Creditor(b, s, "town").ID
	village(b, s, creditor, cases)
	d := transfer.Desk{Store: s, Now: storetest.Clock}
	_, err := d.AddAccount(context.Background(), creditor, statementIBAN)
	must(b, err)
	b.ResetTimer()
	for i := range b.N {
		b.StopTimer()
		file := camt053(b, i, cases, entries)
		b.StartTimer()
		begun := time.Now()
		r, err := d.Import(context.Background(), creditor, files.File{Name: "camt.xml", R: bytes.NewReader(file), Size: int64(len(file))})
		must(b, err)
		took := time.Since(begun)
		if r.Work.Booked+r.Work.Suspended != entries {
			b.Fatalf("%+v", r.Work)
		}
		b.ReportMetric(float64(entries)/took.Seconds(), "entries/s")
		b.ReportMetric(float64(r.Work.Booked), "booked")
	}
}

const statementIBAN = "DE89370400440532013000"

// camt053 is a statement as banks deliver it: three quarters of the payers scanned a code, some
// typed the reference, one in twenty says nothing.
func camt053(b *testing.B, number, cases, entries int) []byte {
	b.Helper()
	random := rand.New(rand.NewPCG(3, uint64(number))) //nolint:gosec // the same statement each time
	var body bytes.Buffer
	sum := debt.Cents(0)
	for i := range entries {
		amount := debt.Cents(10_00 + random.IntN(90_00))
		sum += amount
		rf, err := bank.RFOf("F-" + fmt.Sprintf("%08d", random.IntN(cases)))
		must(b, err)
		purpose := `<Strd><CdtrRefInf><Ref>` + string(rf) + `</Ref></CdtrRefInf></Strd>`
		switch n := random.IntN(20); {
		case n == 0:
			purpose = `<Ustrd>die offene Rechnung</Ustrd>`
		case n < 5:
			purpose = `<Ustrd>Zahlung zu ` + string(rf[:9]) + `</Ustrd><Ustrd>` + string(rf[9:]) + ` danke</Ustrd>`
		}
		fmt.Fprintf(&body, `<Ntry><Amt Ccy="EUR">%s</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-16</Dt></BookgDt><ValDt><Dt>2026-11-16</Dt></ValDt>`+
			`<AcctSvcrRef>%d-%d</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls>`+
			`<Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><Amt Ccy="EUR">%s</Amt><CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr><Pty><Nm>Payer %d</Nm></Pty></Dbtr>`+
			`<DbtrAcct><Id><IBAN>DE%020d</IBAN></Id></DbtrAcct></RltdPties><RmtInf>%s</RmtInf></TxDtls></NtryDtls></Ntry>`,
			amount, number, i, amount, i, i, purpose)
	}
	balance := func(code string, c debt.Cents) string {
		return `<Bal><Tp><CdOrPrtry><Cd>` + code + `</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">` + c.String() + `</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-16</Dt></Dt></Bal>`
	}
	return fmt.Appendf(nil, `<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>M%d</MsgId>`+
		`<CreDtTm>2026-11-16T20:00:00</CreDtTm></GrpHdr><Stmt><Id>S%d</Id><ElctrncSeqNb>%d</ElctrncSeqNb><CreDtTm>2026-11-16T20:00:00</CreDtTm>`+
		`<Acct><Id><IBAN>%s</IBAN></Id><Ccy>EUR</Ccy></Acct>%s%s%s</Stmt></BkToCstmrStmt></Document>`,
		number, number, number+1, statementIBAN, balance("PRCD", 0), balance("CLBD", sum), body.String())
}
