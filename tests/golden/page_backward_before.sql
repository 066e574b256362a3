-- $1 = True
-- $2 = None
-- $3 = 6
WITH _page AS (
    SELECT cut.name AS name,
      cut.expected_on AS expected_on,
      cut._cursor AS _cursor,
      row_number() OVER () AS _ordinal
    FROM (
        SELECT crm_lead.name AS name,
          crm_lead.expected_on AS expected_on,
          translate(encode(convert_to(CAST(json_build_array('67ae516a'::text, CAST(crm_lead.expected_on AS TEXT), CAST(crm_lead.id AS TEXT)) AS TEXT), 'UTF8'), 'base64'), E'\n', '') AS _cursor
        FROM crm_lead AS crm_lead
        WHERE crm_lead.active = $1::BOOLEAN
          AND (crm_lead.expected_on > $2::DATE OR crm_lead.expected_on IS NOT NULL AND $2::DATE IS NULL OR crm_lead.expected_on IS NOT DISTINCT FROM $2::DATE AND (crm_lead.id > $3::BIGINT OR false))
        ORDER BY crm_lead.expected_on ASC NULLS FIRST, crm_lead.id ASC
        LIMIT 3
      ) AS cut
  )
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT _page.name AS "name",
          _page.expected_on AS "expectedOn"
        FROM _page
        WHERE _page._ordinal <= 2
        ORDER BY _page._ordinal DESC
      ) AS n$
  ) AS "nodes",
  (
    SELECT row_to_json(x$) AS row_to_json_1
    FROM (
        SELECT true AS "hasNextPage",
          (
            SELECT count(*) > 2 AS anon_1
            FROM _page
          ) AS "hasPreviousPage",
          (
            SELECT _page._cursor
            FROM _page
            WHERE _page._ordinal <= 2
            ORDER BY _page._ordinal DESC
            LIMIT 1
          ) AS "startCursor"
      ) AS x$
  ) AS "pageInfo"
