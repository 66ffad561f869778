-- +goose Up

-- Files of transfers with which a creditor is paid out. What a file says is kept before it is
-- written, so that it can be written again to the letter; sha256 is that of its bytes. Money is
-- booked as a remittance under the same reference, once it has left.
CREATE TABLE payout_files (
    creditor_id UUID        NOT NULL REFERENCES creditors (id),
    id          UUID        NOT NULL,
    source      TEXT        NOT NULL CHECK (source <> ''),
    message_id  TEXT        NOT NULL CHECK (message_id <> ''),
    reference   TEXT        NOT NULL CHECK (reference <> ''),
    up_to_on    DATE        NOT NULL,
    made_on     DATE        NOT NULL,
    execute_on  DATE        NOT NULL,
    made_at     TIMESTAMPTZ NOT NULL,
    from_iban   TEXT        NOT NULL,
    from_name   TEXT        NOT NULL,
    to_iban     TEXT        NOT NULL CHECK (to_iban <> from_iban),
    to_name     TEXT        NOT NULL,
    amount_cents BIGINT      NOT NULL CHECK (amount_cents > 0),
    payments    BIGINT      NOT NULL CHECK (payments > 0),
    sha256      TEXT        NOT NULL CHECK (sha256 <> ''),
    state       TEXT        NOT NULL CHECK (state IN ('ordered', 'cancelled', 'paid')),
    PRIMARY KEY (creditor_id, id),
    UNIQUE (creditor_id, message_id),
    UNIQUE (creditor_id, reference)
);
CREATE UNIQUE INDEX payout_files_one_ordered ON payout_files (creditor_id, source) WHERE state = 'ordered';
