"""After any writes every stored computed field equals the same expression computed when read."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphql_erp.security.actor import Actor
from graphql_erp.testing.models import NOW, DeclaredModels, Gql
from graphql_erp.writing.recompute import recompute_all
from graphql_erp.writing.writer import Writer

pytestmark = pytest.mark.anyio

MODELS = """
    model: Customer
    fields:
      name: {type: Char, required: true}
      rank: Integer
      total: {type: Decimal, compute: sum(orders.net), store: true}
      total_now: {type: Decimal, compute: sum(orders.net_now)}
      points: {type: Integer, compute: sum(orders.points), store: true}
      points_now: {type: Integer, compute: sum(orders.points_now)}
      best: {type: Decimal, compute: "max(orders.total, where=Q(lines__is_free=True))", store: true}
      best_now: {type: Decimal, compute: "max(orders.total_now, where=Q(lines__is_free=True))"}
    ---
    model: Order
    fields:
      customer: {type: ManyToOne, to: Customer, inverse: orders, on_delete: set_null}
      tags: {type: ManyToMany, to: Tag, inverse: orders}
      discount: {type: Decimal, required: true, default: 0}
      total: {type: Decimal, compute: "sum(lines.amount, where=Q(is_free=False))", store: true}
      total_now: {type: Decimal, compute: "sum(lines.amount_now, where=Q(is_free=False))"}
      net: {type: Decimal, compute: total - discount, store: true}
      net_now: {type: Decimal, compute: total_now - discount}
      heavy: {type: Integer, compute: "count(tags, where=Q(weight__gte=2))", store: true}
      heavy_now: {type: Integer, compute: "count(tags, where=Q(weight__gte=2))"}
      tagged: {type: Integer, compute: sum(tags.weight), store: true}
      tagged_now: {type: Integer, compute: sum(tags.weight)}
      buyer: {type: Char, related: customer.display_name, store: true}
      buyer_now: {type: Char, compute: customer.display_name}
      points: {type: Integer, compute: [lines.quantity, customer.rank], store: true}
      points_now: {type: Integer, compute: "sum(lines.quantity) + coalesce(customer.rank, 0)"}
      grade: {type: Integer, compute: [net, points], store: true}
      grade_now: {type: Integer, compute: "round(net_now) + points_now"}
    ---
    model: Line
    fields:
      order: {type: ManyToOne, to: Order, inverse: lines, on_delete: cascade}
      product: {type: ManyToOne, to: Product, on_delete: set_null}
      quantity: Integer
      is_free: {type: Boolean, required: true, default: false}
      amount: {type: Decimal, compute: quantity * product.price, store: true}
      amount_now: {type: Decimal, compute: quantity * product.price}
      shelf: {type: Integer, related: product.category.below, store: true}
      shelf_now: {type: Integer, compute: product.category.below_now}
    ---
    model: Product
    fields:
      price: Decimal
      category: {type: ManyToOne, to: Category, on_delete: set_null}
    ---
    model: Category
    tree: true
    fields:
      amount: {type: Integer, required: true, default: 1}
      below: {type: Integer, compute: sum(descendants.amount), store: true}
      below_now: {type: Integer, compute: sum(descendants.amount)}
      above: {type: Integer, compute: sum(ancestors.amount), store: true}
      above_now: {type: Integer, compute: sum(ancestors.amount)}
      inside: {type: Integer, compute: count(children), store: true}
      inside_now: {type: Integer, compute: count(children)}
      outside: {type: Integer, related: parent.amount, store: true}
      outside_now: {type: Integer, compute: parent.amount}
    ---
    model: Tag
    fields: {weight: Integer}
"""
PYTHON = """
    from decimal import ROUND_HALF_UP
    from graphql_erp import Model

    class Order(Model):
        def compute_points(self) -> int:
            rank = self.customer.rank if self.customer else 0
            return sum(line.quantity or 0 for line in self.lines) + (rank or 0)

        def compute_grade(self) -> int:
            return int(self.net.quantize(1, ROUND_HALF_UP)) + self.points
"""
KEPT = {
    "customers": ("total", "points", "best"),
    "orders": ("total", "net", "heavy", "tagged", "buyer", "points", "grade"),
    "lines": ("amount", "shelf"),
    "categories": ("below", "above", "inside", "outside"),
}
MOST = 3
"""Ids go up to here: some records do not exist, and writing them is refused."""

NUMBERS = st.integers(-3, 3)
IDS = st.integers(1, MOST)
MANY = st.lists(IDS, max_size=3, unique=True)
TO_ONE = st.none() | st.builds(lambda number: {"id": number}, IDS)
MONEY = st.none() | st.integers(-300, 300).map(lambda cents: f"{cents / 100:.2f}")


def some(**values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=values)


LINE = some(product=TO_ONE, quantity=st.none() | NUMBERS, isFree=st.booleans(), order=TO_ONE)
OWN_LINE = some(product=TO_ONE, quantity=st.none() | NUMBERS, isFree=st.booleans())
LINES = some(
    create=st.lists(OWN_LINE, max_size=2),
    update=st.lists(st.fixed_dictionaries({"id": IDS, "data": OWN_LINE}), max_size=1),
    delete=st.lists(IDS, max_size=1),
)
LINKS = st.fixed_dictionaries({"set": MANY}) | some(link=MANY, unlink=MANY)
DATA = {
    "Customer": some(name=st.sampled_from("ABC"), rank=st.none() | NUMBERS),
    "Order": some(
        customer=TO_ONE,
        discount=st.integers(0, 3).map(str),
        tags=LINKS,
        lines=LINES,
    ),
    "Line": LINE,
    "Product": some(price=MONEY, category=TO_ONE),
    "Category": some(amount=NUMBERS, parent=TO_ONE),
    "Tag": some(weight=st.none() | NUMBERS, orders=LINKS),
}


def changes(model: str) -> st.SearchStrategy[tuple[str, str, Any, Any]]:
    kind = st.sampled_from(["Update", "Update", "Create", "Delete"])
    return st.tuples(kind, st.just(model), IDS, DATA[model])


CHANGES = st.lists(st.sampled_from(list(DATA)).flatmap(changes), max_size=8)
START = [
    ("Customer", [{"name": "A", "rank": 1}, {"name": "B"}]),
    ("Category", [{"amount": 1}]),
    ("Category", [{"amount": 2, "parent": {"id": 1}}]),
    ("Category", [{"amount": 3, "parent": {"id": 2}}]),
    ("Product", [{"price": "1.50", "category": {"id": 1}}, {"price": "2", "category": {"id": 3}}]),
    ("Tag", [{"weight": 1}, {"weight": 3}]),
    (
        "Order",
        [
            {
                "customer": {"id": number},
                "tags": {"link": [number]},
                "lines": {"create": [{"product": {"id": 1}, "quantity": number}] * 2},
            }
            for number in (1, 2)
        ],
    ),
]


async def create(gql: Gql, model: str, rows: list[dict[str, Any]]) -> None:
    name = model[0].lower() + model[1:]
    result = await gql(
        f"mutation($data: [{model}CreateInput!]!) {{"
        f" {name}CreateMany(data: $data) {{ errors {{ code message }} }} }}",
        data=rows,
    )
    assert not result.errors, result.errors
    assert result.data[f"{name}CreateMany"]["errors"] == []


async def change(gql: Gql, kind: str, model: str, record: int, data: dict[str, Any]) -> None:
    name = model[0].lower() + model[1:] + kind
    given: dict[str, Any] = {} if kind == "Create" else {"id": record}
    if kind != "Delete":
        given["data"] = NEW.get(model, {}) | without(data) if kind == "Create" else data
    types = {"id": "ID!", "data": f"{model}{kind}Input!"}
    head = ", ".join(f"${key}: {types[key]}" for key in given)
    arguments = ", ".join(f"{key}: ${key}" for key in given)
    result = await gql(
        f"mutation({head}) {{ {name}({arguments}) {{ errors {{ code }} }} }}", **given
    )
    assert not result.errors, (kind, model, record, data, result.errors)


NEW = {"Customer": {"name": "N"}}


def without(data: dict[str, Any]) -> dict[str, Any]:
    """Return what can be said of a new record too."""
    allowed = {"create", "link"}
    return {
        name: {key: part for key, part in value.items() if key in allowed}
        if name in {"lines", "tags", "orders"}
        else value
        for name, value in data.items()
    }


async def stored_and_computed(gql: Gql) -> tuple[Any, Any]:
    nodes = " ".join(
        f"{name}(orderBy: [{{id: ASC}}]) {{ nodes {{ id"
        f" {' '.join(f'{field} {field}Now' for field in fields)} }} }}"
        for name, fields in KEPT.items()
    )
    data = (await gql(f"{{ {nodes} }}")).data
    stored, computed = (
        {
            (name, node["id"], field): node[field + end]
            for name, fields in KEPT.items()
            for node in data[name]["nodes"]
            for field in fields
        }
        for end in ("", "Now")
    )
    return stored, computed


@pytest.fixture
def declared(models: DeclaredModels) -> DeclaredModels:
    models.declare(MODELS, python=PYTHON)
    return models


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(writes=CHANGES)
async def test_stored_equals_computed(
    declared: DeclaredModels, gql: Gql, writes: list[tuple[str, str, Any, Any]]
) -> None:
    await declared.pool()
    await declared.empty()
    for model, rows in START:
        await create(gql, model, rows)
    for kind, model, record, data in writes:
        await change(gql, kind, model, record, data)

    stored, computed = await stored_and_computed(gql)

    assert stored == computed


async def test_everything_is_made_anew(declared: DeclaredModels, gql: Gql) -> None:
    for model, rows in START:
        await create(gql, model, rows)
    before, _ = await stored_and_computed(gql)
    async with (await declared.pool()).acquire() as connection, connection.transaction():
        await connection.execute(
            'UPDATE line SET amount = 0; UPDATE "order" SET points = 0, buyer = NULL WHERE id = 1;'
            "UPDATE category SET below = NULL; UPDATE customer SET total = NULL"
        )
        writer = Writer(
            registry=declared.engine.registry,
            tables=declared.engine.tables,
            actor=Actor(),
            now=NOW,
            connection=connection,
        )
        changed = await recompute_all(writer)
        again = await recompute_all(writer)

    assert {name: sorted(ids) for name, ids in changed.items()} == {
        "Category": [1, 2, 3],
        "Customer": [1, 2],
        "Line": [1, 2, 3, 4],
        "Order": [1],
    }
    assert again == {}
    assert (await stored_and_computed(gql))[0] == before
