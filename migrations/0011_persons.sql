-- +goose Up

-- The key of each debtor, sealed under a key that the database does not have. What tells who
-- somebody is lies elsewhere, sealed under this key: whoever deletes the row has erased the
-- person, also from copies that hold the rest (GDPR Art. 17). It is a table of its own so that
-- it can be swept and backed up apart from everything else.
CREATE TABLE person_keys (
    creditor_id UUID NOT NULL,
    debtor_id   UUID NOT NULL,
    sealed      TEXT NOT NULL CHECK (sealed <> ''),
    PRIMARY KEY (creditor_id, debtor_id),
    FOREIGN KEY (creditor_id, debtor_id) REFERENCES debtors (creditor_id, id)
);

-- Everything the columns from first_name to payer_iban say, except country and state, which
-- thousands share. The columns are empty then; they hold plain text in rows from before that
-- quitt migrate has not sealed yet.
ALTER TABLE debtors ADD COLUMN
    sealed TEXT NOT NULL DEFAULT '';
ALTER TABLE debtors ADD COLUMN
    erased_at TIMESTAMPTZ;

-- All that is kept about one person.
CREATE INDEX cases_by_debtor ON cases (creditor_id, debtor_id);

-- What quitt migrate has to seal yet; empty afterwards.
CREATE INDEX debtors_plain ON debtors (creditor_id, id) WHERE sealed = '' AND erased_at IS NULL;
