package sheet

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf16"
)

// kidsPerNode is how many letters share a node of the page tree: readers find a page of a
// hundred thousand without reading a list as long.
const kidsPerNode = 64

// Objects of the file itself; those of letters and nodes follow.
const (
	catalogObject = 1 + iota
	infoObject
	rootObject
	firstObject
)

// maxOffset is what the ten digits of a cross-reference hold.
const maxOffset = 9_999_999_999

// Stapler puts PDFs of a Press into one, in constant memory: it writes each letter as it comes
// and keeps where its objects are, eight bytes each.
type Stapler struct {
	w        *bufio.Writer
	written  int64
	offsets  []int64 // of each object, by number
	node     node
	nodes    node // the nodes so far, kids of the root
	title    string
	language string
	scratch  []byte
	err      error // of the writer, or of Close; then nothing helps
}

// node is a node of the page tree that still gets kids.
type node struct {
	object int
	kids   []int
	pages  int
}

var errClosed = errors.New("sheet: the stapler is closed")

// NewStapler begins a file.
func NewStapler(w io.Writer, title string) *Stapler {
	s := &Stapler{w: bufio.NewWriterSize(w, 64<<10), offsets: make([]int64, firstObject), title: title}
	s.nodes.object = rootObject
	s.write([]byte("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"))
	return s
}

// Add appends all pages of one letter. A PDF that is not of a Press is refused before anything
// of it is written, and the next one may follow; after an error of the writer none may.
func (s *Stapler) Add(pdf []byte) error {
	if s.err != nil {
		return s.err
	}
	doc, err := parse(pdf)
	if err != nil {
		return err
	}
	if s.node.object == 0 {
		s.node.object = s.number()
	}
	numbers, offsets := s.numbers(doc)
	body, err := doc.renumbered(s.scratch[:0], numbers, offsets, s.node.object)
	s.scratch = body[:0]
	if err != nil {
		s.offsets = s.offsets[:len(s.offsets)-len(offsets)]
		return err
	}
	for number, at := range offsets {
		s.offsets[number] = s.written + at
	}
	if s.language == "" {
		s.language = doc.language
	}
	s.node.kids = append(s.node.kids, numbers[doc.pages])
	s.node.pages += doc.count
	s.write(body)
	if len(s.node.kids) == kidsPerNode {
		s.endNode()
	}
	return s.err
}

// numbers gives each object of a letter its number in the file, and room for where it will be.
// The letter's own catalogue and title stay behind.
func (s *Stapler) numbers(doc *document) (numbers []int, offsets map[int]int64) {
	numbers = make([]int, len(doc.objects))
	offsets = make(map[int]int64, len(doc.objects))
	for i := 1; i < len(doc.objects); i++ {
		if i != doc.catalog && i != doc.info {
			numbers[i] = s.number()
			offsets[numbers[i]] = 0
		}
	}
	return numbers, offsets
}

// number reserves the next object.
func (s *Stapler) number() int {
	s.offsets = append(s.offsets, 0)
	return len(s.offsets) - 1
}

func (s *Stapler) endNode() {
	if len(s.node.kids) > 0 {
		s.writeNode(s.node, "/Parent "+strconv.Itoa(rootObject)+" 0 R\n")
		s.nodes.kids = append(s.nodes.kids, s.node.object)
		s.nodes.pages += s.node.pages
	}
	s.node = node{kids: s.node.kids[:0]}
}

func (s *Stapler) writeNode(n node, parent string) {
	out := append(s.scratch[:0], "<</Type /Pages\n"+parent+"/Count "+strconv.Itoa(n.pages)+"\n/Kids ["...)
	for _, kid := range n.kids {
		out = append(strconv.AppendInt(out, int64(kid), 10), " 0 R\n"...)
	}
	s.object(n.object, string(append(out, "]>>"...)))
	s.scratch = out[:0]
}

func (s *Stapler) object(number int, body string) {
	s.offsets[number] = s.written
	s.write(fmt.Appendf(nil, "%d 0 obj\n%s\nendobj\n", number, body))
}

// Close ends the file; without it the file is none. A file without letters is an error.
func (s *Stapler) Close() error {
	if s.err != nil {
		return s.err
	}
	s.endNode()
	if s.nodes.pages == 0 {
		s.err = errors.New("sheet: nothing to staple")
		return s.err
	}
	s.writeNode(s.nodes, "")
	s.object(catalogObject, fmt.Sprintf("<</Type /Catalog\n/Pages %d 0 R\n/Lang (%s)\n/ViewerPreferences <</DisplayDocTitle true>>>>", rootObject, s.language))
	s.object(infoObject, fmt.Sprintf("<</Title %s\n/Creator (%s)\n/Producer (%s)>>", hexText(s.title), maker, maker))
	s.writeEnd()
	if s.err == nil {
		s.err = s.w.Flush()
	}
	if s.err != nil {
		return s.err
	}
	s.err = errClosed
	return nil
}

// writeEnd writes the cross-reference, twenty bytes per object.
func (s *Stapler) writeEnd() {
	at := s.written
	s.write(fmt.Appendf(nil, "xref\n0 %d\n0000000000 65535 f \n", len(s.offsets)))
	for number, offset := range s.offsets[1:] {
		if offset == 0 { // reserved for a node whose first letter was refused
			s.write([]byte("0000000000 00000 f \n"))
			continue
		}
		if offset > maxOffset {
			s.err = fmt.Errorf("sheet: object %d lies beyond the %d bytes a PDF can address", number+1, int64(maxOffset))
			return
		}
		s.write(fmt.Appendf(nil, "%010d 00000 n \n", offset))
	}
	s.write(fmt.Appendf(nil, "trailer\n<</Size %d\n/Root %d 0 R\n/Info %d 0 R>>\nstartxref\n%d\n%%%%EOF\n",
		len(s.offsets), catalogObject, infoObject, at))
}

func (s *Stapler) write(b []byte) {
	if s.err != nil {
		return
	}
	var n int
	n, s.err = s.w.Write(b)
	s.written += int64(n)
}

// hexText writes a text for a PDF: UTF-16 with its mark, in hexadecimal.
func hexText(s string) string {
	out := []byte("<FEFF")
	for _, u := range utf16.Encode([]rune(s)) {
		out = fmt.Appendf(out, "%04X", u)
	}
	return string(append(out, '>'))
}
