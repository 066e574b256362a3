BEGIN;
SET LOCAL erp.context = '{"user":1}'

-- $1 = [1]
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
ORDER BY crm_lead.id
FOR NO KEY UPDATE OF crm_lead

-- $1 = [1]
SELECT DISTINCT walk_1_first.salesperson_id AS id
FROM crm_lead AS walk_1_first
WHERE walk_1_first.id = ANY ($1::bigint[])
  AND walk_1_first.salesperson_id IS NOT NULL

-- $1 = datetime.datetime(2026, 6, 15, 10, 30, tzinfo=datetime.timezone.utc)
-- $2 = 1
-- $3 = None
-- $4 = Decimal('50.00')
-- $5 = 1
-- $6 = None
UPDATE crm_lead
SET version=(crm_lead.version + 1), updated_at=$1::TIMESTAMP WITH TIME ZONE, updated_by_id=$2::BIGINT, email=$3::VARCHAR, probability=$4::NUMERIC
WHERE crm_lead.id = $5::BIGINT
  AND ($6::INTEGER IS NULL OR crm_lead.version = $6::INTEGER)
RETURNING crm_lead.id

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

-- $1 = [1]
SELECT crm_lead.id,
  crm_lead.probability,
  crm_lead.priority
FROM crm_lead AS crm_lead
WHERE crm_lead.id = ANY ($1::BIGINT[])

-- $1 = [1]
SELECT crm_meeting.lead_id AS _owner,
  crm_meeting.id
FROM crm_meeting AS crm_meeting
WHERE crm_meeting.lead_id = ANY ($1::BIGINT[])
ORDER BY crm_meeting.starts_at ASC, crm_meeting.id ASC

-- $1 = [1]
-- $2 = [65]
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

-- $1 = [1]
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

-- $1 = [1]
SELECT "user".id,
  "user".version,
  "user".created_at,
  "user".created_by_id,
  "user".updated_at,
  "user".updated_by_id,
  "user".active,
  "user".name,
  "user".login,
  "user".email,
  "user".company_id,
  "user".language_id,
  "user".time_zone,
  "user".pipeline
FROM "user" AS "user"
WHERE "user".id = ANY ($1::BIGINT[])

-- $1 = [1]
SELECT user_companies_link.user_id AS _owner,
  company.id,
  company.version,
  company.created_at,
  company.created_by_id,
  company.updated_at,
  company.updated_by_id,
  company.street,
  company.street2,
  company.zip,
  company.city,
  company.state_id,
  company.country_id,
  company.active,
  company.name,
  company.tax_number,
  company.registration_number,
  company.email,
  company.phone,
  company.website,
  company.currency_id,
  company.parent_id
FROM company AS company, user_companies_link AS user_companies_link
WHERE user_companies_link.company_id = company.id
  AND user_companies_link.user_id = ANY ($1::BIGINT[])
ORDER BY erp_sort_key(company.name) ASC, company.name ASC, company.id ASC

-- $1 = [1]
SELECT company.id,
  company.version,
  company.created_at,
  company.created_by_id,
  company.updated_at,
  company.updated_by_id,
  company.street,
  company.street2,
  company.zip,
  company.city,
  company.state_id,
  company.country_id,
  company.active,
  company.name,
  company.tax_number,
  company.registration_number,
  company.email,
  company.phone,
  company.website,
  company.currency_id,
  company.parent_id
FROM company AS company
WHERE company.id = ANY ($1::BIGINT[])

-- $1 = 1
SELECT row_to_json(x_2$) AS row_to_json_1
FROM (
    SELECT crm_lead.version AS "version",
      crm_lead.name AS "name",
      crm_lead.email AS "email",
      crm_lead.phone AS "phone",
      CAST(crm_lead.probability AS TEXT) AS "probability",
      CAST(crm_lead.weighted_revenue AS TEXT) AS "weightedRevenue",
      CAST(crm_lead.contact_id AS TEXT) AS "contactId",
      (
        SELECT row_to_json(x$) AS row_to_json_2
        FROM (
            SELECT "user".login AS "login"
            FROM "user" AS "user"
            WHERE "user".id = crm_lead.updated_by_id
          ) AS x$
      ) AS "updatedBy"
    FROM crm_lead AS crm_lead
    WHERE crm_lead.id = $1::BIGINT
  ) AS x_2$

COMMIT
