package stripe

import (
	"errors"
	"net/http"

	"github.com/stripe/stripe-go/v76"

	"quitt/debt"
	"quitt/payments"
)

// ofWrite translates the error of a call that changes something. Whatever is not an answer
// of Stripe's, and every answer that does not say whether the call was carried out, leaves
// the outcome open. Nothing of Stripe's text is kept: it quotes what was sent.
func ofWrite(err error) error {
	var e *stripe.Error
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &e):
		return payments.ErrOutcome
	case e.HTTPStatusCode == http.StatusTooManyRequests || e.Code == stripe.ErrorCodeLockTimeout:
		return traced(payments.ErrBusy, e)
	case e.HTTPStatusCode == http.StatusUnauthorized || e.HTTPStatusCode == http.StatusForbidden:
		return traced(payments.ErrKey, e)
	// A conflict is another call with the same key, still under way. The same key with other
	// parameters (a creditor renamed between two tries) says that an earlier call arrived.
	case e.HTTPStatusCode >= http.StatusInternalServerError, e.HTTPStatusCode < http.StatusBadRequest,
		e.Type == stripe.ErrorTypeAPI, e.Type == stripe.ErrorTypeIdempotency, e.HTTPStatusCode == http.StatusConflict:
		return traced(payments.ErrOutcome, e)
	case e.HTTPStatusCode == http.StatusNotFound && e.Code == stripe.ErrorCodeResourceMissing:
		return traced(payments.ErrNoObject, e)
	}
	// 402 of anything but a charge, and every other refusal: it was not carried out.
	return payments.Refused(code(e))
}

// ofRead translates the error of a call that changes nothing, so that none of its outcomes is
// unknown.
func ofRead(err error) error {
	var e *stripe.Error
	if errors.As(err, &e) && e.Code == stripe.ErrorCodeResourceMissing {
		return traced(payments.ErrNoObject, e)
	}
	if err = ofWrite(err); errors.Is(err, payments.ErrOutcome) { // nothing to find out: ask again
		return payments.ErrBusy
	}
	return err
}

// traced adds the id under which Stripe's people find the request.
func traced(is *debt.Error, e *stripe.Error) error {
	if !isID(e.RequestID) {
		return is
	}
	return debt.E(is.Kind, is.Key, debt.Args{"request": e.RequestID, "status": e.HTTPStatusCode})
}

// code gives the most telling code of an error.
func code(e *stripe.Error) string {
	switch {
	case e == nil:
		return ""
	case e.DeclineCode != "" && (e.Code == "" || e.Code == stripe.ErrorCodeCardDeclined):
		return word(string(e.DeclineCode))
	case e.Code != "":
		return word(string(e.Code))
	}
	return word(string(e.Type))
}

// word makes "other" of what is no code: a bank's own text may say anything.
func word(s string) string {
	if s == "" || debt.IsCode(s) {
		return s
	}
	return "other"
}
