package debits

import (
	"bytes"
	"errors"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/staff"
	"quitt/payments/directdebit"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
)

// mostAnswer bounds what a bank says of a file, in bytes.
const mostAnswer = 8 << 20

// Uploads are the forms of this room that bring a file, with how many bytes it may have.
var Uploads = map[string]int64{answerPath: mostAnswer}

// AnswerPage takes what the bank says of a file (pain.002), and says what became of it.
type AnswerPage struct {
	room.Frame

	Most    int // megabytes
	Mistake string
	Heard   bool
	Said    string
	Way     string // to the file it was about
}

var answerHTML = room.New[AnswerPage](files, "answer.html")

// AnswerForm asks for it.
func (p Pages) AnswerForm(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Act, func(s room.Scene) error { return answerHTML.Write(c, fiber.StatusOK, answerPage(s)) })
}

func answerPage(s room.Scene) AnswerPage {
	return AnswerPage{Frame: s.Frame(answerPath), Most: mostAnswer >> 20}
}

// Answer takes it in.
func (p Pages) Answer(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Act, func(s room.Scene) error {
		v := answerPage(s)
		said, err := handedIn(c)
		var x directdebit.Answer
		if err == nil {
			x, err = p.Desk.Hear(c.UserContext(), s.Creditor.ID, bytes.NewReader(said))
		}
		switch debt.KindOf(err) {
		case debt.Invalid, debt.NotFound, debt.Conflict:
			v.Frame, v.Mistake = v.Fails(), s.Base.Words.Error(err)
			return answerHTML.Write(c, fiber.StatusUnprocessableEntity, v)
		}
		if err != nil {
			return err
		}
		return answerHTML.Write(c, fiber.StatusOK, v.tell(s, x))
	})
}

func (v AnswerPage) tell(s room.Scene, x directdebit.Answer) AnswerPage {
	v.Heard, v.Way = true, runPath+"?"+url.Values{"name": {x.Run.Message}}.Encode()
	v.Said = s.Base.Words.Text("debits_answer_none", nil)
	if x.Refused > 0 {
		v.Said = s.Base.Words.Text("debits_answer_refused", debt.Args{"refused": x.Refused, "known": x.Repeated})
	}
	return v
}

// handedIn reads the file of a form.
func handedIn(c *fiber.Ctx) ([]byte, error) {
	missing := debt.E(debt.Invalid, "bank_file_missing", nil)
	if !page.HasFiles(c) {
		return nil, missing
	}
	form, err := page.FilesOf(c)
	if err != nil {
		return nil, err
	}
	defer form.Close()
	var b bytes.Buffer
	_, big, err := form.Stream(&b)
	switch {
	case errors.Is(err, page.ErrNoFile):
		return nil, missing
	case err != nil:
		return nil, err
	case big:
		return nil, debt.E(debt.Invalid, "bank_file_big", debt.Args{"most": mostAnswer >> 20})
	}
	return b.Bytes(), nil
}
