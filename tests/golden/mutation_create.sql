BEGIN;
SET LOCAL erp.context = '{"user":1}'

-- $1 = [2]
SELECT 0,
  crm_stage.id
FROM crm_stage AS crm_stage
WHERE crm_stage.id = ANY ($1::BIGINT[])

-- $1 = 'en'
-- $2 = [2]
SELECT crm_stage.id,
  crm_stage.version,
  crm_stage.created_at,
  crm_stage.created_by_id,
  crm_stage.updated_at,
  crm_stage.updated_by_id,
  coalesce(crm_stage.name ->> $1::VARCHAR, crm_stage.name ->> 'en') AS coalesce_1,
  crm_stage.sequence,
  crm_stage.is_won,
  crm_stage.is_lost,
  crm_stage.is_folded
FROM crm_stage AS crm_stage
WHERE crm_stage.id = ANY ($2::BIGINT[])

-- $1 = 1
-- $2 = [True]
-- $3 = ['  New lead']
-- $4 = [2]
-- $5 = ['open']
-- $6 = [Decimal('10.01')]
-- $7 = [Decimal('10.00')]
-- $8 = [datetime.date(2026, 12, 24)]
-- $9 = ['normal']
INSERT INTO crm_lead (active, name, stage_id, state, expected_revenue, probability, expected_on, priority, created_by_id, updated_by_id)
SELECT anon_1.active,
  anon_1.name,
  anon_1.stage_id,
  anon_1.state,
  anon_1.expected_revenue,
  anon_1.probability,
  anon_1.expected_on,
  anon_1.priority,
  $1::BIGINT AS anon_2,
  $1::BIGINT AS anon__1
FROM unnest($2::BOOLEAN[], $3::TEXT[], $4::BIGINT[], $5::TEXT[], $6::NUMERIC[], $7::NUMERIC[], $8::DATE[], $9::TEXT[]) WITH ORDINALITY AS anon_1(active, name, stage_id, state, expected_revenue, probability, expected_on, priority, _ordinal)
ORDER BY anon_1._ordinal
RETURNING crm_lead.id

-- $1 = [7]
SELECT DISTINCT walk_1_first.salesperson_id AS id
FROM crm_lead AS walk_1_first
WHERE walk_1_first.id = ANY ($1::bigint[])
  AND walk_1_first.salesperson_id IS NOT NULL

-- $1 = [7]
SELECT crm_lead.id,
  crm_lead.probability,
  crm_lead.priority
FROM crm_lead AS crm_lead
WHERE crm_lead.id = ANY ($1::BIGINT[])

-- $1 = [7]
SELECT crm_meeting.lead_id AS _owner,
  crm_meeting.id
FROM crm_meeting AS crm_meeting
WHERE crm_meeting.lead_id = ANY ($1::BIGINT[])
ORDER BY crm_meeting.starts_at ASC, crm_meeting.id ASC

-- $1 = [7]
-- $2 = [15]
UPDATE crm_lead
SET score=made.score
FROM (
    SELECT anon_1.id AS id,
      anon_1.score AS score,
      crm_lead.score AS _old_score
    FROM unnest($1::BIGINT[], $2::INTEGER[]) WITH ORDINALITY AS anon_1(id, score, _ordinal)
    JOIN crm_lead ON crm_lead.id = anon_1.id
  ) AS made
WHERE crm_lead.id = made.id
  AND made._old_score IS DISTINCT FROM made.score
RETURNING crm_lead.id, made._old_score IS DISTINCT FROM made.score AS score

-- $1 = [7]
SELECT crm_lead.id,
  crm_lead.version,
  crm_lead.created_at,
  crm_lead.created_by_id,
  crm_lead.updated_at,
  crm_lead.updated_by_id,
  crm_lead.active,
  crm_lead.name,
  crm_lead.contact_id,
  crm_lead.email,
  crm_lead.phone,
  crm_lead.stage_id,
  crm_lead.state,
  crm_lead.closed_on,
  crm_lead.lost_reason,
  crm_lead.salesperson_id,
  crm_lead.company_id,
  crm_lead.expected_revenue,
  crm_lead.probability,
  crm_lead.weighted_revenue,
  crm_lead.expected_on,
  crm_lead.priority,
  crm_lead.score,
  crm_lead.notes
FROM crm_lead AS crm_lead
WHERE crm_lead.id = ANY ($1::BIGINT[])

-- $1 = 'en'
-- $2 = 7
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
            SELECT coalesce(crm_stage.name ->> $1::VARCHAR, crm_stage.name ->> 'en') AS "name"
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
    WHERE crm_lead.id = $2::BIGINT
  ) AS x_3$

COMMIT
