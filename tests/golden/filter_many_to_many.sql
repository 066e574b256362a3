BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- $1 = 'urgent'
-- $2 = True
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
                            SELECT crm_tag_2.name AS name
                            FROM crm_tag AS crm_tag_2
                            WHERE crm_tag_2.id IN (
                                SELECT crm_lead_tags_link_2.crm_tag_id
                                FROM crm_lead_tags_link AS crm_lead_tags_link_2
                                WHERE crm_lead_tags_link_2.crm_lead_id = _page.id
                              )
                            ORDER BY erp_sort_key(crm_tag_2.name) ASC, crm_tag_2.name ASC
                            LIMIT 50
                          ) AS _page_2
                      ) AS n$
                  ) AS "nodes"
              ) AS k$
          ) AS "tags"
        FROM (
            SELECT crm_lead.name AS name,
              crm_lead.id AS id
            FROM crm_lead AS crm_lead
            WHERE (EXISTS (
                SELECT 1
                FROM crm_tag AS crm_tag
                WHERE crm_tag.id IN (
                    SELECT crm_lead_tags_link.crm_tag_id
                    FROM crm_lead_tags_link AS crm_lead_tags_link
                    WHERE crm_lead_tags_link.crm_lead_id = crm_lead.id
                  )
                  AND crm_tag.name = $1::VARCHAR
              ))
              AND crm_lead.active = $2::BOOLEAN
            ORDER BY crm_lead.id DESC
            LIMIT 50
          ) AS _page
      ) AS n_2$
  ) AS "nodes"

-- $1 = 0
-- $2 = True
SELECT to_json((
    SELECT count(*) AS count_1
    FROM crm_lead AS crm_lead
    WHERE (
        SELECT count(*) AS count_2
        FROM crm_tag AS crm_tag
        WHERE crm_tag.id IN (
            SELECT crm_lead_tags_link.crm_tag_id
            FROM crm_lead_tags_link AS crm_lead_tags_link
            WHERE crm_lead_tags_link.crm_lead_id = crm_lead.id
          )
      ) = $1::BIGINT
      AND crm_lead.active = $2::BOOLEAN
  )) AS "totalCount"

COMMIT;
