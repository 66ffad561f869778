package cases

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/store"
)

// Desk works on cases. Now is the clock; every use case reads it once.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
	Views *Views // what debtors looked at just now; nil reads anew each time
}

// Handover is one case as a creditor hands it over. Ids are given at intake.
type Handover struct {
	Reference string // the creditor's own key; handing the same over twice changes nothing
	Debtor    debt.Debtor
	Claims    []debt.Claim
	Costs     []debt.Cost
	// ForReview leaves the case received until a person accepts or rejects it.
	ForReview bool
}

// Validate checks what no hand-over may lack.
func (h Handover) Validate() error {
	switch {
	case h.Reference == "":
		return debt.E(debt.Invalid, "reference_missing", nil)
	case h.Debtor.Name() == "":
		return debt.E(debt.Invalid, "name_missing", nil)
	case len(h.Claims) == 0:
		return debt.E(debt.Invalid, "claim_missing", nil)
	}
	for _, c := range h.Claims {
		if err := c.Validate(); err != nil {
			return err
		}
	}
	for _, c := range h.Costs {
		if err := c.Validate(); err != nil {
			return err
		}
	}
	return nil
}

// Hash identifies the content: two hand-overs with the same hash say the same.
func (h Handover) Hash() string {
	d := h.Debtor
	content := []any{h.Reference, d.Kind, d.FirstName.Reveal(), d.LastName.Reveal(), d.CompanyName.Reveal(),
		d.Street.Reveal(), d.Postcode.Reveal(), d.City.Reveal(), d.Country, d.State, d.BirthOn.Reveal(),
		d.Email.Reveal(), d.Phone.Reveal(), d.CustomerNumber.Reveal(), d.PayerIBAN.Reveal(), d.AddressSource}
	for _, c := range h.Claims {
		content = append(content, []any{"claim", c.Principal, c.Ground, c.Object, c.ArisenOn, c.InvoiceNumber,
			c.InvoicedOn, c.DueOn, c.DefaultFrom, c.Interest, c.InterestReason, c.Order, c.Business, c.PaymentForServices, c.Secured, c.Titled})
	}
	for _, c := range h.Costs {
		content = append(content, []any{"cost", c.Kind, c.Amount, c.VAT, c.IncurredOn, c.LegalGround, c.Note})
	}
	text, err := json.Marshal(content)
	if err != nil {
		panic(err) // strings, numbers and days always marshal
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// newFile makes the rows of an accepted hand-over. Every claim and cost is opened by a
// ledger entry; ids are new.
func (h Handover) newFile(creditor debt.Creditor, reference string, s ledger.Stamp) (store.NewFile, error) {
	c := debt.NewCase(creditor.ID, s.NewID(), s.At)
	c.FileReference, c.CreditorReference = reference, h.Reference
	debtor := h.Debtor
	debtor.ID = s.NewID()
	c.DebtorID = debtor.ID
	f := store.NewFile{File: &store.File{ContentHash: h.Hash()}, Debtor: debtor}
	f.File.Account = ledger.Account{CaseID: c.ID, Settings: creditor.Settings}
	for _, claim := range h.Claims {
		claim.ID, claim.CaseID = s.NewID(), c.ID
		f.Entries = append(f.Entries, f.File.Account.OpenClaim(claim, s))
	}
	for _, cost := range h.Costs {
		cost.ID, cost.CaseID = s.NewID(), c.ID
		f.Entries = append(f.Entries, f.File.Account.AddCost(cost, s))
	}
	f.Events = stamped(s, debt.System, c.EventOf(debt.CaseReceived, debt.Args{"reference": reference}))
	if !h.ForReview {
		accepted, err := c.Decide(debt.ReviewAccepted)
		if err != nil {
			return f, err
		}
		f.Events = append(f.Events, stamped(s, debt.System, accepted)...)
	}
	f.File.Case = c
	return f, nil
}

// stamped completes events with id, instant and actor.
func stamped(s ledger.Stamp, by debt.Actor, events ...debt.Event) []debt.Event {
	for i := range events {
		events[i].ID, events[i].At, events[i].Actor = s.NewID(), s.At, by
	}
	return events
}

func (d Desk) stamp() ledger.Stamp { return ledger.Stamp{At: d.Now(), NewID: store.NewID} }
