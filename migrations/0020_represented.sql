-- +goose Up

-- What a court has given a guardian, and why a representative is not reached any more: codes.
-- The postal address is sealed with the name.
ALTER TABLE authorities ADD COLUMN
    areas TEXT NOT NULL DEFAULT '';
ALTER TABLE authorities ADD COLUMN
    email_stopped TEXT NOT NULL DEFAULT '';
ALTER TABLE authorities ADD COLUMN
    post_stopped TEXT NOT NULL DEFAULT '';

-- The authority whose representative a letter was written to; NULL for the debtor's own.
ALTER TABLE letters ADD COLUMN
    authority_id UUID;

-- Who began a payment: what a loop finds out after a crash is told of the same person.
ALTER TABLE attempts ADD COLUMN
    by_kind TEXT NOT NULL DEFAULT '';
ALTER TABLE attempts ADD COLUMN
    by_id TEXT NOT NULL DEFAULT '';

-- Transfers of what an open objection does not dispute: who sends one under its reference says
-- by that what it is for (BGB § 366 I). id is the objection's; designation is JSON and holds
-- ids alone.
CREATE TABLE announced_transfers (
    creditor_id  UUID        NOT NULL,
    id           UUID        NOT NULL,
    case_id      UUID        NOT NULL,
    reference    TEXT        NOT NULL CHECK (reference <> ''),
    amount_cents BIGINT      NOT NULL CHECK (amount_cents > 0),
    designation  TEXT        NOT NULL,
    announced_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (creditor_id, id),
    UNIQUE (creditor_id, reference),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id)
);
CREATE INDEX announced_transfers_by_case ON announced_transfers (creditor_id, case_id);

-- Thirty-two bits of a keyed hash of name and address: finds the cases about one person whom a
-- creditor has handed over more than once, and tells nobody who it is.
ALTER TABLE debtors ADD COLUMN
    who_mark TEXT NOT NULL DEFAULT '';
CREATE INDEX debtors_by_mark ON debtors (creditor_id, who_mark) WHERE who_mark <> '';
