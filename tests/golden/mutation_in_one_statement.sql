-- $1 = 1
-- $2 = 'fresh'
-- $3 = 4
-- $4 = '{"user":1}'
WITH _written_1 AS (
    INSERT INTO crm_tag (created_by_id, updated_by_id, name, color)
    SELECT $1::BIGINT AS anon_1,
      $1::BIGINT AS anon__1,
      $2::VARCHAR AS anon_2,
      $3::INTEGER AS anon_3
    WHERE set_config('erp.context', $4::VARCHAR, true) IS NOT NULL
    RETURNING crm_tag.id, crm_tag.version, crm_tag.created_at, crm_tag.created_by_id, crm_tag.updated_at, crm_tag.updated_by_id, crm_tag.name, crm_tag.color
  )
SELECT (
    SELECT row_to_json(x_2$) AS row_to_json_1
    FROM (
        SELECT CAST(crm_tag.id AS TEXT) AS "id",
          crm_tag.version AS "version",
          crm_tag.name AS "name",
          crm_tag.color AS "color",
          (
            SELECT row_to_json(x$) AS row_to_json_2
            FROM (
                SELECT "user".name AS "name"
                FROM "user" AS "user"
                WHERE "user".id = crm_tag.created_by_id
              ) AS x$
          ) AS "createdBy"
        FROM _written_1 AS crm_tag
      ) AS x_2$
  ) AS anon_4
FROM _written_1

-- $1 = 1
-- $2 = datetime.datetime(2026, 6, 15, 10, 30, tzinfo=datetime.timezone.utc)
-- $3 = 1
-- $4 = 9
-- $5 = 1
-- $6 = 1
-- $7 = '{"user":1}'
WITH _written_1 AS (
    UPDATE crm_tag
    SET version=(crm_tag.version + $1::INTEGER), updated_at=$2::TIMESTAMP WITH TIME ZONE, updated_by_id=$3::BIGINT, color=$4::INTEGER
    WHERE crm_tag.id = $5::BIGINT
      AND crm_tag.version = $6::INTEGER
      AND set_config('erp.context', $7::VARCHAR, true) IS NOT NULL
    RETURNING crm_tag.id, crm_tag.version, crm_tag.created_at, crm_tag.created_by_id, crm_tag.updated_at, crm_tag.updated_by_id, crm_tag.name, crm_tag.color
  )
SELECT (
    SELECT row_to_json(x$) AS row_to_json_1
    FROM (
        SELECT CAST(crm_tag.id AS TEXT) AS "id",
          crm_tag.version AS "version",
          crm_tag.name AS "name",
          crm_tag.color AS "color"
        FROM _written_1 AS crm_tag
      ) AS x$
  ) AS anon_1
FROM _written_1

-- $1 = 1
-- $2 = datetime.datetime(2026, 6, 15, 10, 30, tzinfo=datetime.timezone.utc)
-- $3 = 1
-- $4 = 10
-- $5 = 1
-- $6 = 1
-- $7 = '{"user":1}'
WITH _written_1 AS (
    UPDATE crm_tag
    SET version=(crm_tag.version + $1::INTEGER), updated_at=$2::TIMESTAMP WITH TIME ZONE, updated_by_id=$3::BIGINT, color=$4::INTEGER
    WHERE crm_tag.id = $5::BIGINT
      AND crm_tag.version = $6::INTEGER
      AND set_config('erp.context', $7::VARCHAR, true) IS NOT NULL
    RETURNING crm_tag.id, crm_tag.version, crm_tag.created_at, crm_tag.created_by_id, crm_tag.updated_at, crm_tag.updated_by_id, crm_tag.name, crm_tag.color
  )
SELECT (
    SELECT row_to_json(x$) AS row_to_json_1
    FROM (
        SELECT crm_tag.version AS "version"
        FROM _written_1 AS crm_tag
      ) AS x$
  ) AS anon_1
FROM _written_1

BEGIN;
SET LOCAL erp.context = '{"user":1}'

-- $1 = datetime.datetime(2026, 6, 15, 10, 30, tzinfo=datetime.timezone.utc)
-- $2 = 1
-- $3 = 10
-- $4 = 1
-- $5 = 1
UPDATE crm_tag
SET version=(crm_tag.version + 1), updated_at=$1::TIMESTAMP WITH TIME ZONE, updated_by_id=$2::BIGINT, color=$3::INTEGER
WHERE crm_tag.id = $4::BIGINT
  AND ($5::INTEGER IS NULL OR crm_tag.version = $5::INTEGER)
RETURNING crm_tag.id

-- $1 = [1]
SELECT crm_tag.id,
  crm_tag.version,
  true
FROM crm_tag AS crm_tag
WHERE crm_tag.id = ANY ($1::BIGINT[])

ROLLBACK

-- $1 = 1
SELECT row_to_json(x$) AS row_to_json_1
FROM (
    SELECT CAST(crm_tag.id AS TEXT) AS "id",
      crm_tag.version AS "version"
    FROM crm_tag AS crm_tag
    WHERE crm_tag.id = $1::BIGINT
  ) AS x$
