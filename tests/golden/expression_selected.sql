-- $1 = Decimal('1')
SELECT (
    SELECT coalesce(json_agg(row_to_json(n_2$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT _page.external_ref AS "externalRef",
          CAST(_page.total AS TEXT) AS "total",
          (
            SELECT row_to_json(k$) AS row_to_json_1
            FROM (
                SELECT (
                    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_2
                    FROM (
                        SELECT CAST(round(CAST(_page_2.unit_price * CAST(_page_2.quantity AS NUMERIC) AS NUMERIC), 2) AS TEXT) AS "gross",
                          CAST(round(CAST(round(_page_2.unit_price * CAST(_page_2.quantity AS NUMERIC) * ($1::NUMERIC - _page_2.discount), 2) AS NUMERIC), 2) AS TEXT) AS "lineTotal",
                          CAST(round(CAST(_page_2.unit_price * CAST(_page_2.quantity AS NUMERIC) * ($1::NUMERIC - _page_2.discount) AS NUMERIC), 4) AS TEXT) AS "lineTotalExact",
                          (
                            SELECT row_to_json(x$) AS row_to_json_2
                            FROM (
                                SELECT northwind_product_2.name AS "name"
                                FROM northwind_product AS northwind_product_2
                                WHERE northwind_product_2.id = _page_2.product_id
                              ) AS x$
                          ) AS "product"
                        FROM (
                            SELECT northwind_order_line.unit_price AS unit_price,
                              northwind_order_line.quantity AS quantity,
                              northwind_order_line.discount AS discount,
                              northwind_order_line.product_id AS product_id
                            FROM northwind_order_line AS northwind_order_line
                            LEFT OUTER JOIN northwind_order AS northwind_order_2 ON northwind_order_2.id = northwind_order_line.order_id
                            LEFT OUTER JOIN northwind_product AS northwind_product ON northwind_product.id = northwind_order_line.product_id
                            WHERE northwind_order_line.order_id = _page.id
                            ORDER BY northwind_order_2.id ASC, northwind_product.number ASC, northwind_order_line.id ASC
                            LIMIT 50
                          ) AS _page_2
                      ) AS n$
                  ) AS "nodes"
              ) AS k$
          ) AS "lines"
        FROM (
            SELECT northwind_order.external_ref AS external_ref,
              northwind_order.total AS total,
              northwind_order.id AS id
            FROM northwind_order AS northwind_order
            ORDER BY northwind_order.id ASC
            LIMIT 50
          ) AS _page
      ) AS n_2$
  ) AS "nodes"
