BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- $1 = True
SELECT to_json((
    SELECT count(*) AS count_1
    FROM crm_lead AS crm_lead
    WHERE crm_lead.active = $1::BOOLEAN
  )) AS "totalCount"

SELECT to_json((
    SELECT count(*) AS count_1
    FROM crm_lead AS crm_lead
  )) AS "totalCount"

-- $1 = False
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT _page.name AS "name",
          _page.active AS "active"
        FROM (
            SELECT crm_lead.name AS name,
              crm_lead.active AS active
            FROM crm_lead AS crm_lead
            WHERE crm_lead.active = $1::BOOLEAN
            ORDER BY crm_lead.id DESC
            LIMIT 50
          ) AS _page
      ) AS n$
  ) AS "nodes"

-- $1 = False
SELECT (
    SELECT coalesce(json_agg(row_to_json(n$)), '[]'::json) AS coalesce_1
    FROM (
        SELECT (
            SELECT row_to_json(k$) AS row_to_json_1
            FROM (
                SELECT (
                    SELECT count(*) AS count_1
                    FROM crm_lead AS crm_lead
                    WHERE crm_lead.stage_id = _page.id
                      AND crm_lead.active = $1::BOOLEAN
                  ) AS "totalCount"
              ) AS k$
          ) AS "leads"
        FROM (
            SELECT crm_stage.id AS id
            FROM crm_stage AS crm_stage
            ORDER BY crm_stage.sequence ASC, crm_stage.id ASC
            LIMIT 50
          ) AS _page
      ) AS n$
  ) AS "nodes"

COMMIT;
