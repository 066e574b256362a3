SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT _page.name AS "name",
          (
            SELECT row_to_json(x$) AS row_to_json_1
            FROM (
                SELECT user_2.name AS "name"
                FROM "user" AS user_2
                WHERE user_2.id = _page.salesperson_id
              ) AS x$
          ) AS "salesperson",
          (
            SELECT row_to_json(x_2$) AS row_to_json_2
            FROM (
                SELECT crm_stage_2.sequence AS "sequence"
                FROM crm_stage AS crm_stage_2
                WHERE crm_stage_2.id = _page.stage_id
              ) AS x_2$
          ) AS "stage"
        FROM (
            SELECT crm_lead.name AS name,
              crm_lead.salesperson_id AS salesperson_id,
              crm_lead.stage_id AS stage_id
            FROM crm_lead AS crm_lead
            LEFT OUTER JOIN "user" AS "user" ON "user".id = crm_lead.salesperson_id
            LEFT OUTER JOIN crm_stage AS crm_stage ON crm_stage.id = crm_lead.stage_id
            ORDER BY erp_sort_key("user".name) ASC NULLS FIRST, "user".name ASC NULLS FIRST, crm_stage.sequence DESC, erp_sort_key(crm_lead.name) ASC, crm_lead.name ASC, crm_lead.id ASC
            LIMIT 50
          ) AS _page
      ) AS n$
  ) AS "nodes"
