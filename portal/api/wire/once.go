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
	"quitt/store/vault"
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
	case !mine && o.secret:
		return debt.E(debt.Conflict, "api_answer_secret", nil)
	case !mine:
		body, err := p.open(known)
		if err != nil {
			return err
		}
		c.Set(Replayed, "true")
		c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
		c.Status(known.Status)
		return c.Send(body)
	}
	// Whatever happens to the visitor's connection, what was done must be remembered.
	ctx := context.WithoutCancel(c.UserContext())
	if !o.keyed {
		c.SetUserContext(programs.Effect(c.UserContext(), caller.Creditor(), q))
	}
	err = o.answer(c, caller)
	keep := programs.Drop
	if status := c.Response().StatusCode(); err == nil && status < fiber.StatusBadRequest {
		q.Status, keep = status, programs.End
		if q.Body, err = o.remembered(c, p, q); err != nil {
			return err
		}
	} else if unsure(err) {
		return err
	}
	if failed := o.service.Store.Write(ctx, caller.Creditor(), func(t *store.Tx) error { return keep(t, q) }); err == nil {
		return failed
	}
	return err
}

// remembered is what is kept of an answer: nothing of one that shows a secret.
func (o *Operation) remembered(c *fiber.Ctx, p promise, q programs.Request) (string, error) {
	if o.secret {
		return "", nil
	}
	return p.seal(q, c.Response().Body())
}

// vault opens with what the program alone has: an answer may speak of a person, and whoever has
// the database has no program's secret.
func (p promise) vault() (vault.Vault, error) {
	m := hmac.New(sha256.New, []byte(p.secret))
	m.Write([]byte("answers"))
	return vault.New([][]byte{m.Sum(nil)})
}

func (p promise) owner(q programs.Request) string {
	return "api_requests/" + string(q.Key) + "/" + p.name
}

func (p promise) seal(q programs.Request, body []byte) (string, error) {
	v, err := p.vault()
	if err != nil {
		return "", err
	}
	return v.Seal(p.owner(q), body)
}

func (p promise) open(q programs.Request) ([]byte, error) {
	v, err := p.vault()
	if err != nil {
		return nil, err
	}
	body, ok := v.Open(p.owner(q), q.Body)
	if !ok { // remembered before answers were sealed, or somebody has changed it
		return nil, debt.E(debt.Conflict, "api_answer_lost", nil)
	}
	return body, nil
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
