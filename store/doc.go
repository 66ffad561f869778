// Package store is the only SQL in the house: one text for SQLite, the embedded default,
// and PostgreSQL, the engine for operation. Every read and write is a method of Reader or
// Tx, so that it happens inside a transaction by construction; a transaction concerns one
// creditor. The store remembers and may say not found, already there or changed
// meanwhile; whether something is allowed is decided in debt.
package store
