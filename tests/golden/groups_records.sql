-- $1 = 'apple press'
-- $2 = True
SELECT (
    SELECT row_to_json(x_4$) AS row_to_json_1
    FROM (
        SELECT (
            SELECT coalesce(json_agg(row_to_json(n_2$)), '[]'::json) AS coalesce_1
            FROM (
                SELECT (
                    SELECT row_to_json(x_2$) AS row_to_json_2
                    FROM (
                        SELECT (
                            SELECT row_to_json(x$) AS row_to_json_3
                            FROM (
                                SELECT crm_stage.sequence AS "sequence"
                                FROM crm_stage AS crm_stage
                                WHERE crm_stage.id = g.key0
                              ) AS x$
                          ) AS "stage"
                      ) AS x_2$
                  ) AS "key",
                  json_build_object('stage'::text, CAST(g.key0 AS TEXT), 'expectedOn'::text, g.key1) AS "values",
                  g.count AS "count",
                  (
                    SELECT row_to_json(k$) AS row_to_json_4
                    FROM (
                        WITH _page AS (
                            SELECT crm_lead_2.name AS name
                            FROM crm_lead AS crm_lead_2
                            WHERE crm_lead_2.name != $1::VARCHAR
                              AND crm_lead_2.active = $2::BOOLEAN
                              AND crm_lead_2.stage_id = g.key0
                              AND CAST(date_trunc('year', CAST(crm_lead_2.expected_on AS TIMESTAMP WITHOUT TIME ZONE)) AS DATE) IS NOT DISTINCT FROM g.key1
                            ORDER BY erp_sort_key(crm_lead_2.name) DESC, crm_lead_2.name DESC, crm_lead_2.id DESC
                            LIMIT 2
                          )
                        SELECT (
                            SELECT count(*) AS count_1
                            FROM crm_lead AS crm_lead_3
                            WHERE crm_lead_3.name != $1::VARCHAR
                              AND crm_lead_3.active = $2::BOOLEAN
                              AND crm_lead_3.stage_id = g.key0
                              AND CAST(date_trunc('year', CAST(crm_lead_3.expected_on AS TIMESTAMP WITHOUT TIME ZONE)) AS DATE) IS NOT DISTINCT FROM g.key1
                          ) AS "totalCount",
                          (
                            SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_2
                            FROM (
                                SELECT _page.name AS "name"
                                FROM _page
                                LIMIT 1
                              ) AS n$
                          ) AS "nodes",
                          (
                            SELECT row_to_json(x_3$) AS row_to_json_5
                            FROM (
                                SELECT (
                                    SELECT count(*) > 1 AS anon_1
                                    FROM _page
                                  ) AS "hasNextPage"
                              ) AS x_3$
                          ) AS "pageInfo"
                      ) AS k$
                  ) AS "records"
                FROM (
                    SELECT rows.key0 AS key0,
                      rows.key1 AS key1,
                      count(*) AS count
                    FROM (
                        SELECT crm_lead.stage_id AS key0,
                          CAST(date_trunc('year', CAST(crm_lead.expected_on AS TIMESTAMP WITHOUT TIME ZONE)) AS DATE) AS key1
                        FROM crm_lead AS crm_lead
                        WHERE crm_lead.name != $1::VARCHAR
                          AND crm_lead.active = $2::BOOLEAN
                      ) AS rows
                    GROUP BY rows.key0, rows.key1
                    ORDER BY rows.key0, rows.key1
                    LIMIT 3
                  ) AS g
              ) AS n_2$
          ) AS "nodes"
      ) AS x_4$
  ) AS "groups"
