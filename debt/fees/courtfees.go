package fees

import "quitt/debt"

// CourtMatter is an application for a payment order (Mahnbescheid). FiledOn chooses the
// table of court fees (GKG § 71 I). EarlierFee is the business fee (VV 2300) that arose
// before in the same matter, 0 if none. EnforcementOrder is true when the enforcement
// order (Vollstreckungsbescheid) is applied for too, which nobody may after an objection.
type CourtMatter struct {
	Matter
	FiledOn          debt.Date
	EarlierFee       debt.Cents
	EnforcementOrder bool
}

// CourtCosts are the costs of the court dunning procedure. ProcedureFee is before, Net
// after Credit; Gross adds VAT and the court fee, which bears none.
type CourtCosts struct {
	CourtFee     debt.Cents // KV GKG 1100
	ProcedureFee debt.Cents // VV 3305
	Credit       debt.Cents // Vorbem. 3 IV
	OrderFee     debt.Cents // VV 3308
	Flat         debt.Cents // VV 7002
	Net          debt.Cents
	VAT          debt.Cents
	Gross        debt.Cents
}

const courtFeeRate Rate = 5000 // KV GKG 1100

// CourtFee is the fee the court asks before it serves anything: 0.5, and at least the
// minimum of KV GKG 1100 for the day of filing.
func CourtFee(value debt.Cents, filedOn debt.Date) (debt.Cents, error) {
	if value <= 0 {
		return 0, debt.E(debt.Invalid, "fee_value_invalid", nil)
	}
	table, err := feeTableOn(gkgTables, filedOn)
	if err != nil {
		return 0, err
	}
	full, err := table.full(value)
	if err != nil {
		return 0, err
	}
	return max(table.special.fee, full.Share(debt.BasisPoints(courtFeeRate))), nil
}

// CourtCosts computes court fee and representative. Half of the earlier business fee, at
// most 0.75 of the full fee, is credited to the procedure fee. The flat is taken from the
// fees before that credit; this is disputed.
func (m CourtMatter) CourtCosts() (CourtCosts, error) {
	var c CourtCosts
	table, err := m.table()
	if err != nil {
		return c, err
	}
	if c.CourtFee, err = CourtFee(m.Value, m.FiledOn); err != nil {
		return CourtCosts{}, err
	}
	full, err := table.full(m.Value)
	if err != nil {
		return CourtCosts{}, err
	}
	c.ProcedureFee = feeAt(full, procedureRate)
	if m.EnforcementOrder {
		c.OrderFee = feeAt(full, orderRate)
	}
	half := max(0, m.EarlierFee).Share(5000)
	c.Credit = min(half, full.Share(debt.BasisPoints(mostCredited)), c.ProcedureFee)
	c.Flat = postFlat(c.ProcedureFee + c.OrderFee)
	c.Net = c.ProcedureFee - c.Credit + c.OrderFee + c.Flat
	if !m.VATDeductible {
		c.VAT = c.Net.Share(vatShare)
	}
	c.Gross = c.CourtFee + c.Net + c.VAT
	return c, nil
}
