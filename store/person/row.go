package person

import (
	"cmp"
	"encoding/json"
	"strings"

	"quitt/debt"
	"quitt/store/column"
)

// Row is a debtor as the table has it.
type Row struct {
	ID             debt.ID         `db:"id" json:"id"`
	Kind           debt.DebtorKind `db:"kind" json:"kind"`
	Country        string          `db:"country" json:"country"`
	State          debt.State      `db:"state" json:"state"`
	AddressSource  string          `db:"address_source" json:"address_source"`
	Sealed         string          `db:"sealed" json:"sealed"`
	Mark           string          `db:"who_mark" json:"who_mark"` // of Place; "" without a key
	Who            `json:"-"`      // empty where it is sealed
	AddressStopped debt.Stop       `db:"address_stopped" json:"-"`
	EmailStopped   debt.Stop       `db:"email_stopped" json:"-"`
	PhoneStopped   debt.Stop       `db:"phone_stopped" json:"-"`
	Channel        string          `db:"preferred_channel" json:"-"`
	Language       string          `db:"preferred_language" json:"-"`
	ErasedAt       column.Instant  `db:"erased_at" json:"-"`
	Key            string          `db:"person_key" json:"-"`
}

// Who is what tells who a debtor is.
type Who struct {
	FirstName      string `db:"first_name" json:"f,omitempty"`
	LastName       string `db:"last_name" json:"l,omitempty"`
	CompanyName    string `db:"company_name" json:"co,omitempty"`
	Street         string `db:"street" json:"s,omitempty"`
	Postcode       string `db:"postcode" json:"p,omitempty"`
	City           string `db:"city" json:"c,omitempty"`
	BirthOn        string `db:"birth_on" json:"b,omitempty"`
	Email          string `db:"email" json:"e,omitempty"`
	Phone          string `db:"phone" json:"t,omitempty"`
	CustomerNumber string `db:"customer_number" json:"n,omitempty"`
	PayerIBAN      string `db:"payer_iban" json:"i,omitempty"`
	// AddressBy is "debtor" where the debtor gave the address; the column knows only who is not asked.
	AddressBy string `db:"-" json:"a,omitempty"`
}

// byDebtor is the source of an address the debtor has given.
const byDebtor = "debtor"

// Source is that of a debtor's address as its column has it: from the creditor, or looked up.
func Source(d debt.Debtor) string {
	if d.AddressSource == byDebtor {
		return "creditor"
	}
	return d.AddressSource
}

// Place is what two records of one person have in common: name and address.
func Place(d debt.Debtor) string {
	return strings.ToLower(strings.Join(strings.Fields(strings.Join([]string{d.Name().Reveal(), d.Street.Reveal(), d.Postcode.Reveal(), d.City.Reveal()}, " ")), " "))
}

// Mark is that of Place as new rows have it.
func (s Safe) Mark(d debt.Debtor) string {
	if list := s.Marks(Place(d)); len(list) > 0 {
		return list[0]
	}
	return ""
}

// Columns are those of Who, empty in a row that is sealed.
const Columns = `first_name, last_name, company_name, street, postcode, city, birth_on, email, phone, customer_number, payer_iban`

// NoOne are the values of Columns in such a row.
const NoOne = `'', '', '', '', '', '', '', '', '', '', ''`

// KeyRow is a key as the table has it.
type KeyRow struct {
	DebtorID debt.ID `db:"debtor_id" json:"debtor_id"`
	Sealed   string  `db:"sealed" json:"sealed"`
}

// Owners of keys and of sealed debtors, for one creditor. Ids are unique in a whole
// installation, but a restored copy may hold a creditor twice.
func keyOwner(creditor, debtor debt.ID) string { return "person_keys/" + string(creditor+"/"+debtor) }

func rowOwner(creditor, debtor debt.ID) string { return "debtors/" + string(creditor+"/"+debtor) }

// KeyOf opens the key of a debtor.
func (s Safe) KeyOf(creditor, debtor debt.ID, sealed string) (Key, error) {
	return s.Open(keyOwner(creditor, debtor), sealed)
}

// NewKey draws a key for a debtor.
func (s Safe) NewKey(creditor, debtor debt.ID) (Key, KeyRow, error) {
	k, sealed, err := s.New(keyOwner(creditor, debtor))
	return k, KeyRow{debtor, sealed}, err
}

// KeyColumn reads, beside a row of a table with a case_id, the key of the person it is about.
func KeyColumn(table string) string {
	return `COALESCE((SELECT CAST(pk.debtor_id AS TEXT) || pk.sealed FROM cases pc
	        JOIN person_keys pk ON pk.creditor_id = pc.creditor_id AND pk.debtor_id = pc.debtor_id
	       WHERE pc.creditor_id = ` + table + `.creditor_id AND pc.id = ` + table + `.case_id), '') AS person_key`
}

const idLength = 36

// Found opens what KeyColumn gave.
func (s Safe) Found(creditor debt.ID, found string) (Key, error) {
	if len(found) < idLength {
		return Key{}, nil
	}
	return s.KeyOf(creditor, debt.ID(found[:idLength]), found[idLength:])
}

// RenewKey is Renew for the key of a debtor.
func (s Safe) RenewKey(creditor debt.ID, k KeyRow) (string, error) {
	return s.Renew(keyOwner(creditor, k.DebtorID), k.Sealed)
}

// NewRow makes the rows of a debtor: nothing in the first that tells who it is, nothing in
// the second without the key of the installation.
func (s Safe) NewRow(creditor debt.ID, d debt.Debtor) (Row, KeyRow, error) {
	key, keyRow, err := s.NewKey(creditor, d.ID)
	if err != nil {
		return Row{}, keyRow, err
	}
	r := Row{ID: d.ID, Kind: d.Kind, Country: d.Country, State: d.State, AddressSource: Source(d), Mark: s.Mark(d)}
	r.Sealed, err = key.SealWho(creditor, d.ID, whoIs(d))
	return r, keyRow, err
}

// SealWho seals who a debtor is, for its row.
func (k Key) SealWho(creditor, debtor debt.ID, w Who) (string, error) {
	text, err := json.Marshal(w)
	if err != nil {
		return "", err
	}
	return k.Seal(rowOwner(creditor, debtor), string(text))
}

// SealDebtor is SealWho for a debtor as a whole.
func (k Key) SealDebtor(creditor debt.ID, d debt.Debtor) (string, error) {
	return k.SealWho(creditor, d.ID, whoIs(d))
}

func whoIs(d debt.Debtor) Who {
	w := Who{d.FirstName.Reveal(), d.LastName.Reveal(), d.CompanyName.Reveal(), d.Street.Reveal(), d.Postcode.Reveal(),
		d.City.Reveal(), d.BirthOn.Reveal(), d.Email.Reveal(), d.Phone.Reveal(), d.CustomerNumber.Reveal(), d.PayerIBAN.Reveal(), ""}
	if d.AddressSource == byDebtor {
		w.AddressBy = byDebtor
	}
	return w
}

// Debtor opens a row that was read with its key. Of somebody erased, and of a row from before
// there were keys, it gives what is there.
func (s Safe) Debtor(creditor debt.ID, r Row) (debt.Debtor, error) {
	w := r.Who
	if r.Sealed != "" {
		key, err := s.KeyOf(creditor, r.ID, r.Key)
		if err != nil {
			return debt.Debtor{}, err
		}
		text, err := key.Open(rowOwner(creditor, r.ID), r.Sealed)
		if err != nil {
			return debt.Debtor{}, err
		}
		if err := json.Unmarshal([]byte(text), &w); err != nil {
			return debt.Debtor{}, err
		}
	}
	p := func(s string) debt.Personal { return debt.Personal(s) }
	return debt.Debtor{ID: r.ID, Kind: r.Kind, FirstName: p(w.FirstName), LastName: p(w.LastName), CompanyName: p(w.CompanyName),
		Street: p(w.Street), Postcode: p(w.Postcode), City: p(w.City), Country: r.Country, State: r.State, BirthOn: p(w.BirthOn),
		Email: p(w.Email), Phone: p(w.Phone), CustomerNumber: p(w.CustomerNumber), PayerIBAN: p(w.PayerIBAN), AddressSource: cmp.Or(w.AddressBy, r.AddressSource),
		AddressStopped: r.AddressStopped, EmailStopped: r.EmailStopped, PhoneStopped: r.PhoneStopped,
		PreferredChannel: r.Channel, PreferredLanguage: r.Language}, nil
}
