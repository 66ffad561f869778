-- +goose Up

-- Keys of the event feed, found by the SHA-256 of 256 random bits. Without a tenant, because
-- a request does not say whose key it holds; the row says whose events it opens. A revoked
-- key stays, so that a list tells when it ended.
CREATE TABLE api_keys (
    key_hash     TEXT        NOT NULL PRIMARY KEY CHECK (length(key_hash) = 64),
    id           UUID        NOT NULL,
    owner_id     UUID        NOT NULL REFERENCES creditors (id),
    name         TEXT        NOT NULL CHECK (name <> ''),
    created_at   TIMESTAMPTZ NOT NULL,
    revoked_at   TIMESTAMPTZ,
    last_used_at TIMESTAMPTZ,
    UNIQUE (owner_id, id)
);

-- How far the holder of a key says he has worked the feed off.
CREATE TABLE feed_acknowledgements (
    creditor_id UUID        NOT NULL,
    key_id      UUID        NOT NULL,
    seq         BIGINT      NOT NULL CHECK (seq >= 0),
    at          TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (creditor_id, key_id),
    FOREIGN KEY (creditor_id, key_id) REFERENCES api_keys (owner_id, id)
);

-- Where events are sent. An endpoint works the creditor's feed off behind its own cursor
-- done_seq; attempts and next_at belong to the first event behind it. Whoever works for it
-- holds the lease: two processes must not send to one endpoint at once. Secrets are sealed
-- under a key that the database does not have.
CREATE TABLE hook_endpoints (
    creditor_id  UUID        NOT NULL REFERENCES creditors (id),
    id           UUID        NOT NULL,
    url          TEXT        NOT NULL CHECK (url <> ''),
    types        TEXT        NOT NULL,
    secret       TEXT        NOT NULL CHECK (secret <> ''),
    old_secret   TEXT        NOT NULL,
    old_until    TIMESTAMPTZ,
    disabled     TEXT        NOT NULL CHECK (disabled IN ('', 'gone')),
    created_at   TIMESTAMPTZ NOT NULL,
    done_seq     BIGINT      NOT NULL CHECK (done_seq >= 0),
    attempts     BIGINT      NOT NULL CHECK (attempts >= 0),
    next_at      TIMESTAMPTZ,
    lease        UUID,
    leased_until TIMESTAMPTZ,
    claimed_at   TIMESTAMPTZ,
    PRIMARY KEY (creditor_id, id),
    CHECK ((old_secret = '') = (old_until IS NULL))
);

-- Requests that failed, without what was sent or answered.
CREATE TABLE hook_attempts (
    creditor_id  UUID        NOT NULL,
    id           UUID        NOT NULL,
    endpoint_id  UUID        NOT NULL,
    seq          BIGINT      NOT NULL CHECK (seq > 0),
    attempt      BIGINT      NOT NULL CHECK (attempt > 0),
    at           TIMESTAMPTZ NOT NULL,
    status       BIGINT      NOT NULL,
    outcome      TEXT        NOT NULL CHECK (outcome <> ''),
    milliseconds BIGINT      NOT NULL CHECK (milliseconds >= 0),
    PRIMARY KEY (creditor_id, id),
    FOREIGN KEY (creditor_id, endpoint_id) REFERENCES hook_endpoints (creditor_id, id)
);
CREATE INDEX hook_attempts_by_endpoint ON hook_attempts (creditor_id, endpoint_id, at);

-- Events that an endpoint did not take within the schedule. It went on with the next one.
CREATE TABLE hook_dead (
    creditor_id UUID        NOT NULL,
    endpoint_id UUID        NOT NULL,
    seq         BIGINT      NOT NULL CHECK (seq > 0),
    attempts    BIGINT      NOT NULL CHECK (attempts > 0),
    at          TIMESTAMPTZ NOT NULL,
    status      BIGINT      NOT NULL,
    outcome     TEXT        NOT NULL CHECK (outcome <> ''),
    PRIMARY KEY (creditor_id, endpoint_id, seq),
    FOREIGN KEY (creditor_id, endpoint_id) REFERENCES hook_endpoints (creditor_id, id)
);

-- Parts of the feed that an operator wants sent again, worked off in order beside the
-- endpoint's own cursor. A row is gone when it is done.
CREATE TABLE hook_replays (
    creditor_id UUID        NOT NULL,
    id          UUID        NOT NULL,
    endpoint_id UUID        NOT NULL,
    done_seq    BIGINT      NOT NULL CHECK (done_seq >= 0),
    to_seq      BIGINT      NOT NULL CHECK (to_seq > 0),
    attempts    BIGINT      NOT NULL CHECK (attempts >= 0),
    next_at     TIMESTAMPTZ,
    asked_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (creditor_id, id),
    FOREIGN KEY (creditor_id, endpoint_id) REFERENCES hook_endpoints (creditor_id, id)
);
CREATE INDEX hook_replays_by_endpoint ON hook_replays (creditor_id, endpoint_id, id);
