-- $1 = 'en'
-- $2 = True
SELECT (
    SELECT row_to_json(x_5$) AS row_to_json_1
    FROM (
        SELECT (
            SELECT count(*) AS count_1
            FROM (
                SELECT rows.key0 AS key0,
                  rows.key1 AS key1,
                  count(*) AS count
                FROM (
                    SELECT coalesce(crm_stage.name ->> $1::VARCHAR, crm_stage.name ->> 'en') AS key0,
                      crm_lead.priority AS key1
                    FROM crm_lead AS crm_lead
                    LEFT OUTER JOIN crm_stage AS crm_stage ON crm_stage.id = crm_lead.stage_id
                    WHERE crm_lead.active = $2::BOOLEAN
                  ) AS rows
                GROUP BY rows.key0, rows.key1
              ) AS all_groups
          ) AS "totalCount",
          (
            SELECT row_to_json(x$) AS row_to_json_2
            FROM (
                SELECT s.size > 4 AS "hasNextPage",
                  0 > 0 AS "hasPreviousPage",
                  CASE WHEN (least(s.size, 4) > 0) THEN translate(encode(convert_to(CAST(json_build_array('groups'::text, CAST(0 + least(s.size, 4) AS TEXT)) AS TEXT), 'UTF8'), 'base64'), E'\n', '') ELSE NULL END AS "endCursor"
                FROM (
                    SELECT count(*) AS size
                    FROM (
                        SELECT rows_2.key0 AS key0,
                          rows_2.key1 AS key1,
                          count(*) AS count
                        FROM (
                            SELECT coalesce(crm_stage_2.name ->> $1::VARCHAR, crm_stage_2.name ->> 'en') AS key0,
                              crm_lead_2.priority AS key1
                            FROM crm_lead AS crm_lead_2
                            LEFT OUTER JOIN crm_stage AS crm_stage_2 ON crm_stage_2.id = crm_lead_2.stage_id
                            WHERE crm_lead_2.active = $2::BOOLEAN
                          ) AS rows_2
                        GROUP BY rows_2.key0, rows_2.key1
                        LIMIT 5
                      ) AS found
                  ) AS s
              ) AS x$
          ) AS "pageInfo",
          (
            SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
            FROM (
                SELECT json_build_object('stage.name'::text, g.key0, 'urgency'::text, upper(g.key1)) AS "values",
                  g.count AS "count",
                  (
                    SELECT row_to_json(x_2$) AS row_to_json_3
                    FROM (
                        SELECT upper(g.key1) AS "priority"
                      ) AS x_2$
                  ) AS "key",
                  (
                    SELECT row_to_json(x_4$) AS row_to_json_4
                    FROM (
                        SELECT (
                            SELECT row_to_json(x_3$) AS row_to_json_5
                            FROM (
                                SELECT CAST(round(g.sum_expected_revenue, 2) AS TEXT) AS "expectedRevenue"
                              ) AS x_3$
                          ) AS "sum"
                      ) AS x_4$
                  ) AS "aggregate"
                FROM (
                    SELECT rows_3.key0 AS key0,
                      rows_3.key1 AS key1,
                      count(*) AS count,
                      sum(rows_3.value_expected_revenue) AS sum_expected_revenue
                    FROM (
                        SELECT coalesce(crm_stage_3.name ->> $1::VARCHAR, crm_stage_3.name ->> 'en') AS key0,
                          crm_lead_3.priority AS key1,
                          crm_lead_3.expected_revenue AS value_expected_revenue
                        FROM crm_lead AS crm_lead_3
                        LEFT OUTER JOIN crm_stage AS crm_stage_3 ON crm_stage_3.id = crm_lead_3.stage_id
                        WHERE crm_lead_3.active = $2::BOOLEAN
                      ) AS rows_3
                    GROUP BY rows_3.key0, rows_3.key1
                    ORDER BY erp_sort_key(rows_3.key0), rows_3.key0, rows_3.key1
                    LIMIT 4
                  ) AS g
              ) AS n$
          ) AS "nodes"
      ) AS x_5$
  ) AS "groups"
