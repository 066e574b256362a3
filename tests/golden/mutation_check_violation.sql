BEGIN;

-- $1 = [1]
SELECT crm_stage.id,
  crm_stage.id AS id__1
FROM crm_stage, unnest($1::BIGINT[]) WITH ORDINALITY AS anon_1(id, _ordinal)
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
FROM unnest($3::TEXT[], $4::BIGINT[], $5::NUMERIC[], $6::NUMERIC[], $7::TEXT[], $8::BOOLEAN[]) WITH ORDINALITY AS anon_1(name, stage_id, expected_revenue, probability, priority, active, _ordinal)
ORDER BY anon_1._ordinal
RETURNING crm_lead.id

ROLLBACK;

-- $1 = [1]
SELECT crm_stage.id,
  crm_stage.id AS id__1
FROM crm_stage, unnest($1::BIGINT[]) WITH ORDINALITY AS anon_1(id, _ordinal)
WHERE crm_stage.id = anon_1.id

-- $1 = [None]
-- $2 = [None]
-- $3 = [None]
-- $4 = [None]
-- $5 = [None]
-- $6 = [None]
-- $7 = ['a']
-- $8 = [None]
-- $9 = [None]
-- $10 = [None]
-- $11 = [1]
-- $12 = [None]
-- $13 = [None]
-- $14 = [Decimal('0.00')]
-- $15 = [Decimal('101.00')]
-- $16 = [None]
-- $17 = ['normal']
-- $18 = [None]
-- $19 = [True]
SELECT probability >= 0
  AND probability <= 100 AS anon_1,
  expected_revenue >= 0 AS anon_2
FROM unnest($1::BIGINT[], $2::INTEGER[], $3::TIMESTAMP WITH TIME ZONE[], $4::BIGINT[], $5::TIMESTAMP WITH TIME ZONE[], $6::BIGINT[], $7::TEXT[], $8::BIGINT[], $9::TEXT[], $10::TEXT[], $11::BIGINT[], $12::BIGINT[], $13::BIGINT[], $14::NUMERIC[], $15::NUMERIC[], $16::DATE[], $17::TEXT[], $18::TEXT[], $19::BOOLEAN[]) WITH ORDINALITY AS anon_3(id, version, created_at, created_by_id, updated_at, updated_by_id, name, contact_id, email, phone, stage_id, salesperson_id, company_id, expected_revenue, probability, expected_on, priority, notes, active, _ordinal)
ORDER BY anon_3._ordinal
