-- +goose Up

-- The log of who saw what is deleted by age: without this each turn of the loop would read all of it.
CREATE INDEX looks_by_age ON looks (creditor_id, at);
