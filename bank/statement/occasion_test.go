package statement_test

import (
	"testing"

	"quitt/bank/statement"
)

func TestWhatComesBackIsNoPayment(t *testing.T) {
	euro := func(cents int64) statement.Money { return statement.Money{Cents: cents, Currency: "EUR"} }
	gvc := func(code string) statement.Code { return statement.Code{GVC: code} }
	iso := func(family, sub string) statement.Code {
		return statement.Code{Domain: "PMNT", Family: family, Sub: sub}
	}
	for name, c := range map[string]struct {
		entry statement.Entry
		of    statement.Transaction
		want  statement.Occasion
	}{
		"transfer":                  {of: statement.Transaction{Amount: euro(79_90), Code: gvc("166")}, want: statement.Incoming},
		"transfer by its ISO code":  {of: statement.Transaction{Amount: euro(79_90), Code: iso("RCDT", "ESCT")}, want: statement.Incoming},
		"instant transfer":          {of: statement.Transaction{Amount: euro(79_90), Code: gvc("168")}, want: statement.Incoming},
		"no code at all":            {of: statement.Transaction{Amount: euro(79_90)}, want: statement.Incoming},
		"salary":                    {of: statement.Transaction{Amount: euro(1900_00), Code: gvc("153")}, want: statement.Wage},
		"salary by purpose":         {of: statement.Transaction{Amount: euro(1900_00), Purpose: "SALA"}, want: statement.Wage},
		"returned debit":            {of: statement.Transaction{Amount: euro(-28_50), Code: gvc("109")}, want: statement.ReturnedDebit},
		"returned debit, entry's":   {entry: statement.Entry{Code: gvc("108")}, of: statement.Transaction{Amount: euro(-28_50)}, want: statement.ReturnedDebit},
		"returned debit by ISO":     {of: statement.Transaction{Amount: euro(-28_50), Code: iso("IDDT", "UPDD")}, want: statement.ReturnedDebit},
		"returned debit by reason":  {of: statement.Transaction{Amount: euro(-28_50), Return: &statement.Return{Code: "MS03"}}, want: statement.ReturnedDebit},
		"own transfer came back":    {of: statement.Transaction{Amount: euro(100_00), Code: gvc("159")}, want: statement.ReturnedTransfer},
		"own transfer, only reason": {of: statement.Transaction{Amount: euro(100_00), Code: gvc("166"), Return: &statement.Return{Code: "AC01"}}, want: statement.ReturnedTransfer},
		"own debit credited":        {of: statement.Transaction{Amount: euro(50_00), Code: gvc("171")}, want: statement.Collected},
		"own debit by ISO":          {of: statement.Transaction{Amount: euro(50_00), Code: iso("IDDT", "ESDD")}, want: statement.Collected},
		"charges":                   {of: statement.Transaction{Amount: euro(-3_00), Code: gvc("808")}, want: statement.Charges},
		"charges given back":        {of: statement.Transaction{Amount: euro(3_00), Code: gvc("807")}, want: statement.Charges},
		"own transfer":              {of: statement.Transaction{Amount: euro(-500_00), Code: gvc("116")}, want: statement.Outgoing},
		"the bank corrects":         {entry: statement.Entry{Reversal: true}, of: statement.Transaction{Amount: euro(-79_90), Code: gvc("166")}, want: statement.Corrected},
	} {
		if got := statement.OccasionOf(c.entry, c.of); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
