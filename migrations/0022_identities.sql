-- +goose Up

-- Accounts at an identity provider that belong to members. key_hash is an HMAC of issuer and
-- subject. A member has one at each issuer: another one that claims the same address is refused.
CREATE TABLE staff_identities (
    id        UUID        NOT NULL PRIMARY KEY,
    key_hash  TEXT        NOT NULL UNIQUE CHECK (length(key_hash) = 64),
    member_id UUID        NOT NULL REFERENCES staff_members (id),
    issuer    TEXT        NOT NULL CHECK (issuer <> ''),
    made_at   TIMESTAMPTZ NOT NULL,
    used_at   TIMESTAMPTZ NOT NULL,
    UNIQUE (member_id, issuer)
);

-- Creditors whose people come by the identity provider alone. owner_id is a creditor's id.
CREATE TABLE staff_demands (
    owner_id UUID        NOT NULL PRIMARY KEY REFERENCES creditors (id),
    made_at  TIMESTAMPTZ NOT NULL
);

-- How a sign-in was opened: '' is password and second factor, or a passkey.
ALTER TABLE staff_sessions ADD COLUMN
    via TEXT NOT NULL DEFAULT '' CHECK (via IN ('', 'provider'));
