package booking

import (
	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/rails"
)

// Placing is money nobody could place, and where a person says it belongs.
type Placing struct {
	Account rail.Account
	Move    rails.Move
	File    *store.File // locked; of Place
	Method  debt.Method
	Stamp   ledger.Stamp
	By      debt.Actor // the person, where it is known
}

// Place takes a movement out of suspense and books all of it to one case.
func Place(t *store.Tx, p Placing) (debt.Payment, error) {
	pays, err := PlaceShares(t, p, []Share{{p.File, incoming(p.Move)}})
	if err != nil {
		return debt.Payment{}, err
	}
	return pays[0], nil
}

// incoming is what a movement brought; not positive for one that took.
func incoming(m rails.Move) debt.Cents {
	if m.Kind == rails.OtherMove {
		return m.Amount // its amount is signed
	}
	return m.Kind.Sign() * m.Amount
}
