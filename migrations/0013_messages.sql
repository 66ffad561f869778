-- +goose Up

-- What debtor and creditor write to each other. text is written by a person about a person.
-- Documents hang on a message by its id.
CREATE TABLE messages (
    creditor_id UUID        NOT NULL,
    id          UUID        NOT NULL,
    case_id     UUID        NOT NULL,
    by_kind     TEXT        NOT NULL CHECK (by_kind IN ('debtor', 'representative', 'creditor', 'operator', 'system')),
    by_id       UUID,
    request_id  UUID,
    text        TEXT        NOT NULL,
    at          TIMESTAMPTZ NOT NULL,
    read_at     TIMESTAMPTZ,
    PRIMARY KEY (creditor_id, id),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id)
);
CREATE INDEX messages_by_case ON messages (creditor_id, case_id, at);

-- What a debtor has asked for, and by when it is owed.
CREATE TABLE requests (
    creditor_id UUID        NOT NULL,
    id          UUID        NOT NULL,
    case_id     UUID        NOT NULL,
    kind        TEXT        NOT NULL CHECK (kind IN ('details', 'documents', 'invoice_copy', 'callback', 'deletion', 'rectification', 'other')),
    by_kind     TEXT        NOT NULL CHECK (by_kind IN ('debtor', 'representative')),
    by_id       UUID,
    text        TEXT        NOT NULL,
    state       TEXT        NOT NULL CHECK (state IN ('open', 'answered', 'withdrawn')),
    at          TIMESTAMPTZ NOT NULL,
    due_on      DATE        NOT NULL,
    overdue_at  TIMESTAMPTZ,
    ended_at    TIMESTAMPTZ,
    PRIMARY KEY (creditor_id, id),
    CHECK ((state = 'open') = (ended_at IS NULL)),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id)
);
CREATE INDEX requests_by_case ON requests (creditor_id, case_id, at);
CREATE INDEX requests_open ON requests (creditor_id, due_on) WHERE state = 'open' AND overdue_at IS NULL;

-- How a debtor is reached, change by change. old_value and new_value are personal; an address
-- is JSON. A new e-mail or telephone number counts once its one-time code was typed.
CREATE TABLE contact_changes (
    creditor_id UUID        NOT NULL,
    id          UUID        NOT NULL,
    case_id     UUID        NOT NULL,
    debtor_id   UUID        NOT NULL,
    kind        TEXT        NOT NULL CHECK (kind IN ('address', 'email', 'phone', 'channel', 'language')),
    old_value   TEXT        NOT NULL,
    new_value   TEXT        NOT NULL,
    source      TEXT        NOT NULL CHECK (source <> ''),
    valid_from  DATE        NOT NULL,
    state       TEXT        NOT NULL CHECK (state IN ('waiting', 'applied', 'refused', 'expired')),
    code_hash   TEXT        NOT NULL,
    pepper      BIGINT      NOT NULL,
    tries       BIGINT      NOT NULL CHECK (tries >= 0),
    at          TIMESTAMPTZ NOT NULL,
    ended_at    TIMESTAMPTZ,
    PRIMARY KEY (creditor_id, id),
    CHECK ((state = 'waiting') = (ended_at IS NULL)),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id)
);
CREATE INDEX contact_changes_by_case ON contact_changes (creditor_id, case_id, at);

-- The way and the language a debtor prefers; '' for none told.
ALTER TABLE debtors ADD COLUMN
    preferred_channel TEXT NOT NULL DEFAULT '';
ALTER TABLE debtors ADD COLUMN
    preferred_language TEXT NOT NULL DEFAULT '';
