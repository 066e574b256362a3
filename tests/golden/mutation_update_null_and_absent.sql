BEGIN;

-- $1 = 1
-- $2 = 1
-- $3 = None
-- $4 = Decimal('50.00')
-- $5 = 1
UPDATE crm_lead
SET version=(crm_lead.version + $1::INTEGER), updated_at=now(), updated_by_id=$2::BIGINT, email=$3::VARCHAR, probability=$4::NUMERIC(5, 2)
WHERE crm_lead.id = $5::BIGINT
RETURNING crm_lead.id

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

COMMIT;
