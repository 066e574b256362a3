-- $1 = 'Z'
-- $2 = Decimal('25')
-- $3 = True
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT _page.name AS "name"
        FROM (
            SELECT crm_lead.name AS name
            FROM crm_lead AS crm_lead
            LEFT OUTER JOIN crm_stage AS crm_stage ON crm_stage.id = crm_lead.stage_id
            WHERE (crm_lead.name LIKE (replace(replace(replace($1::VARCHAR, E'\\', E'\\\\'), E'%', E'\\%'), E'_', E'\\_') || '%') OR crm_lead.probability >= $2::NUMERIC AND (crm_stage.is_won = $3::BOOLEAN) IS NOT true)
              AND crm_lead.active = $3::BOOLEAN
            ORDER BY crm_lead.id DESC
            LIMIT 50
          ) AS _page
      ) AS n$
  ) AS "nodes"
