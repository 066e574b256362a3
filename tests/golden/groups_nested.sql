-- $1 = Decimal('1')
SELECT (
    SELECT row_to_json(x_4$) AS row_to_json_1
    FROM (
        SELECT (
            SELECT coalesce(json_agg(row_to_json(n_2$)), '[]'::json) AS coalesce_1
            FROM (
                SELECT json_build_object('category'::text, g.key0) AS "values",
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
                  ) AS "aggregate",
                  (
                    SELECT row_to_json(x_3$) AS row_to_json_4
                    FROM (
                        SELECT (
                            SELECT count(*) AS count_1
                            FROM (
                                SELECT rows_2.key0 AS key0,
                                  count(*) AS count
                                FROM (
                                    SELECT northwind_customer.country AS key0
                                    FROM northwind_order_line AS northwind_order_line_2
                                    LEFT OUTER JOIN northwind_product AS northwind_product_2 ON northwind_product_2.id = northwind_order_line_2.product_id
                                    LEFT OUTER JOIN northwind_category AS northwind_category_2 ON northwind_category_2.id = northwind_product_2.category_id
                                    LEFT OUTER JOIN northwind_order AS northwind_order ON northwind_order.id = northwind_order_line_2.order_id
                                    LEFT OUTER JOIN northwind_customer AS northwind_customer ON northwind_customer.id = northwind_order.customer_id
                                    WHERE northwind_category_2.name IS NOT DISTINCT FROM g.key0
                                  ) AS rows_2
                                GROUP BY rows_2.key0
                              ) AS all_groups
                          ) AS "totalCount",
                          (
                            SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_2
                            FROM (
                                SELECT json_build_object('order.customer.country'::text, g_2.key0) AS "values",
                                  g_2.count AS "count"
                                FROM (
                                    SELECT rows_3.key0 AS key0,
                                      count(*) AS count
                                    FROM (
                                        SELECT northwind_customer_2.country AS key0
                                        FROM northwind_order_line AS northwind_order_line_3
                                        LEFT OUTER JOIN northwind_product AS northwind_product_3 ON northwind_product_3.id = northwind_order_line_3.product_id
                                        LEFT OUTER JOIN northwind_category AS northwind_category_3 ON northwind_category_3.id = northwind_product_3.category_id
                                        LEFT OUTER JOIN northwind_order AS northwind_order_2 ON northwind_order_2.id = northwind_order_line_3.order_id
                                        LEFT OUTER JOIN northwind_customer AS northwind_customer_2 ON northwind_customer_2.id = northwind_order_2.customer_id
                                        WHERE northwind_category_3.name IS NOT DISTINCT FROM g.key0
                                      ) AS rows_3
                                    GROUP BY rows_3.key0
                                    ORDER BY count(*), erp_sort_key(rows_3.key0), rows_3.key0
                                    LIMIT 50
                                  ) AS g_2
                              ) AS n$
                          ) AS "nodes"
                      ) AS x_3$
                  ) AS "groups"
                FROM (
                    SELECT rows.key0 AS key0,
                      count(*) AS count,
                      sum(rows.value_line_total) AS sum_line_total
                    FROM (
                        SELECT northwind_category.name AS key0,
                          round(CAST(round(northwind_order_line.unit_price * CAST(northwind_order_line.quantity AS NUMERIC) * ($1::NUMERIC - northwind_order_line.discount), 2) AS NUMERIC), 2) AS value_line_total
                        FROM northwind_order_line AS northwind_order_line
                        LEFT OUTER JOIN northwind_product AS northwind_product ON northwind_product.id = northwind_order_line.product_id
                        LEFT OUTER JOIN northwind_category AS northwind_category ON northwind_category.id = northwind_product.category_id
                      ) AS rows
                    GROUP BY rows.key0
                    ORDER BY erp_sort_key(rows.key0), rows.key0
                    LIMIT 50
                  ) AS g
              ) AS n_2$
          ) AS "nodes"
      ) AS x_4$
  ) AS "groups"
