"""A draft shows what writing the same data stores."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphql_erp.testing.models import DeclaredModels, Gql

pytestmark = pytest.mark.anyio

MODELS = """
    model: Customer
    fields:
      name: {type: Char, required: true}
      factor: {type: Decimal, digits: [8, 3]}
    ---
    model: Tag
    fields: {weight: Integer}
    ---
    model: Order
    order_by: [id]
    display_name: coalesce(label, "none")
    fields:
      customer: {type: ManyToOne, to: Customer}
      label: {type: Char, default: new}
      discount: {type: Decimal, digits: [8, 2], required: true, default: 0}
      due: {type: Date, default: today}
      tags: {type: ManyToMany, to: Tag}
      lines: {type: OneToMany, to: Line, inverse: order}
      net: {type: Decimal, digits: [16, 2], compute: sum(lines.amount), store: true}
      gross: {type: Decimal, digits: [16, 2], compute: net * customer.factor}
      best: {type: Decimal, digits: [16, 2], compute: "max(lines.amount, where=Q(is_free=False))"}
      weight: {type: Integer, compute: sum(tags.weight), store: true}
      paid: {type: Integer, compute: "count(lines, where=Q(is_free=False))"}
      state: {type: Char, compute: 'case(Q(net__gt=10), "big", "small")'}
      buyer: {type: Char, related: customer.name, store: true}
      text: {type: Char, compute: [label, lines.text, net]}
    ---
    model: Line
    order_by: [id]
    fields:
      order: {type: ManyToOne, to: Order, required: true, on_delete: cascade}
      quantity: Integer
      price: {type: Decimal, digits: [8, 2], required: true, default: 1}
      is_free: {type: Boolean, required: true, default: false}
      amount:
        type: Decimal
        digits: [16, 2]
        compute: quantity * price * (100 - order.discount) / 100
        store: true
      text: {type: Char, compute: [quantity, is_free], store: true}
"""
PYTHON = """
    from graphql_erp import Model

    class Order(Model):
        def compute_text(self) -> str:
            return f"{self.label} {self.net} " + ",".join(line.text for line in self.lines)

    class Line(Model):
        def compute_text(self) -> str:
            return f"{self.quantity}{'!' if self.is_free else ''}"
"""
OWN = ("label", "discount", "due")
COMPUTED = (*["net", "gross", "best", "weight", "paid", "state", "buyer", "text"], "displayName")
OF_LINE = ("amount", "text")
SHOWN = f"""
  {" ".join((*OWN, *COMPUTED))} customer {{ id }}
  lines {{ nodes {{ id quantity price isFree {" ".join(OF_LINE)} }} }}
"""

MONEY = st.integers(-300, 9999).map(lambda cents: f"{cents / 100:.2f}")
CUSTOMERS = st.none() | st.sampled_from([1, 2]).map(lambda number: {"id": number})
TAGS = st.lists(st.sampled_from([1, 2]), unique=True, max_size=2)


def some(**values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=values)


LINE = some(quantity=st.none() | st.integers(-3, 9), price=MONEY, isFree=st.booleans())
FIELDS = {
    "customer": CUSTOMERS,
    "label": st.none() | st.sampled_from(["a", "b"]),
    "discount": st.integers(0, 30).map(str),
    "due": st.none() | st.just("2026-01-02"),
}
NEW_LINES = st.fixed_dictionaries({"create": st.lists(LINE, max_size=3)})
NEW = some(**FIELDS, tags=st.fixed_dictionaries({"link": TAGS}), lines=NEW_LINES)
CHANGED = some(
    **FIELDS,
    tags=st.fixed_dictionaries({"set": TAGS}) | some(link=TAGS, unlink=TAGS),
    lines=some(
        create=st.lists(LINE, max_size=2),
        update=st.lists(st.fixed_dictionaries({"id": st.just("1"), "data": LINE}), max_size=1),
        delete=st.lists(st.just("2"), max_size=1),
    ),
)


async def fill(gql: Gql) -> None:
    result = await gql(
        """mutation {
          customerCreateMany(data: [{name: "A", factor: "1.190"}, {name: "B"}]) { affected }
          tagCreateMany(data: [{weight: 2}, {weight: 5}]) { affected }
          orderCreate(data: {customer: {id: 1}, tags: {link: [1]}, lines: {create: [
            {quantity: 2, price: "3.33"}, {quantity: 1}, {isFree: true, quantity: 4}
          ]}}) { errors { code } }
        }"""
    )
    assert not result.errors


async def drafted(gql: Gql, record_id: int | None, data: dict[str, Any]) -> dict[str, Any]:
    result = await gql(
        """query($id: ID, $data: OrderUpdateInput!) {
          orderDraft(id: $id, data: $data) { values warnings errors { code } }
        }""",
        id=record_id,
        data=data,
    )
    assert not result.errors, result.errors
    assert result.data["orderDraft"]["errors"] == []
    values: dict[str, Any] = result.data["orderDraft"]["values"]
    return values


async def written(gql: Gql, record_id: int | None, data: dict[str, Any]) -> dict[str, Any]:
    if record_id is None:
        name, head, given = "orderCreate", "$data: OrderCreateInput!", {"data": data}
    else:
        name, head = "orderUpdate", "$id: ID!, $data: OrderUpdateInput!"
        given = {"id": record_id, "data": data}
    arguments = ", ".join(f"{item}: ${item}" for item in given)
    result = await gql(
        f"mutation({head}) {{ {name}({arguments}) {{ record {{ {SHOWN} }} errors {{ code }} }} }}",
        **given,
    )
    assert not result.errors, result.errors
    assert result.data[name]["errors"] == []
    record: dict[str, Any] = result.data[name]["record"]
    return record


async def check(models: DeclaredModels, record_id: int | None, data: dict[str, Any]) -> None:
    await models.pool()
    await models.empty()
    await fill(models.gql)
    before = dict.fromkeys((*OWN, *COMPUTED)) | {"lines": {"nodes": []}}
    if record_id is not None:
        stored = await models.gql(f"{{ order(by: {{id: {record_id}}}) {{ {SHOWN} }} }}")
        before = stored.data["order"]

    shown = await drafted(models.gql, record_id, data)
    record = await written(models.gql, record_id, data)

    for name in COMPUTED:
        assert shown.get(name, before[name]) == record[name], name
        assert (name in shown) == (before[name] != record[name]), name
    for name in OWN:
        assert name in data or shown.get(name, before[name]) == record[name], name
    compare_lines(shown.get("lines", {}), before["lines"]["nodes"], record["lines"]["nodes"])


def compare_lines(
    shown: dict[str, Any], before: list[dict[str, Any]], lines: list[dict[str, Any]]
) -> None:
    known = {line["id"]: line for line in before}
    updated = {item["id"]: item["data"] for item in shown.get("update", ())}
    created = [line for line in lines if line["id"] not in known]
    told = shown.get("create") or [{}] * len(created)
    assert len(told) == len(created)
    for line, values in zip(created, told, strict=True):
        assert [values.get(name) for name in OF_LINE] == [line[name] for name in OF_LINE]
    for line in lines:
        if line["id"] in known:
            values = known[line["id"]] | updated.get(line["id"], {})
            assert [values[name] for name in OF_LINE] == [line[name] for name in OF_LINE]


@pytest.fixture
def declared(models: DeclaredModels) -> DeclaredModels:
    models.declare(MODELS, python=PYTHON)
    return models


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=NEW)
async def test_draft_of_a_new_record(declared: DeclaredModels, data: dict[str, Any]) -> None:
    await check(declared, None, data)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=CHANGED)
async def test_draft_of_a_stored_record(declared: DeclaredModels, data: dict[str, Any]) -> None:
    await check(declared, 1, data)
