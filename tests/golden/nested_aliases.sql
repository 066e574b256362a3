-- $1 = Decimal('100')
-- $2 = True
SELECT (
    SELECT coalesce(json_agg(row_to_json(n_2$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT (
            SELECT row_to_json(k$) AS row_to_json_1
            FROM (
                SELECT (
                    SELECT count(*) AS count_1
                    FROM crm_lead AS crm_lead
                    WHERE crm_lead.stage_id = _page.id
                      AND crm_lead.probability = $1::NUMERIC
                      AND crm_lead.active = $2::BOOLEAN
                  ) AS "totalCount"
              ) AS k$
          ) AS "won",
          (
            SELECT row_to_json(k_2$) AS row_to_json_2
            FROM (
                SELECT (
                    SELECT count(*) AS count_2
                    FROM crm_lead AS crm_lead_3
                    WHERE crm_lead_3.stage_id = _page.id
                      AND crm_lead_3.probability < $1::NUMERIC
                      AND crm_lead_3.active = $2::BOOLEAN
                  ) AS "totalCount",
                  (
                    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_2
                    FROM (
                        SELECT _page_2.name AS "title",
                          (
                            SELECT row_to_json(x$) AS row_to_json_3
                            FROM (
                                SELECT crm_stage_2.is_won AS "is"
                                FROM crm_stage AS crm_stage_2
                                WHERE crm_stage_2.id = _page_2.stage_id
                              ) AS x$
                          ) AS "boss"
                        FROM (
                            SELECT crm_lead_2.name AS name,
                              crm_lead_2.stage_id AS stage_id
                            FROM crm_lead AS crm_lead_2
                            WHERE crm_lead_2.stage_id = _page.id
                              AND crm_lead_2.probability < $1::NUMERIC
                              AND crm_lead_2.active = $2::BOOLEAN
                            ORDER BY crm_lead_2.id DESC
                            LIMIT 50
                          ) AS _page_2
                      ) AS n$
                  ) AS "nodes"
              ) AS k_2$
          ) AS "open"
        FROM (
            SELECT crm_stage.id AS id
            FROM crm_stage AS crm_stage
            ORDER BY crm_stage.sequence ASC, crm_stage.id ASC
            LIMIT 2
          ) AS _page
      ) AS n_2$
  ) AS "nodes"
