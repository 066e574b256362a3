BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- $1 = []
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT _page.name AS "name"
        FROM (
            SELECT crm_tag.name AS name
            FROM crm_tag AS crm_tag
            WHERE crm_tag.id = ANY ($1::BIGINT[])
            ORDER BY erp_sort_key(crm_tag.name) ASC, crm_tag.name ASC
            LIMIT 50
          ) AS _page
      ) AS n$
  ) AS "nodes"

SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT _page.name AS "name"
        FROM (
            SELECT crm_tag.name AS name
            FROM crm_tag AS crm_tag
            ORDER BY erp_sort_key(crm_tag.name) ASC, crm_tag.name ASC
            LIMIT 50
          ) AS _page
      ) AS n$
  ) AS "nodes"

COMMIT;
