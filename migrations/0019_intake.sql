-- +goose Up

-- What the columns of a creditor's files mean, found again by the names in their first line.
CREATE TABLE intake_mappings (
    creditor_id UUID        NOT NULL,
    header_hash TEXT        NOT NULL CHECK (length(header_hash) = 64),
    mapping     TEXT        NOT NULL CHECK (mapping <> ''),
    saved_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (creditor_id, header_hash)
);

-- Files on their way in. The file, its name and what was wrong with its rows are sealed under a
-- key of the job, which goes when the job does; the file goes as soon as its last row is read.
-- What was taken in and where the next row begins change in one transaction.
CREATE TABLE intake_jobs (
    creditor_id     UUID        NOT NULL,
    id              UUID        NOT NULL,
    made_by         TEXT        NOT NULL,
    state           TEXT        NOT NULL CHECK (state IN ('draft', 'checked', 'running', 'done', 'stopped')),
    person_key      TEXT        NOT NULL CHECK (person_key <> ''),
    name            TEXT        NOT NULL,
    file            TEXT        NOT NULL,
    size_bytes      BIGINT      NOT NULL CHECK (size_bytes > 0),
    header_hash     TEXT        NOT NULL CHECK (length(header_hash) = 64),
    mapping         TEXT        NOT NULL,
    cursor_bytes    BIGINT      NOT NULL CHECK (cursor_bytes >= 0),
    cursor_line     BIGINT      NOT NULL CHECK (cursor_line >= 0),
    row_count       BIGINT      NOT NULL CHECK (row_count >= 0),
    read_count      BIGINT      NOT NULL CHECK (read_count >= 0),
    new_count       BIGINT      NOT NULL CHECK (new_count >= 0),
    unchanged_count BIGINT      NOT NULL CHECK (unchanged_count >= 0),
    faulty_count    BIGINT      NOT NULL CHECK (faulty_count >= 0),
    problems        TEXT        NOT NULL,
    made_at         TIMESTAMPTZ NOT NULL,
    started_at      TIMESTAMPTZ,
    ended_at        TIMESTAMPTZ,
    version         BIGINT      NOT NULL,
    PRIMARY KEY (creditor_id, id),
    CHECK (read_count = new_count + unchanged_count + faulty_count),
    CHECK (state IN ('draft', 'checked') OR started_at IS NOT NULL),
    CHECK ((state IN ('done', 'stopped')) = (ended_at IS NOT NULL))
);
CREATE INDEX intake_jobs_by_time ON intake_jobs (creditor_id, made_at);
CREATE INDEX intake_jobs_running ON intake_jobs (creditor_id, started_at) WHERE state = 'running';
