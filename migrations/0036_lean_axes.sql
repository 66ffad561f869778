-- +goose Up

-- The value most cases have on an axis is no help to find them, and every booking had to write
-- each index anew: these leave it out.
DROP INDEX cases_by_review;
DROP INDEX cases_by_processing;
DROP INDEX cases_by_objection;
DROP INDEX cases_by_plan;
CREATE INDEX cases_by_review ON cases (creditor_id, review, received_at, id) WHERE NULLIF(review, 'accepted') IS NOT NULL;
CREATE INDEX cases_by_processing ON cases (creditor_id, processing, received_at, id) WHERE NULLIF(processing, 'running') IS NOT NULL;
CREATE INDEX cases_by_objection ON cases (creditor_id, objection, received_at, id) WHERE NULLIF(objection, 'none') IS NOT NULL;
CREATE INDEX cases_by_plan ON cases (creditor_id, plan, received_at, id) WHERE NULLIF(plan, 'none') IS NOT NULL;
