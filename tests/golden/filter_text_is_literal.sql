BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- $1 = '%_'
-- $2 = True
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT _page.name AS "name"
        FROM (
            SELECT crm_lead.name AS name
            FROM crm_lead AS crm_lead
            WHERE crm_lead.name LIKE ('%' || replace(replace(replace($1::VARCHAR, E'\\', E'\\\\'), E'%', E'\\%'), E'_', E'\\_') || '%')
              AND crm_lead.active = $2::BOOLEAN
            ORDER BY crm_lead.id DESC
            LIMIT 50
          ) AS _page
      ) AS n$
  ) AS "nodes"

-- $1 = '"the" team\\s \'plan\''
-- $2 = True
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT _page.name AS "name"
        FROM (
            SELECT contact.name AS name
            FROM contact AS contact
            WHERE contact.notes LIKE ('%' || replace(replace(replace($1::VARCHAR, E'\\', E'\\\\'), E'%', E'\\%'), E'_', E'\\_') || '%')
              AND contact.active = $2::BOOLEAN
            ORDER BY erp_sort_key(contact.name) ASC, contact.name ASC, contact.id ASC
            LIMIT 50
          ) AS _page
      ) AS n$
  ) AS "nodes"

COMMIT;
