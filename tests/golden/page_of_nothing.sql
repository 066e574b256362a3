-- $1 = True
WITH _page AS (
    SELECT cut.id AS id,
      cut._cursor AS _cursor,
      row_number() OVER () AS _ordinal
    FROM (
        SELECT crm_lead.id AS id,
          translate(encode(convert_to(CAST(json_build_array('7be8aa14'::text, CAST(crm_lead.id AS TEXT)) AS TEXT), 'UTF8'), 'base64'), E'\n', '') AS _cursor
        FROM crm_lead AS crm_lead
        WHERE crm_lead.active = $1::BOOLEAN
        ORDER BY crm_lead.id DESC
        LIMIT 1
      ) AS cut
  )
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT CAST(_page.id AS TEXT) AS "id"
        FROM _page
        ORDER BY _page._ordinal
        LIMIT 0
      ) AS n$
  ) AS "nodes",
  to_json((
    SELECT count(*) AS count_1
    FROM crm_lead AS crm_lead_2
    WHERE crm_lead_2.active = $1::BOOLEAN
  )) AS "totalCount",
  (
    SELECT row_to_json(x$) AS row_to_json_1
    FROM (
        SELECT (
            SELECT count(*) > 0 AS anon_1
            FROM _page
          ) AS "hasNextPage",
          (
            SELECT _page._cursor
            FROM _page
            WHERE _page._ordinal <= 0
            ORDER BY _page._ordinal DESC
            LIMIT 1
          ) AS "endCursor"
      ) AS x$
  ) AS "pageInfo"
