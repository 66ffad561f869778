package api

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"mime"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/store"
	"quitt/store/feed"
	"quitt/store/vault"
)

// tokenLife is short: a token that leaked is soon worth nothing.
const tokenLife = 15 * time.Minute

// carried is what a key's remembered answers are sealed under. A token carries it, so that an
// Idempotency-Key means the same with the next token; the key itself it does not carry.
func carried(secret string) string {
	m := hmac.New(sha256.New, []byte(secret))
	m.Write([]byte("carried by tokens"))
	return hex.EncodeToString(m.Sum(nil))
}

// box opens with the token alone.
func box(token string) (vault.Vault, error) {
	sum := sha256.Sum256([]byte("box " + token))
	return vault.New([][]byte{sum[:]})
}

func tokenOwner(hash string) string { return "api_tokens/" + hash }

// client is who asks for a token, by header or form (RFC 6749, 2.3.1).
type client struct{ id, secret string }

// clientOf reads it; both ways at once, or a value twice, are none.
func clientOf(c *fiber.Ctx) (client, bool) {
	scheme, packed, _ := strings.Cut(c.Get(fiber.HeaderAuthorization), " ")
	form := c.Request().PostArgs()
	inForm := form.Has("client_id") || form.Has("client_secret")
	if !strings.EqualFold(scheme, "Basic") {
		out := client{string(form.Peek("client_id")), string(form.Peek("client_secret"))}
		return out, scheme == "" && once(c, "client_id") && once(c, "client_secret")
	}
	plain, err := base64.StdEncoding.DecodeString(packed)
	id, secret, ok := strings.Cut(string(plain), ":")
	id, err1 := url.QueryUnescape(id)
	secret, err2 := url.QueryUnescape(secret)
	return client{id, secret}, ok && !inForm && errors.Join(err, err1, err2) == nil
}

func once(c *fiber.Ctx, name string) bool { return len(c.Request().PostArgs().PeekMulti(name)) <= 1 }

// RecogniseClient finds the key of somebody who asks for a token.
func (d Desk) RecogniseClient(ctx context.Context, c *fiber.Ctx) (k Known, good bool, err error) {
	who, ok := clientOf(c)
	if !ok || !strings.HasPrefix(who.secret, keyPrefix) {
		return Known{}, false, nil
	}
	k, good, err = d.Recognise(ctx, "Bearer "+who.secret)
	return k, good && string(k.ID) == who.id, err
}

// refused is an error of RFC 6749, 5.2.
type refused string

func (r refused) Error() string { return "token: " + string(r) }

// Token answers POST /api/v1/token: a token for a key, with some of its scopes or all.
func (d Desk) Token(c *fiber.Ctx) error {
	kind, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	form := c.Request().PostArgs()
	grant := string(form.Peek("grant_type"))
	switch {
	case err != nil || kind != fiber.MIMEApplicationForm || grant == "" || !once(c, "grant_type") || !once(c, "scope"):
		return refused("invalid_request")
	case grant != "client_credentials":
		return refused("unsupported_grant_type")
	}
	k := key(c)
	scopes, ok := k.Part(string(form.Peek("scope")))
	if !ok {
		return refused("invalid_scope")
	}
	token := newSecret(tokenPrefix)
	hash, now := Hash(token), d.Now()
	v, err := box(token)
	if err != nil {
		return err
	}
	sealed, err := v.Seal(tokenOwner(hash), []byte(k.Promise))
	if err != nil {
		return err
	}
	err = d.Store.Write(c.UserContext(), k.CreditorID, func(t *store.Tx) error {
		return feed.AddToken(t, hash, feed.Token{KeyID: k.ID, Scopes: scopes, Carried: sealed, ExpiresAt: now.Add(tokenLife)}, now)
	})
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderPragma, "no-cache")
	return answer(c, granted{token, "Bearer", int(tokenLife.Seconds()), strings.ReplaceAll(feed.Words(scopes), ",", " ")})
}

type granted struct {
	Token string `json:"access_token"`
	Type  string `json:"token_type"`
	Life  int    `json:"expires_in"`
	Scope string `json:"scope"`
}

// TokenError words a refusal as RFC 6749 wants it; what is no refusal of a token stays as it is.
func TokenError(c *fiber.Ctx, err error) error {
	var why refused
	status := fiber.StatusBadRequest
	switch {
	case errors.Is(err, fiber.ErrUnauthorized):
		why, status = "invalid_client", fiber.StatusUnauthorized
		c.Set(fiber.HeaderWWWAuthenticate, `Basic realm="quitt"`)
	case !errors.As(err, &why):
		return err
	}
	c.Set(fiber.HeaderPragma, "no-cache")
	c.Status(status)
	return answer(c, map[string]string{"error": string(why)})
}

// byToken finds the key that a token stands for.
func (d Desk) byToken(ctx context.Context, token string) (k Known, good bool, err error) {
	hash := Hash(token)
	var stored feed.Token
	err = d.Store.Read(ctx, "", func(r *store.Reader) error {
		k.Key, stored, good, err = feed.FindToken(r, hash)
		return err
	})
	if err != nil || !good || !d.Now().Before(stored.ExpiresAt) {
		return Known{}, false, err
	}
	v, err := box(token)
	if err != nil {
		return Known{}, false, err
	}
	promise, good := v.Open(tokenOwner(hash), stored.Carried)
	k.Promise = string(promise)
	return k, good, nil
}
