package api

import (
	"bytes"
	"encoding/json"

	"github.com/gofiber/fiber/v2"

	"quitt/portal/api/wire"
)

// Spec is the description of all operations as it is served and committed (docs/openapi.json).
func Spec(s *wire.Service) ([]byte, error) {
	var out bytes.Buffer
	b, err := json.Marshal(s.OpenAPI())
	if err != nil {
		return nil, err
	}
	err = json.Indent(&out, b, "", " ")
	out.WriteByte('\n')
	return out.Bytes(), err
}

// ServeSpec answers with the description; nothing in it depends on who asks.
func ServeSpec(s *wire.Service) fiber.Handler {
	spec, err := Spec(s)
	return func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderContentType, "application/openapi+json")
		c.Set(fiber.HeaderCacheControl, "public, max-age=3600")
		if err != nil {
			return err
		}
		return c.Send(spec)
	}
}
