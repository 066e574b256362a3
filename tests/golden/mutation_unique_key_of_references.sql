BEGIN;

-- $1 = [4]
SELECT northwind_order.id,
  northwind_order.id AS id__1
FROM northwind_order, unnest($1::BIGINT[]) WITH ORDINALITY AS anon_1(id, _ordinal)
WHERE northwind_order.id = anon_1.id

-- $1 = [1, 3]
SELECT northwind_product.id,
  northwind_product.number
FROM northwind_product, unnest($1::INTEGER[]) WITH ORDINALITY AS anon_1(number, _ordinal)
WHERE northwind_product.number = anon_1.number

-- $1 = [10248]
SELECT northwind_order.id,
  northwind_order.number
FROM northwind_order, unnest($1::INTEGER[]) WITH ORDINALITY AS anon_1(number, _ordinal)
WHERE northwind_order.number = anon_1.number

-- $1 = [1]
SELECT northwind_product.id,
  northwind_product.id AS id__1
FROM northwind_product, unnest($1::BIGINT[]) WITH ORDINALITY AS anon_1(id, _ordinal)
WHERE northwind_product.id = anon_1.id

-- $1 = 1
-- $2 = 1
-- $3 = [4, 1, 4]
-- $4 = [1, 3, 1]
-- $5 = [Decimal('1.00'), Decimal('1.00'), Decimal('1.00')]
-- $6 = [1, 1, 1]
-- $7 = [Decimal('0.00'), Decimal('0.00'), Decimal('0.00')]
INSERT INTO northwind_order_line (order_id, product_id, unit_price, quantity, discount, created_by_id, updated_by_id)
SELECT anon_1.order_id,
  anon_1.product_id,
  anon_1.unit_price,
  anon_1.quantity,
  anon_1.discount,
  $1::BIGINT AS anon_2,
  $2::BIGINT AS anon_3
FROM unnest($3::BIGINT[], $4::BIGINT[], $5::NUMERIC[], $6::INTEGER[], $7::NUMERIC[]) WITH ORDINALITY AS anon_1(order_id, product_id, unit_price, quantity, discount, _ordinal)
ORDER BY anon_1._ordinal
RETURNING northwind_order_line.id

ROLLBACK;

-- $1 = [4]
SELECT northwind_order.id,
  northwind_order.id AS id__1
FROM northwind_order, unnest($1::BIGINT[]) WITH ORDINALITY AS anon_1(id, _ordinal)
WHERE northwind_order.id = anon_1.id

-- $1 = [1, 3]
SELECT northwind_product.id,
  northwind_product.number
FROM northwind_product, unnest($1::INTEGER[]) WITH ORDINALITY AS anon_1(number, _ordinal)
WHERE northwind_product.number = anon_1.number

-- $1 = [10248]
SELECT northwind_order.id,
  northwind_order.number
FROM northwind_order, unnest($1::INTEGER[]) WITH ORDINALITY AS anon_1(number, _ordinal)
WHERE northwind_order.number = anon_1.number

-- $1 = [1]
SELECT northwind_product.id,
  northwind_product.id AS id__1
FROM northwind_product, unnest($1::BIGINT[]) WITH ORDINALITY AS anon_1(id, _ordinal)
WHERE northwind_product.id = anon_1.id

-- $1 = [4, 1, 4]
-- $2 = [1, 3, 1]
SELECT northwind_order_line.order_id,
  northwind_order_line.product_id
FROM northwind_order_line, unnest($1::BIGINT[], $2::BIGINT[]) WITH ORDINALITY AS anon_1(order_id, product_id, _ordinal)
WHERE northwind_order_line.order_id = anon_1.order_id
  AND northwind_order_line.product_id = anon_1.product_id

SELECT current_setting('jit') AS cur,
  set_config('jit', 'off', false) AS new

-- $1 = [1185]
WITH RECURSIVE typeinfo_tree(oid, ns, name, kind, basetype, elemtype, elemdelim, range_subtype, attrtypoids, attrnames, depth) AS (
    SELECT ti.oid,
      ti.ns,
      ti.name,
      ti.kind,
      ti.basetype,
      ti.elemtype,
      ti.elemdelim,
      ti.range_subtype,
      ti.attrtypoids,
      ti.attrnames,
      0
    FROM (
        SELECT t.oid AS oid,
          ns.nspname AS ns,
          t.typname AS name,
          t.typtype AS kind,
          (CASE WHEN t.typtype = 'd' THEN (
            WITH RECURSIVE typebases(oid, depth) AS (
                SELECT t2.typbasetype AS oid,
                  0 AS depth
                FROM pg_type t2
                WHERE t2.oid = t.oid
                UNION ALL
                SELECT t2.typbasetype AS oid,
                  tb.depth + 1 AS depth
                FROM pg_type t2, typebases tb
                WHERE tb.oid = t2.oid
                  AND t2.typbasetype != 0
              )
            SELECT oid
            FROM typebases
            ORDER BY depth DESC
            LIMIT 1
          ) ELSE NULL END) AS basetype,
          t.typelem AS elemtype,
          elem_t.typdelim AS elemdelim,
          COALESCE(range_t.rngsubtype, multirange_t.rngsubtype) AS range_subtype,
          (CASE WHEN t.typtype = 'c' THEN (
            SELECT array_agg(ia.atttypid ORDER BY ia.attnum)
            FROM pg_attribute ia
            INNER JOIN pg_class c ON (ia.attrelid = c.oid)
            WHERE ia.attnum > 0
              AND NOT ia.attisdropped
              AND c.reltype = t.oid
          ) ELSE NULL END) AS attrtypoids,
          (CASE WHEN t.typtype = 'c' THEN (
            SELECT array_agg(ia.attname::text ORDER BY ia.attnum)
            FROM pg_attribute ia
            INNER JOIN pg_class c ON (ia.attrelid = c.oid)
            WHERE ia.attnum > 0
              AND NOT ia.attisdropped
              AND c.reltype = t.oid
          ) ELSE NULL END) AS attrnames
        FROM pg_catalog.pg_type AS t
        INNER JOIN pg_catalog.pg_namespace ns ON (ns.oid = t.typnamespace)
        LEFT JOIN pg_type elem_t ON (t.typlen = -1 AND t.typelem != 0 AND t.typelem = elem_t.oid )
        LEFT JOIN pg_range range_t ON (t.oid = range_t.rngtypid )
        LEFT JOIN pg_range multirange_t ON (t.oid = multirange_t.rngmultitypid )
      ) AS ti
    WHERE ti.oid = any($1::oid[])
    UNION ALL
    SELECT ti.oid,
      ti.ns,
      ti.name,
      ti.kind,
      ti.basetype,
      ti.elemtype,
      ti.elemdelim,
      ti.range_subtype,
      ti.attrtypoids,
      ti.attrnames,
      tt.depth + 1
    FROM (
        SELECT t.oid AS oid,
          ns.nspname AS ns,
          t.typname AS name,
          t.typtype AS kind,
          (CASE WHEN t.typtype = 'd' THEN (
            WITH RECURSIVE typebases(oid, depth) AS (
                SELECT t2.typbasetype AS oid,
                  0 AS depth
                FROM pg_type t2
                WHERE t2.oid = t.oid
                UNION ALL
                SELECT t2.typbasetype AS oid,
                  tb.depth + 1 AS depth
                FROM pg_type t2, typebases tb
                WHERE tb.oid = t2.oid
                  AND t2.typbasetype != 0
              )
            SELECT oid
            FROM typebases
            ORDER BY depth DESC
            LIMIT 1
          ) ELSE NULL END) AS basetype,
          t.typelem AS elemtype,
          elem_t.typdelim AS elemdelim,
          COALESCE(range_t.rngsubtype, multirange_t.rngsubtype) AS range_subtype,
          (CASE WHEN t.typtype = 'c' THEN (
            SELECT array_agg(ia.atttypid ORDER BY ia.attnum)
            FROM pg_attribute ia
            INNER JOIN pg_class c ON (ia.attrelid = c.oid)
            WHERE ia.attnum > 0
              AND NOT ia.attisdropped
              AND c.reltype = t.oid
          ) ELSE NULL END) AS attrtypoids,
          (CASE WHEN t.typtype = 'c' THEN (
            SELECT array_agg(ia.attname::text ORDER BY ia.attnum)
            FROM pg_attribute ia
            INNER JOIN pg_class c ON (ia.attrelid = c.oid)
            WHERE ia.attnum > 0
              AND NOT ia.attisdropped
              AND c.reltype = t.oid
          ) ELSE NULL END) AS attrnames
        FROM pg_catalog.pg_type AS t
        INNER JOIN pg_catalog.pg_namespace ns ON (ns.oid = t.typnamespace)
        LEFT JOIN pg_type elem_t ON (t.typlen = -1 AND t.typelem != 0 AND t.typelem = elem_t.oid )
        LEFT JOIN pg_range range_t ON (t.oid = range_t.rngtypid )
        LEFT JOIN pg_range multirange_t ON (t.oid = multirange_t.rngmultitypid )
      ) ti, typeinfo_tree tt
    WHERE (tt.elemtype IS NOT NULL AND ti.oid = tt.elemtype) OR (tt.attrtypoids IS NOT NULL AND ti.oid = any(tt.attrtypoids)) OR (tt.range_subtype IS NOT NULL AND ti.oid = tt.range_subtype) OR (tt.basetype IS NOT NULL AND ti.oid = tt.basetype)
  )
SELECT DISTINCT *,
  basetype::regtype::text AS basetype_name,
  elemtype::regtype::text AS elemtype_name,
  range_subtype::regtype::text AS range_subtype_name
FROM typeinfo_tree
ORDER BY depth DESC

-- $1 = [None, None, None]
-- $2 = [None, None, None]
-- $3 = [None, None, None]
-- $4 = [None, None, None]
-- $5 = [None, None, None]
-- $6 = [None, None, None]
-- $7 = [4, 1, 4]
-- $8 = [1, 3, 1]
-- $9 = [Decimal('1.00'), Decimal('1.00'), Decimal('1.00')]
-- $10 = [1, 1, 1]
-- $11 = [Decimal('0.00'), Decimal('0.00'), Decimal('0.00')]
SELECT quantity > 0 AS anon_1,
  discount >= 0
  AND discount <= 1 AS anon_2
FROM unnest($1::BIGINT[], $2::INTEGER[], $3::TIMESTAMP WITH TIME ZONE[], $4::BIGINT[], $5::TIMESTAMP WITH TIME ZONE[], $6::BIGINT[], $7::BIGINT[], $8::BIGINT[], $9::NUMERIC[], $10::INTEGER[], $11::NUMERIC[]) WITH ORDINALITY AS anon_3(id, version, created_at, created_by_id, updated_at, updated_by_id, order_id, product_id, unit_price, quantity, discount, _ordinal)
ORDER BY anon_3._ordinal
