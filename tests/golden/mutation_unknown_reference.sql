BEGIN;

-- $1 = [1, 99]
SELECT crm_stage.id,
  crm_stage.id AS id__1
FROM crm_stage, unnest($1::BIGINT[]) WITH ORDINALITY AS anon_1(id, _ordinal)
WHERE crm_stage.id = anon_1.id

-- $1 = ['nobody']
SELECT "user".id,
  "user".login
FROM "user", unnest($1::TEXT[]) WITH ORDINALITY AS anon_1(login, _ordinal)
WHERE "user".login = anon_1.login

ROLLBACK;
