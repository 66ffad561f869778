package objections

import (
	"quitt/debt"
	"quitt/debt/situation"
	"quitt/store/contacts"
	kept "quitt/store/objections"
)

// somebodyElses are the situations in which what we know of how to reach somebody belongs to
// another person.
func somebodyElses(k situation.Kind) bool {
	return k == situation.NotThisPerson || k == situation.IdentityTheft
}

// correct keeps what the page has promised: once a person has confirmed that the address is
// somebody else's, it is deleted (GDPR Art. 5 I d, 16, 17 I a) in the record of the debtor and in
// what is remembered of changes, and the deletion is recorded without what was deleted.
func (w *work) correct(s kept.Situation) error {
	d, err := w.LoadDebtor(w.file.Case.DebtorID)
	if err != nil {
		return err
	}
	d.Street, d.Postcode, d.City, d.State, d.Email, d.Phone = "", "", "", "", "", ""
	d.AddressStopped, d.EmailStopped, d.PhoneStopped = debt.StopUnknown, debt.StopUnknown, debt.StopUnknown
	if err := contacts.SaveDebtor(w.Tx, s.CaseID, d); err != nil {
		return err
	}
	if err := contacts.Forget(w.Tx, s.CaseID); err != nil {
		return err
	}
	w.event(debt.ContactChanged, debt.Args{"kind": string(contacts.Address), "source": "correction", "situation": string(s.ID)})
	return contacts.Add(w.Tx, contacts.Change{ID: w.stamp.NewID(), CaseID: s.CaseID, DebtorID: d.ID, Kind: contacts.Address, Source: "correction", ValidFrom: w.today,
		State: contacts.Applied, At: w.stamp.At, EndedAt: w.stamp.At})
}
