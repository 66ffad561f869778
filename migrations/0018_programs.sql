-- +goose Up

-- What a key may do, words with commas between. Keys that were given before this opened the
-- event feed and nothing else.
ALTER TABLE api_keys ADD COLUMN
    scopes TEXT NOT NULL DEFAULT 'events' CHECK (scopes <> '');

-- Requests that carried an Idempotency-Key, and how they were answered: status is 0 as long
-- as one is being worked on by run. fingerprint is an HMAC under the key's own secret, which
-- is not here: what was sent cannot be guessed from it. An answer has no name and no address.
CREATE TABLE api_requests (
    creditor_id  UUID        NOT NULL,
    key_id       UUID        NOT NULL,
    name         TEXT        NOT NULL CHECK (name <> ''),
    fingerprint  TEXT        NOT NULL CHECK (length(fingerprint) = 64),
    run          UUID        NOT NULL,
    begun_at     TIMESTAMPTZ NOT NULL,
    status       BIGINT      NOT NULL CHECK (status >= 0),
    body         TEXT        NOT NULL,
    PRIMARY KEY (creditor_id, key_id, name),
    FOREIGN KEY (creditor_id, key_id) REFERENCES api_keys (owner_id, id)
);
CREATE INDEX api_requests_begun ON api_requests (creditor_id, begun_at);

-- Payouts are listed in the order in which they were heard of.
CREATE INDEX moves_payouts ON moves (creditor_id, id) WHERE kind IN ('payout', 'payout_failed');
