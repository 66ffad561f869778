package bank

import (
	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/staff"
	"quitt/payments/transfer/seen"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/store/statements"
)

// CheckPage is one statement with its sums and, where something is wrong, what.
type CheckPage struct {
	room.Frame
	statement

	ID       debt.ID
	Opening  *debt.Cents
	Sum      *debt.Cents // of what stands in it
	Expected *debt.Cents // opening and sum
	Off      debt.Cents
	Wrong    string // "" where nothing is
	Gap      bool
	Before   *debt.Cents // closing of the one before, of a gap
	Last     string      // what that is called
	Over     bool        // somebody has looked
	Whys     []option
	MayAct   bool
	Mistake  string
}

var checkHTML = room.New[CheckPage](files, "check.html")

// Check shows a statement.
func (p Pages) Check(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.See, func(s room.Scene) error {
		a, err := p.Seen.Alarm(c.UserContext(), s.Creditor.ID, debt.ID(c.Query("id")))
		if err != nil {
			return p.Door.Missing(c, err)
		}
		return checkHTML.Write(c, fiber.StatusOK, checkPage(s, a))
	})
}

func checkPage(s room.Scene, a seen.Alarm) CheckPage {
	w := s.Base.Words
	v := CheckPage{Frame: s.Frame(checkLink(a.ID)), statement: statementOf(s.Base, a.Head), ID: a.ID, Opening: a.Opening, Off: a.Difference, Over: a.Over,
		MayAct: s.Role.May(staff.Act), Whys: whys(w, seen.DismissWhys(), "")}
	switch {
	case a.State == statements.Quarantine:
		v.Wrong = fault(w, a.Reason)
		v.Sum, v.Expected = a.Sums()
	case !a.Over:
		v.Gap, v.Wrong, v.Before = true, w.Text("bank_fault_gap", nil), a.Before
		if a.Before != nil {
			v.Last = said(s.Base, a.Since)
		}
	}
	return v
}

// Dismiss ends the task of a statement.
func (p Pages) Dismiss(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Act, func(s room.Scene) error {
		f, err := page.Form(c)
		if err != nil {
			return err
		}
		id := debt.ID(f.Get("id"))
		err = p.Seen.Dismiss(c.UserContext(), s.Creditor.ID, id, f.Get("grund"))
		if debt.KindOf(err) == debt.Invalid {
			a, again := p.Seen.Alarm(c.UserContext(), s.Creditor.ID, id)
			if again != nil {
				return p.Door.Missing(c, again)
			}
			v := checkPage(s, a)
			v.Frame, v.Mistake = v.Fails(), s.Base.Words.Error(err)
			return checkHTML.Write(c, fiber.StatusUnprocessableEntity, v)
		}
		if err != nil {
			return p.Door.Missing(c, err)
		}
		return c.Redirect(checkLink(id), fiber.StatusSeeOther)
	})
}
