BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- $1 = 'en'
-- $2 = 'open'
-- $3 = True
-- $4 = Decimal('0')
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT coalesce(_page.name ->> $1::VARCHAR, _page.name ->> 'en') AS "name",
          CAST(round(CAST((
            SELECT coalesce(sum(crm_lead_3.weighted_revenue), 0) AS coalesce_2
            FROM crm_lead AS crm_lead_3
            WHERE crm_lead_3.stage_id = _page.id
              AND crm_lead_3.state = $2::VARCHAR
              AND crm_lead_3.active = $3::BOOLEAN
          ) AS NUMERIC), 2) AS TEXT) AS "openRevenue"
        FROM (
            SELECT crm_stage.name AS name,
              crm_stage.id AS id
            FROM crm_stage AS crm_stage
            WHERE round(CAST((
                SELECT coalesce(sum(crm_lead.weighted_revenue), 0) AS coalesce_3
                FROM crm_lead AS crm_lead
                WHERE crm_lead.stage_id = crm_stage.id
                  AND crm_lead.state = $2::VARCHAR
                  AND crm_lead.active = $3::BOOLEAN
              ) AS NUMERIC), 2) > $4::NUMERIC
            ORDER BY round(CAST((
                SELECT coalesce(sum(crm_lead_2.weighted_revenue), 0) AS coalesce_4
                FROM crm_lead AS crm_lead_2
                WHERE crm_lead_2.stage_id = crm_stage.id
                  AND crm_lead_2.state = $2::VARCHAR
                  AND crm_lead_2.active = $3::BOOLEAN
              ) AS NUMERIC), 2) DESC, crm_stage.id DESC
            LIMIT 50
          ) AS _page
      ) AS n$
  ) AS "nodes",
  (
    SELECT row_to_json(x_2$) AS row_to_json_1
    FROM (
        SELECT (
            SELECT row_to_json(x$) AS row_to_json_2
            FROM (
                SELECT CAST(round(a.sum_open_revenue, 2) AS TEXT) AS "openRevenue"
              ) AS x$
          ) AS "sum"
        FROM (
            SELECT count(*) AS count,
              sum(round(CAST((
                SELECT coalesce(sum(crm_lead_5.weighted_revenue), 0) AS coalesce_5
                FROM crm_lead AS crm_lead_5
                WHERE crm_lead_5.stage_id = crm_stage_2.id
                  AND crm_lead_5.state = $2::VARCHAR
                  AND crm_lead_5.active = $3::BOOLEAN
              ) AS NUMERIC), 2)) AS sum_open_revenue
            FROM crm_stage AS crm_stage_2
            WHERE round(CAST((
                SELECT coalesce(sum(crm_lead_4.weighted_revenue), 0) AS coalesce_6
                FROM crm_lead AS crm_lead_4
                WHERE crm_lead_4.stage_id = crm_stage_2.id
                  AND crm_lead_4.state = $2::VARCHAR
                  AND crm_lead_4.active = $3::BOOLEAN
              ) AS NUMERIC), 2) > $4::NUMERIC
          ) AS a
      ) AS x_2$
  ) AS "aggregate"

-- $1 = 'open'
-- $2 = True
-- $3 = Decimal('300')
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT _page.name AS "name",
          (
            SELECT row_to_json(x$) AS row_to_json_1
            FROM (
                SELECT CAST(round(CAST((
                    SELECT coalesce(sum(crm_lead_4.weighted_revenue), 0) AS coalesce_2
                    FROM crm_lead AS crm_lead_4
                    WHERE crm_lead_4.stage_id = crm_stage_2.id
                      AND crm_lead_4.state = $1::VARCHAR
                      AND crm_lead_4.active = $2::BOOLEAN
                  ) AS NUMERIC), 2) AS TEXT) AS "openRevenue"
                FROM crm_stage AS crm_stage_2
                WHERE crm_stage_2.id = _page.stage_id
              ) AS x$
          ) AS "stage"
        FROM (
            SELECT crm_lead.name AS name,
              crm_lead.stage_id AS stage_id
            FROM crm_lead AS crm_lead
            LEFT OUTER JOIN crm_stage AS crm_stage ON crm_stage.id = crm_lead.stage_id
            WHERE CASE WHEN (crm_stage.id IS NOT NULL) THEN round(CAST((
                SELECT coalesce(sum(crm_lead_2.weighted_revenue), 0) AS coalesce_3
                FROM crm_lead AS crm_lead_2
                WHERE crm_lead_2.stage_id = crm_stage.id
                  AND crm_lead_2.state = $1::VARCHAR
                  AND crm_lead_2.active = $2::BOOLEAN
              ) AS NUMERIC), 2) END >= $3::NUMERIC
              AND crm_lead.active = $2::BOOLEAN
            ORDER BY CASE WHEN (crm_stage.id IS NOT NULL) THEN round(CAST((
                SELECT coalesce(sum(crm_lead_3.weighted_revenue), 0) AS coalesce_4
                FROM crm_lead AS crm_lead_3
                WHERE crm_lead_3.stage_id = crm_stage.id
                  AND crm_lead_3.state = $1::VARCHAR
                  AND crm_lead_3.active = $2::BOOLEAN
              ) AS NUMERIC), 2) END ASC, crm_lead.id ASC
            LIMIT 50
          ) AS _page
      ) AS n$
  ) AS "nodes"

COMMIT;
