package report

import (
	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/staff"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/portal/text"
	"quitt/reports"
	"quitt/reports/files"
)

// File gives a report as a file. Its sums tell of nobody, so that it needs no more than to see.
func (p Pages) File(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.See, func(s room.Scene) error {
		kind, q, err := fileOf(c, s.Today)
		if err != nil {
			return p.Door.Kit.Problem(c, page.Problem{Kind: page.BadRequest})
		}
		made, err := p.Desk.Make(c.UserContext(), s.Creditor, q)
		if err != nil {
			return err
		}
		return sendFile(c, kind, s.Base.Words, made)
	})
}

// sendFile answers with a report as a file to keep.
func sendFile(c *fiber.Ctx, kind files.Kind, words *text.Catalogue, made reports.Report) error {
	body, err := files.Write(kind, words, made)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, files.Types[kind])
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+string(made.Kind)+"-"+made.To.String()+"."+string(kind)+`"`)
	return c.Status(fiber.StatusOK).Send(body)
}

func fileOf(c *fiber.Ctx, today debt.Date) (files.Kind, reports.Query, error) {
	kind := files.Kind(c.Query("art", string(files.CSV)))
	q, err := queryOf(c, reports.Kind(c.Query("bericht", string(reports.Overview))), today)
	if err == nil && files.Types[kind] == "" {
		err = debt.E(debt.NotFound, "report_unknown", nil)
	}
	return kind, q, err
}
