"""DocumentWriter: random queries over a schema and the records behind it.

Documents are valid, stay below the limits, and mostly find something: ids, cursors and operands
are those of records. Cursors are written as the reference reader writes them.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema, get_named_type, is_leaf_type, parse, validate

from graphql_erp.api.document_limits import DocumentLimits, check_limits
from graphql_erp.errors import CostExceeded
from graphql_erp.registry.model import FieldDef
from graphql_erp.testing.documents_arguments import ArgumentWriter
from graphql_erp.testing.documents_variables import Member, Variables, written
from graphql_erp.testing.reference_reader_page import node_id
from graphql_erp.testing.reference_reader_snapshot import Record, Snapshot, target_of

_VARIABLE = re.compile(r"\$v\d+")
_ROOM = 1_500
_DEPTH = 10
_ALIASES = 45
_COUNT_MODES = ("EXACT", "CAPPED", "ESTIMATED")
_LONG = "a_name_as_long_as_a_name_in_the_answer_may_be_at_most_and_n"


@dataclass(frozen=True, slots=True)
class WrittenDocument:
    """A query and its variables."""

    text: str
    variables: dict[str, Any]


@dataclass(frozen=True, slots=True)
class WrittenSelection:
    """What is selected of one record, for more than one document."""

    text: str
    fragments: str
    definitions: tuple[str, ...]
    """Of the variables in it."""
    variables: dict[str, Any]

    def document(self, head: str, before: str, after: str, *definitions: str) -> str:
        """Return the operation with the selection between two texts.

        Args:
            head: Kind and name of the operation.
            before: From its first brace to the selection.
            after: What closes the braces.
            definitions: Of variables in the text before.
        """
        known = (*definitions, *self.definitions)
        given = f"({', '.join(known)})" if known else ""
        return f"{head}{given} {before} {self.text} {after}\n{self.fragments}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a document fields are drawn."""

    model: str
    record: Record
    depth: int
    """Levels of fields that may follow."""
    room: int
    """Records that may still be asked for, for each one above."""

    def below(self, model: str, record: Record, *, levels: int = 1, times: int = 1) -> Place:
        """Return the place some levels further down."""
        return Place(model, record, self.depth - levels, self.room // max(times, 1))


class DocumentWriter:
    """Draws documents, the same ones for the same seed."""

    def __init__(self, schema: GraphQLSchema, snapshot: Snapshot, seed: int) -> None:
        self.schema = schema
        self.snapshot = snapshot
        self.chance = random.Random(seed)  # noqa: S311 - repeatable data
        self._begin()

    def _begin(self) -> None:
        self.variables = Variables(self.chance)
        self.arguments = ArgumentWriter(self.schema, self.snapshot, self.chance, self.variables)
        self.fragments: dict[str, str] = {}
        self.reusable: dict[str, list[str]] = {}
        self.keys: dict[str, str] = {}
        self.aliases = 0
        self.has_union = False

    def write(self) -> WrittenDocument:
        """Return the next document."""
        while True:
            document = self._draw()
            node = parse(document.text)
            try:
                check_limits(node, DocumentLimits())
            except CostExceeded:
                continue
            # Fields of one name need not be of one type in all models of a union.
            if not self.has_union or not validate(self.schema, node):
                return document

    def write_selection(self, model: str) -> WrittenSelection:
        """Return what could be selected of a record of a model."""
        while True:
            self._begin()
            record = self.chance.choice(self.snapshot.all(model))
            text = self._object(Place(model, record, _DEPTH - 2, _ROOM))
            everything = self._with_fragments(text)
            used = set(_VARIABLE.findall(everything))
            found = WrittenSelection(
                text=text,
                fragments=everything.removeprefix(text),
                definitions=tuple(
                    definition
                    for name, definition in self.variables.definitions.items()
                    if f"${name}" in used
                ),
                variables={
                    name: value
                    for name, value in self.variables.values.items()
                    if f"${name}" in used
                },
            )
            try:
                check_limits(parse(found.document("query Drawn", "{ one", "}")), DocumentLimits())
            except CostExceeded:
                continue
            return found

    def _draw(self) -> WrittenDocument:
        self._begin()
        roots = [self._root() for _ in range(self.chance.choice((1, 1, 1, 2, 3)))]
        if self._happens(0.1):
            roots.insert(0, "__typename")
        body = self._with_fragments("{\n" + "\n".join(roots) + "\n}")
        used = set(_VARIABLE.findall(body))
        definitions = [
            text for name, text in self.variables.definitions.items() if f"${name}" in used
        ]
        head = f"query Drawn({', '.join(definitions)})" if definitions else "query"
        given = self.variables.values.items()
        return WrittenDocument(
            f"{head} {body}", {name: value for name, value in given if f"${name}" in used}
        )

    def _with_fragments(self, operation: str) -> str:
        """Return an operation with the fragments it uses; some were drawn for nothing."""
        used = [text for name, text in self.fragments.items() if _mentions(operation, name)]
        return "\n".join([operation, *used])

    def _happens(self, rate: float) -> bool:
        return self.chance.random() < rate

    # ---- fields -----------------------------------------------------------------------------

    def _root(self) -> str:
        model = self.chance.choice(list(self.snapshot.registry.models))
        definition = self.snapshot.model(model)
        record = self.chance.choice(self.snapshot.all(model))
        place = Place(model, record, _DEPTH, _ROOM)
        query = self.schema.query_type
        assert query is not None  # noqa: S101
        match self.chance.randrange(10):
            case 0:
                found = self._written_id(node_id(model, record))
                inner = self._object(place)
                text = f"{{ __typename ... on {model} {inner} ... on Node {{ nodeId }} }}"
                return self._field("node", f"(nodeId: {found})", text)
            case 1 | 2:
                by = self.arguments.of_one(model, record)
                given: Any = by
                if self._happens(0.4):
                    given = self.variables.bound(f"{model}UniqueKey!", by)
                return self._field(
                    definition.singular, f"(by: {written(given)})", self._object(place)
                )
        return self._list(definition.plural, query.fields[definition.plural], place)

    def _written_id(self, text: str) -> str:
        if self._happens(0.5):
            return written(self.variables.bound("ID!", text))
        return written(text)

    def _field(self, name: str, arguments: str, selection: str = "") -> str:
        """Return one field under a name in the answer that stands for nothing else."""
        signature = f"{name}{arguments}"
        key = name
        is_taken = self.keys.setdefault(key, signature) != signature
        if is_taken or (self._happens(0.08) and self.aliases < _ALIASES):
            self.aliases += 1
            key = f"{_LONG if self._happens(0.05) else 'a'}{self.aliases}"
            self.keys[key] = signature
        head = name if key == name else f"{key}: {name}"
        return f"{head}{arguments}{self._directive()} {selection}".rstrip()

    def _directive(self) -> str:
        if not self._happens(0.06):
            return ""
        stays = self._happens(0.7)
        name = self.chance.choice(("include", "skip"))
        value: Any = stays == (name == "include")
        if self._happens(0.5):
            value = self.variables.bound("Boolean!", value)
        return f" @{name}(if: {written(value)})"

    # ---- records ----------------------------------------------------------------------------

    def _object(self, place: Place) -> str:
        """Return a selection on a record."""
        kind = self._type(place.model)
        names = self._field_names(kind, place.model)
        parts = [part for name in names if (part := self._member(kind, name, place))]
        if self._happens(0.1):
            parts.append("__typename")
        if self._happens(0.06):
            parts.append(self.chance.choice(parts or ["id"]))
        if self._happens(0.3):
            parts.insert(self.chance.randint(0, len(parts)), self._fragment(place))
        return "{ " + " ".join(parts or ["id"]) + " }"

    def _field_names(self, kind: GraphQLObjectType, model: str) -> list[str]:
        """Return some fields; who wrote a record is seldom among them, other relations often."""
        fields = self.snapshot.model(model).by_graphql_name
        relations = [
            name for name in kind.fields if name in fields and fields[name].relation is not None
        ]
        own = [name for name in relations if not fields[name].is_system]
        # What begins with an underscore is about the actor, not about the record.
        values = [name for name in kind.fields if name not in relations and name[0] != "_"]
        chosen = self.chance.sample(values, k=self.chance.randint(1, min(5, len(values))))
        chosen += self.chance.sample(own, k=self.chance.randint(0, min(2, len(own))))
        if self._happens(0.1):
            chosen.append(self.chance.choice(relations))
        self.chance.shuffle(chosen)
        return chosen

    def _type(self, name: str) -> GraphQLObjectType:
        kind = self.schema.type_map[name]
        assert isinstance(kind, GraphQLObjectType)  # noqa: S101
        return kind

    def _member(self, kind: GraphQLObjectType, name: str, place: Place) -> str:
        if is_leaf_type(get_named_type(kind.fields[name].type)):
            return self._field(name, "")
        field = self.snapshot.model(place.model).by_graphql_name[name]
        if field.members:
            return self._union(field, place)
        target = target_of(field)
        found = getattr(place.record, field.name)
        if field.is_to_one:
            if place.depth < 2:  # noqa: PLR2004
                return ""
            inner = place.below(target, found or self._any(target))
            return self._field(name, "", self._object(inner))
        if place.depth < 4 or place.room < 2 or self.aliases >= _ALIASES:  # noqa: PLR2004
            return ""
        record = self.chance.choice(found) if found else self._any(target)
        return self._list(name, kind.fields[name], place.below(target, record))

    def _union(self, field: FieldDef, place: Place) -> str:
        """Return a Reference with selections on some of its models."""
        if place.depth < 2:  # noqa: PLR2004
            return ""
        self.has_union = True
        parts = ["__typename"]
        for name in self.chance.sample(field.members, k=self.chance.randint(0, len(field.members))):
            target = target_of(self.snapshot.field(place.model, (name,)))
            found = getattr(place.record, name)
            inner = self._object(place.below(target, found or self._any(target)))
            parts.append(f"... on {target}{self._directive()} {inner}")
        if self._happens(0.3):
            parts.append(f"... on Record {self._leaves('Record')}")
        self.chance.shuffle(parts)
        return self._field(field.graphql_name, "", "{ " + " ".join(parts) + " }")

    def _any(self, model: str) -> Record:
        return self.chance.choice(self.snapshot.all(model))

    def _fragment(self, place: Place) -> str:
        match self.chance.randrange(6):
            case 0:
                return f"...{self._directive()} {self._leaves(place.model)}"
            case 1:
                return f"... on {place.model}{self._directive()} {self._leaves(place.model)}"
            case 2:
                name = self.chance.choice(("Record", "Node"))
                return f"... on {name}{self._directive()} {self._leaves(name)}"
            case 3:
                return f"...{self._named('Record', self._leaves('Record'))}{self._directive()}"
            case 4 if place.model in self.reusable:
                return f"...{self.chance.choice(self.reusable[place.model])}{self._directive()}"
        name = self._named(place.model, self._leaves(place.model))
        self.reusable.setdefault(place.model, []).append(name)
        return f"...{name}{self._directive()}"

    def _named(self, type_name: str, selection: str) -> str:
        name = f"F{len(self.fragments) + 1}"
        self.fragments[name] = f"fragment {name} on {type_name} {selection}"
        return name

    def _leaves(self, type_name: str) -> str:
        fields = self.schema.type_map[type_name].fields  # type: ignore[attr-defined]
        leaves = [name for name in fields if is_leaf_type(get_named_type(fields[name].type))]
        chosen = self.chance.sample(leaves, k=min(len(leaves), self.chance.randint(1, 4)))
        return "{ " + " ".join(self._field(name, "") for name in chosen) + " }"

    # ---- lists ------------------------------------------------------------------------------

    def _list(self, name: str, field: Any, place: Place) -> str:
        values = self.arguments.of_list(place.model, place.record, field, place.room)
        size = values.get("first", values.get("last", 50))
        inner = place.below(place.model, place.record, times=size)
        return self._field(name, self.arguments.text(field, values), self._connection(inner))

    def _connection(self, place: Place) -> str:
        parts = []
        item = place.below(place.model, place.record)
        if self._happens(0.75):
            parts.append(self._field("nodes", "", self._object(item)))
        if self._happens(0.3):
            inner = item.below(place.model, place.record)
            node = self._field("node", "", self._object(inner)) if inner.depth > 0 else ""
            edge = self._some([self._field("cursor", ""), node, "__typename"])
            parts.append(self._field("edges", "", edge))
        if self._happens(0.35):
            parts.append(self._page_info())
        if self._happens(0.25):
            parts.append(self._field("totalCount", ""))
        if self._happens(0.15):
            modes = ("", *(f"(mode: {mode})" for mode in _COUNT_MODES), self._mode())
            mode = self.chance.choice(modes)
            parts.append(self._field("count", mode, self._some(["value", "exact", "__typename"])))
        if self._happens(0.2) and place.depth > 3:  # noqa: PLR2004
            parts.append(self._aggregate(place.model))
        if self._happens(0.2) and place.depth > 3:  # noqa: PLR2004
            parts.append(self._groups(place))
        self.chance.shuffle(parts)
        return "{ " + " ".join(parts or [self._field("totalCount", "")]) + " }"

    def _mode(self) -> str:
        mode = Member(self.chance.choice(_COUNT_MODES))
        return f"(mode: {written(self.variables.bound('CountMode!', mode))})"

    def _page_info(self) -> str:
        facts = ["hasNextPage", "hasPreviousPage", "startCursor", "endCursor", "__typename"]
        return self._field("pageInfo", "", self._some(facts))

    def _some(self, parts: list[str]) -> str:
        given = [part for part in parts if part]
        return (
            "{ " + " ".join(self.chance.sample(given, k=self.chance.randint(1, len(given)))) + " }"
        )

    # ---- figures and groups -----------------------------------------------------------------

    def _aggregate(self, model: str) -> str:
        kind = self._type(f"{model}Aggregate")
        members = self.schema.type_map[f"{model}FieldName"].values  # type: ignore[attr-defined]
        field: Any = Member(self.chance.choice(list(members)))
        if self._happens(0.3):
            field = self.variables.bound(f"{model}FieldName!", field)
        distinct = f"(field: {written(field)})"
        parts = [self._field("count", ""), self._field("countDistinct", distinct)]
        for name in ("sum", "avg", "min", "max"):
            if name in kind.fields:
                figures = self._leaves(get_named_type(kind.fields[name].type).name)
                parts.append(self._field(name, "", figures))
        return self._field("aggregate", "", self._some(parts))

    def _groups(self, place: Place) -> str:
        values = self.arguments.of_groups(place.model, place.room)
        field = self._type(f"{place.model}Connection").fields["groups"]
        inner = place.below(place.model, place.record, levels=2, times=values.get("first", 50))
        parts = []
        if self._happens(0.9):
            parts.append(self._field("nodes", "", self._group(inner, values["by"])))
        if self._happens(0.3):
            parts.append(self._page_info())
        if self._happens(0.3) or not parts:
            parts.append(self._field("totalCount", ""))
        text = self.arguments.text(field, values)
        return self._field("groups", text, "{ " + " ".join(parts) + " }")

    def _group(self, place: Place, by: list[dict[str, Any]]) -> str:
        parts = [self._field("values", ""), self._field("count", "")]
        if place.depth > 1:
            parts.append(self._field("key", "", self._key(place, by)))
        if place.depth > 2:  # noqa: PLR2004
            parts.append(self._aggregate(place.model))
        if place.depth > 3 and place.room > 1 and self._happens(0.4):  # noqa: PLR2004
            parts.append(self._groups(place))
        if place.depth > 3 and place.room > 1 and self._happens(0.5):  # noqa: PLR2004
            records = self._type(f"{place.model}Grouping").fields["records"]
            parts.append(self._list("records", records, place.below(place.model, place.record)))
        return self._some(parts)

    def _key(self, place: Place, by: list[dict[str, Any]]) -> str:
        fields = self.snapshot.model(place.model).fields
        kind = self._type(f"{place.model}GroupingKey")
        names = [fields[item["field"].lower()].graphql_name for item in by if "field" in item]
        names.append(self.chance.choice(list(kind.fields)))
        parts = [self._member(kind, name, place) for name in dict.fromkeys(names)]
        return "{ " + " ".join(filter(None, [*parts, "__typename"])) + " }"


def _mentions(text: str, fragment: str) -> bool:
    return re.search(rf"\.\.\.{fragment}\b", text) is not None
