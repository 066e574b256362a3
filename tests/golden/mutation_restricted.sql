BEGIN;
SET LOCAL erp.context = '{"user":1}'

-- $1 = [1]
SELECT crm_stage.id,
  crm_stage.version,
  true
FROM crm_stage AS crm_stage
WHERE crm_stage.id = ANY ($1::BIGINT[])
ORDER BY crm_stage.id
FOR NO KEY UPDATE OF crm_stage

-- $1 = [1]
DELETE FROM crm_stage
WHERE crm_stage.id = ANY ($1::BIGINT[])

ROLLBACK
