package email

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"net/textproto"
	"regexp"
	"strings"

	"quitt/debt"
	"quitt/notifications"
)

// maxReport bounds a report: it repeats a mail of ours at most.
const (
	maxReport = 1 << 20
	maxParts  = 16
)

// ReadBounce reads a delivery status notification (RFC 3464) as a mail server returns it.
// Invalid "bounce_unreadable" for what is none or does not name a message of ours;
// Forbidden "bounce_not_final" for one that only says that delivery takes longer.
func ReadBounce(r io.Reader) (notifications.Bounce, error) {
	m, err := mail.ReadMessage(io.LimitReader(r, maxReport))
	if err != nil {
		return notifications.Bounce{}, unreadable()
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/report" || params["boundary"] == "" {
		return notifications.Bounce{}, unreadable()
	}
	report := reader{}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for range maxParts {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return report.bounce()
		}
		if err != nil {
			return notifications.Bounce{}, unreadable()
		}
		report.part(part)
	}
	return notifications.Bounce{}, unreadable()
}

func unreadable() error { return debt.E(debt.Invalid, "bounce_unreadable", nil) }

// reader gathers what a report says.
type reader struct {
	messageID debt.ID
	to        debt.Personal
	code      string
	failed    bool
}

func (r *reader) part(part *multipart.Part) {
	kind, _, err := mime.ParseMediaType(part.Header.Get("Content-Type"))
	if err != nil {
		return
	}
	switch kind {
	case "message/delivery-status", "message/global-delivery-status":
		r.status(part)
	case "message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers":
		h, _ := textproto.NewReader(bufio.NewReader(part)).ReadMIMEHeader() // what was read counts
		r.original(h.Get("Message-Id"))
	}
}

var (
	ourMessage = regexp.MustCompile(`^<([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})@[^<>\s]+>$`)
	finalCode  = regexp.MustCompile(`^5\.\d{1,3}\.\d{1,3}\b`)
)

func (r *reader) original(id string) {
	if found := ourMessage.FindStringSubmatch(strings.TrimSpace(id)); found != nil {
		r.messageID = debt.ID(found[1])
	}
}

// status reads groups of fields, the first about the message, one about each recipient. A
// mail of ours has one recipient.
func (r *reader) status(part io.Reader) {
	all, err := io.ReadAll(part)
	if err != nil {
		return
	}
	all = bytes.ReplaceAll(all, []byte("\r\n"), []byte("\n"))
	for group := range bytes.SplitSeq(all, []byte("\n\n")) {
		h, _ := textproto.NewReader(bufio.NewReader(io.MultiReader(bytes.NewReader(bytes.TrimLeft(group, "\n")), strings.NewReader("\n\n")))).ReadMIMEHeader()
		code := finalCode.FindString(strings.TrimSpace(h.Get("Status")))
		if !strings.EqualFold(strings.TrimSpace(h.Get("Action")), "failed") || code == "" {
			continue
		}
		r.failed, r.code = true, code
		for _, field := range []string{"Final-Recipient", "Original-Recipient"} { // the latter is what we wrote to
			if kind, address, ok := strings.Cut(h.Get(field), ";"); ok && strings.EqualFold(strings.TrimSpace(kind), "rfc822") {
				r.to = debt.Personal(strings.Trim(strings.TrimSpace(address), "<>"))
			}
		}
	}
}

func (r *reader) bounce() (notifications.Bounce, error) {
	switch {
	case r.messageID == "" && r.to == "" && !r.failed:
		return notifications.Bounce{}, unreadable()
	case !r.failed:
		return notifications.Bounce{}, debt.E(debt.Forbidden, "bounce_not_final", nil)
	case r.messageID == "" && r.to == "":
		return notifications.Bounce{}, unreadable()
	}
	return notifications.Bounce{MessageID: r.messageID, To: r.to, Code: r.code}, nil
}
