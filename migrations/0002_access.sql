-- +goose Up

-- What a letter opens. The secrets themselves are nowhere: the token's SHA-256 and the
-- code's first part are looked up in access_lookups, the rest of the code is proved by
-- code_hash: Argon2id with the row's salt, under a pepper the database does not have.
CREATE TABLE access_grants (
    creditor_id    UUID        NOT NULL,
    id             UUID        NOT NULL,
    case_id        UUID        NOT NULL,
    words          TEXT        NOT NULL CHECK (words <> ''),
    code_salt      TEXT        NOT NULL CHECK (length(code_salt) = 32),
    code_hash      TEXT        NOT NULL CHECK (length(code_hash) = 64),
    pepper_version BIGINT      NOT NULL CHECK (pepper_version > 0),
    issued_at      TIMESTAMPTZ NOT NULL,
    expires_at     TIMESTAMPTZ NOT NULL,
    revoked_at     TIMESTAMPTZ,
    revoke_reason  TEXT        NOT NULL CHECK (revoke_reason IN ('', 'replaced', 'revoked', 'not_this_person')),
    wrong          BIGINT      NOT NULL CHECK (wrong >= 0),
    paused_at      TIMESTAMPTZ,
    last_access_at TIMESTAMPTZ,
    PRIMARY KEY (creditor_id, id),
    CHECK ((revoked_at IS NULL) = (revoke_reason = '')),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id)
);
CREATE INDEX access_grants_by_case ON access_grants (creditor_id, case_id);
CREATE UNIQUE INDEX access_grants_one_live ON access_grants (creditor_id, case_id) WHERE revoked_at IS NULL;

-- Without a tenant, because a visitor does not say whose letter he holds: the hash of a
-- random key, and whose row to ask. owner_id is a creditor's id; the name keeps the table
-- out of the tenants' walls (store/schema).
CREATE TABLE access_lookups (
    key_hash TEXT NOT NULL PRIMARY KEY CHECK (length(key_hash) = 64),
    owner_id UUID NOT NULL,
    grant_id UUID NOT NULL,
    FOREIGN KEY (owner_id, grant_id) REFERENCES access_grants (creditor_id, id)
);
CREATE INDEX access_lookups_by_grant ON access_lookups (owner_id, grant_id);

-- Visits, found by the SHA-256 of 256 random bits in a cookie. A row lives an hour at most,
-- so what it repeats of grant and debtor (words, raises, minor) saves two queries a page.
CREATE TABLE sessions (
    id_hash     TEXT        NOT NULL PRIMARY KEY CHECK (length(id_hash) = 64),
    owner_id    UUID        NOT NULL,
    case_id     UUID        NOT NULL,
    grant_id    UUID        NOT NULL,
    tier        TEXT        NOT NULL CHECK (tier IN ('letter', 'full')),
    opened_at   TIMESTAMPTZ NOT NULL,
    seen_at     TIMESTAMPTZ NOT NULL,
    previous_at TIMESTAMPTZ,
    words       TEXT        NOT NULL,
    raises      TEXT        NOT NULL,
    minor       BOOLEAN     NOT NULL,
    FOREIGN KEY (owner_id, grant_id) REFERENCES access_grants (creditor_id, id)
);
CREATE INDEX sessions_by_case ON sessions (owner_id, case_id);
CREATE INDEX sessions_by_grant ON sessions (owner_id, grant_id);

-- Codes of six digits that were sent to a known address. code_hash is an HMAC under the
-- pepper: a million codes are no protection of their own.
CREATE TABLE one_time_codes (
    creditor_id    UUID        NOT NULL,
    id             UUID        NOT NULL,
    grant_id       UUID        NOT NULL,
    code_hash      TEXT        NOT NULL CHECK (length(code_hash) = 64),
    pepper_version BIGINT      NOT NULL CHECK (pepper_version > 0),
    sent_at        TIMESTAMPTZ NOT NULL,
    tries          BIGINT      NOT NULL CHECK (tries >= 0),
    ended_at       TIMESTAMPTZ,
    PRIMARY KEY (creditor_id, id),
    FOREIGN KEY (creditor_id, grant_id) REFERENCES access_grants (creditor_id, id)
);
CREATE UNIQUE INDEX one_time_codes_one_live ON one_time_codes (creditor_id, grant_id) WHERE ended_at IS NULL;
CREATE INDEX one_time_codes_by_grant ON one_time_codes (creditor_id, grant_id);

-- What is to leave the house, written in the transaction that decides it. The loop that
-- sends a row empties recipient and args with it: they may hold a one-time code.
CREATE TABLE outbox (
    creditor_id UUID        NOT NULL,
    id          UUID        NOT NULL,
    case_id     UUID        NOT NULL,
    channel     TEXT        NOT NULL CHECK (channel IN ('email', 'sms', 'letter')),
    recipient   TEXT        NOT NULL,
    template    TEXT        NOT NULL CHECK (template <> ''),
    args        TEXT        NOT NULL CHECK (args <> ''),
    created_at  TIMESTAMPTZ NOT NULL,
    sent_at     TIMESTAMPTZ,
    PRIMARY KEY (creditor_id, id),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id)
);
CREATE INDEX outbox_to_send ON outbox (creditor_id, id) WHERE sent_at IS NULL;
