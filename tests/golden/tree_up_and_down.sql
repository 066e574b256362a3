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
                            SELECT company_3.name AS name
                            FROM company AS company_3
                            WHERE company_3.id IN (
                                WITH RECURSIVE _ancestors_2(id) AS (
                                    SELECT _ancestors_2_first.parent_id AS id
                                    FROM company AS _ancestors_2_first
                                    WHERE _ancestors_2_first.id = _page.id
                                    UNION
                                    SELECT _ancestors_2_next.parent_id AS parent_id
                                    FROM company AS _ancestors_2_next, _ancestors_2
                                    WHERE _ancestors_2_next.id = _ancestors_2.id
                                  )
                                SELECT _ancestors_2.id
                                FROM _ancestors_2
                              )
                              AND company_3.id != _page.id
                              AND company_3.active = $1::BOOLEAN
                            ORDER BY erp_sort_key(company_3.name) ASC, company_3.name ASC
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
                    FROM company AS company_4
                    WHERE company_4.id IN (
                        WITH RECURSIVE _descendants(id) AS (
                            SELECT _descendants_first.id AS id
                            FROM company AS _descendants_first
                            WHERE _descendants_first.parent_id = _page.id
                            UNION
                            SELECT _descendants_next.id AS id
                            FROM company AS _descendants_next, _descendants
                            WHERE _descendants_next.parent_id = _descendants.id
                          )
                        SELECT _descendants.id
                        FROM _descendants
                      )
                      AND company_4.id != _page.id
                      AND company_4.active = $1::BOOLEAN
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
                        SELECT _ancestors_first.parent_id AS id
                        FROM company AS _ancestors_first
                        WHERE _ancestors_first.id = company.id
                        UNION
                        SELECT _ancestors_next.parent_id AS parent_id
                        FROM company AS _ancestors_next, _ancestors
                        WHERE _ancestors_next.id = _ancestors.id
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
