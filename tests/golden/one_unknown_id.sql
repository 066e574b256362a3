-- $1 = 404
SELECT row_to_json(x$) AS row_to_json_1
FROM (
    SELECT CAST(crm_lead.id AS TEXT) AS "id",
      crm_lead.name AS "name"
    FROM crm_lead AS crm_lead
    WHERE crm_lead.id = $1::BIGINT
  ) AS x$
