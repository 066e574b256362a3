-- $1 = True
WITH _page AS (
    SELECT cut.name AS name,
      cut._cursor AS _cursor,
      row_number() OVER () AS _ordinal
    FROM (
        SELECT crm_lead.name AS name,
          translate(encode(convert_to(CAST(json_build_array('214a35b1'::text, CAST(crm_lead.name AS TEXT), CAST(crm_lead.id AS TEXT)) AS TEXT), 'UTF8'), 'base64'), E'\n', '') AS _cursor
        FROM crm_lead AS crm_lead
        WHERE crm_lead.active = $1::BOOLEAN
        ORDER BY erp_sort_key(crm_lead.name) ASC, crm_lead.name ASC, crm_lead.id ASC
        LIMIT 3
      ) AS cut
  )
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT _page._cursor AS "cursor",
          (
            SELECT row_to_json(x$) AS row_to_json_1
            FROM (
                SELECT _page.name AS "name"
              ) AS x$
          ) AS "node"
        FROM _page
        ORDER BY _page._ordinal
        LIMIT 2
      ) AS n$
  ) AS "edges",
  (
    SELECT row_to_json(x_2$) AS row_to_json_2
    FROM (
        SELECT (
            SELECT count(*) > 2 AS anon_1
            FROM _page
          ) AS "hasNextPage",
          false AS "hasPreviousPage",
          (
            SELECT _page._cursor
            FROM _page
            WHERE _page._ordinal <= 2
            ORDER BY _page._ordinal
            LIMIT 1
          ) AS "startCursor",
          (
            SELECT _page._cursor
            FROM _page
            WHERE _page._ordinal <= 2
            ORDER BY _page._ordinal DESC
            LIMIT 1
          ) AS "endCursor"
      ) AS x_2$
  ) AS "pageInfo"
