package debt

import (
	"math/big"
	"math/bits"
	"slices"
	"time"
)

// InterestMethod says how days become a fraction of a year. No statute fixes it, so it is
// stored with the case, printed with every calculation and never mixed within a case.
type InterestMethod string

// The zero value behaves as ActAct: only act/act yields exactly the yearly rate of BGB
// § 288 ("für das Jahr") for every calendar year.
const (
	ActAct    InterestMethod = "act_act"
	Act365    InterestMethod = "act_365"
	Thirty360 InterestMethod = "30e_360"
)

// InterestMethods lists every InterestMethod.
func InterestMethods() []InterestMethod { return []InterestMethod{ActAct, Act365, Thirty360} }

// InterestKind says where the rate comes from; the zero value bears no interest.
type InterestKind string

// Statutory follows the base rate on 1 January and 1 July (BGB §§ 247, 288); FixedRate is
// an agreed or titled rate (§ 288 III).
const (
	NoInterest InterestKind = "none"
	Statutory  InterestKind = "statutory"
	FixedRate  InterestKind = "fixed"
)

// maxRate bounds Surcharge and Fixed: above 100 % a year somebody mistyped.
const maxRate BasisPoints = 10_000

// InterestRule is what one principal earns: Surcharge over the base rate or a Fixed rate,
// both in basis points a year.
type InterestRule struct {
	Kind      InterestKind   `json:"kind"`
	Surcharge BasisPoints    `json:"surcharge"`
	Fixed     BasisPoints    `json:"fixed"`
	Method    InterestMethod `json:"method"`
}

// Validate refuses unknown words and rates nobody can mean; Accrue does so too.
func (r InterestRule) Validate() error {
	switch r.Kind {
	case "", NoInterest, Statutory, FixedRate:
	default:
		return E(Invalid, "interest_kind_unknown", Args{"value": clip(string(r.Kind))})
	}
	if r.Method != "" && !slices.Contains(InterestMethods(), r.Method) {
		return E(Invalid, "interest_method_unknown", Args{"value": clip(string(r.Method))})
	}
	if r.Surcharge < 0 || r.Surcharge > maxRate || r.Fixed < 0 || r.Fixed > maxRate {
		return E(Invalid, "interest_rate_invalid", Args{"most": maxRate})
	}
	return nil
}

// InterestSegment is one line of the calculation the law wants shown (RDG § 13a I Nr. 3):
// Principal × Rate × Days / YearDays over the half-open [From, To).
type InterestSegment struct {
	From      Date        `json:"from"`
	To        Date        `json:"to"`
	Days      int         `json:"days"`
	Principal Cents       `json:"principal"`
	Base      BasisPoints `json:"base"`
	Rate      BasisPoints `json:"rate"`
	YearDays  int         `json:"year_days"`
}

// Interest is an exact sum of segments. It is rounded only by Amount, so parts may be
// added up first: rounding each day or segment would not give what the law asks.
type Interest struct {
	Segments []InterestSegment `json:"segments"`
}

// Accrue computes interest on principal for the half-open [from, to): from is the first
// day of default, to the day the money arrives, which bears no interest. It never
// computes past the last announced base rate ("base_rate_unknown", last_day) and not
// before 2002 ("base_rate_too_early", first_day), when § 247 BGB began.
func (r InterestRule) Accrue(principal Cents, from, to Date) (Interest, error) {
	if err := r.Validate(); err != nil {
		return Interest{}, err
	}
	if r.Kind == "" || r.Kind == NoInterest || principal <= 0 || !from.Before(to) {
		return Interest{}, nil
	}
	if from.IsZero() {
		return Interest{}, E(Invalid, "interest_start_missing", nil)
	}
	if r.Kind == FixedRate {
		return Interest{r.fixedSegments(principal, from, to)}, nil
	}
	if err := rateKnown(from, to.AddDays(-1)); err != nil {
		return Interest{}, err
	}
	first, last := halfYear(from), halfYear(to.AddDays(-1))
	segments := make([]InterestSegment, 0, last-first+1)
	for _, h := range baseRates[first : last+1] {
		s := InterestSegment{From: Later(from, h.from), To: Earlier(to, h.to), Principal: principal, YearDays: h.yearDays}
		s.Base, s.Rate = h.rate, max(0, h.rate+r.Surcharge) // never interest owed by the creditor
		segments = r.add(segments, s)
	}
	return Interest{segments}, nil
}

// Foresee is Accrue for days whose base rate nobody has announced yet: the last one goes on.
// What comes of it is a forecast and has to be called one.
func (r InterestRule) Foresee(principal Cents, from, to Date) (Interest, error) {
	if r.Kind != Statutory {
		return r.Accrue(principal, from, to)
	}
	known := LastBaseRateDay().AddDays(1)
	sum, err := r.Accrue(principal, from, Earlier(to, known))
	if err != nil || principal <= 0 {
		return sum, err
	}
	last := baseRates[len(baseRates)-1].rate
	for at := Later(from, known); at.Before(to); at = at.YearEnd().AddDays(1) {
		s := InterestSegment{From: at, To: Earlier(to, at.YearEnd().AddDays(1)), Principal: principal, YearDays: daysInYear(at.Year())}
		s.Base, s.Rate = last, max(0, last+r.Surcharge)
		sum.Segments = r.add(sum.Segments, s)
	}
	return sum, nil
}

// fixedSegments splits at year ends only where the year's length weighs.
func (r InterestRule) fixedSegments(principal Cents, from, to Date) []InterestSegment {
	var segments []InterestSegment
	for from.Before(to) {
		s := InterestSegment{From: from, To: to, Principal: principal, Rate: r.Fixed}
		if r.Method == ActAct || r.Method == "" {
			s.To, s.YearDays = Earlier(to, from.YearEnd().AddDays(1)), daysInYear(from.Year())
		}
		segments = r.add(segments, s)
		from = s.To
	}
	return segments
}

// add counts the segment's days by the method and leaves it out when there are none,
// as from the 30th to the 31st under 30E/360.
func (r InterestRule) add(segments []InterestSegment, s InterestSegment) []InterestSegment {
	s.Days = s.From.DaysUntil(s.To)
	switch r.Method {
	case Act365:
		s.YearDays = 365
	case Thirty360:
		s.Days, s.YearDays = day360(s.To)-day360(s.From), 360
	}
	if s.Days == 0 {
		return segments
	}
	return append(segments, s)
}

// day360 numbers days in months of 30, the 31st counting as the 30th. Days between two
// dates are a difference of these numbers, so no split can lose or invent one.
func day360(d Date) int {
	y, m, day := d.Time().Date()
	return 360*y + 30*int(m) + min(day, 30)
}

// halfYear gives the row of baseRates that holds d; the table is contiguous from a 1 January.
func halfYear(d Date) int {
	y, m, _ := d.Time().Date()
	i := 2 * (y - baseRates[0].from.Year())
	if m >= time.July {
		i++
	}
	return i
}

// rateKnown refuses days without an announced base rate.
func rateKnown(first, last Date) error {
	if begin := baseRates[0].from; first.Before(begin) {
		return E(Invalid, "base_rate_too_early", Args{"first_day": begin})
	}
	if end := LastBaseRateDay(); last.After(end) {
		return E(Invalid, "base_rate_unknown", Args{"last_day": end})
	}
	return nil
}

// LastBaseRateDay is the last day of the last announced half-year.
func LastBaseRateDay() Date { return baseRates[len(baseRates)-1].to.AddDays(-1) }

// Plus joins two calculations without rounding either.
func (i Interest) Plus(o Interest) Interest {
	if len(i.Segments)+len(o.Segments) == 0 {
		return Interest{}
	}
	all := make([]InterestSegment, 0, len(i.Segments)+len(o.Segments))
	return Interest{append(append(all, i.Segments...), o.Segments...)}
}

// commonYear is the least common multiple of 360, 365 and 366: every segment is a whole
// number of 1/(10,000 × commonYear) cents, so the sum needs no fractions.
const (
	commonYear  = 1_603_080
	commonParts = 10_000 * commonYear
)

// Amount is the interest in cents: the exact sum, rounded half up once.
func (i Interest) Amount() Cents {
	if c, ok := i.quickAmount(); ok {
		return c
	}
	sum := i.Exact()
	twice := new(big.Int).Lsh(sum.Num(), 1)
	twice.Add(twice, sum.Denom())
	twice.Div(twice, new(big.Int).Lsh(sum.Denom(), 1)) // Euclidean: floor for a positive divisor
	if !twice.IsInt64() {
		panic("debt: interest beyond int64 cents")
	}
	return Cents(twice.Int64())
}

// quickAmount sums in 128 bits; not ok when that could overflow or a value is unusual.
func (i Interest) quickAmount() (Cents, bool) {
	var hi, lo, carry uint64
	for k := range i.Segments {
		s := &i.Segments[k]
		y := uint64(s.YearDays)
		if s.Principal < 0 || s.Rate < 0 || s.Rate > 2*maxRate || s.Days < 0 || s.Days > 1<<20 ||
			y != 360 && y != 365 && y != 366 {
			return 0, false
		}
		// At most 20,000 × 2^20 × 4,453 < 2^48: one product, no overflow below 2^63 cents.
		h, l := bits.Mul64(uint64(s.Principal), uint64(s.Rate)*uint64(s.Days)*(commonYear/y))
		lo, carry = bits.Add64(lo, l, 0)
		if hi, carry = bits.Add64(hi, h, carry); carry != 0 {
			return 0, false
		}
	}
	lo, carry = bits.Add64(lo, commonParts/2, 0)
	hi += carry
	if hi >= commonParts/4 { // the quotient must fit int64
		return 0, false
	}
	q, _ := bits.Div64(hi, lo, commonParts)
	return Cents(q), true
}

// Exact is the unrounded sum in cents, for comparing calculations.
func (i Interest) Exact() *big.Rat {
	sum := new(big.Rat)
	for _, s := range i.Segments {
		n := big.NewInt(int64(s.Principal))
		n.Mul(n, big.NewInt(int64(s.Rate)))
		n.Mul(n, big.NewInt(int64(s.Days)))
		sum.Add(sum, new(big.Rat).SetFrac(n, big.NewInt(10_000*int64(s.YearDays))))
	}
	return sum
}
