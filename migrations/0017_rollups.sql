-- +goose Up

-- What each case adds to the figures of its creditor's reports (debt/recovery). They follow
-- from the case's own rows and are made anew from them whenever one of its events is read; the
-- difference goes to rollups. They name no person.
CREATE TABLE rollup_lines (
    creditor_id UUID   NOT NULL,
    case_id     UUID   NOT NULL,
    figure      TEXT   NOT NULL CHECK (figure <> ''),
    key         TEXT   NOT NULL,
    day_on      DATE   NOT NULL,
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

-- How far a creditor's feed is in the sums. built_to is set while they are made from the cases,
-- in the order of their ids, and is the last one that is in.
CREATE TABLE rollup_marks (
    creditor_id UUID   NOT NULL PRIMARY KEY REFERENCES creditors (id),
    seq         BIGINT NOT NULL,
    built_to    UUID
);
