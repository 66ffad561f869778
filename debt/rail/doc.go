// Package rail is what Quitt knows of payments that go through a provider: the order to pay,
// what the provider says of it, and what follows for the ledger. Adapters translate a
// provider's objects into these words; nothing here knows whose objects they were. Pure like
// its parent.
//
// The provider's objects are the truth, not its notices: a notice only says which object to
// ask for. Facts are what asking gave. A Fact of money is known by the provider's own id and
// counts once, in whatever order and however often it is heard of.
package rail
