package bank

// zone says what the payment schemes of the European Payments Council make of a country.
type zone byte

const (
	world zone = iota // not in SEPA; also the answer for an unknown country
	sepa              // SEPA, but outside the EEA: transfers need a BIC, direct debits an address
	eea               // European Economic Area: the IBAN alone is enough
)

// country is what the IBAN registry (SWIFT, ISO 13616-2) fixes for a number.
type country struct {
	length int
	digits bool // everything after the check digits is numeric
	zone   zone
}

// countries holds the SEPA countries completely, and of the rest those whose length is
// certain; an account elsewhere is refused rather than guessed at. Crown dependencies and
// overseas territories use the code of the mother country.
var countries = map[string]country{
	"AT": {20, true, eea}, "BE": {16, true, eea}, "BG": {22, false, eea}, "CY": {28, false, eea},
	"CZ": {24, true, eea}, "DE": {22, true, eea}, "DK": {18, true, eea}, "EE": {20, true, eea},
	"ES": {24, true, eea}, "FI": {18, true, eea}, "FR": {27, false, eea}, "GR": {27, false, eea},
	"HR": {21, true, eea}, "HU": {28, true, eea}, "IE": {22, false, eea}, "IS": {26, true, eea},
	"IT": {27, false, eea}, "LI": {21, false, eea}, "LT": {20, true, eea}, "LU": {20, false, eea},
	"LV": {21, false, eea}, "MT": {31, false, eea}, "NL": {18, false, eea}, "NO": {15, true, eea},
	"PL": {28, true, eea}, "PT": {25, true, eea}, "RO": {24, false, eea}, "SE": {24, true, eea},
	"SI": {19, true, eea}, "SK": {24, true, eea},

	"AD": {24, false, sepa}, "AL": {28, false, sepa}, "CH": {21, false, sepa}, "GB": {22, false, sepa},
	"GI": {23, false, sepa}, "MC": {27, false, sepa}, "MD": {24, false, sepa}, "ME": {22, true, sepa},
	"MK": {19, false, sepa}, "RS": {22, true, sepa}, "SM": {27, false, sepa}, "VA": {22, true, sepa},

	"AE": {23, true, world}, "AZ": {28, false, world}, "BA": {20, true, world}, "BH": {22, false, world},
	"BR": {29, false, world}, "BY": {28, false, world}, "CR": {22, true, world}, "DO": {28, false, world},
	"EG": {29, true, world}, "FO": {18, true, world}, "GE": {22, false, world}, "GL": {18, true, world},
	"GT": {28, false, world}, "IL": {23, true, world}, "IQ": {23, false, world}, "JO": {30, false, world},
	"KW": {30, false, world}, "KZ": {20, false, world}, "LB": {28, false, world}, "LC": {32, false, world},
	"LY": {25, true, world}, "MR": {27, true, world}, "MU": {30, false, world}, "PK": {24, false, world},
	"PS": {29, false, world}, "QA": {29, false, world}, "RU": {33, false, world}, "SA": {24, false, world},
	"SC": {31, false, world}, "ST": {25, true, world}, "SV": {28, false, world}, "TL": {23, true, world},
	"TN": {24, true, world}, "TR": {26, false, world}, "UA": {29, false, world}, "VG": {24, false, world},
	"XK": {20, true, world},
}
