-- $1 = 'en'
-- $2 = True
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT coalesce(_page.name ->> $1::VARCHAR, _page.name ->> 'en') AS "name",
          (
            SELECT row_to_json(k$) AS row_to_json_1
            FROM (
                SELECT (
                    SELECT row_to_json(x_2$) AS row_to_json_2
                    FROM (
                        SELECT a.count AS "count",
                          (
                            SELECT row_to_json(x$) AS row_to_json_3
                            FROM (
                                SELECT CAST(round(a.sum_weighted_revenue, 2) AS TEXT) AS "weightedRevenue"
                              ) AS x$
                          ) AS "sum"
                        FROM (
                            SELECT count(*) AS count,
                              sum(crm_lead.weighted_revenue) AS sum_weighted_revenue
                            FROM crm_lead AS crm_lead
                            WHERE crm_lead.stage_id = _page.id
                              AND crm_lead.active = $2::BOOLEAN
                          ) AS a
                      ) AS x_2$
                  ) AS "aggregate",
                  (
                    SELECT row_to_json(x_3$) AS row_to_json_4
                    FROM (
                        SELECT c.value AS "value",
                          true AS "exact"
                        FROM (
                            SELECT count(*) AS value
                            FROM crm_lead AS crm_lead_2
                            WHERE crm_lead_2.stage_id = _page.id
                              AND crm_lead_2.active = $2::BOOLEAN
                          ) AS c
                      ) AS x_3$
                  ) AS "count"
              ) AS k$
          ) AS "leads"
        FROM (
            SELECT crm_stage.name AS name,
              crm_stage.id AS id
            FROM crm_stage AS crm_stage
            ORDER BY crm_stage.sequence ASC, crm_stage.id ASC
            LIMIT 50
          ) AS _page
      ) AS n$
  ) AS "nodes"
