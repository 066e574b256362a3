BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- $1 = Decimal('1')
-- $2 = datetime.date(1996, 8, 1)
SELECT (
    SELECT row_to_json(x_5$) AS row_to_json_1
    FROM (
        SELECT a.count AS "count",
          a.distinct_product AS "countDistinct",
          (
            SELECT row_to_json(x$) AS row_to_json_2
            FROM (
                SELECT CAST(round(a.sum_gross, 2) AS TEXT) AS "gross",
                  CAST(round(a.sum_line_total, 2) AS TEXT) AS "lineTotal",
                  CAST(a.sum_quantity AS TEXT) AS "quantity"
              ) AS x$
          ) AS "sum",
          (
            SELECT row_to_json(x_2$) AS row_to_json_3
            FROM (
                SELECT CAST(round(a.avg_line_total_exact, 8) AS TEXT) AS "lineTotalExact",
                  CAST(round(a.avg_discount, 6) AS TEXT) AS "discount"
              ) AS x_2$
          ) AS "avg",
          (
            SELECT row_to_json(x_3$) AS row_to_json_4
            FROM (
                SELECT CAST(a.min_line_total AS TEXT) AS "lineTotal"
              ) AS x_3$
          ) AS "min",
          (
            SELECT row_to_json(x_4$) AS row_to_json_5
            FROM (
                SELECT CAST(a.max_unit_price AS TEXT) AS "unitPrice",
                  a.max_quantity AS "createdAt"
              ) AS x_4$
          ) AS "max"
        FROM (
            SELECT count(*) AS count,
              count(DISTINCT northwind_order_line.product_id) AS distinct_product,
              sum(round(CAST(northwind_order_line.unit_price * CAST(northwind_order_line.quantity AS NUMERIC) AS NUMERIC), 2)) AS sum_gross,
              sum(round(CAST(round(northwind_order_line.unit_price * CAST(northwind_order_line.quantity AS NUMERIC) * ($1::NUMERIC - northwind_order_line.discount), 2) AS NUMERIC), 2)) AS sum_line_total,
              sum(northwind_order_line.quantity) AS sum_quantity,
              avg(round(CAST(northwind_order_line.unit_price * CAST(northwind_order_line.quantity AS NUMERIC) * ($1::NUMERIC - northwind_order_line.discount) AS NUMERIC), 4)) AS avg_line_total_exact,
              avg(northwind_order_line.discount) AS avg_discount,
              min(round(CAST(round(northwind_order_line.unit_price * CAST(northwind_order_line.quantity AS NUMERIC) * ($1::NUMERIC - northwind_order_line.discount), 2) AS NUMERIC), 2)) AS min_line_total,
              max(northwind_order_line.unit_price) AS max_unit_price,
              max(northwind_order_line.quantity) AS max_quantity
            FROM northwind_order_line AS northwind_order_line
            LEFT OUTER JOIN northwind_order AS northwind_order ON northwind_order.id = northwind_order_line.order_id
            WHERE northwind_order.ordered_on >= $2::DATE
          ) AS a
      ) AS x_5$
  ) AS "aggregate"

SELECT (
    SELECT row_to_json(x_2$) AS row_to_json_1
    FROM (
        SELECT (
            SELECT row_to_json(x$) AS row_to_json_2
            FROM (
                SELECT CAST(round(a.sum_total, 2) AS TEXT) AS "total",
                  CAST(round(a.sum_freight, 2) AS TEXT) AS "freight"
              ) AS x$
          ) AS "sum"
        FROM (
            SELECT count(*) AS count,
              sum(northwind_order.total) AS sum_total,
              sum(northwind_order.freight) AS sum_freight
            FROM northwind_order AS northwind_order
          ) AS a
      ) AS x_2$
  ) AS "aggregate"

COMMIT;
