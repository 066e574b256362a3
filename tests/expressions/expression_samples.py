"""Three related models, their tables in PostgreSQL and the same records as Python objects."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import asyncpg
import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import asyncpg as asyncpg_dialect

from graphql_erp.expressions.bind import bind_condition, bind_value
from graphql_erp.expressions.evaluate import PythonContext
from graphql_erp.expressions.parse import parse_condition, parse_value
from graphql_erp.expressions.paths import Member
from graphql_erp.expressions.scope import FieldInfo, RelationInfo, Surroundings
from graphql_erp.expressions.sql import SqlContext
from graphql_erp.expressions.tree import (
    Condition,
    Kind,
    Literal,
    Name,
    Node,
    Parameter,
    ValueType,
)
from graphql_erp.fields.lookups import LOOKUPS

DIALECT = asyncpg_dialect.dialect()
SQL_TYPES: dict[Kind, sa.types.TypeEngine[Any]] = {
    Kind.TEXT: sa.Text(),
    Kind.INTEGER: sa.BigInteger(),
    Kind.DECIMAL: sa.Numeric(),
    Kind.FLOAT: sa.Double(),
    Kind.BOOLEAN: sa.Boolean(),
    Kind.DATE: sa.Date(),
    Kind.DATETIME: sa.DateTime(timezone=True),
    Kind.TIME: sa.Time(),
    Kind.JSON: JSONB(),
    Kind.RECORD: sa.BigInteger(),
}


def value_field(name: str, kind: Kind, **options: Any) -> FieldInfo:
    lookups = frozenset(row.name for row in LOOKUPS.values() if kind in row.kinds)
    return FieldInfo(name, ValueType(kind, **options), lookups)


class Sample:
    """The models of the tests; fields may be computed by expressions."""

    def __init__(self, members: Mapping[str, list[Member]]) -> None:
        self.members = {
            model: {item.name: item for item in items} for model, items in members.items()
        }

    def names(self, model: str) -> tuple[str, ...]:
        return tuple(self.members[model])

    def resolve(self, model: str, name: str) -> Member | None:
        return self.members[model].get(name)

    def compute(self, model: str, name: str, text: str, **options: Any) -> None:
        field = value_field(name, **options)
        node = bind_value(self, LOOKUPS, model, parse_value(text))
        self.members[model][name] = FieldInfo(name, field.type, field.lookups, node)


ID = value_field("id", Kind.INTEGER, nullable=False)
MODELS = Sample(
    {
        "Company": [
            ID,
            value_field("name", Kind.TEXT, nullable=False),
            value_field("code", Kind.TEXT),
            value_field("credit", Kind.DECIMAL, scale=2),
            FieldInfo("balance", ValueType(Kind.DECIMAL), frozenset({"eq"}), sql=False),
            RelationInfo("orders", "Order", to_many=True),
        ],
        "Order": [
            ID,
            value_field("name", Kind.TEXT),
            value_field("state", Kind.TEXT, choices=("new", "in work", "done")),
            value_field("position", Kind.INTEGER),
            value_field("amount", Kind.DECIMAL, scale=2),
            value_field("rate", Kind.DECIMAL),
            value_field("ratio", Kind.FLOAT),
            value_field("is_open", Kind.BOOLEAN),
            value_field("due", Kind.DATE),
            value_field("placed_at", Kind.DATETIME),
            value_field("opens", Kind.TIME),
            value_field("extra", Kind.JSON),
            RelationInfo("company", "Company", to_many=False),
            RelationInfo("user", "User", to_many=False),
            RelationInfo("lines", "Line", to_many=True),
        ],
        "Line": [
            ID,
            value_field("label", Kind.TEXT),
            value_field("quantity", Kind.INTEGER),
            value_field("price", Kind.DECIMAL, scale=4),
            value_field("active", Kind.BOOLEAN, nullable=False),
            RelationInfo("order", "Order", to_many=False),
        ],
        "User": [ID, value_field("name", Kind.TEXT)],
    }
)
MODELS.compute("Company", "title", "concat(name, '/', code)", kind=Kind.TEXT)
MODELS.compute("Line", "subtotal", "quantity * price", kind=Kind.DECIMAL, scale=2)
MODELS.compute("Line", "share", "price / quantity", kind=Kind.DECIMAL)
MODELS.compute("Order", "total", "sum(lines.subtotal)", kind=Kind.DECIMAL, scale=2)
MODELS.compute("Order", "rank", "position / 2", kind=Kind.INTEGER)

METADATA = sa.MetaData()
_COLUMNS = {
    Kind.INTEGER: sa.Integer(),
    **{kind: kind_type for kind, kind_type in SQL_TYPES.items() if kind is not Kind.INTEGER},
}


def _column(member: Member) -> sa.Column[Any] | None:
    if isinstance(member, RelationInfo):
        return None if member.to_many else sa.Column(f"{member.name}_id", sa.BigInteger)
    if member.expression is not None or not member.sql:
        return None
    if member.name == "id":
        return sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False)
    if member.type.kind is Kind.DECIMAL and member.type.scale is not None:
        return sa.Column(member.name, sa.Numeric(18, member.type.scale))
    return sa.Column(member.name, _COLUMNS[member.type.kind], nullable=member.type.nullable)


TABLES = {
    model: sa.Table(
        f"sample_{model.lower()}",
        METADATA,
        *(column for member in members.values() if (column := _column(member)) is not None),
    )
    for model, members in MODELS.members.items()
}
BACK = {"orders": "company_id", "lines": "order_id"}


class TableScope:
    """One table in a statement and the to-one targets joined to it."""

    def __init__(self, model: str, joins: list[Any] | None = None) -> None:
        self.model = model
        self.table = TABLES[model].alias()
        self.joins = [] if joins is None else joins
        self.hops: dict[str, TableScope] = {}
        self.link: sa.ColumnElement[bool] = sa.true()

    def column(self, name: str) -> sa.ColumnElement[Any]:
        member = MODELS.members[self.model][name]
        return self.table.c[f"{name}_id" if isinstance(member, RelationInfo) else name]

    def to_one(self, name: str) -> TableScope:
        if name not in self.hops:
            target = MODELS.members[self.model][name].target
            hop = TableScope(target, self.joins)
            self.joins.append((hop.table, hop.table.c.id == self.column(name)))
            self.hops[name] = hop
        return self.hops[name]

    def to_many(self, name: str) -> TableScope:
        related = TableScope(MODELS.members[self.model][name].target)
        related.link = related.table.c[BACK[name]] == self.table.c.id
        return related

    def exists(self, condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        return self.select(sa.literal_column("1")).where(condition).exists()

    def scalar(self, value: Any, condition: sa.ColumnElement[bool] | None) -> Any:
        statement = self.select(value)
        if condition is not None:
            statement = statement.where(condition)
        return statement.scalar_subquery()

    def select(self, *columns: Any) -> sa.Select[Any]:
        source: Any = self.table
        for target, condition in self.joins:
            source = source.outerjoin(target, condition)
        own = [self.table, *(target for target, _ in self.joins)]
        return sa.select(*columns).select_from(source).where(self.link).correlate_except(*own)


NOW = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)


def surroundings(timezone: str = "Europe/Berlin", **values: Any) -> Surroundings:
    known = {
        "user": 2,
        "company": 1,
        "companies": (1, 3),
        "today": date(2026, 3, 29),
        "now": NOW,
        "timezone": timezone,
    }
    return Surroundings(known | values)


def python_context(around: Surroundings) -> PythonContext:
    return PythonContext(MODELS, LOOKUPS, around)


def sql_context(around: Surroundings) -> SqlContext:
    def bind(node: Literal | Parameter | Name, value_type: ValueType) -> sa.ColumnElement[Any]:
        assert not isinstance(node, Parameter)
        value: Any = node.value if isinstance(node, Literal) else around.values[node.name]
        kind: sa.types.TypeEngine[Any] = SQL_TYPES[value_type.kind]
        if value_type.many:
            kind = sa.ARRAY(kind)
            value = list(value)
        return sa.bindparam(None, value, type_=kind, unique=True)

    return SqlContext(MODELS, LOOKUPS, bind)


def condition(text: str, model: str = "Order") -> Condition:
    return bind_condition(MODELS, LOOKUPS, model, parse_condition(text))


def value(text: str, model: str = "Order") -> Node:
    return bind_value(MODELS, LOOKUPS, model, parse_value(text))


def compiled(statement: sa.ClauseElement) -> tuple[str, list[Any]]:
    """Return the text and the parameters in the order of their places."""
    result = statement.compile(dialect=DIALECT)
    order = result.positiontup or []
    return result.string, [result.params[name] for name in order]


async def fetch(connection: asyncpg.Connection, statement: sa.ClauseElement) -> list[Any]:
    text, parameters = compiled(statement)
    return await connection.fetch(text, *parameters)


# ---- records --------------------------------------------------------------------------------

ALPHABET = "aAbB %_\\'\"iIİıßẞΣσςÄäéΑάǅ\N{GRINNING FACE}\n-"  # noqa: RUF001 - cases that differ
WORDS = ("", "a", "A%", "_b", "\\", "İi", "Iı", "ΑΣ", "ας", "Straße", "STRASSE", "a b", "é", "'\"")  # noqa: RUF001 - as above


def some_text(chance: random.Random) -> str:
    if chance.random() < 0.4:
        return chance.choice(WORDS)
    text = "".join(chance.choice(ALPHABET) for _ in range(chance.randrange(6)))
    return unicodedata.normalize("NFC", text)


def some_decimal(chance: random.Random, places: int) -> Decimal:
    digits = chance.choice((0, 1, 2, 3, 5, 9))
    whole = chance.randrange(-(10**digits), 10**digits + 1)
    return Decimal(whole).scaleb(-chance.randrange(places + 1)).quantize(Decimal(1).scaleb(-places))


def some_integer(chance: random.Random) -> int:
    return chance.choice((0, 1, -1, 2, 3, -7, 10, 2**31 - 1, -(2**31), chance.randrange(-20, 20)))


def some_float(chance: random.Random) -> float:
    return chance.choice((0.0, 0.1, -2.5, 1e15, 1 / 3, 123456.789, chance.uniform(-10, 10)))


def some_date(chance: random.Random) -> date:
    return date(2026, 3, 29) + timedelta(
        days=chance.choice((0, 1, -1, 31, chance.randrange(-800, 800)))
    )


def some_moment(chance: random.Random) -> datetime:
    return NOW + timedelta(
        days=chance.choice((0, 1, -154, chance.randrange(-800, 800))),
        minutes=chance.randrange(-200, 200),
        microseconds=chance.choice((0, 1, 999_999)),
    )


def some_json(chance: random.Random) -> Any:
    return chance.choice(({"a": 1}, {"b": None}, ["a", 1], "a", 5, 2.5, {}, {"é": {"a": 1}}))


def maybe(chance: random.Random, value: Any) -> Any:
    return None if chance.random() < 0.2 else value


def some_time(chance: random.Random) -> time:
    return time(chance.randrange(24), chance.choice((0, 30)), 0, chance.choice((0, 5)))


def some_records(chance: random.Random) -> dict[str, list[SimpleNamespace]]:
    """Return related records, all links set both ways."""
    companies = [
        SimpleNamespace(
            id=number,
            name=some_text(chance),
            code=maybe(chance, some_text(chance)),
            credit=maybe(chance, some_decimal(chance, 2)),
            orders=[],
        )
        for number in range(1, 4)
    ]
    users = [SimpleNamespace(id=number, name=some_text(chance)) for number in (1, 2)]
    orders = [_some_order(chance, number, companies, users) for number in range(1, 7)]
    lines = [
        SimpleNamespace(
            id=number,
            label=maybe(chance, some_text(chance)),
            quantity=maybe(chance, some_integer(chance)),
            price=maybe(chance, some_decimal(chance, 4)),
            active=chance.random() < 0.5,
            order=maybe(chance, chance.choice(orders[:4])),
        )
        for number in range(1, 9)
    ]
    for order in orders:
        if order.company is not None:
            order.company.orders.append(order)
    for line in lines:
        if line.order is not None:
            line.order.lines.append(line)
    return {"Company": companies, "User": users, "Order": orders, "Line": lines}


def _some_order(
    chance: random.Random, number: int, companies: list[Any], users: list[Any]
) -> SimpleNamespace:
    values = {
        "name": some_text(chance),
        "state": chance.choice(("new", "in work", "done")),
        "position": some_integer(chance),
        "amount": some_decimal(chance, 2),
        "rate": some_decimal(chance, chance.choice((0, 3, 8))),
        "ratio": some_float(chance),
        "is_open": chance.random() < 0.5,
        "due": some_date(chance),
        "placed_at": some_moment(chance),
        "opens": some_time(chance),
        "extra": some_json(chance),
        "company": chance.choice(companies),
        "user": chance.choice(users),
    }
    nulled = {name: maybe(chance, value) for name, value in values.items()}
    return SimpleNamespace(id=number, lines=[], **nulled)


async def create_tables(connection: asyncpg.Connection) -> None:
    for table in TABLES.values():
        await connection.execute(str(sa.schema.CreateTable(table).compile(dialect=DIALECT)))


async def store(
    connection: asyncpg.Connection, records: Mapping[str, list[SimpleNamespace]]
) -> None:
    """Replace what the tables hold."""
    for model, rows in records.items():
        table = TABLES[model]
        await connection.execute(f"DELETE FROM {table.name}")
        columns = [column.name for column in table.columns]
        places = ", ".join(f"${number + 1}" for number in range(len(columns)))
        await connection.executemany(
            f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({places})",
            [[_stored(row, column) for column in columns] for row in rows],
        )


def _stored(row: SimpleNamespace, column: str) -> Any:
    if column == "extra":
        return None if row.extra is None else orjson.dumps(row.extra).decode()
    if column.endswith("_id"):
        target = getattr(row, column.removesuffix("_id"))
        return None if target is None else target.id
    return getattr(row, column)
