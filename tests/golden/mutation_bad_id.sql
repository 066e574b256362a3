BEGIN;

-- $1 = '{"user":1}'
SELECT set_config('erp.context', $1, true)

ROLLBACK;
