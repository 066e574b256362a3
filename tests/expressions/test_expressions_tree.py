from graphql_erp.expressions.tree import (
    TRUE,
    Aggregate,
    And,
    Case,
    Literal,
    Lookup,
    Path,
    conjunction,
    walk,
)

NAME = Lookup(Path(("name",)), "eq", Literal("a"))
PRICE = Lookup(Path(("price",)), "gt", Literal(1))


def test_walk_gives_every_node_once() -> None:
    tree = Case(((NAME, Path(("amount",))),), Aggregate("sum", ("lines",), Path(("price",)), PRICE))

    assert list(walk(tree)) == [
        tree,
        NAME,
        Path(("name",)),
        Literal("a"),
        Path(("amount",)),
        tree.otherwise,
        Path(("price",)),
        PRICE,
        Path(("price",)),
        Literal(1),
    ]


def test_conjunction_is_flat_and_without_repetition() -> None:
    assert conjunction(None, NAME) == NAME
    assert conjunction(And((NAME, PRICE)), None, NAME) == And((NAME, PRICE))
    assert conjunction() is None
    assert conjunction(TRUE, None) is None
