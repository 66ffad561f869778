package notifications

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"

	"quitt/debt"
	"quitt/store"
	"quitt/store/outbox"
)

// A link that declines mails holds the ids of creditor and case and a MAC over both. It
// can do this one thing, so it may stand in a mail, be kept for years and be forwarded.

const (
	idBytes  = 16
	macBytes = 16
)

// OptOutToken makes the token of a case.
func (d Desk) OptOutToken(creditor, caseID debt.ID) string {
	raw := append(idRaw(creditor), idRaw(caseID)...)
	return base64.RawURLEncoding.EncodeToString(append(raw, optOutMAC(d.OptOutKeys[0], raw)...))
}

func optOutMAC(key, ids []byte) []byte {
	h := hmac.New(sha256.New, key)
	_, _ = h.Write(ids)
	return h.Sum(nil)[:macBytes]
}

// readOptOut gives the ids of a token that one of the keys has made.
func readOptOut(keys [][]byte, token string) (creditor, caseID debt.ID, ok bool) {
	if base64.RawURLEncoding.DecodedLen(len(token)) != 2*idBytes+macBytes {
		return "", "", false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != 2*idBytes+macBytes {
		return "", "", false
	}
	ids, mac := raw[:2*idBytes], raw[2*idBytes:]
	for _, key := range keys {
		if hmac.Equal(mac, optOutMAC(key, ids)) {
			return idText(ids[:idBytes]), idText(ids[idBytes:]), true
		}
	}
	return "", "", false
}

func idRaw(id debt.ID) []byte {
	raw, err := hex.DecodeString(strings.ReplaceAll(string(id), "-", ""))
	if err != nil || len(raw) != idBytes {
		return make([]byte, idBytes) // no id of ours; it opens nothing
	}
	return raw
}

func idText(raw []byte) debt.ID {
	return debt.ID(fmt.Sprintf("%x-%x-%x-%x-%x", raw[:4], raw[4:6], raw[6:8], raw[8:10], raw[10:]))
}

// OptOut ends mails about a case. What is no token of ours, or of a case that is gone,
// changes nothing and is no error: the answer must not tell.
func (d Desk) OptOut(ctx context.Context, token string) error {
	creditor, caseID, ok := readOptOut(d.OptOutKeys, token)
	if !ok {
		return nil
	}
	err := d.Store.Write(ctx, creditor, func(t *store.Tx) error {
		return stop(t, caseID, stopping{outbox.Email, debt.StopOptOut, debt.ContactChanged,
			debt.Args{"channel": string(outbox.Email), "opted_out": true}, "debtor"}, d.Now())
	})
	if debt.KindOf(err) == debt.NotFound {
		return nil
	}
	return err
}
