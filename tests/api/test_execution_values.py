"""Values of clients, however hostile, give an answer or a clean error; never an exception."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphql_erp.security.actor import Actor
from graphql_erp.testing.client import Client
from graphql_erp.testing.models import DeclaredModels

pytestmark = pytest.mark.anyio

HOSTILE: list[Any] = [
    "\0",
    "a\0b",
    "\ud800",
    "\udc00x",
    "\U0010ffff",
    "",
    " ",
    "%_\\'\"",
    "NaN",
    "Infinity",
    "-Infinity",
    "1e400",
    "1e999999999",
    "0x10",
    "\uff11\uff12",
    "9" * 30,
    "9" * 5000,
    "-1",
    "0",
    "00000000000000000000000001",
    "9223372036854775807",
    "9223372036854775808",
    "2026-02-30",
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "infinity",
    "-infinity",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "2026-06-15T24:00:00Z",
    "24:00:00",
    "23:59:60",
    0,
    -1,
    2**31,
    2**63,
    -(2**63) - 1,
    10**40,
    1.5,
    1e308,
    True,
    None,
    [],
    {},
    [None],
    {"a": "\0"},
    {"\0": 1},
]
FIELDS = [
    ("id", "ID", ("eq", "in")),
    ("name", "String", ("eq", "in", "icontains", "gt")),
    ("stageId", "ID", ("neq", "nin")),
    ("revenue", "Decimal", ("eq", "in", "lt")),
    ("seats", "Int", ("eq", "in", "lt")),
    ("big", "BigInt", ("eq", "in", "lt")),
    ("rate", "Float", ("eq", "in", "lt")),
    ("due", "Date", ("eq", "in", "lt")),
    ("at", "DateTime", ("eq", "lt")),
    ("clock", "Time", ("eq", "in", "lt")),
    ("ratio", "Decimal", ("eq", "in", "lt")),
]
CODES = {"BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED", "BAD_CURSOR"}


def is_clean(result: Any) -> bool:
    return bool(result.data) if not result.errors else set(result.codes) <= CODES


@pytest.mark.parametrize(("field", "scalar", "lookups"), FIELDS, ids=[row[0] for row in FIELDS])
async def test_filter_values(
    filled_shop: Client, field: str, scalar: str, lookups: tuple[str, ...]
) -> None:
    for lookup in lookups:
        kind, wrap = (f"[{scalar}!]", True) if lookup in {"in", "nin"} else (scalar, False)
        document = (
            f"query($v: {kind}) {{ leads(filter: {{{field}: {{{lookup}: $v}}}}) {{ totalCount }} }}"
        )
        for value in HOSTILE:
            result = await filled_shop(document, v=[value] if wrap else value)
            assert is_clean(result), (document, value, result.members)


@pytest.mark.parametrize("argument", ["q: QExpr", "search: String", "after: String"])
async def test_argument_values(filled_shop: Client, argument: str) -> None:
    name, scalar = argument.split(": ")
    document = f"query($v: {scalar}) {{ leads({name}: $v) {{ nodes {{ name }} totalCount }} }}"

    for value in HOSTILE:
        result = await filled_shop(document, v=value)
        assert is_clean(result), (document, value, result.members)


@pytest.mark.parametrize("name", ["first", "last", "offset"])
async def test_numbers_of_pages(filled_shop: Client, name: str) -> None:
    document = f"query($v: Int) {{ leads({name}: $v) {{ nodes {{ name }} }} }}"

    for value in HOSTILE:
        result = await filled_shop(document, v=value)
        assert is_clean(result), (document, value, result.members)


@pytest.mark.parametrize("scalar", ["ID", "String"])
async def test_keys(filled_shop: Client, scalar: str) -> None:
    document = {
        "ID": "query($v: ID) { lead(by: {id: $v}) { name } }",
        "String": "query($v: String) { stage(by: {name: $v}) { name } }",
    }[scalar]

    for value in HOSTILE:
        result = await filled_shop(document, v=value)
        assert result.data is not None or set(result.codes) <= CODES, (value, result.members)


async def test_global_ids(filled_shop: Client) -> None:
    good = (await filled_shop("{ lead(by: {id: 1}) { nodeId } }")).data["lead"]["nodeId"]
    document = "query($v: ID!) { node(nodeId: $v) { __typename nodeId } }"

    found = await filled_shop(document, v=good)

    assert found.data == {"node": {"__typename": "Lead", "nodeId": good}}
    for value in [*HOSTILE, "TGVhZA==", "TGVhZDo=", "TGVhZDphYmM=", "Tm9uZTox", good + good]:
        result = await filled_shop(document, v=value)
        assert result.data == {"node": None} or set(result.codes) <= CODES, (value, result.members)


@pytest.mark.parametrize(
    "field", ["name", "revenue", "seats", "big", "rate", "due", "at", "clock", "extra", "stage"]
)
async def test_written_values(shop: Client, field: str) -> None:
    document = (
        "mutation($d: LeadCreateInput!)"
        f" {{ leadCreate(data: $d) {{ record {{ {'extra' if field == 'extra' else 'id'} }}"
        " errors { code path } } }"
    )
    for value in HOSTILE:
        given_value = {"id": value} if field == "stage" else value
        result = await shop(document, d={"name": "x", field: given_value})
        if result.errors:
            assert set(result.codes) <= CODES, (value, result.members)
            continue
        payload = result.data["leadCreate"]
        assert (payload["record"] is None) == bool(payload["errors"]), (value, payload)
        assert all(error["path"][0] == field for error in payload["errors"]), (value, payload)


async def test_ids_of_mutations(filled_shop: Client) -> None:
    document = """mutation($v: ID!) {
      leadUpdate(id: $v, data: {name: "changed"}) { errors { code } }
      leadDelete(id: $v) { deletedId errors { code } }
    }"""
    for value in (item for item in HOSTILE if str(item) != "1"):
        result = await filled_shop(document, v=value)
        codes = result.codes or [result.data["leadDelete"]["errors"][0]["code"]]
        assert set(codes) <= {*CODES, "NOT_FOUND"}, (value, result.members)

    names = await filled_shop("{ leads { nodes { name } } }")
    assert names.data == {"leads": {"nodes": [{"name": "a"}, {"name": "b"}, {"name": "c"}]}}


@pytest.mark.parametrize(
    "literal",
    [
        r'"\u0000"',
        r'"\uD800"',
        '"""\\"""',
        "1" * 400,
        "1" * 4000,
        "-0",
        "1e400",
        "1.5",
        "null",
        "[]",
        "{}",
        "[[1]]",
        "GOOD",
        "true",
        '"' + "x" * 4000 + '"',
    ],
)
async def test_literals(filled_shop: Client, literal: str) -> None:
    for field in ("id", "name", "revenue", "seats", "big", "rate", "due", "at", "clock"):
        for lookup in ("eq", "in"):
            document = f"{{ leads(filter: {{{field}: {{{lookup}: {literal}}}}}) {{ totalCount }} }}"
            result = await filled_shop(document)
            clean = is_clean(result) or result.codes == ["GRAPHQL_PARSE_FAILED"]
            assert clean, (document, result.members)


async def test_division_by_zero_is_null(filled_shop: Client) -> None:
    await filled_shop("mutation { leadUpdate(id: 1, data: {seats: 0}) { errors { code } } }")

    result = await filled_shop("{ lead(by: {id: 1}) { ratio } }")

    assert result.data == {"lead": {"ratio": None}}


async def test_bad_pattern_of_q(filled_shop: Client) -> None:
    result = await filled_shop("{ leads(q: \"Q(name__regex='(')\") { totalCount } }")

    assert result.codes == ["BAD_USER_INPUT"]
    assert result.data is None


@pytest.mark.parametrize(
    "alias", ["n", "x", "k", "cut", "rows", "_page", "_cursor", "lead", "stage_2", "values"]
)
async def test_aliases_never_meet_names_of_the_statement(filled_shop: Client, alias: str) -> None:
    result = await filled_shop(
        f"""{{ {alias}: leads(first: 1) {{
          {alias}: nodes {{ {alias}: name b: stage {{ {alias}: name }}
            c: stage {{ leads(first: 1) {{ {alias}: nodes {{ {alias}: id }} }} }} }}
          d: edges {{ {alias}: cursor e: node {{ {alias}: id }} }}
          f: aggregate {{ {alias}: count }}
          i: groups(by: [{{field: MOOD, as: "{alias}"}}]) {{ {alias}: nodes {{ {alias}: count }} }}
        }} }}"""
    )

    found = result.data[alias]
    assert found[alias] == [
        {alias: "a", "b": {alias: "New"}, "c": {"leads": {alias: [{alias: "1"}]}}}
    ]
    assert found["d"][0]["e"] == {alias: "1"}
    assert found["f"] == {alias: 3}
    assert [group[alias] for group in found["i"][alias]] == [1, 2]


async def test_aliases_as_long_as_a_name_of_postgresql(filled_shop: Client) -> None:
    one, two, long = "a" * 63, "a" * 62 + "b", "a" * 64

    result = await filled_shop(
        f"{{ leads(first: 1) {{ nodes {{ {one}: name {two}: id }} {one}: totalCount }} }}"
    )
    refused = await filled_shop(f"{{ leads(first: 1) {{ {long}: totalCount }} }}")

    assert result.data == {"leads": {"nodes": [{one: "a", two: "1"}], one: 3}}
    assert refused.codes == ["COST_EXCEEDED"]


async def test_fields_called_like_columns_of_the_engine(models: DeclaredModels) -> None:
    models.declare(
        """
        model: Page
        fields: {ordinal: Integer, cursor: Char, one: Char, count: Integer, value: Integer,
                 parent: {type: ManyToOne, to: Page, inverse: pages}}
        """
    )
    client = await models.client()

    written = await client(
        """mutation { pageCreateMany(data: [{ordinal: 7, cursor: "c", count: 1, value: 2},
                                            {ordinal: 8, parent: null}]) { affected } }"""
    )
    update = await client(
        "mutation { pageUpdate(id: 2, data: {parent: {id: 1}}) { errors { message } } }"
    )
    read = await client(
        """{ pages(first: 1) {
          edges { cursor node { ordinal cursor count
            pages(first: 1) { nodes { ordinal } pageInfo { hasNextPage } } } }
          pageInfo { hasNextPage }
          groups(by: [{field: ORDINAL}]) {
            nodes { values count aggregate { sum { count value } } } }
        } }"""
    )

    assert (written.data, update.data) == (
        {"pageCreateMany": {"affected": 2}},
        {"pageUpdate": {"errors": []}},
    )
    assert read.data["pages"]["edges"][0]["node"] == {
        "ordinal": 7,
        "cursor": "c",
        "count": 1,
        "pages": {"nodes": [{"ordinal": 8}], "pageInfo": {"hasNextPage": False}},
    }
    assert read.data["pages"]["groups"]["nodes"] == [
        {"values": {"ordinal": 7}, "count": 1, "aggregate": {"sum": {"count": "1", "value": "2"}}},
        {
            "values": {"ordinal": 8},
            "count": 1,
            "aggregate": {"sum": {"count": None, "value": None}},
        },
    ]


async def test_days_follow_the_actor(filled_shop: Client, models: DeclaredModels) -> None:
    document = """{ leads(filter: {at: {isnull: false}}) {
      groups(by: [{field: AT, granularity: DAY}]) { nodes { key { at } } } } }"""
    paris = await models.client(Actor(timezone="Europe/Paris"))

    utc, local = await filled_shop(document), await paris(document)

    moments = [r.data["leads"]["groups"]["nodes"][0]["key"]["at"] for r in (utc, local)]
    assert moments == ["2026-06-30T00:00:00.000000Z", "2026-06-30T22:00:00.000000Z"]


TEXT = st.text(st.characters(codec=None), max_size=8)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=TEXT)
async def test_text_comes_back_as_it_was_or_is_refused(filled_shop: Client, text: str) -> None:
    written = await filled_shop(
        "mutation($n: String!) { leadUpdate(id: 1, data: {name: $n}) { errors { code } } }", n=text
    )

    if written.errors or written.data["leadUpdate"]["errors"]:
        return
    found = await filled_shop(
        "query($n: String!) { leads(filter: {name: {eq: $n}}) { nodes { id } } }", n=text
    )
    assert {"id": "1"} in found.data["leads"]["nodes"]
