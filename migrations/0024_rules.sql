-- +goose Up

-- The log of who saw what is deleted by age: without this each turn of the loop would read all of it.
CREATE INDEX looks_by_age ON looks (creditor_id, at);

-- What a creditor has laid down, each time anew: name is what it is about ("letter/reminder"), content
-- the whole of it as JSON. Never changed. Nothing in it is about a debtor.
CREATE TABLE rule_versions (
    creditor_id UUID        NOT NULL REFERENCES creditors (id),
    name        TEXT        NOT NULL CHECK (name <> ''),
    number      BIGINT      NOT NULL CHECK (number > 0),
    content     TEXT        NOT NULL CHECK (content <> ''),
    by_kind     TEXT        NOT NULL CHECK (by_kind IN ('creditor', 'operator')),
    by_id       UUID,
    at          TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (creditor_id, name, number)
);
