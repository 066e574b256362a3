-- $1 = 'en'
-- $2 = True
SELECT (
    SELECT coalesce(json_agg(row_to_json(n_4$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT coalesce(_page.name ->> $1::VARCHAR, _page.name ->> 'en') AS "name",
          (
            SELECT row_to_json(k_3$) AS row_to_json_1
            FROM (
                WITH _page_2 AS (
                    SELECT crm_lead.name AS name,
                      crm_lead.id AS id
                    FROM crm_lead AS crm_lead
                    WHERE crm_lead.stage_id = _page.id
                      AND crm_lead.active = $2::BOOLEAN
                    ORDER BY crm_lead.expected_revenue DESC, crm_lead.id DESC
                    LIMIT 2
                  )
                SELECT (
                    SELECT count(*) AS count_1
                    FROM crm_lead AS crm_lead_2
                    WHERE crm_lead_2.stage_id = _page.id
                      AND crm_lead_2.active = $2::BOOLEAN
                  ) AS "totalCount",
                  (
                    SELECT row_to_json(x$) AS row_to_json_2
                    FROM (
                        SELECT (
                            SELECT count(*) > 1 AS anon_1
                            FROM _page_2
                          ) AS "hasNextPage"
                      ) AS x$
                  ) AS "pageInfo",
                  (
                    SELECT coalesce(json_agg(row_to_json(n_3$)), '[]'::json) AS coalesce_2
                    FROM (
                        SELECT _page_2.name AS "name",
                          (
                            SELECT row_to_json(k_2$) AS row_to_json_3
                            FROM (
                                SELECT (
                                    SELECT coalesce(json_agg(row_to_json(n_2$)), '[]'::json) AS coalesce_3
                                    FROM (
                                        SELECT _page_3.name AS "name",
                                          to_char(timezone('UTC', _page_3.starts_at), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "startsAt",
                                          (
                                            SELECT row_to_json(k$) AS row_to_json_4
                                            FROM (
                                                SELECT (
                                                    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_4
                                                    FROM (
                                                        SELECT _page_4.name AS "name"
                                                        FROM (
                                                            SELECT contact.name AS name
                                                            FROM contact AS contact
                                                            WHERE contact.id IN (
                                                                SELECT crm_meeting_attendees_link.contact_id
                                                                FROM crm_meeting_attendees_link AS crm_meeting_attendees_link
                                                                WHERE crm_meeting_attendees_link.crm_meeting_id = _page_3.id
                                                              )
                                                              AND contact.active = $2::BOOLEAN
                                                            ORDER BY erp_sort_key(contact.name) ASC, contact.name ASC, contact.id ASC
                                                            LIMIT 50
                                                          ) AS _page_4
                                                      ) AS n$
                                                  ) AS "nodes"
                                              ) AS k$
                                          ) AS "attendees"
                                        FROM (
                                            SELECT crm_meeting.name AS name,
                                              crm_meeting.starts_at AS starts_at,
                                              crm_meeting.id AS id
                                            FROM crm_meeting AS crm_meeting
                                            WHERE crm_meeting.lead_id = _page_2.id
                                            ORDER BY crm_meeting.starts_at ASC, crm_meeting.id ASC
                                            LIMIT 5
                                          ) AS _page_3
                                      ) AS n_2$
                                  ) AS "nodes"
                              ) AS k_2$
                          ) AS "meetings"
                        FROM _page_2
                        LIMIT 1
                      ) AS n_3$
                  ) AS "nodes"
              ) AS k_3$
          ) AS "leads"
        FROM (
            SELECT crm_stage.name AS name,
              crm_stage.id AS id
            FROM crm_stage AS crm_stage
            ORDER BY crm_stage.sequence ASC, crm_stage.id ASC
            LIMIT 3
          ) AS _page
      ) AS n_4$
  ) AS "nodes"
