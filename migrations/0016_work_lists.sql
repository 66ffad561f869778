-- +goose Up

-- How a person is found by a part of his name although names are sealed. mark is what a keyed
-- hash leaves of three letters of it; the key is the creditor's, sealed under one that the
-- database does not have. There is no foreign key on marks and terms: it would be looked up a
-- dozen times for each case that is handed over, and a stray row finds nobody.
CREATE TABLE search_keys (
    creditor_id UUID NOT NULL PRIMARY KEY REFERENCES creditors (id),
    sealed      TEXT NOT NULL CHECK (sealed <> '')
);
CREATE TABLE search_marks (
    creditor_id UUID   NOT NULL,
    mark        BIGINT NOT NULL,
    case_id     UUID   NOT NULL,
    PRIMARY KEY (creditor_id, mark, case_id)
);
CREATE INDEX search_marks_by_case ON search_marks (creditor_id, case_id);

-- File references, references of the creditor and invoice numbers as capitals and digits alone:
-- so every collation of PostgreSQL finds by a beginning what SQLite finds.
CREATE TABLE search_terms (
    creditor_id UUID NOT NULL,
    term        TEXT NOT NULL CHECK (term <> ''),
    case_id     UUID NOT NULL,
    PRIMARY KEY (creditor_id, term, case_id)
);
CREATE INDEX search_terms_by_case ON search_terms (creditor_id, case_id);

-- The orders of the list, and for each axis the cases that have a value in the order of
-- hand-over.
CREATE INDEX cases_by_received ON cases (creditor_id, received_at, id);
CREATE INDEX cases_by_open ON cases (creditor_id, principal_cents, id);
CREATE INDEX cases_by_stage ON cases (creditor_id, stage, received_at, id);
CREATE INDEX cases_by_processing ON cases (creditor_id, processing, received_at, id);
CREATE INDEX cases_by_payment ON cases (creditor_id, payment, received_at, id);
CREATE INDEX cases_by_review ON cases (creditor_id, review, received_at, id);
CREATE INDEX cases_by_objection ON cases (creditor_id, objection, received_at, id);
CREATE INDEX cases_by_plan ON cases (creditor_id, plan, received_at, id);
CREATE INDEX claims_by_ground ON claims (creditor_id, ground, case_id);
CREATE INDEX claims_by_principal ON claims (creditor_id, principal_cents, case_id);

-- What is counted for the start page: also requests that are overdue.
CREATE INDEX requests_waiting ON requests (creditor_id, due_on, id) WHERE state = 'open';

-- A list as a member wants to see it again. query says columns, filters and order and nothing
-- about a person; a view with shared is everybody's of the creditor.
CREATE TABLE list_views (
    creditor_id UUID        NOT NULL,
    id          UUID        NOT NULL,
    member_id   UUID        NOT NULL,
    shared      BOOLEAN     NOT NULL,
    name        TEXT        NOT NULL CHECK (name <> ''),
    query       TEXT        NOT NULL,
    made_at     TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (creditor_id, id),
    FOREIGN KEY (creditor_id) REFERENCES creditors (id)
);
CREATE INDEX list_views_by_member ON list_views (creditor_id, member_id, name);

-- What a member has searched for, sealed like the keys of the marks: an address has only the
-- id. It is deleted after a day.
CREATE TABLE list_searches (
    creditor_id UUID        NOT NULL,
    id          UUID        NOT NULL,
    member_id   UUID        NOT NULL,
    sealed      TEXT        NOT NULL CHECK (sealed <> ''),
    made_at     TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (creditor_id, id),
    FOREIGN KEY (creditor_id) REFERENCES creditors (id)
);
CREATE INDEX list_searches_made ON list_searches (creditor_id, made_at);

-- One action on many cases, as it was chosen, looked at, done and undone.
CREATE TABLE batches (
    creditor_id UUID        NOT NULL,
    id          UUID        NOT NULL,
    member_id   UUID        NOT NULL,
    by_kind     TEXT        NOT NULL CHECK (by_kind IN ('creditor', 'operator')),
    action      TEXT        NOT NULL CHECK (action IN ('hold', 'exempt', 'release', 'withdraw')),
    reason      TEXT        NOT NULL,
    until_on    DATE,
    state       TEXT        NOT NULL CHECK (state IN ('chosen', 'running', 'done', 'undoing', 'undone')),
    made_at     TIMESTAMPTZ NOT NULL,
    ended_at    TIMESTAMPTZ,
    PRIMARY KEY (creditor_id, id),
    FOREIGN KEY (creditor_id) REFERENCES creditors (id)
);
CREATE INDEX batches_made ON batches (creditor_id, made_at);
CREATE INDEX batches_at_work ON batches (creditor_id, made_at) WHERE state IN ('running', 'undoing');

-- The cases of a batch. why is a code for those that cannot be done; holds are those the batch
-- has placed or ended, so that undoing it touches no others.
CREATE TABLE batch_cases (
    creditor_id UUID NOT NULL,
    batch_id    UUID NOT NULL,
    case_id     UUID NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('ready', 'refused', 'done', 'undone', 'kept')),
    why         TEXT NOT NULL,
    hold_id     UUID,
    PRIMARY KEY (creditor_id, batch_id, case_id),
    FOREIGN KEY (creditor_id, batch_id) REFERENCES batches (creditor_id, id),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id)
);
CREATE INDEX batch_cases_state ON batch_cases (creditor_id, batch_id, state, case_id);
CREATE INDEX batch_cases_by_case ON batch_cases (creditor_id, case_id);
