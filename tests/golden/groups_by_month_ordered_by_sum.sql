-- $1 = Decimal('1')
SELECT (
    SELECT row_to_json(x_3$) AS row_to_json_1
    FROM (
        SELECT (
            SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
            FROM (
                SELECT json_build_object('order.orderedOn'::text, g.key0) AS "values",
                  g.count AS "count",
                  (
                    SELECT row_to_json(x_2$) AS row_to_json_2
                    FROM (
                        SELECT (
                            SELECT row_to_json(x$) AS row_to_json_3
                            FROM (
                                SELECT CAST(round(g.sum_line_total, 2) AS TEXT) AS "lineTotal"
                              ) AS x$
                          ) AS "sum"
                      ) AS x_2$
                  ) AS "aggregate"
                FROM (
                    SELECT rows.key0 AS key0,
                      count(*) AS count,
                      sum(rows.value_line_total) AS sum_line_total
                    FROM (
                        SELECT CAST(date_trunc('month', CAST(northwind_order.ordered_on AS TIMESTAMP WITHOUT TIME ZONE)) AS DATE) AS key0,
                          round(CAST(round(northwind_order_line.unit_price * CAST(northwind_order_line.quantity AS NUMERIC) * ($1::NUMERIC - northwind_order_line.discount), 2) AS NUMERIC), 2) AS value_line_total
                        FROM northwind_order_line AS northwind_order_line
                        LEFT OUTER JOIN northwind_order AS northwind_order ON northwind_order.id = northwind_order_line.order_id
                      ) AS rows
                    GROUP BY rows.key0
                    ORDER BY sum(rows.value_line_total) DESC NULLS LAST, rows.key0
                    LIMIT 50
                  ) AS g
              ) AS n$
          ) AS "nodes"
      ) AS x_3$
  ) AS "groups"
