-- +goose Up

-- Why a way to reach somebody is not used any more; '' while it is. A letter that came back
-- stops the address, a mail that bounced or was opted out of stops the e-mail.
ALTER TABLE debtors ADD COLUMN address_stopped TEXT NOT NULL DEFAULT '';
ALTER TABLE debtors ADD COLUMN email_stopped   TEXT NOT NULL DEFAULT '';
ALTER TABLE debtors ADD COLUMN phone_stopped   TEXT NOT NULL DEFAULT '';
