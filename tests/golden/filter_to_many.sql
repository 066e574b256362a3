BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- $1 = 'en'
-- $2 = 'brew'
-- $3 = 'high'
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT coalesce(_page.name ->> $1::VARCHAR, _page.name ->> 'en') AS "name"
        FROM (
            SELECT crm_stage.name AS name
            FROM crm_stage AS crm_stage
            WHERE EXISTS (
                SELECT 1
                FROM crm_lead AS crm_lead
                WHERE crm_lead.stage_id = crm_stage.id
                  AND lower(crm_lead.name) LIKE ('%' || replace(replace(replace(lower($2::VARCHAR), E'\\', E'\\\\'), E'%', E'\\%'), E'_', E'\\_') || '%')
                  AND crm_lead.priority = $3::VARCHAR
              )
            ORDER BY crm_stage.sequence ASC, crm_stage.id ASC
            LIMIT 50
          ) AS _page
      ) AS n$
  ) AS "nodes"

-- $1 = 'en'
-- $2 = True
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT coalesce(_page.name ->> $1::VARCHAR, _page.name ->> 'en') AS "name"
        FROM (
            SELECT crm_stage.name AS name
            FROM crm_stage AS crm_stage
            WHERE NOT (EXISTS (
                SELECT 1
                FROM crm_lead AS crm_lead
                WHERE crm_lead.stage_id = crm_stage.id
                  AND crm_lead.active != $2::BOOLEAN
              ))
            ORDER BY crm_stage.sequence ASC, crm_stage.id ASC
            LIMIT 50
          ) AS _page
      ) AS n$
  ) AS "nodes"

-- $1 = 'en'
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT coalesce(_page.name ->> $1::VARCHAR, _page.name ->> 'en') AS "name"
        FROM (
            SELECT crm_stage.name AS name
            FROM crm_stage AS crm_stage
            WHERE NOT (EXISTS (
                SELECT 1
                FROM crm_lead AS crm_lead
                WHERE crm_lead.stage_id = crm_stage.id
                  AND crm_lead.salesperson_id IS NULL
              ))
            ORDER BY crm_stage.sequence ASC, crm_stage.id ASC
            LIMIT 50
          ) AS _page
      ) AS n$
  ) AS "nodes"

-- $1 = 'en'
-- $2 = 2
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT coalesce(_page.name ->> $1::VARCHAR, _page.name ->> 'en') AS "name"
        FROM (
            SELECT crm_stage.name AS name
            FROM crm_stage AS crm_stage
            WHERE (
                SELECT count(*) AS count_1
                FROM crm_lead AS crm_lead
                WHERE crm_lead.stage_id = crm_stage.id
              ) >= $2::BIGINT
            ORDER BY crm_stage.sequence ASC, crm_stage.id ASC
            LIMIT 50
          ) AS _page
      ) AS n$
  ) AS "nodes"

COMMIT;
