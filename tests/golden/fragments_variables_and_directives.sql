-- $1 = 'en'
-- $2 = True
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT _page.name AS "displayName",
          (
            SELECT row_to_json(x$) AS row_to_json_1
            FROM (
                SELECT coalesce(crm_stage.name ->> $1::VARCHAR, crm_stage.name ->> 'en') AS "displayName",
                  coalesce(crm_stage.name ->> $1::VARCHAR, crm_stage.name ->> 'en') AS "name"
                FROM crm_stage AS crm_stage
                WHERE crm_stage.id = _page.stage_id
              ) AS x$
          ) AS "stage"
        FROM (
            SELECT crm_lead.name AS name,
              crm_lead.stage_id AS stage_id
            FROM crm_lead AS crm_lead
            WHERE crm_lead.active = $2::BOOLEAN
            ORDER BY crm_lead.id DESC
            LIMIT 2
          ) AS _page
      ) AS n$
  ) AS "nodes"
