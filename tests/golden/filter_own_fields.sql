-- $1 = 'BREW'
-- $2 = 'x'
-- $3 = Decimal('100.5')
-- $4 = ['high', 'low']
-- $5 = True
-- $6 = datetime.date(2026, 7, 1)
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT CAST(_page.id AS TEXT) AS "id",
          _page.name AS "name"
        FROM (
            SELECT crm_lead.id AS id,
              crm_lead.name AS name
            FROM crm_lead AS crm_lead
            WHERE lower(crm_lead.name) LIKE ('%' || replace(replace(replace(lower($1::VARCHAR), E'\\', E'\\\\'), E'%', E'\\%'), E'_', E'\\_') || '%')
              AND crm_lead.name != $2::VARCHAR
              AND crm_lead.expected_revenue > $3::NUMERIC
              AND crm_lead.priority = ANY ($4::TEXT[])
              AND crm_lead.active = $5::BOOLEAN
              AND crm_lead.expected_on <= $6::DATE
            ORDER BY crm_lead.id DESC
            LIMIT 50
          ) AS _page
      ) AS n$
  ) AS "nodes"
