// Package debt is the domain: what a claim is, what it earns in interest and costs,
// how a payment is allocated, which step is allowed next. Everything here is a pure
// function of its arguments: no file, no network, no clock, no context. Time is an
// argument, law tables are embedded and dated, and an amount is an integer number of
// cents. The paragraphs cited are those of the German statutes named beside them.
package debt
