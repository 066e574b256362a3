-- $1 = 'ALDERMOOR'
-- $2 = True
WITH _matches AS (
    SELECT contact.name AS name,
      erp_sort_key(contact.name) AS order_0,
      contact.id AS order_2
    FROM contact AS contact
    WHERE (lower(contact.name) LIKE ('%' || replace(replace(replace(lower($1::VARCHAR), E'\\', E'\\\\'), E'%', E'\\%'), E'_', E'\\_') || '%') OR lower(contact.email) LIKE ('%' || replace(replace(replace(lower($1::VARCHAR), E'\\', E'\\\\'), E'%', E'\\%'), E'_', E'\\_') || '%'))
      AND contact.active = $2::BOOLEAN
  ), _page AS (
    SELECT _matches.name AS name
    FROM _matches
    ORDER BY _matches.order_0 ASC, _matches.name ASC, _matches.order_2 ASC
    LIMIT 2
  )
SELECT to_json((
    SELECT count(*) AS count_1
    FROM _matches
  )) AS "totalCount",
  (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT _page.name AS "name"
        FROM _page
        LIMIT 1
      ) AS n$
  ) AS "nodes",
  (
    SELECT row_to_json(x$) AS row_to_json_1
    FROM (
        SELECT (
            SELECT count(*) > 1 AS anon_1
            FROM _page
          ) AS "hasNextPage"
      ) AS x$
  ) AS "pageInfo"
