"""Whoever asks, and whatever they ask, the server shows what the oracle says they may see.

A comparison is one record, one group or one set of figures in the answer to somebody who sees a
part of the records of the model asked for and does not see another part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from graphql import build_schema, parse
from oracle_bench import OracleBench, Sight
from oracle_grants import CaseWriter
from oracle_names import names_in
from oracle_sight import all_seen

from graphql_erp.api.execution import Engine
from graphql_erp.registry.model import FieldDef
from graphql_erp.registry.registry import Registry
from graphql_erp.testing.documents import DocumentWriter
from graphql_erp.testing.reference_reader_cursors import CursorBook
from graphql_erp.testing.reference_reader_page import node_id

pytestmark = pytest.mark.anyio


@dataclass
class Tally:
    """What was compared."""

    compared: int = 0
    refused: int = 0


@dataclass
class Reader:
    """One actor's documents, answered twice."""

    oracle: OracleBench
    sight: Sight
    tally: Tally
    book: CursorBook = field(default_factory=CursorBook)

    async def compare(
        self,
        document: str,
        variables: Mapping[str, Any],
        model: str = "",
        engines: Sequence[Engine] = (),
    ) -> None:
        """Fail where an answer is not what the oracle gives.

        Args:
            document: A query.
            variables: Its variables.
            model: What it is mostly about; default: any model it names.
            engines: Who answers; default: both.
        """
        node = parse(document)
        named = names_in(self.oracle.registry, self.oracle.reader.schema, node, variables)
        refusals = named.refusals(self.sight.case)
        if refusals:
            await self._refused(document, variables, refusals)
            return
        for cursor in self.book.unknown(document, variables):
            question = self.book.question(self.sight.seen, cursor)
            self.book.remember(cursor, await self._asked(question, {}))
        self.oracle.reader.snapshot = self.sight.seen
        self.oracle.reader.limits = self.oracle.limits(self.sight)
        ours = self.oracle.reader.answer(node, variables).data
        for engine in engines or (self.oracle.engine, self.oracle.forced):
            theirs = await self._asked(
                self.book.translated(document), self.book.translated(dict(variables)), engine
            )
            assert "errors" not in theirs, self._told(document, variables, theirs["errors"])
            difference = self.book.difference(ours, theirs["data"])
            assert not difference, self._told(document, variables, difference)
        if any(map(self.sight.hides, [model] if model else named.models)):
            self.tally.compared += _facts(ours)

    async def _refused(self, document: str, variables: Mapping[str, Any], codes: set[str]) -> None:
        cursors = self.book.unknown(document, variables)
        if any(True for _ in cursors):
            return
        theirs = await self._asked(document, variables)
        found = {error["extensions"]["code"] for error in theirs.get("errors", ())}
        assert found, self._told(document, variables, (codes, theirs))
        assert found <= codes, self._told(document, variables, (codes, theirs))
        assert theirs.get("data") is None
        self.tally.refused += 1

    async def _asked(
        self, document: str, variables: Mapping[str, Any], engine: Any = None
    ) -> dict[str, Any]:
        who = (self.sight.actor, self.sight.permission)
        return await self.oracle.answer(document, variables, *who, engine=engine)

    def _told(self, document: str, variables: Mapping[str, Any], what: Any) -> str:
        case = self.sight.case
        return (
            f"{what}\n\n{document}\n\n{variables}\n\n{sorted(case.groups)} {case.actor}\n"
            + "\n".join(map(str, case.access))
            + f"\n{case.rules}"
        )


def _facts(value: Any) -> int:
    """Return how many records, groups and figures are in an answer."""
    if isinstance(value, dict):
        own = any(not isinstance(item, dict | list) for item in value.values())
        return own + sum(map(_facts, value.values()))
    return sum(map(_facts, value)) if isinstance(value, list) else 0


def _was_given(sight: Sight, cursor: str) -> bool:
    """Tell whether somebody can have met a cursor: its record, in an order of what they see."""
    if not cursor.startswith("cursor "):
        return True
    _, model, key, *keys = cursor.split(" ")
    paths = (tuple(item.partition(":")[0].split(".")) for item in keys)
    return int(key) in sight.ids[model] and all(all_seen(sight.case, model, p) for p in paths)


@pytest.fixture(scope="session")
def writer(oracle: OracleBench) -> DocumentWriter:
    """Give what draws documents; it knows nothing of methods."""
    schema = build_schema(oracle.engine.schema.sdl)
    record: Any = schema.type_map["Record"]
    record.fields.pop("_access", None)
    for model in oracle.registry.models.values():
        kind: Any = schema.type_map[model.name]
        for method in model.methods.values():
            kind.fields.pop(method.graphql_name, None)
        kind.fields.pop("_access", None)
    return DocumentWriter(schema, oracle.reader.snapshot, 5)


async def compare_random(
    oracle: OracleBench, writer: DocumentWriter, seed: int, cases: int, documents: int
) -> Tally:
    tally = Tally()
    chosen = CaseWriter(oracle.registry, seed)
    for _ in range(cases):
        reader = Reader(oracle, await oracle.sight(chosen.write()), tally)
        refused = 0
        for _ in range(documents):
            drawn = writer.write()
            cursors = CursorBook().unknown(drawn.text, drawn.variables)
            if not all(_was_given(reader.sight, cursor) for cursor in cursors):
                continue
            named = names_in(
                oracle.registry, oracle.reader.schema, parse(drawn.text), drawn.variables
            )
            if named.refusals(reader.sight.case):
                refused += 1
                if refused > documents // 4:
                    continue
            await reader.compare(drawn.text, drawn.variables)
    return tally


@pytest.mark.parametrize(
    ("seed", "cases", "documents"), [(1, 16, 25), pytest.param(2, 150, 60, marks=pytest.mark.long)]
)
async def test_random_documents_show_what_the_oracle_says(
    oracle: OracleBench, writer: DocumentWriter, seed: int, cases: int, documents: int
) -> None:
    tally = await compare_random(oracle, writer, seed, cases, documents)

    assert tally.compared >= cases * documents
    assert tally.refused >= cases


# ---- every record by every hop ----------------------------------------------------------------


def whole_list(sight: Sight, model: str) -> str:
    """Return the query for everything somebody may name of all records, one hop deep."""
    case, definition = sight.case, sight.case.registry.models[model]
    parts = ["__typename nodeId"]
    for item in definition.fields.values():
        if item.member_of or not case.sees(model, item.name):
            continue
        name = item.graphql_name
        if item.relation is None:
            parts.append(
                name if not item.members else f"{name} {{ __typename ... on Record {{ id }} }}"
            )
            continue
        if item.is_to_one and not item.is_inverse_one and not item.is_system:
            parts.append(f"{name}Id")
        if not case.grants_any(item.relation.target, "read"):
            continue
        if item.is_to_one:
            parts.append(f"{name} {{ id }}")
        elif item.name not in {"ancestors", "descendants"} or model == "Region":
            parts.append(f"{name}(first: 100{_archived(case.registry, item)}) {{ {_BELOW} }}")
    archived = ", archived: INCLUDE" if definition.archive else ""
    nodes = f"nodes {{ {' '.join(parts)} }}"
    return f"{{ {definition.plural}(first: 100{archived}) {{ {_BELOW} {nodes} }} }}"


_BELOW = "totalCount aggregate { count max { createdAt } } nodes { id }"


def _archived(registry: Registry, item: FieldDef) -> str:
    assert item.relation is not None
    return ", archived: INCLUDE" if registry.models[item.relation.target].archive else ""


async def compare_keys(reader: Reader, model: str) -> None:
    """Ask for records one by one, hidden ones and unknown ones too."""
    sight, oracle = reader.sight, reader.oracle
    definition = sight.case.registry.models[model]
    keys = [*[*sight.whole.records[model]][-15:], 999]
    asked: list[tuple[str, int, Any]] = []
    by_id = f"query($key: ID!) {{ found: {definition.singular}(by: {{id: $key}}) {{ id }} }}"
    node = f"query($key: ID!) {{ found: node(nodeId: $key) {{ ... on {model} {{ id }} }} }}"
    for key in keys:
        asked.append((by_id, key, str(key)))
        asked.append((node, key, node_id(model, SimpleNamespace(id=key))))
    for unique in definition.unique:
        name, *others = unique.fields
        if others or definition.fields[name].relation is not None:
            continue
        kind = "Int!" if name == "number" else "String!"
        text = (
            f"query($key: {kind}) {{ found: {definition.singular}(by: {{{name}: $key}}) {{ id }} }}"
        )
        asked.extend(
            (text, record.id, getattr(record, name))
            for record in sight.whole.all(model)[-15:]
            if getattr(record, name) is not None
        )
    for document, key, value in asked:
        answer = await oracle.answer(document, {"key": value}, sight.actor, sight.permission)
        found = {"id": str(key)} if key in sight.ids[model] else None
        assert answer == {"data": {"found": found}}, (document, value)
    if sight.hides(model):
        reader.tally.compared += len(asked)


def by_relations(sight: Sight, model: str) -> Iterator[str]:
    """Give the queries for the records that lead to others by each relation."""
    case, definition = sight.case, sight.case.registry.models[model]
    for item in definition.fields.values():
        if item.relation is None or item.member_of or not case.sees(model, item.name):
            continue
        if not case.grants_any(item.relation.target, "read"):
            continue
        conditions = ["{isnull: false}"]
        if item.is_to_many:
            conditions = ["{count: {gte: 1}}", "{some: {id: {neq: 1}}}", "{none: {id: {neq: 1}}}"]
            conditions.append("{every: {id: {in: [1, 2, 3, 4, 5]}}}")
        elif item.is_inverse_one:
            conditions = ["{id: {isnull: false}}"]
        name = item.graphql_name + ("" if item.is_to_many or item.is_inverse_one else "Id")
        yield _aliased(
            f"{definition.plural}(first: 100, filter: {{{name}: {condition}}}) {{ nodes {{ id }} }}"
            for condition in conditions
        )


def _aliased(fields: Iterable[str]) -> str:
    return "{ " + " ".join(f"a{number}: {text}" for number, text in enumerate(fields)) + " }"


async def compare_all(oracle: OracleBench, seed: int, cases: int) -> Tally:
    tally = Tally()
    chosen = CaseWriter(oracle.registry, seed)
    for _ in range(cases):
        reader = Reader(oracle, await oracle.sight(chosen.write()), tally)
        for model in oracle.registry.models:
            await reader.compare(whole_list(reader.sight, model), {}, model)
            if not reader.sight.case.grants_any(model, "read"):
                continue
            await compare_keys(reader, model)
            for document in by_relations(reader.sight, model):
                await reader.compare(document, {}, model, [oracle.engine])
    return tally


@pytest.mark.parametrize(
    ("seed", "cases", "wanted"),
    [(3, 25, 20_000), pytest.param(4, 130, 100_000, marks=pytest.mark.long)],
)
async def test_every_record_is_seen_by_every_hop_or_by_none(
    oracle: OracleBench, seed: int, cases: int, wanted: int
) -> None:
    tally = await compare_all(oracle, seed, cases)
    assert tally.compared >= wanted


# ---- methods ----------------------------------------------------------------------------------


async def test_query_methods_read_on_behalf_of_who_calls(oracle: OracleBench) -> None:
    chosen, compared, refused = CaseWriter(oracle.registry, 9), 0, 0
    for _ in range(15):
        sight = await oracle.sight(chosen.write())
        who = (sight.actor, sight.permission)
        case, seen = sight.case, sight.seen.records["Partner"]
        for method in ("neighbours", "everybody"):
            nodes = f"nodes {{ id {method} {{ id }} }}"
            document = f"{{ partners(first: 100, archived: INCLUDE) {{ {nodes} }} }}"
            found = await oracle.answer(document, {}, *who)
            if not (case.grants_any("Partner", "read") and case.calls("Partner", method)):
                assert [item["extensions"]["code"] for item in found["errors"]] == ["FORBIDDEN"]
                refused += 1
                continue
            shown = {int(node["id"]): node[method] for node in found["data"]["partners"]["nodes"]}
            assert shown.keys() == seen.keys()
            active = [item for item in seen.values() if item.is_active]
            for key, record in seen.items():
                same = [
                    {"id": str(other.id)}
                    for other in active
                    if method == "everybody"
                    or (record.rank is not None and other.rank == record.rank)
                ]
                assert shown[key] == same
            compared += len(seen) if sight.hides("Partner") else 0
        found = await oracle.answer("{ partnerRanked(rank: 2) { id } }", {}, *who)
        if case.grants_any("Partner", "read"):
            ranked = [
                {"id": str(item.id)} for item in seen.values() if item.is_active and item.rank == 2
            ]
            assert found["data"] == {"partnerRanked": ranked}
        compared += await _arguments(oracle, sight)

    assert compared >= 100
    assert refused >= 2


async def _arguments(oracle: OracleBench, sight: Sight) -> int:
    """Compare a method that takes a record: one that is hidden is not there."""
    seen = sight.seen.records["Partner"]
    if not seen or not sight.case.calls("Partner", "beside"):
        return 0
    first = min(seen)
    for other in range(1, 6):
        document = f"{{ partner(by: {{id: {first}}}) {{ beside(other: {other}) }} }}"
        found = await oracle.answer(document, {}, sight.actor, sight.permission)
        if other in seen:
            names = f"{seen[first].name} {seen[other].name}"
            assert found["data"] == {"partner": {"beside": names}}
        else:
            assert found["errors"][0]["message"] == f"There is no Partner {other}."
    return 5 if sight.hides("Partner") else 0
