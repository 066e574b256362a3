-- $1 = 'UTC'
SELECT (
    SELECT row_to_json(x_4$) AS row_to_json_1
    FROM (
        SELECT (
            SELECT coalesce(json_agg(row_to_json(n_3$)), '[]'::json) AS coalesce_1
            FROM (
                SELECT json_build_object('lead.priority'::text, upper(g.key0)) AS "values",
                  (
                    SELECT row_to_json(x_3$) AS row_to_json_2
                    FROM (
                        SELECT (
                            SELECT coalesce(json_agg(row_to_json(n_2$)), '[]'::json) AS coalesce_2
                            FROM (
                                SELECT json_build_object('startsAt'::text, to_char(timezone('UTC', g_2.key0), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) AS "values",
                                  (
                                    SELECT row_to_json(k$) AS row_to_json_3
                                    FROM (
                                        SELECT (
                                            SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_3
                                            FROM (
                                                SELECT (
                                                    SELECT row_to_json(x$) AS row_to_json_4
                                                    FROM (
                                                        SELECT _page.name AS "name",
                                                          to_char(timezone('UTC', _page.starts_at), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "startsAt"
                                                      ) AS x$
                                                  ) AS "node"
                                                FROM (
                                                    SELECT cut.name AS name,
                                                      cut.starts_at AS starts_at,
                                                      row_number() OVER () AS _ordinal
                                                    FROM (
                                                        SELECT crm_meeting_3.name AS name,
                                                          crm_meeting_3.starts_at AS starts_at
                                                        FROM crm_meeting AS crm_meeting_3
                                                        LEFT OUTER JOIN crm_lead AS crm_lead_3 ON crm_lead_3.id = crm_meeting_3.lead_id
                                                        WHERE crm_lead_3.priority IS NOT DISTINCT FROM g.key0
                                                          AND date_trunc('day', crm_meeting_3.starts_at, $1::VARCHAR) = g_2.key0
                                                        ORDER BY crm_meeting_3.starts_at DESC, crm_meeting_3.id DESC
                                                        LIMIT 2
                                                      ) AS cut
                                                  ) AS _page
                                                WHERE _page._ordinal <= 2
                                                ORDER BY _page._ordinal DESC
                                              ) AS n$
                                          ) AS "edges",
                                          (
                                            SELECT row_to_json(x_2$) AS row_to_json_5
                                            FROM (
                                                SELECT a.count AS "count"
                                                FROM (
                                                    SELECT count(*) AS count
                                                    FROM crm_meeting AS crm_meeting_4
                                                    LEFT OUTER JOIN crm_lead AS crm_lead_4 ON crm_lead_4.id = crm_meeting_4.lead_id
                                                    WHERE crm_lead_4.priority IS NOT DISTINCT FROM g.key0
                                                      AND date_trunc('day', crm_meeting_4.starts_at, $1::VARCHAR) = g_2.key0
                                                  ) AS a
                                              ) AS x_2$
                                          ) AS "aggregate"
                                      ) AS k$
                                  ) AS "records"
                                FROM (
                                    SELECT rows_2.key0 AS key0,
                                      count(*) AS count
                                    FROM (
                                        SELECT date_trunc('day', crm_meeting_2.starts_at, $1::VARCHAR) AS key0
                                        FROM crm_meeting AS crm_meeting_2
                                        LEFT OUTER JOIN crm_lead AS crm_lead_2 ON crm_lead_2.id = crm_meeting_2.lead_id
                                        WHERE crm_lead_2.priority IS NOT DISTINCT FROM g.key0
                                      ) AS rows_2
                                    GROUP BY rows_2.key0
                                    ORDER BY rows_2.key0
                                    LIMIT 50
                                  ) AS g_2
                              ) AS n_2$
                          ) AS "nodes"
                      ) AS x_3$
                  ) AS "groups"
                FROM (
                    SELECT rows.key0 AS key0,
                      count(*) AS count
                    FROM (
                        SELECT crm_lead.priority AS key0
                        FROM crm_meeting AS crm_meeting
                        LEFT OUTER JOIN crm_lead AS crm_lead ON crm_lead.id = crm_meeting.lead_id
                      ) AS rows
                    GROUP BY rows.key0
                    ORDER BY rows.key0
                    LIMIT 50
                  ) AS g
              ) AS n_3$
          ) AS "nodes"
      ) AS x_4$
  ) AS "groups"
