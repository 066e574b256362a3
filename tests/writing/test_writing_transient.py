"""Records of transient models are gone after a day, as far as nobody needs them."""

import pytest

from graphql_erp.security.actor import Actor
from graphql_erp.testing.models import NOW, DeclaredModels
from graphql_erp.writing.transient import expire
from graphql_erp.writing.writer import Writer

pytestmark = pytest.mark.anyio

MODELS = """
    model: Wizard
    transient: true
    fields:
      name: {type: Char, required: true}
      tags: {type: ManyToMany, to: Tag, via: wizard_tags}
    ---
    model: Step
    transient: true
    fields:
      wizard: {type: ManyToOne, to: Wizard, required: true}
    ---
    model: Note
    transient: true
    fields:
      wizard: {type: ManyToOne, to: Wizard, required: true, on_delete: cascade}
    ---
    model: Lead
    fields:
      wizard: {type: ManyToOne, to: Wizard, on_delete: set_null}
    ---
    model: Tag
    fields: {name: Char}
"""
ROWS = """
    INSERT INTO wizard (name, created_at) VALUES
      ('old', timestamptz '2026-06-14 10:29Z'), ('new', timestamptz '2026-06-14 10:31Z'),
      ('used', timestamptz '2026-06-01 10:00Z'), ('older', timestamptz '2026-06-01 10:00Z');
    INSERT INTO step (wizard_id) VALUES (3);
    INSERT INTO note (wizard_id) VALUES (4);
    INSERT INTO lead (wizard_id) VALUES (4);
    INSERT INTO tag (name) VALUES ('a');
    INSERT INTO wizard_tags (wizard_id, tag_id) VALUES (1, 1);
"""


async def test_old_records_that_nobody_needs_are_deleted(models: DeclaredModels) -> None:
    models.declare(MODELS)
    pool = await models.pool()
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(ROWS)
        (await models.queries.told()).clear()
        writer = Writer(
            registry=models.engine.registry,
            tables=models.engine.tables,
            actor=Actor(),
            now=NOW,
            connection=connection,
        )

        await expire(writer, writer.model("Wizard"))

        assert (await models.queries.told()).count == 1
        names = await connection.fetch("SELECT name FROM wizard ORDER BY id")
        assert [row["name"] for row in names] == ["new", "used"]
        assert await connection.fetchval("SELECT count(*) FROM note") == 0
        assert await connection.fetchval("SELECT wizard_id FROM lead") is None


async def test_at_most_a_thousand_at_once_the_oldest_first(models: DeclaredModels) -> None:
    models.declare(MODELS)
    pool = await models.pool()
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "INSERT INTO wizard (name, created_at) SELECT n::text, timestamptz '2026-01-01'"
            " + n * interval '1 second' FROM generate_series(1, 1001) n"
        )
        writer = Writer(
            registry=models.engine.registry,
            tables=models.engine.tables,
            actor=Actor(),
            now=NOW,
            connection=connection,
        )

        await expire(writer, writer.model("Wizard"))

        names = await connection.fetch("SELECT name FROM wizard")
        assert [row["name"] for row in names] == ["1001"]


async def test_nobody_waits_for_a_record_that_is_being_deleted(models: DeclaredModels) -> None:
    models.declare(MODELS)
    pool = await models.pool()
    async with pool.acquire() as one, pool.acquire() as two:
        await one.execute(
            "INSERT INTO wizard (name, created_at) VALUES ('a', timestamptz '2026-01-01')"
        )
        async with one.transaction():
            await one.execute("DELETE FROM wizard")
            async with two.transaction():
                writer = Writer(
                    registry=models.engine.registry,
                    tables=models.engine.tables,
                    actor=Actor(),
                    now=NOW,
                    connection=two,
                )

                await expire(writer, writer.model("Wizard"))


async def test_creating_one_deletes_the_old_ones(models: DeclaredModels) -> None:
    models.declare(MODELS)
    pool = await models.pool()
    async with pool.acquire() as connection:
        await connection.execute(
            "INSERT INTO wizard (name, created_at) VALUES ('a', timestamptz '2026-01-01')"
        )

    await models.gql('mutation { wizardCreate(data: {name: "b"}) { errors { message } } }')

    result = await models.gql("{ wizards { nodes { name } } }")
    assert result.data == {"wizards": {"nodes": [{"name": "b"}]}}
