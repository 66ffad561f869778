package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"quitt/debt"
	"quitt/store"
)

// stateSQL are the facts of a creditor's ledger by what they say, not by the ids and instants
// they got: two histories that lead to the same truth give the same lines.
var stateSQL = []string{
	`SELECT 'case ' || file_reference || ' ' || payment || ' ' || principal_cents || '+' || interest_cents || '+' || costs_cents || ' over ' || overpaid_cents
	   FROM cases WHERE creditor_id = $1`,
	`SELECT 'claim ' || c.file_reference || ' ' || l.principal_cents || ' open ' || l.open_cents || '+' || l.open_interest_cents
	   FROM claims l JOIN cases c ON c.creditor_id = l.creditor_id AND c.id = l.case_id WHERE l.creditor_id = $1`,
	`SELECT 'payment ' || c.file_reference || ' ' || p.method || ' ' || p.status || ' ' || p.amount_cents || '-' || p.returned_cents
	   FROM payments p JOIN cases c ON c.creditor_id = p.creditor_id AND c.id = p.case_id WHERE p.creditor_id = $1`,
	`SELECT 'move ' || kind || ' ' || amount_cents || ' ' || currency || ' ' || state || ' ' || why FROM moves WHERE creditor_id = $1`,
	`SELECT 'account ' || account || ' ' || provider || ' ' || CAST(SUM(amount_cents) AS BIGINT)
	   FROM postings WHERE creditor_id = $1 GROUP BY account, provider HAVING SUM(amount_cents) <> 0`,
}

// State writes down what a creditor's ledger says, line by line, and the hash of it.
func State(t testing.TB, s *store.Store, creditor debt.ID) (hash, text string) {
	t.Helper()
	var lines []string
	err := s.Read(context.Background(), creditor, func(r *store.Reader) error {
		lines = nil
		for _, query := range stateSQL {
			var part []string
			if err := r.List(&part, query, creditor); err != nil {
				return fmt.Errorf("%s: %w", query, err)
			}
			lines = append(lines, part...)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	text = strings.Join(lines, "\n")
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8]), text
}
