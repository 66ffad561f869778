// Package stripe takes money through Stripe's hosted Checkout and charges what was stored
// there. It is the only room that knows stripe-go; its [Client] is a payments.Provider.
//
// Everything is pinned to one API version ([Version]): requests say it, and the webhook
// endpoint is created by API with it. What an event contains is not believed beyond the kind
// and id of its object. Never test the prefix of an id: the charge of a direct debit is not
// a ch_, its refund not a re_.
//
// # Debit cards only
//
// Checkout cannot refuse credit cards at this version. An account with DebitOnly needs a
// Radar rule at Stripe, to be set by the creditor before the first payment:
//
//	Block if :card_funding: = 'credit'
//
// Facts carry the funding of the card all the same, so that one which came through is seen.
package stripe
