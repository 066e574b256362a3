"""Which kept fields are stale when which fields change."""

import pytest

from graphql_erp.computed.graph import Graph, graph_of
from graphql_erp.registry.registry import Registry
from graphql_erp.testing.declare import declare

SHOP = """
    model: Customer
    fields:
      name: {type: Char, required: true}
      total: {type: Decimal, compute: sum(orders.total), store: true}
    ---
    model: Order
    fields:
      customer: {type: ManyToOne, to: Customer, inverse: orders}
      tags: {type: ManyToMany, to: Tag, inverse: orders}
      total: {type: Decimal, compute: "sum(lines.amount, where=Q(is_free=False))", store: true}
      gross: {type: Decimal, compute: total * 1.2, store: true}
      weight: {type: Integer, compute: sum(tags.weight), store: true}
      buyer: {type: Char, related: customer.name, store: true}
      count: {type: Integer, compute: count(lines)}
    ---
    model: Line
    fields:
      order: {type: ManyToOne, to: Order, inverse: lines, on_delete: cascade}
      product: {type: ManyToOne, to: Product}
      quantity: Integer
      is_free: {type: Boolean, required: true, default: false}
      price: {type: Decimal, compute: product.price}
      amount: {type: Decimal, compute: quantity * price, store: true}
    ---
    model: Product
    fields:
      price: Decimal
      sold: {type: Integer, compute: sum(lines.quantity), store: true}
      lines: {type: OneToMany, to: Line, inverse: product}
    ---
    model: Tag
    fields: {weight: Integer}
"""


@pytest.fixture(scope="module")
def registry() -> Registry:
    return declare(SHOP)


@pytest.fixture(scope="module")
def graph(registry: Registry) -> Graph:
    return graph_of(registry)


def routes(graph: Graph, model: str, *fields: str, is_new: bool = False) -> set[str]:
    """Return the stale fields with the way to their records, as texts."""
    found = graph.routes(model, fields or None, is_new=is_new)
    return {
        ".".join([f"{route.model}({name})", *(hop.name for hop in route.path)])
        for route, names in found.items()
        for name in names
    }


def test_stages_follow_what_is_computed_from_what(graph: Graph) -> None:
    assert [(stage.model, stage.fields) for stage in graph.stages] == [
        ("Line", ("amount",)),
        ("Order", ("total", "weight", "buyer")),
        ("Customer", ("total",)),
        ("Product", ("sold",)),
    ]


def test_column_over_kept_one_is_left_to_the_database(registry: Registry) -> None:
    fields = registry.model("Order").fields

    assert (fields["total"].is_kept, fields["total"].is_generated) == (True, False)
    assert (fields["gross"].is_kept, fields["gross"].is_generated) == (False, True)
    assert (fields["count"].is_kept, fields["count"].is_generated) == (False, False)


@pytest.mark.parametrize(
    ("model", "fields", "stale"),
    [
        ("Line", ["quantity"], {"Line(amount)", "Product(sold).lines"}),
        ("Line", ["amount"], {"Order(total).lines"}),
        ("Line", ["is_free"], {"Order(total).lines"}),
        ("Line", ["order"], {"Order(total).lines"}),
        ("Line", ["product"], {"Line(amount)", "Product(sold).lines"}),
        ("Product", ["price"], {"Line(amount).product"}),
        ("Order", ["total"], {"Customer(total).orders"}),
        ("Order", ["customer"], {"Customer(total).orders", "Order(buyer)"}),
        ("Order", ["tags"], {"Order(weight)"}),
        ("Tag", ["orders"], set()),
        ("Tag", ["weight"], {"Order(weight).tags"}),
        ("Customer", ["name"], {"Order(buyer).customer"}),
        ("Order", ["gross"], set()),
    ],
)
def test_change_of_fields(graph: Graph, model: str, fields: list[str], stale: set[str]) -> None:
    assert routes(graph, model, *fields) == stale


def test_new_record_belongs_to_others_and_nobody_refers_to_it(graph: Graph) -> None:
    assert routes(graph, "Line", is_new=True) == {
        "Line(amount)",
        "Order(total).lines",
        "Product(sold).lines",
    }
    assert routes(graph, "Product", is_new=True) == {"Product(sold)"}


def test_deleted_record_is_missed_by_those_it_belonged_to(graph: Graph) -> None:
    assert routes(graph, "Order") == {"Customer(total).orders"}
    assert routes(graph, "Product") == {"Line(amount).product"}
    assert routes(graph, "Tag") == {"Order(weight).tags"}


def test_guards_are_what_records_do_not_hold_by_themselves(graph: Graph) -> None:
    guards = {
        key: [(".".join(hop.name for hop in guard.path), guard.is_exclusive) for guard in found]
        for key, found in graph.guards.items()
        if found
    }

    assert guards == {
        ("Line", "amount"): [("product", True)],
        ("Order", "weight"): [("tags", False)],
        ("Order", "buyer"): [("customer", True)],
    }


def test_graph_is_printable(graph: Graph) -> None:
    assert graph.explain().splitlines()[:5] == [
        "1. Line.amount",
        "   (Line.id)",
        "   (Line.quantity)",
        "   (Line.product)",
        "   product.(Product.id)",
    ]
