package store

import "quitt/store/person"

// twin is a statement that must differ between the engines, with the reason. A house test
// refuses a fourth one. The portable form also runs on PostgreSQL, and the suite compares
// what both leave behind.
type twin struct {
	reason   string
	portable string // for one row, run once per row
	postgres string // for a JSON array of rows, run once
}

// lockCases locks the rows of cases for the rest of the transaction and reads them. The
// portable form is an update that changes nothing, which is a row lock on any engine.
var lockCases = twin{
	reason: "many rows must be locked in key order, which only FOR UPDATE does; two updates of a " +
		"row in one transaction would also check its foreign keys again",
	portable: `UPDATE cases SET version = version WHERE creditor_id = $1 AND id = $2
		RETURNING ` + fileColumns,
	postgres: `SELECT ` + fileColumns + ` FROM cases WHERE creditor_id = $1 AND id = ANY ($2::uuid[])
		ORDER BY id FOR UPDATE`,
}

// addFiles stores what an intake hands over, many cases in one round trip.
var addFiles = twin{
	reason: "one round trip for a whole batch: several INSERTs in one WITH exist only in PostgreSQL",
	postgres: `WITH
		d AS (INSERT INTO debtors (creditor_id, ` + debtorColumns + `, ` + person.Columns + `)
			SELECT $1::uuid, ` + debtorColumns + `, ` + person.NoOne + ` FROM json_to_recordset($2::json) AS x(id uuid, kind text,
				country text, state text, address_source text, sealed text, who_mark text)),
		k AS (INSERT INTO person_keys (creditor_id, debtor_id, sealed)
			SELECT $1::uuid, debtor_id, sealed FROM json_to_recordset($6::json) AS x(debtor_id uuid, sealed text)),
		c AS (INSERT INTO cases (creditor_id, ` + caseColumns + `)
			SELECT $1::uuid, ` + caseColumns + ` FROM json_to_recordset($3::json) AS x(id uuid, debtor_id uuid,
				file_reference text, creditor_reference text, content_hash text, review text, stage text,
				processing text, payment text, objection text, plan text, close_reason text,
				received_at timestamptz, principal_cents bigint, interest_cents bigint, costs_cents bigint,
				overpaid_cents bigint, last_value_on date, event_count bigint, version bigint)),
		l AS (INSERT INTO claims (creditor_id, ` + claimColumns + `)
			SELECT $1::uuid, ` + claimColumns + ` FROM json_to_recordset($4::json) AS x(id uuid, case_id uuid,
				principal_cents bigint, ground text, object text, arisen_on date, invoice_number text,
				invoiced_on date, due_on date, default_from date, interest_kind text, interest_surcharge bigint,
				interest_fixed bigint, interest_method text, interest_reason text, allocation_order text,
				business boolean, for_services boolean, secured boolean, titled boolean, booked_on date, open_cents bigint, open_interest_cents bigint,
				accrued_to date))
		INSERT INTO costs (creditor_id, ` + costColumns + `)
			SELECT $1::uuid, ` + costColumns + ` FROM json_to_recordset($5::json) AS x(id uuid, case_id uuid,
				claim_id uuid, kind text, amount_cents bigint, vat_cents bigint, incurred_on date,
				legal_ground text, note text, booked_on date, open_cents bigint)`,
}

// book appends payments, entries and events and saves the balances after them. The ids
// come a second time as arrays: the planner takes a JSON array for a hundred rows and
// would read all of the creditor's cases.
var book = twin{
	reason: "one round trip for a whole batch, as addFiles; measured 2 to 3 times faster",
	postgres: `WITH
		p AS (INSERT INTO payments (creditor_id, ` + paymentColumns + `)
			SELECT $1::uuid, ` + paymentColumns + ` FROM json_to_recordset($2::json) AS x(id uuid, case_id uuid,
				method text, status text, amount_cents bigint, received_on date, source text, external_id text,
				designation text, note text, booked_at timestamptz, returned_cents bigint)),
		e AS (INSERT INTO entries (creditor_id, ` + entryColumns + `)
			SELECT $1::uuid, ` + entryColumns + ` FROM json_to_recordset($3::json) AS x(id uuid, case_id uuid,
				payment_id uuid, corrects uuid, kind text, source text, external_id text, value_on date,
				booked_at timestamptz)),
		o AS (INSERT INTO postings (creditor_id, ` + postingColumns + `)
			SELECT $1::uuid, ` + postingColumns + ` FROM json_to_recordset($4::json) AS x(entry_id uuid,
				line bigint, account text, subject_id uuid, provider text, amount_cents bigint, from_on date,
				to_on date)),
		v AS (INSERT INTO events (creditor_id, ` + eventColumns + `)
			SELECT $1::uuid, ` + eventColumns + ` FROM json_to_recordset($5::json) AS x(id uuid, case_id uuid,
				seq bigint, type text, at timestamptz, actor_kind text, actor_id text, data text, schema bigint)
			RETURNING id),
		f AS (INSERT INTO feed_pending (creditor_id, event_id) SELECT $1::uuid, id FROM v),
		l AS (UPDATE claims SET open_cents = x.open_cents, open_interest_cents = x.open_interest_cents,
				accrued_to = x.accrued_to
			FROM json_to_recordset($6::json) AS x(id uuid, open_cents bigint, open_interest_cents bigint, accrued_to date)
			WHERE claims.creditor_id = $1::uuid AND claims.id = x.id AND claims.id = ANY ($9::uuid[])
			RETURNING claims.id),
		k AS (UPDATE costs SET open_cents = x.open_cents
			FROM json_to_recordset($7::json) AS x(id uuid, open_cents bigint)
			WHERE costs.creditor_id = $1::uuid AND costs.id = x.id AND costs.id = ANY ($10::uuid[])
			RETURNING costs.id)
		UPDATE cases SET review = x.review, stage = x.stage, processing = x.processing, payment = x.payment,
				objection = x.objection, plan = x.plan, close_reason = x.close_reason,
				principal_cents = x.principal_cents, interest_cents = x.interest_cents,
				costs_cents = x.costs_cents, overpaid_cents = x.overpaid_cents,
				last_value_on = x.last_value_on, event_count = x.event_count, version = x.version + 1
			FROM json_to_recordset($8::json) AS x(id uuid, review text, stage text, processing text, payment text,
				objection text, plan text, close_reason text, principal_cents bigint, interest_cents bigint,
				costs_cents bigint, overpaid_cents bigint, last_value_on date, event_count bigint, version bigint)
			WHERE cases.creditor_id = $1::uuid AND cases.id = x.id AND cases.version = x.version
			  AND cases.id = ANY ($11::uuid[])
			  AND (SELECT COUNT(*) FROM l) = cardinality($9::uuid[])
			  AND (SELECT COUNT(*) FROM k) = cardinality($10::uuid[])`,
}
