BEGIN;
SET LOCAL erp.context = '{"user":1}'

-- $1 = [1]
SELECT crm_lead.id,
  crm_lead.version,
  true
FROM crm_lead AS crm_lead
WHERE crm_lead.id = ANY ($1::BIGINT[])
ORDER BY crm_lead.id
FOR NO KEY UPDATE OF crm_lead

-- $1 = [1]
SELECT crm_lead.id
FROM crm_lead
WHERE crm_lead.id = ANY ($1::BIGINT[])
ORDER BY crm_lead.id
FOR UPDATE

-- $1 = [1]
SELECT crm_meeting.id
FROM crm_meeting
WHERE crm_meeting.lead_id = ANY ($1::BIGINT[])
ORDER BY crm_meeting.id

-- $1 = [1, 2]
SELECT crm_meeting.id,
  crm_meeting.version,
  true
FROM crm_meeting AS crm_meeting
WHERE crm_meeting.id = ANY ($1::BIGINT[])
ORDER BY crm_meeting.id
FOR NO KEY UPDATE OF crm_meeting

-- $1 = [1, 2]
SELECT DISTINCT walk_1_first.lead_id AS id
FROM crm_meeting AS walk_1_first
WHERE walk_1_first.id = ANY ($1::bigint[])
  AND walk_1_first.lead_id IS NOT NULL

-- $1 = [1, 2]
DELETE FROM crm_meeting
WHERE crm_meeting.id = ANY ($1::BIGINT[])

-- $1 = [1]
SELECT DISTINCT walk_1_first.salesperson_id AS id
FROM crm_lead AS walk_1_first
WHERE walk_1_first.id = ANY ($1::bigint[])
  AND walk_1_first.salesperson_id IS NOT NULL

-- $1 = [1]
DELETE FROM crm_lead
WHERE crm_lead.id = ANY ($1::BIGINT[])

-- $1 = [1]
SELECT "user".id
FROM "user"
WHERE "user".id = ANY ($1::bigint[])
ORDER BY "user".id
FOR NO KEY UPDATE

-- $1 = 'open'
-- $2 = True
-- $3 = [1]
WITH made AS MATERIALIZED (
    SELECT "user".id AS id,
      "user".pipeline AS _old_pipeline,
      round((
        SELECT coalesce(sum(crm_lead.weighted_revenue), 0) AS coalesce_1
        FROM crm_lead AS crm_lead
        WHERE crm_lead.salesperson_id = "user".id
          AND crm_lead.state = $1::VARCHAR
          AND crm_lead.active = $2::BOOLEAN
      ), 2) AS pipeline
    FROM "user" AS "user"
    WHERE "user".id = ANY ($3::BIGINT[])
  )
UPDATE "user"
SET pipeline=made.pipeline
FROM made
WHERE "user".id = made.id
  AND made._old_pipeline IS DISTINCT FROM made.pipeline
RETURNING "user".id, made._old_pipeline IS DISTINCT FROM made.pipeline AS pipeline

COMMIT

BEGIN;
SET LOCAL erp.context = '{"user":1}'

-- $1 = [1]
SELECT crm_lead.id,
  crm_lead.version,
  true
FROM crm_lead AS crm_lead
WHERE crm_lead.id = ANY ($1::BIGINT[])
ORDER BY crm_lead.id
FOR NO KEY UPDATE OF crm_lead

ROLLBACK
