"""The statements that read a catalogue; `$1` is the name of a schema."""

TABLES = """
SELECT c.relname::text AS name, coalesce(obj_description(c.oid, 'pg_class'), '') AS comment
FROM pg_class c
WHERE c.relnamespace = $1::text::regnamespace AND c.relkind IN ('r', 'p')
ORDER BY c.relname
"""

COLUMNS = """
SELECT c.relname::text AS table_name, a.attname::text AS name,
    format_type(a.atttypid, a.atttypmod) AS type, NOT a.attnotnull AS is_nullable,
    a.attidentity::text AS identity, a.attgenerated::text AS generated,
    coalesce(pg_get_expr(d.adbin, d.adrelid), '') AS expression,
    ARRAY(
        SELECT DISTINCT r.attname::text
        FROM pg_depend p
        JOIN pg_attribute r ON r.attrelid = p.refobjid AND r.attnum = p.refobjsubid
        WHERE p.refclassid = 'pg_class'::regclass AND p.refobjid = c.oid
            AND p.refobjsubid <> a.attnum AND p.refobjsubid > 0
            AND (p.classid = 'pg_attrdef'::regclass AND p.objid = d.oid
                OR p.classid = 'pg_class'::regclass AND p.objid = c.oid
                    AND p.objsubid = a.attnum)
    ) AS reads
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = $1::text::regnamespace AND c.relkind IN ('r', 'p')
ORDER BY c.relname, a.attnum
"""

# From PostgreSQL 18 on, NOT NULL is a constraint too; the columns tell it already.
CONSTRAINTS = """
SELECT c.relname::text AS table_name, k.conname::text AS name, k.contype::text AS kind,
    pg_get_constraintdef(k.oid) AS definition,
    coalesce((SELECT t.relname::text FROM pg_class t WHERE t.oid = k.confrelid), '') AS target,
    ARRAY(
        SELECT a.attname::text FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum = ANY (k.conkey)
    ) AS columns
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
WHERE c.relnamespace = $1::text::regnamespace AND k.contype IN ('p', 'u', 'f', 'c', 'x')
ORDER BY c.relname, k.conname
"""

INDEXES = """
SELECT c.relname::text AS table_name, i.relname::text AS name, x.indisunique AS is_unique,
    pg_get_indexdef(i.oid) AS definition,
    ARRAY(
        SELECT DISTINCT a.attname::text
        FROM pg_depend p
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = p.refobjsubid
        WHERE p.classid = 'pg_class'::regclass AND p.objid = i.oid
            AND p.refclassid = 'pg_class'::regclass AND p.refobjid = c.oid
            AND p.refobjsubid > 0
    ) AS columns
FROM pg_index x
JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_class c ON c.oid = x.indrelid
WHERE c.relnamespace = $1::text::regnamespace
    AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.oid AND k.contype <> 'f')
ORDER BY c.relname, i.relname
"""

TRIGGERS = """
SELECT c.relname::text AS table_name, t.tgname::text AS name,
    pg_get_triggerdef(t.oid) AS definition
FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = $1::text::regnamespace AND NOT t.tgisinternal
ORDER BY c.relname, t.tgname
"""

FUNCTIONS = """
SELECT p.oid::regprocedure::text AS name, pg_get_functiondef(p.oid) AS definition
FROM pg_proc p
WHERE p.pronamespace = $1::text::regnamespace AND p.prokind IN ('f', 'p')
    AND NOT EXISTS (
        SELECT FROM pg_depend d
        WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    )
ORDER BY p.oid
"""

EXTENSIONS = "SELECT extname::text AS name FROM pg_extension WHERE extname <> 'plpgsql'"
