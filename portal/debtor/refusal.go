package debtor

import (
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/portal/page"
	"quitt/portal/text"
)

// refused reports a failure that a visitor can repair.
func refused(err error) bool {
	kind := debt.KindOf(err)
	return kind != "" && kind != debt.Unavailable
}

// countTry counts a wrong secret against the visitor's address. What was mistyped, as the
// check symbol tells, is no try.
func countTry(c *fiber.Ctx, err error) {
	if kind := debt.KindOf(err); kind == debt.Forbidden || kind == debt.NotFound {
		page.Failed(c)
	}
}

// problemOf gives the page for what is said only after both secrets were right, "" for
// everything else.
func problemOf(err error) page.ProblemKind {
	for _, known := range []struct {
		err  error
		kind page.ProblemKind
	}{
		{debt.E(debt.Expired, "access_replaced", nil), page.Replaced},
		{debt.E(debt.Expired, "access_expired", nil), page.Expired},
		{debt.E(debt.Expired, "access_revoked", nil), page.Locked},
		{debt.E(debt.NotFound, "session_ended", nil), page.SessionEnded},
	} {
		if errors.Is(err, known.err) {
			return known.kind
		}
	}
	return ""
}

// mistake words a refusal that tells nothing about secrets: a value that cannot be right
// whatever they are, or a one-time code that was asked for too often. Everything else is
// "" and gets one neutral sentence.
func mistake(w *text.Catalogue, err error) string {
	var e *debt.Error
	if errors.As(err, &e) && (e.Kind == debt.Invalid || strings.HasPrefix(e.Key, "one_time_")) {
		return w.Error(err)
	}
	return ""
}
