// Package fees is the law of what a collector, a lawyer and a court may ask for their work:
// the fee tables of RVG and GKG and the rules that read them (RDG § 13e I).
package fees
