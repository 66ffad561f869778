-- +goose Up

-- How a message fares on its way out. state 'sending' is committed before the call to the
-- outside, so that whoever finds it after the lease knows that the outcome is unknown.
ALTER TABLE outbox ADD COLUMN
    business_key TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sending', 'sent', 'failed', 'unknown', 'stopped'));
ALTER TABLE outbox ADD COLUMN
    attempts BIGINT NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN
    next_at TIMESTAMPTZ;
ALTER TABLE outbox ADD COLUMN
    leased_until TIMESTAMPTZ;
ALTER TABLE outbox ADD COLUMN
    expires_at TIMESTAMPTZ;
ALTER TABLE outbox ADD COLUMN
    provider_id TEXT NOT NULL DEFAULT '';
-- A code, never an address.
ALTER TABLE outbox ADD COLUMN
    last_error TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN
    language TEXT NOT NULL DEFAULT 'de';
-- The first 32 bits of the address' SHA-256: a late bounce stops an address only while it
-- is still the one that was written to.
ALTER TABLE outbox ADD COLUMN
    recipient_mark TEXT NOT NULL DEFAULT '';

CREATE UNIQUE INDEX outbox_once ON outbox (creditor_id, channel, business_key) WHERE business_key <> '';
DROP INDEX outbox_to_send;
CREATE INDEX outbox_to_do ON outbox (creditor_id, channel, id) WHERE state IN ('waiting', 'sending', 'unknown');

-- How far a loop has read a creditor's feed.
CREATE TABLE feed_readers (
    creditor_id UUID   NOT NULL REFERENCES creditors (id),
    name        TEXT   NOT NULL CHECK (name <> ''),
    seq         BIGINT NOT NULL,
    PRIMARY KEY (creditor_id, name)
);
