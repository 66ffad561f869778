-- +goose Up

-- What each case adds to the figures of its creditor's reports (debt/recovery). They follow
-- from the case's own rows and are made anew from them whenever one of its events is read; the
-- difference goes to rollups. month_on is the first of the day's month. They name no person.
CREATE TABLE rollup_lines (
    creditor_id UUID   NOT NULL,
    case_id     UUID   NOT NULL,
    figure      TEXT   NOT NULL CHECK (figure <> ''),
    key         TEXT   NOT NULL,
    day_on      DATE   NOT NULL,
    month_on    DATE   NOT NULL,
    n           BIGINT NOT NULL,
    amount      BIGINT NOT NULL,
    cohort      TEXT   NOT NULL,
    ground      TEXT   NOT NULL,
    age         TEXT   NOT NULL,
    PRIMARY KEY (creditor_id, case_id, figure, key, day_on),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id)
);
CREATE INDEX rollup_lines_behind ON rollup_lines (creditor_id, figure, day_on, case_id, key);

-- Their sums per day and per month (day_on is its first), for all cases and for each value of
-- one breakdown. Pages read nothing else.
CREATE TABLE rollups (
    creditor_id UUID   NOT NULL REFERENCES creditors (id),
    span        TEXT   NOT NULL CHECK (span IN ('day', 'month')),
    slice       TEXT   NOT NULL CHECK (slice IN ('all', 'cohort', 'ground', 'age')),
    value       TEXT   NOT NULL,
    day_on      DATE   NOT NULL,
    figure      TEXT   NOT NULL,
    key         TEXT   NOT NULL,
    n           BIGINT NOT NULL,
    amount      BIGINT NOT NULL,
    PRIMARY KEY (creditor_id, span, slice, value, day_on, figure, key)
);

-- How far a creditor's feed is in the sums. While they are made from the cases, first built_to is
-- the last case, in the order of ids, whose lines are there; then step counts the sums that are.
CREATE TABLE rollup_marks (
    creditor_id UUID   NOT NULL PRIMARY KEY REFERENCES creditors (id),
    seq         BIGINT NOT NULL,
    built_to    UUID,
    step        BIGINT NOT NULL
);

-- Money paid out to a creditor by a person, and the payments it is made of. What went back after
-- it was paid out stands in a later one with less than zero. What a provider pays out by itself is
-- in entries alone.
CREATE TABLE remittances (
    creditor_id  UUID        NOT NULL REFERENCES creditors (id),
    id           UUID        NOT NULL,
    number       BIGINT      NOT NULL CHECK (number > 0),
    source       TEXT        NOT NULL CHECK (source <> ''),
    up_to_on     DATE        NOT NULL,
    paid_on      DATE        NOT NULL,
    amount_cents BIGINT      NOT NULL CHECK (amount_cents > 0),
    reference    TEXT        NOT NULL CHECK (reference <> ''),
    booked_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (creditor_id, id),
    UNIQUE (creditor_id, number),
    UNIQUE (creditor_id, reference)
);

CREATE TABLE remittance_lines (
    creditor_id   UUID   NOT NULL,
    remittance_id UUID   NOT NULL,
    payment_id    UUID   NOT NULL,
    case_id       UUID   NOT NULL,
    amount_cents  BIGINT NOT NULL CHECK (amount_cents <> 0),
    PRIMARY KEY (creditor_id, remittance_id, payment_id),
    FOREIGN KEY (creditor_id, remittance_id) REFERENCES remittances (creditor_id, id),
    FOREIGN KEY (creditor_id, payment_id) REFERENCES payments (creditor_id, id),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id)
);
CREATE INDEX remittance_lines_by_payment ON remittance_lines (creditor_id, payment_id);

-- What was paid out, without reading every entry.
CREATE INDEX entries_paid_out ON entries (creditor_id, value_on, id) WHERE kind IN ('payout', 'remittance');
