package books

import (
	"fmt"
	"strings"
)

// Error is a refusal as the API words it.
type Error struct {
	Status                       int // of the HTTP answer
	Type, Code, Decline          string
	Param, Message, Charge       string
	Intent, Setup, PaymentMethod Object // what the client needs to go on
	// Kept says that work had begun: the answer belongs to the idempotency key. A refusal
	// of the parameters does not, and the same key may be used again.
	Kept bool
}

func (e *Error) Error() string { return e.Type + " " + e.Code + ": " + e.Message }

// The types of error.
const (
	typeInvalid = "invalid_request_error"
	typeCard    = "card_error"
)

// Invalid refuses a parameter.
func Invalid(param, code, format string, args ...any) *Error {
	return &Error{Status: 400, Type: typeInvalid, Code: code, Param: param, Message: fmt.Sprintf(format, args...)}
}

// Refused is a request that was understood and cannot be done as things stand.
func Refused(code, format string, args ...any) *Error {
	e := Invalid("", code, format, args...)
	e.Kept = true
	return e
}

// Required asks for a parameter.
func Required(param string) *Error {
	return Invalid(param, "parameter_missing", "Missing required param: %s.", param)
}

// Missing is the answer for an id nobody knows: 404 in the path, 400 in a parameter.
func Missing(kind, id, param string) *Error {
	e := Invalid(param, "resource_missing", "No such %s: '%s'", words(kind), Clip(id))
	if param == "id" {
		e.Status = 404
		if strings.HasSuffix(kind, "_intent") {
			e.Param = "intent"
		}
	}
	return e
}

// words gives a kind as messages name it.
func words(kind string) string {
	switch kind {
	case "payment_method":
		return "PaymentMethod"
	case "checkout.session":
		return "checkout.session"
	}
	return strings.ReplaceAll(kind, "_", "")
}

// Declined is a refusal by a bank.
func Declined(code, decline, message string) *Error {
	return &Error{Status: 402, Type: typeCard, Code: code, Decline: decline, Message: message, Kept: true}
}

// Last is the error as an intent keeps it.
func (e *Error) Last(pm Object) Object {
	out := Object{"type": e.Type, "message": e.Message}
	for key, v := range map[string]string{"code": e.Code, "decline_code": e.Decline, "charge": e.Charge, "param": e.Param} {
		if v != "" {
			out[key] = v
		}
	}
	if pm != nil {
		out["payment_method"] = pm.Clone()
	}
	return out
}
