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
