package cases

import (
	"cmp"
	"context"
	"slices"

	"quitt/bank"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/ledger"
	"quitt/debt/limitation"
	"quitt/store"
)

// View is a case as its debtor may see it, read in one transaction.
type View struct {
	Record

	Creditor debt.Creditor
	Payments []debt.Payment // every payment, also those that have not arrived
	Steps    []debt.Step
	Minor    bool
	// Next is the next instalment of a running plan; zero without one.
	Next Instalment

	history ledger.History
}

// Split gives what a payment of an amount would settle if it arrived today, designated as the
// debtor says (BGB §§ 366, 367).
func (v View) Split(amount debt.Cents, to ...debt.Target) ([]ledger.Part, error) {
	return v.history.Project(amount, v.Statement.On, to...)
}

// Source is everything a View is made of.
type Source struct {
	Creditor debt.Creditor
	Case     debt.Case // with its holds
	Debtor   debt.Debtor
	Account  ledger.Account
	History  ledger.History
	Events   []debt.Event
	Plan     Agreed // the plan that runs; zero without
}

// View reads a case with its creditor for the debtor's pages, as payable today. The view
// may be shared with others who look at the case: it is not to be changed.
func (d Desk) View(ctx context.Context, creditor, id debt.ID) (View, error) {
	today := debt.DateIn(d.Now(), debt.Berlin)
	var kept View
	var s Source
	err := d.Store.Read(ctx, creditor, func(t *store.Reader) error {
		mark, err := t.MarkOf(id)
		if err != nil {
			return err
		}
		if kept = d.Views.get(id, mark, today); kept.Case.ID == id {
			return nil
		}
		s, err = SourceOf(t, id, mark.Creditor)
		return err
	})
	if err != nil || kept.Case.ID == id {
		return kept, err
	}
	v, err := s.View(today)
	if err == nil {
		d.Views.put(v)
	}
	return v, err
}

// SourceOf reads it, in the transaction of whoever needs more than a View.
func SourceOf(t *store.Reader, id debt.ID, of debt.Creditor) (s Source, err error) {
	f, err := t.LoadFile(id)
	if err != nil {
		return s, err
	}
	s = Source{Creditor: of, Case: f.Case, Account: f.Account}
	if s.History, err = t.LoadHistory(f); err != nil {
		return s, err
	}
	if err := t.LoadHolds(&s.Case); err != nil {
		return s, err
	}
	if s.Debtor, err = t.LoadDebtor(f.Case.DebtorID); err != nil {
		return s, err
	}
	if s.Plan, err = agreed(t, s.Case); err != nil {
		return s, err
	}
	s.Events, err = t.Events(id)
	return s, err
}

// View computes what the debtor sees on a day.
func (s Source) View(today debt.Date) (View, error) {
	v := View{Record: Record{Case: s.Case, Debtor: s.Debtor, Events: s.Events}, Creditor: s.Creditor, Payments: s.History.Payments, history: s.History}
	if err := v.state(s, today); err != nil {
		return View{}, err
	}
	v.judge(today)
	var err error
	v.Next, err = s.Plan.next(s, today)
	return v, err
}

// state computes the statement. Interest beyond the announced base rate must not hide what
// is known: then it runs as far as it is known, and InterestTo says so.
func (v *View) state(s Source, today debt.Date) (err error) {
	v.Statement, v.InterestTo, err = s.History.StatementSoFar(today)
	return err
}

// judge adds what debt decides about the case today.
func (v *View) judge(today debt.Date) {
	v.Minor = access.Minor(v.Debtor, today)
	v.Steps = v.Case.NextSteps(v.Facts(today))
}

// Facts is what decides about steps beside the case.
func (v View) Facts(today debt.Date) debt.Facts {
	d := v.Debtor
	return debt.Facts{On: today, Limitation: limitation.Expiry(v.history.Claims, v.Payments), Minor: access.Minor(d, today), AddressComplete: d.Street != "" && d.Postcode != "" && d.City != ""}
}

// InFlight gives the payments whose money is under way or whose outcome is being checked,
// newest first.
func (v View) InFlight() []debt.Payment {
	var list []debt.Payment
	for _, p := range v.Payments {
		if p.Status == debt.PaymentInFlight || p.Status == debt.PaymentUnknown {
			list = append(list, p)
		}
	}
	slices.SortStableFunc(list, func(a, b debt.Payment) int { return b.ReceivedOn.Compare(a.ReceivedOn) })
	return list
}

// Payee is a creditor as the page about genuine letters shows it.
type Payee struct {
	Name          string
	AccountHolder string
	Last4         string // of the IBAN money goes to; "" when it is not readable
}

// Payees lists the creditors for whom letters go out, by name. All of it is public.
func (d Desk) Payees(ctx context.Context) ([]Payee, error) {
	var list []Payee
	err := d.Store.Read(ctx, "", func(t *store.Reader) error {
		creditors, err := t.Creditors()
		if err != nil {
			return err
		}
		list = make([]Payee, len(creditors))
		for i, c := range creditors {
			list[i] = Payee{Name: c.Name, AccountHolder: c.AccountHolder}
			if iban, err := bank.ParseIBAN(c.IBAN); err == nil {
				list[i].Last4 = iban.Last4()
			}
		}
		return nil
	})
	slices.SortFunc(list, func(a, b Payee) int { return cmp.Compare(a.Name, b.Name) })
	return list, err
}
