BEGIN;

-- $1 = [2]
SELECT crm_stage.id,
  crm_stage.id AS id__1
FROM crm_stage, unnest($1::BIGINT[]) WITH ORDINALITY AS anon_1(id, _ordinal)
WHERE crm_stage.id = anon_1.id

-- $1 = 1
-- $2 = 1
-- $3 = ['  New lead']
-- $4 = [2]
-- $5 = [Decimal('10.01')]
-- $6 = [Decimal('10.00')]
-- $7 = [datetime.date(2026, 12, 24)]
-- $8 = ['normal']
-- $9 = [True]
INSERT INTO crm_lead (name, stage_id, expected_revenue, probability, expected_on, priority, active, created_by_id, updated_by_id)
SELECT anon_1.name,
  anon_1.stage_id,
  anon_1.expected_revenue,
  anon_1.probability,
  anon_1.expected_on,
  anon_1.priority,
  anon_1.active,
  $1::BIGINT AS anon_2,
  $2::BIGINT AS anon_3
FROM unnest($3::TEXT[], $4::BIGINT[], $5::NUMERIC[], $6::NUMERIC[], $7::DATE[], $8::TEXT[], $9::BOOLEAN[]) WITH ORDINALITY AS anon_1(name, stage_id, expected_revenue, probability, expected_on, priority, active, _ordinal)
ORDER BY anon_1._ordinal
RETURNING crm_lead.id

-- $1 = 7
SELECT row_to_json(x_3$) AS row_to_json_1
FROM (
    SELECT CAST(crm_lead.id AS TEXT) AS "id",
      crm_lead.version AS "version",
      crm_lead.name AS "name",
      CAST(crm_lead.expected_revenue AS TEXT) AS "expectedRevenue",
      CAST(crm_lead.weighted_revenue AS TEXT) AS "weightedRevenue",
      CAST(crm_lead.probability AS TEXT) AS "probability",
      upper(crm_lead.priority) AS "priority",
      (
        SELECT row_to_json(x$) AS row_to_json_2
        FROM (
            SELECT crm_stage.name AS "name"
            FROM crm_stage AS crm_stage
            WHERE crm_stage.id = crm_lead.stage_id
          ) AS x$
      ) AS "stage",
      (
        SELECT row_to_json(x_2$) AS row_to_json_3
        FROM (
            SELECT "user".name AS "name"
            FROM "user" AS "user"
            WHERE "user".id = crm_lead.created_by_id
          ) AS x_2$
      ) AS "createdBy"
    FROM crm_lead AS crm_lead
    WHERE crm_lead.id = $1::BIGINT
  ) AS x_3$

COMMIT;
