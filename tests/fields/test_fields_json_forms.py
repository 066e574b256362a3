"""Every field type: what PostgreSQL writes into JSON is what Python writes."""

import asyncio
import datetime as dt
import decimal
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
import orjson
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects.postgresql import asyncpg as dialect

from graphql_erp.expressions.tree import Kind
from graphql_erp.fields import (
    FIELD_TYPES,
    BigInteger,
    Binary,
    Boolean,
    Char,
    Date,
    Datetime,
    Decimal,
    Email,
    Float,
    Integer,
    Json,
    ManyToOne,
    Monetary,
    OneToOne,
    Secret,
    Selection,
    Text,
    Time,
    Url,
)
from graphql_erp.fields.base import FieldType
from graphql_erp.fields.relation import Id
from graphql_erp.sealing.sealer import Sealed
from graphql_erp.tenants.connection import set_codecs
from graphql_erp.tenants.server import Server
from graphql_erp.writing.statements import sent_items

UTC = dt.UTC
D = decimal.Decimal
HOSTILE_SESSION = """
    SET TimeZone = 'Asia/Kathmandu';
    SET DateStyle = 'SQL, DMY';
    SET IntervalStyle = 'sql_standard';
    SET lc_numeric = 'C';
"""


@dataclass(frozen=True)
class Database:
    """A connection for tests that are not coroutines, as hypothesis wants them."""

    runner: asyncio.Runner
    connection: asyncpg.Connection

    def answers(self, kind: FieldType, values: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        """Return the JSON values and the column values of cleaned values."""
        column = sa.column("value", kind.column_type())
        compiler = dialect.dialect()
        options = {"literal_binds": True}
        expression = kind.to_json_sql(column).compile(dialect=compiler, compile_kwargs=options)
        column_type = kind.column_type().compile(dialect=compiler)
        rows = self.runner.run(
            self.connection.fetch(
                f"SELECT to_json({expression})::text AS json, value"
                f" FROM unnest($1::{column_type}[]) AS given(value)",
                sent_items(sa.Column("value", kind.column_type()), list(values)),
            )
        )
        stored = [kind.from_column(row["value"]) for row in rows]
        return [read_json(kind, row["json"]) for row in rows], stored


@pytest.fixture(scope="module")
def database(server: Server) -> Iterator[Database]:
    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(server.owner_dsn(server.maintenance)))
        runner.run(set_codecs(connection))
        runner.run(connection.execute(HOSTILE_SESSION))
        yield Database(runner, connection)
        runner.run(connection.close())


DAYS = ["0001-01-01", "2026-02-28", "9999-12-31"]
SELECTION = Selection(options=("draft", "in progress", "done"))
CASES: list[tuple[FieldType, list[Any], list[Any]]] = [
    (Char(max_length=5), ["", "äöü€😀"], ["", "äöü€😀"]),
    (Text(), ['quote " \\ / \u2028 \x01', "e\u0301"], ['quote " \\ / \u2028 \x01', "é"]),
    (Email(), ["Ada@EXAMPLE.com"], ["Ada@example.com"]),
    (Url(), ["https://example.com/ä?q=1"], ["https://example.com/ä?q=1"]),
    (Integer(), [-(2**31), 0, 2**31 - 1], [-(2**31), 0, 2**31 - 1]),
    (BigInteger(), [-(2**63), "0"], ["-9223372036854775808", "0"]),
    (Float(), [0.1, 1e300, -5e-324, -0.0], [0.1, 1e300, -5e-324, 0]),
    (
        Decimal(),
        ["1.005", "-0", 7, "12345678901234.56"],
        ["1.01", "0.00", "7.00", "12345678901234.56"],
    ),
    (Decimal(digits=(16, 7)), [D("0E-7"), "0.0000000"], ["0.0000000", "0.0000000"]),
    (Decimal(digits=(100, 50)), ["9" * 50 + "." + "9" * 50], ["9" * 50 + "." + "9" * 50]),
    (Decimal(digits=(5, 0)), ["-99999.4", "0.5"], ["-99999", "1"]),
    (Monetary(), ["-0.004", "10"], ["0.00", "10.00"]),
    (Boolean(), [True, False], [True, False]),
    (
        Date(),
        ["0001-01-01", "2026-02-28", "9999-12-31"],
        ["0001-01-01", "2026-02-28", "9999-12-31"],
    ),
    (
        Datetime(),
        [
            "0001-01-01T00:00:00.000001Z",
            "2026-06-30T23:59:59.999999+05:45",
            "9999-12-31T23:59:59.999998Z",
        ],
        [
            "0001-01-01T00:00:00.000001Z",
            "2026-06-30T18:14:59.999999Z",
            "9999-12-31T23:59:59.999998Z",
        ],
    ),
    (
        Time(),
        ["00:00", "23:59:59.999999", "12:30:00.5"],
        ["00:00:00.000000", "23:59:59.999999", "12:30:00.500000"],
    ),
    (SELECTION, ["draft", "in progress", "DONE"], ["DRAFT", "IN_PROGRESS", "DONE"]),
    (Selection(options={"a": "A", "b": "B"}), ["a", "b"], ["A", "B"]),
    (Selection(options=("it's", "50%", "a:b")), ["it's", "50%", "a:b"], ["IT_S", "_50", "A_B"]),
    (
        Json(),
        [{}, [], "text", 0, 1.5, True, {"a": [None, {"é": 2**63 - 1}]}, 1e22, 0.1],
        [{}, [], "text", 0, 1.5, True, {"a": [None, {"é": 2**63 - 1}]}, 1e22, 0.1],
    ),
    (
        Binary(max_size=60),
        ["", "AA==", "+/8=", b"\xff" * 60],
        ["", "AA==", "+/8=", "/" * 80],
    ),
    (Secret(), [Sealed(b"sealed"), Sealed(b"\0")], [True, True]),
    (OneToOne(to="Thing"), ["5"], ["5"]),
    (ManyToOne(to="Thing"), ["5", 2**63 - 1], ["5", "9223372036854775807"]),
    (Id(), [1], ["1"]),
]


@pytest.mark.parametrize(
    ("kind", "values", "expected"), CASES, ids=lambda item: type(item).__name__
)
def test_both_json_forms_agree(
    database: Database, kind: FieldType, values: list[Any], expected: list[Any]
) -> None:
    cleaned = [kind.clean(value) for value in values]

    written, stored = database.answers(kind, cleaned)

    assert written == as_json(kind, expected)
    assert [kind.to_json_python(value) for value in cleaned] == expected
    assert stored == cleaned


def test_every_type_with_a_column_has_a_case() -> None:
    tested = {type(kind) for kind, _, _ in CASES}

    assert {kind for kind in FIELD_TYPES.values() if kind.has_column} - tested == set()


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
ANY_VALUES: list[tuple[FieldType, st.SearchStrategy[Any]]] = [
    (Text(), st.text()),
    (Integer(), st.integers(*(-(2**31), 2**31 - 1))),
    (BigInteger(), st.integers(-(2**63), 2**63 - 1)),
    (Float(), st.floats(allow_nan=False, allow_infinity=False)),
    (Decimal(digits=(20, 6)), st.decimals(-(10**13), 10**13, allow_nan=False, places=9)),
    (Date(), st.dates()),
    (Datetime(), st.datetimes(timezones=st.just(UTC))),
    (Time(), st.times()),
    (SELECTION, st.sampled_from(list(SELECTION.labels))),
    (Binary(), st.binary(max_size=200)),
    (Json(), JSON_VALUES.filter(lambda value: value is not None)),
]


@pytest.mark.parametrize(
    ("kind", "values"), ANY_VALUES, ids=[type(kind).__name__ for kind, _ in ANY_VALUES]
)
def test_both_json_forms_agree_for_any_value(
    database: Database, kind: FieldType, values: st.SearchStrategy[Any]
) -> None:
    check = _agreement(database, kind)
    given(st.lists(values.filter(_is_clean(kind)), min_size=20, max_size=40))(check)()


def _is_clean(kind: FieldType) -> Callable[[Any], bool]:
    def is_clean(value: Any) -> bool:
        try:
            kind.clean(value)
        except ValueError:
            return False
        return True

    return is_clean


def _agreement(database: Database, kind: FieldType) -> Callable[[list[Any]], None]:
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    def agree(values: list[Any]) -> None:
        cleaned = [kind.clean(value) for value in values]
        is_json = kind.kind is Kind.JSON

        written, stored = database.answers(kind, cleaned)

        assert written == as_json(kind, [kind.to_json_python(value) for value in cleaned])
        assert as_json(kind, stored) == as_json(kind, cleaned) if is_json else stored == cleaned

    return agree


def read_json(kind: FieldType, text: str | bytes) -> Any:
    """Return a JSON value; the numbers of Json fields as written, for JSON has one kind of them."""
    if kind.kind is not Kind.JSON:
        return json.loads(text)
    return json.loads(text, parse_float=D, parse_int=D)


def as_json(kind: FieldType, values: list[Any]) -> Any:
    return values if kind.kind is not Kind.JSON else read_json(kind, orjson.dumps(values))
