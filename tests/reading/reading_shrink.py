"""Documents made smaller while their two answers still differ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from graphql import (
    REMOVE,
    ArgumentNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    Node,
    ObjectFieldNode,
    VariableDefinitionNode,
    Visitor,
    parse,
    print_ast,
    validate,
    visit,
)
from reading_bench import Bench

from graphql_erp.testing.documents import WrittenDocument

REMOVED = (
    FragmentDefinitionNode,
    FieldNode,
    InlineFragmentNode,
    FragmentSpreadNode,
    DirectiveNode,
    ArgumentNode,
    ObjectFieldNode,
    VariableDefinitionNode,
)
ATTEMPTS = 400
_EMPTY = re.compile(r"[\w)] \{\}")


class _Remover(Visitor):
    """Removes the node of a number, counted in the order of a visit."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self.count = 0
        self.is_done = False

    def enter(self, node: Node, *_: Any) -> Any:
        if not isinstance(node, REMOVED) or self.is_done:
            return None
        self.count += 1
        if self.count <= self.number:
            return None
        self.is_done = True
        return REMOVE


def smaller(text: str) -> Iterator[str]:
    """Give the document with one part left out, each part in turn."""
    number = 0
    while True:
        remover = _Remover(number)
        changed = visit(parse(text), remover)
        if not remover.is_done:
            return
        yield _tidy(changed)
        number += 1


def _tidy(document: DocumentNode) -> str:
    """Return the text without fragments and variables that nothing uses any more."""
    text = print_ast(document)
    kept = [
        item
        for item in document.definitions
        if not isinstance(item, FragmentDefinitionNode) or text.count(f"...{item.name.value}\n")
    ]
    body = "\n\n".join(map(print_ast, kept))
    for item in kept:
        for variable in getattr(item, "variable_definitions", None) or ():
            name = f"${variable.variable.name.value}"
            if len([*_mentions(body, name)]) == 1:
                head = print_ast(variable)
                body = body.replace(f"{head}, ", "").replace(f", {head}", "")
                body = body.replace(f"({head})", "")
    return body


def _mentions(text: str, name: str) -> Iterator[int]:
    start = text.find(name)
    while start >= 0:
        following = text[start + len(name) : start + len(name) + 1]
        if not following.isalnum():
            yield start
        start = text.find(name, start + 1)


async def shrunk(bench: Bench, document: WrittenDocument) -> WrittenDocument:
    """Return a small document that still differs in the same manner."""
    text, attempts = document.text, 0
    manner = _manner(await bench.difference(text, document.variables))
    improved = True
    while improved and attempts < ATTEMPTS:
        improved = False
        for candidate in smaller(text):
            attempts += 1
            if attempts > ATTEMPTS:
                break
            if not _is_valid(bench, candidate):
                continue
            try:
                found = await bench.difference(candidate, document.variables)
            except (GraphQLError, ValueError):
                continue  # the reference reader has no answer: a cursor of another ordering
            if found and _manner(found) == manner:
                text, improved = candidate, True
                break
    used = {name: value for name, value in document.variables.items() if f"${name}" in text}
    return WrittenDocument(text, used)


def _manner(difference: str) -> str:
    """Return what stays the same while a document gets smaller: what a refusal says."""
    is_refused = difference.startswith("refused")
    return difference.partition("'locations'")[0] if is_refused else ""


def _is_valid(bench: Bench, text: str) -> bool:
    if _EMPTY.search(text):
        return False  # the parser takes an empty selection, which the language does not
    try:
        return not validate(bench.reader.schema, parse(text))
    except GraphQLError:
        return False
