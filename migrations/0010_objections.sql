-- +goose Up

-- What debtors say against a claim, and what became of it. answers, words and reason are
-- texts about a person: nothing is searched by them. At most one objection per case is open.
CREATE TABLE objections (
    creditor_id    UUID        NOT NULL,
    id             UUID        NOT NULL,
    case_id        UUID        NOT NULL,
    ground         TEXT        NOT NULL CHECK (ground <> ''),
    whole          BOOLEAN     NOT NULL,
    disputed_cents BIGINT      NOT NULL CHECK (disputed_cents >= 0),
    state          TEXT        NOT NULL CHECK (state IN ('open', 'upheld', 'partly', 'rejected', 'withdrawn')),
    plan_pause     BOOLEAN     NOT NULL,
    filed_by       TEXT        NOT NULL CHECK (filed_by <> ''),
    filed_at       TIMESTAMPTZ NOT NULL,
    due_on         DATE        NOT NULL,
    overdue_at     TIMESTAMPTZ,
    escalated_at   TIMESTAMPTZ,
    ended_at       TIMESTAMPTZ,
    answers        TEXT        NOT NULL,
    words          TEXT        NOT NULL,
    reason         TEXT        NOT NULL,
    PRIMARY KEY (creditor_id, id),
    CHECK ((state = 'open') = (ended_at IS NULL)),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id)
);
CREATE UNIQUE INDEX objections_one_open ON objections (creditor_id, case_id) WHERE ended_at IS NULL;
CREATE INDEX objections_by_case ON objections (creditor_id, case_id);
CREATE INDEX objections_due ON objections (creditor_id, due_on) WHERE ended_at IS NULL;

-- What of the claim an objection disputes; credited is what the answer gave up.
CREATE TABLE objection_lines (
    creditor_id    UUID   NOT NULL,
    objection_id   UUID   NOT NULL,
    line_id        UUID   NOT NULL,
    account        TEXT   NOT NULL CHECK (account IN ('principal', 'interest', 'costs')),
    disputed_cents BIGINT NOT NULL CHECK (disputed_cents > 0),
    credited_cents BIGINT NOT NULL CHECK (credited_cents >= 0),
    PRIMARY KEY (creditor_id, objection_id, line_id, account),
    FOREIGN KEY (creditor_id, objection_id) REFERENCES objections (creditor_id, id)
);

-- "I have paid that already": when, how much, to which account. target, words and reason are
-- texts about a person.
CREATE TABLE proofs (
    creditor_id  UUID        NOT NULL,
    id           UUID        NOT NULL,
    case_id      UUID        NOT NULL,
    paid_on      DATE        NOT NULL,
    amount_cents BIGINT      NOT NULL CHECK (amount_cents > 0),
    state        TEXT        NOT NULL CHECK (state IN ('open', 'accepted', 'rejected')),
    filed_by     TEXT        NOT NULL CHECK (filed_by <> ''),
    filed_at     TIMESTAMPTZ NOT NULL,
    due_on       DATE        NOT NULL,
    ended_at     TIMESTAMPTZ,
    hold_id      UUID        NOT NULL,
    target       TEXT        NOT NULL,
    words        TEXT        NOT NULL,
    reason       TEXT        NOT NULL,
    PRIMARY KEY (creditor_id, id),
    CHECK ((state = 'open') = (ended_at IS NULL)),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id)
);
CREATE INDEX proofs_by_case ON proofs (creditor_id, case_id);

-- "I can pay so much by then". paid is what had been paid in all when it was made, so that
-- only money that comes later keeps it.
CREATE TABLE promises (
    creditor_id  UUID        NOT NULL,
    id           UUID        NOT NULL,
    case_id      UUID        NOT NULL,
    amount_cents BIGINT      NOT NULL CHECK (amount_cents > 0),
    paid_cents   BIGINT      NOT NULL,
    by_on        DATE        NOT NULL,
    state        TEXT        NOT NULL CHECK (state IN ('open', 'kept', 'broken')),
    made_by      TEXT        NOT NULL CHECK (made_by <> ''),
    made_at      TIMESTAMPTZ NOT NULL,
    ended_at     TIMESTAMPTZ,
    hold_id      UUID        NOT NULL,
    PRIMARY KEY (creditor_id, id),
    CHECK ((state = 'open') = (ended_at IS NULL)),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id)
);
CREATE UNIQUE INDEX promises_one_open ON promises (creditor_id, case_id) WHERE ended_at IS NULL;
CREATE INDEX promises_by_case ON promises (creditor_id, case_id);

-- Situations somebody told of: hardship, insolvency, death and the like. details, words and
-- reason are texts about a person, some of them about health or family (GDPR Art. 9).
CREATE TABLE situations (
    creditor_id UUID        NOT NULL,
    id          UUID        NOT NULL,
    case_id     UUID        NOT NULL,
    kind        TEXT        NOT NULL CHECK (kind <> ''),
    state       TEXT        NOT NULL CHECK (state IN ('open', 'confirmed', 'unconfirmed')),
    told_by     TEXT        NOT NULL CHECK (told_by <> ''),
    told_at     TIMESTAMPTZ NOT NULL,
    ended_at    TIMESTAMPTZ,
    hold_id     UUID        NOT NULL,
    details     TEXT        NOT NULL,
    words       TEXT        NOT NULL,
    reason      TEXT        NOT NULL,
    PRIMARY KEY (creditor_id, id),
    CHECK ((state = 'open') = (ended_at IS NULL)),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id)
);
CREATE UNIQUE INDEX situations_one_open ON situations (creditor_id, case_id, kind) WHERE ended_at IS NULL;
CREATE INDEX situations_by_case ON situations (creditor_id, case_id);
