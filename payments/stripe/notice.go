package stripe

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"quitt/debt/rail"
	"quitt/payments"
)

const (
	maxNotice     = 512 << 10
	maxSignature  = 4 << 10
	shortest      = 16  // of a secret: an empty one would verify what anybody signs with it
	signedSeconds = 300 // between the signature and now, in either direction
)

// Notice reads a webhook. One that is too large, or signed and yet no JSON, is ErrForged
// too. Those of another API version or of a kind we do not know are notices, the latter
// without an object: to refuse them would make Stripe send them for three days.
func (c *Client) Notice(n payments.Signed) (rail.Notice, error) {
	if len(n.Body) > maxNotice || !signed(n) {
		return rail.Notice{}, payments.ErrForged
	}
	out, ok := noticeOf(n.Body)
	if !ok {
		return rail.Notice{}, payments.ErrForged
	}
	return out, nil
}

// signed checks a Stripe-Signature header: t=seconds and any number of v1=HMAC-SHA256 of
// "seconds.body". stripe-go's own check accepts times in the future and an empty secret.
func signed(n payments.Signed) bool {
	at, sums, ok := signatureOf(n.Signature)
	seconds, err := strconv.ParseInt(at, 10, 64)
	now := n.Now.Unix()
	if !ok || err != nil || seconds < now-signedSeconds || seconds > now+signedSeconds {
		return false
	}
	good := false
	for _, secret := range n.Secrets {
		if len(secret) < shortest {
			continue
		}
		mac := hmac.New(sha256.New, []byte(secret.Reveal()))
		mac.Write([]byte(at + "."))
		mac.Write(n.Body)
		want := mac.Sum(nil)
		for _, sum := range sums {
			good = hmac.Equal(want, sum) || good
		}
	}
	return good
}

// signatureOf splits the header. Schemes other than v1 are skipped; a second time would make
// it open which of them was signed.
func signatureOf(header string) (at string, sums [][]byte, ok bool) {
	if len(header) > maxSignature {
		return "", nil, false
	}
	for part := range strings.SplitSeq(header, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "t":
			if at != "" {
				return "", nil, false
			}
			at = value
		case "v1":
			if sum, err := hex.DecodeString(value); err == nil {
				sums = append(sums, sum)
			}
		}
	}
	return at, sums, at != ""
}

// noticeOf reads an event. Data and created are other things in events of the second kind
// ("thin"); what is not as expected is left out.
func noticeOf(body []byte) (rail.Notice, bool) {
	var e struct {
		ID, Type, Account string
		Created           int64
		Livemode          bool
		Data              struct{ Object struct{ ID, Object string } }
	}
	var unexpected *json.UnmarshalTypeError
	if err := json.Unmarshal(body, &e); err != nil && !errors.As(err, &unexpected) {
		return rail.Notice{}, false
	}
	n := rail.Notice{Event: idOf(e.ID), External: idOf(e.Account), Live: e.Livemode, Object: refOf(e.Data.Object.Object, e.Data.Object.ID)}
	if len(e.Type) <= 100 && strings.Trim(e.Type, "abcdefghijklmnopqrstuvwxyz0123456789_.") == "" {
		n.Type = e.Type
	}
	if e.Created > 0 && e.Created < 1<<40 {
		n.At = time.Unix(e.Created, 0).UTC()
	}
	return n, true
}

func idOf(s string) string {
	if isID(s) {
		return s
	}
	return ""
}

// refKinds are the kinds of object we know how to ask for, by Stripe's names.
var refKinds = map[string]rail.RefKind{
	"checkout.session": rail.SessionRef,
	"setup_intent":     rail.SetupRef,
	"payment_intent":   rail.IntentRef,
	"charge":           rail.ChargeRef,
	"refund":           rail.RefundRef,
	"dispute":          rail.DisputeRef,
	"payout":           rail.PayoutRef,
	"mandate":          rail.MandateRef,
	"payment_method":   rail.InstrumentRef,
}

// refOf names an object, or nothing if it is of no kind we know.
func refOf(object, id string) rail.Ref {
	kind, known := refKinds[object]
	if !known || !isID(id) {
		return rail.Ref{}
	}
	return rail.Ref{Kind: kind, ID: id}
}
