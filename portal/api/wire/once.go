package wire

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/store"
	"quitt/store/programs"
)

// Headers of requests that change something, and of their answers.
const (
	IdempotencyKey = "Idempotency-Key"
	DryRun         = "Dry-Run"
	Replayed       = "Idempotency-Replayed"
)

const mostName = 255

// promise is that a request takes effect once.
type promise struct {
	name   string
	secret string // of the program's key: what was sent is remembered under it
}

// once answers a request that carries an Idempotency-Key. The answer to what was done is
// remembered for a day; what was refused has done nothing, and may be sent again.
func (o *Operation) once(c *fiber.Ctx, caller Caller, p promise) error {
	if len(p.name) > mostName || strings.ContainsFunc(p.name, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return Invalid("header."+IdempotencyKey, debt.E(debt.Invalid, "api_key_invalid", debt.Args{"most": mostName}))
	}
	q := programs.Request{Key: caller.Key.ID, Name: p.name, Fingerprint: fingerprint(c, p.secret), Run: store.NewID(), BegunAt: o.service.Now()}
	known, mine, err := q, false, error(nil)
	err = o.service.Store.Write(c.UserContext(), caller.Creditor(), func(t *store.Tx) (err error) {
		known, mine, err = programs.Begin(t, q)
		return err
	})
	switch {
	case err != nil:
		return err
	case !mine:
		c.Set(Replayed, "true")
		c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
		c.Status(known.Status)
		return c.SendString(known.Body)
	}
	err = o.answer(c, caller)
	// Whatever happens to the visitor's connection, what was done must be remembered.
	ctx := context.WithoutCancel(c.UserContext())
	keep := programs.Drop
	if status := c.Response().StatusCode(); err == nil && status < fiber.StatusBadRequest {
		q.Status, q.Body, keep = status, string(c.Response().Body()), programs.End
	} else if unsure(err) {
		return err
	}
	if failed := o.service.Store.Write(ctx, caller.Creditor(), func(t *store.Tx) error { return keep(t, q) }); err == nil {
		return failed
	}
	return err
}

// unsure reports an error after which nobody knows whether something was done: the name stays
// taken until its run counts as dead.
func unsure(err error) bool {
	kind := debt.KindOf(err)
	return err != nil && (kind == "" || kind == debt.Unavailable) && !isRefusal(err)
}

// fingerprint tells requests apart without keeping what they say.
func fingerprint(c *fiber.Ctx, secret string) string {
	m := hmac.New(sha256.New, []byte(secret))
	for _, part := range []string{c.Method(), c.Path(), string(c.Request().Body())} {
		m.Write([]byte(strconv.Itoa(len(part)) + ":" + part))
	}
	return hex.EncodeToString(m.Sum(nil))
}
