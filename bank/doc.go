// Package bank speaks the formats of banks and nothing else: account numbers (IBAN), the
// creditor reference on a transfer (RF), who collects (creditor identifier) and the payment code
// banking apps scan (GiroCode); statements, orders and invoices have rooms of their own below.
// Bytes in, values out, and back; no file, no network, no clock. Whatever it accepts it
// writes back in canonical form, and whatever it refuses is a *FormatError whose key names
// a sentence in portal/text.
package bank
