-- +goose Up

-- The days on which a case bears no interest because its creditor gave it up for a plan: JSON,
-- '' for none.
ALTER TABLE cases ADD COLUMN
    rests TEXT NOT NULL DEFAULT '';

-- What a creditor allows, every version of it: a plan says by which it was agreed.
CREATE TABLE plan_rules (
    creditor_id UUID        NOT NULL REFERENCES creditors (id),
    version     BIGINT      NOT NULL CHECK (version > 0),
    rules       TEXT        NOT NULL,
    set_by      TEXT        NOT NULL CHECK (set_by <> ''),
    set_at      TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (creditor_id, version)
);

-- Instalment plans. A draft has been laid out and its costs told, and nobody is bound; a
-- proposal waits for one side. At most one per case is proposed or running: of two that are
-- agreed at once, one loses. next_on is the day to look again if nothing is booked before.
CREATE TABLE plans (
    creditor_id   UUID        NOT NULL,
    id            UUID        NOT NULL,
    case_id       UUID        NOT NULL,
    state         TEXT        NOT NULL CHECK (state IN ('draft', 'proposed', 'active', 'at_risk', 'lapsed', 'fulfilled', 'cancelled', 'declined', 'expired', 'dropped')),
    wish          TEXT        NOT NULL,
    schedule      TEXT        NOT NULL,
    deal          TEXT        NOT NULL,
    changes       TEXT        NOT NULL,
    rules_version BIGINT      NOT NULL,
    case_version  BIGINT      NOT NULL,
    method        TEXT        NOT NULL CHECK (method IN ('transfer', 'card', 'direct_debit')),
    instrument_id UUID,
    made_by       TEXT        NOT NULL CHECK (made_by <> ''),
    made_at       TIMESTAMPTZ NOT NULL,
    expires_at    TIMESTAMPTZ,
    agreed_on     DATE,
    agreed_at     TIMESTAMPTZ,
    notice_on     DATE,
    lapsed_on     DATE,
    excused_on    DATE,
    announced     BIGINT      NOT NULL,
    noted         BIGINT      NOT NULL,
    next_on       DATE,
    ended_at      TIMESTAMPTZ,
    ended_because TEXT        NOT NULL,
    version       BIGINT      NOT NULL CHECK (version > 0),
    PRIMARY KEY (creditor_id, id),
    CHECK ((agreed_on IS NULL) = (agreed_at IS NULL)),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id)
);
CREATE UNIQUE INDEX plans_one_open ON plans (creditor_id, case_id) WHERE state IN ('proposed', 'active', 'at_risk');
CREATE INDEX plans_by_case ON plans (creditor_id, case_id, made_at);
CREATE INDEX plans_next ON plans (creditor_id, next_on, id) WHERE next_on IS NOT NULL;
CREATE INDEX plans_expiring ON plans (creditor_id, expires_at) WHERE expires_at IS NOT NULL;

-- What the sides said to each other, in order: every proposal, counter and answer stays.
-- affordable_cents is what the debtor chose to tell of a suggestion; what it was computed from
-- is kept nowhere. note is written by a person about a person.
CREATE TABLE plan_rounds (
    creditor_id      UUID        NOT NULL,
    plan_id          UUID        NOT NULL,
    n                BIGINT      NOT NULL CHECK (n > 0),
    case_id          UUID        NOT NULL,
    by_kind          TEXT        NOT NULL CHECK (by_kind <> ''),
    by_id            UUID,
    act              TEXT        NOT NULL CHECK (act IN ('propose', 'counter', 'accept', 'decline', 'withdraw', 'expire', 'change')),
    wish             TEXT        NOT NULL,
    schedule         TEXT        NOT NULL,
    reason           TEXT        NOT NULL,
    note             TEXT        NOT NULL,
    affordable_cents BIGINT      CHECK (affordable_cents >= 0),
    suggested        TEXT        NOT NULL,
    at               TIMESTAMPTZ NOT NULL,
    expires_at       TIMESTAMPTZ,
    PRIMARY KEY (creditor_id, plan_id, n),
    FOREIGN KEY (creditor_id, plan_id) REFERENCES plans (creditor_id, id)
);

-- The papers of a plan as they were given: cost notice, agreement, change. Never changed; the
-- hash is of the document, the PDF follows from it.
CREATE TABLE plan_papers (
    creditor_id UUID        NOT NULL,
    id          UUID        NOT NULL,
    plan_id     UUID        NOT NULL,
    case_id     UUID        NOT NULL,
    kind        TEXT        NOT NULL CHECK (kind IN ('cost_notice', 'agreement', 'change')),
    document    TEXT        NOT NULL,
    sha256      TEXT        NOT NULL CHECK (length(sha256) = 64),
    made_at     TIMESTAMPTZ NOT NULL,
    read_at     TIMESTAMPTZ,
    PRIMARY KEY (creditor_id, id),
    FOREIGN KEY (creditor_id, plan_id) REFERENCES plans (creditor_id, id)
);
CREATE INDEX plan_papers_by_case ON plan_papers (creditor_id, case_id, made_at);
