package world

import (
	"quitt/payments/sandbox/world/books"
	"quitt/payments/sandbox/world/numbers"
)

// sentences are what the provider says to a cardholder.
var sentences = map[string]string{
	"card_declined":      "Your card was declined.",
	"insufficient_funds": "Your card has insufficient funds.",
	"expired_card":       "Your card has expired.",
	"incorrect_cvc":      "Your card's security code is incorrect.",
	"processing_error":   "An error occurred while processing your card. Try again in a little bit.",
	"incorrect_number":   "Your card number is incorrect.",
	"card_velocity_exceeded": "Your card was declined for making repeated attempts too frequently " +
		"or exceeding its amount limit.",
}

// refusal is the error a charge to this card ends with, nil if it goes through.
func refusal(b numbers.Behaviour) *Error {
	if b.Decline == "" {
		return nil
	}
	message, ok := sentences[b.Reason]
	if !ok {
		message = sentences[b.Decline]
	}
	return books.Declined(b.Decline, b.Reason, message)
}
