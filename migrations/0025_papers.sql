-- +goose Up

-- What a document of the creditor's side is; '' for what debtors hand in.
ALTER TABLE documents ADD COLUMN
    purpose TEXT NOT NULL DEFAULT '' CHECK (purpose IN ('', 'invoice', 'contract', 'reminder', 'title', 'other'));

-- What a program gets for its key for a quarter of an hour (RFC 6749, 4.4). carried is what the
-- key's remembered answers are sealed under, sealed under the token itself, which is not here.
CREATE TABLE api_tokens (
    token_hash TEXT        NOT NULL PRIMARY KEY CHECK (length(token_hash) = 64),
    owner_id   UUID        NOT NULL,
    key_id     UUID        NOT NULL,
    scopes     TEXT        NOT NULL CHECK (scopes <> ''),
    carried    TEXT        NOT NULL CHECK (carried <> ''),
    expires_at TIMESTAMPTZ NOT NULL,
    FOREIGN KEY (owner_id, key_id) REFERENCES api_keys (owner_id, id)
);
CREATE INDEX api_tokens_over ON api_tokens (key_id, expires_at);
