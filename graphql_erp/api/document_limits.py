"""Limits of a document, checked before validation because validation itself can be slow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
)

from graphql_erp.errors import CostExceeded

_INTROSPECTION = frozenset({"__schema", "__type"})
_MAX_LINES = 10_000
"""Finding the line of an error reads the document from its start, for each error."""
_MAX_NESTING = 100
"""Selections within selections, fragments included: the library's validation is recursive."""
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
    max_fields: int = 2_000
    max_objects: int = 250
    max_input_objects: int = 1_000
    max_directives: int = 5
    max_validation_errors: int = 20


@dataclass(frozen=True, slots=True)
class _Size:
    """What a selection comes to when its fragments are put in their places."""

    depth: int = 0
    """Fields within fields; introspection apart, which tools nest ten levels deep."""
    nesting: int = 0
    """Selections within selections, of fields and fragments alike."""
    fields: int = 0
    objects: int = 0
    """Fields that have fields of their own."""
    roots: int = 0
    """Fields of the selection itself."""


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
    measure = _Measure(fragments, {})
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            _check_size(definition, measure.size(definition.selection_set, ()), limits)


def check_lines(text: str) -> None:
    """Check the length of a document in lines, before it is parsed.

    Raises:
        CostExceeded: It has more lines than anybody writes.
    """
    lines = 1 + text.count("\n") + text.count("\r")
    if lines > _MAX_LINES:
        raise CostExceeded(
            f"The document has {lines} lines; the limit is {_MAX_LINES}.",
            hint="Send long texts in variables.",
        )


def _check_size(operation: OperationDefinitionNode, size: _Size, limits: DocumentLimits) -> None:
    most = limits.max_root_mutations
    if operation.operation is OperationType.MUTATION and size.roots > most:
        raise _exceeded("The operation has", size.roots, "mutations", most, "max_root_mutations")
    if size.depth > limits.max_depth:
        raise _exceeded("Fields are nested", size.depth, "deep", limits.max_depth, "max_depth")
    if size.fields > limits.max_fields:
        start = "With its fragments in place the operation has"
        raise _exceeded(start, size.fields, "fields", limits.max_fields, "max_fields")
    if size.objects > limits.max_objects:
        start = "With its fragments in place the operation has"
        what = "fields that have fields of their own"
        raise _exceeded(start, size.objects, what, limits.max_objects, "max_objects")


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


@dataclass(frozen=True, slots=True)
class _Measure:
    """Measures selections; each fragment once, however often it is used."""

    fragments: Mapping[str, SelectionSetNode]
    known: dict[str, _Size]

    def size(self, selection_set: SelectionSetNode, within: tuple[str, ...]) -> _Size:
        """Return the size of a selection that stands within the named fragments."""
        depth = nesting = fields = objects = roots = 0
        for node in selection_set.selections:
            inner = self._inner(node, within)
            nesting = max(nesting, 1 + inner.nesting)
            fields += inner.fields
            objects += inner.objects
            if not isinstance(node, FieldNode):
                roots += inner.roots
                depth = max(depth, inner.depth)
                continue
            roots += 1
            fields += 1
            objects += node.selection_set is not None
            if node.name.value not in _INTROSPECTION:
                depth = max(depth, 1 + inner.depth)
        if nesting > _MAX_NESTING:
            raise CostExceeded(
                f"Selections and fragments are nested deeper than {_MAX_NESTING} levels.",
                hint="Use fragments that do not lead to ever further ones.",
            )
        return _Size(depth, nesting, fields, objects, roots)

    def _inner(self, node: SelectionNode, within: tuple[str, ...]) -> _Size:
        if isinstance(node, FieldNode | InlineFragmentNode):
            return self.size(node.selection_set, within) if node.selection_set else _Size()
        if not isinstance(node, FragmentSpreadNode):
            return _Size()
        name = node.name.value
        if name in within or name not in self.fragments or len(within) > _MAX_NESTING:
            # Validation tells of cycles and of unknown fragments.
            return _Size(nesting=len(within))
        if name not in self.known:
            self.known[name] = self.size(self.fragments[name], (*within, name))
        return self.known[name]


def _exceeded(start: str, number: int, what: str, limit: int, setting: str) -> CostExceeded:
    return CostExceeded(
        f"{start} {number} {what}; the limit is {limit}.",
        hint=f"Split the document, or raise ERP_{setting.upper()}.",
    )
