package page

import (
	"bytes"
	"compress/gzip"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"
)

var squeezers = sync.Pool{New: func() any {
	w, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		panic("page: " + err.Error()) // the level is a constant
	}
	return w
}}

// send answers with a page, compressed for browsers that take it: a third of the bytes on a
// slow line. What can be learned from the length of a compressed page (BREACH) needs text
// of the attacker's beside the form token: nothing a foreign site can make a browser ask
// for with the session's cookie repeats any.
func send(c *fiber.Ctx, html []byte) error {
	c.Vary(fiber.HeaderAcceptEncoding)
	if !TakesGzip(c.Get(fiber.HeaderAcceptEncoding)) {
		_, err := c.Write(html)
		return err
	}
	var out bytes.Buffer
	w, ok := squeezers.Get().(*gzip.Writer)
	if !ok {
		panic("page: the pool holds something else")
	}
	defer squeezers.Put(w)
	w.Reset(&out)
	if _, err := w.Write(html); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentEncoding, "gzip")
	_, err := c.Write(out.Bytes())
	return err
}

// TakesGzip reads Accept-Encoding as far as needed: gzip is there and not refused.
func TakesGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, quality, _ := strings.Cut(strings.ReplaceAll(part, " ", ""), ";q=")
		if name == "gzip" {
			return quality == "" || strings.Trim(quality, "0.") != ""
		}
	}
	return false
}
