-- +goose Up

-- One source for PostgreSQL and SQLite: store/schema rewrites a handful of type words
-- for SQLite and makes its tables STRICT. One statement each, no defaults for time, no
-- triggers. Access rights, row-level security and append-only guards are not written here:
-- store/schema derives them for every table that has a creditor_id.

-- Small, read-mostly and without a tenant: a reference table.
CREATE TABLE creditors (
    id              UUID        NOT NULL PRIMARY KEY,
    code            TEXT        NOT NULL UNIQUE,
    name            TEXT        NOT NULL,
    street          TEXT        NOT NULL,
    postcode        TEXT        NOT NULL,
    city            TEXT        NOT NULL,
    country         TEXT        NOT NULL,
    state           TEXT        NOT NULL,
    iban            TEXT        NOT NULL,
    account_holder  TEXT        NOT NULL,
    vat_deductible  BOOLEAN     NOT NULL,
    settings        TEXT        NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL
);

CREATE TABLE debtors (
    creditor_id     UUID        NOT NULL REFERENCES creditors (id),
    id              UUID        NOT NULL,
    kind            TEXT        NOT NULL CHECK (kind IN ('person', 'company')),
    first_name      TEXT        NOT NULL,
    last_name       TEXT        NOT NULL,
    company_name    TEXT        NOT NULL,
    street          TEXT        NOT NULL,
    postcode        TEXT        NOT NULL,
    city            TEXT        NOT NULL,
    country         TEXT        NOT NULL,
    state           TEXT        NOT NULL,
    birth_on        TEXT        NOT NULL,
    email           TEXT        NOT NULL,
    phone           TEXT        NOT NULL,
    customer_number TEXT        NOT NULL,
    payer_iban      TEXT        NOT NULL,
    address_source  TEXT        NOT NULL CHECK (address_source IN ('creditor', 'researched')),
    PRIMARY KEY (creditor_id, id)
);

-- The six axes and the balances. version counts the bookings and tells a stale writer; the balances
-- repeat what the postings say, so that lists need no sum; verify compares them.
CREATE TABLE cases (
    creditor_id        UUID        NOT NULL,
    id                 UUID        NOT NULL,
    debtor_id          UUID        NOT NULL,
    file_reference     TEXT        NOT NULL,
    creditor_reference TEXT        NOT NULL,
    content_hash       TEXT        NOT NULL,
    review             TEXT        NOT NULL CHECK (review IN ('received', 'accepted', 'rejected')),
    stage              TEXT        NOT NULL CHECK (stage IN ('reminder', 'collection', 'court_prepared', 'court', 'titled', 'long_term', 'closed')),
    processing         TEXT        NOT NULL CHECK (processing IN ('running', 'held', 'stopped')),
    payment            TEXT        NOT NULL CHECK (payment IN ('open', 'part_paid', 'paid', 'overpaid')),
    objection          TEXT        NOT NULL CHECK (objection IN ('none', 'open', 'upheld', 'partly', 'rejected', 'withdrawn')),
    plan               TEXT        NOT NULL CHECK (plan IN ('none', 'proposed', 'active', 'at_risk', 'lapsed', 'fulfilled', 'cancelled')),
    close_reason       TEXT        NOT NULL,
    received_at        TIMESTAMPTZ NOT NULL,
    principal_cents    BIGINT      NOT NULL CHECK (principal_cents >= 0),
    interest_cents     BIGINT      NOT NULL CHECK (interest_cents >= 0),
    costs_cents        BIGINT      NOT NULL CHECK (costs_cents >= 0),
    overpaid_cents     BIGINT      NOT NULL CHECK (overpaid_cents >= 0),
    last_value_on      DATE,
    event_count        BIGINT      NOT NULL,
    version            BIGINT      NOT NULL,
    PRIMARY KEY (creditor_id, id),
    UNIQUE (creditor_id, file_reference),
    UNIQUE (creditor_id, creditor_reference),
    FOREIGN KEY (creditor_id, debtor_id) REFERENCES debtors (creditor_id, id)
);

CREATE TABLE holds (
    creditor_id UUID        NOT NULL,
    id          UUID        NOT NULL,
    case_id     UUID        NOT NULL,
    kind        TEXT        NOT NULL,
    reason      TEXT        NOT NULL CHECK (reason <> ''),
    since_on    DATE        NOT NULL,
    until_on    DATE,
    until_event TEXT        NOT NULL,
    released_on DATE,
    PRIMARY KEY (creditor_id, id),
    CHECK (until_on IS NOT NULL OR until_event <> ''),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id)
);
CREATE INDEX holds_by_case ON holds (creditor_id, case_id);

CREATE TABLE claims (
    creditor_id         UUID   NOT NULL,
    id                  UUID   NOT NULL,
    case_id             UUID   NOT NULL,
    principal_cents     BIGINT NOT NULL CHECK (principal_cents > 0),
    ground              TEXT   NOT NULL,
    object              TEXT   NOT NULL CHECK (object <> ''),
    arisen_on           DATE,
    invoice_number      TEXT   NOT NULL,
    invoiced_on         DATE,
    due_on              DATE   NOT NULL,
    default_from        DATE,
    interest_kind       TEXT   NOT NULL CHECK (interest_kind IN ('none', 'statutory', 'fixed')),
    interest_surcharge  BIGINT NOT NULL,
    interest_fixed      BIGINT NOT NULL,
    interest_method     TEXT   NOT NULL CHECK (interest_method IN ('act_act', 'act_365', '30e_360')),
    interest_reason     TEXT   NOT NULL,
    allocation_order    TEXT   NOT NULL CHECK (allocation_order IN ('bgb_367', 'bgb_497')),
    business            BOOLEAN NOT NULL,
    for_services        BOOLEAN NOT NULL,
    secured             BOOLEAN NOT NULL,
    titled              BOOLEAN NOT NULL,
    booked_on           DATE   NOT NULL,
    open_cents          BIGINT NOT NULL CHECK (open_cents >= 0),
    open_interest_cents BIGINT NOT NULL CHECK (open_interest_cents >= 0),
    accrued_to          DATE,
    PRIMARY KEY (creditor_id, id),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id)
);
CREATE INDEX claims_by_case ON claims (creditor_id, case_id);

CREATE TABLE costs (
    creditor_id  UUID   NOT NULL,
    id           UUID   NOT NULL,
    case_id      UUID   NOT NULL,
    claim_id     UUID,
    kind         TEXT   NOT NULL,
    amount_cents BIGINT NOT NULL CHECK (amount_cents > 0),
    vat_cents    BIGINT NOT NULL CHECK (vat_cents >= 0),
    incurred_on  DATE   NOT NULL,
    legal_ground TEXT   NOT NULL CHECK (legal_ground <> ''),
    note         TEXT   NOT NULL,
    booked_on    DATE   NOT NULL,
    open_cents   BIGINT NOT NULL CHECK (open_cents >= 0),
    PRIMARY KEY (creditor_id, id),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id),
    FOREIGN KEY (creditor_id, claim_id) REFERENCES claims (creditor_id, id)
);
CREATE INDEX costs_by_case ON costs (creditor_id, case_id);

CREATE TABLE payments (
    creditor_id  UUID        NOT NULL,
    id           UUID        NOT NULL,
    case_id      UUID        NOT NULL,
    method       TEXT        NOT NULL,
    status       TEXT        NOT NULL,
    amount_cents BIGINT      NOT NULL CHECK (amount_cents > 0),
    received_on  DATE        NOT NULL,
    source       TEXT        NOT NULL,
    external_id  TEXT        NOT NULL,
    designation  TEXT        NOT NULL,
    note         TEXT        NOT NULL,
    booked_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (creditor_id, id),
    UNIQUE (creditor_id, source, external_id),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id)
);
CREATE INDEX payments_by_case ON payments (creditor_id, case_id);

-- The ledger: append-only. (source, external_id, kind) makes booking a fact twice
-- impossible; an entry can be corrected once. Entries, postings and events are written
-- together in one statement and never changed, so between them there are no foreign keys:
-- checking each row took half the time of a batch. verify looks for strays instead.
CREATE TABLE entries (
    creditor_id UUID        NOT NULL,
    id          UUID        NOT NULL,
    case_id     UUID,
    payment_id  UUID,
    corrects    UUID,
    kind        TEXT        NOT NULL,
    source      TEXT        NOT NULL CHECK (source <> ''),
    external_id TEXT        NOT NULL CHECK (external_id <> ''),
    value_on    DATE        NOT NULL,
    booked_at   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (creditor_id, id),
    UNIQUE (creditor_id, source, external_id, kind),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id)
);
CREATE UNIQUE INDEX entries_corrected_once ON entries (creditor_id, corrects) WHERE corrects IS NOT NULL;
CREATE INDEX entries_by_case ON entries (creditor_id, case_id);

CREATE TABLE postings (
    creditor_id  UUID   NOT NULL,
    entry_id     UUID   NOT NULL,
    line         BIGINT NOT NULL,
    account      TEXT   NOT NULL CHECK (account IN ('principal', 'interest', 'costs', 'overpayment', 'clearing', 'fees', 'in_transit', 'payable', 'remitted')),
    subject_id   UUID,
    provider     TEXT   NOT NULL,
    amount_cents BIGINT NOT NULL CHECK (amount_cents <> 0),
    from_on      DATE,
    to_on        DATE,
    PRIMARY KEY (creditor_id, entry_id, line),
    CHECK (account NOT IN ('principal', 'interest', 'costs') OR subject_id IS NOT NULL),
    CHECK (account NOT IN ('clearing', 'fees', 'in_transit') OR provider <> '')
);

-- The event log: append-only, numbered without a gap within each case.
CREATE TABLE events (
    creditor_id UUID        NOT NULL,
    id          UUID        NOT NULL,
    case_id     UUID        NOT NULL,
    seq         BIGINT      NOT NULL CHECK (seq > 0),
    type        TEXT        NOT NULL,
    at          TIMESTAMPTZ NOT NULL,
    actor_kind  TEXT        NOT NULL,
    actor_id    TEXT        NOT NULL,
    data        TEXT        NOT NULL,
    schema      BIGINT      NOT NULL,
    PRIMARY KEY (creditor_id, id),
    UNIQUE (creditor_id, case_id, seq)
);

-- Events that have no place in the feed yet. A row lives from the event's transaction to
-- the sequencer's next round.
CREATE TABLE feed_pending (
    creditor_id UUID NOT NULL,
    event_id    UUID NOT NULL,
    PRIMARY KEY (creditor_id, event_id)
);

-- The feed of one creditor: every event exactly once, chained by hash. Append-only.
CREATE TABLE feed (
    creditor_id UUID   NOT NULL,
    seq         BIGINT NOT NULL,
    event_id    UUID   NOT NULL,
    hash        TEXT   NOT NULL,
    PRIMARY KEY (creditor_id, seq),
    UNIQUE (creditor_id, event_id),
    FOREIGN KEY (creditor_id, event_id) REFERENCES events (creditor_id, id)
);

CREATE TABLE feed_heads (
    creditor_id UUID   NOT NULL PRIMARY KEY REFERENCES creditors (id),
    seq         BIGINT NOT NULL,
    hash        TEXT   NOT NULL
);

-- Numbers without a gap, one row per creditor and purpose.
CREATE TABLE counters (
    creditor_id UUID   NOT NULL REFERENCES creditors (id),
    name        TEXT   NOT NULL,
    value       BIGINT NOT NULL,
    PRIMARY KEY (creditor_id, name)
);
