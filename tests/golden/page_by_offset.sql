-- $1 = True
-- $2 = 3
WITH _page AS (
    SELECT crm_lead.id AS id
    FROM crm_lead AS crm_lead
    WHERE crm_lead.active = $1::BOOLEAN
    ORDER BY crm_lead.id DESC
    LIMIT 3
    OFFSET $2::BIGINT
  )
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT CAST(_page.id AS TEXT) AS "id"
        FROM _page
        LIMIT 2
      ) AS n$
  ) AS "nodes",
  (
    SELECT row_to_json(x$) AS row_to_json_1
    FROM (
        SELECT (
            SELECT count(*) > 2 AS anon_1
            FROM _page
          ) AS "hasNextPage",
          $2::BIGINT > 0 AS "hasPreviousPage"
      ) AS x$
  ) AS "pageInfo"
