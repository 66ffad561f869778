package table

import (
	"archive/zip"
	"compress/flate"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/xuri/excelize/v2"
)

// SheetRows is how many rows a sheet may have.
const SheetRows = 1 << 20

// formats are how a spreadsheet shows a kind of number; it has the whole value.
var formats = map[Kind]string{Amount: "#,##0.00", Euro: `#,##0.00 "€"`, Rate: "0.0%", Number: "#,##0", Date: "dd/mm/yyyy"}

// Sheet is a table of a workbook.
type Sheet struct {
	Name   string
	Above  []Cell // rows of one cell each: what the table is
	Heads  []string
	Widths []int // of columns, the last one for all that follow
	Keep   bool  // the heads stay in view; for a sheet without Above
}

// Book writes a workbook (ECMA-376). Words stand in their cells as text, which is never run as a
// formula. Rows go into a file as they come, which Close makes the workbook from. A longer table
// goes on in a further sheet.
type Book struct {
	Out    io.Writer // asked for by Alive and Close only
	file   *excelize.File
	folder string // "" without
	styles map[Kind]int
	most   int // rows of a sheet

	sheet  Sheet
	stream *excelize.StreamWriter
	rows   int // of this sheet
	part   int // of a table on several sheets
	sheets int
	record []any

	zip     *zip.Writer
	early   io.Writer // the part that Alive has begun; nil before
	deflate *flate.Writer
}

// NewBook begins a workbook. What does not stay in memory goes into a folder that is made in dir,
// readable for nobody else; with dir "" nothing should be so long.
func NewBook(dir string) (*Book, error) {
	b := &Book{styles: map[Kind]int{}, most: SheetRows}
	if dir != "" {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
		var err error
		if b.folder, err = os.MkdirTemp(dir, prefix); err != nil { // 0700
			return nil, err
		}
	}
	b.file = excelize.NewFile(excelize.Options{TmpDir: b.folder})
	// The library would gather the whole file in memory first.
	b.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return parts{b.zip} })
	if err := b.dress(); err != nil {
		return nil, errors.Join(err, b.Drop())
	}
	return b, nil
}

func (b *Book) dress() (err error) {
	for kind, format := range formats {
		if b.styles[kind], err = b.file.NewStyle(&excelize.Style{CustomNumFmt: &format}); err != nil {
			return err
		}
	}
	if b.styles[Head], err = b.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}}); err != nil {
		return err
	}
	b.styles[Note], err = b.file.NewStyle(&excelize.Style{Font: &excelize.Font{Italic: true}})
	return err
}

// Begin starts a table on a sheet of its own.
func (b *Book) Begin(s Sheet) error {
	b.sheet, b.part = s, 1
	return b.begin(s.Name)
}

func (b *Book) begin(name string) (err error) {
	if err := b.end(); err != nil {
		return err
	}
	if b.sheets++; b.sheets == 1 {
		err = b.file.SetSheetName(b.file.GetSheetName(0), name)
	} else {
		_, err = b.file.NewSheet(name)
	}
	if err != nil {
		return err
	}
	if b.stream, err = b.file.NewStreamWriter(name); err != nil {
		return err
	}
	b.rows = 0
	for i, width := range b.sheet.Widths {
		last := i + 1
		if i == len(b.sheet.Widths)-1 {
			last = max(last, len(b.sheet.Heads))
		}
		if err := b.stream.SetColWidth(i+1, last, float64(width)); err != nil {
			return err
		}
	}
	if b.sheet.Keep {
		if err := b.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
			return err
		}
	}
	return b.top()
}

// top writes what stands over the rows.
func (b *Book) top() error {
	for _, c := range b.sheet.Above {
		if err := b.write([]Cell{c}); err != nil {
			return err
		}
	}
	if len(b.sheet.Above) > 0 {
		b.rows++ // an empty one between
	}
	heads := make([]Cell, len(b.sheet.Heads))
	for i, h := range b.sheet.Heads {
		heads[i] = Heading(h)
	}
	return b.write(heads)
}

// Row writes one.
func (b *Book) Row(cells []Cell) error {
	if b.rows == b.most {
		b.part++
		if err := b.begin(b.sheet.Name + " " + strconv.Itoa(b.part)); err != nil {
			return err
		}
	}
	return b.write(cells)
}

func (b *Book) write(cells []Cell) error {
	b.rows++
	b.record = b.record[:0]
	for _, c := range cells {
		b.record = append(b.record, b.cell(c))
	}
	return b.stream.SetRow("A"+strconv.Itoa(b.rows), b.record)
}

// cell gives the value of a cell. Spreadsheets know no integers of cents: this is the one place
// where an amount becomes a float, by one division, of which the nearest decimal is the amount.
func (b *Book) cell(c Cell) any {
	switch c.Kind {
	case Amount, Euro:
		return excelize.Cell{StyleID: b.styles[c.Kind], Value: float64(c.N) / 100}
	case Rate:
		return excelize.Cell{StyleID: b.styles[c.Kind], Value: float64(c.N) / 10_000}
	case Number:
		return excelize.Cell{StyleID: b.styles[c.Kind], Value: c.N}
	case Date:
		return excelize.Cell{StyleID: b.styles[c.Kind], Value: c.Day.Time()}
	}
	if c.Text == "" {
		return nil
	}
	return excelize.Cell{StyleID: b.styles[c.Kind], Value: c.Text}
}

func (b *Book) end() error {
	if b.stream == nil {
		return nil
	}
	err := b.stream.Flush()
	b.stream = nil
	return err
}

// The part of a workbook that says which program made it, as everybody's does.
const (
	earlyName = "docProps/app.xml"
	earlyPart = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" +
		`<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>Quitt</Application></Properties>`
)

// Alive gives Out a sign of life, as often as one likes. A workbook is written when its rows are
// known, which takes minutes, and a proxy between takes a connection on which nothing comes for dead.
// So the file begins with a part that does not depend on them, and in its stream any number of
// empty blocks may stand (RFC 1951, 3.2.4).
func (b *Book) Alive() error {
	if b.early == nil {
		b.zip = zip.NewWriter(b.Out)
		b.zip.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
			f, err := flate.NewWriter(w, flate.DefaultCompression)
			b.deflate = f
			return f, err
		})
		var err error
		if b.early, err = b.zip.Create(earlyName); err != nil {
			return err
		}
	}
	return errors.Join(b.deflate.Flush(), b.zip.Flush())
}

// parts leaves out of a workbook the part that is there already.
type parts struct{ *zip.Writer }

// Create is zip.Writer.Create.
func (p parts) Create(name string) (io.Writer, error) {
	if name == earlyName {
		return io.Discard, nil
	}
	return p.Writer.Create(name)
}

// Close writes the workbook and forgets it.
func (b *Book) Close() error {
	err := b.end()
	if err == nil {
		err = b.Alive()
	}
	if err == nil {
		_, err = io.WriteString(b.early, earlyPart)
	}
	if err == nil {
		err = b.file.Write(b.Out)
	}
	return errors.Join(err, b.Drop())
}

// Drop forgets a workbook that nobody wants any more; after Close there is nothing to forget.
func (b *Book) Drop() error {
	err := b.file.Close()
	if b.folder != "" {
		err = errors.Join(err, os.RemoveAll(b.folder))
	}
	return err
}

// prefix begins the names of the folders.
const prefix = "workbook-"

// Sweep removes folders of workbooks that were begun before an instant: of programs that were
// ended in the midst of one.
func Sweep(dir string, before time.Time) error {
	list, err := filepath.Glob(filepath.Join(dir, prefix+"*"))
	for _, name := range list {
		info, gone := os.Lstat(name)
		if gone == nil && info.ModTime().Before(before) {
			err = errors.Join(err, os.RemoveAll(name))
		}
	}
	return err
}
