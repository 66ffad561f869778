package store

import (
	"cmp"
	"slices"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/store/bulk"
	"quitt/store/column"
)

type claimRow struct {
	ID             debt.ID              `db:"id" json:"id"`
	CaseID         debt.ID              `db:"case_id" json:"case_id"`
	PrincipalCents debt.Cents           `db:"principal_cents" json:"principal_cents"`
	Ground         debt.Ground          `db:"ground" json:"ground"`
	Object         string               `db:"object" json:"object"`
	ArisenOn       column.Day           `db:"arisen_on" json:"arisen_on"`
	InvoiceNumber  string               `db:"invoice_number" json:"invoice_number"`
	InvoicedOn     column.Day           `db:"invoiced_on" json:"invoiced_on"`
	DueOn          column.Day           `db:"due_on" json:"due_on"`
	DefaultFrom    column.Day           `db:"default_from" json:"default_from"`
	Kind           debt.InterestKind    `db:"interest_kind" json:"interest_kind"`
	Surcharge      debt.BasisPoints     `db:"interest_surcharge" json:"interest_surcharge"`
	Fixed          debt.BasisPoints     `db:"interest_fixed" json:"interest_fixed"`
	Method         debt.InterestMethod  `db:"interest_method" json:"interest_method"`
	Reason         string               `db:"interest_reason" json:"interest_reason"`
	Order          debt.AllocationOrder `db:"allocation_order" json:"allocation_order"`
	Business       bool                 `db:"business" json:"business"`
	ForServices    bool                 `db:"for_services" json:"for_services"`
	Secured        bool                 `db:"secured" json:"secured"`
	Titled         bool                 `db:"titled" json:"titled"`
	BookedOn       column.Day           `db:"booked_on" json:"booked_on"`
	OpenCents      debt.Cents           `db:"open_cents" json:"open_cents"`
	OpenInterest   debt.Cents           `db:"open_interest_cents" json:"open_interest_cents"`
	AccruedTo      column.Day           `db:"accrued_to" json:"accrued_to"`
}

const claimColumns = `id, case_id, principal_cents, ground, object, arisen_on, invoice_number, invoiced_on, due_on, default_from, interest_kind, interest_surcharge, interest_fixed, interest_method, interest_reason, allocation_order, business, for_services, secured, titled, booked_on, open_cents, open_interest_cents, accrued_to`

func newClaimRow(b ledger.ClaimBalance) claimRow {
	c := b.Claim
	method, kind, order := c.Interest.Method, c.Interest.Kind, c.Order
	if method == "" {
		method = debt.ActAct
	}
	if kind == "" {
		kind = debt.NoInterest
	}
	if order == "" {
		order = debt.Order367
	}
	return claimRow{c.ID, c.CaseID, c.Principal, c.Ground, c.Object, column.On(c.ArisenOn), c.InvoiceNumber,
		column.On(c.InvoicedOn), column.On(c.DueOn), column.On(c.DefaultFrom), kind, c.Interest.Surcharge, c.Interest.Fixed, method,
		c.InterestReason, order, c.Business, c.PaymentForServices, c.Secured, c.Titled, column.On(c.BookedOn), b.Open, b.Interest, column.On(b.AccruedTo)}
}

func (r claimRow) balance() ledger.ClaimBalance {
	return ledger.ClaimBalance{
		Claim: debt.Claim{ID: r.ID, CaseID: r.CaseID, Principal: r.PrincipalCents, Ground: r.Ground, Object: r.Object,
			ArisenOn: r.ArisenOn.Date, InvoiceNumber: r.InvoiceNumber, InvoicedOn: r.InvoicedOn.Date,
			DueOn: r.DueOn.Date, DefaultFrom: r.DefaultFrom.Date,
			Interest:       debt.InterestRule{Kind: r.Kind, Surcharge: r.Surcharge, Fixed: r.Fixed, Method: r.Method},
			InterestReason: r.Reason, Order: r.Order, Business: r.Business, PaymentForServices: r.ForServices, Secured: r.Secured, Titled: r.Titled, BookedOn: r.BookedOn.Date},
		Open: r.OpenCents, Interest: r.OpenInterest, AccruedTo: r.AccruedTo.Date,
	}
}

type costRow struct {
	ID          debt.ID         `db:"id" json:"id"`
	CaseID      debt.ID         `db:"case_id" json:"case_id"`
	ClaimID     column.Optional `db:"claim_id" json:"claim_id"`
	Kind        debt.CostKind   `db:"kind" json:"kind"`
	AmountCents debt.Cents      `db:"amount_cents" json:"amount_cents"`
	VATCents    debt.Cents      `db:"vat_cents" json:"vat_cents"`
	IncurredOn  column.Day      `db:"incurred_on" json:"incurred_on"`
	LegalGround string          `db:"legal_ground" json:"legal_ground"`
	Note        string          `db:"note" json:"note"`
	BookedOn    column.Day      `db:"booked_on" json:"booked_on"`
	OpenCents   debt.Cents      `db:"open_cents" json:"open_cents"`
}

const costColumns = `id, case_id, claim_id, kind, amount_cents, vat_cents, incurred_on, legal_ground, note, booked_on, open_cents`

func newCostRow(b ledger.CostBalance) costRow {
	c := b.Cost
	return costRow{c.ID, c.CaseID, column.Optional(c.ClaimID), c.Kind, c.Amount, c.VAT, column.On(c.IncurredOn), c.LegalGround,
		c.Note, column.On(c.BookedOn), b.Open}
}

func (r costRow) balance() ledger.CostBalance {
	return ledger.CostBalance{
		Cost: debt.Cost{ID: r.ID, CaseID: r.CaseID, ClaimID: debt.ID(r.ClaimID), Kind: r.Kind, Amount: r.AmountCents,
			VAT: r.VATCents, IncurredOn: r.IncurredOn.Date, LegalGround: r.LegalGround, Note: r.Note, BookedOn: r.BookedOn.Date},
		Open: r.OpenCents,
	}
}

const (
	claimsSQL = `SELECT ` + claimColumns + ` FROM claims WHERE creditor_id = $1 AND case_id IN (`
	costsSQL  = `SELECT ` + costColumns + ` FROM costs WHERE creditor_id = $1 AND case_id IN (`
)

// loadAccounts fills the claims and costs of the accounts of files of this creditor.
func (r *Reader) loadAccounts(files []*File) error {
	index := make(map[debt.ID]*ledger.Account, len(files))
	ids := make([]debt.ID, len(files))
	for i, f := range files {
		index[f.Case.ID], ids[i] = &f.Account, f.Case.ID
	}
	for chunk := range slices.Chunk(ids, knownPage) {
		var claims []claimRow
		query, args := bulk.In(claimsSQL, r.creditor, chunk)
		if err := r.List(&claims, query, args...); err != nil {
			return err
		}
		for _, row := range claims {
			a := index[row.CaseID]
			a.Claims = append(a.Claims, row.balance())
		}
		var costs []costRow
		query, args = bulk.In(costsSQL, r.creditor, chunk)
		if err := r.List(&costs, query, args...); err != nil {
			return err
		}
		for _, row := range costs {
			a := index[row.CaseID]
			a.Costs = append(a.Costs, row.balance())
		}
	}
	for _, a := range index {
		sortAccount(a)
	}
	return nil
}

// sortAccount puts the lines in the order of their ids, which is that of their creation.
func sortAccount(a *ledger.Account) {
	slices.SortFunc(a.Claims, func(x, y ledger.ClaimBalance) int { return cmp.Compare(x.ID, y.ID) })
	slices.SortFunc(a.Costs, func(x, y ledger.CostBalance) int { return cmp.Compare(x.ID, y.ID) })
}

const addClaimSQL = `
	INSERT INTO claims (creditor_id, ` + claimColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)`

func (t *Tx) addClaim(r claimRow) error {
	_, err := t.Exec(addClaimSQL, t.creditor, r.ID, r.CaseID, r.PrincipalCents, r.Ground, r.Object, r.ArisenOn,
		r.InvoiceNumber, r.InvoicedOn, r.DueOn, r.DefaultFrom, r.Kind, r.Surcharge, r.Fixed, r.Method, r.Reason,
		r.Order, r.Business, r.ForServices, r.Secured, r.Titled, r.BookedOn, r.OpenCents, r.OpenInterest, r.AccruedTo)
	return err
}

const addCostSQL = `
	INSERT INTO costs (creditor_id, ` + costColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`

func (t *Tx) addCost(r costRow) error {
	_, err := t.Exec(addCostSQL, t.creditor, r.ID, r.CaseID, r.ClaimID, r.Kind, r.AmountCents, r.VATCents,
		r.IncurredOn, r.LegalGround, r.Note, r.BookedOn, r.OpenCents)
	return err
}

const updateClaimSQL = `
	UPDATE claims SET open_cents = $3, open_interest_cents = $4, accrued_to = $5
	 WHERE creditor_id = $1 AND id = $2`

const updateCostSQL = `UPDATE costs SET open_cents = $3 WHERE creditor_id = $1 AND id = $2`
