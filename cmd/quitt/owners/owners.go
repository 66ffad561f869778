// Package owners finds whose a case is that somebody names on the command line.
package owners

import (
	"context"

	"quitt/debt"
	"quitt/payments/announced"
	"quitt/store"
)

// Creditor finds a creditor by code.
func Creditor(ctx context.Context, s *store.Store, code string) (c debt.Creditor, err error) {
	err = s.Read(ctx, "", func(t *store.Reader) error {
		c, err = t.LoadCreditor(code)
		return err
	})
	return c, err
}

// Case finds the one creditor who has a case under this reference. Without a code all
// creditors are asked; two that have it make the call ambiguous.
func Case(ctx context.Context, s *store.Store, code, reference string) (debt.Creditor, debt.ID, error) {
	list, err := asked(ctx, s, code)
	if err != nil {
		return debt.Creditor{}, "", err
	}
	var owners []debt.Creditor
	var names []string
	var id debt.ID
	for _, c := range list {
		err := s.Read(ctx, c.ID, func(t *store.Reader) error {
			found, err := t.FindCase(reference)
			if debt.KindOf(err) == debt.NotFound {
				found, err = announced.CaseOf(t, reference)
			}
			if err == nil {
				id, owners, names = found, append(owners, c), append(names, c.Code)
			}
			return err
		})
		if err != nil && debt.KindOf(err) != debt.NotFound {
			return debt.Creditor{}, "", err
		}
	}
	switch len(owners) {
	case 0:
		return debt.Creditor{}, "", debt.E(debt.NotFound, "case_unknown", nil)
	case 1:
		return owners[0], id, nil
	default:
		return debt.Creditor{}, "", debt.E(debt.Invalid, "case_ambiguous", debt.Args{"creditors": names})
	}
}

func asked(ctx context.Context, s *store.Store, code string) (list []debt.Creditor, err error) {
	if code != "" {
		c, err := Creditor(ctx, s, code)
		return []debt.Creditor{c}, err
	}
	err = s.Read(ctx, "", func(t *store.Reader) (err error) {
		list, err = t.Creditors()
		return err
	})
	return list, err
}
