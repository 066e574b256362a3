BEGIN;

-- $1 = '{"user":1}'
SELECT set_config('erp.context', $1, true)

-- $1 = [1, 99]
SELECT crm_stage.id,
  crm_stage.id AS id__1
FROM crm_stage AS crm_stage
WHERE crm_stage.id = ANY ($1::BIGINT[])

-- $1 = ['nobody']
SELECT "user".id,
  "user".login
FROM "user" AS "user"
WHERE "user".login = ANY ($1::TEXT[])

ROLLBACK;
