BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- $1 = 'en'
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT coalesce(_page.name ->> $1::VARCHAR, _page.name ->> 'en') AS "name"
        FROM (
            SELECT crm_stage.name AS name
            FROM crm_stage AS crm_stage
            ORDER BY crm_stage.sequence ASC, crm_stage.id ASC
            LIMIT 1
          ) AS _page
      ) AS n$
  ) AS "nodes"

-- $1 = 'urgent'
SELECT row_to_json(x$) AS row_to_json_1
FROM (
    SELECT crm_tag.color AS "color"
    FROM crm_tag AS crm_tag
    WHERE crm_tag.name = $1::VARCHAR
  ) AS x$

-- $1 = 'nothing'
SELECT row_to_json(x$) AS row_to_json_1
FROM (
    SELECT crm_tag.color AS "color"
    FROM crm_tag AS crm_tag
    WHERE crm_tag.name = $1::VARCHAR
  ) AS x$

COMMIT;
