package camt

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"quitt/bank/statement"
)

// made writes a statement of n entries as it is read, so that the file takes no memory itself.
type made struct {
	n, next int
	rest    string
	bytes   int64
}

func (m *made) Read(p []byte) (int, error) {
	for m.rest == "" {
		switch {
		case m.next == 0:
			m.rest = headOf("053", "08") + balanceOf("PRCD", "1000.00")
		case m.next <= m.n:
			m.rest = fmt.Sprintf(`<Ntry><NtryRef>%d</NtryRef><Amt Ccy="EUR">79.90</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-20</Dt></BookgDt><ValDt><Dt>2026-11-20</Dt></ValDt><AcctSvcrRef>%010d</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn><Prtry><Cd>NTRF+166+00931</Cd><Issr>DK</Issr></Prtry></BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><Amt Ccy="EUR">79.90</Amt><CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr><Pty><Nm>Max Mustermann</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>DE02120300000000202051</IBAN></Id></DbtrAcct></RltdPties><RmtInf><Ustrd>Zahlung Az %011d</Ustrd></RmtInf></TxDtls></NtryDtls><AddtlNtryInf>GUTSCHR. UEBERWEISUNG</AddtlNtryInf></Ntry>`+"\n", m.next, m.next, m.next)
		case m.next == m.n+1:
			m.rest = "</Stmt></BkToCstmrStmt></Document>"
		default:
			return 0, io.EOF
		}
		m.next++
	}
	n := copy(p, m.rest)
	m.rest = m.rest[n:]
	m.bytes += int64(n)
	return n, nil
}

// peak is the most memory in use that any of its looks saw.
type peak struct {
	counter
	most uint64
}

func (p *peak) Entry(e statement.Entry) error {
	if p.entries%10_000 == 0 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		p.most = max(p.most, m.HeapInuse)
	}
	return p.counter.Entry(e)
}

func BenchmarkRead(b *testing.B) {
	const entries = 100_000
	for b.Loop() {
		file, seen := &made{n: entries}, &peak{}
		if err := Read(file, seen); err != nil || seen.entries != entries {
			b.Fatal(err, seen.entries)
		}
		b.SetBytes(file.bytes)
		b.ReportMetric(float64(seen.most)/(1<<20), "MiB-peak-heap")
	}
}

// counter counts and adds up.
type counter struct {
	statements, entries, details int
}

func (c *counter) Begin(statement.Head) error { c.statements++; return nil }

func (c *counter) Entry(e statement.Entry) error {
	c.entries++
	c.details += len(e.Details)
	return nil
}

func (c *counter) End(statement.Foot) error { return nil }

func headOf(number, version string) string {
	message := map[string]string{"052": "BkToCstmrAcctRpt><Rpt", "053": "BkToCstmrStmt><Stmt", "054": "BkToCstmrDbtCdtNtfctn><Ntfctn"}[number]
	return `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.` + number + `.001.` + version + `"><` + message + `><Id>1</Id><Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>`
}

func footOf(number string) string {
	message := map[string]string{"052": "Rpt></BkToCstmrAcctRpt", "053": "Stmt></BkToCstmrStmt", "054": "Ntfctn></BkToCstmrDbtCdtNtfctn"}[number]
	return "</" + message + "></Document>"
}

func balanceOf(code, amount string) string {
	sign := "CRDT"
	if rest, minus := strings.CutPrefix(amount, "-"); minus {
		sign, amount = "DBIT", rest
	}
	return `<Bal><Tp><CdOrPrtry><Cd>` + code + `</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">` + amount + `</Amt><CdtDbtInd>` + sign + `</CdtDbtInd><Dt><Dt>2026-11-19</Dt></Dt></Bal>`
}
