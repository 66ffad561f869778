package storetest

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"quitt/debt"
)

// CrowdCase is the id of the n-th case of a Crowd, which begin with 0.
func CrowdCase(n int) debt.ID { return debt.ID(fmt.Sprintf("019ab000-0000-7000-8000-%012x", n)) }

// Crowd puts n cases of nobody behind the store's back, for tests of what is found among many:
// one in a hundred is disputed, one in ten has a plan or is closed, and amounts and days are
// spread. The planner of PostgreSQL knows them afterwards.
func Crowd(t testing.TB, url string, creditor debt.ID, n int) {
	t.Helper()
	db := Raw(t, url)
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	c := crowd{t, tx, creditor}
	const portion = 1000
	for from := 0; from < n; from += portion {
		c.add(from, min(from+portion, n))
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(url, "postgres") {
		if _, err := db.Exec("VACUUM ANALYZE"); err != nil {
			t.Fatal(err)
		}
	}
}

type crowd struct {
	t        testing.TB
	tx       *sql.Tx
	creditor debt.ID
}

// crowdValue is what the n-th of a Crowd has on an axis: most the everyday value.
func crowdValue(n, each int, everyday, other string) string {
	if n%each == 0 {
		return other
	}
	return everyday
}

func (c crowd) add(from, to int) {
	c.t.Helper()
	var debtors, cases, claims []string
	for n := from; n < to; n++ {
		id := CrowdCase(n)
		day := Now.Add(-time.Duration(n*7%900) * 24 * time.Hour)
		cents := 1_00 + n*7919%500_00
		payment, open := crowdValue(n, 4, "open", "part_paid"), cents
		stage := crowdValue(n, 10, "reminder", "closed")
		if stage == "closed" {
			payment, open = "paid", 0
		}
		debtors = append(debtors, fmt.Sprintf("('%s', '%s', 'person', 'DE', '', 'creditor', '', '', '', '', '', '', '', '', '', '', '', '')", c.creditor, id))
		cases = append(cases, fmt.Sprintf("('%s', '%s', '%s', 'F-%07d', 'R-%07d', '', '%s', '%s', '%s', '%s', '%s', '%s', '', '%s', %d, 0, 0, 0, 1, 1)",
			c.creditor, id, id, n, n, crowdValue(n, 200, "accepted", "received"), stage, crowdValue(n, 8, "running", "held"), payment,
			crowdValue(n, 100, "none", "open"), crowdValue(n, 9, "none", "active"), day.UTC().Format("2006-01-02T15:04:05.000000Z"), open))
		claims = append(claims, fmt.Sprintf("('%s', '%s', '%s', %d, '%s', 'x', 'RE-%07d', '%s', 'none', 0, 0, 'act_act', '', 'bgb_367', %t, %t, %t, %t, '%s', %d, 0)",
			c.creditor, id, id, cents, crowdValue(n, 50, "contract", "tort"), n, day.Format("2006-01-02"), false, false, false, false, day.Format("2006-01-02"), open))
	}
	for _, x := range []struct {
		into string
		rows []string
	}{
		{`debtors (creditor_id, id, kind, country, state, address_source, sealed, first_name, last_name, company_name, street, postcode, city, birth_on, email, phone, customer_number, payer_iban)`, debtors},
		{`cases (creditor_id, id, debtor_id, file_reference, creditor_reference, content_hash, review, stage, processing, payment, objection, plan, close_reason, received_at, principal_cents, interest_cents, costs_cents, overpaid_cents, event_count, version)`, cases},
		{`claims (creditor_id, id, case_id, principal_cents, ground, object, invoice_number, due_on, interest_kind, interest_surcharge, interest_fixed, interest_method, interest_reason, allocation_order, business, for_services, secured, titled, booked_on, open_cents, open_interest_cents)`, claims},
	} {
		if _, err := c.tx.Exec("INSERT INTO " + x.into + " VALUES " + strings.Join(x.rows, ", ")); err != nil {
			c.t.Fatal(err)
		}
	}
}
