"""The reference reader, on records one can count on the fingers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from graphql import parse

from graphql_erp.api.schema import build_schema
from graphql_erp.expressions.evaluate import PythonContext
from graphql_erp.expressions.scope import Surroundings
from graphql_erp.fields.lookups import LOOKUPS
from graphql_erp.testing.declare import declare
from graphql_erp.testing.reference_reader import ReferenceReader
from graphql_erp.testing.reference_reader_cursors import CursorBook
from graphql_erp.testing.reference_reader_page import Limits
from graphql_erp.testing.reference_reader_snapshot import Snapshot

MODELS = """
    model: Stage
    fields:
      name: {type: Char, required: true}
    ---
    model: Lead
    order_by: [name]
    fields:
      name: {type: Char, required: true}
      revenue: Decimal
      closed_at: Datetime
      stage: {type: ManyToOne, to: Stage, inverse: leads}
      stage_name: {type: Char, compute: stage.name}
"""
MOMENT = datetime(2024, 1, 1, 1, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def reader() -> ReferenceReader:
    """Give a reader of three leads: two in a stage, one in none."""
    registry = declare(MODELS)
    system = {"version": 1, "created_at": MOMENT, "updated_at": MOMENT}
    stage = SimpleNamespace(id=1, name="Won", **system)
    leads = [
        SimpleNamespace(
            id=number, name=name, revenue=revenue, closed_at=MOMENT, stage=where, **system
        )
        for number, name, revenue, where in (
            (1, "b", Decimal("1.00"), stage),
            (2, "Á", None, stage),
            (3, "c", Decimal("2.50"), None),
        )
    ]
    stage.leads = leads[:2]
    around = {"user": None, "company": None, "companies": (), "today": date(2024, 1, 1)}
    context = PythonContext(
        registry, LOOKUPS, Surroundings(around | {"now": MOMENT, "timezone": "America/New_York"})
    )
    records = {"Stage": {1: stage}, "Lead": {lead.id: lead for lead in leads}}
    keys = {"b": "b", "Á": "a", "c": "c", "Won": "won"}
    snapshot = Snapshot(registry, context, records, keys)
    return ReferenceReader(build_schema(registry).sdl, snapshot, Limits(2, 2))


def answered(reader: ReferenceReader, text: str, **variables: Any) -> Any:
    return reader.answer(parse(text), variables).data


def ids(reader: ReferenceReader, arguments: str) -> list[str]:
    answer = answered(reader, f"{{ leads{arguments} {{ nodes {{ id }} }} }}")
    return [node["id"] for node in answer["leads"]["nodes"]]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("", ["2", "1"]),
        ("(first: 3)", ["2", "1", "3"]),
        ("(last: 2)", ["1", "3"]),
        ("(offset: 1)", ["1", "3"]),
        ("(orderBy: {revenue: ASC}, first: 3)", ["1", "3", "2"]),
        ("(orderBy: {revenue: DESC}, first: 3)", ["2", "3", "1"]),
        ("(orderBy: {revenue: DESC_NULLS_LAST}, first: 3)", ["3", "1", "2"]),
        ("(orderBy: {stage: {name: ASC_NULLS_FIRST}}, first: 3)", ["3", "1", "2"]),
        ('(after: "cursor Lead 1 name:ASC id:ASC")', ["3"]),
        ('(before: "cursor Lead 1 name:ASC id:ASC")', ["2"]),
        ('(filter: {id: {neq: "1"}}, after: "cursor Lead 1 name:ASC id:ASC")', ["3"]),
        ('(filter: {stage: {name: {eq: "Won"}}})', ["2", "1"]),
        ('(filter: {stage: {name: {neq: "Won"}}})', ["3"]),
        ('(filter: {stage: {NOT: {name: {eq: "Won"}}}})', ["3"]),
        ("(filter: {stageId: {isnull: true}})", ["3"]),
        ("(filter: {stage: {leads: {count: {gte: 2}}}})", ["2", "1"]),
        ("(filter: {OR: []})", []),
        ("(filter: {revenue: {in: []}})", []),
        ("(filter: {})", ["2", "1"]),
        ('(q: "Q(stage_name__isnull=True)")', ["3"]),
        ('(q: "~Q(revenue__gt=1)")', ["2", "1"]),
    ],
)
def test_list_holds_these_records(
    reader: ReferenceReader, arguments: str, expected: list[str]
) -> None:
    assert ids(reader, arguments) == expected


def test_page_tells_of_its_neighbours(reader: ReferenceReader) -> None:
    page = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount"
    text = f"{{ leads(first: 1, offset: 1) {{ {page} count {{ value exact }} }} }}"

    assert answered(reader, text)["leads"] == {
        "pageInfo": {
            "hasNextPage": True,
            "hasPreviousPage": True,
            "startCursor": "cursor Lead 1 name:ASC id:ASC",
            "endCursor": "cursor Lead 1 name:ASC id:ASC",
        },
        "totalCount": 3,
        "count": {"value": 2, "exact": False},
    }


def test_figures_leave_nulls_out(reader: ReferenceReader) -> None:
    figures = "count countDistinct(field: REVENUE) sum { revenue } avg { revenue } max { name }"

    assert answered(reader, f"{{ leads {{ aggregate {{ {figures} }} }} }}")["leads"] == {
        "aggregate": {
            "count": 3,
            "countDistinct": 2,
            "sum": {"revenue": "3.50"},
            "avg": {"revenue": "1.750000"},
            "max": {"name": "Á"},
        }
    }


def test_groups_follow_the_time_zone_and_hold_groups(reader: ReferenceReader) -> None:
    inner = "groups(by: {stage: {field: NAME}}) { nodes { values count } }"
    by = "{field: CLOSED_AT, granularity: YEAR}"
    text = f"{{ leads {{ groups(by: {by}) {{ totalCount nodes {{ values {inner} }} }} }} }}"

    assert answered(reader, text)["leads"]["groups"] == {
        "totalCount": 1,
        "nodes": [
            {
                "values": {"closedAt": "2023-01-01T05:00:00.000000Z"},
                "groups": {
                    "nodes": [
                        {"values": {"stage.name": "Won"}, "count": 2},
                        {"values": {"stage.name": None}, "count": 1},
                    ]
                },
            }
        ],
    }


def test_fields_of_one_name_are_merged_in_the_order_of_the_first(reader: ReferenceReader) -> None:
    text = """
        query ($yes: Boolean = true) {
          lead(by: {id: 1}) { stage { id } ... on Record @include(if: $yes) { displayName }
            ...F id @skip(if: $yes) kind: __typename }
          none: lead(by: {id: 9}) { id }
        }
        fragment F on Lead { stage { name } nodeId }
    """

    answer = reader.answer(parse(text), {})

    assert list(answer.data["lead"].items()) == [
        ("stage", {"id": "1", "name": "Won"}),
        ("displayName", "b"),
        ("nodeId", "TGVhZDox"),
        ("kind", "Lead"),
    ]
    assert answer.data["none"] is None
    assert answer.data_fields == 2


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ({"a": 1}, {"a": 1.0}, ""),
        ({"a": 1}, {"a": True}, "data.a: 1 expected, True found"),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, "data: keys ['a', 'b'] expected, ['b', 'a'] found"),
        ([1], [1, 2], "data: 1 items expected, 2 found"),
        ([{"a": None}], [{"a": "x"}], "data[0].a: None expected, 'x' found"),
    ],
)
def test_difference_names_its_place(ours: Any, theirs: Any, expected: str) -> None:
    assert CursorBook().difference(ours, theirs) == expected


def test_cursors_are_paired_one_to_one() -> None:
    book = CursorBook()
    first, second = "cursor Lead 1 name:ASC id:ASC", "cursor Lead 2 name:ASC id:ASC"

    assert book.difference([first, second, first], ["x", "y", "x"]) == ""
    assert book.difference([first], ["y"]) == f"data[0]: {first!r} expected, 'y' found"
    assert book.difference([second], ["x"]) == f"data[0]: {second!r} expected, 'x' found"
    assert book.difference([None], ["x"]) == "data[0]: None expected, 'x' found"
