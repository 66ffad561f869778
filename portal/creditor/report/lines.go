package report

import (
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/recovery"
	"quitt/debt/staff"
	"quitt/portal/creditor/room"
	"quitt/reports"
	"quitt/store"
	"quitt/store/rollups"
)

// LinesPage lists the cases behind a number.
type LinesPage struct {
	room.Frame

	Figure   string
	From, To debt.Date
	Amounts  bool // there are amounts of money
	Days     bool // or of days
	Lines    []CaseLine
	Next     string
	Mistake  string
}

// CaseLine is what one case adds to the number on a day.
type CaseLine struct {
	File, Path string // Path is "" while there is no page of a case
	On         debt.Date
	N          int64
	Amount     debt.Cents
	Days       int
}

var linesHTML = room.New[LinesPage](pages, "lines.html")

// linesPerPage bounds a page.
const linesPerPage = 50

// casePath is the page of a case, of another room.
const casePath = room.Home + "/akte"

// Lines shows the cases behind a number.
func (p Pages) Lines(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.See, func(s room.Scene) error {
		v := LinesPage{Frame: s.Frame(lines)}
		b, err := behindOf(c, s.Today)
		if err != nil {
			v.Frame, v.Mistake = v.Fails(), s.Base.Words.Error(err)
			return linesHTML.Write(c, fiber.StatusUnprocessableEntity, v)
		}
		v.Figure, v.From, v.To = s.Base.Words.Word(b.Figure), b.From, b.To
		v.Days = b.Figure == recovery.FirstPayment || b.Figure == recovery.Decided
		v.Amounts = !v.Days && !slices.Contains([]recovery.Figure{recovery.Letter, recovery.Running, recovery.Objected, recovery.Resolved}, b.Figure)
		var list []rollups.CaseLine
		err = p.Door.Store.Read(c.UserContext(), s.Creditor.ID, func(r *store.Reader) (err error) {
			list, err = b.Lines(r, linesPerPage+1)
			return err
		})
		if err != nil {
			return err
		}
		if len(list) > linesPerPage {
			list = list[:linesPerPage]
			last := list[linesPerPage-1]
			v.Next = address(lines, b.Scope, "zahl", string(b.Figure), "art", b.Key, "dazu", besideOf(b), "ab", last.DayOn.String()+","+string(last.CaseID)+","+last.Key)
		}
		for _, l := range list {
			line := CaseLine{File: l.FileReference, On: l.DayOn.Date, N: l.N, Amount: debt.Cents(l.Amount), Days: int(l.Amount)}
			if p.Door.Ways[casePath] {
				line.Path = casePath + "?nr=" + url.QueryEscape(l.FileReference)
			}
			v.Lines = append(v.Lines, line)
		}
		return linesHTML.Write(c, fiber.StatusOK, v)
	})
}

// behindOf reads which number is asked about.
func behindOf(c *fiber.Ctx, today debt.Date) (b rollups.Behind, err error) {
	scope, err := scopeOf(c, today)
	b = rollups.Behind{Scope: scope, Figure: recovery.Figure(c.Query("zahl", string(recovery.Placed))), Key: c.Query("art")}
	if err == nil {
		err = reports.Query{Kind: reports.Overview, Scope: scope}.Check()
	}
	if second := c.Query("dazu"); second != "" && err == nil {
		b.Over, b.Beside = reports.ParseScope(second)
		beside := rollups.Scope{By: b.Over, Value: b.Beside, From: scope.From, To: scope.To}
		err = reports.Query{Kind: reports.Overview, Scope: beside}.Check()
		if scope.By == rollups.All || b.Over == rollups.All || b.Over == scope.By {
			err = debt.E(debt.Invalid, "report_slice", nil)
		}
	}
	if err == nil && !slices.Contains(recovery.Figures(), b.Figure) || len(b.Key) > 100 {
		err = debt.E(debt.Invalid, "report_figure_unknown", nil)
	}
	if at := strings.SplitN(c.Query("ab"), ",", 3); len(at) == 3 && err == nil {
		b.After.Case, b.After.Key = debt.ID(at[1]), at[2]
		b.After.On, err = debt.ParseDate(at[0])
	}
	return b, err
}
