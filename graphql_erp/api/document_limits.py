"""Limits of a document, checked before validation because validation itself can be slow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
)

from graphql_erp.errors import CostExceeded

_INTROSPECTION = frozenset({"__schema", "__type"})
_MAX_RESPONSE_NAME = 63
"""PostgreSQL names the members of the answer, and cuts names after 63 bytes."""


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """What a document may hold; the settings of the same names."""

    max_tokens: int = 5_000
    max_depth: int = 12
    max_aliases: int = 50
    max_same_response_name: int = 50
    max_root_mutations: int = 10
    max_directives: int = 5
    max_validation_errors: int = 20


@dataclass(slots=True)
class _Tally:
    limits: DocumentLimits
    names: Counter[str]
    aliases: int = 0


def check_limits(document: DocumentNode, limits: DocumentLimits) -> None:
    """Check the limits that need no schema.

    Raises:
        CostExceeded: The document is beyond one of them; the message names it.
    """
    tally = _Tally(limits, Counter())
    fragments = {}
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode):
            _check_directives(definition.directives or (), limits)
            _count(definition.selection_set, tally)
        if isinstance(definition, FragmentDefinitionNode):
            fragments[definition.name.value] = definition.selection_set
    depths: dict[str, int] = {}
    for definition in document.definitions:
        if not isinstance(definition, OperationDefinitionNode):
            continue
        _check_roots(definition, limits)
        depth = _depth(definition.selection_set, fragments, depths, ())
        if depth > limits.max_depth:
            raise _exceeded("Fields are nested", depth, "deep", limits.max_depth, "max_depth")


def _check_roots(operation: OperationDefinitionNode, limits: DocumentLimits) -> None:
    roots = len(operation.selection_set.selections)
    if operation.operation is OperationType.MUTATION and roots > limits.max_root_mutations:
        raise _exceeded(
            "The operation has",
            roots,
            "mutations",
            limits.max_root_mutations,
            "max_root_mutations",
        )


def _count(selection_set: SelectionSetNode, tally: _Tally) -> None:
    for node in selection_set.selections:
        _check_directives(node.directives or (), tally.limits)
        if isinstance(node, FieldNode):
            name = node.alias.value if node.alias else node.name.value
            if len(name) > _MAX_RESPONSE_NAME:
                raise CostExceeded(
                    f"The response name `{name[:20]}...` has {len(name)} characters; the limit is"
                    f" {_MAX_RESPONSE_NAME}.",
                    hint="Use a shorter alias.",
                )
            tally.names[name] += 1
            if tally.names[name] > tally.limits.max_same_response_name:
                raise _exceeded(
                    f"More than {tally.limits.max_same_response_name} fields are named `{name}`:",
                    tally.names[name],
                    "fields",
                    tally.limits.max_same_response_name,
                    "max_same_response_name",
                )
            tally.aliases += node.alias is not None
            if tally.aliases > tally.limits.max_aliases:
                raise _exceeded(
                    "The document has",
                    tally.aliases,
                    "aliases",
                    tally.limits.max_aliases,
                    "max_aliases",
                )
        if isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set:
            _count(node.selection_set, tally)


def _check_directives(directives: Iterable[object], limits: DocumentLimits) -> None:
    number = len(tuple(directives))
    if number > limits.max_directives:
        raise _exceeded(
            "One place has", number, "directives", limits.max_directives, "max_directives"
        )


def _depth(
    selection_set: SelectionSetNode,
    fragments: dict[str, SelectionSetNode],
    known: dict[str, int],
    within: tuple[str, ...],
) -> int:
    deepest = 0
    for node in selection_set.selections:
        match node:
            case FieldNode(name=name) if name.value in _INTROSPECTION:
                continue  # tools ask for types ten levels deep
            case FieldNode(selection_set=inner):
                beneath = _depth(inner, fragments, known, within) if inner else 0
                deepest = max(deepest, 1 + beneath)
            case InlineFragmentNode(selection_set=inner):
                deepest = max(deepest, _depth(inner, fragments, known, within))
            case FragmentSpreadNode(name=name):
                spread = name.value
                if spread in within or spread not in fragments:
                    continue  # validation tells of cycles and of unknown fragments
                if spread not in known:
                    known[spread] = _depth(fragments[spread], fragments, known, (*within, spread))
                deepest = max(deepest, known[spread])
    return deepest


def _exceeded(start: str, number: int, what: str, limit: int, setting: str) -> CostExceeded:
    return CostExceeded(
        f"{start} {number} {what}; the limit is {limit}.",
        hint=f"Split the document, or raise ERP_{setting.upper()}.",
    )
