-- $1 = True
-- $2 = 'Head office'
SELECT (
    SELECT coalesce(json_agg(row_to_json(n_2$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT _page.name AS "name",
          (
            SELECT row_to_json(k$) AS row_to_json_1
            FROM (
                SELECT (
                    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_2
                    FROM (
                        SELECT _page_2.name AS "name"
                        FROM (
                            SELECT company_5.name AS name
                            FROM company AS company_5
                            WHERE company_5.id IN (
                                WITH RECURSIVE _ancestors_2(id) AS (
                                    SELECT company_6.parent_id AS id
                                    FROM company AS company_6
                                    WHERE company_6.id = _page.id
                                    UNION
                                    SELECT company_7.parent_id AS parent_id
                                    FROM company AS company_7, _ancestors_2
                                    WHERE company_7.id = _ancestors_2.id
                                  )
                                SELECT _ancestors_2.id
                                FROM _ancestors_2
                              )
                              AND company_5.id != _page.id
                              AND company_5.active = $1::BOOLEAN
                            ORDER BY erp_sort_key(company_5.name) ASC, company_5.name ASC
                            LIMIT 50
                          ) AS _page_2
                      ) AS n$
                  ) AS "nodes"
              ) AS k$
          ) AS "ancestors",
          (
            SELECT row_to_json(k_2$) AS row_to_json_2
            FROM (
                SELECT (
                    SELECT count(*) AS count_1
                    FROM company AS company_8
                    WHERE company_8.id IN (
                        WITH RECURSIVE _descendants(id) AS (
                            SELECT company_9.id AS id
                            FROM company AS company_9
                            WHERE company_9.parent_id = _page.id
                            UNION
                            SELECT company_10.id AS id
                            FROM company AS company_10, _descendants
                            WHERE company_10.parent_id = _descendants.id
                          )
                        SELECT _descendants.id
                        FROM _descendants
                      )
                      AND company_8.id != _page.id
                      AND company_8.active = $1::BOOLEAN
                  ) AS "totalCount"
              ) AS k_2$
          ) AS "descendants"
        FROM (
            SELECT company.name AS name,
              company.id AS id
            FROM company AS company
            WHERE NOT (EXISTS (
                SELECT 1
                FROM company AS company_2
                WHERE company_2.id IN (
                    WITH RECURSIVE _ancestors(id) AS (
                        SELECT company_3.parent_id AS id
                        FROM company AS company_3
                        WHERE company_3.id = company.id
                        UNION
                        SELECT company_4.parent_id AS parent_id
                        FROM company AS company_4, _ancestors
                        WHERE company_4.id = _ancestors.id
                      )
                    SELECT _ancestors.id
                    FROM _ancestors
                  )
                  AND company_2.id != company.id
                  AND company_2.name = $2::VARCHAR
              ))
              AND company.active = $1::BOOLEAN
            ORDER BY erp_sort_key(company.name) ASC, company.name ASC
            LIMIT 50
          ) AS _page
      ) AS n_2$
  ) AS "nodes"
