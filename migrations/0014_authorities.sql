-- +goose Up

-- Who may act for a debtor in a case, how far and until when. sealed says who that is, under
-- the key of the debtor; proof is how it was shown: the debtor said so, or a person looked at
-- papers. Documents hang on an authority by its id.
CREATE TABLE authorities (
    creditor_id       UUID        NOT NULL,
    id                UUID        NOT NULL,
    case_id           UUID        NOT NULL,
    representative_id UUID        NOT NULL,
    kind              TEXT        NOT NULL CHECK (kind IN ('adviser', 'lawyer', 'guardian', 'relative', 'other')),
    scopes            TEXT        NOT NULL CHECK (scopes <> ''),
    state             TEXT        NOT NULL CHECK (state IN ('invited', 'claimed', 'active', 'refused', 'revoked', 'expired')),
    proof             TEXT        NOT NULL CHECK (proof IN ('debtor', 'documents')),
    until_on          DATE        NOT NULL,
    made_at           TIMESTAMPTZ NOT NULL,
    invited_at        TIMESTAMPTZ,
    active_at         TIMESTAMPTZ,
    ended_at          TIMESTAMPTZ,
    ended_by          TEXT        NOT NULL,
    last_access_at    TIMESTAMPTZ,
    sealed            TEXT        NOT NULL,
    PRIMARY KEY (creditor_id, id),
    CHECK ((state IN ('refused', 'revoked', 'expired')) = (ended_at IS NOT NULL)),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id)
);
CREATE INDEX authorities_by_case ON authorities (creditor_id, case_id, made_at);
CREATE INDEX authorities_claimed ON authorities (creditor_id, made_at) WHERE state = 'claimed';

-- Sign-ins of representatives, without a tenant: one has clients of several creditors. An
-- e-mail address is there only as a hash under a key that the database does not have.
CREATE TABLE representatives (
    id         UUID        NOT NULL PRIMARY KEY,
    email_hash TEXT        NOT NULL UNIQUE CHECK (length(email_hash) = 64),
    made_at    TIMESTAMPTZ NOT NULL
);

-- Which authorities a representative may have, and the hash of the code that proves each.
-- owner_id is a creditor's id.
CREATE TABLE representative_places (
    representative_id UUID NOT NULL REFERENCES representatives (id),
    owner_id          UUID NOT NULL,
    authority_id      UUID NOT NULL,
    code_hash         TEXT NOT NULL CHECK (length(code_hash) = 64),
    PRIMARY KEY (representative_id, owner_id, authority_id),
    FOREIGN KEY (owner_id, authority_id) REFERENCES authorities (creditor_id, id)
);
CREATE INDEX representative_places_by_authority ON representative_places (owner_id, authority_id);

-- Codes of six digits sent to a representative's address; code_hash is an HMAC.
CREATE TABLE representative_codes (
    id                UUID        NOT NULL PRIMARY KEY,
    representative_id UUID        NOT NULL REFERENCES representatives (id),
    code_hash         TEXT        NOT NULL CHECK (length(code_hash) = 64),
    sent_at           TIMESTAMPTZ NOT NULL,
    tries             BIGINT      NOT NULL CHECK (tries >= 0),
    ended_at          TIMESTAMPTZ
);
CREATE UNIQUE INDEX representative_codes_one_live ON representative_codes (representative_id) WHERE ended_at IS NULL;
CREATE INDEX representative_codes_sent ON representative_codes (representative_id, sent_at);

-- Visits of representatives, found by the SHA-256 of 256 random bits in a cookie. One looks at
-- no more than one client at a time; what he may do there is read anew with every page.
CREATE TABLE representative_sessions (
    id_hash           TEXT        NOT NULL PRIMARY KEY CHECK (length(id_hash) = 64),
    representative_id UUID        NOT NULL REFERENCES representatives (id),
    owner_id          UUID,
    authority_id      UUID,
    opened_at         TIMESTAMPTZ NOT NULL,
    seen_at           TIMESTAMPTZ NOT NULL,
    previous_at       TIMESTAMPTZ,
    CHECK ((owner_id IS NULL) = (authority_id IS NULL)),
    FOREIGN KEY (owner_id, authority_id) REFERENCES authorities (creditor_id, id)
);
CREATE INDEX representative_sessions_by_authority ON representative_sessions (owner_id, authority_id);
