BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- $1 = False
-- $2 = Decimal('20')
-- $3 = True
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT _page.name AS "name"
        FROM (
            SELECT crm_lead.name AS name
            FROM crm_lead AS crm_lead
            LEFT OUTER JOIN crm_stage AS crm_stage ON crm_stage.id = crm_lead.stage_id
            WHERE crm_stage.is_won = $1::BOOLEAN
              AND crm_lead.expected_on IS NOT NULL
              AND crm_lead.expected_revenue < crm_lead.probability * $2::NUMERIC
              AND crm_lead.active = $3::BOOLEAN
            ORDER BY crm_lead.id DESC
            LIMIT 50
          ) AS _page
      ) AS n$
  ) AS "nodes"

-- $1 = True
-- $2 = 'export'
-- $3 = 1
-- $4 = 7
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT _page.name AS "name"
        FROM (
            SELECT crm_lead.name AS name
            FROM crm_lead AS crm_lead
            WHERE crm_lead.active = $1::BOOLEAN
              AND ((EXISTS (
                SELECT 1
                FROM crm_tag AS crm_tag
                WHERE crm_tag.id IN (
                    SELECT crm_lead_tags_link.crm_tag_id
                    FROM crm_lead_tags_link AS crm_lead_tags_link
                    WHERE crm_lead_tags_link.crm_lead_id = crm_lead.id
                  )
                  AND crm_tag.name = $2::VARCHAR
              )) OR crm_lead.salesperson_id = $3::BIGINT AND CAST(EXTRACT(month FROM crm_lead.expected_on) AS INTEGER) = $4::BIGINT)
            ORDER BY crm_lead.id DESC
            LIMIT 50
          ) AS _page
      ) AS n$
  ) AS "nodes"

COMMIT;
