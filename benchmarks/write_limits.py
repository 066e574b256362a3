"""What a specialist writes for the writing workloads, by hand over asyncpg.

Each function takes a connection of the pool and the variables of a request, and returns the text
of the whole answer. PostgreSQL builds the JSON.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import asyncpg
import orjson

Variables = Mapping[str, Any]
Limit = Callable[[asyncpg.Connection, Variables], Awaitable[bytes]]

_CONTEXT = "SELECT set_config('erp.context', $1, true)"
_RECORD = """
SELECT row_to_json(r) FROM (
  SELECT s.id::text, s.number, upper(s.state) AS state, s.ordered_on AS "orderedOn",
    s.total::text, s.version,
    (SELECT customer FROM (SELECT c.id::text, c.name) customer) AS customer,
    (SELECT connection FROM (SELECT coalesce(json_agg(line), '[]') AS nodes FROM (
      SELECT l.id::text, l.position, l.description, l.quantity::text,
        l.unit_price::text AS "unitPrice", l.subtotal::text,
        (SELECT item FROM (SELECT i.id::text, i.code, i.name) item) AS item
      FROM {lines} l JOIN bench_item i ON i.id = l.item_id
      WHERE l.sale_id = s.id ORDER BY l.position, l.id LIMIT 50
    ) line) connection) AS lines
  FROM {sales} s JOIN bench_customer c ON c.id = s.customer_id
  WHERE s.id = {id}
) r
"""
_SALE = """
INSERT INTO {table} (number, state, ordered_on, total, customer_id) VALUES ($1, $2, $3, $4, $5)
RETURNING {returned}
"""
_LINES = """
INSERT INTO {table}_line (sale_id, position, description, quantity, unit_price, subtotal, item_id)
SELECT {sale}, position, description, quantity, unit_price, subtotal, item
FROM unnest({arrays}) WITH ORDINALITY
  AS g(position, description, quantity, unit_price, subtotal, item, ordinal)
ORDER BY ordinal
"""
_TYPES = ("integer", "text", "numeric", "numeric", "numeric", "bigint")


def _arrays(first: int) -> str:
    return ", ".join(f"${first + place}::{name}[]" for place, name in enumerate(_TYPES))


def _sale_values(data: Variables) -> tuple[Any, ...]:
    return (
        data["number"],
        data["state"].lower(),
        date.fromisoformat(data["orderedOn"]),
        Decimal(data["total"]),
        int(data["customer"]["id"]),
    )


def _line_values(data: Variables) -> tuple[list[Any], ...]:
    lines = data["lines"]["create"]
    return (
        [line["position"] for line in lines],
        [line["description"] for line in lines],
        [Decimal(line["quantity"]) for line in lines],
        [Decimal(line["unitPrice"]) for line in lines],
        [Decimal(line["subtotal"]) for line in lines],
        [int(line["item"]["id"]) for line in lines],
    )


def _answer(name: bytes, record: bytes) -> bytes:
    return b'{"data":{"%s":{"record":%s,"errors":[]}}}' % (name, record)


def create(table: str, root: str, *, audited: bool = False, reads: bool = False) -> Limit:
    """Return the limit that creates a sale with lines in a transaction.

    Args:
        table: Of the sales.
        root: Name of the root field.
        audited: Whether the database records who did it.
        reads: Whether the stored row is read afterwards.
    """
    stored = f"SELECT * FROM {table} WHERE id = $1"
    sale = _SALE.format(table=table, returned="id")
    lines = _LINES.format(table=table, sale="$1", arrays=_arrays(2))
    record = _RECORD.format(sales=table, lines=f"{table}_line", id="$1")

    async def run(connection: asyncpg.Connection, variables: Variables) -> bytes:
        data = variables["data"]
        async with connection.transaction():
            if audited:
                await connection.fetchval(_CONTEXT, "{}")
            sale_id = await connection.fetchval(sale, *_sale_values(data))
            await connection.fetch(lines, sale_id, *_line_values(data))
            if reads:
                await connection.fetchrow(stored, sale_id)
            found = await connection.fetchval(record, sale_id)
        return _answer(root.encode(), found)

    return run


def create_at_once(table: str, root: str, *, audited: bool = False) -> Limit:
    """Return the limit that does the same in one statement."""
    arrays = _arrays(6)
    lines = _LINES.format(table=table, sale="(SELECT id FROM s)", arrays=arrays)
    record = _RECORD.format(sales="s", lines="l", id="(SELECT id FROM s)")
    sale = _SALE.format(table=table, returned="*")
    if audited:
        told = "set_config('erp.context', $12, true) IS NOT NULL"
        sale = sale.replace(
            "VALUES ($1, $2, $3, $4, $5)", f"SELECT $1, $2, $3, $4, $5 WHERE {told}"
        )
    text = f"WITH s AS ({sale}), l AS ({lines} RETURNING *) {record}"
    context = ("{}",) if audited else ()

    async def run(connection: asyncpg.Connection, variables: Variables) -> bytes:
        data = variables["data"]
        values = (*_sale_values(data), *_line_values(data), *context)
        return _answer(root.encode(), await connection.fetchval(text, *values))

    return run


_CHANGED = """
UPDATE {table} SET reference = $3, version = version + 1, updated_at = now()
WHERE id = $1 AND version = $2{told} RETURNING id, reference, version
"""
_CHANGED_JSON = (
    "SELECT row_to_json(r) FROM (SELECT id::text, reference, version FROM {table}{where}) r"
)


def update(table: str, root: str, *, audited: bool = False, reads: bool = False) -> Limit:
    """Return the limit that changes a sale of a version in a transaction.

    Args:
        table: Of the sales.
        root: Name of the root field.
        audited: Whether the database records who did it.
        reads: Whether the stored row is read and locked before.
    """
    lock = f"SELECT * FROM {table} WHERE id = $1 FOR NO KEY UPDATE"
    change = _CHANGED.format(table=table, told="")
    record = _CHANGED_JSON.format(table=table, where=" WHERE id = $1")

    async def run(connection: asyncpg.Connection, variables: Variables) -> bytes:
        sale_id, data = int(variables["id"]), variables["data"]
        async with connection.transaction():
            if audited:
                await connection.fetchval(_CONTEXT, "{}")
            if reads:
                await connection.fetchrow(lock, sale_id)
            await connection.fetchrow(change, sale_id, variables["version"], data["reference"])
            found = await connection.fetchval(record, sale_id)
        return _answer(root.encode(), found)

    return run


def update_at_once(table: str, root: str, *, audited: bool = False) -> Limit:
    """Return the limit that does the same in one statement."""
    told = " AND set_config('erp.context', $4, true) IS NOT NULL" if audited else ""
    change = _CHANGED.format(table=table, told=told)
    text = f"WITH s AS ({change}) {_CHANGED_JSON.format(table='s', where='')}"
    context = ("{}",) if audited else ()

    async def run(connection: asyncpg.Connection, variables: Variables) -> bytes:
        sale_id, data = int(variables["id"]), variables["data"]
        values = (sale_id, variables["version"], data["reference"], *context)
        return _answer(root.encode(), await connection.fetchval(text, *values))

    return run


_MANY = """
INSERT INTO bench_sale (number, state, ordered_on, total, customer_id)
SELECT * FROM unnest($1::text[], $2::text[], $3::date[], $4::numeric[], $5::bigint[])
RETURNING id
"""


async def create_many(connection: asyncpg.Connection, variables: Variables) -> bytes:
    """Create many sales in one statement."""
    columns = zip(*(_sale_values(item) for item in variables["data"]), strict=True)
    rows = await connection.fetch(_MANY, *map(list, columns))
    return b'{"data":{"benchSaleCreateMany":{"affected":%d,"errors":[]}}}' % len(rows)


_PAGE = """
SELECT s.id, s.number, s.state, s.ordered_on, s.total, c.name AS customer
FROM bench_sale s JOIN bench_customer c ON c.id = s.customer_id
WHERE s.id > $1 ORDER BY s.id LIMIT 100
"""


async def graded(connection: asyncpg.Connection, variables: Variables) -> bytes:
    """Read 100 sales as rows, compute a field of each and write the JSON."""
    rows = await connection.fetch(_PAGE, int(variables["after"]))
    nodes = [
        {
            "id": str(row["id"]),
            "number": row["number"],
            "state": row["state"].upper(),
            "orderedOn": row["ordered_on"].isoformat(),
            "total": str(row["total"]),
            "grade": f"{'large' if row['total'] >= 1000 else 'small'}, {row['state']}",  # noqa: PLR2004
            "customer": {"name": row["customer"]},
        }
        for row in rows
    ]
    return orjson.dumps({"data": {"benchSales": {"nodes": nodes}}})
