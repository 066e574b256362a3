BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT CAST(_page.id AS TEXT) AS "id"
        FROM (
            SELECT crm_lead.id AS id
            FROM crm_lead AS crm_lead
            WHERE crm_lead.email IS NULL
            ORDER BY crm_lead.id DESC
            LIMIT 50
          ) AS _page
      ) AS n$
  ) AS "nodes"

-- $1 = 'office@aldermoor.example'
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT CAST(_page.id AS TEXT) AS "id"
        FROM (
            SELECT crm_lead.id AS id
            FROM crm_lead AS crm_lead
            WHERE (crm_lead.email = $1::VARCHAR) IS NOT true
            ORDER BY crm_lead.id DESC
            LIMIT 50
          ) AS _page
      ) AS n$
  ) AS "nodes"

-- $1 = 'FR'
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT CAST(_page.id AS TEXT) AS "id"
        FROM (
            SELECT crm_lead.id AS id
            FROM crm_lead AS crm_lead
            LEFT OUTER JOIN contact AS contact ON contact.id = crm_lead.contact_id
            LEFT OUTER JOIN country AS country ON country.id = contact.country_id
            WHERE (country.code = $1::VARCHAR) IS NOT true
            ORDER BY crm_lead.id DESC
            LIMIT 50
          ) AS _page
      ) AS n$
  ) AS "nodes"

COMMIT;
