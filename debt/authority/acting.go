package authority

import "quitt/debt"

// Acting is who acts for the debtor in a visit. The zero value is the debtor himself.
type Acting struct {
	Representative debt.ID // whose sign-in; "" for a visit with a letter
	Authority      debt.ID // under which he acts; "" while he looks at his list
	Scopes         []Scope
	Name           debt.Personal // of the representative
	Client         debt.Personal // of the debtor
}

// Himself reports that nobody acts for anybody.
func (a Acting) Himself() bool { return a.Representative == "" }

// May reports whether an act is open: to a debtor all are, to a representative what his
// authority covers, and without a client nothing.
func (a Acting) May(act Act) bool {
	return a.Himself() || a.Authority != "" && Covers(a.Scopes, act)
}

// Actor is who the events of the visit name: a representative by his authority, which says
// for whom.
func (a Acting) Actor() debt.Actor {
	if a.Himself() {
		return debt.Actor{Kind: "debtor"}
	}
	return debt.Actor{Kind: Representing, ID: a.Authority}
}

// Representing is the kind of actor that acts for the debtor.
const Representing = "representative"
