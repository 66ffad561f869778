package page

import (
	"bytes"
	"mime"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
)

// The bounds of a form. The largest of ours has some seventy fields, an objection to twenty
// lines with ten documents; the longest text is a message of five thousand characters.
const (
	maxFields = 96
	maxValue  = 16 << 10  // bytes, after decoding; names too
	maxText   = 256 << 10 // all fields beside files; the server bounds other forms likewise
)

// Values are the fields of a submitted form.
type Values map[string][]string

// Get gives the first value of a field, "" if it was not sent.
func (v Values) Get(name string) string {
	if all := v[name]; len(all) > 0 {
		return all[0]
	}
	return ""
}

type formKey struct{}

// Form reads the form of a POST, once per request: the middleware looks for the form token
// first, the handler asks again. What no browser sends on behalf of our pages is a
// *fiber.Error that becomes a problem page: 415 for another type, 413 above the bounds,
// 400 for what cannot be decoded.
func Form(c *fiber.Ctx) (Values, error) {
	if v, ok := c.Locals(formKey{}).(Values); ok {
		return v, nil
	}
	if !isForm(c.Get(fiber.HeaderContentType)) {
		return nil, fiber.ErrUnsupportedMediaType
	}
	// Not c.Body, which would unpack a compressed body without a bound.
	v, err := parseForm(c.Request().Body())
	if err != nil {
		return nil, err
	}
	c.Locals(formKey{}, v)
	return v, nil
}

// isForm accepts the one type our pages send. Other charsets would decode to other text.
func isForm(contentType string) bool {
	kind, params, err := mime.ParseMediaType(contentType)
	charset, given := params["charset"]
	return err == nil && kind == fiber.MIMEApplicationForm && (!given || strings.EqualFold(charset, "utf-8"))
}

// parseForm counts separators before it allocates anything: a million keys cost one pass.
func parseForm(body []byte) (Values, error) {
	if bytes.Count(body, []byte("&")) >= maxFields {
		return nil, fiber.ErrRequestEntityTooLarge
	}
	v := Values{}
	for field := range strings.SplitSeq(string(body), "&") {
		if field == "" {
			continue
		}
		rawName, rawValue, _ := strings.Cut(field, "=")
		name, err := formText(rawName)
		if err != nil {
			return nil, err
		}
		value, err := formText(rawValue)
		if err != nil {
			return nil, err
		}
		v[name] = append(v[name], value)
	}
	return v, nil
}

// formText decodes one name or value.
func formText(raw string) (string, error) {
	if len(raw) > 3*maxValue {
		return "", fiber.ErrRequestEntityTooLarge
	}
	s, err := url.QueryUnescape(raw)
	switch {
	case err != nil || !readable(s):
		return "", fiber.ErrBadRequest
	case len(s) > maxValue:
		return "", fiber.ErrRequestEntityTooLarge
	}
	return s, nil
}

// readable refuses NUL and broken UTF-8, which PostgreSQL refuses later, as an internal error.
func readable(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }
