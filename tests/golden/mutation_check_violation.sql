BEGIN;

-- $1 = [1]
SELECT crm_stage.id,
  crm_stage.id AS id__1
FROM crm_stage, unnest($1::BIGINT[])
WITH ORDINALITY AS anon_1(id, ordinal)
WHERE crm_stage.id = anon_1.id

-- $1 = 1
-- $2 = 1
-- $3 = ['a']
-- $4 = [1]
-- $5 = [Decimal('0.00')]
-- $6 = [Decimal('101.00')]
-- $7 = ['normal']
-- $8 = [True]
INSERT INTO crm_lead (name, stage_id, expected_revenue, probability, priority, active, created_by_id, updated_by_id)
SELECT anon_1.name,
  anon_1.stage_id,
  anon_1.expected_revenue,
  anon_1.probability,
  anon_1.priority,
  anon_1.active,
  $1::BIGINT AS anon_2,
  $2::BIGINT AS anon_3
FROM unnest($3::TEXT[], $4::BIGINT[], $5::NUMERIC[], $6::NUMERIC[], $7::TEXT[], $8::BOOLEAN[])
WITH ORDINALITY AS anon_1(name, stage_id, expected_revenue, probability, priority, active, ordinal)
ORDER BY anon_1.ordinal
RETURNING crm_lead.id

ROLLBACK;
