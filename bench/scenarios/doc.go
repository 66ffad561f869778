// Package scenarios plays what can happen between a debtor, the provider and us, each story
// in five ways: told as it happens, told in any order, told twice, not told at all, and with
// our process ending around a commit. All five must leave the same ledger. It has tests only;
// docs/scenarios.md is what they print.
package scenarios
