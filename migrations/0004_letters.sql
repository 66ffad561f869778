-- +goose Up

-- A run makes the letters of one kind for one creditor and hands them over together. One
-- that was interrupted stays open and is gone on with. sealed_at is when the combined file
-- was complete: from then on its letters are fixed.
CREATE TABLE letter_runs (
    creditor_id     UUID        NOT NULL REFERENCES creditors (id),
    id              UUID        NOT NULL,
    kind            TEXT        NOT NULL CHECK (kind <> ''),
    way             TEXT        NOT NULL CHECK (way IN ('print', 'provider')),
    directory       TEXT        NOT NULL CHECK (directory <> ''),
    started_at      TIMESTAMPTZ NOT NULL,
    sealed_at       TIMESTAMPTZ,
    finished_at     TIMESTAMPTZ,
    letters         BIGINT      NOT NULL CHECK (letters >= 0),
    pdf_sha256      TEXT        NOT NULL,
    manifest_sha256 TEXT        NOT NULL,
    PRIMARY KEY (creditor_id, id)
);
CREATE UNIQUE INDEX letter_runs_one_open ON letter_runs (creditor_id, kind) WHERE finished_at IS NULL;

-- What was written, as it was written: no statement changes number, document, text or
-- hashes. A void letter never left the house; its row explains its number. document is
-- without the secrets, which only the print has.
CREATE TABLE letters (
    creditor_id     UUID        NOT NULL,
    id              UUID        NOT NULL,
    case_id         UUID        NOT NULL,
    run_id          UUID        NOT NULL,
    number          BIGINT      NOT NULL CHECK (number > 0),
    kind            TEXT        NOT NULL CHECK (kind <> ''),
    subject         TEXT        NOT NULL,
    document        TEXT        NOT NULL CHECK (document <> ''),
    document_sha256 TEXT        NOT NULL CHECK (length(document_sha256) = 64),
    text            TEXT        NOT NULL,
    country         TEXT        NOT NULL,
    pdf_sha256      TEXT        NOT NULL CHECK (length(pdf_sha256) = 64),
    pages           BIGINT      NOT NULL CHECK (pages > 0),
    dated_on        DATE        NOT NULL,
    deadline_on     DATE,
    state           TEXT        NOT NULL CHECK (state IN ('created', 'sending', 'sent', 'returned', 'void')),
    void_reason     TEXT        NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    sent_at         TIMESTAMPTZ,
    provider_id     TEXT        NOT NULL,
    returned_at     TIMESTAMPTZ,
    return_reason   TEXT        NOT NULL,
    PRIMARY KEY (creditor_id, id),
    UNIQUE (creditor_id, number),
    CHECK ((state = 'void') = (void_reason <> '')),
    CHECK ((state = 'returned') = (returned_at IS NOT NULL)),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id),
    FOREIGN KEY (creditor_id, run_id) REFERENCES letter_runs (creditor_id, id)
);
CREATE UNIQUE INDEX letters_once ON letters (creditor_id, case_id, kind, subject) WHERE state NOT IN ('void', 'returned');
CREATE INDEX letters_by_case ON letters (creditor_id, case_id, number);
CREATE INDEX letters_by_run ON letters (creditor_id, run_id, number);

-- A creditor's own wording of a block; what is not here is worded by Quitt.
CREATE TABLE letter_texts (
    creditor_id UUID        NOT NULL REFERENCES creditors (id),
    kind        TEXT        NOT NULL CHECK (kind <> ''),
    block       TEXT        NOT NULL CHECK (block <> ''),
    text        TEXT        NOT NULL CHECK (text <> ''),
    changed_at  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (creditor_id, kind, block)
);

-- How a run finds whom to write to without reading every case or event.
CREATE INDEX cases_to_write ON cases (creditor_id, stage, id) WHERE review = 'accepted';
CREATE INDEX events_to_write ON events (creditor_id, type, id)
    WHERE type IN ('plan.agreed', 'plan.instalment_missed', 'objection.answered', 'payment.succeeded');
