SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT _page.name AS "name"
        FROM (
            SELECT crm_lead.name AS name
            FROM crm_lead AS crm_lead
            ORDER BY erp_sort_key(crm_lead.name) ASC, crm_lead.name ASC, crm_lead.id ASC
            LIMIT 50
          ) AS _page
      ) AS n$
  ) AS "nodes"
