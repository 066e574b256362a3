BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- $1 = 'Order '
-- $2 = '(draft)'
-- $3 = 'BLONP'
SELECT row_to_json(x$) AS row_to_json_1
FROM (
    SELECT CAST(northwind_customer.id AS TEXT) AS "id",
      northwind_customer.name AS "name",
      northwind_customer.name AS "displayName",
      (
        SELECT row_to_json(k$) AS row_to_json_2
        FROM (
            SELECT (
                SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
                FROM (
                    SELECT _page.external_ref AS "externalRef",
                      $1::VARCHAR || coalesce(_page.number, _page.external_ref, $2::VARCHAR) AS "displayName"
                    FROM (
                        SELECT northwind_order.external_ref AS external_ref,
                          northwind_order.number AS number
                        FROM northwind_order AS northwind_order
                        WHERE northwind_order.customer_id = northwind_customer.id
                        ORDER BY northwind_order.id ASC
                        LIMIT 50
                      ) AS _page
                  ) AS n$
              ) AS "nodes"
          ) AS k$
      ) AS "orders"
    FROM northwind_customer AS northwind_customer
    WHERE northwind_customer.code = $3::VARCHAR
  ) AS x$

-- $1 = 'Order line '
-- $2 = Decimal('1')
-- $3 = 1
-- $4 = 3
SELECT row_to_json(x$) AS row_to_json_1
FROM (
    SELECT CAST(northwind_order_line.id AS TEXT) AS "id",
      coalesce(northwind_product.name, $1::VARCHAR || CAST(northwind_order_line.id AS TEXT)) AS "displayName",
      CAST(round(CAST(round(northwind_order_line.unit_price * CAST(northwind_order_line.quantity AS NUMERIC) * ($2::NUMERIC - northwind_order_line.discount), 2) AS NUMERIC), 2) AS TEXT) AS "lineTotal"
    FROM northwind_order_line AS northwind_order_line
    LEFT OUTER JOIN northwind_product AS northwind_product ON northwind_product.id = northwind_order_line.product_id
    WHERE northwind_order_line.order_id = $3::BIGINT
      AND northwind_order_line.product_id = $4::BIGINT
  ) AS x$

COMMIT;
