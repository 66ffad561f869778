package paperwork

import (
	"mime"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/portal/page"
	"quitt/store/documents"
)

// types of what is sent back.
var types = map[documents.Kind]string{documents.PDF: "application/pdf", documents.JPEG: "image/jpeg", documents.PNG: "image/png"}

// File gives a document back as it came. A stranger may have made it: the browser is told to
// save it, to guess nothing about it, and should it be shown all the same, to let it do nothing.
func (p *Pages) File(c *fiber.Ctx) error {
	visit := page.Of(c).Visit
	doc, content, err := p.desk.Open(c.UserContext(), visit.CreditorID, visit.CaseID, debt.ID(c.Query("id")))
	if err == nil && !doc.ForDebtor() {
		err = debt.E(debt.NotFound, "document_unknown", nil)
	}
	if err != nil {
		if debt.KindOf(err) == debt.NotFound {
			return p.kit.Problem(c, page.Problem{Kind: page.NotFound})
		}
		return err
	}
	c.Set(fiber.HeaderContentType, types[doc.Kind])
	c.Set(fiber.HeaderContentDisposition, disposition(doc.Name.Reveal()))
	c.Set(fiber.HeaderContentSecurityPolicy, "sandbox; default-src 'none'")
	return c.Send(content)
}

// disposition names a file to save (RFC 6266). Other letters than English ones are encoded.
func disposition(name string) string {
	if value := mime.FormatMediaType("attachment", map[string]string{"filename": name}); value != "" {
		return value
	}
	return "attachment"
}
