from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from graphql_erp.tables.build import Tables
from graphql_erp.tables.ddl import create_statements
from graphql_erp.tables.functions import prerequisites
from graphql_erp.tenants.server import Server

pytestmark = pytest.mark.anyio

GOLDEN = Path(__file__).parent / "shop.sql"


@pytest.fixture
async def shop(
    server: Server, database: str, shop_tables: Tables
) -> AsyncIterator[asyncpg.Connection]:
    """Give a connection to a database with the tables of the shop."""
    connection = await asyncpg.connect(server.owner_dsn(database))
    for statement in (*prerequisites(), *create_statements(shop_tables)):
        await connection.execute(statement)
    yield connection
    await connection.close()


async def test_statements_are_those_of_the_golden_file(shop_tables: Tables) -> None:
    statements = ";\n".join(create_statements(shop_tables)) + ";\n"

    assert statements == GOLDEN.read_text(encoding="utf-8")


async def test_tables_are_found_by_model_and_by_name(shop_tables: Tables) -> None:
    assert shop_tables.of("ShopTag").name == "shop_tags"
    assert shop_tables.link("shop_article_tag").c.keys() == ["shop_article_id", "shop_tag_id"]
    assert sorted(shop_tables.links) == ["shop_article_related_link", "shop_article_tag"]
    with pytest.raises(KeyError):
        shop_tables.of("Nothing")


INSERT = "INSERT INTO shop_article (name, kind, price, rate, code) VALUES ($1, $2, $3, $4, $5)"


async def test_generated_columns_compute(shop: asyncpg.Connection) -> None:
    row = await shop.fetchrow(
        "INSERT INTO shop_article (name, kind, price, rate, code)"
        " VALUES ('A', 'goods', 1.05, 0.1, 'C'), ('B', 'goods', 2, null, null)"
        " RETURNING gross::text, doubled::text, title, version, id, created_at = now() AS now"
    )
    other = await shop.fetchrow("SELECT gross::text, title FROM shop_article WHERE name = 'B'")

    assert tuple(row) == ("1.16", "2.320", "C 50% A", 1, 1, True)
    assert tuple(other) == ("2.00", " 50% B")


@pytest.mark.parametrize(
    ("name", "kind", "price", "rate", "constraint"),
    [
        ("A", "good", 1, None, "ck_shop_article_kind_options"),
        ("A", "goods", -1, None, "ck_shop_article_price_not_negative"),
        ("A", "goods", 1, 2, "ck_shop_article_rate_range"),
        ("X 100% Y", "goods", 1, None, "ck_shop_article_named"),
        ("it's", "goods", 1, None, "ck_shop_article_named"),
        ("a:b", "goods", 1, None, "ck_shop_article_named"),
        ("A", "goods", 900000, None, "ck_shop_article_gross_limit"),
    ],
)
async def test_checks_refuse_by_their_name(
    shop: asyncpg.Connection, name: str, kind: str, price: int, rate: int | None, constraint: str
) -> None:
    with pytest.raises(asyncpg.CheckViolationError) as error:
        await shop.execute(INSERT, name, kind, price, rate, None)

    assert error.value.constraint_name == constraint
    assert await shop.fetchval("SELECT count(*) FROM shop_article") == 0


@pytest.mark.parametrize(
    ("name", "kind"), [("100 %", "goods"), ("its", "it's 50%"), ("a_b", "a:b")]
)
async def test_checks_let_the_others_pass(shop: asyncpg.Connection, name: str, kind: str) -> None:
    await shop.execute(INSERT, name, kind, 1, 1, None)

    assert await shop.fetchval("SELECT kind FROM shop_article") == kind


async def test_a_check_on_a_missing_value_fails_unless_it_allows_null(
    shop: asyncpg.Connection,
) -> None:
    # In the database as in Python a condition on null is false; `rate_range` allows it by name.
    await shop.execute(INSERT, "A", "goods", 1, None, None)

    definition = await shop.fetchval(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conname = 'ck_shop_article_gross_limit'"
    )
    assert definition.endswith("IS TRUE))")


async def test_unique_keys_and_required_columns(shop: asyncpg.Connection) -> None:
    await shop.execute(INSERT, "A", "goods", 1, None, "C")

    with pytest.raises(asyncpg.UniqueViolationError) as unique:
        await shop.execute(INSERT, "B", "goods", 1, None, "C")
    with pytest.raises(asyncpg.NotNullViolationError) as required:
        await shop.execute(INSERT, None, "goods", 1, None, None)
    with pytest.raises(asyncpg.StringDataRightTruncationError):
        await shop.execute(INSERT, "A" * 81, "goods", 1, None, None)

    assert unique.value.constraint_name == "uq_shop_article_code"
    assert required.value.column_name == "name"


async def test_deleting_follows_the_foreign_keys(shop: asyncpg.Connection) -> None:
    await shop.execute(
        """
        INSERT INTO "user" (name) VALUES ('Ada');
        INSERT INTO shop_article (name, kind, price) VALUES ('A', 'goods', 1);
        INSERT INTO shop_article (name, kind, price, parent_id) VALUES ('B', 'goods', 1, 1);
        INSERT INTO shop_tags (name, owner_id, article_id) VALUES ('T', 1, 2);
        INSERT INTO shop_article_tag VALUES (1, 1);
        """
    )
    with pytest.raises(asyncpg.ForeignKeyViolationError) as error:
        await shop.execute("DELETE FROM shop_article WHERE id = 2")
    await shop.execute('DELETE FROM "user"')
    owner = await shop.fetchval("SELECT owner_id FROM shop_tags")
    await shop.execute("DELETE FROM shop_tags")
    await shop.execute("DELETE FROM shop_article WHERE id = 1")

    assert error.value.constraint_name == "fk_shop_tags_article_id"
    assert owner is None
    assert await shop.fetchval("SELECT count(*) FROM shop_article_tag") == 0
    assert await shop.fetchval("SELECT count(*) FROM shop_article") == 0


async def test_foreign_keys_can_wait_for_the_end_of_the_transaction(
    shop: asyncpg.Connection,
) -> None:
    async with shop.transaction():
        await shop.execute("SET CONSTRAINTS ALL DEFERRED")
        await shop.execute("INSERT INTO shop_tags (name, article_id) VALUES ('T', 7)")
        await shop.execute(
            "INSERT INTO shop_article (id, name, kind, price) VALUES (7, 'A', 'goods', 1)"
        )

    assert await shop.fetchval("SELECT article_id FROM shop_tags") == 7


async def plan_of(connection: asyncpg.Connection, query: str) -> str:
    async with connection.transaction():
        await connection.execute("SET LOCAL enable_seqscan = off")
        rows = await connection.fetch(f"EXPLAIN (COSTS OFF) {query}")
    return "\n".join(row[0] for row in rows)


async def test_human_text_is_ordered_by_an_index(shop: asyncpg.Connection) -> None:
    for name in ("Zoë", "éclair", "Emil", "emil", "Zoe"):
        await shop.execute(INSERT, name, "goods", 1, None, None)
    query = "SELECT name FROM shop_article ORDER BY erp_sort_key(name), name, id"

    names = [row["name"] for row in await shop.fetch(query)]

    assert names == ["éclair", "Emil", "emil", "Zoe", "Zoë"]
    assert await plan_of(shop, query) == (
        "Index Only Scan using ix_shop_article_name_sort on shop_article"
    )


async def test_the_short_way_of_the_sort_key_gives_what_the_long_one_gives(
    shop: asyncpg.Connection,
) -> None:
    different = await shop.fetch(
        """
        SELECT code FROM generate_series(1, 127) AS code
        WHERE erp_sort_key(chr(code)) <> lower(public.unaccent(chr(code)))
        """
    )

    assert different == []
    assert await shop.fetchval("SELECT erp_sort_key('Ålesund ŒUVRE ß')") == "alesund oeuvre ss"
    assert await shop.fetchval("SELECT erp_sort_key(NULL)") is None


async def test_substrings_are_found_by_an_index(shop: asyncpg.Connection) -> None:
    plan = await plan_of(shop, "SELECT id FROM shop_article WHERE lower(code) LIKE '%abc%'")

    assert "Bitmap Index Scan on ix_shop_article_code_search" in plan


async def test_every_foreign_key_has_an_index(shop: asyncpg.Connection) -> None:
    missing = await shop.fetch(
        """
        SELECT conname FROM pg_constraint key WHERE contype = 'f' AND NOT EXISTS (
            SELECT FROM pg_index WHERE indrelid = key.conrelid AND indkey[0] = key.conkey[1])
        """
    )

    assert missing == []
