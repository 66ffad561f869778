-- +goose Up

-- What collecting costs a creditor, by value days: an agreement holds until the next one begins.
-- Between him and the operator; no debtor is charged with it. None is ever changed.
CREATE TABLE fee_agreements (
    creditor_id UUID        NOT NULL REFERENCES creditors (id),
    from_on     DATE        NOT NULL,
    share_bp    BIGINT      NOT NULL CHECK (share_bp BETWEEN 0 AND 10000),
    fixed_cents BIGINT      NOT NULL CHECK (fixed_cents >= 0),
    vat_bp      BIGINT      NOT NULL CHECK (vat_bp BETWEEN 0 AND 10000),
    made_at     TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (creditor_id, from_on)
);

-- What was taken off a payment when it was paid out, and its tax; below nothing, given back.
ALTER TABLE remittance_lines ADD COLUMN
    fee_cents BIGINT NOT NULL DEFAULT 0;
ALTER TABLE remittance_lines ADD COLUMN
    vat_cents BIGINT NOT NULL DEFAULT 0;
ALTER TABLE payout_lines ADD COLUMN
    fee_cents BIGINT NOT NULL DEFAULT 0;
ALTER TABLE payout_lines ADD COLUMN
    vat_cents BIGINT NOT NULL DEFAULT 0;
