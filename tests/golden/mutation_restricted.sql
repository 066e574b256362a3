BEGIN;

-- $1 = 1
DELETE FROM crm_stage
WHERE crm_stage.id = $1::BIGINT
RETURNING crm_stage.id

ROLLBACK;
