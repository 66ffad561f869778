package wire

import (
	"encoding/json"
	"errors"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/portal/text"
)

// Problem is an error as programs read it (RFC 9457). Its type is stable, title and detail
// are in the language asked for.
type Problem struct {
	Type    string  `json:"type" example:"urn:quitt:problem:value" doc:"Stable name of the kind of problem, for programs."`
	Title   string  `json:"title" example:"Ein Wert passt nicht" doc:"What happened, in the language of Accept-Language."`
	Status  int     `json:"status" example:"422" doc:"The HTTP status."`
	Detail  string  `json:"detail" example:"Das Aktenzeichen fehlt." doc:"What to do about it, in the language of Accept-Language."`
	Request string  `json:"request,omitempty" example:"K3QZ7A2MPX5B" doc:"The number of the request in the log."`
	Errors  []Fault `json:"errors,omitempty" nullable:"false" doc:"Every single thing to correct."`

	language text.Language
}

// Fault is one thing to correct.
type Fault struct {
	Location string `json:"location" example:"body.claims[0].principal_cents" doc:"Where: a path into the request, empty for the request as a whole."`
	Code     string `json:"code" example:"principal_missing" doc:"Stable name of the rule, for programs."`
	Detail   string `json:"detail" example:"Die Hauptforderung fehlt." doc:"What to do about it, in the language of Accept-Language."`
}

// Error makes a Problem what huma answers errors with.
func (p *Problem) Error() string { return p.Detail }

// GetStatus gives the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is the one of problems, whatever was asked for.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// NewProblem words a refusal. err may say more than the status does.
func NewProblem(w *text.Catalogue, status int, err error) Problem {
	p := Problem{Status: status, Detail: w.Text("api_detail", nil), language: w.Language()}
	p.Type, p.Title = title(w, status)
	var refusal *Refusal
	var known *debt.Error
	switch {
	case errors.As(err, &refusal):
		p.Detail = w.Text("api_see_errors", nil)
		for _, f := range refusal.Faults {
			p.Errors = append(p.Errors, Fault{f.Location, f.Err.Key, w.Error(f.Err)})
		}
	case errors.As(err, &known):
		if status == fiber.StatusNotFound {
			p.Title = w.Text("api_absent", nil)
		}
		p.Detail = w.Error(err)
		p.Errors = []Fault{{"", known.Key, p.Detail}}
	}
	return p
}

func title(w *text.Catalogue, status int) (kind, title string) {
	said := func(kind, title string) (string, string) { return "urn:quitt:problem:" + kind, title }
	switch status {
	case fiber.StatusUnauthorized:
		return said("key", w.Text("api_key", nil))
	case fiber.StatusForbidden:
		return said("forbidden", w.Text("api_forbidden", nil))
	case fiber.StatusNotFound:
		return said("unknown", w.Text("api_unknown", nil))
	case fiber.StatusMethodNotAllowed:
		return said("method", w.Text("api_method", nil))
	case fiber.StatusConflict:
		return said("conflict", w.Text("api_conflict", nil))
	case fiber.StatusGone:
		return said("expired", w.Text("api_expired", nil))
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
	c.Set(fiber.HeaderContentType, p.ContentType(""))
	c.Set(fiber.HeaderContentLanguage, string(p.language))
	c.Status(p.Status)
	return c.Send(b)
}
