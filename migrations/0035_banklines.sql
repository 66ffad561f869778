-- +goose Up

-- Lines of no case whose words are still there, by age: what they say ends by the calendar, for
-- there is no person whose erasure would end it.
CREATE INDEX bank_lines_nobodys ON bank_lines (creditor_id, booked_on) WHERE case_id IS NULL AND sealed <> '';
