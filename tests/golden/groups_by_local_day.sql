-- $1 = 'UTC'
SELECT (
    SELECT row_to_json(x_2$) AS row_to_json_1
    FROM (
        SELECT (
            SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
            FROM (
                SELECT (
                    SELECT row_to_json(x$) AS row_to_json_2
                    FROM (
                        SELECT to_char(timezone('UTC', g.key0), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "startsAt"
                      ) AS x$
                  ) AS "key",
                  json_build_object('startsAt'::text, to_char(timezone('UTC', g.key0), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) AS "values",
                  g.count AS "count"
                FROM (
                    SELECT rows.key0 AS key0,
                      count(*) AS count
                    FROM (
                        SELECT date_trunc('month', crm_meeting.starts_at, $1::VARCHAR) AS key0
                        FROM crm_meeting AS crm_meeting
                      ) AS rows
                    GROUP BY rows.key0
                    ORDER BY rows.key0
                    LIMIT 50
                  ) AS g
              ) AS n$
          ) AS "nodes"
      ) AS x_2$
  ) AS "groups"
