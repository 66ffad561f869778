package portal

import (
	"github.com/gofiber/fiber/v2"

	"quitt/portal/page"
	"quitt/static"
)

const (
	staticPrefix = "/static/"
	staticRoute  = "/static/*"
)

// Assets are the files a browser loads, under addresses that change with their content.
type Assets struct {
	Find func(path string) (static.File, bool)
	Icon string // path of the one browsers also look for as /favicon.ico
}

// embedded are the files of the program.
func embedded() Assets { return Assets{Find: static.Find, Icon: static.URL("icon.svg")} }

// serve answers with a file. An address of another version is not found, so what is found
// never changes and browsers need not ask again.
func (a Assets) serve(c *fiber.Ctx) error {
	return a.send(c, c.Path(), "public, max-age=31536000, immutable")
}

// icon answers browsers that look for one where it always was.
func (a Assets) icon(c *fiber.Ctx) error { return a.send(c, a.Icon, "public, max-age=86400") }

func (a Assets) send(c *fiber.Ctx, path, caching string) error {
	file, ok := a.Find(path)
	if !ok {
		return fiber.ErrNotFound
	}
	c.Set(fiber.HeaderContentType, file.Type)
	c.Set(fiber.HeaderCacheControl, caching)
	body := file.Body
	if file.Gzip != nil {
		c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
		if page.TakesGzip(c.Get(fiber.HeaderAcceptEncoding)) {
			c.Set(fiber.HeaderContentEncoding, "gzip")
			body = file.Gzip
		}
	}
	_, err := c.Write(body)
	return err
}
