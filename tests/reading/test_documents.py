"""Random documents: repeatable, valid, and between them of every kind."""

from __future__ import annotations

import re

import pytest
from reading_bench import Bench

from graphql_erp.testing.documents import DocumentWriter, WrittenDocument

pytestmark = pytest.mark.anyio

KINDS = {
    "inline fragment on the type": r"\.\.\. on Party",
    "inline fragment without a type": r"\.\.\. \{",
    "inline fragment on Record": r"\.\.\. on Record",
    "inline fragment on Node": r"\.\.\. on Node",
    "named fragment": r"fragment F\d+ on (Party|Order|Line)",
    "named fragment on Record": r"fragment F\d+ on Record",
    "fragment used twice": r"(\.\.\.F\d+\b)(?s:.*)\1",
    "alias": r"a\d+: \w+",
    "include": r"@include\(if: (true|false)\)",
    "skip by variable": r"@skip\(if: \$v\d+\)",
    "variable for a filter": r"\$v\d+: PartyFilter!",
    "variable within a filter": r"filter: \{[^()]*\$v\d+",
    "variable for an ordering": r"\$v\d+: \[PartyOrderBy!\]",
    "variable for a direction": r"\$v\d+: OrderDirection!",
    "variable for a page size": r"\$v\d+: Int",
    "variable for a list": r"\$v\d+: \[(ID|String|Int|Decimal)!\]",
    "variable for a Q text": r"\$v\d+: QExpr",
    "variable for an enum": r"\$v\d+: (PartyKind|CountMode|PartyFieldName)",
    "variable with a default": r"\$v\d+: \w+ = [^n]",
    "variable with the default null": r"\$v\d+: \w+ = null",
    "argument that is null": r"\w+: null",
    "one record": r"party\(by:",
    "record by its global id": r"node\(nodeId:",
    "after": r"after: ",
    "before": r"before: ",
    "last": r"last: ",
    "offset": r"offset: ",
    "search": r"search: ",
    "q": r"q: ",
    "ordering by a path": r"orderBy: \[\{\w+: \{",
    "ordering with nulls placed": r"ASC_NULLS_FIRST",
    "to-many filter": r"(some|every|none): \{",
    "count of a to-many filter": r"count: \{",
    "aggregate": r"aggregate \{",
    "capped count": r"count\(mode: CAPPED\)",
    "groups": r"groups\(",
    "translations": r"translations\b",
    "order by a translated field": r"orderBy: \[\{(slogan|description)",
    "filter by a value per company": r"(listPrice|leadDays|shelf|reviewedAt): \{",
    "records of groups": r"groups\((?s:.*)records(\(| \{)",
    "records of groups in an order": r"records\([^)]*orderBy",
    "estimated count": r"count\(mode: ESTIMATED\)",
    "filter through the other end of a OneToOne": r"(card|latter): \{",
    "filter by bytes": r"(portrait|scan): \{isnull",
    "groups within groups": r"groups\((?s:.*)groups\(",
    "granularity": r"granularity: (MONTH|WEEK)",
    "groups by a path": r"by: \[\{\w+: \{field",
    "name of the type": r"__typename",
}


def drawn(bench: Bench, seed: int, count: int) -> list[WrittenDocument]:
    writer = DocumentWriter(bench.reader.schema, bench.reader.snapshot, seed)
    return [writer.write() for _ in range(count)]


async def test_documents_repeat_with_their_seed(bench: Bench) -> None:
    assert drawn(bench, 5, 20) == drawn(bench, 5, 20)
    assert drawn(bench, 5, 20) != drawn(bench, 6, 20)


async def test_documents_are_within_the_limits(bench: Bench) -> None:
    for document in drawn(bench, 7, 100):
        operation = bench.engine.documents.get(document.text).operation(None)

        assert operation.coerce(document.variables).coerced.keys() >= document.variables.keys()


async def test_documents_are_of_every_kind(bench: Bench) -> None:
    texts = [document.text for document in drawn(bench, 8, 600)]

    missing = [
        kind for kind, pattern in KINDS.items() if not any(re.search(pattern, t) for t in texts)
    ]

    assert missing == []
