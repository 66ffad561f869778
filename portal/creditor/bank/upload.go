package bank

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/bank"
	"quitt/bank/archive"
	"quitt/debt"
	"quitt/debt/staff"
	"quitt/payments/transfer"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/store/statements"
)

// UploadPage takes a file of a bank and says what became of it.
type UploadPage struct {
	room.Frame

	Most    int // megabytes
	Mistake string
	Read    *result
}

// result is what became of a file.
type result struct {
	Name       string
	Known      bool
	Counts     []count
	Statements []readStatement
	Elsewhere  string
	Waits      bool // there is money to place
}

type count struct{ Label, N string }

type readStatement struct {
	statement

	Wrong string // why nothing of it was booked; "" if it was
}

var uploadHTML = room.New[UploadPage](files, "upload.html")

// UploadForm asks for a file.
func (p Pages) UploadForm(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Act, func(s room.Scene) error {
		return uploadHTML.Write(c, fiber.StatusOK, uploadPage(s))
	})
}

func uploadPage(s room.Scene) UploadPage {
	return UploadPage{Frame: s.Frame(uploadPath), Most: mostFile >> 20}
}

// readTime is how long reading a file may take: the time of a page would end in the middle of a
// large one. Whatever ends it, sending the file again goes on where it was.
const readTime = 4 * time.Minute

// Upload reads a file.
func (p Pages) Upload(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Act, func(s room.Scene) error {
		v := uploadPage(s)
		name, report, err := p.read(c, s)
		var format *bank.FormatError
		switch {
		case err != nil && debt.KindOf(err) == "" && !errors.As(err, &format):
			return err
		case err != nil:
			v.Frame, v.Mistake = v.Fails(), s.Base.Words.Error(err)
			if len(report.Statements) > 0 { // what was complete before counts all the same
				v.Read = resultOf(s, name, report)
			}
			return uploadHTML.Write(c, fiber.StatusUnprocessableEntity, v)
		}
		v.Read = resultOf(s, name, report)
		return uploadHTML.Write(c, fiber.StatusOK, v)
	})
}

// read takes the file of a form to where it can be read in any order, and imports it. Its name
// is gone before anything is read: whatever ends the process, nothing stays behind.
func (p Pages) read(c *fiber.Ctx, s room.Scene) (name string, r transfer.Report, err error) {
	missing := debt.E(debt.Invalid, "bank_file_missing", nil)
	if !page.HasFiles(c) {
		return "", r, missing
	}
	form, err := page.FilesOf(c)
	if err != nil {
		return "", r, err
	}
	defer form.Close()
	kept, err := os.CreateTemp("", "statement-")
	if err != nil {
		return "", r, err
	}
	defer func() { _ = kept.Close() }()
	if err := os.Remove(kept.Name()); err != nil {
		return "", r, err
	}
	name, big, err := form.Stream(kept)
	switch {
	case errors.Is(err, page.ErrNoFile):
		return "", r, missing
	case err != nil:
		return "", r, err
	case big:
		return "", r, debt.E(debt.Invalid, "bank_file_big", debt.Args{"most": mostFile >> 20})
	}
	size, err := kept.Seek(0, io.SeekEnd)
	if err != nil {
		return "", r, err
	}
	ctx, done := context.WithTimeout(context.WithoutCancel(c.UserContext()), readTime)
	defer done()
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	r, err = p.desk(s).Import(ctx, s.Creditor.ID, archive.File{Name: name, R: kept, Size: size})
	return name, r, err
}

func resultOf(s room.Scene, name string, r transfer.Report) *result {
	w := s.Base.Words
	out := &result{Name: name, Known: r.Known, Waits: r.Work.Suspended > 0}
	if r.Elsewhere > 0 {
		out.Elsewhere = w.Text("bank_read_elsewhere", debt.Args{"n": r.Elsewhere})
	}
	var again int64
	for _, h := range r.Statements {
		one := readStatement{statement: statementOf(s.Base, h)}
		if h.State == statements.Quarantine {
			one.Wrong = fault(w, h.Reason)
			if h.Difference != 0 {
				one.Wrong += " " + w.Text("bank_fault_off", debt.Args{"difference": h.Difference})
			}
		}
		again += h.Known
		out.Statements = append(out.Statements, one)
	}
	add := func(label sentence, n int) {
		if n > 0 {
			out.Counts = append(out.Counts, count{label(w), w.Int(int64(n))})
		}
	}
	n := r.Work
	add(say("bank_count_booked"), n.Booked)
	add(say("bank_count_open"), n.Suspended)
	add(say("bank_count_proofs"), n.Proofs)
	add(say("bank_count_returned"), n.Returned)
	add(say("bank_count_unreturned"), n.Unreturned)
	add(say("bank_count_fees"), n.Fees)
	add(say("bank_count_out"), n.Remitted+n.Listed)
	add(say("bank_count_foreign"), n.Foreign)
	add(say("bank_count_again"), int(again))
	return out
}
