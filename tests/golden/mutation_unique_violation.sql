BEGIN;

-- $1 = 1
-- $2 = 1
-- $3 = ['fresh', 'urgent', 'fresh']
-- $4 = [0, 0, 0]
INSERT INTO crm_tag (name, color, created_by_id, updated_by_id)
SELECT anon_1.name,
  anon_1.color,
  $1::BIGINT AS anon_2,
  $2::BIGINT AS anon_3
FROM unnest($3::TEXT[], $4::INTEGER[]) WITH ORDINALITY AS anon_1(name, color, _ordinal)
ORDER BY anon_1._ordinal
RETURNING crm_tag.id

ROLLBACK;

-- $1 = ['fresh', 'urgent', 'fresh']
SELECT crm_tag.name
FROM crm_tag, unnest($1::TEXT[]) WITH ORDINALITY AS anon_1(name, _ordinal)
WHERE crm_tag.name = anon_1.name
