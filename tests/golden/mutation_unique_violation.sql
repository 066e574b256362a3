BEGIN;
SET LOCAL erp.context = '{"user":1}'

-- $1 = 1
-- $2 = ['fresh', 'urgent', 'fresh']
-- $3 = [0, 0, 0]
INSERT INTO crm_tag (name, color, created_by_id, updated_by_id)
SELECT anon_1.name,
  anon_1.color,
  $1::BIGINT AS anon_2,
  $1::BIGINT AS anon__1
FROM unnest($2::TEXT[], $3::INTEGER[]) WITH ORDINALITY AS anon_1(name, color, _ordinal)
ORDER BY anon_1._ordinal
RETURNING crm_tag.id

ROLLBACK

-- $1 = ['fresh', 'urgent', 'fresh']
SELECT crm_tag.name
FROM crm_tag, unnest($1::TEXT[]) WITH ORDINALITY AS anon_1(name, _ordinal)
WHERE crm_tag.name = anon_1.name
