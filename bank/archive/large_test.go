package archive_test

import (
	"archive/zip"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"quitt/bank"
	"quitt/bank/archive"
	"quitt/bank/statement"
)

// A proof (make proof) reads files beyond the 2 GiB that a document of an archive may have, every
// test run some MiB of the same.
const (
	envProof   = "QUITT_PROOF"
	shortBytes = 6 << 20
	longBytes  = 2<<30 + 64<<20
	mostHeap   = 48 << 20
)

// endless is a file of equally long records that are made as they are read, so that it takes no
// memory and no disk.
type endless struct {
	head, foot string
	record     func(n int64) string
	length, n  int64
}

func (e endless) size() int64 { return int64(len(e.head)) + e.n*e.length + int64(len(e.foot)) }

// ReadAt implements io.ReaderAt.
func (e endless) ReadAt(p []byte, at int64) (n int, err error) {
	for n < len(p) {
		if at >= e.size() {
			return n, io.EOF
		}
		part, from := e.foot, at-int64(len(e.head))-e.n*e.length
		switch body := at - int64(len(e.head)); {
		case body < 0:
			part, from = e.head, at
		case body < e.n*e.length:
			part, from = e.record(body/e.length), body%e.length
		}
		k := copy(p[n:], part[from:])
		n, at = n+k, at+int64(k)
	}
	return n, nil
}

func endlessOf(bytes int64, head, foot string, record func(n int64) string) endless {
	e := endless{head: head, foot: foot, record: record, length: int64(len(record(0)))}
	e.n = (bytes - int64(len(head)) - int64(len(foot)) + e.length) / e.length
	return e
}

func camt053(bytes int64) endless {
	return endlessOf(bytes, `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>1</Id><Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>
`, "</Stmt></BkToCstmrStmt></Document>", func(n int64) string {
		return fmt.Sprintf(`<Ntry><Amt Ccy="EUR">79.90</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-20</Dt></BookgDt><ValDt><Dt>2026-11-20</Dt></ValDt><AcctSvcrRef>%012d</AcctSvcrRef><BkTxCd><Prtry><Cd>NTRF+166+00931</Cd></Prtry></BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><RltdPties><Dbtr><Pty><Nm>Max Mustermann</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>DE02120300000000202051</IBAN></Id></DbtrAcct></RltdPties><RmtInf><Ustrd>Zahlung Az %012d %s</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
`, n, n, strings.Repeat("danke ", 20))
	})
}

func mt940(bytes int64) endless {
	return endlessOf(bytes, ":20:STARTUMS\r\n:25:37040044/0532013000\r\n:28C:1/1\r\n:60F:C261119EUR0,00\r\n", ":62F:C261120EUR0,00\r\n-\r\n", func(n int64) string {
		return fmt.Sprintf(":61:2611201120CR79,90N166NONREF//%012d\r\n:86:166?00GUTSCHR. UEBERWEISUNG?20SVWZ+Zahlung Az %012d?21%s?22%s?30DEUTDEFF?31DE02120300000000202051?32Max Mustermann\r\n",
			n, n, strings.Repeat("danke", 5), strings.Repeat("danke", 5))
	})
}

// tally counts, and looks now and then how much memory is in use.
type tally struct {
	entries int64
	heap    uint64
}

func (c *tally) Begin(statement.Head) error { return nil }

func (c *tally) Entry(statement.Entry) error {
	if c.entries++; c.entries%20_000 == 0 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		c.heap = max(c.heap, m.HeapInuse)
	}
	return nil
}

func (c *tally) End(statement.Foot) error { return nil }

// However long a file is, reading it takes the memory of an entry; in an archive it is refused
// once it is longer than a document may be, whatever the archive says of its size.
func TestAFileLargerThanMemoryIsReadInLittleOfIt(t *testing.T) {
	bytes, long := int64(shortBytes), os.Getenv(envProof) != ""
	if long {
		bytes = longBytes
	}
	for name, file := range map[string]endless{"camt": camt053(bytes), "mt940": mt940(bytes)} {
		t.Run(name, func(t *testing.T) {
			plain := &tally{}
			open := func(c *tally) func(archive.Document) (statement.Visitor, error) {
				return func(archive.Document) (statement.Visitor, error) { return c, nil }
			}
			if err := archive.Read(archive.File{Name: name, R: file, Size: file.size()}, open(plain)); err != nil || plain.entries != file.n {
				t.Errorf("%v, %d of %d entries", err, plain.entries, file.n)
			}
			packed := &tally{}
			f := pack(t, file)
			err := archive.Read(f, open(packed))
			switch refused := errors.Is(err, &bank.FormatError{Key: "bankfile_zip_size"}); {
			case refused != long || !long && (err != nil || packed.entries != file.n):
				t.Errorf("packed: %v, %d of %d entries", err, packed.entries, file.n)
			case max(plain.heap, packed.heap) > mostHeap:
				t.Errorf("%d MiB of memory", max(plain.heap, packed.heap)>>20)
			}
			t.Logf("%d bytes, %d entries, at most %.1f MiB in use; as ZIP of %d bytes %d entries, %.1f MiB, %v",
				file.size(), plain.entries, float64(plain.heap)/(1<<20), f.Size, packed.entries, float64(packed.heap)/(1<<20), err)
		})
	}
}

// pack writes a file into an archive on the disk.
func pack(t *testing.T, file endless) archive.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "large.zip")
	w, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	into, err := z.Create("statement")
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(into, io.NewSectionReader(file, 0, file.size()))
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	info, err := w.Stat()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	return archive.File{Name: "large.zip", R: w, Size: info.Size()}
}
