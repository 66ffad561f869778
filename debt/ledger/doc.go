// Package ledger is the double-entry part of the domain: entries and postings, what is
// open on a case, how a payment is allocated, how one is taken back, and the statement of
// a claim on a day. Pure like its parent: values in, entries or a refusal out.
package ledger
