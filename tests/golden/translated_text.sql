-- $1 = 'en'
-- $2 = 'o'
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT coalesce(_page.name ->> $1::VARCHAR, _page.name ->> 'en') AS "name",
          json_build_object('name'::text, coalesce(_page.name, '{}'::jsonb)) AS "translations"
        FROM (
            SELECT crm_stage.name AS name
            FROM crm_stage AS crm_stage
            WHERE coalesce(crm_stage.name ->> $1::VARCHAR, crm_stage.name ->> 'en') LIKE ('%' || replace(replace(replace($2::VARCHAR, E'\\', E'\\\\'), E'%', E'\\%'), E'_', E'\\_') || '%')
            ORDER BY erp_sort_key(coalesce(crm_stage.name ->> $1::VARCHAR, crm_stage.name ->> 'en')) DESC, coalesce(crm_stage.name ->> $1::VARCHAR, crm_stage.name ->> 'en') DESC, crm_stage.id DESC
            LIMIT 2
          ) AS _page
      ) AS n$
  ) AS "nodes"
