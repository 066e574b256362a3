"""Records of modules are loaded in any order, set-based, and once."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from install_project import Project

from graphql_erp.errors import DeclarationError
from graphql_erp.install.bring_up import bring_up
from graphql_erp.install.engine_tables import ENGINE_TABLES
from graphql_erp.install.progress import Silent
from graphql_erp.install.records import load_records
from graphql_erp.install.registries import registry_of
from graphql_erp.security.actor import Actor
from graphql_erp.tables.build import build_tables
from graphql_erp.tables.ddl import create_statements
from graphql_erp.tables.functions import prerequisites
from graphql_erp.tenants.connection import connect_tenant
from graphql_erp.writing.writer import Writer

pytestmark = pytest.mark.anyio

MODELS = """
    model: Stage
    fields:
      name: {type: Char, required: true, unique: true, max_length: 20}
      sequence: {type: Integer, default: 10}
      first_lead: {type: ManyToOne, to: Lead}
    checks:
      sequence_positive: {where: Q(sequence__gt=0), message: Sequence must be positive.}
"""
LEAD = """
    model: Lead
    fields:
      name: {type: Char, required: true}
      stage: {type: ManyToOne, to: Stage, required: true}
      parent: {type: ManyToOne, to: Lead}
      tags: {type: ManyToMany, to: Tag, inverse: leads}
    checks:
      not_won_twice: {where: "~Q(stage__name='Never')", message: Never is never.}
"""
TAG = """
    model: Tag
    fields: {name: Char}
"""
RECORDS = """
    records:
      Lead:
        child: {name: Child, stage: stage_new, parent: head, tags: [hot, cold]}
        head: {name: Head, stage: sale.stage_new, parent: head}
      Stage:
        stage_new: {name: New, sequence: 1, first_lead: child}
        stage_won: {name: Won}
      Tag:
        hot: {name: Hot, leads: [head, child]}
        cold: {name: Cold}
"""


def declare(project: Project, records: str = RECORDS, **more: str) -> Path:
    return project.module(
        "sale",
        models__stage=MODELS,
        models__lead=LEAD,
        models__tag=TAG,
        data__records=records,
        **more,
    )


Load = Callable[..., Any]


@pytest.fixture
def load(project: Project, database: str) -> Load:
    """Give a function that loads the records of module `sale` and returns how many it wrote."""
    server = project.server

    async def run(connection: asyncpg.Connection, *, demo: bool = False) -> int:
        registry = registry_of(project.settings, ["sale"])
        tables = build_tables(registry)
        if not await connection.fetchval("SELECT to_regclass('lead') IS NOT NULL"):
            owner = await asyncpg.connect(server.owner_dsn(database))
            for made in (ENGINE_TABLES, tables):
                await owner.execute(";\n".join((*prerequisites(), *create_statements(made))))
            await owner.close()
        async with connection.transaction():
            writer = Writer(
                registry=registry,
                tables=tables,
                actor=Actor(),
                now=datetime.now(UTC),
                connection=connection,
            )
            return await load_records(writer, demo=demo, progress=Silent())

    return run


@pytest.fixture
async def connection(project: Project, database: str) -> AsyncIterator[asyncpg.Connection]:
    opened = await connect_tenant(project.server.app_dsn(database), project.settings)
    yield opened
    await opened.close()


@asynccontextmanager
async def statements(connection: asyncpg.Connection) -> AsyncIterator[list[str]]:
    """Give the list that the statements of the connection are added to."""
    seen: list[str] = []

    def note(record: Any) -> None:
        seen.append(record.query)

    with connection.query_logger(note):
        yield seen


def is_write(statement: str) -> bool:
    return statement.startswith(("INSERT", "UPDATE", "DELETE"))


async def test_records_refer_to_each_other_in_any_order_and_in_circles(
    project: Project, connection: asyncpg.Connection, load: Load
) -> None:
    declare(project)

    count = await load(connection)

    leads = await connection.fetch(
        "SELECT l.name, s.name AS stage, p.name AS parent, f.name AS first"
        " FROM lead l JOIN stage s ON s.id = l.stage_id LEFT JOIN lead p ON p.id = l.parent_id"
        " LEFT JOIN lead f ON f.id = s.first_lead_id ORDER BY l.name"
    )
    links = await connection.fetch(
        "SELECT l.name AS lead, t.name AS tag FROM lead_tags_link k"
        " JOIN lead l ON l.id = k.lead_id JOIN tag t ON t.id = k.tag_id ORDER BY 1, 2"
    )
    stages = await connection.fetch("SELECT name, sequence FROM stage ORDER BY name")
    assert count == 6
    assert [tuple(row) for row in leads] == [
        ("Child", "New", "Head", "Child"),
        ("Head", "New", "Head", "Child"),
    ]
    assert [tuple(row) for row in links] == [
        ("Child", "Cold"),
        ("Child", "Hot"),
        ("Head", "Hot"),
    ]
    assert [tuple(row) for row in stages] == [("New", 1), ("Won", 10)]


async def test_identifiers_are_kept(
    project: Project, connection: asyncpg.Connection, load: Load
) -> None:
    declare(project)

    await load(connection)

    rows = await connection.fetch(
        "SELECT r.module, r.name, r.model FROM record_reference r ORDER BY r.name"
    )
    assert [tuple(row) for row in rows] == [
        ("sale", "child", "Lead"),
        ("sale", "cold", "Tag"),
        ("sale", "head", "Lead"),
        ("sale", "hot", "Tag"),
        ("sale", "stage_new", "Stage"),
        ("sale", "stage_won", "Stage"),
    ]
    assert (
        await connection.fetchval(
            "SELECT l.name FROM record_reference r JOIN lead l ON l.id = r.record_id"
            " WHERE r.module = 'sale' AND r.name = 'head'"
        )
        == "Head"
    )


async def test_second_load_writes_nothing(
    project: Project, connection: asyncpg.Connection, load: Load
) -> None:
    declare(project)
    await load(connection)

    async with statements(connection) as seen:
        count = await load(connection)

    assert count == 0
    assert [item for item in seen if is_write(item)] == []


async def test_only_what_is_new_is_written(
    project: Project, connection: asyncpg.Connection, load: Load
) -> None:
    declare(project)
    await load(connection)
    await connection.execute("DELETE FROM tag; UPDATE stage SET name = 'Mine' WHERE name = 'Won'")
    more = "\n        late: {name: Late, stage: stage_won}\n      Stage:"
    declare(project, RECORDS.replace("\n      Stage:", more))

    count = await load(connection)

    assert count == 1
    assert (
        await connection.fetchval(
            "SELECT s.name FROM lead l JOIN stage s ON s.id = l.stage_id WHERE l.name = 'Late'"
        )
        == "Mine"
    )
    assert await connection.fetchval("SELECT count(*) FROM tag") == 0


@pytest.mark.parametrize("count", [3, 300])
async def test_statements_depend_on_models_not_on_records(
    project: Project, connection: asyncpg.Connection, load: Load, count: int
) -> None:
    leads = "".join(
        f"\n        lead_{number}:"
        f" {{name: L{number}, stage: stage_new, parent: lead_{(number + 1) % count}, tags: [hot]}}"
        for number in range(count)
    )
    declare(project, RECORDS.replace("\n      Lead:", f"\n      Lead:{leads}"))
    async with statements(connection) as made:
        await load(connection)

    # An insert per model, the links from either end, and the identifiers.
    assert len([item for item in made if is_write(item)]) == 3 + 2 + 1
    assert len([item for item in made if "nextval" in item]) == 3
    assert await connection.fetchval("SELECT count(*) FROM lead") == count + 2


async def test_demo_records_are_loaded_on_demand(
    project: Project, connection: asyncpg.Connection, load: Load
) -> None:
    declare(project, demo__tags="records: {Tag: {demo_tag: {name: Demo, leads: [head]}}}")

    plain = await load(connection)
    demo = await load(connection, demo=True)

    assert (plain, demo) == (6, 1)
    assert await connection.fetchval("SELECT count(*) FROM tag") == 3


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("name: Won}", "name: New}", 7, 'record "sale.stage_won": Another Stage has this Name.'),
        (
            "name: Won}",
            "name: Won, sequence: 0}",
            7,
            'record "sale.stage_won": Sequence must be positive.',
        ),
        ("name: New,", "name: Never,", 3, 'record "sale.child": Never is never.'),
    ],
)
async def test_refused_record_is_named_with_its_place(
    project: Project,
    connection: asyncpg.Connection,
    load: Load,
    old: str,
    new: str,
    line: int,
    message: str,
) -> None:
    declare(project, RECORDS.replace(old, new))

    with pytest.raises(DeclarationError) as caught:
        await load(connection)

    first = caught.value.problems[0]
    assert (first.path, first.line, first.message) == (
        "modules/sale/data/records.yaml",
        line,
        message,
    )
    assert await connection.fetchval("SELECT count(*) FROM record_reference") == 0
    assert await connection.fetchval("SELECT count(*) FROM stage") == 0


REFERENCE = """
from graphql_erp import records


@records("Tag")
def tags():
    yield "first", {"name": "First"}
    yield "second", {VALUES}
"""


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ('"leads": ["nobody"]', '"leads" refers to unknown record "sale.nobody".'),
        ('"leads": ["stage_new"]', '"leads" must be a Lead, but "sale.stage_new" is a Stage.'),
        ('"leads": "head"', '"leads" must be a list of identifiers.'),
        ('"colour": 1', 'Tag has no field "colour" that can be set.'),
        ('"version": 2', 'Tag has no field "version" that can be set.'),
        ('"name": 1', '"name" must be text; a number or a word like `true` is written in quotes.'),
    ],
)
async def test_mistake_in_python_is_named_with_the_function(
    project: Project, connection: asyncpg.Connection, load: Load, values: str, message: str
) -> None:
    folder = declare(project)
    text = REFERENCE.replace("VALUES", values)
    (folder / "reference.py").write_text(text.lstrip())

    with pytest.raises(DeclarationError) as caught:
        await load(connection)

    assert [(item.path, item.line, item.message) for item in caught.value.problems] == [
        ("modules/sale/reference.py", 4, f'record "sale.second": {message}')
    ]


WORD = """
    model: Word
    fields:
      name: {type: Char, required: true, max_length: 9, translate: true}
      price: {type: Decimal, per_company: true, default: "1.5"}
"""
WORDS = """
    records:
      Word:
        plain: {name: Stage}
        translated: {name: {en: New, fr: Nouveau}, price: 2.25}
"""


async def test_texts_by_language_are_loaded(
    project: Project, connection: asyncpg.Connection, load: Load
) -> None:
    folder = declare(project, models__word=WORD, data__words=WORDS)
    text = REFERENCE.replace('"Tag"', '"Word"').replace("VALUES", '"name": {"en": "A", "de": "Ä"}')
    (folder / "reference.py").write_text(text.lstrip())

    await load(connection)

    rows = await connection.fetch("SELECT name::text, price::text FROM word ORDER BY name ->> 'en'")
    assert [tuple(row) for row in rows] == [
        ('{"de": "Ä", "en": "A"}', '{"0": "1.50"}'),
        ('{"en": "First"}', '{"0": "1.50"}'),
        ('{"en": "New", "fr": "Nouveau"}', '{"0": "2.25"}'),
        ('{"en": "Stage"}', '{"0": "1.50"}'),
    ]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            "{en: New, FR: Nouveau}",
            '"name" of record "sale.translated" "FR" is no code of a language such as fr or fr_CA.',
        ),
        (
            "{en: New, fr: Tout nouveau}",
            '"name" of record "sale.translated" must not be longer than 9 characters.',
        ),
    ],
)
async def test_mistake_in_a_translation_is_named(
    project: Project, load: Load, connection: asyncpg.Connection, given: str, message: str
) -> None:
    words = WORDS.replace("{en: New, fr: Nouveau}", given)
    declare(project, models__word=WORD, data__words=words)

    with pytest.raises(DeclarationError) as caught:
        await load(connection)

    assert [item.message for item in caught.value.problems] == [message]


async def test_identifier_given_twice_is_refused(
    project: Project, connection: asyncpg.Connection, load: Load
) -> None:
    folder = declare(project)
    text = REFERENCE.replace('"second"', '"hot"').replace("VALUES", '"name": "Twice"')
    (folder / "reference.py").write_text(text.lstrip())

    with pytest.raises(DeclarationError, match="is given twice"):
        await load(connection)


async def test_failing_record_leaves_no_tables_behind(project: Project, database: str) -> None:
    declare(project, RECORDS.replace("name: Won}", "name: New}"))
    await project.migrate("sale")
    registry = registry_of(project.settings, ["sale"])

    with pytest.raises(DeclarationError):
        await bring_up(project.server, database, registry, demo=False, progress=Silent())

    connection = await asyncpg.connect(project.server.owner_dsn(database))
    try:
        tables = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        assert await connection.fetchval(tables) == 0
    finally:
        await connection.close()


async def test_records_are_numbered(
    project: Project, load: Load, connection: asyncpg.Connection
) -> None:
    project.module(
        "sale",
        models__tag="""
            model: Tag
            fields:
              name: Char
              number: {type: Char, sequence: {prefix: T, padding: 2, gapless: true}}
        """,
        data__records="""
            records:
              Tag:
                hot: {name: Hot}
                own: {name: Own, number: T77}
                cold: {name: Cold}
        """,
    )

    assert await load(connection) == 3

    found = await connection.fetch("SELECT number FROM tag ORDER BY id")
    assert [row["number"] for row in found] == ["T01", "T77", "T02"]
