-- $1 = [1, 2]
-- $2 = True
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT _page.name AS "name",
          CAST(_page.stage_id AS TEXT) AS "stageId"
        FROM (
            SELECT crm_lead.name AS name,
              crm_lead.stage_id AS stage_id
            FROM crm_lead AS crm_lead
            WHERE crm_lead.stage_id = ANY ($1::BIGINT[])
              AND crm_lead.salesperson_id IS NULL
              AND crm_lead.active = $2::BOOLEAN
            ORDER BY crm_lead.id DESC
            LIMIT 50
          ) AS _page
      ) AS n$
  ) AS "nodes"
