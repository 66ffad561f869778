package page

import (
	"bytes"
	"errors"
	"mime/multipart"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
)

// A file that a page streams may be as large as that page says and no larger, and its form no
// larger than that and what goes around it.
func TestAStreamedFileHasTheBoundOfItsPage(t *testing.T) {
	const most = 3 << 20
	for name, tc := range map[string]struct {
		size int
		big  bool
		form error
	}{
		"small": {10, false, nil}, "just": {most, false, nil}, "more": {most + 1, true, nil}, "far more": {most + around, false, fiber.ErrRequestEntityTooLarge},
	} {
		app := fiber.New(fiber.Config{DisableStartupMessage: true, BodyLimit: 16 << 20})
		app.Post("/", func(c *fiber.Ctx) error {
			AllowFile(c, most)
			f, err := FilesOf(c)
			if !errors.Is(err, tc.form) {
				t.Errorf("%s: %v", name, err)
			}
			if err != nil {
				return nil
			}
			defer f.Close()
			var got bytes.Buffer
			file, big, err := f.Stream(&got)
			if err != nil || big != tc.big || file != "a.sta" || f.Token() != "token" || got.Len() != tc.size {
				t.Errorf("%s: %q %v %v, %d bytes", name, file, big, err, got.Len())
			}
			if _, _, err := f.Stream(&got); !tc.big && !errors.Is(err, ErrNoFile) {
				t.Errorf("%s: a second file: %v", name, err)
			}
			return nil
		})
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		if err := form.WriteField("csrf", "token"); err != nil {
			t.Fatal(err)
		}
		part, err := form.CreateFormFile("files", "a.sta")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(strings.Repeat("x", tc.size))); err != nil {
			t.Fatal(err)
		}
		if err := form.Close(); err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(fiber.MethodPost, "/", &body)
		r.Header.Set(fiber.HeaderContentType, form.FormDataContentType())
		res, err := app.Test(r, -1)
		if err != nil {
			t.Fatal(err)
		}
		if err := res.Body.Close(); err != nil {
			t.Error(err)
		}
	}
}
