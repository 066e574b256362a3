BEGIN;
SET LOCAL erp.context = '{"user":1}'

-- $1 = [1, 3]
SELECT northwind_product.id,
  northwind_product.number
FROM northwind_product AS northwind_product
WHERE northwind_product.number = ANY ($1::INTEGER[])

-- $1 = ['10248']
SELECT northwind_order.id,
  northwind_order.external_ref
FROM northwind_order AS northwind_order
WHERE northwind_order.external_ref = ANY ($1::TEXT[])

-- $1 = [4]
-- $2 = [1]
SELECT 0,
  northwind_order.id
FROM northwind_order AS northwind_order
WHERE northwind_order.id = ANY ($1::BIGINT[])
UNION ALL
SELECT 1,
  northwind_product.id
FROM northwind_product AS northwind_product
WHERE northwind_product.id = ANY ($2::BIGINT[])

-- $1 = [1, 4]
SELECT northwind_order.id,
  northwind_order.version,
  northwind_order.created_at,
  northwind_order.created_by_id,
  northwind_order.updated_at,
  northwind_order.updated_by_id,
  northwind_order.number,
  northwind_order.external_ref,
  northwind_order.state,
  northwind_order.customer_id,
  northwind_order.employee_id,
  northwind_order.shipper_id,
  northwind_order.ordered_on,
  northwind_order.required_on,
  northwind_order.shipped_on,
  northwind_order.freight,
  northwind_order.ship_name,
  northwind_order.ship_address,
  northwind_order.ship_city,
  northwind_order.ship_region,
  northwind_order.ship_postal_code,
  northwind_order.ship_country,
  northwind_order.total
FROM northwind_order AS northwind_order
WHERE northwind_order.id = ANY ($1::BIGINT[])
ORDER BY northwind_order.id
FOR NO KEY UPDATE OF northwind_order

-- $1 = 1
-- $2 = [4, 1, 4]
-- $3 = [1, 3, 1]
-- $4 = [Decimal('1.00'), Decimal('1.00'), Decimal('1.00')]
-- $5 = [1, 1, 1]
-- $6 = [Decimal('0.00'), Decimal('0.00'), Decimal('0.00')]
INSERT INTO northwind_order_line (order_id, product_id, unit_price, quantity, discount, created_by_id, updated_by_id)
SELECT anon_1.order_id,
  anon_1.product_id,
  anon_1.unit_price,
  anon_1.quantity,
  anon_1.discount,
  $1::BIGINT AS anon_2,
  $1::BIGINT AS anon__1
FROM unnest($2::BIGINT[], $3::BIGINT[], $4::NUMERIC[], $5::INTEGER[], $6::NUMERIC[]) WITH ORDINALITY AS anon_1(order_id, product_id, unit_price, quantity, discount, _ordinal)
ORDER BY anon_1._ordinal
RETURNING northwind_order_line.id

ROLLBACK

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
