-- +goose Up

-- What staff write down about a case for each other. text is written about a person.
CREATE TABLE notes (
    creditor_id UUID        NOT NULL,
    id          UUID        NOT NULL,
    case_id     UUID        NOT NULL,
    by_kind     TEXT        NOT NULL CHECK (by_kind IN ('creditor', 'operator', 'system')),
    by_id       UUID,
    text        TEXT        NOT NULL,
    at          TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (creditor_id, id),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id)
);
CREATE INDEX notes_by_case ON notes (creditor_id, case_id, at);

-- Who of the staff looked at what about whom: after a breach it must be possible to say whose
-- data an account has seen. Never changed. subject is the id of a document, letter or mail.
CREATE TABLE looks (
    creditor_id UUID        NOT NULL,
    id          UUID        NOT NULL,
    case_id     UUID        NOT NULL,
    by_kind     TEXT        NOT NULL CHECK (by_kind IN ('creditor', 'operator')),
    by_id       UUID,
    what        TEXT        NOT NULL CHECK (what <> ''),
    subject     UUID,
    at          TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (creditor_id, id),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id)
);
CREATE INDEX looks_by_case ON looks (creditor_id, case_id, at);
CREATE INDEX looks_by_member ON looks (creditor_id, by_id, at);
