-- +goose Up

-- A creditor may have an account at a provider and accounts at banks open at once.
DROP INDEX provider_accounts_one_open;
CREATE UNIQUE INDEX provider_accounts_one_open ON provider_accounts (creditor_id) WHERE closed_at IS NULL AND provider <> 'bank';

-- Files as they came from a bank, known again by their hash. turn is drawn by who reads it: of
-- two that read the same file at once the one that came first is told to stop.
CREATE TABLE bank_files (
    creditor_id UUID        NOT NULL REFERENCES creditors (id),
    id          UUID        NOT NULL,
    sha256      TEXT        NOT NULL CHECK (length(sha256) = 64),
    state       TEXT        NOT NULL CHECK (state IN ('reading', 'done', 'refused')),
    reason      TEXT        NOT NULL,
    turn        UUID        NOT NULL,
    begun_at    TIMESTAMPTZ NOT NULL,
    ended_at    TIMESTAMPTZ,
    PRIMARY KEY (creditor_id, id),
    UNIQUE (creditor_id, sha256),
    CHECK ((state = 'reading') = (ended_at IS NULL))
);

-- Statements of an account, previews of a day and details of batches. identity is a hash of what
-- the bank calls it and its balances: the same one in another file is known by it.
CREATE TABLE bank_statements (
    creditor_id      UUID        NOT NULL,
    id               UUID        NOT NULL,
    file_id          UUID        NOT NULL,
    account_id       UUID        NOT NULL,
    kind             TEXT        NOT NULL CHECK (kind IN ('booked', 'intraday', 'detail')),
    name             TEXT        NOT NULL,
    sequence         TEXT        NOT NULL,
    identity         TEXT        NOT NULL,
    from_on          DATE,
    to_on            DATE,
    opening_cents    BIGINT,
    closing_cents    BIGINT,
    interim          BOOLEAN     NOT NULL,
    state            TEXT        NOT NULL CHECK (state IN ('reading', 'booked', 'preview', 'detail', 'quarantined', 'known')),
    reason           TEXT        NOT NULL,
    difference_cents BIGINT      NOT NULL,
    fresh            BIGINT      NOT NULL,
    known            BIGINT      NOT NULL,
    read_at          TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (creditor_id, id),
    FOREIGN KEY (creditor_id, file_id) REFERENCES bank_files (creditor_id, id),
    FOREIGN KEY (creditor_id, account_id) REFERENCES provider_accounts (creditor_id, id)
);
CREATE INDEX bank_statements_by_file ON bank_statements (creditor_id, file_id);
CREATE INDEX bank_statements_by_day ON bank_statements (creditor_id, account_id, to_on);
CREATE UNIQUE INDEX bank_statements_once ON bank_statements (creditor_id, account_id, identity) WHERE state IN ('booked', 'preview', 'detail');

-- Lines of statements: one payment each. fingerprint, end_to_end, mandate, payer and batch are
-- keyed hashes; sealed is what tells who paid and for what, under the creditor's key while it is
-- nobody's and under the person's once it belongs to a case. Where its money went is in moves.
-- by_kind, by_id and decided_at say which person decided on it, if one did.
CREATE TABLE bank_lines (
    creditor_id    UUID        NOT NULL,
    id             UUID        NOT NULL,
    account_id     UUID        NOT NULL,
    statement_id   UUID        NOT NULL,
    n              BIGINT      NOT NULL,
    fingerprint    TEXT        NOT NULL,
    occurrence     BIGINT      NOT NULL CHECK (occurrence > 0),
    occasion       TEXT        NOT NULL CHECK (occasion <> ''),
    state          TEXT        NOT NULL CHECK (state <> ''),
    reason         TEXT        NOT NULL,
    amount_cents   BIGINT      NOT NULL,
    original_cents BIGINT      NOT NULL,
    fee_cents      BIGINT      NOT NULL,
    currency       TEXT        NOT NULL,
    booked_on      DATE        NOT NULL,
    value_on       DATE        NOT NULL,
    end_to_end     TEXT        NOT NULL,
    mandate        TEXT        NOT NULL,
    payer          TEXT        NOT NULL,
    batch          TEXT        NOT NULL,
    case_id        UUID,
    payment_id     UUID,
    move_id        UUID,
    remittance_id  UUID,
    sealed         TEXT        NOT NULL,
    version        BIGINT      NOT NULL,
    by_kind        TEXT        NOT NULL DEFAULT '',
    by_id          UUID,
    decided_at     TIMESTAMPTZ,
    PRIMARY KEY (creditor_id, id),
    FOREIGN KEY (creditor_id, statement_id) REFERENCES bank_statements (creditor_id, id),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id)
);
CREATE UNIQUE INDEX bank_lines_once ON bank_lines (creditor_id, account_id, fingerprint, occurrence) WHERE state <> 'staged';
CREATE INDEX bank_lines_by_statement ON bank_lines (creditor_id, statement_id, n);
-- All that is not over: most lines are booked, and are not in it.
CREATE INDEX bank_lines_open ON bank_lines (creditor_id, state, id)
 WHERE state IN ('staged', 'waiting', 'suspended', 'batch', 'detail', 'preview', 'unreturned', 'foreign', 'give_back');
CREATE INDEX bank_lines_by_case ON bank_lines (creditor_id, case_id) WHERE case_id IS NOT NULL;
CREATE INDEX bank_lines_by_order ON bank_lines (creditor_id, end_to_end) WHERE end_to_end <> '';
CREATE INDEX bank_lines_by_day ON bank_lines (creditor_id, account_id, booked_on);

-- Cases a line was split over.
CREATE TABLE bank_parts (
    creditor_id  UUID   NOT NULL,
    line_id      UUID   NOT NULL,
    n            BIGINT NOT NULL,
    case_id      UUID   NOT NULL,
    payment_id   UUID   NOT NULL,
    amount_cents BIGINT NOT NULL CHECK (amount_cents > 0),
    PRIMARY KEY (creditor_id, line_id, n),
    FOREIGN KEY (creditor_id, line_id) REFERENCES bank_lines (creditor_id, id),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id)
);
CREATE INDEX bank_parts_by_case ON bank_parts (creditor_id, case_id);

-- What names a case beside its references: accounts it was paid from, and the end-to-end ids and
-- mandates of our own debits. hash is keyed; sealed is the account, under the person's key.
CREATE TABLE bank_signs (
    creditor_id UUID        NOT NULL,
    kind        TEXT        NOT NULL CHECK (kind IN ('payer', 'end_to_end', 'mandate')),
    hash        TEXT        NOT NULL CHECK (hash <> ''),
    case_id     UUID        NOT NULL,
    sealed      TEXT        NOT NULL,
    seen_at     TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (creditor_id, hash, kind, case_id),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id)
);
CREATE INDEX bank_signs_by_case ON bank_signs (creditor_id, case_id);

-- Proofs of payment are looked for by amount, whichever comes first.
CREATE INDEX proofs_by_amount ON proofs (creditor_id, amount_cents) WHERE ended_at IS NULL;
