BEGIN;
SET LOCAL erp.context = '{"user":1}'

ROLLBACK

BEGIN;
SET LOCAL erp.context = '{"user":1}'

ROLLBACK
