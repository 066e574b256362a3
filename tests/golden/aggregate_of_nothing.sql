-- $1 = 'nobody'
-- $2 = True
SELECT (
    SELECT row_to_json(x_3$) AS row_to_json_1
    FROM (
        SELECT a.count AS "count",
          (
            SELECT row_to_json(x$) AS row_to_json_2
            FROM (
                SELECT CAST(round(a.sum_expected_revenue, 2) AS TEXT) AS "expectedRevenue"
              ) AS x$
          ) AS "sum",
          (
            SELECT row_to_json(x_2$) AS row_to_json_3
            FROM (
                SELECT a.max_name AS "name",
                  a.max_expected_on AS "expectedOn"
              ) AS x_2$
          ) AS "max"
        FROM (
            SELECT count(*) AS count,
              sum(crm_lead.expected_revenue) AS sum_expected_revenue,
              max(crm_lead.name) AS max_name,
              max(crm_lead.expected_on) AS max_expected_on
            FROM crm_lead AS crm_lead
            WHERE crm_lead.name = $1::VARCHAR
              AND crm_lead.active = $2::BOOLEAN
          ) AS a
      ) AS x_3$
  ) AS "aggregate"
