// Package payments is money in and out of a case: booking, reversal, and in later rooms
// below it the rails on which it comes. A fact from outside carries a business key and is
// booked once, however often it is reported.
package payments
