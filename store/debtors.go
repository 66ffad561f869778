package store

import "quitt/debt"

type debtorRow struct {
	ID             debt.ID         `db:"id" json:"id"`
	Kind           debt.DebtorKind `db:"kind" json:"kind"`
	FirstName      string          `db:"first_name" json:"first_name"`
	LastName       string          `db:"last_name" json:"last_name"`
	CompanyName    string          `db:"company_name" json:"company_name"`
	Street         string          `db:"street" json:"street"`
	Postcode       string          `db:"postcode" json:"postcode"`
	City           string          `db:"city" json:"city"`
	Country        string          `db:"country" json:"country"`
	State          debt.State      `db:"state" json:"state"`
	BirthOn        string          `db:"birth_on" json:"birth_on"`
	Email          string          `db:"email" json:"email"`
	Phone          string          `db:"phone" json:"phone"`
	CustomerNumber string          `db:"customer_number" json:"customer_number"`
	PayerIBAN      string          `db:"payer_iban" json:"payer_iban"`
	AddressSource  string          `db:"address_source" json:"address_source"`
	AddressStopped string          `db:"address_stopped" json:"-"`
	EmailStopped   string          `db:"email_stopped" json:"-"`
	PhoneStopped   string          `db:"phone_stopped" json:"-"`
}

const debtorColumns = `id, kind, first_name, last_name, company_name, street, postcode, city, country, state, birth_on, email, phone, customer_number, payer_iban, address_source`

func newDebtorRow(d debt.Debtor) debtorRow {
	return debtorRow{ID: d.ID, Kind: d.Kind, FirstName: d.FirstName.Reveal(), LastName: d.LastName.Reveal(),
		CompanyName: d.CompanyName.Reveal(), Street: d.Street.Reveal(), Postcode: d.Postcode.Reveal(), City: d.City.Reveal(),
		Country: d.Country, State: d.State, BirthOn: d.BirthOn.Reveal(), Email: d.Email.Reveal(), Phone: d.Phone.Reveal(),
		CustomerNumber: d.CustomerNumber.Reveal(), PayerIBAN: d.PayerIBAN.Reveal(), AddressSource: d.AddressSource}
}

func (r debtorRow) debtor() debt.Debtor {
	p := func(s string) debt.Personal { return debt.Personal(s) }
	return debt.Debtor{ID: r.ID, Kind: r.Kind, FirstName: p(r.FirstName), LastName: p(r.LastName),
		CompanyName: p(r.CompanyName), Street: p(r.Street), Postcode: p(r.Postcode), City: p(r.City),
		Country: r.Country, State: r.State, BirthOn: p(r.BirthOn), Email: p(r.Email), Phone: p(r.Phone),
		CustomerNumber: p(r.CustomerNumber), PayerIBAN: p(r.PayerIBAN), AddressSource: r.AddressSource,
		AddressStopped: debt.Stop(r.AddressStopped), EmailStopped: debt.Stop(r.EmailStopped), PhoneStopped: debt.Stop(r.PhoneStopped)}
}

const addDebtorSQL = `
	INSERT INTO debtors (creditor_id, ` + debtorColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`

func (t *Tx) addDebtor(r debtorRow) error {
	_, err := t.Exec(addDebtorSQL, t.creditor, r.ID, r.Kind, r.FirstName, r.LastName, r.CompanyName, r.Street,
		r.Postcode, r.City, r.Country, r.State, r.BirthOn, r.Email, r.Phone, r.CustomerNumber, r.PayerIBAN, r.AddressSource)
	return err
}

const debtorSQL = `SELECT ` + debtorColumns + `, address_stopped, email_stopped, phone_stopped FROM debtors WHERE creditor_id = $1 AND id = $2`

// LoadDebtor finds a debtor, or NotFound "debtor_unknown".
func (r *Reader) LoadDebtor(id debt.ID) (debt.Debtor, error) {
	var row debtorRow
	if err := r.Get(&row, debtorSQL, r.creditor, id); err != nil {
		return debt.Debtor{}, Missing(err, "debtor_unknown")
	}
	return row.debtor(), nil
}

const stopDebtorSQL = `
	UPDATE debtors SET address_stopped = $3, email_stopped = $4, phone_stopped = $5
	 WHERE creditor_id = $1 AND id = $2`

// SaveStops stores by which ways a debtor is not reached any more. The case must be locked
// and get an event: pages of the case are kept until its version changes.
func (t *Tx) SaveStops(d debt.Debtor) error {
	_, err := t.Exec(stopDebtorSQL, t.creditor, d.ID, string(d.AddressStopped), string(d.EmailStopped), string(d.PhoneStopped))
	return err
}
