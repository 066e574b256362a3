-- $1 = ' '
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT CAST(_page.id AS TEXT) AS "a",
          _page.number AS "b",
          _page.first_name AS "c",
          _page.last_name AS "d",
          _page.title AS "e",
          _page.title_of_courtesy AS "f",
          _page.born_on AS "g",
          _page.hired_on AS "h",
          _page.address AS "i",
          _page.city AS "j",
          _page.region AS "k",
          _page.postal_code AS "l",
          _page.country AS "m",
          _page.home_phone AS "n",
          _page.extension AS "o",
          _page.notes AS "p",
          _page.version AS "q",
          _page.first_name || $1::VARCHAR || _page.last_name AS "r"
        FROM (
            SELECT northwind_employee.id AS id,
              northwind_employee.number AS number,
              northwind_employee.first_name AS first_name,
              northwind_employee.last_name AS last_name,
              northwind_employee.title AS title,
              northwind_employee.title_of_courtesy AS title_of_courtesy,
              northwind_employee.born_on AS born_on,
              northwind_employee.hired_on AS hired_on,
              northwind_employee.address AS address,
              northwind_employee.city AS city,
              northwind_employee.region AS region,
              northwind_employee.postal_code AS postal_code,
              northwind_employee.country AS country,
              northwind_employee.home_phone AS home_phone,
              northwind_employee.extension AS extension,
              northwind_employee.notes AS notes,
              northwind_employee.version AS version
            FROM northwind_employee AS northwind_employee
            ORDER BY northwind_employee.number ASC
            LIMIT 1
          ) AS _page
      ) AS n$
  ) AS "nodes"
