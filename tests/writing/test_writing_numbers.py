"""Numbers: given once, in order, without gaps where that is declared, by however many writers."""

import asyncio
import datetime as dt
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphql_erp.security.actor import Actor
from graphql_erp.testing.models import NOW, DeclaredModels
from graphql_erp.testing.queries import Queries
from graphql_erp.writing.numbers import assign_numbers
from graphql_erp.writing.writer import WriteConnection, Writer

pytestmark = pytest.mark.anyio

MODELS = """
    model: Company
    fields: {name: Char}
    ---
    model: Invoice
    fields:
      company: {type: ManyToOne, to: Company}
      state: {type: Selection, options: [draft, posted], required: true, default: draft}
      posted_on: Date
      number:
        type: Char
        sequence:
          prefix: INV/{year}/
          padding: 4
          per: [company, year]
          gapless: true
          date: posted_on
          when: Q(state="posted")
    ---
    model: Shipment
    fields:
      company: {type: ManyToOne, to: Company}
      shipped_at: Datetime
      number:
        type: Char
        sequence:
          prefix: OUT-{month}.{year}-
          padding: 2
          per: [company, month]
          date: shipped_at
    ---
    model: Ticket
    fields:
      name: Char
      number: {type: Char, sequence: {}}
      year_number: {type: Char, sequence: {prefix: "{year}/", per: [year], gapless: true}}
    ---
    model: Plain
    fields: {name: Char}
"""
YEAR_2025, YEAR_2026 = dt.date(2025, 5, 1), dt.date(2026, 5, 1)


@pytest.fixture
async def numbered(models: DeclaredModels, request: pytest.FixtureRequest) -> DeclaredModels:
    """Give models with sequences, two companies, and as many connections as a test wants."""
    models.declare(MODELS, pool_max=getattr(request, "param", 4))
    pool = await models.pool()
    async with pool.acquire() as connection:
        await connection.execute("INSERT INTO company (name) VALUES ('One'), ('Two')")
    (await models.queries.told()).clear()
    return models


@asynccontextmanager
async def writing(
    models: DeclaredModels, *, now: dt.datetime = NOW, timezone: str = "UTC"
) -> AsyncIterator[Writer]:
    """Give a writer in a transaction that is committed unless something is raised."""
    pool = await models.pool()
    async with pool.acquire() as connection, connection.transaction():
        yield Writer(
            registry=models.engine.registry,
            tables=models.engine.tables,
            actor=Actor(timezone=timezone),
            now=now,
            connection=connection,
            aside=pool.aside,
        )


async def insert(connection: WriteConnection, table: str, **values: Sequence[Any]) -> list[int]:
    columns = ", ".join(values)
    types = {"company_id": "bigint", "posted_on": "date", "shipped_at": "timestamptz"}
    lists = (f"${place}::{types.get(name, 'text')}[]" for place, name in enumerate(values, 1))
    rows = await connection.fetch(
        f"INSERT INTO {table} ({columns}) SELECT * FROM unnest({', '.join(lists)}) RETURNING id",
        *map(list, values.values()),
    )
    return [row["id"] for row in rows]


async def posted(
    connection: WriteConnection, *rows: tuple[int | None, dt.date | None]
) -> list[int]:
    companies, days = zip(*rows, strict=True)
    states = ["posted"] * len(rows)
    return await insert(connection, "invoice", company_id=companies, posted_on=days, state=states)


async def number(writer: Writer, model: str, ids: Sequence[int]) -> None:
    await assign_numbers(writer, writer.model(model), ids)


async def kept(models: DeclaredModels, table: str, columns: str = "number") -> list[Any]:
    pool = await models.pool()
    async with pool.acquire() as connection:
        rows = await connection.fetch(f"SELECT {columns} FROM {table} ORDER BY id")
    return [row[0] if len(row) == 1 else tuple(row) for row in rows]


# ---- which number ---------------------------------------------------------------------------


async def test_each_company_and_year_counts_from_one_in_order_of_id(
    numbered: DeclaredModels,
) -> None:
    async with writing(numbered) as writer:
        ids = await posted(
            writer.connection,
            (2, YEAR_2026),
            (1, YEAR_2026),
            (1, YEAR_2025),
            (2, YEAR_2026),
            (None, YEAR_2026),
            (1, YEAR_2026),
        )
        await number(writer, "Invoice", ids[::-1])

    assert await kept(numbered, "invoice") == [
        "INV/2026/0001",
        "INV/2026/0001",
        "INV/2025/0001",
        "INV/2026/0002",
        "INV/2026/0001",
        "INV/2026/0002",
    ]


async def test_counters_go_on_and_outgrow_their_padding(numbered: DeclaredModels) -> None:
    async with writing(numbered) as writer:
        await writer.connection.fetch(
            "INSERT INTO erp_counter VALUES ('invoice.number', 1, '2026', 9998)"
        )
        ids = await posted(writer.connection, *[(1, YEAR_2026)] * 3)
        await number(writer, "Invoice", ids)

    assert await kept(numbered, "invoice") == ["INV/2026/9999", "INV/2026/10000", "INV/2026/10001"]
    assert await kept_counters(numbered) == [("invoice.number", 1, "2026", 10001)]


async def kept_counters(models: DeclaredModels) -> list[tuple[Any, ...]]:
    pool = await models.pool()
    async with pool.acquire() as connection:
        rows = await connection.fetch("SELECT * FROM erp_counter ORDER BY 1, 2, 3")
    return [tuple(row) for row in rows]


async def test_record_is_numbered_when_its_condition_holds_and_never_again(
    numbered: DeclaredModels,
) -> None:
    async with writing(numbered) as writer:
        first, second = await insert(
            writer.connection, "invoice", company_id=[1, 1], state=["draft"] * 2
        )
        await number(writer, "Invoice", [first, second])
    assert await kept(numbered, "invoice") == [None, None]

    async with writing(numbered) as writer:
        await writer.connection.fetch("UPDATE invoice SET state = 'posted' WHERE id = $1", second)
        await number(writer, "Invoice", [second])
    assert await kept(numbered, "invoice") == [None, "INV/2026/0001"]

    async with writing(numbered) as writer:
        await writer.connection.fetch(
            "UPDATE invoice SET state = 'posted', posted_on = '2031-01-01', company_id = 2"
        )
        await number(writer, "Invoice", [first, second])
    assert await kept(numbered, "invoice") == ["INV/2031/0001", "INV/2026/0001"]
    assert await kept_counters(numbered) == [
        ("invoice.number", 1, "2026", 1),
        ("invoice.number", 2, "2031", 1),
    ]


async def test_number_that_is_there_is_kept(numbered: DeclaredModels) -> None:
    async with writing(numbered) as writer:
        ids = await insert(writer.connection, "ticket", name=["a", "b"], number=["T-7", None])
        await number(writer, "Ticket", ids)

    assert await kept(numbered, "ticket") == ["T-7", "1"]


async def test_several_sequences_of_one_model(numbered: DeclaredModels) -> None:
    async with writing(numbered) as writer:
        await number(writer, "Ticket", await insert(writer.connection, "ticket", name=["a", "b"]))

    assert await kept(numbered, "ticket", "number, year_number") == [
        ("1", "2026/1"),
        ("2", "2026/2"),
    ]


# ---- which period ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("timezone", "year"), [("Europe/Paris", 2027), ("UTC", 2026), ("America/New_York", 2026)]
)
async def test_without_a_date_the_period_is_that_of_the_actors_today(
    numbered: DeclaredModels, timezone: str, year: int
) -> None:
    midnight = dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC)
    async with writing(numbered, now=midnight, timezone=timezone) as writer:
        await number(writer, "Invoice", await posted(writer.connection, (1, None)))
        await number(writer, "Ticket", await insert(writer.connection, "ticket", name=["a"]))

    assert await kept(numbered, "invoice") == [f"INV/{year}/0001"]
    assert await kept(numbered, "ticket", "year_number") == [f"{year}/1"]


@pytest.mark.parametrize(
    ("timezone", "shown"), [("Asia/Tokyo", "OUT-07.2026-01"), ("UTC", "OUT-06.2026-01")]
)
async def test_moment_has_its_period_in_the_actors_time_zone(
    numbered: DeclaredModels, timezone: str, shown: str
) -> None:
    moment = dt.datetime(2026, 6, 30, 15, 0, tzinfo=dt.UTC)
    async with writing(numbered, timezone=timezone) as writer:
        ids = await insert(writer.connection, "shipment", company_id=[1], shipped_at=[moment])
        await number(writer, "Shipment", ids)

    assert await kept(numbered, "shipment") == [shown]
    assert await kept_counters(numbered) == [
        ("shipment.number", 1, f"2026-{shown[4:6]}", 1),
    ]


async def test_back_dated_record_goes_on_in_its_own_period(numbered: DeclaredModels) -> None:
    for day in (YEAR_2025, YEAR_2026, YEAR_2025):
        async with writing(numbered) as writer:
            await number(writer, "Invoice", await posted(writer.connection, (1, day)))

    assert await kept(numbered, "invoice") == ["INV/2025/0001", "INV/2026/0001", "INV/2025/0002"]


# ---- statements -----------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 1_000])
async def test_gapless_numbers_are_given_in_one_statement(
    numbered: DeclaredModels, queries: Queries, count: int
) -> None:
    async with writing(numbered) as writer:
        ids = await posted(
            writer.connection, *[(1 + place % 2, YEAR_2026) for place in range(count)]
        )
        (await queries.told()).clear()
        await number(writer, "Invoice", ids)
        assert (await queries.told()).count == 1

    assert len(set(await kept(numbered, "invoice", "company_id, number"))) == count


@pytest.mark.parametrize("count", [1, 1_000])
async def test_fast_numbers_are_given_in_three_statements(
    numbered: DeclaredModels, queries: Queries, count: int
) -> None:
    async with writing(numbered) as writer:
        companies = [1 + place % 2 for place in range(count)]
        ids = await insert(writer.connection, "shipment", company_id=companies)
        (await queries.told()).clear()
        await number(writer, "Shipment", ids)
        assert (await queries.told()).count == 3

    assert len(set(await kept(numbered, "shipment", "company_id, number"))) == count


async def test_nothing_is_sent_without_records_or_sequence(
    numbered: DeclaredModels, queries: Queries
) -> None:
    async with writing(numbered) as writer:
        await number(writer, "Invoice", [])
        await number(writer, "Plain", [1, 2])

        assert (await queries.told()).count == 0


async def test_fast_numbers_that_nobody_needs_are_not_taken(
    numbered: DeclaredModels, queries: Queries
) -> None:
    async with writing(numbered) as writer:
        ids = await insert(writer.connection, "shipment", company_id=[1])
        await number(writer, "Shipment", ids)
        (await queries.told()).clear()
        await number(writer, "Shipment", ids)
        assert (await queries.told()).count == 1

    assert [row[3] for row in await kept_counters(numbered)] == [1]


# ---- many writers ---------------------------------------------------------------------------

WRITERS = 32


class Undone(Exception):
    """A write that fails after its numbers were given."""


@pytest.mark.parametrize("numbered", [2, WRITERS], indirect=True)
async def test_gapless_numbers_of_many_writers_have_no_gap_and_no_duplicate(
    numbered: DeclaredModels,
) -> None:
    days = (YEAR_2025, YEAR_2026)

    async def write(place: int) -> None:
        # Each writer needs several counters, met in an order of its own.
        rows = [(1 + (place + step) % 2, days[(place // 2 + step // 2) % 2]) for step in range(4)]
        async with writing(numbered) as writer:
            ids = await posted(writer.connection, *rows[: 1 + place % 4])
            await asyncio.sleep(place % 5 / 1000)
            await number(writer, "Invoice", ids)
            await asyncio.sleep(place % 3 / 1000)
            if place % 3 == 0:
                raise Undone

    await all_writers(write)

    found = defaultdict(list)
    for company, shown in await kept(numbered, "invoice", "company_id, number"):
        prefix, year, digits = shown.split("/")
        assert prefix == "INV"
        found[company, year].append(int(digits))
    assert set(found) == {(company, year) for company in (1, 2) for year in ("2025", "2026")}
    for numbers in found.values():
        assert sorted(numbers) == list(range(1, len(numbers) + 1))


async def all_writers(write: Any) -> None:
    results = await asyncio.gather(*map(write, range(WRITERS)), return_exceptions=True)

    assert [type(item) for item in results if item is not None] == [Undone] * 11


@pytest.mark.parametrize("numbered", [2, WRITERS], indirect=True)
async def test_fast_numbers_of_many_writers_have_no_duplicate(numbered: DeclaredModels) -> None:
    async def write(place: int) -> None:
        async with writing(numbered) as writer:
            companies = [1 + (place + step) % 2 for step in range(1 + place % 3)]
            ids = await insert(writer.connection, "shipment", company_id=companies)
            await number(writer, "Shipment", ids)
            await asyncio.sleep(place % 3 / 1000)
            if place % 3 == 0:
                raise Undone

    await all_writers(write)

    found = await kept(numbered, "shipment", "company_id, number")
    assert len(set(found)) == len(found) == sum(1 + n % 3 for n in range(WRITERS) if n % 3)
    # What was taken by those that were undone is missing.
    taken = sum(1 + place % 3 for place in range(WRITERS))
    assert sum(row[3] for row in await kept_counters(numbered)) == taken


async def test_who_takes_a_fast_number_waits_for_nobody(numbered: DeclaredModels) -> None:
    async with writing(numbered) as slow:
        await number(slow, "Shipment", await insert(slow.connection, "shipment", company_id=[1]))
        async with asyncio.timeout(5), writing(numbered) as quick:
            ids = await insert(quick.connection, "shipment", company_id=[1])
            await number(quick, "Shipment", ids)

    assert sorted(await kept(numbered, "shipment")) == ["OUT-06.2026-01", "OUT-06.2026-02"]


async def test_who_takes_a_gapless_number_waits_for_who_took_one_before(
    numbered: DeclaredModels,
) -> None:
    async def second() -> None:
        async with writing(numbered) as writer:
            await number(writer, "Invoice", await posted(writer.connection, (1, YEAR_2026)))

    async with writing(numbered) as first:
        await number(first, "Invoice", await posted(first.connection, (1, YEAR_2026)))
        waiting = asyncio.create_task(second())
        done, _ = await asyncio.wait([waiting], timeout=0.2)
        assert not done
    await waiting

    assert await kept(numbered, "invoice") == ["INV/2026/0001", "INV/2026/0002"]


@pytest.mark.parametrize(("model", "table"), [("Invoice", "invoice"), ("Shipment", "shipment")])
async def test_record_that_two_writers_number_gets_one_number(
    numbered: DeclaredModels, model: str, table: str
) -> None:
    async with writing(numbered) as writer:
        values = {"state": ["posted"]} if table == "invoice" else {}
        ids = await insert(writer.connection, table, company_id=[1], **values)

    async def second() -> None:
        async with writing(numbered) as writer:
            await number(writer, model, ids)

    async with writing(numbered) as first:
        await number(first, model, ids)
        waiting = asyncio.create_task(second())
        await asyncio.wait([waiting], timeout=0.1)
    await waiting

    assert [row[3] for row in await kept_counters(numbered)] == [1]


async def test_fast_numbers_without_a_connection_aside_are_taken_in_the_transaction(
    numbered: DeclaredModels, queries: Queries
) -> None:
    async with writing(numbered) as writer:
        alone = Writer(
            registry=writer.registry,
            tables=writer.tables,
            actor=writer.actor,
            now=writer.now,
            connection=writer.connection,
        )
        ids = await insert(writer.connection, "shipment", company_id=[1, 2])
        (await queries.told()).clear()
        await number(alone, "Shipment", ids)
        assert (await queries.told()).count == 1

    assert await kept(numbered, "shipment") == ["OUT-06.2026-01", "OUT-06.2026-01"]


# ---- any writes -----------------------------------------------------------------------------

ROW = st.tuples(
    st.sampled_from([None, 1, 2]),
    st.sampled_from([None, YEAR_2025, dt.date(2025, 12, 31), dt.date(2026, 1, 1)]),
    st.booleans(),
)


def expected(writes: Sequence[Sequence[tuple[int | None, dt.date | None, bool]]]) -> Iterator[str]:
    """Give the numbers one after the other, as somebody with a book would."""
    book: dict[tuple[int | None, int], int] = defaultdict(int)
    for company, day, is_posted in (row for rows in writes for row in rows):
        year = (day or NOW.date()).year
        if is_posted:
            book[company, year] += 1
        yield f"INV/{year}/{book[company, year]:04d}" if is_posted else ""


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(writes=st.lists(st.lists(ROW, min_size=1, max_size=6), max_size=4))
async def test_numbers_are_those_of_a_book(
    numbered: DeclaredModels, writes: list[list[tuple[int | None, dt.date | None, bool]]]
) -> None:
    await numbered.empty()
    pool = await numbered.pool()
    async with pool.acquire() as connection:
        await connection.execute("INSERT INTO company (name) VALUES ('One'), ('Two')")
    for rows in writes:
        async with writing(numbered) as writer:
            companies, days, states = zip(*rows, strict=True)
            ids = await insert(
                writer.connection,
                "invoice",
                company_id=companies,
                posted_on=days,
                state=["posted" if is_posted else "draft" for is_posted in states],
            )
            await number(writer, "Invoice", ids)

    found = await kept(numbered, "invoice")
    assert [shown or "" for shown in found] == list(expected(writes))
