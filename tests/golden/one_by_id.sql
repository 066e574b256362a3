-- $1 = 'en'
-- $2 = 3
SELECT row_to_json(x_5$) AS row_to_json_1
FROM (
    SELECT 'CrmLead'::text AS "__typename",
      CAST(crm_lead.id AS TEXT) AS "id",
      translate(encode(convert_to(concat('CrmLead:'::text, crm_lead.id), 'UTF8'), 'base64'), E'\n', '') AS "nodeId",
      crm_lead.name AS "displayName",
      crm_lead.version AS "version",
      crm_lead.name AS "name",
      crm_lead.email AS "email",
      CAST(crm_lead.expected_revenue AS TEXT) AS "expectedRevenue",
      CAST(crm_lead.probability AS TEXT) AS "probability",
      CAST(crm_lead.weighted_revenue AS TEXT) AS "weightedRevenue",
      crm_lead.expected_on AS "expectedOn",
      upper(crm_lead.priority) AS "priority",
      crm_lead.active AS "active",
      CAST(crm_lead.company_id AS TEXT) AS "companyId",
      (
        SELECT row_to_json(x$) AS row_to_json_2
        FROM (
            SELECT coalesce(crm_stage.name ->> $1::VARCHAR, crm_stage.name ->> 'en') AS "name",
              crm_stage.is_won AS "isWon"
            FROM crm_stage AS crm_stage
            WHERE crm_stage.id = crm_lead.stage_id
          ) AS x$
      ) AS "stage",
      (
        SELECT row_to_json(x_4$) AS row_to_json_3
        FROM (
            SELECT contact.name AS "name",
              (
                SELECT row_to_json(x_3$) AS row_to_json_4
                FROM (
                    SELECT country.code AS "code",
                      (
                        SELECT row_to_json(x_2$) AS row_to_json_5
                        FROM (
                            SELECT currency.symbol AS "symbol"
                            FROM currency AS currency
                            WHERE currency.id = country.currency_id
                          ) AS x_2$
                      ) AS "currency"
                    FROM country AS country
                    WHERE country.id = contact.country_id
                  ) AS x_3$
              ) AS "country"
            FROM contact AS contact
            WHERE contact.id = crm_lead.contact_id
          ) AS x_4$
      ) AS "contact"
    FROM crm_lead AS crm_lead
    WHERE crm_lead.id = $2::BIGINT
  ) AS x_5$
