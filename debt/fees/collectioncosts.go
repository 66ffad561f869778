package fees

import (
	"fmt"
	"strings"

	"quitt/debt"
)

// Rate is the multiple of the full table fee, in hundredths of a percent: 9000 is 0.9.
type Rate debt.BasisPoints

// Rates of the business fee (RVG VV 2300) and of the other fees of the Vergütungsverzeichnis.
const (
	Simple    Rate = 5000  // VV 2300 Anm. II 2: simple case, paid within two weeks
	Full      Rate = 9000  // VV 2300 Anm. II 1: the most for an uncontested claim
	Contested Rate = 13000 // VV 2300 Anm. I: the most for a contested claim

	agreementRate   Rate = 7000  // VV 1000 Nr. 2: payment agreement
	enforcementRate Rate = 3000  // VV 3309
	procedureRate   Rate = 10000 // VV 3305
	orderRate       Rate = 5000  // VV 3308
	mostCredited    Rate = 7500  // Vorbem. 3 IV
)

const (
	smallestFee     debt.Cents       = 15_00 // RVG § 13 III
	mostFlat        debt.Cents       = 20_00 // VV 7002
	flatShare       debt.BasisPoints = 2000  // VV 7002: 20 % of the fees
	vatShare        debt.BasisPoints = 1900  // UStG § 12 I
	agreementShare  debt.BasisPoints = 5000  // RVG § 31b: half of the claim
	daysUntilPosted                  = 4     // generous fiction of receipt
	simpleCase                       = 14    // days, VV 2300 Anm. II 2
)

// String writes the rate as statutes do: 0.9, 1.3, 0.75.
func (r Rate) String() string {
	s := fmt.Sprintf("%d.%04d", r/10_000, r%10_000)
	s = strings.TrimRight(s, "0")
	if strings.HasSuffix(s, ".") {
		s += "0"
	}
	return s
}

// Matter is the one matter for which a fee arises once (RVG § 15 II). Value is the
// principal without interest and costs (RVG § 23 I, GKG § 43); several claims in one
// matter are added up (§ 22 I). OrderedOn is the day of the unconditional order, which
// chooses the table (§ 60 I). Contested means the debtor disputed the claim: silence is
// not enough. VATDeductible means the creditor recovers input tax, so VAT is no damage.
type Matter struct {
	Value         debt.Cents
	OrderedOn     debt.Date
	Contested     bool
	VATDeductible bool
}

// CollectionCosts are what a collector may demand at most (RDG § 13e I). Net is the three
// amounts before it, Gross adds the VAT.
type CollectionCosts struct {
	Fee          debt.Cents
	AgreementFee debt.Cents
	Flat         debt.Cents
	Net          debt.Cents
	VAT          debt.Cents
	Gross        debt.Cents
	LegalGrounds LegalGrounds
}

// LegalGrounds names the statute of each amount, "" where the amount is 0: each cost is
// shown with its ground (RDG § 13a I Nr. 5).
type LegalGrounds struct {
	Fee, AgreementFee, Flat, VAT string
}

// CollectionCosts computes the costs of an out-of-court demand at the rate, and of a
// payment agreement (half the value, 0.7) when there is one. It refuses a rate above what
// the claim allows with key "fee_rate_invalid".
func (m Matter) CollectionCosts(rate Rate, agreement bool) (CollectionCosts, error) {
	most := Full
	if m.Contested {
		most = Contested
	}
	if rate <= 0 || rate > most {
		return CollectionCosts{}, debt.E(debt.Invalid, "fee_rate_invalid", debt.Args{"most": most})
	}
	table, err := m.table()
	if err != nil {
		return CollectionCosts{}, err
	}
	c := CollectionCosts{LegalGrounds: LegalGrounds{Fee: "RVG § 13 I, VV 2300"}}
	if base, small := m.smallClaim(table); small {
		c.Fee = feeAt(base, rate)
		c.LegalGrounds.Fee = "RVG § 13 II, VV 2300"
	} else if c.Fee, err = table.fee(m.Value, rate); err != nil {
		return CollectionCosts{}, err
	}
	return m.finish(c, table, agreement)
}

// EnforcementCosts computes the fee for enforcing a title (VV 3309), where Value includes
// interest and costs (RVG § 25 I Nr. 1) and the small-claim base does not apply.
func (m Matter) EnforcementCosts(agreement bool) (CollectionCosts, error) {
	table, err := m.table()
	if err != nil {
		return CollectionCosts{}, err
	}
	c := CollectionCosts{LegalGrounds: LegalGrounds{Fee: "RVG § 13 I, VV 3309"}}
	if c.Fee, err = table.fee(m.Value, enforcementRate); err != nil {
		return CollectionCosts{}, err
	}
	return m.finish(c, table, agreement)
}

// finish adds the agreement fee, one flat for the matter and the VAT.
func (m Matter) finish(c CollectionCosts, table feeTable, agreement bool) (CollectionCosts, error) {
	if agreement {
		var err error
		if c.AgreementFee, err = table.fee(m.Value.Share(agreementShare), agreementRate); err != nil {
			return CollectionCosts{}, err
		}
		c.LegalGrounds.AgreementFee = "RVG § 31b, VV 1000 Nr. 2"
	}
	c.Flat, c.LegalGrounds.Flat = postFlat(c.Fee+c.AgreementFee), "VV 7002 RVG"
	c.Net = c.Fee + c.AgreementFee + c.Flat
	if !m.VATDeductible {
		c.VAT, c.LegalGrounds.VAT = c.Net.Share(vatShare), "VV 7008 RVG, UStG § 12 I"
	}
	c.Gross = c.Net + c.VAT
	return c, nil
}

// smallClaim gives the base of RVG § 13 II for an uncontested claim up to 50.00.
func (m Matter) smallClaim(t feeTable) (base debt.Cents, ok bool) {
	return t.special.fee, !m.Contested && m.Value <= t.special.upTo && !m.OrderedOn.Before(t.since)
}

// table refuses a value of nothing and orders older than the oldest table.
func (m Matter) table() (feeTable, error) {
	if m.Value <= 0 {
		return feeTable{}, debt.E(debt.Invalid, "fee_value_invalid", nil)
	}
	return feeTableOn(rvgTables, m.OrderedOn)
}

func feeTableOn(tables []feeTable, on debt.Date) (feeTable, error) {
	if first := tables[0].from; on.Before(first) {
		return feeTable{}, debt.E(debt.Invalid, "fee_table_too_early", debt.Args{"first_day": first})
	}
	t := tables[0]
	for _, later := range tables[1:] {
		if !on.Before(later.from) {
			t = later
		}
	}
	return t, nil
}

// fee is the table fee for the value at the rate. Values above the table are refused: the
// steps beyond it are law too, but not in the data this program was checked against.
func (t feeTable) fee(value debt.Cents, rate Rate) (debt.Cents, error) {
	full, err := t.full(value)
	if err != nil {
		return 0, err
	}
	return feeAt(full, rate), nil
}

func (t feeTable) full(value debt.Cents) (debt.Cents, error) {
	for _, band := range t.bands {
		if value <= band.upTo {
			return band.fee, nil
		}
	}
	return 0, debt.E(debt.Invalid, "fee_table_exceeded", debt.Args{"limit": t.bands[len(t.bands)-1].upTo})
}

func feeAt(full debt.Cents, rate Rate) debt.Cents {
	return max(smallestFee, full.Share(debt.BasisPoints(rate)))
}

// postFlat is the lump sum for post and telephone, once per matter.
func postFlat(fees debt.Cents) debt.Cents { return min(mostFlat, fees.Share(flatShare)) }

// FirstDemand is the first letter of a collector, as far as known; an unknown day is zero.
type FirstDemand struct {
	SentOn, ReceivedOn debt.Date
	Region             debt.State
}

// HighestRate is what may be asked for an uncontested claim on that day: 0.5 in the first
// demand and until its two weeks are over, 0.9 afterwards and by a further step. Before a
// demand is sent it is 0.5.
func (d FirstDemand) HighestRate(today debt.Date) Rate {
	full := EarliestFullFee(d.SentOn, d.ReceivedOn, d.Region)
	if full.IsZero() || today.Before(full) {
		return Simple
	}
	return Full
}

// EarliestFullFee is the first day on which more than 0.5 may be asked: a claim paid
// within two weeks of the first demand is a simple case (VV 2300 Anm. II 2). The weeks
// run from receipt, or from four days after dispatch when receipt is unknown, and are
// extended over weekends and holidays. Zero, meaning never, when neither day is known.
func EarliestFullFee(sentOn, receivedOn debt.Date, region debt.State) debt.Date {
	begin := receivedOn
	if begin.IsZero() {
		if sentOn.IsZero() {
			return debt.Date{}
		}
		begin = sentOn.AddDays(daysUntilPosted)
	}
	end := debt.Period{Amount: simpleCase, Unit: debt.Days}.End(debt.Later(begin, sentOn))
	return debt.LastDayToAct(end, region).AddDays(1)
}
