BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- $1 = Decimal('1')
-- $2 = Decimal('150')
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT _page.number AS "number",
          CAST(round(CAST((
            SELECT coalesce(sum(round(CAST(round(northwind_order_line_3.unit_price * CAST(northwind_order_line_3.quantity AS NUMERIC) * ($1::NUMERIC - northwind_order_line_3.discount), 2) AS NUMERIC), 2)), 0) AS coalesce_2
            FROM northwind_order_line AS northwind_order_line_3
            WHERE northwind_order_line_3.order_id = _page.id
          ) AS NUMERIC), 2) AS TEXT) AS "orderTotal"
        FROM (
            SELECT northwind_order.number AS number,
              northwind_order.id AS id
            FROM northwind_order AS northwind_order
            WHERE round(CAST((
                SELECT coalesce(sum(round(CAST(round(northwind_order_line.unit_price * CAST(northwind_order_line.quantity AS NUMERIC) * ($1::NUMERIC - northwind_order_line.discount), 2) AS NUMERIC), 2)), 0) AS coalesce_3
                FROM northwind_order_line AS northwind_order_line
                WHERE northwind_order_line.order_id = northwind_order.id
              ) AS NUMERIC), 2) > $2::NUMERIC
            ORDER BY round(CAST((
                SELECT coalesce(sum(round(CAST(round(northwind_order_line_2.unit_price * CAST(northwind_order_line_2.quantity AS NUMERIC) * ($1::NUMERIC - northwind_order_line_2.discount), 2) AS NUMERIC), 2)), 0) AS coalesce_4
                FROM northwind_order_line AS northwind_order_line_2
                WHERE northwind_order_line_2.order_id = northwind_order.id
              ) AS NUMERIC), 2) DESC, northwind_order.id DESC
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
                SELECT northwind_order_2.number AS "number"
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
              AND CASE WHEN (northwind_order.id IS NOT NULL) THEN round(CAST((
                SELECT coalesce(sum(round(CAST(round(northwind_order_line_2.unit_price * CAST(northwind_order_line_2.quantity AS NUMERIC) * ($1::NUMERIC - northwind_order_line_2.discount), 2) AS NUMERIC), 2)), 0) AS coalesce_2
                FROM northwind_order_line AS northwind_order_line_2
                WHERE northwind_order_line_2.order_id = northwind_order.id
              ) AS NUMERIC), 2) END > $3::NUMERIC
            ORDER BY CASE WHEN (northwind_order.id IS NOT NULL) THEN round(CAST((
                SELECT coalesce(sum(round(CAST(round(northwind_order_line_3.unit_price * CAST(northwind_order_line_3.quantity AS NUMERIC) * ($1::NUMERIC - northwind_order_line_3.discount), 2) AS NUMERIC), 2)), 0) AS coalesce_3
                FROM northwind_order_line AS northwind_order_line_3
                WHERE northwind_order_line_3.order_id = northwind_order.id
              ) AS NUMERIC), 2) END ASC, round(CAST(round(northwind_order_line.unit_price * CAST(northwind_order_line.quantity AS NUMERIC) * ($1::NUMERIC - northwind_order_line.discount), 2) AS NUMERIC), 2) DESC, northwind_order_line.id DESC
            LIMIT 50
          ) AS _page
      ) AS n$
  ) AS "nodes"

COMMIT;
