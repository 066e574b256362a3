BEGIN;
SET LOCAL erp.context = '{"user":1}'

-- $1 = [1]
SELECT 0,
  crm_stage.id
FROM crm_stage AS crm_stage
WHERE crm_stage.id = ANY ($1::BIGINT[])

-- $1 = 'en'
-- $2 = [1]
SELECT crm_stage.id,
  crm_stage.version,
  crm_stage.created_at,
  crm_stage.created_by_id,
  crm_stage.updated_at,
  crm_stage.updated_by_id,
  coalesce(crm_stage.name ->> $1::VARCHAR, crm_stage.name ->> 'en') AS coalesce_1,
  crm_stage.sequence,
  crm_stage.is_won,
  crm_stage.is_lost,
  crm_stage.is_folded
FROM crm_stage AS crm_stage
WHERE crm_stage.id = ANY ($2::BIGINT[])

-- $1 = 1
-- $2 = [True]
-- $3 = ['a']
-- $4 = [1]
-- $5 = ['open']
-- $6 = [Decimal('0.00')]
-- $7 = [Decimal('101.00')]
-- $8 = ['normal']
INSERT INTO crm_lead (active, name, stage_id, state, expected_revenue, probability, priority, created_by_id, updated_by_id)
SELECT anon_1.active,
  anon_1.name,
  anon_1.stage_id,
  anon_1.state,
  anon_1.expected_revenue,
  anon_1.probability,
  anon_1.priority,
  $1::BIGINT AS anon_2,
  $1::BIGINT AS anon__1
FROM unnest($2::BOOLEAN[], $3::TEXT[], $4::BIGINT[], $5::TEXT[], $6::NUMERIC[], $7::NUMERIC[], $8::TEXT[]) WITH ORDINALITY AS anon_1(active, name, stage_id, state, expected_revenue, probability, priority, _ordinal)
ORDER BY anon_1._ordinal
RETURNING crm_lead.id

ROLLBACK

-- $1 = 'open'
-- $2 = 'won'
-- $3 = 'lost'
-- $4 = [None]
-- $5 = [None]
-- $6 = [None]
-- $7 = [None]
-- $8 = [None]
-- $9 = [None]
-- $10 = [True]
-- $11 = ['a']
-- $12 = [None]
-- $13 = [None]
-- $14 = [None]
-- $15 = [1]
-- $16 = ['open']
-- $17 = [None]
-- $18 = [None]
-- $19 = [None]
-- $20 = [None]
-- $21 = [Decimal('0.00')]
-- $22 = [Decimal('101.00')]
-- $23 = [None]
-- $24 = ['normal']
-- $25 = [None]
-- $26 = [None]
SELECT probability >= 0
  AND probability <= 100 AS anon_1,
  expected_revenue >= 0 AS anon_2,
  state = $1::VARCHAR OR state = $2::VARCHAR
  AND probability = 100 OR state = $3::VARCHAR
  AND probability = 0 AS anon_3
FROM unnest($4::BIGINT[], $5::INTEGER[], $6::TIMESTAMP WITH TIME ZONE[], $7::BIGINT[], $8::TIMESTAMP WITH TIME ZONE[], $9::BIGINT[], $10::BOOLEAN[], $11::TEXT[], $12::BIGINT[], $13::TEXT[], $14::TEXT[], $15::BIGINT[], $16::TEXT[], $17::DATE[], $18::TEXT[], $19::BIGINT[], $20::BIGINT[], $21::NUMERIC[], $22::NUMERIC[], $23::DATE[], $24::TEXT[], $25::INTEGER[], $26::TEXT[]) WITH ORDINALITY AS anon_4(id, version, created_at, created_by_id, updated_at, updated_by_id, active, name, contact_id, email, phone, stage_id, state, closed_on, lost_reason, salesperson_id, company_id, expected_revenue, probability, expected_on, priority, score, notes, _ordinal)
ORDER BY anon_4._ordinal
