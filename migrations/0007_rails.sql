-- +goose Up

-- What of a payment went back. Until now a payment was reversed whole or not at all.
ALTER TABLE payments ADD COLUMN
    returned_cents BIGINT NOT NULL DEFAULT 0 CHECK (returned_cents >= 0 AND returned_cents <= amount_cents);
UPDATE payments SET returned_cents = amount_cents WHERE status = 'reversed';

-- A creditor's account at a payment provider. key is sealed under a key that the database
-- does not have; '' where a platform's key from the settings is used. The cursors say how far
-- notices that were missed and movements of the account have been looked through.
CREATE TABLE provider_accounts (
    creditor_id UUID        NOT NULL REFERENCES creditors (id),
    id          UUID        NOT NULL,
    provider    TEXT        NOT NULL CHECK (provider <> ''),
    external_id TEXT        NOT NULL CHECK (external_id <> ''),
    live        BOOLEAN     NOT NULL,
    connected   BOOLEAN     NOT NULL,
    key         TEXT        NOT NULL,
    methods     TEXT        NOT NULL,
    debit_only  BOOLEAN     NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    closed_at   TIMESTAMPTZ,
    missed_to   TIMESTAMPTZ NOT NULL,
    swept_to    TIMESTAMPTZ NOT NULL,
    sweep_at    TIMESTAMPTZ,
    PRIMARY KEY (creditor_id, id),
    UNIQUE (creditor_id, provider, external_id)
);
CREATE UNIQUE INDEX provider_accounts_one_open ON provider_accounts (creditor_id) WHERE closed_at IS NULL;

-- Whose account a notice is about. Without a tenant, because a notice does not say.
CREATE TABLE provider_lookups (
    provider    TEXT NOT NULL,
    external_id TEXT NOT NULL,
    owner_id    UUID NOT NULL,
    account_id  UUID NOT NULL,
    PRIMARY KEY (provider, external_id),
    FOREIGN KEY (owner_id, account_id) REFERENCES provider_accounts (creditor_id, id)
);

-- Where providers send notices: name is a part of the address. owner_id is NULL for the
-- endpoint of a platform, which gets those of all its accounts.
CREATE TABLE provider_endpoints (
    name        TEXT        NOT NULL PRIMARY KEY CHECK (length(name) = 32),
    provider    TEXT        NOT NULL CHECK (provider <> ''),
    external_id TEXT        NOT NULL,
    owner_id    UUID,
    account_id  UUID,
    secret      TEXT        NOT NULL CHECK (secret <> ''),
    old_secret  TEXT        NOT NULL,
    old_until   TIMESTAMPTZ,
    live        BOOLEAN     NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    CHECK ((owner_id IS NULL) = (account_id IS NULL)),
    CHECK ((old_secret = '') = (old_until IS NULL))
);

-- Notices as they came, without their bodies: which object to ask the provider for. Without
-- a tenant until it is known whose they are.
CREATE TABLE provider_notices (
    provider    TEXT        NOT NULL,
    external_id TEXT        NOT NULL,
    event       TEXT        NOT NULL CHECK (event <> ''),
    type        TEXT        NOT NULL,
    live        BOOLEAN     NOT NULL,
    owner_id    UUID,
    account_id  UUID,
    ref_kind    TEXT        NOT NULL,
    ref_id      TEXT        NOT NULL,
    state       TEXT        NOT NULL CHECK (state IN ('waiting', 'done', 'ignored', 'quarantined')),
    reason      TEXT        NOT NULL,
    received_at TIMESTAMPTZ NOT NULL,
    due_at      TIMESTAMPTZ,
    tries       BIGINT      NOT NULL CHECK (tries >= 0),
    done_at     TIMESTAMPTZ,
    PRIMARY KEY (provider, external_id, event),
    CHECK ((state = 'waiting') = (due_at IS NOT NULL))
);
CREATE INDEX provider_notices_due ON provider_notices (owner_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX provider_notices_quarantined ON provider_notices (received_at) WHERE state = 'quarantined';

-- Orders to a provider, each saved before its first call. id is the payment's too and the
-- key of the call. At most one per case is open: of two that start at once, one loses.
CREATE TABLE attempts (
    creditor_id   UUID        NOT NULL,
    id            UUID        NOT NULL,
    case_id       UUID        NOT NULL,
    account_id    UUID        NOT NULL,
    kind          TEXT        NOT NULL CHECK (kind IN ('checkout', 'setup', 'charge')),
    method        TEXT        NOT NULL CHECK (method IN ('card', 'direct_debit')),
    status        TEXT        NOT NULL CHECK (status <> ''),
    amount_cents  BIGINT      NOT NULL CHECK (amount_cents >= 0),
    keeps         BOOLEAN     NOT NULL,
    purpose       TEXT        NOT NULL,
    instrument_id UUID,
    shown         TEXT        NOT NULL,
    session_id    TEXT        NOT NULL,
    intent_id     TEXT        NOT NULL,
    customer_id   TEXT        NOT NULL,
    url           TEXT        NOT NULL,
    started_at    TIMESTAMPTZ NOT NULL,
    expires_at    TIMESTAMPTZ,
    asked_at      TIMESTAMPTZ,
    due_at        TIMESTAMPTZ,
    looks         BIGINT      NOT NULL,
    failure       TEXT        NOT NULL,
    funding       TEXT        NOT NULL,
    expected_on   DATE,
    open          BOOLEAN     NOT NULL,
    PRIMARY KEY (creditor_id, id),
    CHECK ((kind = 'setup') = (amount_cents = 0)),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id),
    FOREIGN KEY (creditor_id, account_id) REFERENCES provider_accounts (creditor_id, id)
);
CREATE UNIQUE INDEX attempts_one_open ON attempts (creditor_id, case_id) WHERE open;
CREATE UNIQUE INDEX attempts_purpose ON attempts (creditor_id, purpose) WHERE purpose <> '';
CREATE INDEX attempts_by_case ON attempts (creditor_id, case_id);
CREATE INDEX attempts_due ON attempts (creditor_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX attempts_by_intent ON attempts (creditor_id, account_id, intent_id);

-- Every movement of money a provider told of, and where it went. A fact has one row, however
-- often it is heard of. payment_id is NULL for money nobody here asked for.
CREATE TABLE moves (
    creditor_id    UUID        NOT NULL,
    id             UUID        NOT NULL,
    account_id     UUID        NOT NULL,
    payment_id     UUID,
    case_id        UUID,
    kind           TEXT        NOT NULL CHECK (kind IN ('paid', 'refunded', 'refund_failed', 'withdrawn', 'reinstated', 'fee', 'payout', 'payout_failed', 'other')),
    external_id    TEXT        NOT NULL CHECK (external_id <> ''),
    amount_cents   BIGINT      NOT NULL,
    currency       TEXT        NOT NULL,
    value_on       DATE        NOT NULL,
    moved_at       TIMESTAMPTZ NOT NULL,
    transaction_id TEXT        NOT NULL,
    ref_kind       TEXT        NOT NULL,
    ref_id         TEXT        NOT NULL,
    reason         TEXT        NOT NULL,
    state          TEXT        NOT NULL CHECK (state IN ('pending', 'booked', 'suspended', 'placed', 'void')),
    why            TEXT        NOT NULL,
    heard_at       TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (creditor_id, id),
    UNIQUE (creditor_id, account_id, kind, external_id),
    CHECK ((state = 'suspended') = (why <> '')),
    FOREIGN KEY (creditor_id, account_id) REFERENCES provider_accounts (creditor_id, id),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id)
);
CREATE INDEX moves_by_payment ON moves (creditor_id, payment_id);
CREATE INDEX moves_by_transaction ON moves (creditor_id, account_id, transaction_id);
CREATE INDEX moves_by_day ON moves (creditor_id, account_id, moved_at);

-- Cards and mandates a provider keeps for instalments; never a number, only its end.
CREATE TABLE instruments (
    creditor_id UUID        NOT NULL,
    id          UUID        NOT NULL,
    case_id     UUID        NOT NULL,
    account_id  UUID        NOT NULL,
    external_id TEXT        NOT NULL CHECK (external_id <> ''),
    customer_id TEXT        NOT NULL,
    mandate_id  TEXT        NOT NULL,
    method      TEXT        NOT NULL CHECK (method IN ('card', 'direct_debit')),
    last4       TEXT        NOT NULL,
    brand       TEXT        NOT NULL,
    state       TEXT        NOT NULL CHECK (state IN ('usable', 'pending', 'dead')),
    declines    BIGINT      NOT NULL CHECK (declines >= 0),
    saved_by    UUID        NOT NULL,
    saved_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (creditor_id, id),
    UNIQUE (creditor_id, account_id, external_id),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id),
    FOREIGN KEY (creditor_id, account_id) REFERENCES provider_accounts (creditor_id, id)
);
CREATE INDEX instruments_by_case ON instruments (creditor_id, case_id);

-- What needs a person. The same finding has one row: kind and subject are its identity.
CREATE TABLE tasks (
    creditor_id  UUID        NOT NULL REFERENCES creditors (id),
    id           UUID        NOT NULL,
    kind         TEXT        NOT NULL CHECK (kind <> ''),
    subject      TEXT        NOT NULL CHECK (subject <> ''),
    case_id      UUID,
    payment_id   UUID,
    amount_cents BIGINT      NOT NULL,
    reason       TEXT        NOT NULL,
    opened_at    TIMESTAMPTZ NOT NULL,
    done_at      TIMESTAMPTZ,
    outcome      TEXT        NOT NULL,
    PRIMARY KEY (creditor_id, id),
    UNIQUE (creditor_id, kind, subject),
    CHECK ((done_at IS NULL) = (outcome = '')),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id)
);
CREATE INDEX tasks_open ON tasks (creditor_id, opened_at) WHERE done_at IS NULL;
CREATE INDEX tasks_by_case ON tasks (creditor_id, case_id);

-- Refunds we asked for, each saved before its call; id is the call's key. What became of the
-- money is in moves.
CREATE TABLE refunds (
    creditor_id  UUID        NOT NULL,
    id           UUID        NOT NULL,
    payment_id   UUID        NOT NULL,
    case_id      UUID        NOT NULL,
    amount_cents BIGINT      NOT NULL CHECK (amount_cents > 0),
    state        TEXT        NOT NULL CHECK (state IN ('created', 'unknown', 'asked', 'refused')),
    failure      TEXT        NOT NULL,
    started_at   TIMESTAMPTZ NOT NULL,
    due_at       TIMESTAMPTZ,
    looks        BIGINT      NOT NULL,
    PRIMARY KEY (creditor_id, id),
    FOREIGN KEY (creditor_id, payment_id) REFERENCES payments (creditor_id, id),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id)
);
CREATE INDEX refunds_by_payment ON refunds (creditor_id, payment_id);
CREATE INDEX refunds_due ON refunds (creditor_id, due_at) WHERE due_at IS NOT NULL;

-- What operators write beside a payment, for themselves.
CREATE TABLE payment_notes (
    creditor_id UUID        NOT NULL,
    id          UUID        NOT NULL,
    payment_id  UUID        NOT NULL,
    author      TEXT        NOT NULL CHECK (author <> ''),
    text        TEXT        NOT NULL CHECK (text <> ''),
    at          TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (creditor_id, id),
    FOREIGN KEY (creditor_id, payment_id) REFERENCES payments (creditor_id, id)
);
CREATE INDEX payment_notes_by_payment ON payment_notes (creditor_id, payment_id);

-- The daily comparison of the provider's account with ours, as it came out.
CREATE TABLE reconciliations (
    creditor_id       UUID        NOT NULL,
    account_id        UUID        NOT NULL,
    day_on            DATE        NOT NULL,
    at                TIMESTAMPTZ NOT NULL,
    movements         BIGINT      NOT NULL,
    provider_cents    BIGINT      NOT NULL,
    ledger_cents      BIGINT      NOT NULL,
    unexplained_cents BIGINT      NOT NULL,
    report            TEXT        NOT NULL,
    PRIMARY KEY (creditor_id, account_id, day_on),
    FOREIGN KEY (creditor_id, account_id) REFERENCES provider_accounts (creditor_id, id)
);
