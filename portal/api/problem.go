package api

import (
	"encoding/json"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/portal/text"
)

// Problem is an error as programs read it (RFC 9457). Its type is stable, title and detail
// are in the language asked for.
type Problem struct {
	Type    string `json:"type"`
	Title   string `json:"title"`
	Status  int    `json:"status"`
	Detail  string `json:"detail"`
	Request string `json:"request"` // its number in the log

	language text.Language
}

// NewProblem words a refusal. err may say more than the status does.
func NewProblem(w *text.Catalogue, status int, err error) Problem {
	p := Problem{Status: status, Detail: w.Text("api_detail", nil), language: w.Language()}
	p.Type, p.Title = title(w, status)
	if debt.KindOf(err) != "" {
		p.Detail = w.Error(err)
	}
	return p
}

func title(w *text.Catalogue, status int) (kind, title string) {
	said := func(kind, title string) (string, string) { return "urn:quitt:problem:" + kind, title }
	switch status {
	case fiber.StatusUnauthorized:
		return said("key", w.Text("api_key", nil))
	case fiber.StatusNotFound:
		return said("unknown", w.Text("api_unknown", nil))
	case fiber.StatusMethodNotAllowed:
		return said("method", w.Text("api_method", nil))
	case fiber.StatusRequestEntityTooLarge, fiber.StatusRequestHeaderFieldsTooLarge:
		return said("size", w.Text("api_size", nil))
	case fiber.StatusUnsupportedMediaType:
		return said("media-type", w.Text("api_media", nil))
	case fiber.StatusUnprocessableEntity:
		return said("value", w.Text("api_value", nil))
	case fiber.StatusTooManyRequests:
		return said("limit", w.Text("api_limit", nil))
	case fiber.StatusServiceUnavailable:
		return said("busy", w.Text("api_busy", nil))
	case fiber.StatusInternalServerError:
		return said("internal", w.Text("api_internal", nil))
	}
	return said("request", w.Text("api_request", nil))
}

// Write answers with the problem.
func (p Problem) Write(c *fiber.Ctx) error {
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/problem+json")
	c.Set(fiber.HeaderContentLanguage, string(p.language))
	c.Status(p.Status)
	return c.Send(b)
}
