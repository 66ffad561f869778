-- +goose Up

-- What a creditor offers in one case: to take less, or everything in a longer time. sum_cents and
-- percent (basis points) are of a settlement, one of them. A row changes once, when it is
-- withdrawn; what was agreed by it is a plan and stays.
CREATE TABLE case_offers (
    creditor_id    UUID        NOT NULL,
    id             UUID        NOT NULL,
    case_id        UUID        NOT NULL,
    kind           TEXT        NOT NULL CHECK (kind IN ('settlement', 'longer_plan')),
    sum_cents      BIGINT      NOT NULL CHECK (sum_cents >= 0),
    percent        BIGINT      NOT NULL CHECK (percent >= 0 AND percent < 10000),
    instalments    BIGINT      NOT NULL CHECK (instalments > 0 AND instalments <= 120),
    broken         TEXT        NOT NULL CHECK (broken IN ('', 'revives', 'lasts')),
    last_on        DATE        NOT NULL,
    made_kind      TEXT        NOT NULL CHECK (made_kind IN ('creditor', 'operator')),
    made_by        UUID,
    made_at        TIMESTAMPTZ NOT NULL,
    withdrawn_kind TEXT        NOT NULL DEFAULT '' CHECK (withdrawn_kind IN ('', 'creditor', 'operator')),
    withdrawn_by   UUID,
    withdrawn_at   TIMESTAMPTZ,
    PRIMARY KEY (creditor_id, id),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id),
    CHECK ((kind = 'settlement') = (sum_cents + percent > 0)),
    CHECK (sum_cents = 0 OR percent = 0),
    CHECK ((kind = 'settlement') = (broken <> ''))
);
CREATE INDEX case_offers_by_case ON case_offers (creditor_id, case_id, made_at);
