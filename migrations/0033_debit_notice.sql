-- +goose Up

-- How many days before a direct debit its payer is told. What stands in the account is what new
-- mandates agree on; a mandate keeps the days it was given with. Those given before agreed on two.
ALTER TABLE debit_accounts ADD COLUMN
    notice_days BIGINT NOT NULL DEFAULT 2 CHECK (notice_days BETWEEN 2 AND 30);
ALTER TABLE mandates ADD COLUMN
    notice_days BIGINT NOT NULL DEFAULT 2 CHECK (notice_days BETWEEN 2 AND 30);
