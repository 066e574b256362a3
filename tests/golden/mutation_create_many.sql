BEGIN;
SET LOCAL erp.context = '{"user":1}'

-- $1 = 1
-- $2 = ['b', 'a', 'c']
-- $3 = [2, 0, 7]
INSERT INTO crm_tag (name, color, created_by_id, updated_by_id)
SELECT anon_1.name,
  anon_1.color,
  $1::BIGINT AS anon_2,
  $1::BIGINT AS anon__1
FROM unnest($2::TEXT[], $3::INTEGER[]) WITH ORDINALITY AS anon_1(name, color, _ordinal)
ORDER BY anon_1._ordinal
RETURNING crm_tag.id

-- $1 = [4, 5, 6]
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT CAST(_page.id AS TEXT) AS "id",
          _page.name AS "name",
          _page.color AS "color"
        FROM (
            SELECT crm_tag.id AS id,
              crm_tag.name AS name,
              crm_tag.color AS color
            FROM crm_tag AS crm_tag
            WHERE crm_tag.id = ANY ($1::BIGINT[])
            ORDER BY crm_tag.id ASC
            LIMIT 3
          ) AS _page
      ) AS n$
  ) AS "n"

-- $1 = [4, 5, 6]
WITH _page AS (
    SELECT crm_tag.name AS name,
      crm_tag.id AS id
    FROM crm_tag AS crm_tag
    WHERE crm_tag.id = ANY ($1::BIGINT[])
    ORDER BY crm_tag.id ASC
    LIMIT 3
  )
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT _page.name AS "name"
        FROM _page
        LIMIT 3
      ) AS n$
  ) AS "n",
  (
    SELECT coalesce(json_agg(row_to_json(n_2$)), '[]'::json) AS coalesce_2
    FROM (
        SELECT CAST(_page.id AS TEXT) AS "id"
        FROM _page
        LIMIT 3
      ) AS n_2$
  ) AS "k"

COMMIT
