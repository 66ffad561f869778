// Package api is what programs of a creditor ask for: the event feed, and the operations of the
// rooms below. Who may ask is decided in portal; here a key has been recognised.
package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/store"
	"quitt/store/feed"
)

// Desk answers.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
}

type keyOf struct{}

// Known is a key that was recognised. Its remembered answers are sealed under Promise, which the
// database does not have.
type Known struct {
	feed.Key

	Promise string
}

// Put says with which key a request came.
func Put(c *fiber.Ctx, k Known) { c.Locals(keyOf{}, k) }

func key(c *fiber.Ctx) Known {
	k, ok := c.Locals(keyOf{}).(Known)
	if !ok {
		panic("api: nobody has asked for a key")
	}
	return k
}

type page struct {
	Events       []feed.Event `json:"events" nullable:"false" doc:"In order, without a gap."`
	NextAfter    int64        `json:"next_after" example:"100" doc:"For the next request."`
	More         bool         `json:"more" example:"false" doc:"There are more already."`
	Acknowledged int64        `json:"acknowledged" example:"0" doc:"How far you said you are."`
}

const usualEvents = 100

// Events answers GET /api/v1/events?after=SEQ&limit=1..500: the events behind a place of
// the feed, 0 being its beginning.
func (d Desk) Events(c *fiber.Ctx) error {
	q := c.Context().QueryArgs()
	after, err := number(string(q.Peek("after")), 0, 0, 1<<53)
	if err != nil {
		return err
	}
	limit, err := number(string(q.Peek("limit")), usualEvents, 1, feed.MostEvents)
	if err != nil {
		return err
	}
	k, p := key(c), page{Events: []feed.Event{}, NextAfter: after}
	err = d.Store.Read(c.UserContext(), k.CreditorID, func(r *store.Reader) error {
		head, err := feed.Head(r)
		switch {
		case err != nil:
			return err
		case after > head: // of a feed that this one is an older copy of: an empty page would hide it
			return debt.E(debt.Invalid, "feed_acknowledged_beyond", debt.Args{"head": head})
		}
		list, err := feed.Page(r, after, int(limit))
		if err != nil {
			return err
		}
		if len(list) > 0 {
			p.Events, p.NextAfter = list, list[len(list)-1].Sequence
		}
		p.More = head > p.NextAfter
		p.Acknowledged, err = feed.Acknowledged(r, k.ID)
		return err
	})
	if err != nil {
		return err
	}
	return answer(c, p)
}

// number reads a parameter; one that is missing has its usual value.
func number(raw string, usual, least, most int64) (int64, error) {
	if raw == "" {
		return usual, nil
	}
	n, err := strconv.ParseInt(raw, 10, 64)
	if err != nil || n < least || n > most || strings.HasPrefix(raw, "+") || strings.HasPrefix(raw, "-") {
		return 0, debt.E(debt.Invalid, "api_number_invalid", debt.Args{"least": least, "most": most})
	}
	return n, nil
}

type acknowledgement struct {
	Sequence int64 `json:"sequence" minimum:"0" maximum:"9007199254740992" example:"100" doc:"Number of an event."`
}

// maxBody is far more than {"sequence": n} needs.
const maxBody = 1 << 10

// Acknowledge answers POST /api/v1/events/acknowledgement. It moves forward only; a smaller
// number is answered with where it stands.
func (d Desk) Acknowledge(c *fiber.Ctx) error {
	if kind, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType)); err != nil || kind != fiber.MIMEApplicationJSON {
		return fiber.ErrUnsupportedMediaType
	}
	n, err := readAcknowledgement(c.Request().Body())
	if err != nil {
		return err
	}
	k, out := key(c), acknowledgement{}
	err = d.Store.Write(c.UserContext(), k.CreditorID, func(t *store.Tx) (err error) {
		out.Sequence, err = feed.Acknowledge(t, k.ID, n, d.Now())
		return err
	})
	if err != nil {
		return err
	}
	return answer(c, out)
}

// readAcknowledgement wants one object with one whole number and nothing else.
func readAcknowledgement(body []byte) (int64, error) {
	if len(body) > maxBody {
		return 0, fiber.ErrRequestEntityTooLarge
	}
	var in struct {
		Sequence *int64 `json:"sequence"`
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	err := dec.Decode(&in)
	if _, more := dec.Token(); err != nil || in.Sequence == nil || !errors.Is(more, io.EOF) || *in.Sequence < 0 {
		return 0, debt.E(debt.Invalid, "api_body_invalid", nil)
	}
	return *in.Sequence, nil
}

func answer(c *fiber.Ctx, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	return c.Send(b)
}

// Recognise finds the key of an Authorization header, its own or that of its token, or reports that
// there is none that is good: no header, another scheme, unknown and revoked keys, tokens that are
// over are all the same.
func (d Desk) Recognise(ctx context.Context, header string) (k Known, good bool, err error) {
	secret, ok := Bearer(header)
	switch {
	case !ok:
		return Known{}, false, nil
	case strings.HasPrefix(secret, tokenPrefix):
		k, good, err = d.byToken(ctx, secret)
	default:
		k, good, err = d.byKey(ctx, secret)
	}
	if err != nil || !good || !k.RevokedAt.IsZero() {
		return Known{}, false, err
	}
	if now := d.Now(); k.Unused(now) {
		// A note and no more: a database that takes nothing now can still be read.
		_ = d.Store.Write(ctx, k.CreditorID, func(t *store.Tx) error { return feed.UseKey(t, k.ID, now) })
	}
	return k, true, nil
}

func (d Desk) byKey(ctx context.Context, secret string) (k Known, good bool, err error) {
	err = d.Store.Read(ctx, "", func(r *store.Reader) error {
		k.Key, good, err = feed.FindKey(r, Hash(secret))
		return err
	})
	k.Promise = carried(secret)
	return k, good, err
}
