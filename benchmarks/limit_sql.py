"""The limit's statements: what a specialist writes when PostgreSQL builds the JSON.

Each returns the text under `data`. The page is cut first and joined afterwards; a composite value
that is aggregated becomes a JSON object in one pass, without a function call per cell.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from benchmarks.workloads import Variables


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement and how its arguments follow from a request's variables.

    Attributes:
        text: SQL whose one value is the JSON of the records.
        arguments: Makes the bound values.
        head: Bytes of the answer before that value.
        tail: Bytes of the answer after it.
    """

    text: str
    arguments: Callable[[Variables], tuple[Any, ...]]
    head: bytes
    tail: bytes


def _utc(column: str) -> str:
    return f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


_ONE_ORDER = f"""
SELECT row_to_json(r) FROM (
  SELECT id::text, number, upper(state) AS state, priority, ordered_on AS "orderedOn",
    {_utc("confirmed_at")} AS "confirmedAt", reference, total::text
  FROM bench_order WHERE id = $1
) r
"""

_ORDER_LIST = """
SELECT coalesce(json_agg(r), '[]') FROM (
  SELECT o.id::text, o.number, upper(o.state) AS state, o.priority, o.ordered_on AS "orderedOn",
    o.due_on AS "dueOn", o.currency_code AS "currencyCode", o.is_paid AS "isPaid", o.net::text,
    o.total::text,
    (SELECT contact FROM (SELECT c.name, c.email, CASE WHEN k.id IS NOT NULL THEN
      (SELECT company FROM (SELECT k.name) company) END AS company) contact) AS contact
  FROM (SELECT * FROM bench_order WHERE state = $1 AND ordered_on <= $2
      ORDER BY ordered_on DESC, id DESC LIMIT 100) o
    JOIN bench_contact c ON c.id = o.contact_id
    LEFT JOIN bench_company k ON k.id = c.company_id
  ORDER BY o.ordered_on DESC, o.id DESC
) r
"""

_ORDERS_WITH_LINES = """
SELECT coalesce(json_agg(r), '[]') FROM (
  SELECT o.id::text, o.number, upper(o.state) AS state, o.ordered_on AS "orderedOn", o.total::text,
    (SELECT contact FROM (SELECT c.id::text, c.name, c.email) contact) AS contact,
    (SELECT connection FROM (SELECT l.nodes) connection) AS lines
  FROM (SELECT * FROM bench_order WHERE ordered_on <= $1
      ORDER BY ordered_on DESC, id DESC LIMIT 50) o
    JOIN bench_contact c ON c.id = o.contact_id
    CROSS JOIN LATERAL (SELECT coalesce(json_agg(line), '[]') AS nodes FROM (
      SELECT b.id::text, b.position, b.description, b.quantity::text,
        b.unit_price::text AS "unitPrice", b.subtotal::text,
        (SELECT product FROM (SELECT p.id::text, p.code, p.name) product) AS product
      FROM bench_line b JOIN bench_product p ON p.id = b.product_id
      WHERE b.order_id = o.id ORDER BY b.position, b.id
    ) line) l
  ORDER BY o.ordered_on DESC, o.id DESC
) r
"""

_CONTACT_LIST = f"""
SELECT coalesce(json_agg(r), '[]') FROM (
  SELECT id::text, number, name, email, phone, city, upper(kind) AS kind, active,
    credit_limit::text AS "creditLimit", {_utc("last_seen_at")} AS "lastSeenAt"
  FROM bench_contact WHERE number > $1 ORDER BY number LIMIT 1000
) r
"""

_TOTALS_BY_STATE = """
SELECT coalesce(json_agg(r), '[]') FROM (
  SELECT (SELECT key FROM (SELECT upper(state) AS state) key) AS key, count,
    (SELECT aggregate FROM (SELECT (SELECT sum FROM (SELECT total) sum) AS sum) aggregate)
      AS aggregate
  FROM (SELECT state, count(*), sum(total)::text AS total FROM bench_order
      WHERE ordered_on >= $1 GROUP BY state) grouped
  ORDER BY grouped.state
) r
"""

_CONTACT_SEARCH = """
WITH hits AS MATERIALIZED (
  SELECT id, number, name, email, phone, job_title, city, kind FROM bench_contact
  WHERE active AND (lower(name) LIKE $1 OR lower(email) LIKE $1)
)
SELECT row_to_json(answer) FROM (
  SELECT (SELECT count(*) FROM hits) AS "totalCount",
    (SELECT coalesce(json_agg(r), '[]') FROM (
      SELECT id::text, number, name, email, phone, job_title AS "jobTitle", city,
        upper(kind) AS kind
      FROM hits ORDER BY number LIMIT 50
    ) r) AS nodes
) answer
"""


def _pattern(text: str) -> str:
    literal = re.sub(r"([%_\\])", r"\\\1", text.lower())
    return f"%{literal}%"


STATEMENTS: Mapping[str, Statement] = {
    "1": Statement(
        text=_ONE_ORDER,
        arguments=lambda v: (int(v["id"]),),
        head=b'{"data":{"benchOrder":',
        tail=b"}}",
    ),
    "2": Statement(
        text=_ORDER_LIST,
        arguments=lambda v: (v["state"].lower(), date.fromisoformat(v["until"])),
        head=b'{"data":{"benchOrders":{"nodes":',
        tail=b"}}}",
    ),
    "3": Statement(
        text=_ORDERS_WITH_LINES,
        arguments=lambda v: (date.fromisoformat(v["until"]),),
        head=b'{"data":{"benchOrders":{"nodes":',
        tail=b"}}}",
    ),
    "4": Statement(
        text=_CONTACT_LIST,
        arguments=lambda v: (v["number"],),
        head=b'{"data":{"benchContacts":{"nodes":',
        tail=b"}}}",
    ),
    "5": Statement(
        text=_TOTALS_BY_STATE,
        arguments=lambda v: (date.fromisoformat(v["since"]),),
        head=b'{"data":{"benchOrders":{"groups":{"nodes":',
        tail=b"}}}}",
    ),
    "8": Statement(
        text=_CONTACT_SEARCH,
        arguments=lambda v: (_pattern(v["text"]),),
        head=b'{"data":{"benchContacts":',
        tail=b"}}",
    ),
}
