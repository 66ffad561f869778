-- +goose Up

-- What is to be collected from a stored card or mandate, one row per instalment and try.
-- Plans write them, payments execute them. amount_cents is the most that is taken; told_on is
-- the day on which the debtor was told amount and day (SEPA pre-notification). calls counts the
-- charges that were asked for, attempt_id is the last of them; look_at is when the loop looks
-- again, NULL for never.
CREATE TABLE collection_orders (
    creditor_id   UUID        NOT NULL,
    id            UUID        NOT NULL,
    case_id       UUID        NOT NULL,
    purpose       TEXT        NOT NULL CHECK (purpose <> ''),
    instrument_id UUID        NOT NULL,
    amount_cents  BIGINT      NOT NULL CHECK (amount_cents > 0),
    due_on        DATE        NOT NULL,
    collect_on    DATE        NOT NULL,
    told_on       DATE,
    state         TEXT        NOT NULL CHECK (state IN ('waiting', 'calling', 'charged', 'failed', 'cancelled')),
    attempt_id    UUID,
    calls         BIGINT      NOT NULL CHECK (calls >= 0),
    tries         BIGINT      NOT NULL CHECK (tries >= 0),
    reason        TEXT        NOT NULL,
    look_at       TIMESTAMPTZ,
    made_at       TIMESTAMPTZ NOT NULL,
    ended_at      TIMESTAMPTZ,
    PRIMARY KEY (creditor_id, id),
    UNIQUE (creditor_id, purpose),
    CHECK (state NOT IN ('calling', 'charged') OR attempt_id IS NOT NULL),
    CHECK (state NOT IN ('waiting', 'calling') OR look_at IS NOT NULL),
    CHECK ((state IN ('failed', 'cancelled')) = (reason <> '')),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id)
);
CREATE INDEX collection_orders_by_case ON collection_orders (creditor_id, case_id, made_at);
CREATE INDEX collection_orders_due ON collection_orders (creditor_id, look_at) WHERE look_at IS NOT NULL;
CREATE INDEX collection_orders_by_attempt ON collection_orders (creditor_id, attempt_id) WHERE attempt_id IS NOT NULL;
