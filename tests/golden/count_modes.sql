-- $1 = True
SELECT to_json((
    SELECT count(*) AS count_1
    FROM crm_lead AS crm_lead
    WHERE crm_lead.active = $1::BOOLEAN
  )) AS "totalCount",
  (
    SELECT row_to_json(x$) AS row_to_json_1
    FROM (
        SELECT least(c.value, 10000) AS "value",
          c.value <= 10000 AS "exact"
        FROM (
            SELECT count(*) AS value
            FROM (
                SELECT 1
                FROM crm_lead AS crm_lead_2
                WHERE crm_lead_2.active = $1::BOOLEAN
                LIMIT 10001
              ) AS "some"
          ) AS c
      ) AS x$
  ) AS "capped",
  (
    SELECT row_to_json(x_2$) AS row_to_json_2
    FROM (
        SELECT c_2.value AS "value",
          true AS "exact"
        FROM (
            SELECT count(*) AS value
            FROM crm_lead AS crm_lead_3
            WHERE crm_lead_3.active = $1::BOOLEAN
          ) AS c_2
      ) AS x_2$
  ) AS "exact"
