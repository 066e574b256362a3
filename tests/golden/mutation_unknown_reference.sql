BEGIN;
SET LOCAL erp.context = '{"user":1}'

-- $1 = ['nobody']
SELECT "user".id,
  "user".login
FROM "user" AS "user"
WHERE "user".login = ANY ($1::TEXT[])

-- $1 = [1, 99]
SELECT 0,
  crm_stage.id
FROM crm_stage AS crm_stage
WHERE crm_stage.id = ANY ($1::BIGINT[])

ROLLBACK
