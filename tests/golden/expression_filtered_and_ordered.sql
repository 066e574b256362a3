BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- $1 = Decimal('150')
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT _page.external_ref AS "externalRef",
          CAST(_page.total AS TEXT) AS "total"
        FROM (
            SELECT northwind_order.external_ref AS external_ref,
              northwind_order.total AS total
            FROM northwind_order AS northwind_order
            WHERE northwind_order.total > $1::NUMERIC
            ORDER BY northwind_order.total DESC, northwind_order.id DESC
            LIMIT 50
          ) AS _page
      ) AS n$
  ) AS "nodes"

-- $1 = Decimal('1')
-- $2 = Decimal('100')
-- $3 = Decimal('500')
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT CAST(round(CAST(round(_page.unit_price * CAST(_page.quantity AS NUMERIC) * ($1::NUMERIC - _page.discount), 2) AS NUMERIC), 2) AS TEXT) AS "lineTotal",
          (
            SELECT row_to_json(x$) AS row_to_json_1
            FROM (
                SELECT northwind_order_2.external_ref AS "externalRef"
                FROM northwind_order AS northwind_order_2
                WHERE northwind_order_2.id = _page.order_id
              ) AS x$
          ) AS "order"
        FROM (
            SELECT northwind_order_line.unit_price AS unit_price,
              northwind_order_line.quantity AS quantity,
              northwind_order_line.discount AS discount,
              northwind_order_line.order_id AS order_id
            FROM northwind_order_line AS northwind_order_line
            LEFT OUTER JOIN northwind_order AS northwind_order ON northwind_order.id = northwind_order_line.order_id
            WHERE round(CAST(round(northwind_order_line.unit_price * CAST(northwind_order_line.quantity AS NUMERIC) * ($1::NUMERIC - northwind_order_line.discount), 2) AS NUMERIC), 2) > $2::NUMERIC
              AND northwind_order.total > $3::NUMERIC
            ORDER BY northwind_order.total ASC, round(CAST(round(northwind_order_line.unit_price * CAST(northwind_order_line.quantity AS NUMERIC) * ($1::NUMERIC - northwind_order_line.discount), 2) AS NUMERIC), 2) DESC, northwind_order_line.id DESC
            LIMIT 50
          ) AS _page
      ) AS n$
  ) AS "nodes"

COMMIT;
