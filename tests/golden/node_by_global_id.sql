-- $1 = 3
SELECT row_to_json(x_2$) AS row_to_json_1
FROM (
    SELECT 'CrmLead'::text AS "__typename",
      translate(encode(convert_to(concat('CrmLead:'::text, crm_lead.id), 'UTF8'), 'base64'), E'\n', '') AS "nodeId",
      CAST(crm_lead.id AS TEXT) AS "id",
      crm_lead.name AS "displayName",
      crm_lead.version AS "version",
      crm_lead.name AS "name",
      (
        SELECT row_to_json(x$) AS row_to_json_2
        FROM (
            SELECT translate(encode(convert_to(concat('CrmStage:'::text, crm_stage.id), 'UTF8'), 'base64'), E'\n', '') AS "nodeId"
            FROM crm_stage AS crm_stage
            WHERE crm_stage.id = crm_lead.stage_id
          ) AS x$
      ) AS "stage"
    FROM crm_lead AS crm_lead
    WHERE crm_lead.id = $1::BIGINT
  ) AS x_2$
