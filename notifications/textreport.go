package notifications

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"

	"quitt/debt"
	"quitt/store"
	"quitt/store/outbox"
)

// What is wrong with a report: nobody of ours has signed it, or it cannot be read.
var (
	ErrSignature = errors.New("notifications: the signature is wrong")
	ErrReport    = errors.New("notifications: the report cannot be read")
)

// TextKey is the key under which the gateway signs its reports: it is not the one that
// pays for messages, so a place where reports are checked cannot send any.
func TextKey(gatewayKey string) []byte {
	h := hmac.New(sha256.New, []byte(gatewayKey))
	_, _ = h.Write([]byte("quitt text report"))
	return h.Sum(nil)
}

// Reference names a message towards the gateway; the creditor stands in it so that nobody
// has to look for the message among all.
func (m Message) Reference() string { return string(m.CreditorID) + "." + string(m.ID) }

// TextReport takes what became of a text message. signature is the HMAC-SHA256 of the body
// in hexadecimal digits. A number that cannot be reached is not used again. The same
// report twice changes nothing, and so does one about a message that is gone.
func (d Desk) TextReport(ctx context.Context, body []byte, signature string) error {
	given, err := hex.DecodeString(signature)
	mac := hmac.New(sha256.New, d.TextKey)
	_, _ = mac.Write(body)
	if err != nil || len(d.TextKey) == 0 || !hmac.Equal(given, mac.Sum(nil)) {
		return ErrSignature
	}
	var report struct{ Reference, Status string }
	if err := json.Unmarshal(body, &report); err != nil {
		return ErrReport
	}
	creditor, id, ok := strings.Cut(report.Reference, ".")
	if !ok || report.Status != "delivered" && report.Status != "failed" {
		return ErrReport
	}
	err = d.Store.Write(ctx, debt.ID(creditor), func(t *store.Tx) error {
		m, err := outbox.Load(&t.Reader, debt.ID(id))
		if err != nil || m.Channel != outbox.SMS {
			return err
		}
		return d.reported(t, m, report.Status == "delivered")
	})
	if debt.KindOf(err) == debt.NotFound {
		return nil
	}
	return err
}

// reported also settles a message whose outcome was unknown.
func (d Desk) reported(t *store.Tx, m outbox.Message, delivered bool) error {
	was, now := m, d.Now()
	if delivered {
		m.Close(outbox.Sent, "")
		m.SentAt = now
	} else {
		if _, err := bounced(t, m, "failed", now); err != nil {
			return err
		}
		m.Close(outbox.Failed, "failed")
	}
	if was.State != outbox.Unknown {
		return nil
	}
	return outbox.Save(t, m, was)
}
