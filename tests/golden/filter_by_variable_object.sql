BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- $1 = 'en'
-- $2 = 'qual'
-- $3 = Decimal('50')
-- $4 = True
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT _page.name AS "name"
        FROM (
            SELECT crm_lead.name AS name
            FROM crm_lead AS crm_lead
            LEFT OUTER JOIN crm_stage AS crm_stage ON crm_stage.id = crm_lead.stage_id
            WHERE lower(coalesce(crm_stage.name ->> $1::VARCHAR, crm_stage.name ->> 'en')) LIKE (replace(replace(replace(lower($2::VARCHAR), E'\\', E'\\\\'), E'%', E'\\%'), E'_', E'\\_') || '%')
              AND crm_lead.probability > $3::NUMERIC
              AND crm_lead.active = $4::BOOLEAN
            ORDER BY crm_lead.id DESC
            LIMIT 50
          ) AS _page
      ) AS n$
  ) AS "nodes"

-- $1 = ['urgent', 'Éco']
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT _page.name AS "name"
        FROM (
            SELECT crm_tag.name AS name
            FROM crm_tag AS crm_tag
            WHERE crm_tag.name = ANY ($1::TEXT[])
            ORDER BY erp_sort_key(crm_tag.name) ASC, crm_tag.name ASC
            LIMIT 50
          ) AS _page
      ) AS n$
  ) AS "nodes"

COMMIT;
