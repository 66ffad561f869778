package page

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/store/documents"
)

// MostUpload bounds a whole form with files: what a case may hold, and what goes around it.
const MostUpload = documents.MostBytes + around

// around is what of a form goes around its files.
const around = 1 << 20

type mostKey struct{}

// AllowFile lets a form bring one file of up to so many bytes, which its page streams. It is
// said before anything of the form is read.
func AllowFile(c *fiber.Ctx, most int64) {
	if most > 0 {
		c.Locals(mostKey{}, most+around)
	}
}

func mostOf(c *fiber.Ctx) int64 {
	if most, ok := c.Locals(mostKey{}).(int64); ok {
		return most
	}
	return MostUpload
}

// Slow lines get files through: each piece has this long, and all of it together.
const (
	pieceTime  = 20 * time.Second
	uploadTime = 5 * time.Minute
)

// What is refused is read on for a while, as long as it comes.
const (
	drainPause = time.Second
	drainTime  = 20 * time.Second
	mostDrain  = 32 << 20
)

// ErrNoFile says that a form with files is over.
var ErrNoFile = errors.New("page: no more files")

// Files reads a form with files piece by piece: in memory is one file at most, and nothing of
// it before it is known who sends it.
type Files struct {
	body   *patient
	parts  *multipart.Reader
	fields Values
	text   int // bytes of the fields
	count  int
	// length is that of the whole form, as far as it says: no file is longer.
	length int
	most   int64 // bytes of the whole form
	next   *multipart.Part
}

type filesKey struct{}

// HasFiles reports whether a request brings a form with files.
func HasFiles(c *fiber.Ctx) bool {
	kind, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	return err == nil && kind == fiber.MIMEMultipartForm
}

// FilesOf begins to read a form with files, once per request: the middleware takes the form
// token first, the handler goes on from there. Errors are those of Form.
func FilesOf(c *fiber.Ctx) (*Files, error) {
	if f, ok := c.Locals(filesKey{}).(*Files); ok {
		return f, nil
	}
	_, params, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	boundary := params["boundary"]
	if err != nil || boundary == "" || len(boundary) > 70 {
		return nil, fiber.ErrBadRequest
	}
	most := mostOf(c)
	if int64(c.Request().Header.ContentLength()) > most {
		return nil, fiber.ErrRequestEntityTooLarge
	}
	body := c.Context().RequestBodyStream()
	if body == nil {
		body = bytes.NewReader(c.Request().Body())
	}
	f := &Files{body: newPatient(c, body), most: most, fields: Values{}, length: max(0, c.Request().Header.ContentLength())}
	f.parts = multipart.NewReader(io.LimitReader(f.body, most), boundary)
	c.Locals(filesKey{}, f)
	if f.next, err = f.file(); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// Token is the form token that was sent.
func (f *Files) Token() string { return f.fields.Get("csrf") }

// Fields are the fields read so far: all once the form is over.
func (f *Files) Fields() Values { return f.fields }

// file reads fields up to the next file and gives that, nil at the end of the form. The form
// token stands before the first file.
func (f *Files) file() (*multipart.Part, error) {
	for {
		part, err := f.part()
		if err != nil || part == nil || part.FileName() != "" || part.FormName() == "files" {
			return part, err
		}
		value, err := io.ReadAll(io.LimitReader(part, maxValue+1))
		if err != nil {
			return nil, unread(err)
		}
		name, s := part.FormName(), string(value)
		f.text += len(name) + len(s)
		switch {
		case len(s) > maxValue, len(name) > maxValue, f.text > maxText:
			return nil, fiber.ErrRequestEntityTooLarge
		case !readable(name) || !readable(s):
			return nil, fiber.ErrBadRequest
		}
		f.fields[name] = append(f.fields[name], s)
	}
}

// Rest reads the fields behind the files that are not taken.
func (f *Files) Rest() error {
	for {
		if part, err := f.file(); err != nil || part == nil {
			return err
		}
	}
}

// part gives the next part, nil at the end.
func (f *Files) part() (*multipart.Part, error) {
	if f.count++; f.count > maxFields {
		return nil, fiber.ErrRequestEntityTooLarge
	}
	part, err := f.parts.NextPart()
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	return part, unread(err)
}

// Next reads the next file into the buffer. More than a file may have is left unread, and big
// says so. A field for files that nobody chose any for is left out.
func (f *Files) Next(into *bytes.Buffer) (name string, big bool, err error) {
	part, name, err := f.named()
	if err != nil {
		return "", false, err
	}
	into.Reset()
	into.Grow(min(f.length, documents.MostEach) + bytes.MinRead) // at once, or growing leaves twice as much behind
	n, err := io.Copy(into, io.LimitReader(part, documents.MostEach+1))
	return name, n > documents.MostEach, unread(err)
}

// Stream hands on the next file as it comes, for those that are too large to be in memory. big is
// as of Next, against what the form of this page may have.
func (f *Files) Stream(into io.Writer) (name string, big bool, err error) {
	part, name, err := f.named()
	if err != nil {
		return "", false, err
	}
	most := f.most - around
	n, err := io.Copy(into, io.LimitReader(part, most+1))
	return name, n > most, unread(err)
}

// named gives the next file somebody chose.
func (f *Files) named() (part *multipart.Part, name string, err error) {
	for {
		part = f.next
		if f.next = nil; part == nil {
			if part, err = f.file(); err != nil {
				return nil, "", err
			}
		}
		if part == nil {
			return nil, "", ErrNoFile
		}
		if name = sentName(part); name != "" {
			return part, name, nil
		}
	}
}

// Whole reads a body of up to most bytes that is no form, with the patience of a form with files.
func Whole(c *fiber.Ctx, most int) ([]byte, error) {
	length := c.Request().Header.ContentLength()
	body := c.Context().RequestBodyStream()
	switch {
	case length > most:
		return nil, fiber.ErrRequestEntityTooLarge
	case body == nil:
		return c.Request().Body(), nil
	}
	p := newPatient(c, body)
	defer p.stop()
	var all bytes.Buffer
	all.Grow(max(length, 0) + bytes.MinRead) // at once, or growing leaves twice as much behind
	n, err := io.Copy(&all, io.LimitReader(p, int64(most)+1))
	switch {
	case err != nil:
		return nil, unread(err)
	case n > int64(most):
		return nil, fiber.ErrRequestEntityTooLarge
	}
	return all.Bytes(), nil
}

// sentName is the name as it was sent: FileName would cut a path off where this system has
// its separators, and Windows' stay.
func sentName(part *multipart.Part) string {
	_, params, err := mime.ParseMediaType(part.Header.Get(fiber.HeaderContentDisposition))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(params["filename"])
}

// unread tells a line that broke or a form that is none from a mistake of ours.
func unread(err error) error {
	var timeout interface{ Timeout() bool }
	var own *fiber.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &own):
		return err
	case errors.As(err, &timeout) && timeout.Timeout():
		return fiber.ErrRequestTimeout
	}
	return fiber.ErrBadRequest
}

// patient ends a connection on which nothing comes for too long, or something for much too
// long. Timers do it, for a deadline would need the time of day.
type patient struct {
	r          io.Reader
	pause      time.Duration
	piece, all *time.Timer
}

func newPatient(c *fiber.Ctx, body io.Reader) *patient {
	return patience(c, body, pieceTime, uploadTime)
}

func patience(c *fiber.Ctx, body io.Reader, pause, all time.Duration) *patient {
	conn := c.Context().Conn()
	_ = c.Context().SetReadDeadline(time.Time{}) // that of small forms; where there is no connection there is none
	end := func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) }
	return &patient{body, pause, time.AfterFunc(pause, end), time.AfterFunc(all, end)}
}

func (p *patient) Read(b []byte) (int, error) {
	p.piece.Reset(p.pause)
	return p.r.Read(b)
}

// Drain reads what is left of a body that is refused and ends the connection after the answer.
// Closed at once, it would take the answer away from whoever is still sending.
func Drain(c *fiber.Ctx) {
	body := c.Context().RequestBodyStream()
	if body == nil || c.Request().Header.ContentLength() > mostDrain {
		return
	}
	p := patience(c, body, drainPause, drainTime)
	defer p.stop()
	_, _ = io.CopyN(io.Discard, p, mostDrain)
	c.Context().SetConnectionClose()
}

// Close ends the reading; the middleware that began it does so.
func (f *Files) Close() {
	f.body.stop()
}

func (p *patient) stop() {
	p.piece.Stop()
	p.all.Stop()
}
