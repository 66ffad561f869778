-- +goose Up

-- Files of transfers by which money goes back to whom it came from: money of nobody that a person
-- sends back, and what a debtor has paid too much. Of accounts and names nothing is kept here: both
-- are read from the line the money came with, and a file is written again from the same lines.
CREATE TABLE give_back_files (
    creditor_id  UUID        NOT NULL REFERENCES creditors (id),
    id           UUID        NOT NULL,
    account_id   UUID        NOT NULL,
    message_id   TEXT        NOT NULL CHECK (message_id <> ''),
    made_on      DATE        NOT NULL,
    execute_on   DATE        NOT NULL,
    made_at      TIMESTAMPTZ NOT NULL,
    from_name    TEXT        NOT NULL,
    purpose      TEXT        NOT NULL,
    amount_cents BIGINT      NOT NULL CHECK (amount_cents > 0),
    transfers    BIGINT      NOT NULL CHECK (transfers > 0),
    sha256       TEXT        NOT NULL CHECK (sha256 <> ''),
    state        TEXT        NOT NULL CHECK (state IN ('ordered', 'cancelled', 'paid')),
    PRIMARY KEY (creditor_id, id),
    UNIQUE (creditor_id, message_id),
    FOREIGN KEY (creditor_id, account_id) REFERENCES provider_accounts (creditor_id, id)
);

-- What goes back of which line. The id is that of the line where all of it does, and one of its own
-- where a payment is refunded; the end-to-end id is made of it. asked waits for a file, gone was
-- seen on a statement. A file that is taken back leaves its rows asked.
CREATE TABLE give_backs (
    creditor_id  UUID        NOT NULL,
    id           UUID        NOT NULL,
    account_id   UUID        NOT NULL,
    line_id      UUID        NOT NULL,
    case_id      UUID,
    payment_id   UUID,
    amount_cents BIGINT      NOT NULL CHECK (amount_cents > 0),
    state        TEXT        NOT NULL CHECK (state IN ('asked', 'ordered', 'gone')),
    file_id      UUID,
    asked_at     TIMESTAMPTZ NOT NULL,
    by_kind      TEXT        NOT NULL,
    by_id        UUID,
    PRIMARY KEY (creditor_id, id),
    FOREIGN KEY (creditor_id, line_id) REFERENCES bank_lines (creditor_id, id),
    FOREIGN KEY (creditor_id, file_id) REFERENCES give_back_files (creditor_id, id),
    CHECK ((state = 'asked') = (file_id IS NULL)),
    CHECK ((case_id IS NULL) = (payment_id IS NULL)),
    CHECK (payment_id IS NOT NULL OR id = line_id)
);
CREATE INDEX give_backs_by_file ON give_backs (creditor_id, file_id) WHERE file_id IS NOT NULL;
CREATE INDEX give_backs_by_payment ON give_backs (creditor_id, payment_id) WHERE payment_id IS NOT NULL;
CREATE INDEX give_backs_asked ON give_backs (creditor_id, account_id, id) WHERE state = 'asked';

-- The payments a payout is made of, as they were when it was ordered: the statement that shows it
-- books exactly these.
CREATE TABLE payout_lines (
    creditor_id  UUID   NOT NULL,
    payout_id    UUID   NOT NULL,
    payment_id   UUID   NOT NULL,
    case_id      UUID   NOT NULL,
    amount_cents BIGINT NOT NULL CHECK (amount_cents <> 0),
    PRIMARY KEY (creditor_id, payout_id, payment_id),
    FOREIGN KEY (creditor_id, payout_id) REFERENCES payout_files (creditor_id, id),
    FOREIGN KEY (creditor_id, payment_id) REFERENCES payments (creditor_id, id),
    FOREIGN KEY (creditor_id, case_id) REFERENCES cases (creditor_id, id)
);
