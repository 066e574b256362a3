"""By what the answer of a root field is kept, and what tells two requests apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    Node,
    VariableNode,
    Visitor,
    get_directive_values,
    print_ast,
    visit,
)

from graphql_erp.api.directives import IDEMPOTENT, RUNNING
from graphql_erp.api.selection import SelectionReader
from graphql_erp.errors import BadUserInput
from graphql_erp.reading.values import read_text
from graphql_erp.writing.answers import AnswerKey

_LONGEST_KEY = 200


def answer_key(
    nodes: Sequence[FieldNode],
    reader: SelectionReader,
    arguments: Mapping[str, Any],
    digest: Callable[[str], str],
    permission: str,
) -> AnswerKey | None:
    """Return by what the answer of a root field is kept; None without `@idempotent`.

    Args:
        nodes: The field where it is selected.
        reader: Of the operation's selections.
        arguments: The field's arguments.
        digest: Makes the fingerprint of a text; it is kept in the database.
        permission: Fingerprint of what the actor may do: who may less now is not told again.

    Raises:
        BadUserInput: The key is empty, too long or no text.
    """
    (directive,) = (item for item in RUNNING if item.name == IDEMPOTENT.name)
    given = get_directive_values(directive, nodes[0], reader.values)
    if given is None:
        return None
    key = read_text(given["key"])
    if not key or len(key) > _LONGEST_KEY:
        raise BadUserInput(
            f"The key of @idempotent must have 1 to {_LONGEST_KEY} characters.",
            hint="A UUID does well.",
        )
    text = f"{sorted(arguments.items())!r}{_selected(nodes, reader)}{permission}"
    return AnswerKey(nodes[0].name.value, key, digest(text))


def _selected(nodes: Sequence[FieldNode], reader: SelectionReader) -> str:
    """Return the text of what is selected, its fragments and the values it depends on."""
    found = _Mentioned()
    waiting: list[Node] = [node.selection_set for node in nodes if node.selection_set]
    texts: dict[str, None] = {}
    while waiting:
        node = waiting.pop()
        text = print_ast(node)
        if text not in texts:
            texts[text] = None
            found.fragments.clear()
            visit(node, found)
            waiting.extend(reader.fragments[name] for name in found.fragments)
    values = {name: reader.variables.get(name) for name in sorted(found.variables)}
    return f"{''.join(texts)}{values!r}"


class _Mentioned(Visitor):
    """Collects the fragments and variables a selection speaks of."""

    def __init__(self) -> None:
        super().__init__()
        self.fragments: list[str] = []
        self.variables: set[str] = set()

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_place: Any) -> None:
        self.fragments.append(node.name.value)

    def enter_variable(self, node: VariableNode, *_place: Any) -> None:
        self.variables.add(node.name.value)
