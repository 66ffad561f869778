package seen

import (
	"context"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/rails"
	"quitt/store/remittances"
)

// Due is what of an account the next remittance pays out. A payment that came back after it was
// paid out is a line below nothing.
type Due struct {
	rail.Account

	Came, Back debt.Cents // Back is not above nothing
	Fees, Sum  debt.Cents // what is agreed for collecting, with its tax; what is left to be paid out
	Lines      []remittances.Line
	More       bool // there are more payments than one remittance takes
}

// Due lists for each account at a bank what its payments up to a value day add to the next
// remittance.
func (d Desk) Due(ctx context.Context, creditor debt.ID, upTo debt.Date) (list []Due, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		list = nil
		kept, err := rails.BankAccounts(r)
		for _, a := range kept {
			if err != nil {
				return err
			}
			one := Due{Account: a.Account}
			if one.Lines, err = remittances.Due(r, a.Source(), upTo); err != nil {
				return err
			}
			s := remittances.SumOf(one.Lines)
			one.Came, one.Back, one.Fees, one.Sum = s.Came, s.Back, s.Fee+s.FeeBack+s.VAT+s.VATBack, s.Paid
			one.More = len(one.Lines) == remittances.MostLines
			list = append(list, one)
		}
		return err
	})
	return list, err
}
