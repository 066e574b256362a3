INSERT INTO crm_meeting_attendees_link
VALUES (1, 1), (1, 2), (2, 3)

BEGIN;

ROLLBACK;

BEGIN;

ROLLBACK;
