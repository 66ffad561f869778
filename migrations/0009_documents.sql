-- +goose Up

-- Keys under which a creditor's documents are sealed, themselves sealed under the installation's
-- key, which the database does not have. The newest seals, the older ones still open.
CREATE TABLE document_keys (
    creditor_id UUID        NOT NULL REFERENCES creditors (id),
    id          UUID        NOT NULL,
    sealed      TEXT        NOT NULL CHECK (sealed <> ''),
    created_at  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (creditor_id, id)
);

-- Files people hand in. subject says what a document belongs to; '' while it is not attached to
-- anything. sha256 is of the file as it came: it is evidence. data_key is the file's own key,
-- sealed under key_id. Of a deleted document the row stays, without name and key: it is the log.
-- blob and preview stay until what they name is gone.
CREATE TABLE documents (
    creditor_id  UUID        NOT NULL,
    id           UUID        NOT NULL,
    case_id      UUID        NOT NULL,
    subject_kind TEXT        NOT NULL,
    subject_id   TEXT        NOT NULL,
    name         TEXT        NOT NULL,
    kind         TEXT        NOT NULL CHECK (kind IN ('pdf', 'jpeg', 'png')),
    size_bytes   BIGINT      NOT NULL CHECK (size_bytes > 0),
    sha256       TEXT        NOT NULL CHECK (length(sha256) = 64),
    active       BOOLEAN     NOT NULL,
    blob         TEXT        NOT NULL,
    preview      TEXT        NOT NULL,
    preview_kind TEXT        NOT NULL CHECK (preview_kind IN ('', 'pdf', 'jpeg')),
    key_id       UUID        NOT NULL,
    data_key     TEXT        NOT NULL,
    state        TEXT        NOT NULL CHECK (state IN ('quarantine', 'clean', 'unscanned', 'infected', 'deleted')),
    actor_kind   TEXT        NOT NULL CHECK (actor_kind <> ''),
    actor_id     UUID,
    uploaded_at  TIMESTAMPTZ NOT NULL,
    keep_until   TIMESTAMPTZ,
    deleted_at   TIMESTAMPTZ,
    reason       TEXT        NOT NULL,
    PRIMARY KEY (creditor_id, id),
    CHECK ((subject_kind = '') = (subject_id = '')),
    CHECK ((state = 'deleted') = (deleted_at IS NOT NULL)),
    CHECK ((state = 'deleted') = (data_key = '')),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id),
    FOREIGN KEY (creditor_id, key_id) REFERENCES document_keys (creditor_id, id)
);
-- The same file again is the same document: a retry adds nothing.
CREATE UNIQUE INDEX documents_once ON documents (creditor_id, case_id, sha256, subject_kind, subject_id) WHERE deleted_at IS NULL;
CREATE INDEX documents_by_case ON documents (creditor_id, case_id);
CREATE INDEX documents_by_subject ON documents (creditor_id, subject_kind, subject_id);
CREATE INDEX documents_quarantined ON documents (creditor_id, uploaded_at) WHERE state = 'quarantine';
CREATE INDEX documents_held ON documents (creditor_id, size_bytes) WHERE deleted_at IS NULL;
CREATE INDEX documents_due ON documents (creditor_id, keep_until) WHERE keep_until IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX documents_loose ON documents (creditor_id, uploaded_at) WHERE subject_kind = '' AND deleted_at IS NULL;
CREATE INDEX documents_gone ON documents (creditor_id) WHERE deleted_at IS NOT NULL AND blob <> '';
