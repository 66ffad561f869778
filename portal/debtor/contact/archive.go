package contact

import (
	"archive/zip"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/disclosure"
	"quitt/debt"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
)

// archiveMost is how long the whole of it may take: a case holds a hundred megabytes.
const archiveMost = 30 * time.Minute

// CopyZIP gives both forms of the copy and the files that belong to it. One that breaks off has no
// end, and no program opens it.
func (p *Pages) CopyZIP(c *fiber.Ctx) error {
	return p.within(c, func(s room.Scene) error {
		all, err := p.Copies.Read(c.UserContext(), s.Visit.CreditorID, s.Visit.CaseID)
		if err != nil {
			return err
		}
		pdf, err := p.Letters.PrintAny(readable(s.Base, all))
		if err != nil {
			return err
		}
		a := archive{p, s, all, pdf}
		c.Attachment("meine-daten.zip")
		c.Set(fiber.HeaderContentType, "application/zip")
		page.Stream(c, archiveMost, func(ctx context.Context, w *page.Reader) { _ = a.write(ctx, w) }) // a reader that went away is no mistake of ours
		return nil
	})
}

// archive is one that is being written.
type archive struct {
	pages *Pages
	scene room.Scene
	all   disclosure.Copy
	pdf   []byte
}

// write holds one file at a time.
func (a archive) write(ctx context.Context, w *page.Reader) error {
	z := zip.NewWriter(w)
	json, err := z.Create("meine-daten.json")
	if err == nil {
		err = a.all.Write(json)
	}
	if err == nil {
		err = a.add(z, "meine-daten.pdf", a.pdf)
	}
	for i, d := range a.all.Documents {
		if err != nil {
			return err
		}
		if d.Content != disclosure.Enclosed {
			continue
		}
		var content []byte
		_, content, err = a.pages.Papers.Open(ctx, a.scene.Visit.CreditorID, a.scene.Visit.CaseID, debt.ID(d.ID))
		if err == nil {
			err = a.add(z, fmt.Sprintf("dokumente/%02d-%s", i+1, plainName(d.Name)), content)
		}
	}
	if err != nil {
		return err
	}
	return z.Close()
}

func (archive) add(z *zip.Writer, name string, content []byte) error {
	w, err := z.Create(name)
	if err == nil {
		_, err = w.Write(content)
	}
	return err
}

// plainName is a file's name that leads nowhere.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' {
			return '_'
		}
		return r
	}, name)
}
