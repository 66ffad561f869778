package record

import (
	"mime"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/letter"
	"quitt/debt/staff"
	"quitt/portal/creditor/dossier"
	"quitt/portal/creditor/room"
	"quitt/store/documents"
	"quitt/store/letters"
	"quitt/store/looks"
)

// LetterPage is a letter as it was sent, without what opens the portal.
type LetterPage struct {
	room.Frame

	Reference  string
	Back, Copy string
	Number     int64
	State      string
	Letter     letter.Document
}

var letterHTML = room.New[LetterPage](files, "sent.html")

// letter finds the letter a request names and keeps that it was seen.
func (p Pages) letter(c *fiber.Ctx, show func(dossier.Scene, letters.Kept) error) error {
	return p.Door.Open(c, staff.See, func(s dossier.Scene) error {
		k, err := s.Record.Letter(debt.ID(c.Query("id")))
		if err != nil {
			return p.Door.Missing(c, err)
		}
		if err := p.Door.Desk.Looked(c.UserContext(), s.At(), looks.Letter, k.ID); err != nil {
			return err
		}
		return show(s, k)
	})
}

// Letter shows a letter.
func (p Pages) Letter(c *fiber.Ctx) error {
	return p.letter(c, func(s dossier.Scene, k letters.Kept) error {
		return letterHTML.Write(c, fiber.StatusOK, letterOf(s, k))
	})
}

func letterOf(s dossier.Scene, k letters.Kept) LetterPage {
	view := LetterPage{Frame: s.Page(dossier.Home), Reference: s.Record.Case.FileReference, Back: s.Link(dossier.Home), Number: k.Number,
		State: s.Base.Words.Text(letterStates[string(k.State)], nil), Letter: k.Document}
	if k.State != letters.Void {
		view.Copy = s.Link(copyPath, "id", string(k.ID))
	}
	return view
}

// Copy prints it again, to be sent once more by hand: a copy opens nothing.
func (p Pages) Copy(c *fiber.Ctx) error {
	return p.letter(c, func(s dossier.Scene, k letters.Kept) error {
		pdf, err := p.Letters.Copy(c.UserContext(), s.Creditor.ID, s.Record.Case.ID, k.ID)
		if err != nil {
			return p.Door.Missing(c, err)
		}
		c.Set(fiber.HeaderContentType, types[documents.PDF])
		c.Set(fiber.HeaderContentDisposition, `attachment; filename="kopie.pdf"`)
		return c.Send(pdf)
	})
}

// types of what is sent.
var types = map[documents.Kind]string{documents.PDF: "application/pdf", documents.JPEG: "image/jpeg", documents.PNG: "image/png"}

// Preview shows what was made of a document: nothing of the file but what is seen is left of it.
// Should that be wrong all the same, it may do nothing.
func (p Pages) Preview(c *fiber.Ctx) error {
	return p.Door.Open(c, staff.See, func(s dossier.Scene) error {
		doc, content, err := p.Papers.Preview(c.UserContext(), s.Creditor.ID, s.Record.Case.ID, debt.ID(c.Query("id")))
		if err != nil {
			return p.Door.Missing(c, err)
		}
		return p.send(c, s, file{doc.ID, looks.Preview, types[doc.PreviewKind], "inline", content})
	})
}

// Original gives a document as it came, to be saved: the page warns before.
func (p Pages) Original(c *fiber.Ctx) error {
	return p.Door.Open(c, staff.Act, func(s dossier.Scene) error {
		doc, content, err := p.Papers.Open(c.UserContext(), s.Creditor.ID, s.Record.Case.ID, debt.ID(c.Query("id")))
		if err != nil {
			return p.Door.Missing(c, err)
		}
		save := mime.FormatMediaType("attachment", map[string]string{"filename": doc.Name.Reveal()})
		if save == "" {
			save = "attachment"
		}
		return p.send(c, s, file{doc.ID, looks.Original, types[doc.Kind], save, content})
	})
}

// file is what leaves for a member.
type file struct {
	id                debt.ID
	what              looks.What
	kind, disposition string
	content           []byte
}

// send keeps that somebody looks, then lets him.
func (p Pages) send(c *fiber.Ctx, s dossier.Scene, f file) error {
	if err := p.Door.Desk.Looked(c.UserContext(), s.At(), f.what, f.id); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, f.kind)
	c.Set(fiber.HeaderContentDisposition, f.disposition)
	c.Set(fiber.HeaderContentSecurityPolicy, "sandbox; default-src 'none'; style-src 'unsafe-inline'")
	return c.Send(f.content)
}
