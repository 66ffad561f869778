-- +goose Up

-- Reports that members have sent to them. kind, slice, value, per and over are the choice made on the
-- page. period_on is the first day of the period that is sent next, due_at when it is looked at:
-- whoever sends moves both on, in the transaction that stores the mail. Members belong to no tenant.
CREATE TABLE report_subscriptions (
    creditor_id UUID        NOT NULL REFERENCES creditors (id),
    id          UUID        NOT NULL,
    member_id   UUID        NOT NULL,
    rhythm      TEXT        NOT NULL CHECK (rhythm IN ('weekly', 'monthly', 'quarterly')),
    kind        TEXT        NOT NULL CHECK (kind <> ''),
    slice       TEXT        NOT NULL CHECK (slice IN ('all', 'cohort', 'ground', 'age')),
    value       TEXT        NOT NULL,
    per         TEXT        NOT NULL,
    over        TEXT        NOT NULL,
    paper       BOOLEAN     NOT NULL,
    period_on   DATE        NOT NULL,
    due_at      TIMESTAMPTZ NOT NULL,
    attempts    BIGINT      NOT NULL CHECK (attempts >= 0),
    made_at     TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (creditor_id, id),
    UNIQUE (creditor_id, member_id, rhythm, kind, slice, value, per, over)
);
CREATE INDEX report_subscriptions_due ON report_subscriptions (creditor_id, due_at);
