"""Grants are read by four statements: what is committed between them must not break everybody."""

from graphql_erp.security.stored import GrantRows, grants_of
from graphql_erp.testing.declare import declare

YAML = """
groups: {clerk: {}}
---
model: Thing
fields: {name: Char}
"""


def test_a_group_made_between_the_statements_breaks_nobody() -> None:
    registry = declare(YAML, module="test", dependencies=["core"], python="")
    rows = GrantRows(groups=((1, "clerk", "internal"),), implied=((1, 2),))
    assert grants_of(registry, rows).closed(["clerk"]) == {"clerk"}
    rows = GrantRows(
        groups=((1, "clerk", "internal"),),
        access=((1, 2, "Thing", None, None, True, True, True, True),),
    )
    assert grants_of(registry, rows).granted("Thing", "read", frozenset({"clerk"})) == []
