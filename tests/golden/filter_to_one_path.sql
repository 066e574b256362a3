-- $1 = 'FR'
-- $2 = False
-- $3 = True
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT _page.name AS "name",
          (
            SELECT row_to_json(x_2$) AS row_to_json_1
            FROM (
                SELECT contact_2.name AS "name",
                  (
                    SELECT row_to_json(x$) AS row_to_json_2
                    FROM (
                        SELECT country_2.code AS "code"
                        FROM country AS country_2
                        WHERE country_2.id = contact_2.country_id
                      ) AS x$
                  ) AS "country"
                FROM contact AS contact_2
                WHERE contact_2.id = _page.contact_id
              ) AS x_2$
          ) AS "contact"
        FROM (
            SELECT crm_lead.name AS name,
              crm_lead.contact_id AS contact_id
            FROM crm_lead AS crm_lead
            LEFT OUTER JOIN contact AS contact ON contact.id = crm_lead.contact_id
            LEFT OUTER JOIN country AS country ON country.id = contact.country_id
            LEFT OUTER JOIN crm_stage AS crm_stage ON crm_stage.id = crm_lead.stage_id
            WHERE country.code = $1::VARCHAR
              AND crm_stage.is_won = $2::BOOLEAN
              AND crm_lead.active = $3::BOOLEAN
            ORDER BY crm_lead.id DESC
            LIMIT 50
          ) AS _page
      ) AS n$
  ) AS "nodes"
