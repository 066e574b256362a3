-- $1 = ' '
SELECT (
    SELECT coalesce(json_agg(row_to_json(n_3$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT _page.first_name || $1::VARCHAR || _page.last_name AS "displayName",
          (
            SELECT row_to_json(x$) AS row_to_json_1
            FROM (
                SELECT northwind_employee_2.first_name || $1::VARCHAR || northwind_employee_2.last_name AS "displayName"
                FROM northwind_employee AS northwind_employee_2
                WHERE northwind_employee_2.id = _page.reports_to_id
              ) AS x$
          ) AS "reportsTo",
          (
            SELECT row_to_json(k_2$) AS row_to_json_2
            FROM (
                SELECT (
                    SELECT coalesce(json_agg(row_to_json(n_2$)), '[]'::json) AS coalesce_2
                    FROM (
                        SELECT _page_2.first_name || $1::VARCHAR || _page_2.last_name AS "displayName",
                          (
                            SELECT row_to_json(k$) AS row_to_json_3
                            FROM (
                                SELECT (
                                    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_3
                                    FROM (
                                        SELECT _page_3.external_ref AS "externalRef"
                                        FROM (
                                            SELECT northwind_order.external_ref AS external_ref
                                            FROM northwind_order AS northwind_order
                                            WHERE northwind_order.employee_id = _page_2.id
                                            ORDER BY northwind_order.id ASC
                                            LIMIT 1
                                          ) AS _page_3
                                      ) AS n$
                                  ) AS "nodes"
                              ) AS k$
                          ) AS "orders"
                        FROM (
                            SELECT northwind_employee_3.first_name AS first_name,
                              northwind_employee_3.last_name AS last_name,
                              northwind_employee_3.id AS id
                            FROM northwind_employee AS northwind_employee_3
                            WHERE northwind_employee_3.reports_to_id = _page.id
                            ORDER BY northwind_employee_3.number ASC
                            LIMIT 50
                          ) AS _page_2
                      ) AS n_2$
                  ) AS "nodes"
              ) AS k_2$
          ) AS "reports"
        FROM (
            SELECT northwind_employee.first_name AS first_name,
              northwind_employee.last_name AS last_name,
              northwind_employee.reports_to_id AS reports_to_id,
              northwind_employee.id AS id
            FROM northwind_employee AS northwind_employee
            ORDER BY northwind_employee.number ASC
            LIMIT 50
          ) AS _page
      ) AS n_3$
  ) AS "nodes"
