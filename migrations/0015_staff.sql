-- +goose Up

-- People who work for creditors or for the operator. They have no tenant: one may work for
-- several creditors. email_hash is an HMAC, sealed is who it is, totp the secret of the second
-- factor, both under keys the database does not have; password is an argon2id hash.
CREATE TABLE staff_members (
    id         UUID        NOT NULL PRIMARY KEY,
    email_hash TEXT        NOT NULL UNIQUE CHECK (length(email_hash) = 64),
    sealed     TEXT        NOT NULL CHECK (sealed <> ''),
    state      TEXT        NOT NULL CHECK (state IN ('invited', 'active', 'ended')),
    operator   BOOLEAN     NOT NULL,
    password   TEXT        NOT NULL,
    totp       TEXT        NOT NULL,
    totp_step  BIGINT      NOT NULL,
    failures   BIGINT      NOT NULL CHECK (failures >= 0),
    failed_at  TIMESTAMPTZ,
    made_at    TIMESTAMPTZ NOT NULL,
    CHECK (state <> 'active' OR password <> '' AND totp <> '')
);

-- What somebody is at a creditor. owner_id is a creditor's id.
CREATE TABLE staff_roles (
    owner_id  UUID NOT NULL REFERENCES creditors (id),
    member_id UUID NOT NULL REFERENCES staff_members (id),
    role      TEXT NOT NULL CHECK (role IN ('viewer', 'clerk', 'manager', 'admin')),
    PRIMARY KEY (owner_id, member_id)
);
CREATE INDEX staff_roles_by_member ON staff_roles (member_id);

-- Codes sent by mail, and codes for whoever lost the second factor: HMACs.
CREATE TABLE staff_codes (
    id         UUID        NOT NULL PRIMARY KEY,
    member_id  UUID        NOT NULL REFERENCES staff_members (id),
    kind       TEXT        NOT NULL CHECK (kind IN ('invitation', 'reset', 'recovery')),
    code_hash  TEXT        NOT NULL UNIQUE CHECK (length(code_hash) = 64),
    made_at    TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ,
    used_at    TIMESTAMPTZ
);
CREATE INDEX staff_codes_by_member ON staff_codes (member_id, kind, made_at);

-- Passkeys: id_hash is the SHA-256 of a credential's id, sealed the credential, which nobody who
-- has only the database may exchange. staff_challenges keeps an answer from being given twice.
CREATE TABLE staff_passkeys (
    id_hash   TEXT        NOT NULL PRIMARY KEY CHECK (length(id_hash) = 64),
    id        UUID        NOT NULL UNIQUE,
    member_id UUID        NOT NULL REFERENCES staff_members (id),
    sealed    TEXT        NOT NULL,
    device    TEXT        NOT NULL,
    made_at   TIMESTAMPTZ NOT NULL,
    used_at   TIMESTAMPTZ
);
CREATE INDEX staff_passkeys_by_member ON staff_passkeys (member_id);
CREATE TABLE staff_challenges (
    hash    TEXT        NOT NULL PRIMARY KEY CHECK (length(hash) = 64),
    used_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX staff_challenges_old ON staff_challenges (used_at);

-- Sign-ins, found by the SHA-256 of 256 random bits in a cookie. id names one to its owner.
CREATE TABLE staff_sessions (
    id_hash   TEXT        NOT NULL PRIMARY KEY CHECK (length(id_hash) = 64),
    id        UUID        NOT NULL UNIQUE,
    member_id UUID        NOT NULL REFERENCES staff_members (id),
    owner_id  UUID REFERENCES creditors (id),
    device    TEXT        NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    seen_at   TIMESTAMPTZ NOT NULL,
    proved_at TIMESTAMPTZ NOT NULL,
    glass_at  TIMESTAMPTZ
);
CREATE INDEX staff_sessions_by_member ON staff_sessions (member_id);

-- What was done with sign-ins and rights. Rows are only ever added.
CREATE TABLE staff_log (
    id         UUID        NOT NULL PRIMARY KEY,
    member_id  UUID        NOT NULL REFERENCES staff_members (id),
    owner_id   UUID REFERENCES creditors (id),
    by_id      UUID REFERENCES staff_members (id),
    what       TEXT        NOT NULL CHECK (what <> ''),
    sealed     TEXT        NOT NULL,
    at         TIMESTAMPTZ NOT NULL
);
CREATE INDEX staff_log_by_owner ON staff_log (owner_id, at);

-- Mails to members: they belong to no case. sealed is address, sentence and values, and is
-- forgotten when the mail is gone.
CREATE TABLE staff_mails (
    id           UUID        NOT NULL PRIMARY KEY,
    sealed       TEXT        NOT NULL,
    state        TEXT        NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'failed', 'unknown')),
    attempts     BIGINT      NOT NULL CHECK (attempts >= 0),
    made_at      TIMESTAMPTZ NOT NULL,
    next_at      TIMESTAMPTZ,
    expires_at   TIMESTAMPTZ NOT NULL,
    leased_until TIMESTAMPTZ,
    last_error   TEXT        NOT NULL
);
CREATE INDEX staff_mails_to_do ON staff_mails (id) WHERE state IN ('waiting', 'sending');
