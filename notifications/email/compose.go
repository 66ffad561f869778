package email

import (
	"bytes"
	_ "embed" // the page
	"errors"
	"html/template"
	netmail "net/mail"
	"strings"

	"github.com/wneessen/go-mail"

	"quitt/notifications"
)

//go:embed mail.html
var mailHTML string

var mailPage = template.Must(template.New("mail").Parse(mailHTML))

var errAddress = errors.New("email: this is no address")

// compose writes a message as it goes over the wire: text and a plain page, nothing to
// load from anywhere and nothing that tells us whether it was read.
func (s *Sender) compose(m notifications.Message) (to string, raw []byte, err error) {
	parsed, err := netmail.ParseAddress(m.To.Reveal())
	if err != nil || parsed.Name != "" || !ascii(parsed.Address) {
		return "", nil, errAddress // the parser's own words repeat it
	}
	options := []mail.MsgOption{mail.WithNoDefaultUserAgent()}
	if len(m.Files) == 0 { // with files there are two, which must differ
		options = append(options, mail.WithBoundary("quitt-"+string(m.ID)))
	}
	msg := mail.NewMsg(options...)
	if err := errors.Join(msg.From(s.from.String()), msg.To(parsed.Address)); err != nil {
		return "", nil, errAddress
	}
	msg.Subject(oneLine(m.Subject))
	msg.SetDateWithValue(s.now().UTC())
	msg.SetMessageIDWithValue(string(m.ID) + "@" + s.domain)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office replies
	msg.SetGenHeader("Content-Language", oneLine(m.Language))
	if m.OptOut != "" {
		msg.SetGenHeaderPreformatted("List-Unsubscribe", "<"+oneLine(m.OptOut)+">")
		msg.SetGenHeaderPreformatted("List-Unsubscribe-Post", "List-Unsubscribe=One-Click") // RFC 8058
	}
	var page, out bytes.Buffer
	if err := mailPage.Execute(&page, m); err != nil {
		return "", nil, err
	}
	msg.SetBodyString(mail.TypeTextPlain, plain(m))
	msg.AddAlternativeString(mail.TypeTextHTML, page.String())
	for _, f := range m.Files {
		if err := msg.AttachReader(oneLine(f.Name), bytes.NewReader(f.Body), mail.WithFileContentType(mail.ContentType(f.Type))); err != nil {
			return "", nil, err
		}
	}
	_, err = msg.WriteTo(&out)
	return parsed.Address, out.Bytes(), err
}

// oneLine keeps what came from elsewhere from becoming a header of its own.
func oneLine(s string) string { return strings.NewReplacer("\r", " ", "\n", " ").Replace(s) }

func plain(m notifications.Message) string {
	parts := append([]string{}, m.Paragraphs...)
	if len(m.Figures) > 0 {
		lines := make([]string, len(m.Figures))
		for i, f := range m.Figures {
			lines[i] = f[0] + ": " + f[1]
		}
		parts = append(parts, strings.Join(lines, "\n"))
	}
	if m.Link != "" {
		parts = append(parts, m.Link)
	}
	if m.OptOut != "" {
		parts = append(parts, m.OptOutText+"\n"+m.OptOut)
	}
	parts = append(parts, "-- \n"+strings.Join(m.Footer, "\n"))
	return strings.Join(parts, "\n\n") + "\n"
}
