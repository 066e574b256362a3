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
