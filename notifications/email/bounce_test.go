package email_test

import (
	"errors"
	"strings"
	"testing"

	"quitt/debt"
	"quitt/notifications/email"
)

// report is a delivery status notification as Postfix writes it.
func report(action, status, original string) string {
	return strings.ReplaceAll(`From: MAILER-DAEMON@mx.example
Subject: Undelivered Mail Returned to Sender
To: post@inkasso.example
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="4B2C/mx.example"

This is a MIME-encapsulated message.

--4B2C/mx.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--4B2C/mx.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Sun, 22 Nov 2026 12:00:00 +0100 (CET)

Final-Recipient: rfc822; forwarded@elsewhere.example
Original-Recipient: rfc822;mara@example.org
Action: `+action+`
Status: `+status+`
Remote-MTA: dns; mx2.example
Diagnostic-Code: smtp; 550 5.1.1 <mara@example.org>: Recipient address
    rejected: User unknown

--4B2C/mx.example
Content-Description: Undelivered Message
Content-Type: message/rfc822

Return-Path: <post@inkasso.example>
`+original+`Subject: Es gibt etwas Neues zu Ihrem Vorgang

Guten Tag,

--4B2C/mx.example--
`, "\n", "\r\n")
}

const ours = "Message-ID: <01890a5d-ac96-774b-bcce-b302099a8057@inkasso.example>\n"

func TestAReportNamesTheMessageTheAddressAndTheReason(t *testing.T) {
	for name, raw := range map[string]string{
		"whole": report("failed", "5.1.1", ours), "other case": report("Failed", "5.1.1 (bad destination)", strings.ToLower(ours[:10])+ours[10:]),
		"headers alone": strings.Replace(report("failed", "5.1.1", ours), "Content-Type: message/rfc822", "Content-Type: text/rfc822-headers", 1),
		"bare newlines": strings.ReplaceAll(report("failed", "5.1.1", ours), "\r\n", "\n"),
	} {
		b, err := email.ReadBounce(strings.NewReader(raw))
		if err != nil || b.MessageID != id || b.Code != "5.1.1" || b.To != "mara@example.org" {
			t.Errorf("%s: %s %s %s, %v", name, b.MessageID, b.Code, b.To.Reveal(), err)
		}
	}
	b, err := email.ReadBounce(strings.NewReader(report("failed", "5.1.1", "")))
	if err != nil || b.MessageID != "" || b.To != "mara@example.org" {
		t.Errorf("without the message: %s %v", b.MessageID, err)
	}
}

func TestWhatIsNotFinalIsToldApart(t *testing.T) {
	for name, tc := range map[string]struct {
		raw  string
		want error
	}{
		"delayed":             {report("delayed", "4.4.1", ours), debt.E(debt.Forbidden, "bounce_not_final", nil)},
		"failed with 4":       {report("failed", "4.4.7", ours), debt.E(debt.Forbidden, "bounce_not_final", nil)},
		"delayed with 5":      {report("delayed", "5.1.1", ours), debt.E(debt.Forbidden, "bounce_not_final", nil)},
		"relayed":             {report("relayed", "2.0.0", ours), debt.E(debt.Forbidden, "bounce_not_final", nil)},
		"nothing":             {"", debt.E(debt.Invalid, "bounce_unreadable", nil)},
		"an ordinary mail":    {"From: a@b.example\r\nSubject: x\r\n\r\nhello", debt.E(debt.Invalid, "bounce_unreadable", nil)},
		"a report of reading": {strings.Replace(report("failed", "5.1.1", ours), "message/delivery-status", "message/disposition-notification", 1), debt.E(debt.Forbidden, "bounce_not_final", nil)},
		"cut":                 {report("failed", "5.1.1", ours)[:500], debt.E(debt.Invalid, "bounce_unreadable", nil)},
		"binary":              {"\x00\x01\x02", debt.E(debt.Invalid, "bounce_unreadable", nil)},
		"too many parts": {strings.Replace(report("failed", "5.1.1", ours), "This is", strings.Repeat("--4B2C/mx.example\r\nContent-Type: text/plain\r\n\r\nx\r\n", 20)+"This is", 1),
			debt.E(debt.Invalid, "bounce_unreadable", nil)},
	} {
		if _, err := email.ReadBounce(strings.NewReader(tc.raw)); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzReadBounce(f *testing.F) {
	for _, seed := range []string{report("failed", "5.1.1", ours), report("delayed", "4.4.1", ""), "", "From: a\r\n\r\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		b, err := email.ReadBounce(strings.NewReader(raw))
		if err != nil {
			if debt.KindOf(err) == "" {
				t.Fatalf("an error nobody can read: %v", err)
			}
			return
		}
		if b.MessageID == "" && b.To == "" || !strings.HasPrefix(b.Code, "5.") || b.MessageID != "" && len(b.MessageID) != 36 {
			t.Fatalf("%+v", b)
		}
	})
}
