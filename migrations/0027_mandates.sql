-- +goose Up

-- Accounts at banks from which files of direct debits are handed in. identifier is that of the
-- creditor (Bundesbank), cut_off how many days of banks before its day a file has to be there.
CREATE TABLE debit_accounts (
    creditor_id UUID   NOT NULL,
    account_id  UUID   NOT NULL,
    identifier  TEXT   NOT NULL CHECK (identifier <> ''),
    holder      TEXT   NOT NULL CHECK (holder <> ''),
    cut_off     BIGINT NOT NULL CHECK (cut_off > 0),
    PRIMARY KEY (creditor_id, account_id),
    FOREIGN KEY (creditor_id, account_id) REFERENCES provider_accounts (creditor_id, id)
);

-- Mandates given to the creditor himself. id is that of the instrument, which says whether it
-- may be used; sealed is holder and account, under the person's key. payee and identifier are
-- those it was given to, text_version names the sentences. code_hash is a keyed one.
CREATE TABLE mandates (
    creditor_id  UUID        NOT NULL,
    id           UUID        NOT NULL,
    case_id      UUID        NOT NULL,
    account_id   UUID        NOT NULL,
    reference    TEXT        NOT NULL CHECK (reference <> ''),
    kind         TEXT        NOT NULL CHECK (kind IN ('one_off', 'recurring')),
    state        TEXT        NOT NULL CHECK (state IN ('pending', 'active', 'revoked', 'expired', 'used')),
    sealed       TEXT        NOT NULL,
    other_payer  BOOLEAN     NOT NULL,
    amount_cents BIGINT      NOT NULL,
    payee        TEXT        NOT NULL,
    identifier   TEXT        NOT NULL,
    text_version TEXT        NOT NULL,
    language     TEXT        NOT NULL,
    how          TEXT        NOT NULL CHECK (how IN ('code', 'paper')),
    signed_on    DATE,
    last_on      DATE,
    reason       TEXT        NOT NULL,
    code_hash    TEXT        NOT NULL,
    code_at      TIMESTAMPTZ,
    tries        BIGINT      NOT NULL,
    made_at      TIMESTAMPTZ NOT NULL,
    ended_at     TIMESTAMPTZ,
    PRIMARY KEY (creditor_id, id),
    UNIQUE (creditor_id, reference),
    CHECK ((kind = 'one_off') = (amount_cents > 0)),
    CHECK (state = 'pending' OR code_hash = ''),
    CHECK (state <> 'active' OR signed_on IS NOT NULL),
    CHECK ((state IN ('revoked', 'expired', 'used')) = (reason <> '')),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id),
    FOREIGN KEY (creditor_id, account_id) REFERENCES provider_accounts (creditor_id, id)
);
CREATE INDEX mandates_by_case ON mandates (creditor_id, case_id, made_at);
CREATE INDEX mandates_open ON mandates (creditor_id, state, id) WHERE state IN ('pending', 'active');

-- Files of direct debits. What a file says is kept, so that it can be written again to the
-- letter; sha256 is that of its bytes once it is closed.
CREATE TABLE debit_runs (
    creditor_id UUID        NOT NULL,
    id          UUID        NOT NULL,
    account_id  UUID        NOT NULL,
    message_id  TEXT        NOT NULL CHECK (message_id <> ''),
    until_on    DATE        NOT NULL,
    made_on     DATE        NOT NULL,
    made_at     TIMESTAMPTZ NOT NULL,
    state       TEXT        NOT NULL CHECK (state IN ('gathering', 'closed', 'cancelled')),
    iban        TEXT        NOT NULL,
    holder      TEXT        NOT NULL,
    identifier  TEXT        NOT NULL,
    sha256      TEXT        NOT NULL,
    debits      BIGINT      NOT NULL,
    sum_cents   BIGINT      NOT NULL,
    ended_at    TIMESTAMPTZ,
    PRIMARY KEY (creditor_id, id),
    UNIQUE (creditor_id, message_id),
    CHECK ((state = 'closed') = (sha256 <> '')),
    FOREIGN KEY (creditor_id, account_id) REFERENCES provider_accounts (creditor_id, id)
);
CREATE UNIQUE INDEX debit_runs_one_gathering ON debit_runs (creditor_id, account_id) WHERE state = 'gathering';

-- Their debits. The bank and its statements know one by end_to_end, many by batch.
CREATE TABLE debits (
    creditor_id  UUID   NOT NULL,
    run_id       UUID   NOT NULL,
    n            BIGINT NOT NULL,
    attempt_id   UUID   NOT NULL,
    order_id     UUID   NOT NULL,
    case_id      UUID   NOT NULL,
    mandate_id   UUID   NOT NULL,
    batch        TEXT   NOT NULL,
    end_to_end   TEXT   NOT NULL CHECK (end_to_end <> ''),
    collect_on   DATE   NOT NULL,
    sequence     TEXT   NOT NULL CHECK (sequence IN ('OOFF', 'RCUR')),
    amount_cents BIGINT NOT NULL CHECK (amount_cents > 0),
    purpose      TEXT   NOT NULL,
    PRIMARY KEY (creditor_id, run_id, n),
    UNIQUE (creditor_id, attempt_id),
    UNIQUE (creditor_id, end_to_end),
    FOREIGN KEY (creditor_id, run_id) REFERENCES debit_runs (creditor_id, id),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id),
    FOREIGN KEY (creditor_id, mandate_id) REFERENCES mandates (creditor_id, id)
);
CREATE INDEX debits_by_batch ON debits (creditor_id, batch);
CREATE INDEX debits_by_case ON debits (creditor_id, case_id);
