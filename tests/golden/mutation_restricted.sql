INSERT INTO crm_meeting_attendees_link
VALUES (1, 1), (1, 2), (2, 3)

BEGIN;

-- $1 = 1
DELETE FROM crm_stage
WHERE crm_stage.id = $1::BIGINT
RETURNING crm_stage.id

ROLLBACK;
