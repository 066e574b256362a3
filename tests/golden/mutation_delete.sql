BEGIN;

-- $1 = 1
DELETE FROM crm_lead
WHERE crm_lead.id = $1::BIGINT
RETURNING crm_lead.id

COMMIT;

BEGIN;

-- $1 = 1
DELETE FROM crm_lead
WHERE crm_lead.id = $1::BIGINT
RETURNING crm_lead.id

ROLLBACK;
