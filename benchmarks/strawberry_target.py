"""The other measuring stick: what a good developer writes with plain Strawberry over asyncpg."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import asyncpg
import strawberry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig
from strawberry.types.info import Info

from benchmarks.serve import connection_pool, serve
from benchmarks.strawberry_types import (
    BenchContact,
    BenchOrder,
    BenchOrderState,
    Context,
    DateTime,
    Loaders,
    OrderDirection,
    utc_text,
)

ContextInfo = Info[Context, None]


@strawberry.input
class BenchOrderStateFilter:
    """Comparisons of a state."""

    eq: BenchOrderState


@strawberry.input
class DateFilter:
    """Comparisons of a date."""

    lte: date | None = None
    gte: date | None = None


@strawberry.input
class IntFilter:
    """Comparisons of an integer."""

    gt: int


@strawberry.input
class BooleanFilter:
    """Comparisons of a yes or no."""

    eq: bool


@strawberry.input
class StringFilter:
    """Comparisons of a text."""

    icontains: str


@strawberry.input
class BenchOrderFilter:
    """Conditions on orders; all must hold."""

    state: BenchOrderStateFilter | None = None
    ordered_on: DateFilter | None = None

    def conditions(self, where: "Where") -> None:
        """Add what is asked to the WHERE clause."""
        if self.state:
            where.add("state = {}", self.state.eq.value)
        if self.ordered_on and self.ordered_on.lte:
            where.add("ordered_on <= {}", self.ordered_on.lte)
        if self.ordered_on and self.ordered_on.gte:
            where.add("ordered_on >= {}", self.ordered_on.gte)


@strawberry.input
class BenchContactFilter:
    """Conditions on contacts; all must hold."""

    number: IntFilter | None = None
    active: BooleanFilter | None = None
    name: StringFilter | None = None
    email: StringFilter | None = None
    any_of: list["BenchContactFilter"] | None = strawberry.field(name="OR", default=None)

    def conditions(self, where: "Where") -> None:
        """Add what is asked to the WHERE clause."""
        if self.number:
            where.add("number > {}", self.number.gt)
        if self.active:
            where.add("active = {}", self.active.eq)
        if self.name:
            where.add("lower(name) LIKE {}", _pattern(self.name.icontains))
        if self.email:
            where.add("lower(email) LIKE {}", _pattern(self.email.icontains))
        if self.any_of:
            where.add_any(self.any_of)


class Where:
    """A WHERE clause in the making: texts and their arguments."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.arguments: list[Any] = []

    def add(self, text: str, value: Any) -> None:
        """Add a condition with one argument."""
        self.arguments.append(value)
        self.texts.append(text.format(f"${len(self.arguments)}"))

    def add_any(self, filters: list[BenchContactFilter]) -> None:
        """Add alternatives."""
        outer, self.texts = self.texts, []
        alternatives = []
        for item in filters:
            self.texts = []
            item.conditions(self)
            alternatives.append(str(self))
        self.texts = [*outer, f"({' OR '.join(alternatives)})"]

    def __str__(self) -> str:
        return " AND ".join(self.texts) or "true"


def _pattern(text: str) -> str:
    literal = text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{literal}%"


@strawberry.input
class BenchOrderOrderBy:
    """One key of an ordering of orders."""

    ordered_on: OrderDirection | None = None
    id: OrderDirection | None = None


@strawberry.input
class BenchContactOrderBy:
    """One key of an ordering of contacts."""

    number: OrderDirection


def _order(keys: list[Any] | None) -> str:
    texts = [
        f"{column} {direction.value}"
        for key in keys or ()
        for column, direction in vars(key).items()
        if direction
    ]
    return ", ".join([*texts, "id"])


@strawberry.enum
class BenchOrderFieldName(Enum):
    """Fields one may group by; the value is the column."""

    STATE = "state"


@strawberry.input
class BenchOrderGroupingBy:
    """One key of a grouping."""

    field: BenchOrderFieldName


@strawberry.input
class BenchOrderGroupingOrderBy:
    """One key of an ordering of groups."""

    key: BenchOrderFieldName
    direction: OrderDirection


@strawberry.type
class BenchOrderGroupingKey:
    """What the records of a group share."""

    state: BenchOrderState


@strawberry.type
class BenchOrderNumbers:
    """Sums."""

    total: Decimal


@strawberry.type
class BenchOrderAggregate:
    """Aggregates of a group."""

    sum: BenchOrderNumbers


@strawberry.type
class BenchOrderGrouping:
    """One group."""

    key: BenchOrderGroupingKey
    count: int
    aggregate: BenchOrderAggregate


@strawberry.type
class BenchOrderGroupingPage:
    """All groups."""

    nodes: list[BenchOrderGrouping]


@strawberry.type
class BenchOrderConnection:
    """A page of orders."""

    where: strawberry.Private[Where]
    order: strawberry.Private[str]
    first: strawberry.Private[int]

    @strawberry.field
    async def nodes(self, info: ContextInfo) -> list[BenchOrder]:
        """Return the records of the page."""
        text = f"SELECT {BenchOrder.columns} FROM bench_order WHERE {self.where}"
        text += f" ORDER BY {self.order} LIMIT {self.first}"
        rows = await info.context.loaders.pool.fetch(text, *self.where.arguments)
        return [BenchOrder.of(row) for row in rows]

    @strawberry.field
    async def groups(
        self,
        info: ContextInfo,
        by: list[BenchOrderGroupingBy],
        order_by: list[BenchOrderGroupingOrderBy],
    ) -> BenchOrderGroupingPage:
        """Return the groups over the filter."""
        column = by[0].field.value
        direction = order_by[0].direction.value
        text = f"SELECT {column}, count(*), sum(total) AS total FROM bench_order "
        text += f"WHERE {self.where} GROUP BY {column} ORDER BY {column} {direction}"
        rows = await info.context.loaders.pool.fetch(text, *self.where.arguments)
        return BenchOrderGroupingPage(nodes=[_grouping(row) for row in rows])


def _grouping(row: asyncpg.Record) -> BenchOrderGrouping:
    return BenchOrderGrouping(
        key=BenchOrderGroupingKey(state=BenchOrderState(row["state"])),
        count=row["count"],
        aggregate=BenchOrderAggregate(sum=BenchOrderNumbers(total=row["total"])),
    )


@strawberry.type
class BenchContactConnection:
    """A page of contacts."""

    where: strawberry.Private[Where]
    order: strawberry.Private[str]
    first: strawberry.Private[int]

    @strawberry.field
    async def total_count(self, info: ContextInfo) -> int:
        """Return how many records the filter selects."""
        text = f"SELECT count(*) FROM bench_contact WHERE {self.where}"
        count: int = await info.context.loaders.pool.fetchval(text, *self.where.arguments)
        return count

    @strawberry.field
    async def nodes(self, info: ContextInfo) -> list[BenchContact]:
        """Return the records of the page."""
        text = f"SELECT {BenchContact.columns} FROM bench_contact WHERE {self.where}"
        text += f" ORDER BY {self.order} LIMIT {self.first}"
        rows = await info.context.loaders.pool.fetch(text, *self.where.arguments)
        return [BenchContact.of(row) for row in rows]


@strawberry.input(one_of=True)
class BenchOrderUniqueKey:
    """What names one order."""

    id: strawberry.Maybe[strawberry.ID]
    number: strawberry.Maybe[str]


@strawberry.type
class Query:
    """The root fields."""

    @strawberry.field
    async def bench_order(self, info: ContextInfo, by: BenchOrderUniqueKey) -> BenchOrder | None:
        """Return one order."""
        where = Where()
        if by.id:
            where.add("id = {}", int(by.id.value))
        if by.number:
            where.add("number = {}", by.number.value)
        text = f"SELECT {BenchOrder.columns} FROM bench_order WHERE {where}"
        row = await info.context.loaders.pool.fetchrow(text, *where.arguments)
        return BenchOrder.of(row) if row else None

    @strawberry.field
    async def bench_orders(
        self,
        filter: BenchOrderFilter | None = None,  # noqa: A002 - name in the schema
        order_by: list[BenchOrderOrderBy] | None = None,
        first: int = 50,
    ) -> BenchOrderConnection:
        """Return a page of orders."""
        where = Where()
        if filter:
            filter.conditions(where)
        return BenchOrderConnection(where=where, order=_order(order_by), first=first)

    @strawberry.field
    async def bench_contacts(
        self,
        filter: BenchContactFilter | None = None,  # noqa: A002 - name in the schema
        order_by: list[BenchContactOrderBy] | None = None,
        first: int = 50,
    ) -> BenchContactConnection:
        """Return a page of contacts."""
        where = Where()
        if filter:
            filter.conditions(where)
        return BenchContactConnection(where=where, order=_order(order_by), first=first)


def create_schema() -> strawberry.Schema:
    """Return the schema."""
    moment = strawberry.scalar(
        name="DateTime", serialize=utc_text, parse_value=datetime.fromisoformat
    )
    return strawberry.Schema(
        Query,
        extensions=[ParserCache, ValidationCache],
        config=StrawberryConfig(scalar_map={DateTime: moment}),
    )


class Endpoint(GraphQL[Context, None]):
    """Strawberry's own view, with fresh data loaders for every request."""

    pool: asyncpg.Pool

    async def get_context(
        self, request: Request | WebSocket, response: Response | WebSocket
    ) -> Context:
        """Return the context of one request."""
        del request, response
        return Context(Loaders(self.pool))


def create_app() -> Starlette:
    """Return the application."""
    endpoint = Endpoint(create_schema())

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with connection_pool() as endpoint.pool:
            yield

    return Starlette(routes=[Route("/graphql", endpoint)], lifespan=lifespan)


if __name__ == "__main__":
    serve(create_app())
