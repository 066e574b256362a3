-- $1 = True
SELECT (
    SELECT row_to_json(x_3$) AS row_to_json_1
    FROM (
        SELECT (
            SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
            FROM (
                SELECT (
                    SELECT row_to_json(x_2$) AS row_to_json_2
                    FROM (
                        SELECT (
                            SELECT row_to_json(x$) AS row_to_json_3
                            FROM (
                                SELECT CAST("user".id AS TEXT) AS "id",
                                  "user".name AS "name"
                                FROM "user" AS "user"
                                WHERE "user".id = g.key0
                              ) AS x$
                          ) AS "salesperson"
                      ) AS x_2$
                  ) AS "key",
                  g.count AS "count"
                FROM (
                    SELECT rows.key0 AS key0,
                      count(*) AS count
                    FROM (
                        SELECT crm_lead.salesperson_id AS key0
                        FROM crm_lead AS crm_lead
                        WHERE crm_lead.active = $1::BOOLEAN
                      ) AS rows
                    GROUP BY rows.key0
                    ORDER BY count(*) DESC NULLS LAST, rows.key0
                    LIMIT 50
                  ) AS g
              ) AS n$
          ) AS "nodes"
      ) AS x_3$
  ) AS "groups"
