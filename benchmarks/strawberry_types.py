"""The types of a Strawberry server written by hand: a class per model, a loader per relation."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, NewType, Self

import asyncpg
import strawberry
from strawberry.dataloader import DataLoader
from strawberry.types.info import Info

DateTime = NewType("DateTime", datetime)


def utc_text(moment: datetime) -> str:
    """Return a timestamp in UTC with six fractional digits."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@strawberry.enum
class BenchOrderState(Enum):
    """States of an order; the database keeps them in lower case."""

    CANCELLED = "cancelled"
    CONFIRMED = "confirmed"
    DONE = "done"
    DRAFT = "draft"
    SENT = "sent"


@strawberry.enum
class BenchContactKind(Enum):
    """Kinds of contact."""

    COMPANY = "company"
    PERSON = "person"


class Loaders:
    """The data loaders of one request."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.pool = pool
        self.company: DataLoader[int, BenchCompany | None] = DataLoader(
            load_fn=self._by_id(BenchCompany)
        )
        self.contact: DataLoader[int, BenchContact | None] = DataLoader(
            load_fn=self._by_id(BenchContact)
        )
        self.product: DataLoader[int, BenchProduct | None] = DataLoader(
            load_fn=self._by_id(BenchProduct)
        )
        self.lines = DataLoader(load_fn=self._lines)

    def _by_id(self, kind: Any) -> Any:
        async def load(ids: list[int]) -> list[Any]:
            text = f"SELECT {kind.columns} FROM {kind.table} WHERE id = ANY($1)"
            found = {row["id"]: kind.of(row) for row in await self.pool.fetch(text, ids)}
            return [found.get(key) for key in ids]

        return load

    async def _lines(self, orders: list[int]) -> list[list["BenchLine"]]:
        rows = await self.pool.fetch(
            f"SELECT {BenchLine.columns} FROM bench_line WHERE order_id = ANY($1) "
            "ORDER BY order_id, position, id",
            orders,
        )
        lines: dict[int, list[BenchLine]] = {order: [] for order in orders}
        for row in rows:
            lines[row["order_id"]].append(BenchLine.of(row))
        return [lines[order] for order in orders]


@dataclass(frozen=True, slots=True)
class Context:
    """What resolvers share in one request."""

    loaders: Loaders


@strawberry.type
class BenchCompany:
    """A company."""

    table = "bench_company"
    columns = "id, name, code, city"
    id: strawberry.ID
    name: str
    code: str
    city: str | None

    @classmethod
    def of(cls, row: asyncpg.Record) -> Self:
        """Return the object of a row."""
        return cls(**row)


@strawberry.type
class BenchContact:
    """A contact."""

    table = "bench_contact"
    columns = (
        "id, number, name, email, phone, job_title, city, kind, active, credit_limit, "
        "last_seen_at, company_id"
    )
    id: strawberry.ID
    number: int
    name: str
    email: str | None
    phone: str | None
    job_title: str | None
    city: str | None
    kind: BenchContactKind
    active: bool
    credit_limit: Decimal
    last_seen_at: DateTime | None
    company_id: strawberry.Private[int | None]

    @strawberry.field
    async def company(self, info: Info[Context, None]) -> BenchCompany | None:
        """Return the company."""
        if self.company_id is None:
            return None
        return await info.context.loaders.company.load(self.company_id)

    @classmethod
    def of(cls, row: asyncpg.Record) -> Self:
        """Return the object of a row."""
        return cls(**{**row, "kind": BenchContactKind(row["kind"])})


@strawberry.type
class BenchProduct:
    """A product."""

    table = "bench_product"
    columns = "id, code, name, price"
    id: strawberry.ID
    code: str
    name: str
    price: Decimal

    @classmethod
    def of(cls, row: asyncpg.Record) -> Self:
        """Return the object of a row."""
        return cls(**row)


@strawberry.type
class BenchLine:
    """A line of an order."""

    columns = "id, position, description, quantity, unit_price, subtotal, order_id, product_id"
    id: strawberry.ID
    position: int
    description: str
    quantity: Decimal
    unit_price: Decimal
    subtotal: Decimal
    order_id: strawberry.Private[int]
    product_id: strawberry.Private[int]

    @strawberry.field
    async def product(self, info: Info[Context, None]) -> BenchProduct | None:
        """Return the product."""
        return await info.context.loaders.product.load(self.product_id)

    @classmethod
    def of(cls, row: asyncpg.Record) -> Self:
        """Return the object of a row."""
        return cls(**row)


@strawberry.type
class BenchLineConnection:
    """A page of lines."""

    nodes: list[BenchLine]


@strawberry.enum
class OrderDirection(Enum):
    """Directions of an ordering."""

    ASC = "ASC"
    DESC = "DESC"


@strawberry.input
class BenchLineOrderBy:
    """One key of an ordering of lines."""

    position: OrderDirection


@strawberry.type
class BenchOrder:
    """An order."""

    columns = (
        "id, number, state, priority, ordered_on, due_on, confirmed_at, currency_code, reference, "
        "is_paid, net, total, contact_id"
    )
    id: strawberry.ID
    number: str
    state: BenchOrderState
    priority: int
    ordered_on: date
    due_on: date | None
    confirmed_at: DateTime | None
    currency_code: str
    reference: str | None
    is_paid: bool
    net: Decimal
    total: Decimal
    contact_id: strawberry.Private[int]

    @strawberry.field
    async def contact(self, info: Info[Context, None]) -> BenchContact | None:
        """Return the contact."""
        return await info.context.loaders.contact.load(self.contact_id)

    @strawberry.field
    async def lines(
        self,
        info: Info[Context, None],
        order_by: list[BenchLineOrderBy],  # noqa: ARG002 - lines come in this one order
        first: int,
    ) -> BenchLineConnection:
        """Return the first lines in order of position."""
        lines = await info.context.loaders.lines.load(int(self.id))
        return BenchLineConnection(nodes=lines[:first])

    @classmethod
    def of(cls, row: asyncpg.Record) -> Self:
        """Return the object of a row."""
        return cls(**{**row, "state": BenchOrderState(row["state"])})
