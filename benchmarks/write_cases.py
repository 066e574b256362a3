"""The writing workloads: documents, variables that vary, and what they are compared with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks import write_limits as limits
from benchmarks.write_limits import Limit, Variables

TRANSACTION, STATEMENT = "transaction", "statement"
ROWS = 200
"""Sales there are from the start; each worker changes one of its own."""
BULK = 1_000

_CREATE = """
mutation Create($data: {type}CreateInput!) {{
  {root}Create(data: $data) {{
    record {{
      id number state orderedOn total version
      customer {{ id name }}
      lines(orderBy: [{{position: ASC}}]) {{
        nodes {{ id position description quantity unitPrice subtotal item {{ id code name }} }}
      }}
    }}
    errors {{ code message path }}
  }}
}}
"""
_UPDATE = """
mutation Update($id: ID!, $version: Int!, $data: {type}UpdateInput!) {{
  {root}Update(id: $id, version: $version, data: $data) {{
    record {{ id reference version }}
    errors {{ code message path }}
  }}
}}
"""
_CREATE_MANY = """
mutation CreateMany($data: [BenchSaleCreateInput!]!) {
  benchSaleCreateMany(data: $data) { affected errors { code message path } }
}
"""
_GRADED = """
query Graded {
  benchSales(orderBy: [{id: ASC}], first: 100) {
    nodes { id number state orderedOn total grade customer { name } }
  }
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One kind of request.

    Attributes:
        name: Its number in the result table.
        title: What it does, for people.
        document: GraphQL document of every request.
        draw: Variables of a request, by the id its worker owns and the number of the request.
        limits: Hand-written versions by name.
        aim: Share of the limit to be reached.
        most_at_once: Most requests that are sent at once.
    """

    name: str
    title: str
    document: str
    draw: Callable[[int, int], Variables]
    limits: Mapping[str, Limit]
    aim: float
    most_at_once: int = 16


def _sale(worker: int, number: int) -> dict[str, Any]:
    return {
        "number": f"S{worker}-{number}",
        "state": ("DRAFT", "CONFIRMED", "DONE")[number % 3],
        "orderedOn": f"2026-03-{1 + number % 28:02}",
        "total": f"{number % 5000}.50",
        "customer": {"id": str(1 + number % 1000)},
    }


def _new_sale(worker: int, number: int) -> Variables:
    lines = [
        {
            "position": 10 * place,
            "description": f"Line {place} of {number}",
            "quantity": "2.500",
            "unitPrice": f"{number % 90}.10",
            "subtotal": "7.75",
            "item": {"id": str(1 + (number * 7 + place) % 1000)},
        }
        for place in range(1, 5)
    ]
    return {"data": {**_sale(worker, number), "lines": {"create": lines}}}


def _change(worker: int, number: int) -> Variables:
    return {"id": str(worker), "version": 1 + number, "data": {"reference": f"R{number}"}}


def _many(worker: int, number: int) -> Variables:
    return {"data": [_sale(worker, number * BULK + place) for place in range(BULK)]}


def _create(name: str, title: str, model: str, table: str, aim: float) -> Case:
    root = model[0].lower() + model[1:]
    audited, reads = model == "BenchAuditedSale", name.endswith("h")
    made = {TRANSACTION: limits.create(table, f"{root}Create", audited=audited, reads=reads)}
    if not reads:
        made[STATEMENT] = limits.create_at_once(table, f"{root}Create", audited=audited)
    document = _CREATE.format(type=model, root=root)
    return Case(name=name, title=title, document=document, draw=_new_sale, limits=made, aim=aim)


def _update(name: str, title: str, model: str, table: str, aim: float) -> Case:
    root = model[0].lower() + model[1:]
    audited, reads = model == "BenchAuditedSale", name.endswith("h")
    made = {TRANSACTION: limits.update(table, f"{root}Update", audited=audited, reads=reads)}
    if not reads:
        made[STATEMENT] = limits.update_at_once(table, f"{root}Update", audited=audited)
    document = _UPDATE.format(type=model, root=root)
    return Case(name=name, title=title, document=document, draw=_change, limits=made, aim=aim)


CASES: Mapping[str, Case] = {
    case.name: case
    for case in (
        _create("6", "order with 4 lines", "BenchSale", "bench_sale", 0.85),
        _create("6a", "the same, audited", "BenchAuditedSale", "bench_audited_sale", 0.85),
        _create("6h", "the same, with a hook", "BenchHookedSale", "bench_hooked_sale", 0.6),
        _update("7", "one field, with version", "BenchSale", "bench_sale", 0.85),
        _update("7a", "the same, audited", "BenchAuditedSale", "bench_audited_sale", 0.85),
        _update("7h", "the same, with a hook", "BenchHookedSale", "bench_hooked_sale", 0.6),
        Case(
            name="many",
            title=f"createMany of {BULK}",
            document=_CREATE_MANY,
            draw=_many,
            limits={STATEMENT: limits.create_many},
            aim=0.4,
            most_at_once=1,
        ),
        Case(
            name="9",
            title="100 orders, one field by Python",
            document=_GRADED,
            draw=lambda _worker, _number: {"after": 0},
            limits={STATEMENT: limits.graded},
            aim=0.6,
        ),
    )
}
